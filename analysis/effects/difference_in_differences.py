"""Units with a measure against comparable units without it, before and after.

Two things are not the measure's doing and are taken out: what happened everywhere (the change of the units without
it), and the return of a bad beginning that was partly bad luck. A unit that was chosen because it came out worst is not
as bad as it looked: its level before is drawn towards that of all units by as much as its answers don't tell
(regression to the mean; James 1973, Davis 1976). How much units waver between the two windows for reasons of their own
is estimated from the units without the measure and not taken for known (uniform prior on its standard deviation,
Gelman 2006), so few units make wide intervals.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.differences.partial_pooling import FEWEST_UNITS, level_and_spread
from analysis.effects.effect import EffectDesign, MeasuredEffect, effect_of_draws, refused_effect, unmeasured
from analysis.estimates import Unit
from surveys.localisation.wording import Message, saying

METHOD = "difference in differences over units, baseline shrunken (empirical Bayes)"
FEWEST_COMPARED = 3
_BASELINES = 100  # draws of the level and the spread of all units
_WAVERINGS = 100  # steps of how much a unit wavers by itself
_DRAWS = 4000


class _Excess(NamedTuple):
    """By how much units exceed what their beginning let expect; one row per draw of the baseline, one column a unit."""

    values: np.ndarray
    variances: np.ndarray
    regression: np.ndarray  # by how much each unit was to come back anyway, on average over the draws


def difference_in_differences(
    windows: pd.DataFrame, *, low: float = 1, high: float = 5, unit: Unit = "score", shrunken: bool = True
) -> MeasuredEffect:
    """The effect of the measure on the units that had it, from the frame of `unit_windows`.

    *low*, *high*: the scale of the indicator. *shrunken*: guard against regression to the mean; only to be switched off
    where the units were chosen by lot.
    """
    treated = windows["treated"].to_numpy(dtype=bool)
    if (reason := _unfit(treated)) is not None:
        return refused_effect(reason, unit=unit, n=int(windows[["n_before", "n_after"]].to_numpy().sum()))
    chance = np.random.default_rng(1973)
    excess = _excess(windows, shrunken and len(windows) >= FEWEST_UNITS, chance)
    draws, common, floor = _contrast(excess, windows, treated, chance)
    own = windows[treated]
    basis = unmeasured(
        EffectDesign.DIFFERENCE_IN_DIFFERENCES,
        raw=float(np.average(own["after"] - own["before"], weights=own["n_after"])),
        regression=float(np.average(excess.regression[treated], weights=own["n_after"])),
        common=common, treated=len(own), compared=int((~treated).sum()), n_after=int(own["n_after"].sum()), floor=floor,
    )  # fmt: skip
    n = int(own[["n_before", "n_after"]].to_numpy().sum())
    return effect_of_draws(draws, basis, method=METHOD, unit=unit, n=n, span=high - low)


def placebo_p(windows: pd.DataFrame, *, rounds: int = 2000) -> float:
    """How often as many units drawn by lot would seem to have moved as far, in either direction (permutation test).

    Changes are compared in units of their own sampling error, so that units with few answers have no say by chance.
    """
    treated = windows["treated"].to_numpy(dtype=bool)
    change = (windows["after"] - windows["before"]).to_numpy()
    variance = (windows["before_variance"] + windows["after_variance"]).to_numpy() + change.var() / 2
    found = abs(_studentised(change, variance, treated))
    chance = np.random.default_rng(1937)
    lots = [abs(_studentised(change, variance, chance.permutation(treated))) for _ in range(rounds)]
    return float((1 + sum(lot >= found - 1e-12 for lot in lots)) / (1 + rounds))


def _studentised(change: np.ndarray, variance: np.ndarray, chosen: np.ndarray) -> float:
    weights = 1 / variance
    own, other = (float(np.average(change[side], weights=weights[side])) for side in (chosen, ~chosen))
    return (own - other) / float(np.sqrt(1 / weights[chosen].sum() + 1 / weights[~chosen].sum()))


def _unfit(treated: np.ndarray) -> Message | None:
    if not treated.any():
        return saying("采取措施的单位在措施前后没有都收到作答")
    if (compared := int((~treated).sum())) < FEWEST_COMPARED:
        return saying(
            "只有 {compared} 个没有采取措施的可比单位，至少要 {fewest} 个", compared=compared, fewest=FEWEST_COMPARED
        )
    return None


def _excess(windows: pd.DataFrame, shrunken: bool, chance: np.random.Generator) -> _Excess:
    before, after = windows["before"].to_numpy(), windows["after"].to_numpy()
    sampling, later = windows["before_variance"].to_numpy(), windows["after_variance"].to_numpy()
    if not shrunken:
        return _Excess((after - before)[None, :], (sampling + later)[None, :], np.zeros(len(before)))
    levels, spreads = level_and_spread(before, np.sqrt(np.maximum(sampling, 1e-12)), chance)
    level, spread = levels[:_BASELINES, None], spreads[:_BASELINES, None]
    weight = spread**2 / (spread**2 + sampling)
    true_before = level + weight * (before - level)
    return _Excess(after - true_before, spread**2 * (1 - weight) + later, (true_before - before).mean(axis=0))


def _contrast(
    excess: _Excess, windows: pd.DataFrame, treated: np.ndarray, chance: np.random.Generator
) -> tuple[np.ndarray, float, float]:
    """Draws of the effect; the common change; the standard error that more answers afterwards would leave."""
    wavering = np.linspace(0, 4 * float(excess.values.std(axis=1).mean()) + 1e-9, _WAVERINGS)
    precision = 1 / (excess.variances[:, None, :] + wavering[None, :, None] ** 2)  # baseline × wavering × unit
    sides = [_side(excess.values, precision, which) for which in (treated, ~treated)]
    likelihood = sides[0][2] + sides[1][2]
    weights = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    rows = np.tile(np.arange(len(weights)), _DRAWS // len(weights))
    columns = (weights[rows].cumsum(axis=1) > chance.random(len(rows))[:, None]).argmax(axis=1)
    mean = sides[0][0] - sides[1][0]
    error = np.sqrt(1 / sides[0][1] + 1 / sides[1][1])
    draws = chance.normal(mean[rows, columns], error[rows, columns])
    later = windows["after_variance"].to_numpy()[treated]
    return draws, float((sides[1][0] * weights).sum() / len(weights)), _floor(draws, later)


def _side(values: np.ndarray, precision: np.ndarray, which: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, precision and log likelihood of one side, by draw of the baseline and step of wavering."""
    own, chosen = precision[:, :, which], values[:, None, which]
    total = own.sum(axis=2)
    mean = (own * chosen).sum(axis=2) / total
    fit = (np.log(own) - own * (chosen - mean[:, :, None]) ** 2).sum(axis=2) / 2
    return mean, total, fit - np.log(total) / 2


def _floor(draws: np.ndarray, later: np.ndarray) -> float:
    return float(np.sqrt(max(draws.var() - later.mean() / len(later), 0.0)))
