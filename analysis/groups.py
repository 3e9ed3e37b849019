"""Several groups at once: do they differ at all, which pairs do, and by how much.

Welch and Games-Howell for means, Kruskal-Wallis and Dunn for ranks; Cliff's delta and Hedges g say how much.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimates import Estimate, Language, Verdict, Words, behind, refused
from analysis.multiplicity import holm

DIFFERENT = Words("明显不同", "clearly different")


@dataclass(frozen=True)
class SignificanceTest:
    """A test's statistic with its degrees of freedom and p; all None when refused."""

    statistic: float | None
    degrees: tuple[float, ...]
    p: float | None
    n: int
    method: str
    refusal: Words | None = None

    @property
    def ok(self) -> bool:
        return self.refusal is None

    def sentence(self, language: Language = "zh", *, alpha: float = 0.05) -> str:
        """Whether there is a difference, in plain words with p and n, or why it can't be said."""
        if self.p is None:
            why = self.refusal.spoken(language) if self.refusal else ""
            return f"样本不足，{why}（n={self.n}）。" if language == "zh" else f"Too few answers: {why} (n={self.n})."
        verdict = (DIFFERENT if self.p < alpha else Verdict.NOISE.value).spoken(language)
        p = "p<0.001" if self.p < 0.001 else f"p={self.p:.3f}"
        return f"{verdict}（{p}，n={self.n}）。" if language == "zh" else f"{verdict} ({p}, n={self.n})."

    def expert(self, language: Language = "zh") -> list[str]:
        """Method, formula, citation, call, statistic and degrees of freedom."""
        if self.statistic is None:
            return behind(self.method, language=language)
        degrees = f", df = {', '.join(f'{each:.4g}' for each in self.degrees)}" if self.degrees else ""
        p = "" if self.p is None else f", p = {self.p:.4g}"
        return [*behind(self.method, language=language), f"statistic = {self.statistic:.6g}{degrees}{p}, n = {self.n}"]


@dataclass(frozen=True)
class Pair:
    """One pair of groups: second less first, with an interval and a p that hold for all pairs of the family together.

    The estimate's n are the answers of both groups.
    """

    first: str
    second: str
    estimate: Estimate
    p_adjusted: float


def welch_anova(values: pd.Series, groups: pd.Series) -> SignificanceTest:
    """Whether the means of several groups with unequal variances differ (Welch 1951)."""
    method = "Welch F test (Welch 1951)"
    samples = _varying(values, groups)
    if len(samples) < 2:
        return _too_few(values, method)
    n, mean, variance = (np.array(part) for part in zip(*map(_moments, samples.values()), strict=True))
    weights, k = n / variance, len(n)
    centre = (weights * mean).sum() / weights.sum()
    lack = ((1 - weights / weights.sum()) ** 2 / (n - 1)).sum()
    between = (weights * (mean - centre) ** 2).sum() / (k - 1)
    f = between / (1 + 2 * (k - 2) / (k * k - 1) * lack)
    degrees = (float(k - 1), float((k * k - 1) / (3 * lack)))
    return SignificanceTest(float(f), degrees, float(stats.f.sf(f, *degrees)), int(n.sum()), method)


def games_howell(values: pd.Series, groups: pd.Series, *, confidence: float = 0.95) -> list[Pair]:
    """All pairs of means with unequal variances and sizes (Games & Howell 1976); groups that don't vary left out."""
    samples = _varying(values, groups)
    pairs = []
    for first, second in combinations(samples, 2):
        (n1, mean1, variance1), (n2, mean2, variance2) = _moments(samples[first]), _moments(samples[second])
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
        pairs.append(Pair(first, second, difference, min(p, 1.0)))
    return pairs


def kruskal_wallis(values: pd.Series, groups: pd.Series) -> SignificanceTest:
    """Whether ranks differ between groups, corrected for ties (Kruskal & Wallis 1952)."""
    method = "Kruskal-Wallis (Kruskal & Wallis 1952)"
    samples = _samples(values, groups)
    if len(samples) < 2 or np.ptp(np.concatenate(list(samples.values()))) == 0:
        return _too_few(values, method)
    h, p = stats.kruskal(*samples.values())
    n = sum(len(sample) for sample in samples.values())
    return SignificanceTest(float(h), (float(len(samples) - 1),), float(p), n, method)


def dunn(values: pd.Series, groups: pd.Series, *, confidence: float = 0.95) -> list[Pair]:
    """All pairs of mean ranks (Dunn 1964) with ties correction, p by Holm, intervals by Bonferroni over the pairs."""
    samples = _samples(values, groups)
    if len(samples) < 2:
        return []
    pooled = np.concatenate(list(samples.values()))
    n, ranks = len(pooled), stats.rankdata(pooled)
    ties = np.unique(pooled, return_counts=True)[1].astype(float)
    spread = n * (n + 1) / 12 - (ties**3 - ties).sum() / (12 * (n - 1))
    if spread <= 0:
        return []
    bounds = np.cumsum([len(sample) for sample in samples.values()])[:-1]
    mean_rank = dict(zip(samples, (part.mean() for part in np.split(ranks, bounds)), strict=True))
    pairs = list(combinations(samples, 2))
    errors = [np.sqrt(spread * (1 / len(samples[a]) + 1 / len(samples[b]))) for a, b in pairs]
    gaps = [float(mean_rank[b] - mean_rank[a]) for a, b in pairs]
    p = holm([float(2 * stats.norm.sf(abs(gap) / error)) for gap, error in zip(gaps, errors, strict=True)])
    family = f"Dunn, Holm, m = {len(pairs)}"
    reach = float(stats.norm.isf((1 - confidence) / 2 / len(pairs)))
    return [
        Pair(
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
    """Whether one group tends to higher answers: U of *first*, normal approximation with ties (Mann & Whitney 1947)."""
    method = "Mann-Whitney U (Mann & Whitney 1947)"
    a, b = _given(first), _given(second)
    if min(len(a), len(b)) < 2 or np.ptp(np.concatenate([a, b])) == 0:
        return _too_few(pd.concat([first, second]), method)
    u, p = stats.mannwhitneyu(a, b, method="asymptotic")
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


def hedges_g(first: pd.Series, second: pd.Series, *, confidence: float = 0.95) -> Estimate:
    """First less second in pooled standard deviations, corrected for small samples (Hedges & Olkin 1985)."""
    a, b = _given(first), _given(second)
    n1, n2 = len(a), len(b)
    if min(n1, n2) < 2 or np.ptp(a) + np.ptp(b) == 0:
        return _refused_effect("hedges_g", n1 + n2, (-10.0, 10.0))
    pooled = np.sqrt(((n1 - 1) * a.var(ddof=1) + (n2 - 1) * b.var(ddof=1)) / (n1 + n2 - 2))
    g = float((a.mean() - b.mean()) / pooled * (1 - 3 / (4 * (n1 + n2 - 2) - 1)))
    error = float(np.sqrt((n1 + n2) / (n1 * n2) + g * g / (2 * (n1 + n2))))
    half = float(stats.norm.isf((1 - confidence) / 2)) * error
    return Estimate(
        "hedges_g", g, g - half, g + half, n1 + n2, "score", standard_error=error, confidence=confidence,
        method="Hedges g (Hedges & Olkin 1985)", scale=(-10.0, 10.0),
    )  # fmt: skip


def _dominance(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each of *a* the part of *b* below it less the part above it, and how many of *b* equal it."""
    ordered = np.sort(b)
    below, up_to = np.searchsorted(ordered, a, "left"), np.searchsorted(ordered, a, "right")
    return (below - (len(b) - up_to)) / len(b), up_to - below


def _samples(values: pd.Series, groups: pd.Series) -> dict[str, np.ndarray]:
    known = values.notna() & groups.notna() & np.isfinite(values.astype(float))
    grouped = values[known].astype(float).groupby(groups[known].astype(str))
    return {str(name): sample.to_numpy() for name, sample in grouped}


def _varying(values: pd.Series, groups: pd.Series) -> dict[str, np.ndarray]:
    samples = _samples(values, groups)
    return {name: sample for name, sample in samples.items() if len(sample) > 1 and np.ptp(sample) > 0}


def _given(values: pd.Series) -> np.ndarray:
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    return numbers[np.isfinite(numbers)]


def _moments(sample: np.ndarray) -> tuple[int, float, float]:
    return len(sample), float(sample.mean()), float(sample.var(ddof=1))


def _too_few(values: pd.Series, method: str) -> SignificanceTest:
    reason = Words("能比较的组不足两个", "fewer than two groups can be compared")
    return SignificanceTest(None, (), None, int(values.notna().sum()), method, reason)


def _refused_effect(measure: str, n: int, scale: tuple[float, float]) -> Estimate:
    return refused(
        measure, Words("答案太少或全部相同", "too few answers, or all the same"), n=n, unit="score", scale=scale
    )
