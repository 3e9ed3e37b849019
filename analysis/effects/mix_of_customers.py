"""A changed mix of customers taken out of an effect: who came afterwards is not what was done."""

from __future__ import annotations

import pandas as pd

from analysis.differences.partial_pooling import adjusted_for_mix


def without_mix(values: pd.Series, units: pd.Series, after: pd.Series, mix: pd.DataFrame) -> pd.Series:
    """The *values* as if every unit had had the same mix of customers before and after; to be taken like plain ones.

    *mix*: one column per fact that says who the customers are (business type, tier …). What each category adds is
    estimated within units and sides of the measure, so that neither the units' levels nor the effect are taken away
    with it. Values whose mix isn't known are left as missing.
    """
    cells = units.astype("string") + "\u0000" + after.astype("string")
    return adjusted_for_mix(values, cells.astype("object").where(cells.notna()), mix)
