"""How many answers are needed, and what a given number can show.

Counts are rounded up, so that what was asked for is reached. `design_effect` is how many times more answers a
clustered or weighted survey needs than a simple random sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor, sqrt

import pandas as pd
from scipy import optimize, stats

from analysis.intervals.constant_answers import variance_of
from surveys.localisation.ordering import natural


def margin_of_error(
    n: int,
    *,
    share: float = 0.5,
    population: float | None = None,
    design_effect: float = 1.0,
    confidence: float = 0.95,
) -> float:
    """Half the width of a share's interval for *n* answers, with finite population correction (Cochran 1977)."""
    if n < 1:
        raise ValueError("a margin of error needs at least one answer")
    correction = (population - n) / (population - 1) if population is not None and population > 1 else 1.0
    return _z(confidence) * sqrt(design_effect * share * (1 - share) / n * max(correction, 0.0))


def answers_for_margin(
    margin: float,
    *,
    share: float = 0.5,
    population: float | None = None,
    design_effect: float = 1.0,
    confidence: float = 0.95,
) -> int:
    """Answers for a share's interval of ± *margin*, never more than the *population*."""
    needed = _corrected(share * (1 - share), margin, population, confidence) * design_effect
    return ceil(min(needed, population if population is not None else needed))


def krejcie_morgan(population: int) -> int:
    """The published table for ± 5 points at 95 % (Krejcie & Morgan 1970), which rounds to the nearest number."""
    return round(_corrected(0.25, 0.05, population, 0.95))


def answers_for_nps_margin(
    margin: float,
    *,
    variance: float = 0.61,
    population: float | None = None,
    design_effect: float = 1.0,
    confidence: float = 0.95,
) -> int:
    """Answers for an NPS interval of ± *margin* points; *variance* is p + d − (p − d)² of the expected shares."""
    needed = _corrected(variance, margin / 100, population, confidence) * design_effect
    return ceil(min(needed, population if population is not None else needed))


def invitations(answers: int, response_rate: float) -> int:
    """How many to invite so that *answers* come back at the expected *response_rate*."""
    if not 0 < response_rate <= 1:
        raise ValueError(f"a response rate lies above 0 and up to 1, not at {response_rate}")
    return ceil(answers / response_rate)


def answers_to_detect_shares(
    before: float, after: float, *, power: float = 0.8, alpha: float = 0.05, design_effect: float = 1.0
) -> int:
    """Answers per group for a two-sided test of two shares (Fleiss, Levin & Paik 2003, without correction)."""
    mean = (before + after) / 2
    under_none = sqrt(2 * mean * (1 - mean))
    under_some = sqrt(before * (1 - before) + after * (1 - after))
    reach = float(stats.norm.isf(alpha / 2)) * under_none + float(stats.norm.isf(1 - power)) * under_some
    return ceil((reach / _positive(after - before)) ** 2 * design_effect)


def answers_to_detect(
    difference: float, variance: float, *, power: float = 0.8, alpha: float = 0.05, design_effect: float = 1.0
) -> int:
    """Answers per group for a two-sided z test of a difference of two means of one answer's *variance*.

    For NPS give both in the same unit: a difference of 0.1 with p + d − (p − d)², or 10 points with 10,000 times that.
    """
    return ceil(2 * variance * (_reach(power, alpha) / _positive(difference)) ** 2 * design_effect)


def detectable_difference(
    n: int, variance: float, *, power: float = 0.8, alpha: float = 0.05, design_effect: float = 1.0
) -> float:
    """The smallest difference of two means that *n* answers per group show with *power*."""
    return _reach(power, alpha) * sqrt(2 * variance * design_effect / n)


def detectable_fall(
    n: int, before: float, *, power: float = 0.8, alpha: float = 0.05, design_effect: float = 1.0
) -> float | None:
    """The smallest fall of a share from *before* that *n* answers per group show with *power*, None if none can be."""

    def lacking(after: float) -> float:
        mean = (before + after) / 2
        noise = sqrt(2 * mean * (1 - mean)) * float(stats.norm.isf(alpha / 2))
        noise += sqrt(before * (1 - before) + after * (1 - after)) * float(stats.norm.isf(1 - power))
        return noise * sqrt(design_effect / n) - (before - after)

    if before <= 0 or lacking(0.0) > 0:
        return None
    return before - float(optimize.brentq(lacking, 0.0, before))


def neyman_allocation(
    total: int, sizes: Mapping[str, int], deviations: Mapping[str, float] | None = None
) -> dict[str, int]:
    """*total* answers spread over strata so that the mean is as sure as can be (Neyman 1934).

    In proportion to a stratum's size times its standard deviation (equal ones when not given), at least two each and
    never more than the stratum holds; what one stratum can't take goes to the others.
    """
    if total < sum(min(2, size) for size in sizes.values()):
        raise ValueError(f"{total} answers are too few for two in each of {len(sizes)} strata")
    pull = {stratum: size * (deviations[stratum] if deviations else 1.0) for stratum, size in sizes.items()}
    fixed: dict[str, int] = {}
    while True:
        free = [stratum for stratum in sizes if stratum not in fixed]
        left, strength = total - sum(fixed.values()), sum(pull[stratum] for stratum in free)
        shares = {s: left * (pull[s] / strength if strength else 1 / len(free)) for s in free}
        full = {s: sizes[s] for s in free if shares[s] > sizes[s]}
        outside = full or {s: min(2, sizes[s]) for s in free if shares[s] < min(2, sizes[s])}
        if not outside:
            return {stratum: (fixed | _whole(shares, left))[stratum] for stratum in sizes}
        fixed |= outside


def allocation_as_before(
    total: int, scores: pd.Series, strata: pd.Series, *, low: float | None = None, high: float | None = None
) -> dict[str, tuple[int, int]]:
    """How many answered in each stratum so far and how many of *total* it should have, by sizes and spreads so far.

    All of *total* is given out, whatever number answered so far. A stratum whose answers are all the same has the
    variance of `constant_answers` on the scale from *low* to *high* (by default the extremes given), one with
    fewer than two answers the spread of all. Empty when there are fewer than two strata, or *total* is too few for two
    in each.
    """
    given = scores.dropna()
    parts = {str(name): given[given.index.isin(rows.index)] for name, rows in strata.dropna().groupby(strata)}
    parts = {name: parts[name] for name in sorted(parts, key=natural)}
    if len(parts) < 2 or total < 2 * len(parts) or given.empty:
        return {}
    ends = (given.min() if low is None else low, given.max() if high is None else high)
    everyone = variance_of(given.to_numpy(dtype=float), *ends) if len(given) > 1 else 1.0
    spreads = {
        name: sqrt(variance_of(part.to_numpy(dtype=float), *ends) if len(part) > 1 else everyone) or 1.0
        for name, part in parts.items()
    }
    # So many in each stratum that none is full: how many customers it has is not known.
    room = {name: max(len(part), 1) * total for name, part in parts.items()}
    shares = neyman_allocation(total, room, spreads)
    return {name: (len(parts[name]), share) for name, share in shares.items()}


def _whole(shares: Mapping[str, float], total: int) -> dict[str, int]:
    """Shares rounded to whole numbers of the same sum, by largest remainder."""
    whole = {name: floor(share) for name, share in shares.items()}
    spare = min(total, round(sum(shares.values()))) - sum(whole.values())
    for name in sorted(shares, key=lambda name: (whole[name] - shares[name], name))[:spare]:
        whole[name] += 1
    return whole


def _corrected(variance: float, margin: float, population: float | None, confidence: float) -> float:
    """Answers for ± *margin* before rounding, less the finite population correction."""
    if margin <= 0:
        raise ValueError("a margin of error is above 0")
    squared = _z(confidence) ** 2 * variance
    if population is None:
        return squared / margin**2
    return squared * population / (margin**2 * (population - 1) + squared)


def _z(confidence: float) -> float:
    return float(stats.norm.isf((1 - confidence) / 2))


def _reach(power: float, alpha: float) -> float:
    return float(stats.norm.isf(alpha / 2) + stats.norm.isf(1 - power))


def _positive(difference: float) -> float:
    if difference == 0:
        raise ValueError("a difference of 0 can't be detected by any number of answers")
    return abs(difference)
