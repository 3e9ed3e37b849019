"""Which part of the answers an export takes, chosen on the page: days, circumstances, columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from statistics import quantiles
from typing import Any

import streamlit as st

from surveys.console.kit import address, session
from surveys.console.kit.choosers import department_names, touchpoint_names
from surveys.console.kit.words import _, distinct, language, said, translate_all
from surveys.definition.breakdowns.bands import cuts_between
from surveys.definition.breakdowns.breakdown import OF_FILE, Breakdown, BreakdownKind
from surveys.definition.breakdowns.registry import CHANNELS
from surveys.exchange.answers.columns import OF_CONTEXT, Layout, TableColumn
from surveys.exchange.answers.selection import FILTERS, ExportSelection, categories
from surveys.fieldwork.rounds import code_words
from surveys.intake.answer_values import AnswerValues

_SOME = 2000  # of the newest answers, by which numbers are cut into bands


def select_answers(survey: str, layout: Layout, more: AnswerValues) -> ExportSelection:
    """What is chosen; all days, all answers and all columns where nothing is."""
    with st.expander(_("只要一部分：时间、筛选、列"), icon=":material/filter_list:"):
        first, last = _days()
        with st.container(horizontal=True):
            where = {name: frozenset(_values(name, options)) for name, options in _options(survey).items() if options}
        where |= _by_categories(survey, layout, more)
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
        "channel": translate_all(CHANNELS),
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


def _by_categories(survey: str, layout: Layout, more: AnswerValues) -> dict[str, frozenset[str]]:
    """Facts, questions, campaign and what files say, as many as are wanted; each with all it offers, in its order."""
    known = {name: options for name, options in categories(layout).items() if options}
    asked = {name: {code: said(words) for code, words in options.items()} for name, options in known.items()}
    titles = {n: said(layout.facts[n].label if n in layout.facts else layout.items[n].title) for n in asked}
    for each in more.breakdowns.values():
        if each.spoken not in FILTERS and _column(each) not in asked and each.question not in asked:
            asked[each.spoken], titles[each.spoken] = _offered(survey, each, more), said(each.label)
    offered = {name: options for name, options in asked.items() if options}
    titles = distinct({name: titles[name] for name in offered})

    def draw() -> list[str]:
        return st.multiselect(
            _("再按档案、随答信息或题目筛选"), list(offered), format_func=titles.__getitem__, key="export.by",
            placeholder=_("不再筛选"),
        )  # fmt: skip

    chosen = address.several("export.by", offered, draw, []) if offered else []
    return {name: frozenset(_among(name, titles[name], offered[name])) for name in chosen}


def _column(each: Breakdown) -> str:
    """The column of the file that a fact stands in."""
    return f"{OF_CONTEXT}{each.name.partition('.')[2]}" if each.kind is BreakdownKind.FACT else ""


def _offered(survey: str, each: Breakdown, more: AnswerValues) -> dict[str, str]:
    """The values that can be chosen, by code; of a file those that people have, of numbers their bands."""
    if each.kind is BreakdownKind.FILE and not each.numeric and not each.options:
        return {value: value for value in session.store().contacts.values(each.name.removeprefix(OF_FILE))}
    if not each.numeric or each.cuts:
        return each.names(language())
    given = [more.number(one, each) for one in session.store().responses.newest(survey, _SOME)]
    numbers = [number for number in given if number is not None]
    quartiles = quantiles(numbers, n=4, method="inclusive") if len(numbers) > 1 else []
    return each.names(language(), cuts_between(quartiles, min(numbers, default=0)))


def _among(name: str, title: str, names: Mapping[str, str]) -> list[str]:
    key = f"export.by.{name}"

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
