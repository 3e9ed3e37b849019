"""Which dimensions go together with overall satisfaction, and how much of it each accounts for.

A driver measure describes association: a high share says that customers who rate this dimension low also tend to be
less satisfied overall, not that one brings about the other.

Missing cells (不适用 is frequent) are used pairwise: each correlation is taken over the responses that answered both
items, so nothing is invented and little is lost. Drivers answered together too rarely are left out by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats

from analysis.drivers.variance_decomposition import johnson_parts, shapley_parts
from analysis.estimates import Estimate, refuse
from analysis.scales.pairwise_correlations import (
    correlations_of,
    distinct_rows,
    pair_columns,
    pairwise_correlations,
    positive_definite,
)
from surveys.localisation.wording import Message, Series, saying

ANSWERS_PER_DRIVER = 10
SMALLEST_R_SQUARED = 0.1
NEAR_TIE = 0.9
SEED = 20000
CELLS_AT_ONCE = 4_000_000

# Correlation matrices of shape (draws, k + 1, k + 1), overall last → parts of R² of shape (draws, k).
Partition = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Driver:
    """One dimension's share of the explained variance of overall satisfaction (shares sum to 1).

    `first` is the probability, over bootstrap draws, that it is the strongest of all.
    """

    code: str
    share: float
    low: float
    high: float
    first: float
    correlation: float
    n: int

    def estimate(self, method: str = "") -> Estimate:
        """The share as a figure like any other."""
        return Estimate("driver_share", self.share, self.low, self.high, self.n, "share", method=method)


@dataclass(frozen=True)
class DriverAnalysis:
    """Drivers, strongest first, with R² and n (the smallest number of responses behind any correlation)."""

    drivers: tuple[Driver, ...]
    r_squared: float | None
    n: int
    method: str = ""
    left_out: tuple[str, ...] = ()
    caveats: tuple[Message, ...] = ()
    refusal: Message | None = None

    @property
    def ok(self) -> bool:
        return self.refusal is None

    def explained(self, confidence: float = 0.95) -> Estimate:
        """R² with its interval (Olkin & Finn 1995), which bounds what any of the shares can mean."""
        k = len(self.drivers)
        if self.r_squared is None or self.n < k + 3:
            reason = self.refusal or saying("只有 {n} 份答卷", n=self.n)
            return refuse("r_squared", reason, n=self.n)
        r2, n = self.r_squared, self.n
        error = float(np.sqrt(4 * r2 * (1 - r2) ** 2 * (n - k - 1) ** 2 / ((n * n - 1) * (n + 3))))
        half = float(stats.norm.isf((1 - confidence) / 2)) * error
        return Estimate(
            "r_squared", r2, max(r2 - half, 0.0), min(r2 + half, 1.0), n, "share", standard_error=error,
            confidence=confidence, effective_n=float(n), method="R² (Olkin & Finn 1995)",
        )  # fmt: skip

    def driver(self, code: str) -> Driver | None:
        return next((driver for driver in self.drivers if driver.code == code), None)


def relative_weights(
    scores: pd.DataFrame,
    overall: pd.Series,
    *,
    draws: int = 200,
    confidence: float = 0.95,
    rng: np.random.Generator | None = None,
) -> DriverAnalysis:
    """Johnson's relative weights (Johnson 2000; Genizi 1993), quick for any number of drivers.

    *scores*: one row per response, one column per driver; *overall*: the same rows. Percentile bootstrap intervals.
    Refused when there are fewer than 10 responses per driver or R² is under .1.
    """
    return _analysis(scores, overall, johnson_parts, "relative weights (Johnson 2000)", draws, confidence, rng)


def shapley_shares(
    scores: pd.DataFrame,
    overall: pd.Series,
    *,
    draws: int = 200,
    confidence: float = 0.95,
    rng: np.random.Generator | None = None,
) -> DriverAnalysis:
    """The Shapley (LMG) partition of R²: the mean gain over all orders of entry (Lindeman, Merenda & Gold 1980).

    Takes 2^k regressions; use `relative_weights` beyond about ten drivers. Otherwise as there.
    """
    return _analysis(scores, overall, shapley_parts, "Shapley/LMG (Lindeman et al. 1980)", draws, confidence, rng)


def _analysis(
    scores: pd.DataFrame,
    overall: pd.Series,
    partition: Partition,
    method: str,
    draws: int,
    confidence: float,
    rng: np.random.Generator | None,
) -> DriverAnalysis:
    values, codes, counts = usable_rows(scores, overall)
    left_out = tuple(str(code) for code in scores.columns if code not in codes)
    n = int(counts.min()) if codes else 0
    if len(codes) < 2:
        why = saying(
            "能用的维度不足两个（每个维度至少需要与其他维度同时作答 {least} 份乘以维度数）",
            least=ANSWERS_PER_DRIVER,
        )  # fmt: skip
        return _refused(why, n, method, left_out)
    observed = positive_definite(pairwise_correlations(values))
    parts = partition(observed)[0]
    r_squared = float(parts.sum())
    if r_squared < SMALLEST_R_SQUARED:
        why = saying(
            "各维度只能解释总体满意度差异的 {r_squared:.0%}，不足 {least:.0%}",
            r_squared=r_squared, least=SMALLEST_R_SQUARED,
        )  # fmt: skip
        return _refused(why, n, method, left_out)
    samples, _ = resample(values, partition, draws, rng or np.random.default_rng(SEED))
    return DriverAnalysis(
        drivers=_ranked(codes, parts / r_squared, samples, observed[0], counts, confidence),
        r_squared=r_squared,
        n=n,
        method=method,
        left_out=left_out,
        caveats=_caveats(codes, parts, samples, observed[0], left_out),
    )


def _refused(reason: Message, n: int, method: str, left_out: tuple[str, ...]) -> DriverAnalysis:
    return DriverAnalysis((), None, n, method=method, left_out=left_out, refusal=reason)


def usable_rows(scores: pd.DataFrame, overall: pd.Series) -> tuple[np.ndarray, list[str], np.ndarray]:
    """Rows with an overall rating in a fixed order, the drivers that can be used, and joint counts (overall last).

    Constant drivers go first, then, one at a time, the driver with the fewest joint answers until the rest have ten
    responses per driver behind every correlation.
    """
    table = np.column_stack([scores.to_numpy(dtype=float), overall.to_numpy(dtype=float)])
    table[~np.isfinite(table)] = np.nan
    table = table[~np.isnan(table[:, -1])]
    # The same answers in another order must give the same bootstrap interval.
    table = table[np.lexsort(table.T[::-1])]
    kept = [i for i in range(scores.shape[1]) if _varies(table[:, i])] if _varies(table[:, -1]) else []
    while kept:
        answered = ~np.isnan(table[:, [*kept, -1]])
        counts = answered.T.astype(float) @ answered
        if counts.min() >= ANSWERS_PER_DRIVER * len(kept) and _jointly_vary(table[:, [*kept, -1]]):
            return table[:, [*kept, -1]], [str(scores.columns[i]) for i in kept], counts
        fewest = min(range(len(kept)), key=lambda i: (counts[i].min(), counts[i, -1]))
        kept.pop(fewest)
    return table, [], np.zeros((0, 0))


def _varies(column: np.ndarray) -> bool:
    given = column[~np.isnan(column)]
    return len(given) > 1 and bool(np.ptp(given) > 0)


def _jointly_vary(table: np.ndarray) -> bool:
    return bool(np.isfinite(pairwise_correlations(table)).all())


def resample(
    table: np.ndarray, partition: Partition, draws: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Shares of R² and mean scores of the drivers in bootstrap samples of the rows, each of shape (draws, k).

    *table* is sorted and has overall satisfaction last. A row is drawn a Poisson number of times (Hanley & MacGibbon
    2006), so equal rows are drawn together and the rows go by in blocks: memory doesn't grow with their number. Draws
    that can't be computed are left out.
    """
    m, centre = table.shape[1], np.nanmean(table, axis=0)
    rows, times = distinct_rows(table)
    pairs, scores, answered = np.zeros((draws, 3 * m * (m - 1))), np.zeros((draws, m - 1)), np.zeros((draws, m - 1))
    for block in np.array_split(np.arange(len(rows)), max(len(rows) * max(draws, 1) // CELLS_AT_ONCE, 1)):
        drawn = rng.poisson(times[block], (draws, len(block))).astype(float)
        given = ~np.isnan(rows[block, :-1])
        pairs += drawn @ pair_columns(rows[block] - centre)
        scores += drawn @ np.where(given, rows[block, :-1], 0.0)
        answered += drawn @ given
    correlations = correlations_of(pairs, m)
    sound = np.isfinite(correlations).all(axis=(1, 2))
    if not sound.any():
        return np.empty((0, m - 1)), np.empty((0, m - 1))
    parts = partition(positive_definite(correlations[sound]))
    return parts / parts.sum(axis=1, keepdims=True), scores[sound] / answered[sound]


def _ranked(
    codes: list[str],
    shares: np.ndarray,
    samples: np.ndarray,
    correlations: np.ndarray,
    counts: np.ndarray,
    confidence: float,
) -> tuple[Driver, ...]:
    tail = (1 - confidence) / 2
    low, high = np.quantile(samples, [tail, 1 - tail], axis=0) if len(samples) else (shares, shares)
    winners = np.bincount(samples.argmax(axis=1), minlength=len(codes)) / max(len(samples), 1)
    drivers = [
        Driver(
            code,
            share=float(shares[i]),
            low=float(min(low[i], shares[i])),
            high=float(max(high[i], shares[i])),
            first=float(winners[i]),
            correlation=float(correlations[i, -1]),
            n=int(counts[i, -1]),
        )
        for i, code in enumerate(codes)
    ]
    return tuple(sorted(drivers, key=lambda driver: (-driver.share, driver.code)))


def _caveats(
    codes: list[str], parts: np.ndarray, samples: np.ndarray, correlations: np.ndarray, left_out: tuple[str, ...]
) -> tuple[Message, ...]:
    order = np.argsort(-parts)
    notes = [saying("权重表示与总体满意度的关联程度，不说明因果")]
    if left_out:
        quoted = Series(tuple(saying("“{code}”", code=code) for code in left_out))
        notes.append(saying("同时作答太少或没有差异，未纳入：{codes}", codes=quoted))
    notes += [
        saying("“{first}”与“{second}”的先后难以区分", first=codes[a], second=codes[b])
        for a, b in pairwise(order)
        if len(samples) and (samples[:, a] > samples[:, b]).mean() < NEAR_TIE
    ]
    notes += [
        saying("“{code}”与总体满意度呈负相关，请核对题目方向", code=codes[i]) for i in order if correlations[i, -1] < 0
    ]
    return tuple(notes)
