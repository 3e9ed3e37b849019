"""Which part of the answers an export takes, chosen on the page: days, circumstances, columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from surveys.console.kit import address, session
from surveys.console.kit.choosers import department_names, touchpoint_names
from surveys.console.kit.words import _, distinct, said, translate_all
from surveys.exchange.answers.columns import Layout, TableColumn
from surveys.exchange.answers.selection import FILTERS, ExportSelection, categories
from surveys.fieldwork.rounds import code_words
from surveys.localisation.wording import Text


def select_answers(survey: str, layout: Layout) -> ExportSelection:
    """What is chosen; all days, all answers and all columns where nothing is."""
    with st.expander(_("只要一部分：时间、筛选、列"), icon=":material/filter_list:"):
        first, last = _days()
        with st.container(horizontal=True):
            where = {name: frozenset(_values(name, options)) for name, options in _options(survey).items() if options}
        where |= _by_categories(layout)
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


def _options(survey: str) -> dict[str, dict[str, str]]:
    """What can be chosen of each circumstance: the value that is stored, and what people call it."""
    places = session.store().organisation.touchpoints()
    rounds = session.store().rounds
    titles = {each.code: said(each.name) for each in rounds.of(survey).kept}
    return {
        "round": {code: titles.get(code) or said(code_words(code)) for code in reversed(rounds.counts(survey))},
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


def _by_categories(layout: Layout) -> dict[str, frozenset[str]]:
    """Declared facts and questions with options, as many as are wanted; each with all that it offers, in its order."""
    offered = {name: options for name, options in categories(layout).items() if options}
    titles = {name: said(layout.facts[name].label if name in layout.facts else layout.items[name].title)
              for name in offered}  # fmt: skip
    titles = distinct(titles)

    def draw() -> list[str]:
        return st.multiselect(
            _("再按随答信息或题目筛选"), list(offered), format_func=titles.__getitem__, key="export.by",
            placeholder=_("不再筛选"),
        )  # fmt: skip

    chosen = address.several("export.by", offered, draw, []) if offered else []
    return {name: frozenset(_among(name, titles[name], offered[name])) for name in chosen}


def _among(name: str, title: str, options: Mapping[str, Text]) -> list[str]:
    key = f"export.by.{name}"
    names = {code: said(label) for code, label in options.items()}

    def draw() -> list[str]:
        return st.multiselect(title, list(names), format_func=names.__getitem__, key=key, placeholder=_("全部"))

    return address.several(key, names, draw, [])


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
