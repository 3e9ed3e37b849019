"""What stands beside an effect, and what can be known of one before it is there.

Beside it: the difference between both sides month by month, before and after (an event study), how often a choice by
lot would have seemed to do as much, and for a single unit a mixture of the others that went the same way. Before it:
which design there will be something to compare with for, and how many answers it takes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analysis.effects.difference_in_differences import FEWEST_COMPARED, placebo_p
from analysis.effects.effect import EffectDesign, MeasuredEffect
from analysis.effects.event_study import EventStudy, event_study
from analysis.effects.measured_effect import MeasurePeriod, possible_design
from analysis.effects.planned_size import PlannedSize, planned_size
from analysis.effects.synthetic_control import FEWEST_UNITS, synthetic_control
from analysis.effects.units import sides_of, unit_periods, unit_windows
from analysis.level.satisfaction import RatedDimension, dimension_values

_AREA, _MONTH = "area", 30


@dataclass(frozen=True)
class EffectEvidence:
    """The event study (its periods are windows of thirty days by their first day), the p of a choice by lot, and the
    effect against a mixture of other units; None where they take more units than there are."""

    study: EventStudy
    by_lot: float | None
    synthetic: MeasuredEffect | None


def effect_evidence(
    rows: pd.DataFrame, dimension: RatedDimension, unit_kind: str, units: Collection[str], period: MeasurePeriod
) -> EffectEvidence:
    """*rows* and the rest as `effect_on_area` takes them."""
    values = dimension_values(rows, {_AREA: dimension})[_AREA]
    cells = unit_periods(values, rows[unit_kind], _months(rows["day"], period))
    study = event_study(cells, units, 0)
    if study.refusal is None:
        first = [_first_day(int(each), period) for each in study.periods["period"]]
        study = EventStudy(study.periods.assign(period=first), study.trend_p)
    sides = sides_of(
        rows["day"], period.begin, before_from=period.before_from, until=period.until, rolled_out=period.ended
    )
    windows = unit_windows(values, rows[unit_kind], sides, units)
    own = windows["treated"].astype(bool)
    enough = int((~own).sum()) >= FEWEST_COMPARED and bool(own.any())
    return EffectEvidence(study, placebo_p(windows) if enough else None, _synthetic(cells, units, dimension))


def _months(days: pd.Series, period: MeasurePeriod) -> pd.Series:
    """Windows of thirty days: −1 and below before the measure, 0 and above after it, missing while it was going on.

    Before it only whole windows count.
    """
    moments = pd.to_datetime(days)
    before = (moments - pd.Timestamp(period.begin)).dt.days // _MONTH
    after = (moments - pd.Timestamp(period.ended)).dt.days // _MONTH
    month = before.where(moments < pd.Timestamp(period.begin), after.where(moments >= pd.Timestamp(period.ended)))
    whole = (period.begin - period.before_from).days // _MONTH
    return month.where((month >= -whole) & (moments <= pd.Timestamp(period.until)))


def _first_day(month: int, period: MeasurePeriod) -> date:
    return date.fromordinal((period.begin if month < 0 else period.ended).toordinal() + month * _MONTH)


def _synthetic(cells: pd.DataFrame, units: Collection[str], dimension: RatedDimension) -> MeasuredEffect | None:
    own = [unit for unit in cells["unit"].unique() if unit in set(units)]
    if len(own) != 1:
        return None
    means = cells.pivot(index="period", columns="unit", values="mean").sort_index().dropna(axis=1)
    if own[0] not in means or means.shape[1] < FEWEST_UNITS:
        return None
    n = int(cells.loc[cells["unit"] == own[0], "n"].sum())
    found = synthetic_control(means, own[0], 0, n=n, low=dimension.low, high=dimension.high).effect
    return found if found.ok else None


@dataclass(frozen=True)
class PlannedEffect:
    """Which `design` there will be, with how many units; `size`: the answers it takes, None where units are too few."""

    design: EffectDesign
    treated: int
    compared: int
    size: PlannedSize | None


def planned_effect(
    rows: pd.DataFrame, dimension: RatedDimension, unit_kind: str, units: Collection[str], begin: date, relevant: float
) -> PlannedEffect:  # fmt: skip
    """From the answers before *begin*; *relevant*: the smallest effect that is worth the measure."""
    days = pd.to_datetime(rows["day"])
    past = rows[days < pd.Timestamp(begin)]
    values = dimension_values(past, {_AREA: dimension})[_AREA]
    months = (pd.to_datetime(past["day"]) - pd.Timestamp(begin)).dt.days // _MONTH
    cells = unit_periods(values, past[unit_kind], months)
    there = set(cells["unit"])
    own = there & set(units)
    design = possible_design(there, own, int(cells.loc[cells["unit"].isin(own), "period"].nunique()))
    compared = len(there) - len(own)
    if design is not EffectDesign.DIFFERENCE_IN_DIFFERENCES or not own:
        return PlannedEffect(design, len(own), compared, None)
    before = float(cells.groupby("unit")["n"].sum().median())
    within = float(np.sqrt((cells["variance"] * cells["n"]).mean()))
    size = planned_size(
        relevant, within=within, wavering=_wavering(cells), treated=len(own), compared=compared, before=before
    )
    return PlannedEffect(design, len(own), compared, size)


def _wavering(cells: pd.DataFrame) -> float:
    """By how much units move from month to month beyond what sampling does (standard deviation)."""
    away = cells["mean"] - cells.groupby("unit")["mean"].transform("mean")
    freedom = len(cells) - cells["unit"].nunique()
    beyond = float((away**2).sum()) / freedom - float(cells["variance"].mean()) if freedom > 0 else 0.0
    return float(np.sqrt(max(beyond, 0.0)))
