"""What overall satisfaction would gain if an area rose to what is attainable: the order in which to improve.

gain = reach × slope × attainable rise, in points of overall satisfaction per customer:

- reach: the part of customers who use what the area is about
- slope: how many points of overall satisfaction go with one point of the area, all other areas held
- attainable rise: to the level of the best quarter of comparable units, or back to where a unit was before it fell,
  whichever is more; weighted by how many each unit serves. Units' levels are partially pooled, so that a few answers
  neither make a model of a unit nor a failure.

Slopes are associations: a gain is what to expect if they are causes. That it is not zero by chance is what the
interval says; areas whose order could be chance are called ties.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from analysis.differences.partial_pooling import FEWEST_UNITS, level_and_spread, steadied
from analysis.drivers.usage_model import UsageFit, UsageModel
from analysis.estimates import Estimate
from analysis.sampling.clustered_figures import LEAST_CLUSTERS, alone_where_missing
from analysis.scales.pairwise_correlations import distinct_rows
from surveys.localisation.wording import Message, saying

METHOD = "reach × slope × attainable rise (partial pooling of units, bootstrap of slopes)"
FEWEST_RATINGS = 5  # of a unit in an area, to be compared with others
SURE_FALL = 0.95
_DRAWS = 400
_SEED = 1731


@dataclass(frozen=True)
class ExpectedGain:
    """`estimate` in points of overall satisfaction; its parts; `place` counts ties as one place, from 1.

    `rise` is per customer of the area, in its own points. `unit_kind` names what was compared, empty where one step of
    the scale had to stand in for what is attainable. `back` is the part of the rise that only regains a fall.
    """

    estimate: Estimate
    reach: float
    slope: float
    rise: float
    back: float
    unit_kind: str
    place: int = 1


@dataclass(frozen=True)
class GainRanking:
    """Gains by area, the largest first; refused where overall satisfaction can't be explained."""

    gains: Mapping[str, ExpectedGain]
    n: int
    refusal: Message | None = None


def expected_gains(
    values: pd.DataFrame, overall: pd.Series, units: pd.DataFrame, earlier: pd.DataFrame | None = None,
    earlier_units: pd.DataFrame | None = None, *, limits: Mapping[str, tuple[float, float]], draws: int = _DRAWS,
    clusters: pd.Series | None = None,
) -> GainRanking:  # fmt: skip
    """*values*: one row per response, one column per area (missing: not used); *overall*: the same rows.

    *units*: one column per kind of unit (touchpoint, district …); *earlier*, *earlier_units*: the same of the time
    before, against which falls are seen. *limits*: the scale of each area. Slopes are redrawn by
    whole *clusters* (the same rows), where there are enough of them.
    """
    values, overall = values.where(np.isfinite(values)), overall.where(np.isfinite(overall))
    known = overall.notna()
    codes = [code for code in values.columns if values.loc[known, code].notna().sum() >= 10]
    n = int(known.sum())
    if len(codes) < 1 or n < 10 * len(codes) or overall[known].nunique() < 2:
        return GainRanking({}, n, saying("只有 {n} 份同时有总体评分的答卷", n=n))
    own = _numbers(clusters, known)
    together = np.column_stack([own, values.loc[known, codes], overall[known]]).astype(float)
    table, times = distinct_rows(_in_order(together))
    chance = np.random.default_rng(_SEED)
    model = UsageModel(table[:, 1:], times, table[:, 0].astype(int) if own.any() else None)
    slopes, point = _slopes(model.redrawn(draws, chance)), _slopes(model.fit())[0]
    if not len(slopes) or not np.isfinite(point).all():
        return GainRanking({}, n, saying("总体满意度的差别解释不了"))
    before = {} if earlier is None else {code: earlier[code].where(np.isfinite(earlier[code])) for code in codes}
    rises = {code: _rise(values[code], units, before.get(code), earlier_units, limits[code], chance) for code in codes}
    found, drawn = {}, {}
    for i, code in enumerate(codes):
        reach = float(values.loc[known, code].notna().mean())
        drawn[code] = reach * slopes[:, i] * chance.choice(rises[code].draws, len(slopes))
        found[code] = _gain(code, reach, float(point[i]), rises[code], drawn[code], n)
    return GainRanking(_placed(found, drawn), n)


def _numbers(clusters: pd.Series | None, known: pd.Series) -> np.ndarray:
    """The number of each known answer's cluster; 0 for all where clusters can't tell how they vary."""
    none = np.zeros(int(known.sum()))
    if clusters is None:
        return none
    found = alone_where_missing(clusters[known])
    return found if LEAST_CLUSTERS <= len(np.unique(found)) < len(found) else none


def _in_order(table: np.ndarray) -> np.ndarray:
    """Sorted, so that the order in which answers are read changes nothing."""
    return table[np.lexsort(np.nan_to_num(table, nan=-np.inf).T[::-1])]


def _slopes(fit: UsageFit) -> np.ndarray:
    """Of each draw, points of overall satisfaction by point of each area; not below none."""
    inner, outer = fit.correlations[:, :-1, :-1], fit.correlations[:, :-1, -1]
    steadier = inner + 1e-6 * np.eye(inner.shape[1])
    beta = np.linalg.solve(steadier, outer[:, :, None])[:, :, 0]
    return np.asarray(np.maximum(beta * fit.spread[:, -1:] / fit.spread[:, :-1], 0.0))


@dataclass(frozen=True)
class _Rise:
    draws: np.ndarray
    mean: float
    back: float
    kind: str


def _rise(
    values: pd.Series, units: pd.DataFrame, earlier: pd.Series | None, earlier_units: pd.DataFrame | None,
    limits: tuple[float, float], chance: np.random.Generator,
) -> _Rise:  # fmt: skip
    """By the kind of unit that shows most; without units one tenth of the scale, as far as there is room above."""
    found = []
    for kind in units.columns:
        table = _levels(values, units[kind])
        if len(table) >= FEWEST_UNITS:
            falls = None if earlier is None or earlier_units is None else _levels(earlier, earlier_units[kind])
            found.append(_attainable(table, falls, str(kind), chance))
    if found:
        return max(found, key=lambda each: each.mean)
    return _of_the_whole(values, earlier, limits, chance)


def _of_the_whole(
    values: pd.Series, earlier: pd.Series | None, limits: tuple[float, float], chance: np.random.Generator
) -> _Rise:
    """Without units: back to before, where all fell; else one tenth of the scale, as far as there is room above."""
    now, before = values.dropna(), pd.Series(dtype=float) if earlier is None else earlier.dropna()
    if min(len(now), len(before)) >= FEWEST_RATINGS:
        fall = float(before.mean() - now.mean())
        error = float(np.sqrt(now.var() / len(now) + before.var() / len(before)))
        if fall > stats.norm.isf(1 - SURE_FALL) * error:
            return _Rise(chance.normal(fall, error, _DRAWS), fall, fall, "")
    low, high = limits
    step = min((high - low) / 10, max(high - float(now.mean()), 0.0)) if len(now) else 0.0
    return _Rise(np.array([step]), step, 0.0, "")


def _levels(values: pd.Series, units: pd.Series) -> pd.DataFrame:
    """One row per unit with enough ratings: mean, its variance, n."""
    known = values.notna() & units.notna()
    grouped = values[known].astype(float).groupby(units[known].astype(str)).agg(["mean", "var", "count"])
    grouped = grouped[grouped["count"] >= FEWEST_RATINGS]
    n = grouped["count"].to_numpy(dtype=float)
    variance = steadied(grouped["var"].fillna(0).to_numpy(), n) / n if len(n) else n
    return pd.DataFrame({"mean": grouped["mean"], "variance": np.maximum(variance, 1e-9), "n": n})


def _attainable(table: pd.DataFrame, earlier: pd.DataFrame | None, kind: str, chance: np.random.Generator) -> _Rise:
    """The rise of all units that are not of the best quarter to its level, or back to their own of before."""
    levels = _posterior(table, chance)
    share = (table["n"] / table["n"].sum()).to_numpy()
    best = np.argsort(-levels.mean(axis=0))[: max(1, round(len(table) / 4))]
    gaps = levels[:, best].mean(axis=1)[:, None] - levels
    gaps[:, best] = 0.0
    back = np.zeros_like(gaps)
    if earlier is not None and (both := table.index.intersection(earlier.index)).size >= FEWEST_UNITS:
        fallen = table.loc[both].assign(
            mean=earlier.loc[both, "mean"] - table.loc[both, "mean"],
            variance=table.loc[both, "variance"] + earlier.loc[both, "variance"],
        )
        drawn = _posterior(fallen, chance)
        sure = (drawn > 0).mean(axis=0) >= SURE_FALL
        back[:, table.index.get_indexer(both[sure])] = drawn[:, sure]
    chosen = np.where(back.mean(axis=0) > gaps.mean(axis=0), back, gaps)
    regained = np.where(back.mean(axis=0) > gaps.mean(axis=0), back, 0.0)
    draws = chosen @ share
    return _Rise(draws, max(float(draws.mean()), 0.0), float((regained @ share).mean()), kind)


def _posterior(table: pd.DataFrame, chance: np.random.Generator) -> np.ndarray:
    """Draws of the units' true levels, one column each."""
    y, variance = table["mean"].to_numpy(), table["variance"].to_numpy()
    mean, spread = level_and_spread(y, np.sqrt(variance), chance)
    mean, spread = mean[:_DRAWS, None], spread[:_DRAWS, None]
    weight = spread**2 / (spread**2 + variance)
    return np.asarray(chance.normal(mean + weight * (y - mean), np.sqrt(weight * variance)))


def _gain(code: str, reach: float, slope: float, rise: _Rise, draws: np.ndarray, n: int) -> ExpectedGain:
    value = reach * slope * rise.mean
    low, high = np.quantile(draws, [0.025, 0.975])
    estimate = Estimate(
        "expected_gain", value, min(float(low), value), max(float(high), value), n, "score",
        standard_error=float(draws.std()), method=METHOD, scale=(0.0, max(float(high), value, 1e-9)),
    )  # fmt: skip
    return ExpectedGain(estimate, reach, slope, rise.mean, rise.back, rise.kind)


def _placed(found: Mapping[str, ExpectedGain], drawn: Mapping[str, np.ndarray]) -> dict[str, ExpectedGain]:
    """In order of gain; who isn't surely behind the first of a group (nine draws in ten) ties with it."""
    order = sorted(found, key=lambda code: (-(found[code].estimate.value or 0.0), code))
    placed: dict[str, ExpectedGain] = {}
    leader, place = "", 0
    for code in order:
        if not leader or float((drawn[leader] > drawn[code]).mean()) >= 0.9:
            leader, place = code, len(placed) + 1
        placed[code] = replace(found[code], place=place)
    return placed


def first_places(ranking: GainRanking) -> Sequence[str]:
    """The areas that share the first place."""
    return [code for code, gain in ranking.gains.items() if gain.place == 1]
