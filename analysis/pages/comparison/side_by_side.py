"""Two or more parts of the answers beside each other: one table of all figures, every pair tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_uppercase

import streamlit as st
from markupsafe import Markup

from analysis.differences.side_by_side import SideBySide, side_by_side
from analysis.estimates import Change, Verdict
from analysis.exploring import Item
from analysis.interpretation.sentences import VERDICTS
from analysis.interpretation.wordings import signed_figure
from analysis.pages.comparison.sides import ComparedPart, kinds_of, overlapping, sides_of, span_words
from analysis.pages.figures import span, why_refused
from analysis.pages.filters import query_of
from analysis.released.parts import SelectionInView
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.survey_figures import FoundFigure, survey_figures
from surveys.console.kit import address, drill_down, look
from surveys.console.kit.drill_down import Linked
from surveys.console.kit.words import _, distinct, said

MOST = 8  # sides at once

Rows = Mapping[str, SideBySide]
"""By the title of a figure."""


def draw(view: ReleasedAnswers, _items: dict[str, Item], _selection: SelectionInView) -> None:
    """Choose by what, then which; the table; the pairs of the headline figure in words."""
    kinds = kinds_of(view)
    if not kinds:
        look.empty(_("没有可以对比的"), _("需要两个以上时间、轮次、部门或分组有答卷；匿名问卷只按部门和轮次对比。"))
        return

    def draw_kinds() -> str:
        return st.selectbox(_("对比什么"), list(kinds), format_func=kinds.__getitem__, key="versus", width=240)

    sides = sides_of(view, address.choice("versus", kinds, draw_kinds, next(iter(kinds))))
    chosen = _chosen(sides)
    if len(chosen) < 2:
        look.soft(_("请选两个以上。"))
        return
    parts = [each.answers(view) for each in chosen]
    names = [each.name for each in chosen]
    shared = overlapping(parts)
    rows = _compared(parts, shared)
    if not rows:
        look.empty(_("没有可以对比的数字"), _("这份问卷没有评分题。"))
        return
    _table(rows, names, parts)
    _notes(shared, names)
    title, first = next(iter(rows.items()))
    _pairs(title, first, names)


def _chosen(sides: Mapping[str, ComparedPart]) -> list[ComparedPart]:
    names = distinct({code: each.name for code, each in sides.items()})

    def draw() -> list[str]:
        return st.multiselect(
            _("选两个以上（最多 {most} 个）").format(most=MOST), list(sides), key="sides", max_selections=MOST,
            format_func=names.__getitem__,
        )  # fmt: skip

    return [sides[code] for code in address.several("sides", sides, draw, list(sides)[:2])][:MOST]


def _compared(parts: Sequence[ReleasedAnswers], shared: set[tuple[int, int]]) -> Rows:
    """Every figure of the catalogue that the survey has, of each part."""
    found = [survey_figures(each) for each in parts]
    return {
        _title(parts[0], same[0]): side_by_side([each.estimate for each in same], shared)
        for same in zip(*found, strict=True)
        if any(each.estimate.ok for each in same)
    }


def _title(view: ReleasedAnswers, found: FoundFigure) -> str:
    """The figure, and what of the survey it is of where it has several."""
    survey, name = view.record.survey, said(found.figure.titled(found.item))
    dimension = next((each for each in survey.dimensions if each.code == found.item.code), None)
    if dimension is not None:
        return said(dimension.label)
    question = survey.question(found.item.code) if len(found.figure.items(survey)) > 1 else None
    return _("{name}：{value}").format(name=name, value=said(question.title)) if question else name


def _table(rows: Rows, names: Sequence[str], parts: Sequence[ReleasedAnswers]) -> None:
    letters = ascii_uppercase[: len(names)]
    heads = [_head(*each) for each in zip(letters, names, parts, strict=True)]
    table = [
        [title, *(_cell(found, place, letters, parts[place]) for place in range(len(names))), _together(found)]
        for title, found in rows.items()
    ]
    look.table([_("指标"), *heads, _("是否有差别")], table)


def _head(letter: str, name: str, part: ReleasedAnswers) -> Markup:
    """The name leads to the results of that part alone."""
    linked = Linked(name, drill_down.address_of("results", **query_of(part)), _("看满意度"))
    below = span_words(part) if span_words(part) != name else ""
    return Markup('{} ({})<br><span class="xs-soft">{}</span>').format(linked, letter, below)


def _cell(found: SideBySide, place: int, letters: str, part: ReleasedAnswers) -> Markup:
    estimate = found.sides[place]
    if not estimate.ok or estimate.n < part.minimum:
        return Markup('— <span class="xs-soft">{}</span>').format(why_refused(estimate.refusal))
    marks = " ".join(letters[each] for each in found.above(place))
    words = Markup('{} <b>{}</b><br><span class="xs-soft">{} · n={}</span>')
    return words.format(estimate.shown(), marks, span(estimate), estimate.n)


def _together(found: SideBySide) -> Markup | str:
    """What the test of all sides at once says; of two the pair itself."""
    if not found.pairs:
        return _("没有可比的")
    clear = [each for each in found.pairs.values() if each.verdict is Verdict.CLEAR]
    tag = look.tag(_("有明显差别"), "wait") if clear else look.tag(_("看不出差别"))
    if found.p is None or len(found.sides) < 3:
        return tag
    p = _("p<0.001") if found.p < 0.001 else _("p={p}").format(p=f"{found.p:.3f}")
    return Markup('{}<br><span class="xs-soft">{}</span>').format(tag, _("全部一起检验 {p}").format(p=p))


def _notes(shared: set[tuple[int, int]], names: Sequence[str]) -> None:
    words = _("格子里是数值、95% 区间和作答数；字母是比它明显低的那几栏（两两比较，按全部对数作 Holm 校正）。")
    look.soft(words)
    for first, second in sorted(shared):
        told = _("“{first}”和“{second}”有共同的答卷，不作检验。")
        look.soft(told.format(first=names[first], second=names[second]))


def _pairs(title: str, found: SideBySide, names: Sequence[str]) -> None:
    """Every pair of the first figure with its difference and interval."""
    rows = []
    for (first, second), change in found.pairs.items():
        if change.ok:
            unit = change.after.unit
            difference, low, high = (signed_figure(each, unit) for each in change.figures())
            between = _("{low} 至 {high}").format(low=low, high=high)
            verdict = look.tag(said(VERDICTS[change.verdict]), "wait" if change.verdict is Verdict.CLEAR else "")
            pair = _("{second} − {first}").format(first=names[first], second=names[second])
            told = _("{value}（{span}）").format(value=difference, span=between)
            rows.append([pair, told, verdict, _needed(change)])
    if rows:
        with st.expander(_("两两比较：{title}").format(title=title)):
            look.table([_("对比"), _("差（95% 区间）"), _("判断"), _("还需要")], rows)


def _needed(change: Change) -> str:
    if change.verdict is not Verdict.TOO_FEW or change.n_needed is None:
        return ""
    return _("每边约 {count} 份").format(count=change.n_needed)
