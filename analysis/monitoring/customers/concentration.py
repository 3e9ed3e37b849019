"""How an amount is spread over customers: the largest, how few make most of it, and growth from period to period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

PARETO = 0.8  # the part of an amount that few customers usually make


@dataclass(frozen=True)
class Ranked:
    """One customer: place (equal amounts share one), amount, and shares of the total, own and down to this place."""

    id: str
    place: int
    amount: float
    share: float | None
    cumulated: float | None


def largest(amounts: pd.Series, most: int) -> list[Ranked]:
    """The customers of the largest amounts (index: id), with those who tie with the last.

    Shares are of the total of amounts above zero; None where there is none.
    """
    known = amounts.dropna().sort_values(ascending=False, kind="stable")
    total = float(known.clip(lower=0).sum())
    places = known.rank(method="min", ascending=False).astype(int)
    sums = known.clip(lower=0).cumsum()
    return [
        Ranked(
            str(file), int(place), float(amount), max(float(amount), 0.0) / total if total else None,
            float(summed) / total if total else None,
        )
        for file, place, amount, summed in zip(known.index, places, known, sums, strict=True) if place <= most
    ]  # fmt: skip


@dataclass(frozen=True)
class Pareto:
    """So many customers, the largest first, make the wanted part of the total."""

    customers: int
    n: int  # of customers with an amount, also one of zero or below
    part: float  # wanted of the total, 0–1
    reached: float  # what they make of it: at least `part`
    total: float
    below_zero: int  # customers whose amount is negative: they count as nothing

    @property
    def share_of_customers(self) -> float:
        return self.customers / self.n


def pareto(amounts: pd.Series, part: float = PARETO) -> Pareto | None:
    """How few customers make so large a *part* of the total; None where nothing is above zero."""
    known = amounts.dropna().to_numpy(float)
    counted = np.sort(known.clip(min=0))[::-1]
    total = float(counted.sum())
    if total <= 0:
        return None
    shares = np.cumsum(counted) / total
    customers = int(np.searchsorted(shares, part - 1e-12)) + 1
    return Pareto(customers, len(known), part, float(shares[customers - 1]), total, int((known < 0).sum()))


@dataclass(frozen=True)
class Growth:
    """Change of an amount from one period to another, over the customers who have both."""

    before: float
    after: float
    n: int
    up: int  # customers whose amount rose
    down: int
    only_before: int  # customers who have the first period alone
    only_after: int

    @property
    def rate(self) -> float | None:
        """Of the total; None where it was nothing or less before."""
        return (self.after - self.before) / self.before if self.before > 0 else None


def growth(before: pd.Series, after: pd.Series) -> Growth:
    """From one column of amounts to another of the same customers."""
    both = before.notna() & after.notna()
    first, second = before[both], after[both]
    return Growth(
        float(first.sum()), float(second.sum()), int(both.sum()), int((second > first).sum()),
        int((second < first).sum()), int((before.notna() & after.isna()).sum()),
        int((before.isna() & after.notna()).sum()),
    )  # fmt: skip
