"""The effect of a measure on one area of a survey, from the answers around it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from analysis.effects.effect import MeasuredEffect, refused_effect
from analysis.effects.measured_effect import MeasurePeriod, measured_effect
from analysis.level.satisfaction import RatedDimension, dimension_values
from surveys.localisation.wording import saying

AFTERWARDS = saying("采取措施的单位和日期是开始以后才登记的，挑选时可能已经看过结果")
_AREA = "area"


@dataclass(frozen=True)
class AreaEffect:
    """`effect` on the mean score of an area; `per_day`: how many answers a day the units of the measure give since it
    ended."""

    effect: MeasuredEffect
    per_day: float


def effect_on_area(
    rows: pd.DataFrame, dimension: RatedDimension, unit_kind: str, units: Collection[str], period: MeasurePeriod,
    mix: Sequence[str] = (), *, by_lot: bool = False, afterwards: bool = False,
) -> AreaEffect:  # fmt: skip
    """*rows*: one per answer, with `day`, the column *unit_kind*, the items of the dimension, and the columns of *mix*.

    *units*: where the measure was taken. *afterwards*: this was written down only when it had begun.
    """
    if rows.empty:
        return AreaEffect(refused_effect(saying("还没有作答")), 0.0)
    values = dimension_values(rows, {_AREA: dimension})[_AREA]
    facts = rows[list(mix)] if mix else None
    effect = measured_effect(
        values, rows[unit_kind], rows["day"], units, period, low=dimension.low, high=dimension.high, mix=facts,
        by_lot=by_lot,
    )  # fmt: skip
    if afterwards and effect.ok:
        effect = replace(effect, caveats=(*effect.caveats, AFTERWARDS))
    days = pd.to_datetime(rows["day"])
    since = days.between(pd.Timestamp(period.ended), pd.Timestamp(period.until)) & values.notna()
    treated = rows[unit_kind].isin(list(units))
    length = max((min(days.max(), pd.Timestamp(period.until)) - pd.Timestamp(period.ended)).days + 1, 1)
    return AreaEffect(effect, float((since & treated).sum()) / length)
