"""Columns of a table whose answers come from clusters: shares and pairs by the variation between clusters.

The covariance of the shares is the jackknife over clusters (Bell & McCaffrey 2002: CR3). Its degrees of freedom are as
many clusters as would vary alike, by their sizes: of two branches against eighteen hardly more than one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse, stats

from analysis.estimates import Estimate
from analysis.intervals.shares import share_of
from analysis.sampling.clustered_figures import LEAST_CLUSTERS, alone_where_missing
from analysis.sampling.complex_samples import share_limits

METHOD = "t test by jackknife over clusters (Bell & McCaffrey 2002)"
MOST_CLUSTERS = 2000
"""More are put together by chance: groups of them tell how they vary as well."""


@dataclass(frozen=True)
class ClusteredColumns:
    """Answers by cluster and column, `n`, and of each row of the table the jackknife deviations of its shares.

    `deviations`: for each row clusters × columns; `reach`: from how many clusters a column comes, `shared`: from how
    many both of two columns do.
    """

    n: np.ndarray
    shares: np.ndarray
    deviations: tuple[np.ndarray, ...]
    reach: np.ndarray
    shared: np.ndarray

    def variances(self) -> np.ndarray:
        """Of each share (row, column), by its column's own clusters."""
        factor = (self.reach - 1) / np.maximum(self.reach, 1)
        return np.array([(each**2).sum(axis=0) * factor for each in self.deviations])

    def simple(self, bases: np.ndarray) -> np.ndarray:
        """The same had every answer stood for itself; *bases*: what the columns' answers are worth without clusters."""
        return np.asarray(self.shares * (1 - self.shares) / np.maximum(bases, 1))

    def effects(self, bases: np.ndarray) -> np.ndarray:
        """How many answers of a column one that stands for itself is worth, over all rows together."""
        simple = self.simple(bases).sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.where(simple > 0, self.variances().sum(axis=0) / simple, 1.0)
        return np.where(self.reach >= LEAST_CLUSTERS, np.maximum(found, 1.0), 1.0)

    def without_first(self) -> ClusteredColumns:
        """The same without the first column."""
        deviations = tuple(each[:, 1:] for each in self.deviations)
        return ClusteredColumns(self.n[:, 1:], self.shares[:, 1:], deviations, self.reach[1:], self.shared[1:, 1:])

    def comparable(self) -> tuple[np.ndarray, np.ndarray]:
        """Which pairs of columns can be told apart by their clusters, and which within the same few clusters."""
        union = self.reach[:, None] + self.reach[None, :] - self.shared
        by_clusters = (union >= LEAST_CLUSTERS) & (np.minimum.outer(self.reach, self.reach) >= 2)
        within = (union < LEAST_CLUSTERS) & (self.shared == union)
        return by_clusters, within

    def p(self, row: int) -> np.ndarray:
        """Of every pair of columns, two-sided; 1 where the clusters show no variation."""
        d, shares = self.deviations[row], self.shares[row]
        clusters = len(d)
        products = d.T @ d * (clusters - 1) / clusters
        own = np.diag(products)
        error = np.sqrt(np.maximum(own[:, None] + own[None, :] - 2 * products, 0.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(error > 0, np.abs(shares[:, None] - shares[None, :]) / error, 0.0)
        return np.asarray(2 * stats.t.sf(t, self.degrees))

    @property
    def degrees(self) -> np.ndarray:
        """Of the difference of each pair of columns."""
        totals = np.maximum(self.n.sum(axis=0), 1e-12)
        parts = self.n / totals**2
        products = parts.T @ parts
        sums = np.diag(products)[:, None] + np.diag(products)[None, :] + 2 * products
        alike = (1 / totals[:, None] + 1 / totals[None, :]) ** 2 / np.maximum(sums, 1e-300)
        return np.maximum(alike - np.where(self.shared > 0, 1, 2), 1.0)

    def cells(self, column: int, n: int, worth: float, confidence: float) -> Iterator[Estimate]:
        """The estimates of a column of *n* answers, worth *worth* without clusters, never surer than without them."""
        variances, simple = self.variances()[:, column], self.simple(np.full(len(self.reach), worth))[:, column]
        effect = float(self.effects(np.full(len(self.reach), worth))[column])
        for row, part in enumerate(self.shares[:, column]):
            plain = share_of(float(part), n, effective_n=worth / effect, confidence=confidence)
            variance = max(float(variances[row]), float(simple[row]))
            if self.reach[column] < LEAST_CLUSTERS or not variance > 0:
                yield plain
                continue
            yield _of_variance(plain, variance, int(self.reach[column]) - 1, confidence)


def _of_variance(plain: Estimate, variance: float, degrees: int, confidence: float) -> Estimate:
    value, low, high = plain.figures()
    below, above = share_limits(value, variance, plain.n, degrees, confidence)
    return replace(plain, low=min(low, below), high=max(high, above), standard_error=float(np.sqrt(variance)))


def clustered_columns(
    chosen: pd.DataFrame, columns: pd.DataFrame, weights: np.ndarray, clusters: pd.Series
) -> ClusteredColumns | None:  # fmt: skip
    """The answers by cluster and column; None where no two come from one cluster.

    *chosen* and *columns* as `cross_sums` takes them, *weights*: what each row counts.
    """
    codes = alone_where_missing(clusters)
    amount = int(codes.max(initial=-1)) + 1
    if amount == 0 or amount >= weights.sum():
        return None
    members = columns.to_numpy(dtype=float)
    present = _sums(codes, amount, members, np.ones(len(codes))) > 0
    codes = codes % MOST_CLUSTERS
    groups = min(amount, MOST_CLUSTERS)
    n = _sums(codes, groups, members, weights)
    rest = n.sum(axis=0) - n
    shares, deviations = [], []
    for name in chosen.columns:
        took = chosen[name].to_numpy(dtype=bool)
        hits = _sums(codes[took], groups, members[took], weights[took])
        share = hits.sum(axis=0) / np.maximum(n.sum(axis=0), 1e-12)
        left = (hits.sum(axis=0) - hits) / np.where(rest > 0, rest, 1.0)
        shares.append(share)
        deviations.append(np.where((rest > 0) & (n > 0), left - share, 0.0))
    shared = present.T.astype(float) @ present.astype(float)
    return ClusteredColumns(
        n, np.array(shares).reshape(-1, members.shape[1]), tuple(deviations), present.sum(axis=0), shared
    )  # fmt: skip


def _sums(codes: np.ndarray, amount: int, members: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weights of each cluster in each column."""
    places = sparse.csr_array((weights, (codes, np.arange(len(codes)))), shape=(amount, len(codes)))
    return np.asarray(places @ members)
