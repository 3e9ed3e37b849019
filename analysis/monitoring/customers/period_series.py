"""Series of customer files: totals of an amount by the periods in its names, or files by the month of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.monitoring.customers.files import AttributeKind, FileAttribute, amounts_of, days_of
from analysis.monitoring.forecasts import Forecast, forecast

AHEAD = 3  # periods
_SEASONS = {"M": 12, "Q": 4, "Y": 0}


@dataclass(frozen=True)
class PeriodSeries:
    """Values by period, without a gap; `files` are those that each value is of."""

    periods: tuple[str, ...]  # 2026, 2026-Q1 or 2026-01
    values: tuple[float, ...]
    files: tuple[int, ...]
    missing: tuple[str, ...] = ()  # periods between the first and the last that nothing is known of

    def carried_on(self, ahead: int = AHEAD) -> Forecast | None:
        """The next values with their interval; None where values are missing, or too few for it."""
        if self.missing or not self.periods:
            return None
        return forecast(np.array(self.values, float), ahead, season=_SEASONS[_unit(self.periods[0])])

    def to_come(self, ahead: int = AHEAD) -> list[str]:
        """The names of the next periods."""
        last = pd.Period(self.periods[-1].replace("-Q", "Q"), freq=_unit(self.periods[-1]))
        return [_name(last + step) for step in range(1, ahead + 1)]


def bases(attributes: Mapping[str, FileAttribute]) -> dict[str, list[FileAttribute]]:
    """The amounts that are known for several periods of one length, by `base` and length (用电量 M), in their order."""
    found = dict[str, list[FileAttribute]]()
    for each in sorted(attributes.values(), key=lambda each: each.period):
        if each.period:
            found.setdefault(f"{each.base} {_unit(each.period)}", []).append(each)
    return {base: columns for base, columns in found.items() if len(columns) > 1}


def totals(frame: pd.DataFrame, columns: list[FileAttribute]) -> PeriodSeries:
    """The total of each period over the customers who have all of them, so that who came or left is no trend."""
    amounts = pd.DataFrame({each.period: amounts_of(frame, each.code) for each in columns}).dropna()
    periods = tuple(amounts.columns)
    return PeriodSeries(periods, tuple(map(float, amounts.sum())), (len(amounts),) * len(periods), _gaps(periods))


def counts_by_month(frame: pd.DataFrame, attribute: FileAttribute, last: str) -> PeriodSeries:
    """How many files have their day in each month up to *last* (2026-01), which should be over; none is a zero."""
    months = days_of(frame[attribute.code]).dropna().dt.to_period("M")
    months = months[months <= pd.Period(last, freq="M")]
    if months.empty:
        return PeriodSeries((), (), ())
    every = pd.period_range(months.min(), pd.Period(last, freq="M"), freq="M")
    counts = months.value_counts().reindex(every, fill_value=0)
    numbers = tuple(int(each) for each in counts)
    return PeriodSeries(tuple(_name(each) for each in every), tuple(map(float, numbers)), numbers)


def day_attributes(attributes: Mapping[str, FileAttribute]) -> list[FileAttribute]:
    return [each for each in attributes.values() if each.kind is AttributeKind.DAY]


def _unit(period: str) -> str:
    return "Q" if "Q" in period else "M" if "-" in period else "Y"


def _name(period: pd.Period) -> str:
    forms = {"M": f"{period.year}-{period.month:02}", "Q": f"{period.year}-Q{period.quarter}", "Y": str(period.year)}
    return forms[period.freqstr[0]]


def _gaps(periods: tuple[str, ...]) -> tuple[str, ...]:
    first, last = (pd.Period(each.replace("-Q", "Q"), freq=_unit(each)) for each in (periods[0], periods[-1]))
    return tuple(_name(each) for each in pd.period_range(first, last) if _name(each) not in periods)
