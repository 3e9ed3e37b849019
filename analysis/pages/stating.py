"""What respondents say is important, beside what goes together with their satisfaction."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.drivers import DriverAnalysis
from analysis.estimates import figure
from analysis.exploring import Selection
from analysis.importance import stated_beside_derived
from analysis.items import stated_importance
from analysis.pages.view import View
from analysis.satisfaction import dimension_values
from surveys.pages import look
from surveys.pages.words import _


def draw(view: View, selection: Selection, drivers: DriverAnalysis) -> None:
    """Nothing where the survey does not ask how important a dimension is."""
    columns = stated_importance(view.record.survey)
    asked = {code: columns[code] for code in selection.dimensions if code in columns}
    if not asked:
        return
    stated = dimension_values(
        selection.responses, {code: selection.dimensions[code]._replace(items=own) for code, own in asked.items()}
    )
    scale = selection.dimensions[next(iter(asked))]
    table = stated_beside_derived(stated, drivers, low=scale.low, high=scale.high)
    st.header(_("说的重要与算的重要"), anchor=False)
    look.soft(_("客户说重要、与总体满意度却关联不强的，多半是底线：做得好是应该的，做不好会不满。"))
    look.table(
        [_("维度"), _("客户说的重要度"), "n", _("排名"), _("与总体满意度的关联"), _("排名")],
        [
            (
                selection.dimensions[row["code"]].label, _said(row, "stated", "score"), int(row["n"]),
                _rank(row["stated_rank"]), _said(row, "derived", "share"), _rank(row["derived_rank"]),
            )
            for _i, row in table.iterrows()
        ],
    )  # fmt: skip


def _said(row: pd.Series, side: str, unit: str) -> str:
    if pd.isna(row[side]):
        return "—"
    value, low, high = (figure(float(row[f"{side}{end}"]), unit) for end in ("", "_low", "_high"))  # type: ignore[arg-type]
    return _("{value}（{span}）").format(value=value, span=_("{low} 至 {high}").format(low=low, high=high))


def _rank(rank: float) -> str:
    return "—" if pd.isna(rank) else f"{rank:.0f}"
