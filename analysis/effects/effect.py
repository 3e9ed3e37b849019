"""What every effect is: a difference with its interval, where it comes from, and what may be said about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from math import ceil
from typing import Any

import numpy as np

from analysis.estimates import Estimate, Unit, refuse
from surveys.localisation.wording import Message, saying


class EffectDesign(Enum):
    """How an effect was measured; fixed before anybody looks at it."""

    DIFFERENCE_IN_DIFFERENCES = "difference in differences"
    BEFORE_AND_AFTER = "before and after, against the unit's own past"
    SYNTHETIC_CONTROL = "synthetic control"
    NONE_POSSIBLE = "none possible"


class EffectVerdict(Enum):
    """All that is ever said of a measure."""

    WORKED = "worked"
    NO_VISIBLE_EFFECT = "no visible effect"
    TOO_EARLY = "too early"


@dataclass(frozen=True)
class MeasuredEffect:
    """What a measure did to an indicator, in the unit of the indicator (a share 0–1, points or a score).

    `raw` is how far the units of the measure moved; of that `regression` was to be expected because their beginning was
    partly bad luck, and `common` happened everywhere. `estimate` is what is left, with its interval; its n counts the
    answers of the units of the measure, before and after. `floor` is the part of the standard error that more answers
    won't take away.
    """

    design: EffectDesign
    estimate: Estimate
    raw: float | None = None
    regression: float = 0.0
    common: float = 0.0
    p: float | None = None
    treated: int = 0
    compared: int = 0
    n_after: int = 0
    floor: float = 0.0
    caveats: tuple[Message, ...] = ()

    @property
    def ok(self) -> bool:
        return self.estimate.ok


def refused_effect(reason: Message, *, unit: Unit = "score", n: int = 0) -> MeasuredEffect:
    """No effect can be measured, and why."""
    return MeasuredEffect(EffectDesign.NONE_POSSIBLE, refuse("effect", reason, n=n, unit=unit))


def unmeasured(design: EffectDesign, **parts: Any) -> MeasuredEffect:
    """All of an effect but its estimate, which `effect_of_draws` gives it."""
    return MeasuredEffect(design, refuse("effect", saying("没有数据")), **parts)


def effect_of_draws(
    draws: np.ndarray, basis: MeasuredEffect, *, method: str, unit: Unit, n: int, span: float, confidence: float = 0.95
) -> MeasuredEffect:
    """*basis* with its estimate: the middle of the *draws*, their interval, and p (two-sided) of none at all.

    *span*: the length of the indicator's scale, which no effect can exceed.
    """
    value = float(draws.mean())
    low, high = np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2])
    tail = min(float((draws > 0).mean()), float((draws < 0).mean()))
    estimate = Estimate(
        "effect", value, max(float(low), -span), min(float(high), span), n, unit,
        standard_error=float(draws.std()), confidence=confidence, method=method, scale=(-span, span),
    )  # fmt: skip
    return replace(basis, estimate=estimate, p=min(1.0, 2 * max(tail, 1 / len(draws))))


def effect_verdict(effect: MeasuredEffect, relevant: float, *, higher_is_better: bool = True) -> EffectVerdict:
    """What may be said: *relevant* (positive) is the smallest improvement that was worth the measure.

    It worked where the interval lies on the good side of none; no effect is visible where the interval leaves out an
    improvement of *relevant*; anything between is too early to tell.
    """
    if not effect.ok:
        return EffectVerdict.TOO_EARLY
    _, low, high = effect.estimate.figures()
    least, most = (low, high) if higher_is_better else (-high, -low)
    if least > 0:
        return EffectVerdict.WORKED
    return EffectVerdict.NO_VISIBLE_EFFECT if most < relevant else EffectVerdict.TOO_EARLY


def answers_still_needed(effect: MeasuredEffect, relevant: float, *, power: float = 2.8) -> int | None:
    """How many answers after the measure are missing until *relevant* would be seen with power .8; None: never.

    *power*: the ratio of effect and standard error at which that is so (1.96 + 0.84). The sampling error of the later
    answers shrinks with their number, the rest of the error does not.
    """
    error = effect.estimate.standard_error
    if error is None or effect.n_after == 0:
        return None
    allowed = (relevant / power) ** 2 - effect.floor**2
    if allowed <= 0:
        return None
    now = max(error**2 - effect.floor**2, 0.0)
    return max(0, ceil(effect.n_after * now / allowed) - effect.n_after)
