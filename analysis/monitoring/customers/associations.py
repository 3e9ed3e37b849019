"""What goes with what among attributes: each pair by the measure that fits its kinds, with its effect size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.differences.groups import kruskal_wallis
from analysis.differences.multiplicity import benjamini_hochberg
from analysis.monitoring.customers.files import AttributeKind, FileAttribute, amounts_of
from analysis.monitoring.customers.profile import cross_table, grouped

FEWEST = 10  # files that have both attributes
_FEWEST_OF_A_GROUP = 2
_LIMITS = {"v": (0.1, 0.3, 0.5), "rho": (0.1, 0.3, 0.5), "epsilon": (0.01, 0.06, 0.14)}  # Cohen 1988


class PairMeasure(StrEnum):
    """How strongly two attributes go together."""

    CRAMERS_V = "v"  # two of categories; corrected for bias
    SPEARMAN = "rho"  # two amounts
    EPSILON_SQUARED = "epsilon"  # an amount by categories: the part of the spread of ranks (Kruskal–Wallis)


@dataclass(frozen=True)
class PairFound:
    """One pair; low and high are the 95 % limits where the measure has them. `p_adjusted` is of the whole family."""

    first: FileAttribute
    second: FileAttribute
    measure: PairMeasure
    value: float
    low: float | None
    high: float | None
    p: float
    n: int
    p_adjusted: float = 1.0
    highest: str = ""  # the group of the highest median, of an amount by categories

    @property
    def strength(self) -> int:
        """0 hardly any, 1 weak, 2 moderate, 3 strong (Cohen 1988)."""
        return int(np.searchsorted(_LIMITS[self.measure.value], abs(self.value), side="right"))


def associations(frame: pd.DataFrame, attributes: Sequence[FileAttribute]) -> list[PairFound]:
    """All pairs that at least ten files have both of, p by Benjamini & Hochberg over them; the clearest first."""
    kinds = (AttributeKind.AMOUNT, AttributeKind.CATEGORIES)
    fit = [each for each in attributes if each.kind in kinds]
    found = [pair for a, b in combinations(fit, 2) if (pair := _pair(frame, a, b)) is not None]
    adjusted = benjamini_hochberg([each.p for each in found])
    pairs = [replace(each, p_adjusted=p) for each, p in zip(found, adjusted, strict=True)]
    return sorted(pairs, key=lambda each: (each.p_adjusted, -each.strength, -abs(each.value)))


def _pair(frame: pd.DataFrame, a: FileAttribute, b: FileAttribute) -> PairFound | None:
    amounts = [each.kind is AttributeKind.AMOUNT for each in (a, b)]
    if all(amounts):
        return spearman(frame, a, b)
    if any(amounts):
        return by_groups(frame, *((b, a) if amounts[1] else (a, b)))
    return _cramer(frame, a, b)


def spearman(frame: pd.DataFrame, a: FileAttribute, b: FileAttribute) -> PairFound | None:
    """Rank correlation; its limits by Fisher's z with the error of Bonett & Wright 2000."""
    both = pd.concat([amounts_of(frame, a.code), amounts_of(frame, b.code)], axis=1).dropna()
    if len(both) < FEWEST or (both.nunique() < 2).any():
        return None
    rho, p = stats.spearmanr(both.iloc[:, 0], both.iloc[:, 1])
    z, error = np.arctanh(np.clip(rho, -1 + 1e-12, 1 - 1e-12)), np.sqrt((1 + rho**2 / 2) / (len(both) - 3))
    low, high = np.tanh([z - stats.norm.isf(0.025) * error, z + stats.norm.isf(0.025) * error])
    return PairFound(a, b, PairMeasure.SPEARMAN, float(rho), float(low), float(high), float(p), len(both))


def by_groups(frame: pd.DataFrame, amount: FileAttribute, groups: FileAttribute) -> PairFound | None:
    """Kruskal–Wallis of an amount by categories of at least two files; epsilon squared = H / (n − 1)."""
    values, names = amounts_of(frame, amount.code), grouped(frame, groups)
    sizes = names[values.notna()].value_counts()
    kept = names.where(names.isin(sizes[sizes >= _FEWEST_OF_A_GROUP].index))
    known = values.notna() & kept.notna()
    test = kruskal_wallis(values[known], kept[known])
    if test.statistic is None or test.p is None or test.n < FEWEST or values[known].nunique() < 2:
        return None
    size = min(test.statistic / (test.n - 1), 1.0)
    highest = str(values[known].groupby(kept[known]).median().idxmax())
    return PairFound(
        amount, groups, PairMeasure.EPSILON_SQUARED, size, None, None, test.p, test.n, highest=highest
    )  # fmt: skip


def _cramer(frame: pd.DataFrame, a: FileAttribute, b: FileAttribute) -> PairFound | None:
    found = cross_table(grouped(frame, a), grouped(frame, b)).association
    if not found.strength.ok or found.test.p is None or found.test.n < FEWEST:
        return None
    value, low, high = found.strength.figures()
    return PairFound(a, b, PairMeasure.CRAMERS_V, value, low, high, found.test.p, found.test.n)
