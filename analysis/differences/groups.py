"""Several groups at once: do they differ at all, which pairs do, and by how much.

Welch and Games-Howell for means, Kruskal-Wallis and Dunn for ranks; Cliff's delta and Hedges g say how much.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.differences.clustered_groups import METHOD as CLUSTERED
from analysis.differences.clustered_groups import clustered_pairs, clustered_test, in_clusters, ranks_of
from analysis.differences.exact_ranks import EXACT_UP_TO, NORMAL_FROM, exact_rank_sum_p
from analysis.differences.multiplicity import holm
from analysis.differences.significance import GroupPair, SignificanceTest
from analysis.estimates import Estimate, refuse
from analysis.intervals.constant_answers import METHOD as EQUAL
from analysis.intervals.constant_answers import limits_of_equal, variance_of, variance_of_equal
from surveys.localisation.ordering import natural
from surveys.localisation.wording import saying


def left_out(values: pd.Series, groups: pd.Series, *, minimum: int = 2) -> dict[str, int]:
    """The groups that have too few answers to be compared, by name with their number of answers."""
    numbers = values.astype(float)
    given = numbers.where(np.isfinite(numbers)).groupby(groups.astype(object)).count()
    return {str(name): int(count) for name, count in given.items() if count < minimum}


def welch_anova(
    values: pd.Series,
    groups: pd.Series,
    *,
    low: float | None = None,
    high: float | None = None,
    clusters: pd.Series | None = None,
) -> SignificanceTest:
    """Whether the means of several groups with unequal variances differ (Welch 1951).

    *low* and *high* are the ends of the scale, by default the extremes given; a group whose answers are all the same
    has the variance of `analysis.intervals.constant_answers` on it.
    """
    method = "Welch F test (Welch 1951)"
    if (by_clusters := _by_clusters(values, groups, clusters)) is not None:
        return by_clusters
    samples = _several(values, groups)
    if len(samples) < 2:
        return _too_few(values, method)
    moments = _moments(samples, low, high)
    n, mean, variance = (np.array(part) for part in zip(*moments.values(), strict=True))
    if not variance.any():
        return _all_alike(samples, (float(len(n) - 1),), method)
    weights, k = n / variance, len(n)
    centre = (weights * mean).sum() / weights.sum()
    lack = ((1 - weights / weights.sum()) ** 2 / (n - 1)).sum()
    between = (weights * (mean - centre) ** 2).sum() / (k - 1)
    f = between / (1 + 2 * (k - 2) / (k * k - 1) * lack)
    degrees = (float(k - 1), float((k * k - 1) / (3 * lack)))
    return SignificanceTest(float(f), degrees, float(stats.f.sf(f, *degrees)), int(n.sum()), method)


def games_howell(
    values: pd.Series,
    groups: pd.Series,
    *,
    low: float | None = None,
    high: float | None = None,
    confidence: float = 0.95,
    clusters: pd.Series | None = None,
) -> list[GroupPair]:
    """All pairs of means with unequal variances and sizes (Games & Howell 1976); the scale as in `welch_anova`."""
    if (by_clusters := _pairs_by_clusters(values, groups, clusters, "mean_difference", confidence)) is not None:
        return by_clusters
    samples = _several(values, groups)
    moments = _moments(samples, low, high)
    pairs = []
    for first, second in combinations(samples, 2):
        (n1, mean1, variance1), (n2, mean2, variance2) = moments[first], moments[second]
        if variance1 + variance2 == 0:
            continue
        error1, error2 = variance1 / n1, variance2 / n2
        degrees = (error1 + error2) ** 2 / (error1**2 / (n1 - 1) + error2**2 / (n2 - 1))
        gap, error = mean2 - mean1, float(np.sqrt((error1 + error2) / 2))
        p = float(stats.studentized_range.sf(abs(gap) / error, len(samples), degrees))
        half = float(stats.studentized_range.isf(1 - confidence, len(samples), degrees)) * error
        difference = Estimate(
            "mean_difference", gap, gap - half, gap + half, n1 + n2, "score", confidence=confidence,
            standard_error=float(np.sqrt(error1 + error2)), method="Games-Howell (Games & Howell 1976)",
            family=f"Games-Howell, k = {len(samples)}",
        )  # fmt: skip
        pairs.append(GroupPair(first, second, difference, min(p, 1.0)))
    return pairs


def kruskal_wallis(
    values: pd.Series, groups: pd.Series, *, clusters: pd.Series | None = None
) -> SignificanceTest:  # fmt: skip
    """Whether ranks differ between groups, corrected for ties (Kruskal & Wallis 1952)."""
    if (by_clusters := _by_clusters(ranks_of(values, groups), groups, clusters)) is not None:
        return by_clusters
    method = "Kruskal-Wallis (Kruskal & Wallis 1952)"
    samples = _samples(values, groups)
    if len(samples) < 2:
        return _too_few(values, method)
    if np.ptp(np.concatenate(list(samples.values()))) == 0:
        return _all_alike(samples, (float(len(samples) - 1),), method)
    h, p = stats.kruskal(*samples.values())
    n = sum(len(sample) for sample in samples.values())
    return SignificanceTest(float(h), (float(len(samples) - 1),), float(p), n, method)


def dunn(
    values: pd.Series, groups: pd.Series, *, confidence: float = 0.95, clusters: pd.Series | None = None
) -> list[GroupPair]:
    """All pairs of mean ranks (Dunn 1964) with ties correction, p by Holm, intervals by Bonferroni over the pairs."""
    ranked = ranks_of(values, groups)
    if (by_clusters := _pairs_by_clusters(ranked, groups, clusters, "rank_difference", confidence)) is not None:
        return by_clusters
    samples = _samples(values, groups)
    if len(samples) < 2:
        return []
    pooled = np.concatenate(list(samples.values()))
    n, ranks = len(pooled), stats.rankdata(pooled)
    ties = np.unique(pooled, return_counts=True)[1].astype(float)
    spread = n * (n + 1) / 12 - (ties**3 - ties).sum() / (12 * (n - 1))
    if spread <= 0:  # all answers are the same: no rank differs, and the spread without ties is the widest there is
        spread = n * (n + 1) / 12
    bounds = np.cumsum([len(sample) for sample in samples.values()])[:-1]
    mean_rank = dict(zip(samples, (part.mean() for part in np.split(ranks, bounds)), strict=True))
    pairs = list(combinations(samples, 2))
    errors = [np.sqrt(spread * (1 / len(samples[a]) + 1 / len(samples[b]))) for a, b in pairs]
    gaps = [float(mean_rank[b] - mean_rank[a]) for a, b in pairs]
    p = holm([float(2 * stats.norm.sf(abs(gap) / error)) for gap, error in zip(gaps, errors, strict=True)])
    family = f"Dunn, Holm, m = {len(pairs)}"
    reach = float(stats.norm.isf((1 - confidence) / 2 / len(pairs)))
    return [
        GroupPair(
            a, b,
            Estimate(
                "rank_difference", gap, float(gap - reach * error), float(gap + reach * error),
                len(samples[a]) + len(samples[b]), "score", confidence=confidence, standard_error=float(error),
                method="Dunn (Dunn 1964), Holm", family=family,
            ),
            each,
        )
        for (a, b), gap, each, error in zip(pairs, gaps, p, errors, strict=True)
    ]  # fmt: skip


def mann_whitney(first: pd.Series, second: pd.Series) -> SignificanceTest:
    """Whether one group tends to higher answers: U of *first* (Mann & Whitney 1947).

    Exact given the ties where a group has fewer than `NORMAL_FROM` answers, else the normal approximation with ties.
    """
    method = "Mann-Whitney U (Mann & Whitney 1947)"
    a, b = _given(first), _given(second)
    if min(len(a), len(b)) < 2:
        return _too_few(pd.concat([first, second]), method)
    if np.ptp(np.concatenate([a, b])) == 0:
        return SignificanceTest(len(a) * len(b) / 2, (), 1.0, len(a) + len(b), method)
    u, p = stats.mannwhitneyu(a, b, method="asymptotic")
    if min(len(a), len(b)) < NORMAL_FROM and len(a) + len(b) <= EXACT_UP_TO:
        p = exact_rank_sum_p(a, b)
    return SignificanceTest(float(u), (), float(p), len(a) + len(b), method)


def cliffs_delta(first: pd.Series, second: pd.Series, *, confidence: float = 0.95) -> Estimate:
    """P(first > second) − P(first < second), from −1 to 1, with Cliff's interval (Cliff 1996, asymmetric)."""
    a, b = _given(first), _given(second)
    n1, n2 = len(a), len(b)
    if min(n1, n2) < 2:
        return _refused_effect("cliffs_delta", n1 + n2, (-1.0, 1.0))
    rows, _ = _dominance(a, b)
    columns, ties = _dominance(b, a)
    columns, delta, equal = -columns, float(rows.mean()), float(ties.sum())
    if np.ptp(rows) == 0 and np.ptp(columns) == 0:
        return _unanimous_delta(delta, n1, n2, confidence)
    squares = n1 * n2 - equal - n1 * n2 * delta**2
    rows_sum, columns_sum = ((rows - delta) ** 2).sum(), ((columns - delta) ** 2).sum()
    variance = (n2**2 * rows_sum + n1**2 * columns_sum - squares) / (n1 * n2 * (n1 - 1) * (n2 - 1))
    variance = max(variance, (1 - delta**2) / (n1 * n2 - 1))
    z = float(stats.norm.isf((1 - confidence) / 2))
    centre, reach = delta - delta**3, z * np.sqrt(variance) * np.sqrt((1 - delta**2) ** 2 + z * z * variance)
    below = 1 - delta**2 + z * z * variance
    low, high = ((centre - reach) / below, (centre + reach) / below) if below > 0 else (delta, delta)
    return Estimate(
        "cliffs_delta", delta, max(min(low, delta), -1.0), min(max(high, delta), 1.0), n1 + n2, "score",
        standard_error=float(np.sqrt(variance)), confidence=confidence, method="Cliff's delta (Cliff 1996)",
        scale=(-1.0, 1.0),
    )  # fmt: skip


def _unanimous_delta(delta: float, n1: int, n2: int, confidence: float) -> Estimate:
    """Cliff's delta where all pairs compare alike: the limits of as many independent pairs as the smaller group has."""
    low, high = limits_of_equal(delta, min(n1, n2), -1.0, 1.0, confidence=confidence)
    return Estimate(
        "cliffs_delta", delta, low, high, n1 + n2, "score", confidence=confidence, method=EQUAL, scale=(-1.0, 1.0),
        standard_error=float(np.sqrt(variance_of_equal(delta, min(n1, n2), -1.0, 1.0) / min(n1, n2))),
    )  # fmt: skip


def hedges_g(first: pd.Series, second: pd.Series, *, confidence: float = 0.95) -> Estimate:
    """First less second in pooled standard deviations, corrected for small samples (Hedges & Olkin 1985)."""
    a, b = _given(first), _given(second)
    n1, n2 = len(a), len(b)
    if min(n1, n2) < 2:
        return _refused_effect("hedges_g", n1 + n2, (-10.0, 10.0))
    pooled = _pooled_deviation(a, b)
    g = float((a.mean() - b.mean()) / pooled * (1 - 3 / (4 * (n1 + n2 - 2) - 1)))
    error = float(np.sqrt((n1 + n2) / (n1 * n2) + g * g / (2 * (n1 + n2))))
    half = float(stats.norm.isf((1 - confidence) / 2)) * error
    return Estimate(
        "hedges_g", g, g - half, g + half, n1 + n2, "score", standard_error=error, confidence=confidence,
        method="Hedges g (Hedges & Olkin 1985)", scale=(-10.0, 10.0),
    )  # fmt: skip


def _pooled_deviation(a: np.ndarray, b: np.ndarray) -> float:
    """The pooled standard deviation; where neither group varies, that of equal answers between the two values."""
    n1, n2 = len(a), len(b)
    spreads = [float(each.var(ddof=1)) for each in (a, b)]
    if np.ptp(a) + np.ptp(b) == 0:
        ends = min(a[0], b[0]), max(a[0], b[0])
        spreads = [variance_of(each, *ends) for each in (a, b)]
    pooled = float(np.sqrt(((n1 - 1) * spreads[0] + (n2 - 1) * spreads[1]) / (n1 + n2 - 2)))
    return pooled or 1.0  # all the same: a difference of 0 is 0 in any unit


def _dominance(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each of *a* the part of *b* below it less the part above it, and how many of *b* equal it."""
    ordered = np.sort(b)
    below, up_to = np.searchsorted(ordered, a, "left"), np.searchsorted(ordered, a, "right")
    return (below - (len(b) - up_to)) / len(b), up_to - below


def _by_clusters(values: pd.Series, groups: pd.Series, clusters: pd.Series | None) -> SignificanceTest | None:
    """The test by clusters, or why there is none; None where each answer stands for itself."""
    if clusters is None:
        return None
    found, why_not = in_clusters(values, groups, clusters)
    if why_not is not None:
        n = int((values.notna() & groups.notna()).sum())
        return SignificanceTest(None, (), None, n, CLUSTERED, why_not)
    return None if found is None else clustered_test(found)


def _pairs_by_clusters(
    values: pd.Series, groups: pd.Series, clusters: pd.Series | None, measure: str, confidence: float
) -> list[GroupPair] | None:
    """The pairs by clusters, none where groups can't be compared; None where each answer stands for itself."""
    if clusters is None:
        return None
    found, why_not = in_clusters(values, groups, clusters)
    if why_not is not None:
        return []
    return None if found is None else clustered_pairs(found, measure, confidence)


def _samples(values: pd.Series, groups: pd.Series) -> dict[str, np.ndarray]:
    known = values.notna() & groups.notna() & np.isfinite(values.astype(float))
    grouped = values[known].astype(float).groupby(groups[known].astype(str))
    samples = {str(name): sample.to_numpy() for name, sample in grouped}
    return {name: samples[name] for name in sorted(samples, key=natural)}


def _several(values: pd.Series, groups: pd.Series) -> dict[str, np.ndarray]:
    return {name: sample for name, sample in _samples(values, groups).items() if len(sample) > 1}


def _given(values: pd.Series) -> np.ndarray:
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    return numbers[np.isfinite(numbers)]


def _moments(
    samples: dict[str, np.ndarray], low: float | None, high: float | None
) -> dict[str, tuple[int, float, float]]:
    """n, mean and variance of each group of at least two, on the scale from *low* to *high*."""
    bottom = min((float(each.min()) for each in samples.values()), default=0.0) if low is None else low
    top = max((float(each.max()) for each in samples.values()), default=0.0) if high is None else high
    return {name: (len(each), float(each.mean()), variance_of(each, bottom, top)) for name, each in samples.items()}


def _all_alike(samples: dict[str, np.ndarray], degrees: tuple[float, ...], method: str) -> SignificanceTest:
    """The outcome where everyone gave the same answer: nothing differs."""
    return SignificanceTest(0.0, degrees, 1.0, sum(len(each) for each in samples.values()), method)


def _too_few(values: pd.Series, method: str) -> SignificanceTest:
    reason = saying("能比较的组不足两个")
    return SignificanceTest(None, (), None, int(values.notna().sum()), method, reason)


def _refused_effect(measure: str, n: int, scale: tuple[float, float]) -> Estimate:
    return refuse(measure, saying("答案太少或全部相同"), n=n, unit="score", scale=scale)
