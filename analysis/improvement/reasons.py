"""Why an area stands where it stands in the list of what to improve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.comments.set_aside import set_aside_words
from analysis.differences.hotspots import Eras, HotSpot
from analysis.drivers.drivers import Driver, DriverAnalysis
from analysis.estimates import Change, Direction, Estimate, figure
from analysis.improvement.complaints import Complaints
from analysis.improvement.expected_gain import ExpectedGain
from analysis.interpretation.sentences import VERDICTS, estimate_clause
from analysis.interpretation.wordings import difference_figure
from analysis.level.satisfaction import RatedDimension
from surveys.localisation.wording import Message, saying

LEFT_OUT = saying("问卷中没有这一维度的评分")
# What a segment is called with its kind, in a sentence that goes on.
_SEGMENTS = {
    "district": "区域“{segment}”",
    "touchpoint": "触点“{segment}”",
    "business_type": "业务“{segment}”",
    "department": "部门“{segment}”",
    "channel": "渠道“{segment}”",
}
_SPOTS = {
    "fall": "热点：{where}从{earlier}的 {before} 降到{recent}的 {after}（n={n}，已按 {family}校正）：明显变化",
    "level": "热点：{where}只有 {after}，其余为 {before}（n={n}，已按 {family}校正）：明显偏低",
}
_WAYS = {
    Direction.UP: "从{earlier}的 {before} 升到{recent}的 {after}（差 {difference} 分）：{verdict}",
    Direction.DOWN: "从{earlier}的 {before} 降到{recent}的 {after}（差 {difference} 分）：{verdict}",
    Direction.LEVEL: "从{earlier}的 {before} 仍是{recent}的 {after}（差 {difference} 分）：{verdict}",
}


_BEST_QUARTER = (
    "若各处都升到最好的四分之一的水平，总体满意度预计升 {gain} 分（95% 区间 {low} 至 {high}，n={n}）："
    "{reach:.0%} 的客户用到，平均可升 {rise} 分，每升 1 分总体随之升 {slope} 分"
)
_BACK = (
    "若恢复到下降以前的水平，总体满意度预计升 {gain} 分（95% 区间 {low} 至 {high}，n={n}）："
    "{reach:.0%} 的客户用到，平均可升 {rise} 分，每升 1 分总体随之升 {slope} 分"
)
_ONE_STEP = (
    "若提高 {rise} 分，总体满意度预计升 {gain} 分（95% 区间 {low} 至 {high}，n={n}）："
    "{reach:.0%} 的客户用到，每升 1 分总体随之升 {slope} 分"
)


def segment_words(kind: str, segment: str) -> Message:
    """A segment with its kind: 区域“城东”."""
    return saying(_SEGMENTS.get(kind, "“{segment}”"), segment=segment)


@dataclass(frozen=True)
class Reasons:
    """Tells the evidence of one list; every method gives the sentences that hold, without a full stop."""

    eras: Eras
    drivers: DriverAnalysis
    complaints: Complaints

    def spot(self, spot: HotSpot | None) -> Iterator[Message]:
        if spot is None:
            return
        change = spot.change
        yield saying(
            _SPOTS[spot.finding], where=segment_words(spot.kind, spot.segment), before=change.before.shown(),
            after=change.after.shown(), earlier=self.eras.earlier_words, recent=self.eras.recent_words,
            n=change.after.n, family=change.family,
        )  # fmt: skip

    def gain(self, gain: ExpectedGain | None) -> Iterator[Message]:
        """What overall satisfaction would gain, and from what that follows."""
        if gain is None:
            return
        value, low, high = gain.estimate.figures()
        if value <= 0:
            return
        told = {
            "gain": figure(value, "score"), "low": figure(low, "score"), "high": figure(high, "score"),
            "n": gain.estimate.n, "reach": gain.reach, "rise": figure(gain.rise, "score"),
            "slope": figure(gain.slope, "score"),
        }  # fmt: skip
        usual = _BEST_QUARTER if gain.unit_kind else _ONE_STEP
        yield saying(_BACK if gain.back > gain.rise / 2 else usual, **told)

    def score(self, score: Estimate, dimension: RatedDimension) -> Iterator[Message]:
        clause = estimate_clause(score, dimension.label)
        if score.value is None:
            yield clause
        else:
            gap = figure(dimension.high - score.value, "score")
            yield saying("{clause}，离满分 {full:g} 分差 {gap} 分", clause=clause, full=dimension.high, gap=gap)

    def change(self, change: Change | None) -> Iterator[Message]:
        if change is None or change.difference is None:
            return
        yield saying(
            _WAYS[change.direction], before=change.before.shown(), after=change.after.shown(),
            earlier=self.eras.earlier_words, recent=self.eras.recent_words,
            difference=difference_figure(change.difference, "score"), verdict=VERDICTS[change.verdict],
        )  # fmt: skip

    def why_no_weight(self, code: str) -> Message:
        """Why a dimension has no weight."""
        return self.drivers.left_out.get(code) or self.drivers.refusal or LEFT_OUT

    def weight(self, code: str, weight: Driver | None) -> Iterator[Message]:
        if weight is None:
            yield saying("没有权重：{reason}", reason=self.why_no_weight(code))
            return
        yield saying(
            "与总体满意度的关联占 {share:.0%}（95% 区间 {low:.0%} 至 {high:.0%}），{of} 个维度中第 {place}",
            share=weight.share, low=weight.low, high=weight.high, of=len(self.drivers.drivers),
            place=self.drivers.drivers.index(weight) + 1,
        )  # fmt: skip

    def complaint(self, code: str, label: str) -> Iterator[Message]:
        if self.complaints.withheld:
            yield saying("留言不足 {minimum} 份，不予显示", minimum=self.complaints.minimum)
            return
        count, authors = self.complaints.count(code), self.complaints.authors
        rest = set_aside_words(self.complaints.set_aside)
        told = {"label": label, "count": count, "authors": authors, "share": count / authors if authors else 0.0}
        if not count and rest is None:
            yield saying("{authors} 份留言中没有对{label}的抱怨", label=label, authors=authors)
        elif not count:
            yield saying("{authors} 份留言中没有对{label}的抱怨（{rest}）", label=label, authors=authors, rest=rest)
        elif rest is None:
            yield saying("{authors} 份留言中有 {count} 份抱怨{label}（{share:.0%}）", **told)
        else:
            yield saying("{authors} 份留言中有 {count} 份抱怨{label}（{share:.0%}；{rest}）", rest=rest, **told)

    def unrated(self) -> Iterator[Message]:
        yield saying("问卷没有评分，只在留言中提到")
