"""What respondents say is important, beside what goes together with their satisfaction."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.drivers.drivers import DriverAnalysis
from analysis.drivers.of_dimensions import stated_importance_table
from analysis.estimates import figure
from analysis.exploring.items import stated_importance
from analysis.pages.drill_down import exact
from analysis.released.parts import SelectionInView, columns_of
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import look
from surveys.console.kit.words import _


def draw(view: ReleasedAnswers, selection: SelectionInView, drivers: DriverAnalysis) -> None:
    """Nothing where the survey does not ask how important a dimension is."""
    columns = stated_importance(view.record.survey)
    asked = {code: columns[code] for code in selection.dimensions if code in columns}
    if not asked:
        return
    stated = {code: selection.dimensions[code]._replace(items=own) for code, own in asked.items()}
    table = view.ask(stated_importance_table, columns_of(stated), stated, drivers)
    st.header(_("说的重要与算的重要"), anchor=False)
    look.soft(_("客户说重要、与总体满意度却关联不强的，多半是底线：做得好是应该的，做不好会不满。"))
    look.table(
        [_("维度"), _("客户说的重要度"), "n", _("排名"), _("与总体满意度的关联"), _("排名")],
        [
            (
                selection.dimensions[row["code"]].label, _said(row, "stated", "score"),
                _n(view, int(row["n"]), asked.get(row["code"], [])),
                _rank(row["stated_rank"]), _said(row, "derived", "share"), _rank(row["derived_rank"]),
            )
            for _i, row in table.iterrows()
        ],
    )  # fmt: skip


def _n(view: ReleasedAnswers, n: int, columns: list[str]) -> object:
    """How many said so; where several questions ask it there is no one question to lead to."""
    return exact(view, n, columns[0], view.answered(columns[0])) if len(columns) == 1 else n


def _said(row: pd.Series, side: str, unit: str) -> str:
    if pd.isna(row[side]):
        return "—"
    value, low, high = (figure(float(row[f"{side}{end}"]), unit) for end in ("", "_low", "_high"))  # type: ignore[arg-type]
    return _("{value}（{span}）").format(value=value, span=_("{low} 至 {high}").format(low=low, high=high))


def _rank(rank: float) -> str:
    return "—" if pd.isna(rank) else f"{rank:.0f}"
