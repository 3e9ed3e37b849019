"""Answers of units around the beginning of a measure, summed up: all that the estimators of effects need."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pandas as pd

from analysis.differences.partial_pooling import steadied

WINDOW_COLUMNS = ("before", "before_variance", "n_before", "after", "after_variance", "n_after", "treated")


def unit_windows(values: pd.Series, units: pd.Series, after: pd.Series, treated: Collection[str]) -> pd.DataFrame:
    """One row per unit (its index) that has answers before and after, with `WINDOW_COLUMNS`.

    *values*: scores, or 1 and 0; missing ones are left out. *after*: true where an answer came after the measure, false
    where before, missing where it counts for neither. `…_variance` is the sampling variance of the mean beside it; a
    unit's own variance is steadied by that within all units, so that two equal answers are no certainty.
    """
    cells = unit_periods(values, units, after.astype("boolean"))
    before, later = (cells[cells["period"].astype(bool) == side].set_index("unit") for side in (False, True))
    columns = ["mean", "variance", "n"]
    table = pd.concat([before[columns], later[columns]], axis=1, join="inner")
    table.columns = pd.Index(WINDOW_COLUMNS[:-1])
    return table.assign(treated=table.index.isin(list(treated)))


def unit_periods(values: pd.Series, units: pd.Series, periods: pd.Series) -> pd.DataFrame:
    """One row per unit and period with answers: `unit`, `period`, `mean`, `variance` (of the mean), `n`."""
    known = values.notna() & units.notna() & periods.notna()
    given = pd.DataFrame(
        {"unit": units[known].astype(str), "period": periods[known], "value": values[known].astype(float)}
    )
    cells = given.groupby(["unit", "period"], observed=True)["value"].agg(["mean", "var", "count"]).reset_index()
    n = cells["count"].to_numpy(dtype=float)
    variance = steadied(cells["var"].fillna(0).to_numpy(), n) / n
    return cells[["unit", "period", "mean"]].assign(variance=variance, n=cells["count"])


def sides_of(
    days: pd.Series, begin: date, *, before_from: date, until: date, rolled_out: date | None = None
) -> pd.Series:
    """For `unit_windows`: false from *before_from* to the day before *begin*, true from *rolled_out* until *until*.

    What lies between *begin* and *rolled_out* (by default *begin*), while the measure is only partly there, counts for
    neither side.
    """
    moments = pd.to_datetime(days)
    sides = pd.Series(pd.NA, index=days.index, dtype="boolean")
    sides[(moments >= pd.Timestamp(before_from)) & (moments < pd.Timestamp(begin))] = False
    sides[(moments >= pd.Timestamp(rolled_out or begin)) & (moments <= pd.Timestamp(until))] = True
    return sides
