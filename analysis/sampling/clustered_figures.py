"""Figures and changes whose answers come from clusters: branches, agents, days, within which answers resemble each
other.

Each takes what was found as if every answer stood for itself and widens it to what the clusters allow. The intervals
are those of `analysis.sampling.complex_samples`, with as many degrees of freedom as there are clusters less one. They
never get narrower than before: that answers of one cluster seem to differ more than by chance is chance.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimates import Change, Estimate
from analysis.sampling.complex_samples import Design, design_figure, linearised_covariance
from surveys.localisation.wording import saying

LEAST_CLUSTERS = 5  # from fewer, how clusters vary can't be told
CLUSTERED = "t test from the variation of clusters (Liang & Zeger 1986)"
TOO_FEW_CLUSTERS = "答卷只来自 {clusters} 处，看不出各处之间差多少，区间按每份答卷各自独立算，可能偏窄"


def alone_where_missing(clusters: pd.Series) -> np.ndarray:
    """The number of each answer's cluster from 0; an answer of no known cluster is one by itself."""
    codes = pd.factorize(clusters)[0]
    missing = codes < 0
    codes[missing] = codes.max(initial=-1) + 1 + np.arange(missing.sum())
    return codes


def within_clusters(plain: Estimate, scores: pd.Series, clusters: pd.Series | None) -> Estimate:
    """*plain*, the mean of *scores* (in its unit), with the interval that holds for answers from *clusters*.

    *scores* and *clusters* have the rows of all answers; missing scores are left out. With fewer than
    `LEAST_CLUSTERS` the interval stays and a caveat says why.
    """
    if clusters is None or not plain.ok:
        return plain
    given = scores.notna().to_numpy()
    kept = scores[given].astype(float)
    codes = pd.Series(alone_where_missing(clusters[given]), index=kept.index)
    amount = codes.nunique()
    if amount == len(kept):
        return plain
    if amount < LEAST_CLUSTERS:
        return replace(plain, caveats=(*plain.caveats, saying(TOO_FEW_CLUSTERS, clusters=amount)))
    design = Design(pd.Series(1.0, index=kept.index), clusters=codes)
    found = design_figure(plain.measure, kept, design, plain.scale, plain.unit, plain.confidence)
    return _widened(plain, found) if found.ok else plain


def _widened(plain: Estimate, found: Estimate) -> Estimate:
    _, low, high = plain.figures()
    _, below, above = found.figures()
    effect = max(found.design_effect, 1.0)
    error = max(plain.standard_error or 0.0, found.standard_error or 0.0)
    method = found.method if below < low or above > high else plain.method
    return replace(
        plain, low=min(low, below), high=max(high, above), standard_error=error, design_effect=effect,
        effective_n=plain.n / effect, method=method,
    )  # fmt: skip


def change_within_clusters(
    change: Change, scores: tuple[pd.Series, pd.Series], clusters: tuple[pd.Series | None, pd.Series | None]
) -> Change:
    """*change* with the interval and p that hold where both sides come from clusters, the same ones or others.

    *scores* and *clusters*: before and after, missing scores left out. A cluster of one name is one on both sides, so
    that what it keeps is no difference. The verdict is that of before; judge it anew.
    """
    earlier, later = clusters
    if earlier is None or later is None or not change.ok:
        return change
    both = pd.concat([each.reset_index(drop=True) for each in scores], keys=(0, 1)).astype(float)
    of = pd.concat([each.reset_index(drop=True).astype(object) for each in (earlier, later)], keys=(0, 1))
    given = both.notna().to_numpy()
    y, codes = both[given].to_numpy(), alone_where_missing(of[given])
    side = both.index.get_level_values(0).to_numpy()[given]
    amount = len(np.unique(codes))
    if amount < LEAST_CLUSTERS or amount == len(y):
        return change
    variance = _variance_of_difference(y, side, codes)
    difference, low, high = change.figures()
    error = float(np.sqrt(variance))
    half = float(stats.t.isf((1 - change.after.confidence) / 2, amount - 1)) * error
    p = float(2 * stats.t.sf(abs(difference) / error, amount - 1)) if error > 0 else change.p or 1.0
    wider = half > min(difference - low, high - difference)
    needed = change.n_needed and int(np.ceil(change.n_needed * max(variance / _of_single_answers(y, side), 1.0)))
    return replace(
        change, low=min(low, difference - half), high=max(high, difference + half), p=max(p, change.p or 0.0),
        p_adjusted=max(p, change.p or 0.0), n_needed=needed, method=CLUSTERED if wider else change.method,
    )  # fmt: skip


def _variance_of_difference(y: np.ndarray, side: np.ndarray, codes: np.ndarray) -> float:
    influence = np.zeros(len(y))
    for each, sign in ((0, -1.0), (1, 1.0)):
        inside = side == each
        influence[inside] = sign * (y[inside] - y[inside].mean()) / inside.sum()
    design = Design(pd.Series(1.0, index=range(len(y))), clusters=pd.Series(codes))
    return float(linearised_covariance(influence[:, None], design)[0, 0])


def _of_single_answers(y: np.ndarray, side: np.ndarray) -> float:
    return float(sum(y[side == each].var() / max((side == each).sum() - 1, 1) for each in (0, 1))) or np.inf
