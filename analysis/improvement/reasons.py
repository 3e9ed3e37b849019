"""Why an area stands where it stands in the list of what to improve, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.comments.set_aside import set_aside_words
from analysis.differences.hotspots import Eras, HotSpot
from analysis.drivers.drivers import Driver, DriverAnalysis
from analysis.estimates import Change, Estimate, Language, Words, difference_figure, figure
from analysis.improvement.complaints import Complaints
from analysis.level.satisfaction import RatedDimension

LEFT_OUT = Words("与其他维度同时作答太少或评分没有差异", "too few joint answers, or no variation")
SEGMENT_WORDS = {
    "district": Words("区域", "district"),
    "touchpoint": Words("触点", "touchpoint"),
    "business_type": Words("业务", "service"),
    "department": Words("部门", "department"),
    "channel": Words("渠道", "channel"),
}


def spoken_segment(kind: str, language: Language) -> str:
    """What a kind of segment is called."""
    return SEGMENT_WORDS[kind].spoken(language) if kind in SEGMENT_WORDS else kind


@dataclass(frozen=True)
class Reasons:
    """Tells the evidence of one list; every method gives the sentences that hold, without a full stop."""

    language: Language
    eras: Eras
    drivers: DriverAnalysis
    complaints: Complaints

    def spot(self, spot: HotSpot | None) -> Iterator[str]:
        if spot is None:
            return
        change, kind = spot.change, spoken_segment(spot.kind, self.language)
        before, after, n = change.before.shown(), change.after.shown(), change.after.n
        earlier, recent = (each.spoken(self.language) for each in (self.eras.earlier_words, self.eras.recent_words))
        if spot.finding == "fall":
            yield self._say(
                f"热点：{kind}“{spot.segment}”从{earlier}的 {before} 降到{recent}的 {after}"
                f"（n={n}，已按 {change.family}校正）：明显变化",
                f"Hot spot: {kind} “{spot.segment}” fell from {before} in {earlier} to {after} in {recent}"
                f" (n={n}, corrected for {change.family}): clear change",
            )
        else:
            yield self._say(
                f"热点：{kind}“{spot.segment}”只有 {after}，其余为 {before}"
                f"（n={n}，已按 {change.family}校正）：明显偏低",
                f"Hot spot: {kind} “{spot.segment}” has only {after}, the rest {before}"
                f" (n={n}, corrected for {change.family}): clearly lower",
            )

    def score(self, score: Estimate, dimension: RatedDimension) -> Iterator[str]:
        subject = dimension.label if self.language == "zh" else f"{dimension.label}: "
        sentence = score.sentence(self.language, subject).removesuffix("。").removesuffix(".")
        if not score.ok or score.value is None:
            yield sentence
        else:
            gap = figure(dimension.high - score.value, "score")
            yield sentence + self._say(
                f"，离满分 {dimension.high:g} 分差 {gap} 分", f", {gap} short of the full {dimension.high:g}"
            )

    def change(self, change: Change | None) -> Iterator[str]:
        if change is None or change.difference is None:
            return
        difference, verdict = difference_figure(change.difference, "score"), change.verdict.spoken(self.language)
        earlier, recent = (each.spoken(self.language) for each in (self.eras.earlier_words, self.eras.recent_words))
        before, after, way = change.before.shown(), change.after.shown(), change.direction.value
        yield self._say(
            f"从{earlier}的 {before} {way.zh}{recent}的 {after}（差 {difference} 分）：{verdict}",
            f"From {before} in {earlier} {way.en} {after} in {recent} (difference {difference} points): {verdict}",
        )

    def weight(self, weight: Driver | None) -> Iterator[str]:
        if weight is None:
            why = self.drivers.refusal or LEFT_OUT
            yield self._say(f"没有权重：{why.zh}", f"No weight: {why.en}")
            return
        place, of = self.drivers.drivers.index(weight) + 1, len(self.drivers.drivers)
        low, high = f"{weight.low:.0%}", f"{weight.high:.0%}"
        yield self._say(
            f"与总体满意度的关联占 {weight.share:.0%}（95% 区间 {low} 至 {high}），{of} 个维度中第 {place}",
            f"Makes up {weight.share:.0%} of the link with overall satisfaction (95% interval {low} to {high}),"
            f" number {place} of {of} dimensions",
        )

    def complaint(self, code: str, label: str) -> Iterator[str]:
        if self.complaints.withheld:
            least = self.complaints.minimum
            yield self._say(f"留言不足 {least} 份，不予显示", f"Fewer than {least} comments, withheld")
            return
        count, authors = self.complaints.count(code), self.complaints.authors
        rest = set_aside_words(self.complaints.set_aside, self.language)
        if not count:
            zh, en = f"（{rest}）" if rest else "", f" ({rest})" if rest else ""
            yield self._say(
                f"{authors} 份留言中没有对{label}的抱怨{zh}",
                f"None of {authors} comments complains of {label}{en}",
            )
        else:
            part, zh, en = f"{count / authors:.0%}", f"；{rest}" if rest else "", f"; {rest}" if rest else ""
            yield self._say(
                f"{authors} 份留言中有 {count} 份抱怨{label}（{part}{zh}）",
                f"Complaints about {label} in {count} of {authors} comments ({part}{en})",
            )

    def unrated(self) -> Iterator[str]:
        yield self._say("问卷没有评分，只在留言中提到", "Not rated in the survey, mentioned in comments only")

    def _say(self, zh: str, en: str) -> str:
        return Words(zh, en).spoken(self.language)
