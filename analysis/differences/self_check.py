"""How a unit sees itself beside how its customers see it: the same items, answered by both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimates import Estimate


@dataclass(frozen=True)
class OwnAnswers:
    """What a unit says of an item: the mean of its own answers, how many there are, and how far they lie apart."""

    mean: float
    n: int
    error: float = 0.0  # standard error; 0 of a single answer, which is what the unit says and no sample of anything


def own_answers(ratings: pd.Series) -> OwnAnswers | None:
    """Of the ratings that a unit gave itself; None where there are none."""
    given = ratings.dropna().to_numpy(dtype=float)
    if not len(given):
        return None
    error = float(given.std(ddof=1) / np.sqrt(len(given))) if len(given) > 1 else 0.0
    return OwnAnswers(float(given.mean()), len(given), error)


@dataclass(frozen=True)
class ViewGap:
    """Own view less the customers', with its interval; `clear` where it is none of chance among all items looked at."""

    code: str
    own: OwnAnswers
    customers: Estimate
    difference: float
    low: float
    high: float
    clear: bool


def view_gaps(
    own: Mapping[str, OwnAnswers], customers: Mapping[str, Estimate], *, confidence: float = 0.95
) -> list[ViewGap]:
    """The items that both have answered, those first in which the unit sees itself too well.

    Student's interval with the degrees of freedom of the smaller group; what is called clear holds for all items
    together (Bonferroni).
    """
    both = [code for code in own if code in customers and customers[code].ok and customers[code].standard_error]
    alpha = (1 - confidence) / max(len(both), 1)
    gaps = [_gap(code, own[code], customers[code], confidence, alpha) for code in both]
    return sorted(gaps, key=lambda each: -each.difference)


def _gap(code: str, own: OwnAnswers, customers: Estimate, confidence: float, alpha: float) -> ViewGap:
    value, error = customers.figures()[0], customers.standard_error or 0.0
    difference, variance = own.mean - value, own.error**2 + error**2
    # Welch's degrees of freedom hold in 93 % of samples where three people speak for the unit; the smaller n does more.
    freedom = min(n - 1 for n in (own.n, int(customers.effective_n or customers.n)) if n > 1)
    reach = float(np.sqrt(variance) * stats.t.isf((1 - confidence) / 2, freedom))
    clear = 2 * float(stats.t.sf(abs(difference) / np.sqrt(variance), freedom)) < alpha
    return ViewGap(code, own, customers, difference, difference - reach, difference + reach, clear)
