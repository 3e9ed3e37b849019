"""By what unit answers are counted: said under the figures, and declared by who may design surveys."""

from __future__ import annotations

from functools import partial

import streamlit as st

from analysis.facts import analysed_facts
from analysis.figures import overall_scale
from analysis.frames import item_column
from analysis.pages.filters import segment_labels
from analysis.released.parts import Column
from analysis.released.released_answers import ReleasedAnswers
from analysis.sampling.resemblance import Resemblance, resemblance
from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.words import _
from surveys.definition.context.kinds import is_numeric
from surveys.permissions import Action

_NONE = ""
_BUTTON = "declare dependence"


def draw(view: ReleasedAnswers) -> None:
    """The unit that holds, and a form to declare another one; nothing of an anonymous survey, which has no parts."""
    if view.anonymous:
        return
    names = _names(view)
    if view.dependence is not None:
        look.soft(
            _("同一{unit}的答卷彼此相似：区间、检验和变化都按{unit}算，括号里说明相当于多少份独立作答。").format(
                unit=names.get(view.dependence, view.dependence)
            )
        )
    if session.signed_in().may(Action.DESIGN_SURVEYS):
        with st.popover(_("独立作答的单位"), icon=":material/hub:"):
            _declare(view, names)


def _names(view: ReleasedAnswers) -> dict[str, str]:
    """What answers may be counted by, in words: units of which there are several."""
    facts = analysed_facts(view.record.survey)
    labels = {
        column: name
        for column, name in segment_labels(view).items()
        if column in view.circumstances
        and column != "business_type"
        and not (column in facts and is_numeric(facts[column]))
    }
    return labels | {"department": _("部门"), "day": _("日期")}


def _declare(view: ReleasedAnswers, names: dict[str, str]) -> None:
    look.soft(_("同一网点、同一坐席或同一天的答卷往往彼此相似，当成各自独立来算，区间会偏窄，会把起伏说成变化。"))
    found = _measured(view, names)
    if found:
        _table(found, names)
    present = view.dependence or _NONE
    sheet = concurrent_edits.sheet(_BUTTON, present, lambda kept: {_("独立作答的单位"): names.get(kept, _("每份答卷"))})
    words = {_NONE: _("每份答卷各自独立")} | {column: names[column] for column in names}
    options = list(dict.fromkeys([*words, present]))
    with st.form("dependence", border=False):
        chosen = st.selectbox(
            _("按什么计算"), options, options.index(sheet.first), format_func=lambda each: words.get(each, each),
            key=f"dependence {view.record.code} {sheet.first}",
        )  # fmt: skip
        if st.form_submit_button(_("保存"), type="primary", key=_BUTTON):
            _save(view.record.code, chosen or None, sheet.seen or None)


def _measured(view: ReleasedAnswers, names: dict[str, str]) -> dict[str, Resemblance]:
    """How much answers to the overall question resemble each other, by each unit of which there are several."""
    overall = overall_scale(view.record.survey)
    if overall is None:
        return {}
    column = Column(item_column(overall.code))
    every = {unit: view.ask(resemblance, column, Column(unit)) for unit in names}
    return {unit: each for unit, each in every.items() if each.units > 1}


def _table(found: dict[str, Resemblance], names: dict[str, str]) -> None:
    notable = [unit for unit in found if found[unit].notable]
    proposed = max(notable, key=lambda unit: found[unit].design_effect, default=None)
    rows = [
        (
            look.tag(names[unit], "good") if unit == proposed else names[unit], each.units, each.n,
            f"{each.icc:.3f}", f"{each.design_effect:.2f}", round(each.n / each.design_effect),
        )
        for unit, each in found.items()
    ]  # fmt: skip
    look.table([_("单位"), _("个数"), "n", _("组内相关"), _("设计效应"), _("相当于独立作答")], rows)
    if proposed is not None:
        look.soft(_("建议按“{unit}”计算：它的答卷最相似。").format(unit=names[proposed]))


def _save(survey: str, column: str | None, seen: str | None) -> None:
    by = session.acting(Action.DESIGN_SURVEYS)
    organisation = session.store().organisation
    if concurrent_edits.keep_edit(
        _BUTTON, partial(organisation.declare_dependence, survey, column, seen=seen, by=by.name)
    ):
        look.done(_("已保存，所有数字按新的单位重新计算。"))
