"""The effect of a measure from the answers around it, by the best design that there is something to compare with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from analysis.effects.difference_in_differences import FEWEST_COMPARED, difference_in_differences
from analysis.effects.effect import EffectDesign, MeasuredEffect, refused_effect
from analysis.effects.mix_of_customers import without_mix
from analysis.effects.own_past import FEWEST_WINDOWS, against_own_past
from analysis.effects.units import sides_of, unit_periods, unit_windows
from analysis.estimates import Unit
from surveys.localisation.wording import saying


@dataclass(frozen=True)
class MeasurePeriod:
    """When a measure was taken. Answers from `before_from` until `begin` are its past; those from `ended` until `until`
    show what it did; what came in between, while it was being carried out, counts for neither."""

    before_from: date
    begin: date
    ended: date
    until: date


def measured_effect(
    values: pd.Series, units: pd.Series, days: pd.Series, treated: Collection[str], period: MeasurePeriod, *,
    low: float = 1, high: float = 5, unit: Unit = "score", mix: pd.DataFrame | None = None, by_lot: bool = False,
) -> MeasuredEffect:  # fmt: skip
    """*values*: a score (or 1 and 0) per answer; *units*, *days*: its unit and day; *treated*: units with the measure.

    Three comparable units or more: difference in differences. Fewer: against the units' own past, taken as one. *mix*:
    facts about who the customers are, to be taken out (`without_mix`). *by_lot*: the units were drawn by lot, so that
    nothing had to regress.
    """
    sides = sides_of(days, period.begin, before_from=period.before_from, until=period.until, rolled_out=period.ended)
    if mix is not None and not mix.empty:
        values = without_mix(values, units, sides, mix)
    windows = unit_windows(values, units, sides, treated)
    if int((~windows["treated"]).sum()) >= FEWEST_COMPARED and windows["treated"].any():
        return difference_in_differences(windows, low=low, high=high, unit=unit, shrunken=not by_lot)
    return _own_past(values[units.isin(list(treated))], days, period, low=low, high=high, unit=unit)


def possible_design(units: Collection[str], treated: Collection[str], earlier_windows: int) -> EffectDesign:
    """What will be possible, asked before the measure begins: *units* give answers now, *treated* get the measure."""
    if len(set(units) - set(treated)) >= FEWEST_COMPARED:
        return EffectDesign.DIFFERENCE_IN_DIFFERENCES
    return EffectDesign.BEFORE_AND_AFTER if earlier_windows >= FEWEST_WINDOWS else EffectDesign.NONE_POSSIBLE


def _own_past(
    values: pd.Series, days: pd.Series, period: MeasurePeriod, *, low: float, high: float, unit: Unit
) -> MeasuredEffect:
    """Windows as long as the one afterwards, counted back from the beginning; none before `before_from` counts."""
    length = max((period.until - period.ended).days + 1, 1)
    ago = (pd.Timestamp(period.begin - timedelta(days=1)) - pd.to_datetime(days)).dt.days
    oldest = (period.begin - period.before_from).days // length
    window = -(ago // length) - 1
    later = pd.to_datetime(days).between(pd.Timestamp(period.ended), pd.Timestamp(period.until))
    window = window.where((ago >= 0) & (window >= -oldest)).mask(later, 1)
    cells = unit_periods(values, pd.Series("all", index=values.index), window.reindex(values.index))
    after = cells[cells["period"] == 1]
    if after.empty:
        return refused_effect(saying("措施之后还没有作答"), unit=unit, n=int(cells["n"].sum()))
    return against_own_past(cells[cells["period"] < 0], after.iloc[0], low=low, high=high, unit=unit)
