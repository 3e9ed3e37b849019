"""A question crossed with segments: shares with intervals, column letters, and the same as an Excel workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st
from markupsafe import Markup

from analysis.answer_order import MOST_LISTED
from analysis.differences.banners import TOTAL, BannerTable, banner_of
from analysis.differences.crosstab_workbooks import crosstab_workbook, notes
from analysis.estimates import Estimate, figure
from analysis.exploring import Item
from analysis.level.answers_behind import distinct_answers
from analysis.pages.by_question import of_same, question_picker
from analysis.pages.drill_down import answers_address, link_cell, part_address
from analysis.pages.filters import segment_labels
from analysis.released.parts import Column, Columns, SelectionInView
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import address, downloads, look
from surveys.console.kit.words import _, language, said
from surveys.definition.breakdowns.breakdown import BreakdownKind
from surveys.definition.questions import Measure

_MOST_ANSWERS = 15  # of a question whose answers are no list
_OF_DEFINITION = (BreakdownKind.FACT, BreakdownKind.ANSWER)  # whose values stand in a table though nobody has them
_NOT_COUNTED = (Measure.TEXT, Measure.RECORD, Measure.BEST_WORST)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw(view: ReleasedAnswers, items: dict[str, Item], selection: SelectionInView) -> None:
    """One question against the kinds of segment chosen."""
    if not selection.segments:
        look.empty(_("没有可以交叉的分组"), _("匿名问卷不按分组交叉；其他问卷需要两个以上触点、区域或业务类型。"))
        return
    given = view.ask(distinct_answers, Columns(tuple(items)))
    fitting = {c: item for c, item in items.items() if _fits(item, given.get(c, 0))}
    if not fitting:
        look.empty(_("没有可以分析的题目"), _("需要一道选择题或评分题。"))
        return
    item, names = question_picker(fitting, "crossed"), segment_labels(view)
    named = (st.query_params.get("banner") or ",".join(st.session_state.get("banner") or ())).split(",")
    kept = [each for each in view.may_split if each in selection.segments or each in named]
    others = tuple(each for each in kept if not of_same(view, each, item))

    def draw_kinds() -> list[str]:
        return st.multiselect(
            _("按"), others, format_func=names.__getitem__, key="banner", placeholder=_("选择分组")
        )

    kinds = address.several("banner", others, draw_kinds, others[:1])
    if not kinds:
        return
    values = {kind: tuple(view.values(kind)) for kind in kinds}
    whole = tuple(kind for kind in kinds if view.breakdowns[kind].kind in _OF_DEFINITION)
    table, unlisted = view.ask(
        banner_of, Column(item.column), Columns(tuple(kinds)), item.codes, names, values, whole
    )  # fmt: skip
    _table(view, item, table, {names[kind]: kind for kind in kinds})
    if unlisted:
        look.soft(_("选项很多，只列出有人选的；另有 {count} 个选项没有人选。").format(count=unlisted))
    downloads.offer_file(
        _("下载 Excel"),
        crosstab_workbook(
            {item.label: table},
            {item.label: dict(item.options or {})},
            scope=downloads.scope(),
            language=language(),
        ),
        downloads.file_name(_("交叉表"), "xlsx"),
        _XLSX,
    )


def _fits(item: Item, given: int) -> bool:
    """Whether there is something to cross: what was written or filed is no answer to be counted."""
    listed = 1 < len(item.codes) <= MOST_LISTED and given > 0
    return item.measure not in _NOT_COUNTED and (listed or 1 < given <= _MOST_ANSWERS)


def _table(view: ReleasedAnswers, item: Item, table: BannerTable, kinds: Mapping[str, str]) -> None:
    """*kinds*: the columns of the segments by the words that head them."""
    options = item.options or {}
    heads = [_head(str(column), table, kinds) for column in table.cells.columns]
    rows = []
    for code, cells in table.cells.iterrows():
        words = options.get(str(code), str(code))
        leads = [_address(view, item, str(code), str(column), kinds) for column in table.cells.columns]
        rows.append([words, *map(_cell, cells, table.letters.loc[[code]].to_numpy()[0], leads)])
    look.table([_("回答"), *heads], rows)
    for note in map(said, notes(table)):
        look.soft(note)


def _head(column: str, table: BannerTable, kinds: Mapping[str, str]) -> Markup:
    name = _("合计") if column == TOTAL else _parted(column, kinds)[1]
    letter = str(table.heads[column])
    return Markup("{}{}<br>n={}").format(name, f" ({letter})" if letter else "", int(table.n[column]))


def _address(view: ReleasedAnswers, item: Item, code: str, column: str, kinds: Mapping[str, str]) -> str:
    """The answers that a cell is made of."""
    if column == TOTAL:
        return answers_address(view, item.column, [code])
    head, name = _parted(column, kinds)
    return part_address(view, kinds[head], name, item.column, [code])


def _parted(column: str, heads: Iterable[str]) -> tuple[str, str]:
    """The breakdown and the value that a column is headed by: either may have the stop between them in itself."""
    head = max((each for each in heads if column.startswith(f"{each} · ")), key=len)
    return head, column.removeprefix(f"{head} · ")


def _cell(estimate: Estimate, letters: str, lead: str) -> Markup:
    if not estimate.ok:
        return Markup("—")
    low, high = (figure(each, "share") for each in estimate.figures()[1:])
    marks = Markup(" <b>{}</b>").format(letters) if letters else Markup("")
    span = _("{low} 至 {high}").format(low=low, high=high)
    shown = link_cell(estimate.shown(), lead)
    return Markup('{}{}<br><span class="xs-soft">{}</span>').format(shown, marks, span)
