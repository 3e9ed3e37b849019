"""What was expected beside what was experienced, and what kind of expectation a feature meets (Kano)."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.estimates import Estimate, figure
from analysis.exploring import Item
from analysis.exploring.items import points_of_dimensions
from analysis.level.answers_behind import answers_by_dimension, of_dimension
from analysis.level.expectation import CATEGORY_WORDS, KanoResult
from analysis.level.expectations_met import (
    answers_in_segments,
    gaps_by_dimension,
    kano_of_features,
    kano_of_segments,
    reliability_of_gaps,
)
from analysis.level.satisfaction import RatedDimension
from analysis.pages.by_question import segment_picker
from analysis.pages.drill_down import exact
from analysis.pages.figures import span, why_refused
from analysis.pages.filters import withheld
from analysis.released.parts import Column, Columns, SelectionInView, columns_of
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import address, look
from surveys.console.kit.words import _, distinct, said


def draw(view: ReleasedAnswers, items: dict[str, Item], selection: SelectionInView) -> None:
    """The gaps of the dimensions by what they matter, then every feature of a Kano survey."""
    paired = {column: item for column, item in items.items() if item.other_side is not None}
    features = {column: item for column, item in paired.items() if item.measure == "kano"}
    if not paired:
        look.empty(_("这份问卷没有问期望"), _("请用“期望与感知”题或 Kano 成对题；模板里各有一份现成的问卷。"))
        return
    if withheld(view, min(view.answered(column) for column in paired)):
        return  # the least answered question decides, so that no row of the tables has fewer
    if len(features) < len(paired):
        _gaps(view, {column: item for column, item in paired.items() if column not in features}, selection)
    if features:
        _features(view, features, selection)


def _gaps(view: ReleasedAnswers, paired: dict[str, Item], selection: SelectionInView) -> None:
    """By dimension: experience less expectation, and how much of the shortfall is where it matters."""
    own, others = _sides(selection, paired)
    points = points_of_dimensions(view.record.survey)
    if not own:
        look.empty(_("期望差距要按维度看"), _("请给“期望与感知”题指定维度。"))
        return
    columns = columns_of({**own, **{f"{code} expected": each for code, each in others.items()}}, *points.values())
    found = view.ask(gaps_by_dimension, columns, own, others, points)
    dimensions = selection.dimensions
    told = view.ask(answers_by_dimension, columns_of(dimensions), dimensions)  # what the page of the answers has
    st.header(_("感受减期望"), anchor=False)
    look.table(
        [_("维度"), _("差距"), _("95% 区间"), "n", _("重要度权重"), _("加权差距")],
        [
            (own[code].label, *_gap(row, exact(view, int(row["n"]), of_dimension(code), told[code])))
            for code, row in ((str(each["dimension"]), each) for _i, each in found.table.iterrows())
        ],
    )
    look.soft(_weights_said(found.weighted))
    if found.table["gap"].notna().any():
        _reliability(view, [_other(each) for each in paired.values()], list(paired))


def _sides(
    selection: SelectionInView, paired: dict[str, Item]
) -> tuple[dict[str, RatedDimension], dict[str, RatedDimension]]:
    """The dimensions with what was experienced, and the same with what was expected."""
    rated = {code: [each for each in found.items if each in paired] for code, found in selection.dimensions.items()}
    own = {code: selection.dimensions[code]._replace(items=columns) for code, columns in rated.items() if columns}
    return own, {
        code: each._replace(items=[_other(paired[column]) for column in each.items]) for code, each in own.items()
    }


def _other(item: Item) -> str:
    return item.other_side or item.column


def _gap(row: pd.Series, n: object) -> tuple[object, ...]:
    if row["refusal"] is not None:
        return "—", why_refused(row["refusal"]), n, figure(row["weight"], "share"), "—"
    value, low, high, weighted = (figure(float(row[each]), "score") for each in ("gap", "low", "high", "weighted"))
    between = _("{low} 至 {high}").format(low=low, high=high)
    return value, between, n, figure(row["weight"], "share"), weighted


def _weights_said(weighted: bool) -> str:
    if weighted:
        return _("负数表示感受不如期望，排在前面的最该先看；权重来自客户分给各维度的分数，加权差距只用来排先后。")
    return _("负数表示感受不如期望；问卷没有请客户给各维度分配重要度，各维度权重相同。")


def _reliability(view: ReleasedAnswers, expected: list[str], experienced: list[str]) -> None:
    """Two reliable but similar sides can have an unreliable difference."""
    columns = Columns((*expected, *experienced))
    found, n = view.ask(reliability_of_gaps, columns, expected, experienced)
    if found is None:
        look.soft(_("差距的信度算不出：题目不足两道，或答案没有差别。"))
        return
    words = _("差距的信度 {value}（Lord 1963，n={n}）：低于 0.7 时只看整体，不要比较个人。")
    look.soft(words.format(value=f"{found:.2f}", n=n))


def _features(view: ReleasedAnswers, features: dict[str, Item], selection: SelectionInView) -> None:
    """Every feature, and one of them by segment."""
    # The side asked last is no part of the feature's name.
    short = {column: item.label.rpartition(" · ")[0] or item.label for column, item in features.items()}
    titles = distinct(short, by_code=False)
    pairs = {column: _other(item) for column, item in features.items()}
    found = view.ask(kano_of_features, Columns((*pairs, *pairs.values())), pairs)
    st.header(_("Kano 分类"), anchor=False)
    of = {titles[column]: each for column, each in found.items() if each is not None}
    leads = {
        titles[column]: exact(view, each.n, column, view.answered(column))
        for column, each in found.items()
        if each is not None
    }
    _kano_table(_("服务项目"), of, leads)
    look.soft(
        _(
            "Better 是提供后满意会多多少，Worse 是不提供时满意会少多少。类别取最多的一类；与第二类相差不够（Fong 1996）"
            "就说难以区分。强度是最多一类的领先幅度，总强度是魅力、期望、基本三类之和，两者只作描述。"
        )
    )
    segment = segment_picker(view, selection, "kano-by")
    if segment is None:
        return

    def draw_feature() -> str | None:
        return st.selectbox(_("服务项目"), list(titles), format_func=titles.__getitem__, key="kano-of")

    column = address.choice("kano-of", titles, draw_feature, next(iter(titles)))
    parts = view.ask(kano_of_segments, Column(pairs[column]), Column(column), Column(segment))
    given = view.ask(answers_in_segments, Column(column), Column(segment))
    leads = {name: exact(view, each.n, column, given[name], {segment: name}) for name, each in parts.items()}
    _kano_table(_("分组"), parts, leads)


def _kano_table(heading: str, results: dict[str, KanoResult], leads: dict[str, object]) -> None:
    """*leads*: how many answered, with what that leads to."""
    look.table(
        [heading, _("类别"), "Better", "Worse", "n", _("强度"), _("总强度")],
        [
            (name, _category(each), _coefficient(each.better), _coefficient(each.worse), leads[name],
             _strength(each.category_strength), _strength(each.total_strength))
            for name, each in results.items()
        ],
    )  # fmt: skip


def _category(result: KanoResult) -> str:
    if result.category is None or result.second is None:
        return _("样本不足")
    first, second = (said(CATEGORY_WORDS[each]) for each in (result.category, result.second))
    return first if result.separable else _("{first}与{second}难以区分").format(first=first, second=second)


def _coefficient(estimate: Estimate) -> str:
    if not estimate.ok:
        return "—"
    return _("{value}（{span}）").format(value=estimate.shown(), span=span(estimate))


def _strength(share: float | None) -> str:
    return "—" if share is None else figure(share, "share")
