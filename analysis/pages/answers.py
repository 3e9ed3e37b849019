"""The page of the answers behind a figure: those of a survey, a time, a part, and of what was said to a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from analysis.exploring import Item
from analysis.exploring.items import items_of
from analysis.frames import rated_dimensions
from analysis.level.answers_behind import name_value, of_dimension, value_names_of
from analysis.level.satisfaction import RatedDimension
from analysis.pages.filters import chosen_view
from analysis.pages.filters.panel import ALL
from analysis.released.parts import columns_of
from analysis.released.released_answers import ReleasedAnswers
from analysis.text.personal_data import mask_personal_data
from surveys.console.kit import address, downloads, look
from surveys.console.kit.answer_rows import answer_rows
from surveys.console.kit.words import _, distinct, language
from surveys.definition.questions import Measure

_ON_A_PAGE = 20


def draw() -> None:
    """Which answers, then the answers themselves, the newest first."""
    look.heading(_("答卷"), _("一个数字背后的答卷：按问卷、时间、分组和某一题的回答来找；选了什么都写在网址里。"))
    view = chosen_view()
    if view is None:
        return
    if view.anonymous:
        address.asked("question", "value")
        look.empty(_("匿名问卷不逐份展示"), _("为了不让人从答卷认出填写者，匿名问卷只显示达到最少人数的汇总结果。"))
        return
    question, values, dimensions = _wanted(view)
    amount = view.answers_saying(question, values, dimensions)
    if not amount:
        look.empty(_("没有这样回答的答卷"), _("换一个回答，或放宽时间和筛选条件。"))
        return
    if amount < view.n:
        of = _("其中选定回答的 {count} 份").format(count=amount)
        look.scope(_("{scope} · {part}").format(scope=downloads.scope(), part=of))
    pages = -(-amount // _ON_A_PAGE)
    page = 1 if pages == 1 else address.whole("page", lambda: st.number_input(
        _("第几页（共 {pages} 页）").format(pages=pages), 1, pages, key="page", width=200
    ), 1, 1, pages)  # fmt: skip
    st.html(f"<b>{_('共 {count} 份答卷').format(count=amount)}</b>")
    found = view.answers(question, values, dimensions, (page - 1) * _ON_A_PAGE, _ON_A_PAGE)
    answer_rows(view.record, found, _masking(view))
    look.soft(_("按收到的时间排列，最新的在前；下载的文件就是这一页。"))


def _masking(view: ReleasedAnswers) -> Callable[[str], str]:
    """How words of an answer are to be shown, where the survey asks for words."""
    if not view.record.survey.with_measure(Measure.TEXT):
        return str
    return mask_personal_data if st.toggle(_("遮住个人信息"), value=True, key="masking") else str


def _wanted(view: ReleasedAnswers) -> tuple[str, list[str], dict[str, RatedDimension]]:
    """The question that answers are looked for by, what was to be said to it, and the dimensions there are."""
    items, dimensions = items_of(view.record.survey, language()), rated_dimensions(view.record.survey, language())
    names = {ALL: _("全部答卷")} | {column: item.label for column, item in items.items()}
    names |= {of_dimension(code): _("维度：{name}").format(name=each.label) for code, each in dimensions.items()}
    names = distinct(names, by_code=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        question = address.choice("question", names, lambda: st.selectbox(
            _("回答了哪一题"), list(names), format_func=names.__getitem__, key="question", width=360
        ), ALL)  # fmt: skip
        if question == ALL:
            return "", [], dimensions
        own = [] if question.startswith(of_dimension("")) else [question]
        given = view.ask(value_names_of, columns_of(dimensions, *own), question, dimensions)
        values = _values(_value_words(items.get(question), given))
    return question, values, dimensions


def _value_words(item: Item | None, given: Sequence[str]) -> dict[str, str]:
    """What can be answered, also what nobody did, and its words."""
    if item is None:
        return {}
    options = dict(item.options or {})
    low, high = item.low, item.high
    scale = [name_value(float(each)) for each in range(int(low), int(high) + 1)] if low is not None and high else []
    codes = dict.fromkeys([*(scale or options), *given])
    return {code: _words(code, options) for code in codes if "," not in code}


def _words(code: str, options: Mapping[str, str]) -> str:
    words = options.get(code, code)
    return words if words == code or not code.isdigit() else _("{code}（{words}）").format(code=code, words=words)


def _values(names: Mapping[str, str]) -> list[str]:
    if not names:
        return []
    names = distinct(names)
    return address.several("value", names, lambda: st.multiselect(
        _("怎么回答的（不选为答过的）"), list(names), format_func=names.__getitem__, key="value",
        placeholder=_("任何回答"), width=360,
    ), [])  # fmt: skip
