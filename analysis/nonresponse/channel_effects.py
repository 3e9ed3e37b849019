"""Whether the way in which people answer moves their ratings, held against who they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimates import Estimate
from analysis.sampling.clustered_figures import alone_where_missing
from surveys.localisation.wording import Message, saying

CHANNEL = "channel"
_LEAST = 20  # answers of a channel
_SHARED = 0.5  # of a channel's answers, at least, stand in groups that other channels reach as well


@dataclass(frozen=True)
class ChannelEffects:
    """Every channel's level less that of the reference, as it stands and between like people; tested together.

    `level` is the mean as it stands, `adjusted_level` as if all had answered by the reference channel; None where
    channels reach people so different that the two can't be told apart (`shared`: how much of the answers can).
    """

    reference: str
    raw: Mapping[str, Estimate]
    adjusted: Mapping[str, Estimate]
    p: float | None
    p_adjusted: float | None
    level: float | None
    adjusted_level: float | None
    shared: float
    n: int
    refusal: Message | None = None


def channel_effects(
    answers: pd.DataFrame, column: str, alike: Sequence[str], clusters: pd.Series | None = None
) -> ChannelEffects:  # fmt: skip
    """*answers*: the rating *column*, `channel`, and the columns *alike* that tell what people there are.

    Differences within groups of the same values of *alike* (their fixed effects), errors robust (HC1, or by
    clusters); the test of all channels is Wald's F. Selection by what isn't known stays in the differences.
    """
    known = answers[column].notna() & answers[CHANNEL].notna()
    sizes = answers[CHANNEL][known].value_counts()
    kept = [str(name) for name in sizes.index if sizes[name] >= _LEAST]
    if len(kept) < 2:
        reason = saying("没有两种渠道都满 {least} 份答卷", least=_LEAST)
        return ChannelEffects("", {}, {}, None, None, None, None, 0.0, int(known.sum()), reason)
    rows = answers[known & answers[CHANNEL].isin(kept)]
    y = rows[column].to_numpy(dtype=float)
    channel = pd.Categorical(rows[CHANNEL], categories=kept).codes
    own = np.arange(len(y)) if clusters is None else pd.factorize(alone_where_missing(clusters.loc[rows.index]))[0]
    cells = _cells(rows, alike)
    raw, p, _effects = _within(y, channel, np.zeros(len(y), dtype=int), kept, own)
    shared = _shared(channel, cells, len(kept))
    told: tuple[dict[str, Estimate], float | None, float | None] = ({}, None, None)
    if alike and shared >= _SHARED:
        adjusted, p_adjusted, effects = _within(y, channel, cells, kept, own)
        told = adjusted, p_adjusted, float((y - effects[channel]).mean())
    return ChannelEffects(
        kept[0], raw, told[0], p, told[1], float(y.mean()), told[2], shared, len(y)
    )  # fmt: skip


def _cells(rows: pd.DataFrame, alike: Sequence[str]) -> np.ndarray:
    if not alike:
        return np.zeros(len(rows), dtype=int)
    return rows.groupby(list(alike), dropna=False, observed=True, sort=False).ngroup().to_numpy()


def _shared(channel: np.ndarray, cells: np.ndarray, channels: int) -> float:
    """The part of all answers that stand in groups which several channels reach."""
    counts = np.zeros((cells.max() + 1, channels))
    np.add.at(counts, (cells, channel), 1)
    several = (counts > 0).sum(axis=1) > 1
    return float(counts[several].sum() / counts.sum())


def _within(
    y: np.ndarray, channel: np.ndarray, cells: np.ndarray, names: Sequence[str], clusters: np.ndarray
) -> tuple[dict[str, Estimate], float | None, np.ndarray]:
    """Effects of channels against the first one between answers of one cell, the p of all, and effects by channel."""
    x = np.stack([channel == at for at in range(1, len(names))], axis=1).astype(float)
    x, centred = _centred(x, cells), _centred(y[:, None], cells)[:, 0]
    inverse = np.linalg.pinv(x.T @ x)
    effects = inverse @ x.T @ centred
    rest = centred - x @ effects
    sums = np.zeros((clusters.max() + 1, x.shape[1]))
    np.add.at(sums, clusters, x * rest[:, None])
    m, n, k = len(sums), len(y), x.shape[1] + len(np.unique(cells))
    meat = sums.T @ sums * (m / max(m - 1, 1)) * ((n - 1) / max(n - k, 1))
    variance = inverse @ meat @ inverse
    degrees = max((m if m < n else n - k) - 1, 1)
    half = float(stats.t.isf(0.025, degrees))
    errors = np.sqrt(np.clip(np.diag(variance), 0, None))
    found = {
        names[at + 1]: Estimate(
            "channel_effect", float(effects[at]), float(effects[at] - half * errors[at]),
            float(effects[at] + half * errors[at]), int((channel == at + 1).sum()), "score",
            standard_error=float(errors[at]), method="fixed effects of groups, robust errors", scale=(-10.0, 10.0),
        )
        for at in range(x.shape[1])
    }  # fmt: skip
    rank = int(np.linalg.matrix_rank(variance))
    wald = float(effects @ np.linalg.pinv(variance) @ effects) / rank if rank else 0.0
    p = float(stats.f.sf(wald, rank, degrees)) if rank else None
    return found, p, np.concatenate([[0.0], effects])


def _centred(values: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """The values less the mean of their cell."""
    times = np.bincount(cells)[:, None]
    sums = np.zeros((cells.max() + 1, values.shape[1]))
    np.add.at(sums, cells, values)
    return np.asarray(values - (sums / np.maximum(times, 1))[cells])
