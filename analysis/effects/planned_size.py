"""How many answers a measure needs so that its effect can be seen; asked before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

from scipy import stats


@dataclass(frozen=True)
class PlannedSize:
    """`per_unit`: answers in each unit after the measure, None where no number of answers would do.

    `smallest` is the smallest effect that this design can show with the wanted power, however many answer.
    """

    per_unit: int | None
    smallest: float


def planned_size(
    relevant: float, *, within: float, wavering: float, treated: int, compared: int, before: float, power: float = 0.8,
    confidence: float = 0.95,
) -> PlannedSize:  # fmt: skip
    """*relevant*: the effect to be seen, in the indicator's unit; *within*: standard deviation of answers in a unit;
    *wavering*: by how much units move for reasons of their own (standard deviation between windows); *treated*,
    *compared*: units with and without the measure; *before*: answers per unit already there.

    Two-sided test of a difference in differences with as many answers per unit in both groups (Bloom 1995, with t on
    treated + compared − 2 degrees of freedom). ValueError where there is no unit on a side.
    """
    if min(treated, compared) < 1 or relevant <= 0 or before <= 0:
        raise ValueError("relevant and before must be above 0, and each side needs a unit")
    freedom = max(treated + compared - 2, 1)
    reach = float(stats.t.ppf((1 + confidence) / 2, freedom) + stats.t.ppf(power, freedom))
    spread = 1 / treated + 1 / compared
    fixed = (wavering**2 + within**2 / before) * spread
    left = (relevant / reach) ** 2 - fixed
    return PlannedSize(ceil(within**2 * spread / left) if left > 0 else None, reach * sqrt(fixed))
