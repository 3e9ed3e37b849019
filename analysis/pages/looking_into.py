"""One question at a time: its level at once, then whatever else the catalogue offers for it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from analysis.estimates import Unit
from analysis.exploring import Item, Offer, Selection, explored, offers
from analysis.methods import PURPOSES
from analysis.pages.told import draw_told
from analysis.pages.view import SEGMENTS, View, withheld
from analysis.telling import told
from surveys.pages import look
from surveys.pages.words import _, language_of_figures, translated


def draw(view: View, items: dict[str, Item], selection: Selection) -> None:
    """The question, what it says by itself, and one further look at it."""
    offered = {column: offers(item, selection) for column, item in items.items()}
    columns = [column for column, methods in offered.items() if methods]
    if not columns:
        look.empty(_("没有可以分析的题目"), _("这份问卷只有文字题；请看“意见”页。"))
        return
    item = question_picker({column: items[column] for column in columns}, "item")
    given = int(view.responses[item.column].notna().sum())
    if withheld(view, given):
        return
    methods = offered[item.column]
    _methods(view, item, selection, {n: each for n, each in methods.items() if each.method.purpose == "level"})
    _further(view, item, selection, {n: each for n, each in methods.items() if each.method.purpose != "level"})


def question_picker(items: dict[str, Item], key: str) -> Item:
    """The item chosen from *items*, which must not be empty."""
    chosen = st.selectbox(_("题目"), list(items), format_func=lambda column: items[column].label, key=key)
    return items[str(chosen)]


def segment_picker(selection: Selection, key: str) -> str | None:
    """The column to split by, None where answers may not be split."""
    if not selection.segments:
        return None
    names = translated(SEGMENTS)
    chosen = st.segmented_control(
        _("按"), list(selection.segments), default=selection.segments[0], format_func=names.__getitem__, required=True,
        key=key,
    )  # fmt: skip
    return str(chosen)


def names_of(item: Item, selection: Selection) -> dict[str, str]:
    """Words of all codes that a result may name."""
    return {code: each.label for code, each in selection.dimensions.items()} | dict(item.options or {})


def _further(view: View, item: Item, selection: Selection, methods: dict[str, Offer]) -> None:
    purposes = list(dict.fromkeys(each.method.purpose for each in methods.values()))
    if not purposes:
        return
    st.header(_("还想知道什么"), anchor=False)
    spoken = {purpose: PURPOSES[purpose].spoken(language_of_figures()) for purpose in purposes}
    chosen = st.pills(_("还想知道什么"), purposes, format_func=spoken.__getitem__, default=purposes[0],
                      key=f"purpose {item.column}", label_visibility="collapsed", wrap=True)  # fmt: skip
    wanted = {name: each for name, each in methods.items() if each.method.purpose == chosen}
    segment = segment_picker(selection, "split") if any(each.by_segment for each in wanted.values()) else None
    _methods(view, item, selection, wanted, segment)


def _methods(
    view: View, item: Item, selection: Selection, methods: dict[str, Offer], segment: str | None = None
) -> None:
    for name, offer in methods.items():
        title = offer.method.label.spoken(language_of_figures())
        st.subheader(title, anchor=False)
        result = found(view.key, name, item.column, segment, item, selection)
        unit: Unit = "share" if offer.method.purpose == "shares" else "score"
        draw_told(told(result, language_of_figures(), names_of(item, selection)), title, unit=unit)


@st.cache_data(max_entries=128, show_spinner=False)
def found(key: str, name: str, column: str, segment: str | None, _item: Item, _selection: Selection) -> Any:
    """What a method finds in these answers."""
    return explored(name, _item, _selection, segment)
