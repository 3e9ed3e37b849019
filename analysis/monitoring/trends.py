"""Figures over time: weekly values of any estimate, and the periods to compare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd

from analysis.estimates import Estimate
from analysis.level.satisfaction import top_two_box
from surveys.anonymity import MINIMUM_GROUP
from surveys.localisation.wording import saying

WEEK = pd.Timedelta(days=7)


@dataclass(frozen=True)
class Period:
    """A span of days, both ends included (local midnights)."""

    first: pd.Timestamp
    last: pd.Timestamp

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def of(self, responses: pd.DataFrame) -> pd.DataFrame:
        """The rows of *responses* whose `day` lies in this period."""
        return responses[responses["day"].between(self.first, self.last)]


def period_windows(last: pd.Timestamp, days: int) -> tuple[Period, Period]:
    """The current period of *days* ending on *last*, and the period of the same length just before it."""
    if days < 1:
        raise ValueError(f"a period has at least one day, not {days}")
    last = pd.Timestamp(last).normalize()
    first = last - pd.Timedelta(days=days - 1)
    return Period(first, last), Period(first - pd.Timedelta(days=days), first - pd.Timedelta(days=1))


def weekly_trend(
    values: pd.Series,
    day: pd.Series,
    measure: Callable[[pd.Series], Estimate],
    *,
    period: Period | None = None,
    minimum: int = MINIMUM_GROUP,
) -> pd.DataFrame:
    """One row per week from Monday, with the columns start, end, value, low, high, n, partial and refusal.

    *day* has the local day of each answer in *values*. Weeks without answers have a row too. value, low and high are
    missing, and refusal says why, where the week has fewer than *minimum* answers or *measure* refuses. partial marks
    a week that the period (by default from the first to the last day) covers only in part.
    """
    if period is None:
        if not day.notna().any():
            return _trend_frame([])
        period = Period(day.min(), day.max())
    first_week = period.first - pd.Timedelta(days=period.first.weekday())
    inside = day.between(period.first, period.last)
    week_of = day - pd.to_timedelta(day.dt.day_of_week, unit="D")
    answers_by_week = dict(iter(values[inside].groupby(week_of[inside])))
    rows = [
        _week(start, answers_by_week.get(start, values.iloc[:0]), measure, period, minimum)
        for start in pd.date_range(first_week, period.last, freq="7D")
    ]
    return _trend_frame(rows)


def weekly_top_two_box(
    ratings: pd.Series,
    day: pd.Series,
    *,
    low: float,
    high: float,
    period: Period | None = None,
    minimum: int = MINIMUM_GROUP,
    clusters: pd.Series | None = None,
) -> pd.DataFrame:
    """The `weekly_trend` of the share of the two highest ratings on a scale from *low* to *high*."""
    measure = partial(_top_two_box_within, clusters, low, high)
    return weekly_trend(ratings, day, measure, period=period, minimum=minimum)


def _top_two_box_within(clusters: pd.Series | None, low: float, high: float, ratings: pd.Series) -> Estimate:
    own = None if clusters is None else clusters[ratings.index]
    return top_two_box(ratings, low=low, high=high, clusters=own)


def _week(
    start: pd.Timestamp, values: pd.Series, measure: Callable[[pd.Series], Estimate], period: Period, minimum: int
) -> tuple[object, ...]:
    end = start + WEEK - pd.Timedelta(days=1)
    estimate = measure(values)
    partial = start < period.first or end > period.last
    if estimate.refusal is not None:
        return start, end, None, None, None, estimate.n, partial, estimate.refusal
    if estimate.n < minimum:
        return start, end, None, None, None, estimate.n, partial, saying("不足 {minimum} 份", minimum=minimum)
    return start, end, *estimate.figures(), estimate.n, partial, None


def _trend_frame(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    columns = ["start", "end", "value", "low", "high", "n", "partial", "refusal"]
    types: dict[str, str] = {"start": "datetime64[us]", "end": "datetime64[us]", "n": "int64", "partial": "bool"}
    types |= dict.fromkeys(("value", "low", "high"), "float64") | {"refusal": "object"}
    return pd.DataFrame(rows, columns=columns).astype(types)
