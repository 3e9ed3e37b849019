"""Estimates from weighted, stratified and clustered responses by Taylor linearisation (Särndal et al. 1992).

Weights say whom a response stands for; they never make more responses of it. The unweighted figure belongs beside
every figure from here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimates import Estimate, Unit, answers, refuse
from analysis.intervals.constant_answers import METHOD as EQUAL
from analysis.intervals.constant_answers import limits_of_equal, variance_of_equal
from analysis.intervals.promoters import PASSIVES_FROM, PROMOTERS_FROM
from analysis.sampling.weighting import effective_n
from surveys.localisation.wording import Message, saying

METHOD = "Taylor linearisation (Särndal, Swensson & Wretman 1992)"
SHARE_METHOD = "Taylor linearisation, exact limits at the effective n (Korn & Graubard 1998)"


@dataclass(frozen=True)
class Design:
    """How the responses came about; every Series has the index of the responses.

    `weights`: how many people each stands for (up to a factor). `strata` and `clusters` (branches, business halls) as
    sampled. `population`: for every response the number of clusters, or of people where there are none, in its
    stratum, for the finite population correction. `margins`: the columns the weights were raked to; residuals from
    them carry what calibration gains.
    """

    weights: pd.Series
    strata: pd.Series | None = None
    clusters: pd.Series | None = None
    population: pd.Series | None = None
    margins: pd.DataFrame | None = None


def design_mean(
    ratings: pd.Series, design: Design, *, low: float = 1, high: float = 5, confidence: float = 0.95
) -> Estimate:
    """Weighted mean with the interval of the design."""
    return _estimate("mean_score", ratings, ratings, design, (low, high), "score", confidence)


def design_top_two_box(
    ratings: pd.Series, design: Design, *, low: float = 1, high: float = 5, boxes: int = 2, confidence: float = 0.95
) -> Estimate:
    """Weighted top-two-box share."""
    chosen = (ratings > high - boxes).astype(float).where(ratings.notna())
    return _estimate("top_two_box", ratings, chosen, design, (low, high), "share", confidence)


def design_net_promoter_score(ratings: pd.Series, design: Design, *, confidence: float = 0.95) -> Estimate:
    """Weighted NPS in points."""
    points = (ratings >= PROMOTERS_FROM).astype(float) - (ratings < PASSIVES_FROM).astype(float)
    return _estimate(
        "net_promoter_score", ratings, (100 * points).where(ratings.notna()), design, (0, 10), "points", confidence
    )


def design_figure(
    measure: str, scores: pd.Series, design: Design, scale: tuple[float, float], unit: Unit, confidence: float
) -> Estimate:
    """The weighted mean of *scores*, which are in *unit* and lie within *scale*: 0 and 1 of a share, points of NPS."""
    return _estimate(measure, scores, scores, design, scale, unit, confidence)


def linearised_covariance(influence: np.ndarray, design: Design) -> np.ndarray:
    """Covariance of totals from the weighted *influence* of each response: shape (rows, k) → (k, k).

    The variation of cluster totals within strata. A stratum with a single cluster is centred on the mean of all
    clusters, which errs on the side of too wide an interval.
    """
    residuals = _residuals(influence, design)
    strata, clusters = _codes(design)
    firsts = np.zeros(clusters.max(initial=-1) + 1, dtype=int)
    firsts[clusters[::-1]] = np.arange(len(clusters))[::-1]
    totals = np.column_stack([np.bincount(clusters, column) for column in residuals.T])
    of_stratum = strata[firsts]
    population = None if design.population is None else design.population.to_numpy(dtype=float)[firsts]
    covariance = np.zeros((residuals.shape[1],) * 2)
    for stratum in np.unique(of_stratum):
        inside = of_stratum == stratum
        m = int(inside.sum())
        centred = totals[inside] - (totals[inside] if m > 1 else totals).mean(axis=0)
        correction = 1.0 if population is None else _finite(m, population[inside][0])
        covariance += correction * m / max(m - 1, 1) * centred.T @ centred
    return covariance


def _finite(sampled: int, population: float) -> float:
    """The finite population correction; none where the population is said to be smaller than what was asked of it."""
    return 1 - sampled / population if population >= sampled else 1.0


def degrees_of_freedom(design: Design) -> int:
    """Clusters less strata."""
    strata, clusters = _codes(design)
    return max(int(clusters.max(initial=-1)) + 1 - len(np.unique(strata)), 1)


def _estimate(
    measure: str,
    ratings: pd.Series,
    scores: pd.Series,
    design: Design,
    scale: tuple[float, float],
    unit: Unit,
    confidence: float,
) -> Estimate:
    shown_scale = {"share": (0.0, 1.0), "points": (-100.0, 100.0)}.get(unit, scale)
    given, reason = answers(ratings.where(design.weights.gt(0)), *scale)
    reason = reason or _unusable(design, ratings.notna())
    if reason is not None:
        return refuse(measure, reason, n=len(given), unit=unit, scale=shown_scale)
    inside = scores.notna() & design.weights.gt(0)
    if np.ptp(scores[inside]) == 0:
        return _unanimous(measure, float(scores[inside].iloc[0]), design, inside, shown_scale, unit, confidence)
    value, variance, simple = _mean_and_variances(scores, design)
    error, n = float(np.sqrt(variance)), len(given)
    half = float(stats.t.isf((1 - confidence) / 2, degrees_of_freedom(design))) * error
    below, above = max(value - half, shown_scale[0]), min(value + half, shown_scale[1])
    if unit == "share" and variance > 0:
        below, above = share_limits(value, variance, n, degrees_of_freedom(design), confidence)
    effect = float(variance / simple)
    return Estimate(
        measure,
        value,
        below,
        above,
        n,
        unit,
        standard_error=error,
        confidence=confidence,
        effective_n=n / effect if effect > 0 else float(n),
        design_effect=effect,
        method=SHARE_METHOD if unit == "share" else METHOD,
        caveats=_caveats(design),
        scale=shown_scale,
    )


def _unusable(design: Design, given: pd.Series) -> Message | None:
    """Why a design tells no variation: weights that are no numbers, or answers of a single cluster."""
    weights = design.weights.to_numpy(dtype=float)
    endless = int(np.isinf(weights).sum())
    if endless:
        return saying("有 {endless} 份答卷的权重是无穷大", endless=endless)
    inside = given.to_numpy() & (np.nan_to_num(weights) > 0)
    if design.clusters is not None and len(np.unique(_codes(design)[1][inside])) < 2:
        return saying("答卷都来自同一处，看不出各处之间差多少")
    return None


def _caveats(design: Design) -> tuple[Message, ...]:
    if design.population is None:
        return ()
    strata, clusters = _codes(design)
    rows = pd.DataFrame({"stratum": strata, "cluster": clusters, "population": design.population.to_numpy(dtype=float)})
    found = rows.groupby("stratum").agg({"cluster": "nunique", "population": "first"})
    short = bool((found["population"] < found["cluster"]).any())
    return (saying("总体数比答卷还少，没有作有限总体修正，请核对总体数"),) if short else ()


def share_limits(share: float, variance: float, n: int, degrees: int, confidence: float) -> tuple[float, float]:
    """Exact binomial limits at the n that the design's variance is worth, for its degrees of freedom (Korn & Graubard).

    Symmetric limits of a weighted share that is near its edge held in 85 to 89 % of samples.
    """
    tail = (1 - confidence) / 2
    correction = (stats.t.isf(tail, max(n - 1, 1)) / stats.t.isf(tail, degrees)) ** 2
    worth = min(share * (1 - share) / variance * correction, float(n))
    hits = share * worth
    low = stats.beta.ppf(tail, hits, worth - hits + 1) if hits > 0 else 0.0
    high = stats.beta.isf(tail, hits + 1, worth - hits) if hits < worth else 1.0
    return min(float(low), share), max(float(high), share)


def _unanimous(
    measure: str,
    value: float,
    design: Design,
    inside: pd.Series,
    scale: tuple[float, float],
    unit: Unit,
    confidence: float,
) -> Estimate:
    """The figure where all weighted answers say the same; clusters that agree within count as one answer each."""
    n = int(inside.sum())
    clusters = n if design.clusters is None else len(np.unique(_codes(design)[1][inside.to_numpy()]))
    worth = min(effective_n(design.weights[inside]), float(clusters))
    below, above = limits_of_equal(value, worth, *scale, confidence=confidence)
    error = float(np.sqrt(variance_of_equal(value, worth, *scale) / worth))
    return Estimate(
        measure, value, below, above, n, unit, standard_error=error, confidence=confidence, effective_n=worth,
        design_effect=n / worth, method=EQUAL, scale=scale,
    )  # fmt: skip


def _mean_and_variances(scores: pd.Series, design: Design) -> tuple[float, float, float]:
    """Weighted mean, its variance under the design and its variance had the same n been drawn simply at random."""
    y = scores.to_numpy(dtype=float)
    weights = np.where(np.isnan(y), 0.0, design.weights.fillna(0.0).to_numpy(dtype=float))
    y = np.nan_to_num(y)
    total, n = weights.sum(), int((weights > 0).sum())
    mean = float(weights @ y / total)
    # Those who didn't answer stay in their clusters with influence 0: the domain's size is random too.
    influence = (weights * (y - mean) / total)[:, None]
    variance = float(linearised_covariance(influence, design)[0, 0])
    spread = float(weights @ (y - mean) ** 2 / total) * n / (n - 1)
    # Weights scaled to their mean say nothing about the size of the population.
    finite = (total - n) / total if design.population is not None and total > 1.001 * n else 1.0
    return mean, variance, spread / n * finite


def _residuals(influence: np.ndarray, design: Design) -> np.ndarray:
    """The influence less what the calibration margins explain, by least squares on their categories."""
    if design.margins is None:
        return influence
    weights = design.weights.fillna(0.0).to_numpy(dtype=float)
    used = weights > 0
    columns = pd.get_dummies(design.margins.astype(str), dtype=float).to_numpy()[used]
    per_weight = influence[used] / weights[used, None]
    coefficients = np.linalg.lstsq(columns, per_weight, rcond=None)[0]
    residuals = np.zeros_like(influence)
    residuals[used] = (per_weight - columns @ coefficients) * weights[used, None]
    return residuals


def _codes(design: Design) -> tuple[np.ndarray, np.ndarray]:
    """Stratum and cluster number of every response; clusters are numbered through, nested in strata."""
    n = len(design.weights)
    strata = np.zeros(n, dtype=int) if design.strata is None else pd.factorize(design.strata)[0]
    if design.clusters is None:
        return strata, np.arange(n)
    own = pd.factorize(design.clusters, use_na_sentinel=False)[0]
    nested = (strata + 1) * (own.max(initial=0) + 1) + own
    return strata, pd.factorize(nested)[0]
