"""Those who answered at once beside those who did after reminders: the latter stand nearest to who never does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimates import Estimate, refuse
from analysis.level.satisfaction import mean_score
from analysis.sampling.clustered_figures import alone_where_missing
from surveys.localisation.wording import Message, saying

_LEAST = 10  # answers of a wave


@dataclass(frozen=True)
class Wave:
    """The answers after so many messages: 1 is the invitation, 2 the first reminder."""

    number: int
    level: Estimate


@dataclass(frozen=True)
class WavesCompared:
    """Levels by wave, whether they drift, and what the level were if who never answered were like the last wave."""

    waves: tuple[Wave, ...]
    slope: Estimate
    p: float | None
    as_the_last: float | None
    n: int
    refusal: Message | None = None


def waves_compared(
    answers: pd.DataFrame, column: str, days: Mapping[str, Sequence[date]], answered_share: float | None,
    low: float, high: float, clusters: pd.Series | None = None,
) -> WavesCompared:  # fmt: skip
    """*answers*: `day`, `campaign` and the rating *column*; *days*: by campaign, when each message went out first.

    The extrapolation is Armstrong & Overton's (1977) with the last wave's level, by the share that answered. Drift is
    a regression on the number of the wave with robust errors (HC3, or by clusters).
    """
    number = wave_of(answers, days)
    known = number.notna() & answers[column].notna()
    y, wave = answers[column][known].astype(float), number[known].astype(int)
    sizes = wave.value_counts()
    told = tuple(
        Wave(each, mean_score(y[wave == each], low=low, high=high)) for each in sorted(sizes[sizes >= _LEAST].index)
    )
    if len(told) < 2:
        reason = saying("没有两批都满 {least} 份的答卷：还没有催过，或活动不是一次发出的", least=_LEAST)
        return WavesCompared(told, refuse("wave_slope", reason, n=len(y), unit="score"), None, None, len(y), reason)
    chosen = wave.isin([each.number for each in told])
    if not y[chosen].groupby(wave[chosen]).var().gt(0).any():
        reason = saying("每一批里的评分都一样，算不出误差")
        return WavesCompared(told, refuse("wave_slope", reason, n=len(y), unit="score"), None, None, len(y), reason)
    own = None if clusters is None else clusters[known][chosen]
    slope, p = _slope(wave[chosen].to_numpy(float), y[chosen].to_numpy(float), own)
    last = told[-1].level.value
    whole = None
    if answered_share is not None and last is not None:
        whole = float(answered_share * y[chosen].mean() + (1 - answered_share) * last)
    return WavesCompared(told, slope, p, whole, int(chosen.sum()))


def wave_of(answers: pd.DataFrame, days: Mapping[str, Sequence[date]]) -> pd.Series:
    """After how many messages each answer came; missing where its campaign isn't known."""
    found = pd.Series(np.nan, index=answers.index)
    for campaign, sent in days.items():
        here = answers["campaign"].eq(campaign)
        moments = np.array(sorted(sent), dtype="datetime64[s]")
        came = answers["day"][here].to_numpy(dtype="datetime64[s]")
        found[here] = np.maximum(np.searchsorted(moments, came, side="right"), 1)
    return found


def _slope(wave: np.ndarray, y: np.ndarray, clusters: pd.Series | None) -> tuple[Estimate, float]:
    x = np.column_stack([np.ones(len(y)), wave - wave.mean()])
    value, error, degrees = _robust(x, y, 1, None if clusters is None else alone_where_missing(clusters))
    half = float(stats.t.isf(0.025, degrees)) * error
    p = float(2 * stats.t.sf(abs(value) / error, degrees))
    estimate = Estimate(
        "wave_slope", value, value - half, value + half, len(y), "score", standard_error=error,
        method="regression on the wave, robust errors",
    )  # fmt: skip
    return estimate, p


def _robust(x: np.ndarray, y: np.ndarray, at: int, clusters: np.ndarray | None) -> tuple[float, float, int]:
    """An effect of least squares with its error: HC3, or by clusters (CR1), and the degrees of freedom."""
    inverse = np.linalg.pinv(x.T @ x)
    effects = inverse @ x.T @ y
    rest = y - x @ effects
    if clusters is None:
        leverage = np.clip(np.einsum("ij,jk,ik->i", x, inverse, x), 0, 1 - 1e-9)
        meat = (x * ((rest / (1 - leverage)) ** 2)[:, None]).T @ x
        degrees = len(y) - x.shape[1]
    else:
        codes, names = pd.factorize(clusters)
        sums = np.zeros((len(names), x.shape[1]))
        np.add.at(sums, codes, x * rest[:, None])
        m, n, k = len(names), len(y), x.shape[1]
        meat = sums.T @ sums * (m / max(m - 1, 1)) * ((n - 1) / max(n - k, 1))
        degrees = m - 1
    variance = inverse @ meat @ inverse
    return float(effects[at]), float(np.sqrt(max(variance[at, at], 0.0))), max(degrees, 1)
