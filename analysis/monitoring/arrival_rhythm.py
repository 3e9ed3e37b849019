"""How often answers come in where they come in, and when silence is longer than usual."""

from __future__ import annotations

from math import ceil

import numpy as np
import pandas as pd

SHORTEST = 7  # days of silence that nobody need be told of
NO_RHYTHM = 28  # days that answers must span before they have a rhythm; so long the silence may last without one
_USUAL_PART = 0.75  # of the time that passed lay in gaps no longer than the usual one
_PATIENCE = 1.25


def usual_gap(days: pd.Series) -> int | None:
    """The days that usually pass from one day with answers to the next; None where the answers have no rhythm yet.

    Three quarters of all the time from the first to the last answer lay in gaps no longer than this one. So who is
    asked each quarter has the quarter's long pause for a usual gap, though most of the answers come day by day; and one
    holiday in a year of daily answers makes no rhythm.
    """
    known = np.unique(days.dropna().dt.normalize().to_numpy(dtype="datetime64[D]"))
    gaps = np.sort(np.diff(known).astype(int))
    if gaps.sum() < NO_RHYTHM:
        return None
    return int(gaps[np.searchsorted(np.cumsum(gaps), _USUAL_PART * gaps.sum())])


def silent_for(days: pd.Series, today: pd.Timestamp) -> int | None:
    """How many days ago the last answer came, where that is longer than usual; None where it is not, or none came."""
    if not days.notna().any():
        return None
    silence, usual = (today.normalize() - days.max().normalize()).days, usual_gap(days)
    longest = NO_RHYTHM if usual is None else max(SHORTEST, ceil(_PATIENCE * usual))
    return silence if silence > longest else None
