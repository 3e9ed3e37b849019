"""Many two-sided comparisons of means at once, whose answers come from clusters: the p of each by how clusters vary.

The variance of a difference is the jackknife over clusters (Bell & McCaffrey 2002: CR3), with as many degrees of
freedom as clusters would vary alike, by their sizes. A cluster on both sides keeps what it has in common with itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.sampling.clustered_figures import LEAST_CLUSTERS

MOST_CLUSTERS = 2000
"""More are put together by chance: groups of them tell how they vary as well."""


@dataclass(frozen=True)
class Side:
    """One side of each comparison: how many answers each cluster has in it and their sum, comparisons × clusters."""

    n: np.ndarray
    total: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, places: np.ndarray, clusters: np.ndarray, shape: tuple[int, int]) -> Side:
        """From answers by the number of their comparison and of their cluster; missing answers are left out."""
        given = ~np.isnan(values)
        cell = places[given] * shape[1] + clusters[given] % shape[1]
        size = shape[0] * shape[1]
        found = (np.bincount(cell, weights, minlength=size).reshape(shape) for weights in (None, values[given]))
        n, total = found
        return cls(n.astype(float), total)

    def rest(self) -> Side:
        """For each comparison the same of all others together."""
        return Side(self.n.sum(axis=0) - self.n, self.total.sum(axis=0) - self.total)

    @property
    def mean(self) -> np.ndarray:
        n = self.n.sum(axis=1)
        return np.asarray(self.total.sum(axis=1) / np.where(n > 0, n, 1.0))

    def jackknife(self) -> np.ndarray:
        """How far the mean moves when a cluster is left out."""
        left = self.n.sum(axis=1, keepdims=True) - self.n
        away = self.total - self.mean[:, None] * self.n
        return np.where(left > 0, away / np.where(left > 0, left, 1.0), 0.0)


def clusters_to_count(codes: np.ndarray) -> int:
    """How many groups of clusters are told apart."""
    return int(min(codes.max(initial=-1) + 1, MOST_CLUSTERS))


def clustered_p(here: Side, there: Side, plain: np.ndarray) -> np.ndarray:
    """Two-sided p of each comparison, never below *plain*, that of single answers.

    Missing where clusters can't tell the sides apart: one of them is a cluster by itself, or there are fewer than
    `LEAST_CLUSTERS`. Of so few that are on both sides it stays as it is: each is compared with itself.
    """
    in_here, in_there = here.n > 0, there.n > 0
    shared, union = (in_here & in_there).sum(axis=1), (in_here | in_there).sum(axis=1)
    least = np.minimum(in_here.sum(axis=1), in_there.sum(axis=1))
    away = here.jackknife() - there.jackknife()
    error = np.sqrt((away**2).sum(axis=1) * (union - 1) / np.maximum(union, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(error > 0, np.abs(here.mean - there.mean) / error, 0.0)
    by_clusters = np.maximum(2 * stats.t.sf(t, _degrees(here, there, shared)), plain)
    within = (union < LEAST_CLUSTERS) & (shared == union)
    told = (union >= LEAST_CLUSTERS) & (least >= 2)
    return np.where(told, by_clusters, np.where(within, plain, np.nan))


def _degrees(here: Side, there: Side, shared: np.ndarray) -> np.ndarray:
    parts = sum(side.n / np.maximum(side.n.sum(axis=1, keepdims=True), 1.0) ** 2 for side in (here, there))
    alike = np.sum(parts, axis=1) ** 2 / np.maximum(np.sum(np.square(parts), axis=1), 1e-300)
    return np.asarray(np.maximum(alike - np.where(shared > 0, 1, 2), 1.0))
