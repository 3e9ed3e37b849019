"""One unit against the mixture of other units that went the same way before the measure.

Abadie, Diamond, Hainmueller 2010: weights that are not negative and add up to one; whether a gap is unusual is judged
by doing the same for every unit that had no measure. With J of those the smallest p-value there is, is 1 / (J + 1).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import nnls

from analysis.effects.effect import EffectDesign, MeasuredEffect, refused_effect
from analysis.estimates import Estimate, Unit
from surveys.localisation.wording import Message, saying

METHOD = "synthetic control with placebo inference (Abadie, Diamond, Hainmueller 2010)"
FEWEST_UNITS = 8
FEWEST_BEFORE = 6


@dataclass(frozen=True)
class SyntheticControl:
    """`effect`; `weights` of the units that make up the comparison; `path`: `period`, `measured`, `synthetic`."""

    effect: MeasuredEffect
    weights: pd.Series
    path: pd.DataFrame


def synthetic_control(
    means: pd.DataFrame, treated: str, begin: Any, *, n: int = 0, low: float = 1, high: float = 5,
    unit: Unit = "score",
) -> SyntheticControl:  # fmt: skip
    """*means*: one row per period in order, one column per unit, no gaps; *begin*: first period with the measure.

    *low*, *high*: the scale of the indicator; *n*: the answers behind it, to be said beside the figure.
    """
    others = [each for each in means.columns if each != treated]
    before = np.asarray(means.index < begin)
    if (reason := _unfit(means, others, before)) is not None:
        return SyntheticControl(refused_effect(reason, unit=unit, n=n), pd.Series(dtype=float), pd.DataFrame())
    gaps = {each: _gaps(means, each, [other for other in others if other != each], before) for each in means.columns}
    weights, own = gaps[treated]
    placebo = {each: gaps[each][1] for each in others}
    effect = replace(_effect(own, placebo, before, unit, high - low, n), compared=len(others))
    path = pd.DataFrame({"period": means.index, "measured": means[treated], "synthetic": means[treated] - own})
    return SyntheticControl(effect, weights[weights > 0.005], path.reset_index(drop=True))


def _effect(
    own: np.ndarray, placebo: dict[str, np.ndarray], before: np.ndarray, unit: Unit, span: float, n: int
) -> MeasuredEffect:
    value = float(own[~before].mean() - own[before].mean())
    elsewhere = np.array([gap[~before].mean() - gap[before].mean() for gap in placebo.values()])
    error = float(np.sqrt((elsewhere**2).mean()) * np.sqrt(1 + 1 / len(elsewhere)))
    half = float(stats.t.ppf(0.975, len(elsewhere) - 1)) * error
    ratios = np.array([_ratio(gap, before) for gap in placebo.values()])
    p = float((1 + (ratios >= _ratio(own, before)).sum()) / (1 + len(ratios)))
    estimate = Estimate(
        "effect", value, max(value - half, -span), min(value + half, span), n, unit, standard_error=error,
        method=METHOD, scale=(-span, span),
    )  # fmt: skip
    return MeasuredEffect(EffectDesign.SYNTHETIC_CONTROL, estimate, raw=value, p=p, treated=1)


def _gaps(
    means: pd.DataFrame, unit: str, others: list[str], before: np.ndarray
) -> tuple[pd.Series, np.ndarray]:  # fmt: skip
    """The weights of the others that follow *unit* before the measure, and what is left over in every period."""
    target, pool = means[unit].to_numpy(dtype=float), means[others].to_numpy(dtype=float)
    bound = 1e3 * max(1.0, float(np.abs(pool).max()))  # so heavy a row makes the weights add up to one
    found, _ = nnls(np.vstack([pool[before], np.full(len(others), bound)]), np.append(target[before], bound))
    weights = found / found.sum()
    return pd.Series(weights, index=others), target - pool @ weights


def _ratio(gap: np.ndarray, before: np.ndarray) -> float:
    """Root mean square of the gap after the measure to that before it."""
    return float(np.sqrt((gap[~before] ** 2).mean() / max(float((gap[before] ** 2).mean()), 1e-12)))


def _unfit(means: pd.DataFrame, others: list[str], before: np.ndarray) -> Message | None:
    if len(others) < FEWEST_UNITS:
        return saying("只有 {count} 个可比单位，合成对照至少要 {fewest} 个", count=len(others), fewest=FEWEST_UNITS)
    if before.sum() < FEWEST_BEFORE or before.all():
        return saying("合成对照至少要有措施前 {fewest} 期和措施后一期", fewest=FEWEST_BEFORE)
    if means.isna().to_numpy().any():
        return saying("有的单位缺了几期，合成对照要求每期都有作答")
    return None
