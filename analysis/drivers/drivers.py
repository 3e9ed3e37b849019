"""Which dimensions go together with overall satisfaction, and how much of it each accounts for.

A driver measure describes association: a high share says that customers who rate this dimension low also tend to be
less satisfied overall, not that one brings about the other.

Missing ratings (不适用 is frequent) are modelled, not patched: `usage_model` explains overall satisfaction by which
dimensions a response rated and how. R² is that of this one model; the shares divide what the ratings explain of it, and
`used` says what is explained by use alone. A driver that can't be used is left out by name, with its n.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats

from analysis.drivers.ordinal_check import OrdinalCheck, ordinal_check
from analysis.drivers.usage_model import FEWEST_CLUSTERS, UsageFit, UsageModel
from analysis.drivers.variance_decomposition import johnson_parts, shapley_parts
from analysis.estimates import Estimate, refuse
from analysis.scales.pairwise_correlations import distinct_rows, positive_definite
from surveys.localisation.wording import Message, Series, saying

ANSWERS_PER_DRIVER = 10
SMALLEST_R_SQUARED = 0.1
NEAR_TIE = 0.9
SEED = 20000

# Correlation matrices of shape (draws, k + 1, k + 1), overall last → parts of R² of shape (draws, k).
Partition = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Driver:
    """One dimension's share of the explained variance of overall satisfaction (shares sum to 1).

    `first` is the probability, over bootstrap draws, that it is the strongest of all; `n` rated it, which is the part
    `reach` of all; `slope` is what one point of it goes together with, in points of overall satisfaction.
    """

    code: str
    share: float
    low: float
    high: float
    first: float
    correlation: float
    n: int
    reach: float = 1.0
    slope: float = 0.0

    def estimate(self, method: str = "") -> Estimate:
        """The share as a figure like any other."""
        return Estimate("driver_share", self.share, self.low, self.high, self.n, "share", method=method)


@dataclass(frozen=True)
class DriverAnalysis:
    """Drivers, strongest first, with R² of the whole model and n, the number of responses in it.

    `used`: the part of the variance that is explained by which dimensions were rated, before any rating. `parameters`:
    how many the model has. `effective_n`: what n is worth where answers of one cluster resemble each other. `left_out`:
    why each driver that is not in it could not be used.
    """

    drivers: tuple[Driver, ...]
    r_squared: float | None
    n: int
    method: str = ""
    left_out: Mapping[str, Message] = field(default_factory=dict)
    used: float = 0.0
    parameters: int = 0
    effective_n: float | None = None
    check: OrdinalCheck | None = None
    caveats: tuple[Message, ...] = ()
    refusal: Message | None = None

    @property
    def ok(self) -> bool:
        return self.refusal is None

    def explained(self, confidence: float = 0.95) -> Estimate:
        """R² with its interval (Olkin & Finn 1995), which bounds what any of the shares can mean."""
        k, n = self.parameters or len(self.drivers), self.effective_n or float(self.n)
        if self.r_squared is None or n < k + 3:
            reason = self.refusal or saying("只有 {n} 份答卷", n=self.n)
            return refuse("r_squared", reason, n=self.n)
        r2 = self.r_squared
        error = float(np.sqrt(4 * r2 * (1 - r2) ** 2 * (n - k - 1) ** 2 / ((n * n - 1) * (n + 3))))
        half = float(stats.norm.isf((1 - confidence) / 2)) * error
        return Estimate(
            "r_squared", r2, max(r2 - half, 0.0), min(r2 + half, 1.0), self.n, "share", standard_error=error,
            confidence=confidence, effective_n=n, design_effect=self.n / n, method="R² (Olkin & Finn 1995)",
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
    clusters: pd.Series | None = None,
    least_drivers: int = 2,
) -> DriverAnalysis:
    """Johnson's relative weights (Johnson 2000; Genizi 1993), quick for any number of drivers.

    *scores*: one row per response, one column per driver, missing where it does not apply; *overall* and *clusters*
    (what answers that resemble each other belong to): the same rows. Percentile bootstrap intervals, of whole clusters
    where there are any. Refused when there are fewer than 10 responses per driver, R² is under .1 or there are fewer
    than five clusters.
    """
    settings = (draws, confidence, rng, clusters, least_drivers)
    return _analysis(scores, overall, johnson_parts, "relative weights (Johnson 2000)", *settings)


def shapley_shares(
    scores: pd.DataFrame,
    overall: pd.Series,
    *,
    draws: int = 200,
    confidence: float = 0.95,
    rng: np.random.Generator | None = None,
    clusters: pd.Series | None = None,
) -> DriverAnalysis:
    """The Shapley (LMG) partition of R²: the mean gain over all orders of entry (Lindeman, Merenda & Gold 1980).

    Takes 2^k regressions; use `relative_weights` beyond about ten drivers. Otherwise as there.
    """
    settings = (draws, confidence, rng, clusters)
    return _analysis(scores, overall, shapley_parts, "Shapley/LMG (Lindeman et al. 1980)", *settings)


@dataclass(frozen=True)
class UsableAnswers:
    """Distinct rows of ratings with overall satisfaction last, how often each stands there, and their clusters.

    `left_out`: for every driver that could not be used, why.
    """

    codes: list[str]
    table: np.ndarray
    times: np.ndarray
    clusters: np.ndarray | None
    left_out: Mapping[str, Message]

    @property
    def n(self) -> int:
        return int(self.times.sum())

    @property
    def rated(self) -> np.ndarray:
        """How many rated each driver."""
        return np.asarray(self.times @ ~np.isnan(self.table[:, :-1]))

    def model(self) -> UsageModel:
        return UsageModel(self.table, self.times, self.clusters)


def usable_answers(scores: pd.DataFrame, overall: pd.Series, clusters: pd.Series | None = None) -> UsableAnswers:
    """The responses with an overall rating in a fixed order, and the drivers that can be used.

    A driver needs ten ratings that differ; where there are more drivers than a tenth of the responses, the least rated
    ones go first.
    """
    table = np.column_stack([scores.to_numpy(dtype=float), overall.to_numpy(dtype=float)])
    table[~np.isfinite(table)] = np.nan
    groups = np.zeros(len(table)) if clusters is None else pd.factorize(clusters, sort=True)[0].astype(float)
    known = ~np.isnan(table[:, -1])
    # A response that belongs nowhere stands for itself.
    own = groups[known] < 0
    groups[known] = np.where(own, groups.max(initial=0) + 1 + np.cumsum(own), groups[known])
    table = np.column_stack([groups, table])[known]
    # The same answers in another order must give the same bootstrap interval.
    table = table[np.lexsort(table.T[::-1])]
    codes = [str(code) for code in scores.columns]
    kept, left_out = _kept(table[:, 1:], codes)
    rows, times = distinct_rows(table[:, [0, *(1 + place for place in kept), -1]]) if len(table) else (table, groups)
    numbers = None if clusters is None else np.unique(rows[:, 0], return_inverse=True)[1]
    return UsableAnswers([codes[place] for place in kept], rows[:, 1:], times, numbers, left_out)


def _kept(table: np.ndarray, codes: list[str]) -> tuple[list[int], dict[str, Message]]:
    """The places of the drivers that can be used, and why the others can't."""
    given = (~np.isnan(table[:, :-1])).sum(axis=0) if len(table) else np.zeros(len(codes), dtype=int)
    most = len(table) // ANSWERS_PER_DRIVER
    kept, left_out = list[int](), dict[str, Message]()
    for place in sorted(range(len(codes)), key=lambda place: -given[place]):
        n = int(given[place])
        if n < ANSWERS_PER_DRIVER:
            left_out[codes[place]] = saying("只有 {n} 份评分，至少要 {least} 份", n=n, least=ANSWERS_PER_DRIVER)
        elif not _varies(table[:, place]):
            left_out[codes[place]] = saying("{n} 份评分完全相同", n=n)
        elif len(kept) >= most:
            reason = "{n} 份评分，但 {all} 份答卷最多算 {most} 个维度"
            left_out[codes[place]] = saying(reason, n=n, all=len(table), most=most)
        else:
            kept.append(place)
    return sorted(kept), left_out


def _varies(column: np.ndarray) -> bool:
    given = column[~np.isnan(column)]
    return len(given) > 1 and bool(np.ptp(given) > 0)


def _analysis(
    scores: pd.DataFrame,
    overall: pd.Series,
    partition: Partition,
    method: str,
    draws: int,
    confidence: float,
    rng: np.random.Generator | None,
    clusters: pd.Series | None,
    least_drivers: int = 2,
) -> DriverAnalysis:
    answers = usable_answers(scores, overall, clusters)
    why = _unusable(answers, least_drivers)
    if why is not None:
        return _refused(why, answers, method)
    model = answers.model()
    fit = model.fit()
    if not fit.sound[0]:
        return _refused(saying("各维度的评分分不开，算不出各自的权重"), answers, method)
    parts = partition(positive_definite(fit.correlations))[0] * fit.remaining[0]
    used, r_squared = float(1 - fit.remaining[0]), float(parts.sum())
    if r_squared < SMALLEST_R_SQUARED:
        why = saying(
            "各维度只能解释总体满意度差异的 {r_squared:.0%}，不足 {least:.0%}",
            r_squared=r_squared, least=SMALLEST_R_SQUARED,
        )  # fmt: skip
        return _refused(why, answers, method)
    redrawn = model.redrawn(draws, rng or np.random.default_rng(SEED))
    samples = shares_of(redrawn, partition)
    check = ordinal_check(answers.table, answers.times, parts)
    return DriverAnalysis(
        drivers=_ranked(answers, fit, parts / r_squared, samples, confidence),
        r_squared=min(used + r_squared, 1.0),
        n=answers.n,
        method=method,
        left_out=answers.left_out,
        used=used,
        parameters=model.parameters,
        effective_n=_worth(answers, redrawn, used + r_squared, partition),
        check=check,
        caveats=_caveats(answers, fit, parts, used, samples, check),
    )


def _unusable(answers: UsableAnswers, least_drivers: int) -> Message | None:
    """Why these answers can't be explained by anything."""
    if answers.n and not _varies(answers.table[:, -1]):
        return saying("{n} 份答卷的总体评价完全相同", n=answers.n)
    if len(answers.codes) < least_drivers:
        reason = "能用的维度不足两个（每个维度至少要有 {least} 份有差别的评分，答卷份数至少是维度数的 {least} 倍）"
        return saying(reason, least=ANSWERS_PER_DRIVER)
    groups = None if answers.clusters is None else int(answers.clusters.max(initial=-1)) + 1
    if groups is not None and groups < FEWEST_CLUSTERS:
        reason = "答卷只来自 {groups} 个互相独立的单位，至少要 {least} 个才能估计误差"
        return saying(reason, groups=groups, least=FEWEST_CLUSTERS)
    return None


def _refused(reason: Message, answers: UsableAnswers, method: str) -> DriverAnalysis:
    return DriverAnalysis((), None, answers.n, method=method, left_out=answers.left_out, refusal=reason)


def shares_of(fit: UsageFit, partition: Partition) -> np.ndarray:
    """Shares of what the ratings explain, of shape (draws, k)."""
    parts = partition(positive_definite(fit.correlations)) if len(fit.remaining) else fit.scores
    return np.asarray(parts / parts.sum(axis=1, keepdims=True))


def _worth(answers: UsableAnswers, redrawn: UsageFit, r_squared: float, partition: Partition) -> float | None:
    """What n is worth: the n at which Olkin & Finn's error of R² is that of samples of whole clusters, at most n."""
    if answers.clusters is None or len(redrawn.remaining) < 2:
        return None
    explained = partition(positive_definite(redrawn.correlations)).sum(axis=1) * redrawn.remaining
    variance = float(np.var(1 - redrawn.remaining + explained, ddof=1))
    return min(4 * r_squared * (1 - r_squared) ** 2 / variance, float(answers.n)) if variance > 0 else None


def _ranked(
    answers: UsableAnswers, fit: UsageFit, shares: np.ndarray, samples: np.ndarray, confidence: float
) -> tuple[Driver, ...]:
    tail = (1 - confidence) / 2
    low, high = np.quantile(samples, [tail, 1 - tail], axis=0) if len(samples) else (shares, shares)
    winners = np.bincount(samples.argmax(axis=1), minlength=len(shares)) / max(len(samples), 1)
    slopes = _slopes(fit)
    drivers = [
        Driver(
            code,
            share=float(shares[i]),
            low=float(min(low[i], shares[i])),
            high=float(max(high[i], shares[i])),
            first=float(winners[i]),
            correlation=float(fit.correlations[0, i, -1]),
            n=int(answers.rated[i]),
            reach=float(answers.rated[i] / answers.n),
            slope=float(slopes[i]),
        )
        for i, code in enumerate(answers.codes)
    ]
    return tuple(sorted(drivers, key=lambda driver: (-driver.share, driver.code)))


def _slopes(fit: UsageFit) -> np.ndarray:
    """Points of overall satisfaction for one point of each driver, the others and use held."""
    correlations = positive_definite(fit.correlations)[0]
    standardised = np.linalg.solve(correlations[:-1, :-1], correlations[:-1, -1])
    return np.asarray(standardised * fit.spread[0, -1] / fit.spread[0, :-1])


def _caveats(
    answers: UsableAnswers,
    fit: UsageFit,
    parts: np.ndarray,
    used: float,
    samples: np.ndarray,
    check: OrdinalCheck | None,
) -> tuple[Message, ...]:
    codes, order = answers.codes, np.argsort(-parts)
    notes = [saying("权重表示与总体满意度的关联程度，不说明因果")]
    if answers.rated.min() < answers.n:
        words = "有的维度不是人人用到：用没用到本身解释 {used:.0%}，权重按用到的人的评分、对全部 {n} 份答卷计算"
        notes.append(saying(words, used=used, n=answers.n))
    if answers.left_out:
        told = [saying("“{code}”（{reason}）", code=code, reason=why) for code, why in answers.left_out.items()]
        notes.append(saying("未纳入：{codes}", codes=Series(tuple(told))))
    notes += [
        saying("“{first}”与“{second}”的先后难以区分", first=codes[a], second=codes[b])
        for a, b in pairwise(order)
        if len(samples) and (samples[:, a] > samples[:, b]).mean() < NEAR_TIE
    ]
    notes += [
        saying("“{code}”与总体满意度呈负相关，请核对题目方向", code=codes[i])
        for i in order
        if fit.correlations[0, i, -1] < 0
    ]
    return (*notes, *(check.told(codes) if check else ()))
