"""One question at a time: its level at once, then whatever else the catalogue offers for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from analysis.differences.all_questions import FALSELY_NAMED, QuestionDifference, differences_of_all
from analysis.differences.groups import left_out
from analysis.estimates import Verdict
from analysis.exploring import OVER_TIME, Item, MethodOffer, explore, offers_of
from analysis.facts import stored_name
from analysis.interpretation.results import interpret
from analysis.interpretation.sentences import DIFFERENT, VERDICTS
from analysis.interpretation.wordings import p_value
from analysis.methods import NUMBER, PURPOSES
from analysis.pages.drill_down import answers_address, part_address, to_answers, why_nowhere
from analysis.pages.filters import segment_labels, spans, withheld
from analysis.pages.method_result import draw_told, heading_of
from analysis.released.parts import Column, Columns, SelectionInView
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import address, look
from surveys.console.kit.words import _, distinct, join_names, language, said
from surveys.definition.breakdowns.breakdown import BreakdownKind
from surveys.localisation.ordering import natural

_MOST_BUTTONS = 6


def draw(view: ReleasedAnswers, items: dict[str, Item], selection: SelectionInView) -> None:
    """The question, what it says by itself, and one further look at it."""
    every = view.ask(offers_of, items, replace(selection, segments=selection.segments[:1]).of(*items.values()))
    # What a question does in time is judged once, by the watch: charts with limits of their own would contradict it.
    offered = {
        column: {name: each for name, each in methods.items() if each.method.purpose not in OVER_TIME}
        for column, methods in every.items()
    }
    columns = [column for column, methods in offered.items() if methods]
    if not columns:
        look.empty(_("没有可以分析的题目"), _("这份问卷只有文字题；请看“意见”页。"))
        return
    item = question_picker({column: items[column] for column in columns}, "item")
    given = view.answered(item.column)
    if withheld(view, given):
        return
    to_answers(view, given, item.column)
    why_nowhere(view)
    methods = offered[item.column]
    _methods(view, item, selection, {n: each for n, each in methods.items() if each.method.purpose == "level"})
    _further(view, items, item, selection, {n: each for n, each in methods.items() if each.method.purpose != "level"})


def question_picker(items: dict[str, Item], key: str) -> Item:
    """The item chosen from *items*, which must not be empty."""

    names = distinct({column: item.label for column, item in items.items()}, by_code=False)

    def draw() -> str | None:
        return st.selectbox(_("题目"), list(items), format_func=names.__getitem__, key=key)

    return items[address.choice(key, items, draw, next(iter(items)))]


def segment_picker(view: ReleasedAnswers, selection: SelectionInView, key: str) -> str | None:
    """The column to split by, None where answers may not be split."""
    if not selection.segments:
        return None
    names = segment_labels(view)

    return chosen_breakdown(key, {each: names[each] for each in selection.segments})


def chosen_breakdown(key: str, names: Mapping[str, str]) -> str:
    """One of these, by their words: a few as buttons side by side, more of them as a list to be searched."""

    def draw() -> str | None:
        if len(names) > _MOST_BUTTONS:
            return st.selectbox(_("按"), list(names), format_func=names.__getitem__, key=key, width=320)
        return st.segmented_control(_("按"), list(names), format_func=names.__getitem__, required=True, key=key)

    return address.choice(key, names, draw, next(iter(names)))


def of_same(view: ReleasedAnswers, breakdown: str, item: Item) -> bool:
    """Whether a breakdown is of the question itself: to split it by its own answers says nothing."""
    return view.breakdowns[breakdown].kind is BreakdownKind.ANSWER and stored_name(breakdown) == item.column


def names_of(item: Item, selection: SelectionInView) -> dict[str, str]:
    """Words of all codes that a result may name."""
    return {code: each.label for code, each in selection.dimensions.items()} | dict(item.options or {})


def _further(
    view: ReleasedAnswers, items: dict[str, Item], item: Item, selection: SelectionInView,
    methods: dict[str, MethodOffer],
) -> None:  # fmt: skip
    purposes = list(dict.fromkeys(each.method.purpose for each in methods.values()))
    if not purposes:
        return
    st.header(_("还想知道什么"), anchor=False)
    spoken = {purpose: said(PURPOSES[purpose]) for purpose in purposes}

    def draw() -> str | None:
        return st.pills(
            _("还想知道什么"), purposes, format_func=spoken.__getitem__, key="purpose", label_visibility="collapsed",
            wrap=True,
        )  # fmt: skip

    chosen = address.choice("purpose", purposes, draw, purposes[0])
    wanted = {name: each for name, each in methods.items() if each.method.purpose == chosen}
    if chosen == "change" and (days := spans(view)):
        look.soft(_("上一期：{before}；本期：{now}。").format(before=days[0], now=days[1]))
    others = replace(selection, segments=tuple(each for each in selection.segments if not of_same(view, each, item)))
    segment = segment_picker(view, others, "split") if any(each.by_segment for each in wanted.values()) else None
    _methods(view, item, selection, wanted, segment)
    if chosen == "groups" and segment is not None:
        _all_questions(view, items, segment)


def _all_questions(view: ReleasedAnswers, items: dict[str, Item], segment: str) -> None:
    """The family that the question is one of: all questions by the same groups, corrected together."""
    columns = tuple(column for column, item in items.items() if item.measure in NUMBER and column != segment)
    if len(columns) < 2:
        return
    st.subheader(_("所有题一起看"), anchor=False)
    look.soft(
        _(
            "上面各种检验是对同一道题、同一个差别的几种看法；一道道题看下去，总会有碰巧“明显”的。"
            "下表把 {count} 道题按同一分组一起检验：列为明显不同的当中，只靠偶然的平均不超过 {part}。"
        ).format(count=len(columns), part=f"{FALSELY_NAMED:.0%}")
    )
    found = view.ask(differences_of_all, Columns((*columns, segment)), columns, segment)
    look.table([_("题目"), "n", "p", _("q（误报占比）"), _("判断")], [_of_all(each, items) for each in found])


def _of_all(found: QuestionDifference, items: Mapping[str, Item]) -> tuple[object, ...]:
    label, test = items[found.column].label, found.test
    if test.p is None or found.q is None:
        return label, test.n, "—", "—", _("不能比较")
    verdict = said(DIFFERENT) if found.named else said(VERDICTS[Verdict.NOISE])
    if not found.named and test.worth < test.n_needed:
        verdict = _("样本不足（约需 {needed} 份）").format(needed=test.n_needed)
    return label, test.n, p_value(test.p), p_value(found.q), verdict


def _methods(
    view: ReleasedAnswers, item: Item, selection: SelectionInView, methods: dict[str, MethodOffer],
    segment: str | None = None,
) -> None:  # fmt: skip
    for name, offer in methods.items():
        title = heading_of(offer.method)
        st.subheader(title, anchor=False)
        split = replace(selection, segments=(segment,) if segment else ())
        result = view.ask(explore, name, item, split.of(item), segment)
        shown = interpret(result, language(), names_of(item, selection))
        draw_told(shown, title, leads=_leads(view, item, segment, result))
    if segment is not None and any(each.method.purpose == "groups" for each in methods.values()):
        not_compared(view.ask(left_out, Column(item.column), Column(segment)), 2)


def _leads(view: ReleasedAnswers, item: Item, segment: str | None, result: Any) -> list[str]:
    """Where each row of a table of options or of segments leads; nothing where rows are neither, or lead nowhere."""
    if view.anonymous or not isinstance(result, dict):
        return []
    codes = [str(each) for each in result]
    if segment is not None and set(codes) <= set(view.values(segment)):
        return [part_address(view, segment, each, item.column) for each in codes]
    if set(codes) <= set(item.options or {}):
        return [answers_address(view, item.column, [each]) for each in codes]
    return []


def not_compared(amounts: Mapping[str, int], minimum: int) -> None:
    """Names the groups that a comparison left out, with how many answers each has."""
    if amounts:
        named = [_("{name}（n={n}）").format(name=name, n=amounts[name]) for name in sorted(amounts, key=natural)]
        words = _("没有参加比较（不足 {minimum} 份）：{names}。")
        look.soft(words.format(minimum=minimum, names=join_names(named)))
