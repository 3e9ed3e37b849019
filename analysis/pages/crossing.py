"""A question crossed with segments: shares with intervals, column letters, and the same as an Excel workbook."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from analysis.banners import TOTAL, BannerTable, banner_table, marks_of, members_of
from analysis.estimates import Estimate, figure
from analysis.exploring import Item, Selection
from analysis.pages.looking_into import question_picker
from analysis.pages.view import SEGMENTS, View
from analysis.workbooks import crosstab_workbook, notes
from surveys.pages import look
from surveys.pages.words import _, language_of_figures, translated

_MOST_ANSWERS = 15
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw(view: View, items: dict[str, Item], selection: Selection) -> None:
    """One question against the kinds of segment chosen."""
    if not selection.segments:
        look.empty(_("没有可以交叉的分组"), _("匿名问卷不按分组交叉；其他问卷需要两个以上触点、区域或业务类型。"))
        return
    fitting = {c: item for c, item in items.items() if 1 < selection.responses[c].nunique() <= _MOST_ANSWERS}
    if not fitting:
        look.empty(_("没有可以分析的题目"), _("需要一道选择题或评分题。"))
        return
    item, names = question_picker(fitting, "crossed"), translated(SEGMENTS)
    kinds = st.multiselect(
        _("按"),
        selection.segments,
        selection.segments[:1],
        format_func=names.__getitem__,
        key="banner",
        placeholder=_("选择分组"),
    )
    if not kinds:
        return
    answers = selection.responses[item.column]
    members = members_of(selection.responses[list(kinds)].rename(columns=names))
    table = banner_table(answers.notna(), marks_of(answers), members)
    _table(item, table)
    st.download_button(
        _("下载 Excel"),
        crosstab_workbook({item.label: table}, {item.label: dict(item.options or {})}, language=language_of_figures()),
        file_name=f"{view.record.code}-crosstab.xlsx",
        mime=_XLSX,
        icon=":material/download:",
    )


def _table(item: Item, table: BannerTable) -> None:
    options = item.options or {}
    heads = [_head(str(column), table) for column in table.cells.columns]
    rows = [
        [options.get(str(code), str(code)), *map(_cell, cells, table.letters.loc[[code]].to_numpy()[0])]
        for code, cells in table.cells.iterrows()
    ]
    look.table([_("回答"), *heads], rows)
    for note in notes(table, language_of_figures()):
        look.soft(note)


def _head(column: str, table: BannerTable) -> Markup:
    name = _("合计") if column == TOTAL else column.split(" · ", 1)[-1]
    letter = str(table.heads[column])
    return Markup("{}{}<br>n={}").format(name, f" ({letter})" if letter else "", int(table.n[column]))


def _cell(estimate: Estimate, letters: str) -> Markup:
    if not estimate.ok:
        return Markup("—")
    low, high = (figure(each, "share") for each in estimate.figures()[1:])
    marks = Markup(" <b>{}</b>").format(letters) if letters else Markup("")
    span = _("{low} 至 {high}").format(low=low, high=high)
    return Markup('{}{}<br><span class="xs-soft">{}</span>').format(estimate.shown(), marks, span)
