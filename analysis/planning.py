"""How many answers are needed, and what a given number can show."""

from __future__ import annotations

from math import ceil, sqrt

from scipy import stats


def answers_to_detect_shares(before: float, after: float, *, power: float = 0.8, alpha: float = 0.05) -> int:
    """Answers per group for a two-sided test of two shares (Fleiss, Levin & Paik 2003, without correction)."""
    mean = (before + after) / 2
    under_none = sqrt(2 * mean * (1 - mean))
    under_some = sqrt(before * (1 - before) + after * (1 - after))
    reach = float(stats.norm.isf(alpha / 2)) * under_none + float(stats.norm.isf(1 - power)) * under_some
    return ceil((reach / _positive(after - before)) ** 2)


def answers_to_detect(difference: float, variance: float, *, power: float = 0.8, alpha: float = 0.05) -> int:
    """Answers per group for a two-sided z test of a difference of two means of one answer's *variance*.

    For NPS give both in the same unit: a difference of 0.1 with p + d − (p − d)², or 10 points with 10,000 times that.
    """
    reach = float(stats.norm.isf(alpha / 2) + stats.norm.isf(1 - power))
    return ceil(2 * variance * (reach / _positive(difference)) ** 2)


def _positive(difference: float) -> float:
    if difference == 0:
        raise ValueError("a difference of 0 can't be detected by any number of answers")
    return abs(difference)
