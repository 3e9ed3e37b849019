"""The one object for every figure: a value with its interval, its n and what it may be used for.

An estimator that can't give an honest figure returns a *refused* estimate: value, low, high and standard error are
None and `refusal` says why, so that no page ever has a NaN to show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from analysis.explanations import explanation

Language = Literal["zh", "en"]
Unit = Literal["share", "points", "score"]

# A tenth of the measure's range is the smallest difference a manager is asked to act on, unless the caller says more.
RELEVANT_PART_OF_RANGE = 0.1


class Words(NamedTuple):
    """The same words in both languages of the interface."""

    zh: str
    en: str

    def spoken(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


class Verdict(Enum):
    """What may be said about a difference between two figures."""

    CLEAR = Words("明显变化", "clear change")
    NOISE = Words("可能只是波动", "may be mere fluctuation")
    TOO_FEW = Words("样本不足", "too few answers")

    def spoken(self, language: Language = "zh") -> str:
        return self.value.spoken(language)


MEASURES: dict[str, Words] = {
    "top_two_box": Words("满意率（最高两档）", "top-two-box share"),
    "mean_score": Words("平均分", "mean score"),
    "mean_number": Words("平均值", "mean"),
    "net_promoter_score": Words("净推荐值", "Net Promoter Score"),
    "customer_effort": Words("省力度", "customer effort score"),
    "favourable": Words("好评占比", "favourable share"),
    "neutral": Words("中评占比", "neutral share"),
    "unfavourable": Words("差评占比", "unfavourable share"),
    "response_rate": Words("回收率", "response rate"),
    "completion_rate": Words("打开后完成率", "completion rate of opened forms"),
    "share": Words("占比", "share"),
    "gap": Words("差距", "gap"),
    "alpha": Words("内部一致性（α）", "Cronbach's alpha"),
    "better": Words("满意系数（Better）", "better coefficient"),
    "worse": Words("不满意系数（Worse）", "worse coefficient"),
    "cliffs_delta": Words("Cliff 差异量", "Cliff's delta"),
    "log_odds": Words("对数优势比", "log odds ratio"),
    "index": Words("满意度指数", "satisfaction index"),
    "slope": Words("每期变化", "change per period"),
    "hedges_g": Words("Hedges 差异量", "Hedges g"),
    "cramers_v": Words("关联强度（Cramér V）", "Cramér's V"),
    "omega": Words("内部一致性（ω）", "McDonald's omega"),
    "two_item_reliability": Words("两题信度（Spearman-Brown）", "Spearman-Brown reliability"),
    "driver_share": Words("与总体满意度的关联占比", "share of the explained variance"),
    "r_squared": Words("可解释的差异（R²）", "explained variance (R²)"),
    "path": Words("路径系数", "path coefficient"),
    "loading": Words("因子载荷", "factor loading"),
    "mean_difference": Words("平均分之差", "difference of means"),
    "rank_difference": Words("平均秩之差", "difference of mean ranks"),
    "total_effect": Words("总影响", "total effect"),
    "penalty": Words("做得差时的差别", "difference when poor"),
    "reward": Words("做得好时的差别", "difference when good"),
}


@dataclass(frozen=True)
class Estimate:
    """A figure with all that is needed to judge it.

    `unit` says how to read value, low, high and standard_error: "share" 0–1, "points" −100…100, "score" on `scale`.
    `effective_n` is what n is worth after weighting and clustering; `design_effect` is the price paid for them.
    `family` names the set of comparisons the interval or p-value was corrected for, empty when there was one only.
    """

    measure: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: Unit
    standard_error: float | None = None
    confidence: float = 0.95
    effective_n: float | None = None
    design_effect: float = 1.0
    method: str = ""
    family: str = ""
    caveats: tuple[Words, ...] = ()
    scale: tuple[float, float] = (0.0, 1.0)
    refusal: Words | None = None

    @property
    def ok(self) -> bool:
        """Whether there is a figure to show."""
        return self.refusal is None

    def figures(self) -> tuple[float, float, float]:
        """Value, low and high of an estimate that is not refused; ValueError otherwise."""
        if self.value is None or self.low is None or self.high is None:
            raise ValueError(f"{self.measure}: {self.refusal.en if self.refusal else 'no value'}")
        return self.value, self.low, self.high

    def shown(self) -> str:
        """The value alone in its usual format ("78.3%", "45.0", "4.12"), "—" when refused."""
        return "—" if self.value is None else figure(self.value, self.unit)

    def expert(self, language: Language = "zh") -> list[str]:
        """What a statistician asks for: method, formula, citation, call, and what n is worth."""
        numbers = [f"n = {self.n}", f"confidence = {self.confidence:g}"]
        numbers += [f"se = {self.standard_error:.6g}"] if self.standard_error is not None else []
        numbers += [f"n_eff = {self.effective_n:.1f}"] if self.effective_n is not None else []
        numbers += [f"deff = {self.design_effect:.3f}"]
        return [*behind(self.method, self.family, language), ", ".join(numbers)]

    def sentence(self, language: Language = "zh", subject: str = "") -> str:
        """Value, interval and n as one plain sentence, or the reason for having none."""
        name = subject + spoken_measure(self.measure, language)
        if self.refusal is not None:
            reason = self.refusal.spoken(language)
            return f"{name}：样本不足，{reason}。" if language == "zh" else f"{name}: {reason}."
        value, low, high = (figure(x, self.unit) for x in self.figures())
        level = f"{self.confidence:.0%}"
        if language == "zh":
            return f"{name} {value}（{level} 区间 {low} 至 {high}，n={self.n}）。"
        return f"{name} {value} ({level} interval {low} to {high}, n={self.n})."


class Direction(Enum):
    """Which way a figure went: the words between the figure before and the one after."""

    UP = Words("升到", "up to")
    DOWN = Words("降到", "down to")
    LEVEL = Words("仍是", "to")


@dataclass(frozen=True)
class Change:
    """Two figures, their difference (after − before, in the unit of the figures) and what may be said about it.

    `p_adjusted` is p corrected within `family`, equal to p when there is no family. `n_needed` is the n in each group
    that would show `relevant`, the smallest difference that matters, with power .8.
    """

    before: Estimate
    after: Estimate
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    verdict: Verdict
    n_needed: int | None
    p_adjusted: float | None = None
    relevant: float | None = None
    method: str = ""
    family: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is a difference to show."""
        return self.difference is not None

    def figures(self) -> tuple[float, float, float]:
        """Difference, low and high of a change that is not refused; ValueError otherwise."""
        if self.difference is None or self.low is None or self.high is None:
            raise ValueError(f"{self.after.measure}: no difference could be computed")
        return self.difference, self.low, self.high

    def expert(self, language: Language = "zh") -> list[str]:
        """Method, formula, citation, call, family, and both p values."""
        numbers = [] if self.p is None else [f"p = {self.p:.4g}"]
        numbers += [] if self.p_adjusted is None else [f"p_adjusted = {self.p_adjusted:.4g}"]
        return [*behind(self.method, self.family, language), *numbers]

    @property
    def direction(self) -> Direction:
        """Which way the figure went, as far as it is shown."""
        if self.before.shown() == self.after.shown():
            return Direction.LEVEL
        return Direction.UP if (self.difference or 0) > 0 else Direction.DOWN

    @property
    def clearly_down(self) -> bool:
        return self.verdict is Verdict.CLEAR and self.difference is not None and self.difference < 0

    def sentence(self, language: Language = "zh", subject: str = "") -> str:
        """Both figures, the difference with its interval, and the verdict as one plain sentence."""
        name = subject + spoken_measure(self.after.measure, language)
        if not self.ok:
            why = next((e.refusal for e in (self.after, self.before) if e.refusal), Words("无法比较", "not comparable"))
            verdict = self.verdict.spoken(language)
            if language == "zh":
                return f"{name}：{verdict}，{why.zh}。"
            return f"{name}: {verdict}, {why.en}."
        difference, low, high = (difference_figure(x, self.after.unit, language) for x in self.figures())
        before, after, level = self.before.shown(), self.after.shown(), f"{self.after.confidence:.0%}"
        tail = self._verdict_words(language)
        if language == "zh":
            counts = f"n={self.before.n} 与 {self.after.n}"
            went = f"{name}从 {before} {self.direction.value.zh} {after}"
            return f"{went}（差 {difference}，{level} 区间 {low} 至 {high}，{counts}）：{tail}。"
        counts = f"n={self.before.n} and {self.after.n}"
        went = f"{name} from {before} {self.direction.value.en} {after}"
        body = f"{went} (difference {difference}, {level} interval {low} to {high}, {counts})"
        return f"{body}: {tail}."

    def _verdict_words(self, language: Language) -> str:
        words = self.verdict.spoken(language)
        if self.verdict is not Verdict.TOO_FEW or self.n_needed is None or self.relevant is None:
            return words
        difference = difference_figure(self.relevant, self.after.unit, language).removeprefix("+")
        if language == "zh":
            return f"{words}，要看出 {difference} 的差别，每组约需 {self.n_needed} 份"
        return f"{words}; about {self.n_needed} per group would be needed to see a difference of {difference}"


def refuse(
    measure: str, reason: Words, *, n: int = 0, unit: Unit = "share", scale: tuple[float, float] = (0.0, 1.0)
) -> Estimate:
    """An estimate without figures that says why there are none."""
    return Estimate(measure, None, None, None, n, unit, scale=scale, refusal=reason)


def behind(method: str, family: str = "", language: Language = "zh") -> list[str]:
    """What stands behind a method by its name: the name, formula, citation, call, and the family of comparisons."""
    found = explanation(method)
    told = [(Words("方法", "method"), method)] if method else []
    if found is not None:
        told += [
            (Words("公式", "formula"), found.formula),
            (Words("出处", "source"), found.citation),
            (Words("调用", "call"), found.call),
        ]
    told += [(Words("比较族", "family"), family)] if family else []
    colon = "：" if language == "zh" else ": "
    return [f"{name.spoken(language)}{colon}{words}" for name, words in told]


def figure(value: float, unit: Unit) -> str:
    """A number as users read it: shares in per cent, points with one decimal, scores with two."""
    scaled, decimals = (value * 100, 1) if unit == "share" else (value, 1 if unit == "points" else 2)
    rounded = round(scaled, decimals) + 0.0
    sign = "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):.{decimals}f}{'%' if unit == 'share' else ''}"


def difference_figure(difference: float, unit: Unit, language: Language = "zh") -> str:
    """A difference as users read it: signed, and for shares in percentage points rather than per cent."""
    text = figure(difference, unit)
    sign = "+" if not text.startswith("−") and text.strip("0.%") else ""
    if unit == "share":
        return sign + text.removesuffix("%") + (" 个百分点" if language == "zh" else " percentage points")
    return sign + text


def spoken_measure(measure: str, language: Language) -> str:
    return MEASURES[measure].spoken(language) if measure in MEASURES else measure


def answers(
    values: pd.Series | Sequence[float], low: float, high: float, *, at_least: int = 2
) -> tuple[np.ndarray, Words | None]:
    """The answers that were given, as floats, and the reason for refusing them when they can't be used.

    Missing cells (not answered, 不适用) are left out. Infinite values, values off the scale and fewer than *at_least*
    answers are reasons to refuse.
    """
    numbers = pd.to_numeric(pd.Series(values)).to_numpy(dtype=float, na_value=np.nan)
    given = numbers[~np.isnan(numbers)]
    endless = int(np.isinf(given).sum())
    if endless:
        return given, Words(f"有 {endless} 个答案是无穷大", f"{endless} answers are infinite")
    off_scale = int(((given < low) | (given > high)).sum())
    if off_scale:
        limits = f"{low:g}–{high:g}"
        return given, Words(
            f"有 {off_scale} 个答案超出量表 {limits}", f"{off_scale} answers are off the scale {limits}"
        )
    if len(given) < at_least:
        return given, Words(f"只有 {len(given)} 个答案", f"only {len(given)} answers")
    return given, None
