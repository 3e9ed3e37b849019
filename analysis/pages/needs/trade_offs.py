"""What customers value more when they must choose, and which few options reach most of them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from analysis.exploring import Item
from analysis.facts import item_column
from analysis.interpretation.results import interpret
from analysis.methods import METHODS
from analysis.pages.filters import withheld
from analysis.pages.method_result import draw_told, heading_of
from analysis.released.parts import Columns, SelectionInView
from analysis.released.released_answers import ReleasedAnswers
from analysis.trade_offs.best_worst import best_worst
from analysis.trade_offs.choices import compared_items
from analysis.trade_offs.turf import turf, turf_of_utilities
from surveys.console.kit import address, look
from surveys.console.kit.words import _, distinct, language
from surveys.definition.questions import BestWorst, MultipleChoice, Question

_FEWEST_OPTIONS = 3


def draw(view: ReleasedAnswers, items: dict[str, Item], selection: SelectionInView) -> None:
    """Best-worst questions by what each item is worth; then combinations of options by whom they reach."""
    questions = view.record.survey.questions()
    compared = {each.code: each for each in questions if isinstance(each, BestWorst)}
    several = {each.code: each for each in questions if isinstance(each, MultipleChoice) and _offered(each)}
    if not compared and not several:
        look.empty(_("这份问卷没有要取舍的题"), _("请用“最看重与最不看重”题或多选题；模板里有一份现成的问卷。"))
        return
    if withheld(view, view.n):
        return
    if compared:
        _worth(view, compared)
    _combinations(view, {**several, **compared})


def _offered(question: MultipleChoice) -> dict[str, str]:
    """The options that can be combined, with their words; none where there are too few."""
    options = {each.code: each.label.in_language(language()) for each in question.options if not each.exclusive}
    return options if len(options) >= _FEWEST_OPTIONS else {}


def _worth(view: ReleasedAnswers, compared: dict[str, BestWorst]) -> None:
    question = compared[_picked(compared, "compared", _("题目"))]
    comparison = compared_items(question)
    with st.spinner(_("正在计算…")):
        result = view.ask(best_worst, Columns(comparison.columns), comparison)
    if result is None:
        withheld(view, 0)
        return
    title = heading_of(METHODS["best_worst"])
    st.header(title, anchor=False)
    draw_told(interpret(result, language(), _words(question)), title)


def _combinations(view: ReleasedAnswers, questions: dict[str, BestWorst | MultipleChoice]) -> None:
    title = heading_of(METHODS["turf"])
    st.header(title, anchor=False)
    question = questions[_picked(questions, "reach", _("哪道题的选项"))]
    with st.spinner(_("正在计算…")):
        if isinstance(question, BestWorst):
            comparison = compared_items(question)
            look.soft(_("一个人最看重的两项里至少有一项被选中，就算覆盖到他；各人看重什么由其取舍推算。"))
            result = view.ask(turf_of_utilities, Columns(comparison.columns), comparison)
        else:
            options = list(_offered(question))
            look.soft(_("一个人选过的选项里至少有一项被选中，就算覆盖到他；“都没有”一类的选项不参加组合。"))
            columns = Columns(tuple(item_column(f"{question.code}.{option}") for option in options))
            result = view.ask(turf, columns, options)
    if result is None:
        withheld(view, 0)
        return
    draw_told(interpret(result, language(), _words(question)), title)


def _words(question: BestWorst | MultipleChoice) -> dict[str, str]:
    return distinct({each.code: each.label.in_language(language()) for each in question.options}, by_code=False)


def _picked(questions: Mapping[str, Question], key: str, label: str) -> str:
    """The code of the question that is looked at; nothing to choose where there is one."""
    if len(questions) == 1:
        return next(iter(questions))
    titles = distinct({code: each.title.in_language(language()) for code, each in questions.items()}, by_code=False)

    def choose() -> str | None:
        return st.selectbox(label, list(titles), format_func=titles.__getitem__, key=key)

    return address.choice(key, titles, choose, next(iter(titles)))
