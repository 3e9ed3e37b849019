"""Which part of the answers an export takes, chosen on the page: days, circumstances, columns."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from surveys.console.kit import address, session
from surveys.console.kit.choosers import department_names, touchpoint_names
from surveys.console.kit.words import _, distinct, said, translate_all
from surveys.exchange.answers.columns import Layout, TableColumn
from surveys.exchange.answers.selection import FILTERS, ExportSelection


def select_answers(survey: str, layout: Layout) -> ExportSelection:
    """What is chosen; all days, all answers and all columns where nothing is."""
    with st.expander(_("只要一部分：时间、筛选、列"), icon=":material/filter_list:"):
        first, last = _days()
        with st.container(horizontal=True):
            where = {name: frozenset(_values(name, options)) for name, options in _options().items() if options}
        columns = _columns(survey, layout)
    return ExportSelection(first, last, {name: values for name, values in where.items() if values}, tuple(columns))


def _days() -> tuple[date | None, date | None]:
    """The first and the last day, both open where nothing is chosen."""
    first, last = _day("export.from"), _day("export.to")
    present: Any = [first, last] if first and last and first <= last else []
    chosen = st.date_input(_("收到日期（不选为全部）"), present, key="export.days", width=260)
    days = chosen if isinstance(chosen, tuple) else ()
    if len(days) != 2:
        return None, None
    for name, day in zip(("export.from", "export.to"), days, strict=True):
        address.leave(name, day.isoformat())
    return days


def _day(name: str) -> date | None:
    text = st.query_params.get(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        address.doubt(name, text or "")
        return None


def _options() -> dict[str, dict[str, str]]:
    """What can be chosen of each circumstance: the value that is stored, and what people call it."""
    places = session.store().organisation.touchpoints()
    return {
        "touchpoint": touchpoint_names(places),
        "department": department_names(),
        "district": {each.district: each.district for each in places if each.district},
        "business_type": {each.business_type: each.business_type for each in places if each.business_type},
    }


def _values(name: str, options: dict[str, str]) -> list[str]:
    key = f"export.{name}"

    def draw() -> list[str]:
        return st.multiselect(
            translate_all(FILTERS)[name], list(options), format_func=options.__getitem__, key=key,
            placeholder=_("全部"),
            width=240,
        )  # fmt: skip

    return address.several(key, options, draw, [])


def _title(layout: Layout, column: TableColumn) -> str:
    return said(layout.facts[column.name].label) if column.name in layout.facts else _(column.title)


def _columns(survey: str, layout: Layout) -> list[str]:
    names = {code: said(question.title) for code, question in layout.items.items()}
    names = distinct(names | {each.name: _title(layout, each) for each in layout.context})

    def draw() -> list[str]:
        return st.multiselect(
            _("列"), list(names), format_func=names.__getitem__, key="export.columns", placeholder=_("全部列")
        )

    return address.several("export.columns", names, draw, [])
