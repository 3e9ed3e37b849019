"""Groups of answers that come from clusters: tests and pairs by the variation between clusters.

Means are compared by a Wald test whose covariance is the jackknife over clusters (Bell & McCaffrey 2002: CR3), with
Hotelling's correction for how few there are. Groups that lie in a single cluster each can't be told from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.differences.crosstabs import rao_scott
from analysis.differences.multiplicity import holm
from analysis.differences.significance import GroupPair, SignificanceTest
from analysis.estimates import Estimate
from analysis.sampling.clustered_figures import LEAST_CLUSTERS, alone_where_missing
from analysis.sampling.complex_samples import Design
from surveys.localisation.ordering import natural
from surveys.localisation.wording import Message, saying

METHOD = "Wald test by jackknife over clusters (Bell & McCaffrey 2002)"
THEMSELVES = saying("这些组就是独立作答的单位本身，组间差别和各单位自身的起伏分不开，请看“满意度”页的公平比较")
FEW_CLUSTERS = saying("独立作答的单位太少，看不出各组的差别是不是它们自身的起伏")


@dataclass(frozen=True)
class ClusteredGroups:
    """Answers by group and cluster, of the groups that come from at least two clusters.

    `y`, `group` and `cluster`: one entry per answer, numbers from 0; `nested`: no cluster has answers in two groups.
    """

    names: tuple[str, ...]
    y: np.ndarray
    group: np.ndarray
    cluster: np.ndarray
    nested: bool

    @property
    def clusters(self) -> int:
        return int(self.cluster.max(initial=-1)) + 1

    @property
    def degrees(self) -> int:
        """Clusters less what they have lost to the groups' means."""
        return max(self.clusters - (len(self.names) if self.nested else 1), 1)

    def means(self) -> np.ndarray:
        return np.asarray(np.bincount(self.group, self.y) / np.bincount(self.group))

    def covariance(self) -> np.ndarray:
        """Of the groups' means, by leaving out a cluster at a time."""
        k, table = len(self.names), self.cluster * len(self.names) + self.group
        sums = np.bincount(table, self.y, minlength=self.clusters * k).reshape(-1, k)
        n = np.bincount(table, minlength=self.clusters * k).reshape(-1, k)
        left = (sums.sum(axis=0) - sums) / np.maximum(n.sum(axis=0) - n, 1) - self.means()
        return np.asarray(left.T @ left * (self.clusters - 1) / self.clusters)

    def of_single_answers(self) -> np.ndarray:
        """The variance of each group's mean if every answer stood for itself."""
        n, means = np.bincount(self.group), self.means()
        return np.asarray(np.bincount(self.group, (self.y - means[self.group]) ** 2) / np.maximum(n - 1, 1) / n)


def in_clusters(
    values: pd.Series, groups: pd.Series, clusters: pd.Series
) -> tuple[ClusteredGroups | None, Message | None]:  # fmt: skip
    """What can be compared by clusters, or why groups can't be compared at all.

    Neither where answers may be taken one by one: no two come from one cluster, or they come from fewer than
    `LEAST_CLUSTERS` which all groups share, so that groups are compared within them.
    """
    numbers = values.astype(float)
    known = np.isfinite(numbers.to_numpy()) & groups.notna().to_numpy()
    found = pd.DataFrame({
        "y": numbers.to_numpy()[known], "group": groups.to_numpy()[known].astype(str),
        "cluster": alone_where_missing(clusters[known]),
    })  # fmt: skip
    if found["cluster"].nunique() in (len(found), 1):
        return None, None
    reach = found.groupby("group")["cluster"].nunique()
    nested = bool(found.groupby("cluster")["group"].nunique().max() == 1)
    several = found[found["group"].map(reach).gt(1)]
    if several["group"].nunique() < 2:
        return None, THEMSELVES if nested or (reach < 2).all() else FEW_CLUSTERS
    if several["cluster"].nunique() < LEAST_CLUSTERS:
        return None, FEW_CLUSTERS if nested else None
    names = sorted(several["group"].unique(), key=natural)
    group = several["group"].map({name: place for place, name in enumerate(names)}).to_numpy()
    return ClusteredGroups(
        tuple(names), several["y"].to_numpy(), group, pd.factorize(several["cluster"])[0], nested
    ), None  # fmt: skip


def clustered_test(groups: ClusteredGroups) -> SignificanceTest:
    """Whether the means of the groups differ."""
    k, n, degrees = len(groups.names), len(groups.y), groups.degrees
    gaps = groups.means()[1:] - groups.means()[0]
    contrast = np.column_stack([-np.ones(k - 1), np.eye(k - 1)])
    covariance, q = contrast @ groups.covariance() @ contrast.T, k - 1
    left = degrees - q + 1
    if left < 1 or np.linalg.matrix_rank(covariance) < q:
        return SignificanceTest(None, (), None, n, METHOD, FEW_CLUSTERS)
    f = float(gaps @ np.linalg.solve(covariance, gaps)) / q * left / degrees
    return SignificanceTest(
        f, (float(q), float(left)), float(stats.f.sf(f, q, left)), n, METHOD, effective_n=_worth(groups)
    )  # fmt: skip


def _worth(groups: ClusteredGroups) -> float:
    """What n is worth: by how much the groups' means vary more than those of single answers."""
    single = groups.of_single_answers().sum()
    effect = float(np.trace(groups.covariance()) / single) if single > 0 else 1.0
    return len(groups.y) / max(effect, 1.0)


def clustered_pairs(groups: ClusteredGroups, measure: str, confidence: float = 0.95) -> list[GroupPair]:
    """All pairs of means: p by Holm, intervals by Bonferroni over the pairs."""
    means, covariance, n = groups.means(), groups.covariance(), np.bincount(groups.group)
    pairs = list(combinations(range(len(groups.names)), 2))
    reach = float(stats.t.isf((1 - confidence) / 2 / max(len(pairs), 1), groups.degrees))
    gaps = [float(means[b] - means[a]) for a, b in pairs]
    errors = [float(np.sqrt(covariance[a, a] + covariance[b, b] - 2 * covariance[a, b])) for a, b in pairs]
    ps = holm([
        float(2 * stats.t.sf(abs(gap) / error, groups.degrees)) if error > 0 else 1.0
        for gap, error in zip(gaps, errors, strict=True)
    ])  # fmt: skip
    single, family = groups.of_single_answers(), f"Holm, m = {len(pairs)}"
    return [
        GroupPair(
            groups.names[a], groups.names[b],
            Estimate(
                measure, gap, gap - reach * error, gap + reach * error, int(n[a] + n[b]), "score",
                confidence=confidence, standard_error=error, method=METHOD, family=family,
                design_effect=(effect := max(error**2 / ((single[a] + single[b]) or np.inf), 1.0)),
                effective_n=float(n[a] + n[b]) / effect,
            ),
            p,
        )
        for (a, b), gap, error, p in zip(pairs, gaps, errors, ps, strict=True)
        if error > 0
    ]  # fmt: skip


def ranks_of(values: pd.Series, groups: pd.Series) -> pd.Series:
    """The mid-ranks of the answers that have a group, missing elsewhere."""
    return values.astype(float).where(groups.notna()).rank()


def clustered_association(choices: pd.Series, groups: pd.Series, clusters: pd.Series) -> SignificanceTest | None:
    """Independence of two choices under clusters (Rao & Scott 1984); None where answers may be taken one by one."""
    codes = pd.Series(pd.factorize(choices)[0], index=choices.index)
    found, why_not = in_clusters(codes.where(choices.notna()), groups, clusters)
    if why_not is not None:
        return SignificanceTest(None, (), None, int((choices.notna() & groups.notna()).sum()), METHOD, why_not)
    if found is None:
        return None
    kept = groups.astype(object).where(groups.isin(found.names) | groups.astype(str).isin(found.names))
    design = Design(
        pd.Series(1.0, index=choices.index), clusters=pd.Series(alone_where_missing(clusters), index=choices.index)
    )
    return rao_scott(choices, kept, design)
