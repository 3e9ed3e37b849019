"""The one object for every figure: a value with its interval, its n and what it may be used for.

An estimator that can't give an honest figure returns a *refused* estimate: value, low, high and standard error are
None and `refusal` says why, so that no page ever has a NaN to show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from surveys.localisation.language import in_words
from surveys.localisation.wording import Message, saying

Unit = Literal["share", "points", "score"]

# A tenth of the measure's range is the smallest difference a manager is asked to act on, unless the caller says more.
RELEVANT_PART_OF_RANGE = 0.1


class Verdict(Enum):
    """What may be said about a difference between two figures."""

    CLEAR = "clear"
    NOISE = "noise"
    TOO_FEW = "too_few"


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
    family: Message | str = ""
    caveats: tuple[Message, ...] = ()
    scale: tuple[float, float] = (0.0, 1.0)
    refusal: Message | None = None

    @property
    def ok(self) -> bool:
        """Whether there is a figure to show."""
        return self.refusal is None

    def figures(self) -> tuple[float, float, float]:
        """Value, low and high of an estimate that is not refused; ValueError otherwise."""
        if self.value is None or self.low is None or self.high is None:
            raise ValueError(f"{self.measure}: {in_words(self.refusal, 'en') if self.refusal else 'no value'}")
        return self.value, self.low, self.high

    def shown(self) -> str:
        """The value alone in its usual format ("78.3%", "45.0", "4.12"), "—" when refused."""
        return "—" if self.value is None else figure(self.value, self.unit)


class Direction(Enum):
    """Which way a figure went."""

    UP = "up"
    DOWN = "down"
    LEVEL = "level"


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
    family: Message | str = ""

    @property
    def ok(self) -> bool:
        """Whether there is a difference to show."""
        return self.difference is not None

    def figures(self) -> tuple[float, float, float]:
        """Difference, low and high of a change that is not refused; ValueError otherwise."""
        if self.difference is None or self.low is None or self.high is None:
            raise ValueError(f"{self.after.measure}: no difference could be computed")
        return self.difference, self.low, self.high

    @property
    def direction(self) -> Direction:
        """Which way the figure went, as far as it is shown."""
        if self.before.shown() == self.after.shown():
            return Direction.LEVEL
        return Direction.UP if (self.difference or 0) > 0 else Direction.DOWN

    @property
    def equivalent(self) -> bool:
        """Whether the figures are the same but for what doesn't matter: two one-sided tests (Schuirmann 1987).

        They hold at the level of the interval where that of twice its error lies within ± `relevant`.
        """
        if self.relevant is None or self.difference is None or self.low is None or self.high is None:
            return False
        tail = 1 - self.after.confidence
        part = float(stats.norm.isf(tail) / stats.norm.isf(tail / 2))
        low, high = (self.difference + part * (end - self.difference) for end in (self.low, self.high))
        return -self.relevant < low and high < self.relevant

    @property
    def clearly_down(self) -> bool:
        return self.verdict is Verdict.CLEAR and self.difference is not None and self.difference < 0


def refuse(
    measure: str, reason: Message, *, n: int = 0, unit: Unit = "share", scale: tuple[float, float] = (0.0, 1.0)
) -> Estimate:
    """An estimate without figures that says why there are none."""
    return Estimate(measure, None, None, None, n, unit, scale=scale, refusal=reason)


def figure(value: float, unit: Unit) -> str:
    """A number as users read it: shares in per cent, points with one decimal, scores with two."""
    scaled, decimals = (value * 100, 1) if unit == "share" else (value, 1 if unit == "points" else 2)
    rounded = round(scaled, decimals) + 0.0
    sign = "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):.{decimals}f}{'%' if unit == 'share' else ''}"


def answers(
    values: pd.Series | Sequence[float], low: float, high: float, *, at_least: int = 2
) -> tuple[np.ndarray, Message | None]:
    """The answers that were given, as floats, and the reason for refusing them when they can't be used.

    Missing cells (not answered, 不适用) are left out. Infinite values, values off the scale and fewer than *at_least*
    answers are reasons to refuse.
    """
    numbers = pd.to_numeric(pd.Series(values)).to_numpy(dtype=float, na_value=np.nan)
    given = numbers[~np.isnan(numbers)]
    endless = int(np.isinf(given).sum())
    if endless:
        return given, saying("有 {endless} 个答案是无穷大", endless=endless)
    off_scale = int(((given < low) | (given > high)).sum())
    if off_scale:
        limits = f"{low:g}–{high:g}"
        return given, saying("有 {off_scale} 个答案超出量表 {limits}", off_scale=off_scale, limits=limits)
    if len(given) < at_least:
        return given, saying("只有 {n} 个答案", n=len(given))
    return given, None
