"""Who answers again: from each round to the next, and whether those who don't were less satisfied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from analysis.differences.comparison import mean_change
from analysis.estimates import Change, Estimate
from analysis.frames import PERSON
from analysis.intervals.shares import share


@dataclass(frozen=True)
class Attrition:
    """From one round to the next: how many came back, and both groups' level before, the lost ones as `after`."""

    answered_in: str
    asked_in: str
    retained: Estimate
    difference: Change


def attrition(answers: pd.DataFrame, column: str, rounds: Sequence[str], low: float, high: float) -> list[Attrition]:
    """*answers*: `person`, `round` and the rating *column*; *rounds*: codes in the order of time.

    One row for each pair of neighbours that have people in both; of several answers in a round the last one counts.
    """
    known = answers[answers[PERSON].notna()].drop_duplicates([PERSON, "round"], keep="last")
    found = []
    for earlier, later in pairwise(rounds):
        before = known[known["round"] == earlier]
        after = set(known[PERSON][known["round"] == later])
        if before.empty or not after:
            continue
        back = before[PERSON].isin(after)
        gone = mean_change(before[column][back], before[column][~back], low=low, high=high)
        found.append(Attrition(earlier, later, share(int(back.sum()), len(back), measure="retained"), gone))
    return found
