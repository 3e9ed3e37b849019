"""Units compared fairly: branches, agents or departments with few answers are pulled towards what all have in common.

A unit with eight answers is often first or last by chance alone. Here each unit's level is estimated together with how
much units differ at all: shares by a beta-binomial model, scores and points by a normal one. What is not known, the
common mean and the spread between units, is averaged over (Gelman et al., Bayesian Data Analysis, 3rd ed., ch. 5),
with every spread taken for equally likely beforehand; nothing is fitted and then taken for known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import special

from analysis.estimates import Estimate, Unit
from surveys.localisation.ordering import natural
from surveys.localisation.wording import Message, saying

SHARES = "beta-binomial partial pooling (Gelman et al. 2013)"
SCORES = "normal partial pooling (Gelman et al. 2013)"
FEWEST_UNITS = 4
_DRAWS = 4000
_GRID = 60
_BORROWED = 10  # degrees of freedom that a unit's own variance borrows from the variance within all units


@dataclass(frozen=True)
class FairUnit:
    """One unit among others; ranks count from 1, the best, each with its 95 % interval."""

    name: str
    raw: float
    estimate: Estimate
    rank: float
    rank_low: int
    rank_high: int
    among_worst: float  # the probability that it is one of the worst fifth


@dataclass(frozen=True)
class FairComparison:
    """Units from best to worst. `spread` is the standard deviation between units beyond chance, with its interval.

    `mean` is the level that units have in common, in the unit of the figures. Refused: no units, and why.
    """

    method: str
    units: tuple[FairUnit, ...] = ()
    mean: float = 0.0
    spread: tuple[float, float, float] = (0.0, 0.0, 0.0)
    worst: int = 0  # how many units make up the worst fifth
    refusal: Message | None = None

    @property
    def clearly_worst(self) -> list[FairUnit]:
        """Those of which it is at least 95 % sure that they are among the worst fifth."""
        return [each for each in self.units if each.among_worst >= 0.95]

    @property
    def differ(self) -> bool:
        """Whether any unit's interval leaves out what all have in common."""
        figures = [each.estimate.figures() for each in self.units]
        return any(low > self.mean or high < self.mean for _, low, high in figures)


def compare_shares(hits: pd.Series, units: pd.Series, *, measure: str = "top_two_box") -> FairComparison:
    """Units by the share of *hits* (1, 0 or missing) in each.

    *units*: the name of each answer's unit, in the order of *hits*; answers without one are left out.
    """
    known = hits.notna() & units.notna()
    grouped = hits[known].astype(float).groupby(units[known].astype(str)).agg(["sum", "count"])
    if (refusal := _unfit(grouped["count"])) is not None:
        return FairComparison(SHARES, refusal=refusal)
    h, n = grouped["sum"].to_numpy(), grouped["count"].to_numpy(dtype=float)
    chance = np.random.default_rng(2013)
    mean, rho = _share_hyperparameters(h, n, chance)
    strength = (1 - rho) / rho
    levels = chance.beta(h + (mean * strength)[:, None], n - h + ((1 - mean) * strength)[:, None])
    expected = ((h + (mean * strength)[:, None]) / (n + strength[:, None])).mean(axis=0)
    spread = np.sqrt(mean * (1 - mean) * rho)
    basis = Estimate(measure, 0.0, 0.0, 0.0, 0, "share", method=SHARES)
    return _comparison(list(grouped.index), h / n, n, levels, expected, mean, spread, basis)


def compare_top_two(ratings: pd.Series, units: pd.Series, *, low: float = 1, high: float = 5) -> FairComparison:
    """Units by their top-two-box share; *ratings* on a whole-numbered scale from *low* to *high*."""
    given = ratings.where(ratings.between(low, high)).astype(float)
    return compare_shares((given > high - 2).astype(float).where(given.notna()), units)


def compare_scores(
    values: pd.Series, units: pd.Series, *, low: float = 1, high: float = 5, measure: str = "mean_score",
    unit: Unit = "score",
) -> FairComparison:  # fmt: skip
    """Units by the mean of *values* on a scale from *low* to *high*; missing ones are left out.

    A unit's own variance is steadied by the variance within all units, so that two equal answers are not taken for
    certainty.
    """
    known = values.notna() & units.notna()
    grouped = values[known].astype(float).groupby(units[known].astype(str)).agg(["mean", "var", "count"])
    if (refusal := _unfit(grouped["count"])) is not None:
        return FairComparison(SCORES, refusal=refusal)
    y, n = grouped["mean"].to_numpy(), grouped["count"].to_numpy(dtype=float)
    error = np.sqrt(steadied(grouped["var"].fillna(0).to_numpy(), n) / n)
    if not error.any():
        return FairComparison(SCORES, refusal=saying("所有回答都相同，没有可比的差别"))
    chance = np.random.default_rng(2013)
    mean, spread = level_and_spread(y, error, chance)
    weight = spread[:, None] ** 2 / (spread[:, None] ** 2 + error**2)
    centre = weight * y + (1 - weight) * mean[:, None]
    levels = np.clip(chance.normal(centre, np.sqrt(weight) * error), low, high)
    basis = Estimate(measure, 0.0, 0.0, 0.0, 0, unit, method=SCORES, scale=(low, high))
    return _comparison(list(grouped.index), y, n, levels, centre.mean(axis=0).clip(low, high), mean, spread, basis)


def adjusted_for_mix(values: pd.Series, units: pd.Series, mix: pd.DataFrame) -> pd.Series:
    """The *values* as they would be if every unit had the same mix of customers: to be compared like plain ones.

    *mix*: one column of categories per fact that differs between the units' customers (business type, tier …); what
    each category adds is estimated within units (least squares with a level per unit), and taken off against the whole.
    Values whose mix is not known are left as missing.
    """
    known = values.notna() & units.notna() & mix.notna().all(axis=1)
    marks = pd.get_dummies(mix[known].astype(str), drop_first=True, dtype=float)
    if marks.empty:
        return values.where(known)
    names = units[known].astype(str)
    within = marks - marks.groupby(names).transform("mean")
    own = values[known].astype(float)
    centred = own - own.groupby(names).transform("mean")
    effects, *_ = np.linalg.lstsq(within.to_numpy(), centred.to_numpy(), rcond=None)
    adjusted = own - (marks - marks.mean()).to_numpy() @ effects
    return adjusted.reindex(values.index)


def _unfit(counts: pd.Series) -> Message | None:
    if len(counts) >= FEWEST_UNITS:
        return None
    return saying("只有 {count} 个单位，至少要有 {fewest} 个才能放在一起比", count=len(counts), fewest=FEWEST_UNITS)


def _share_hyperparameters(h: np.ndarray, n: np.ndarray, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draws of the common mean and of ρ, the part of p(1 − p) that lies between units; √ρ is uniform beforehand."""
    means, roots = np.linspace(0.005, 0.995, _GRID), np.linspace(0.01, 0.75, _GRID)
    for _ in range(3):  # each time only where something is likely
        weights = _share_weights(h, n, means, roots)
        means, roots = _narrowed(means, weights.sum(axis=1)), _narrowed(roots, weights.sum(axis=0))
    weights = _share_weights(h, n, means, roots)
    cells = chance.choice(weights.size, _DRAWS, p=weights.ravel())
    return means[cells // len(roots)], roots[cells % len(roots)] ** 2


def _share_weights(h: np.ndarray, n: np.ndarray, means: np.ndarray, roots: np.ndarray) -> np.ndarray:
    """One row per mean, one column per √ρ: how likely the counts are, adding up to 1."""
    strength = (1 - roots**2) / roots**2
    a, b = means[:, None] * strength, (1 - means[:, None]) * strength
    likelihood = sum(special.betaln(a + hits, b + of - hits) for hits, of in zip(h, n, strict=True))
    return _as_weights(likelihood - len(h) * special.betaln(a, b))


def level_and_spread(y: np.ndarray, error: np.ndarray, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draws of the common mean and of the spread between units, which is uniform beforehand.

    *y*: the mean of each unit; *error*: its standard error.
    """
    spreads = np.linspace(0, 4 * max(float(np.std(y)), float(error.mean())), 20 * _GRID)
    precision = 1 / (spreads[:, None] ** 2 + error**2)
    total = precision.sum(axis=1)
    centre = (precision * y).sum(axis=1) / total
    fit = (np.log(precision) - precision * (y - centre[:, None]) ** 2).sum(axis=1) / 2
    cells = chance.choice(len(spreads), _DRAWS, p=_as_weights(fit - np.log(total) / 2))
    return chance.normal(centre[cells], 1 / np.sqrt(total[cells])), spreads[cells]


def _as_weights(logarithms: np.ndarray) -> np.ndarray:
    weights = np.exp(logarithms - logarithms.max())
    return np.asarray(weights / weights.sum())


def _narrowed(points: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """As many points, between the outermost of those that matter."""
    alive = np.flatnonzero(weights > weights.max() * 1e-6)
    first, last = max(alive[0] - 1, 0), min(alive[-1] + 1, len(points) - 1)
    return np.linspace(points[first], points[last], len(points))


def steadied(variances: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Each unit's variance, halfway to the variance within all units where it has only ten answers or so."""
    common = float((variances * (n - 1)).sum() / max((n - 1).sum(), 1))
    return np.asarray((variances * (n - 1) + common * _BORROWED) / (n - 1 + _BORROWED))


def _comparison(
    names: Sequence[str], raw: np.ndarray, n: np.ndarray, levels: np.ndarray, expected: np.ndarray, mean: np.ndarray,
    spread: np.ndarray, basis: Estimate,
) -> FairComparison:  # fmt: skip
    """From draws (one row each, one column per unit) to units, best first."""
    worst = max(1, round(len(names) / 5))
    ranks = (-levels).argsort(axis=1).argsort(axis=1) + 1
    low, high = np.quantile(levels, [0.025, 0.975], axis=0)
    rank_low, rank_high = np.quantile(ranks, [0.025, 0.975], axis=0, method="nearest")
    units = [
        FairUnit(
            name, float(raw[i]),
            replace(basis, value=float(expected[i]), low=float(min(low[i], expected[i])),
                    high=float(max(high[i], expected[i])), n=int(n[i])),
            float(ranks[:, i].mean()), int(rank_low[i]), int(rank_high[i]),
            float((ranks[:, i] > len(names) - worst).mean()),
        )
        for i, name in enumerate(names)
    ]  # fmt: skip
    ordered = sorted(units, key=lambda each: (-(each.estimate.value or 0), natural(each.name)))
    narrowest, widest = np.quantile(spread, [0.025, 0.975])
    return FairComparison(
        basis.method, tuple(ordered), float(mean.mean()), (float(spread.mean()), narrowest, widest), worst
    )
