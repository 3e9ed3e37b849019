"""Which departments rate others higher or lower than the rest do the same ones."""

from __future__ import annotations

import streamlit as st

from analysis.interpretation.wordings import p_value
from analysis.pages.figures import with_span
from analysis.released.parts import Columns
from analysis.released.released_answers import ReleasedAnswers
from analysis.scales.agreement import leniency_of
from surveys.console.kit import look
from surveys.console.kit.words import _, join_names, said

_CLEAR = 0.05


def draw(view: ReleasedAnswers) -> None:
    """Of named surveys about something that several departments rate; nothing where an anonymous one could tell."""
    scale = view.overall_scale
    if view.anonymous or not view.record.survey.about or scale is None:
        return
    if len(view.values("department")) < 2 or len(view.values("subject")) < 2:
        return
    columns = Columns(("subject", "department", scale.code))
    found = view.ask(leniency_of, columns, scale.code, "subject", "department")
    st.header(_("评价者的松紧"), anchor=False)
    if found.refusal is not None or found.p is None:
        look.soft(_("看不出：{reason}。").format(reason=said(found.refusal) if found.refusal else "—"))
        return
    apart = [name for name, each in found.raters.items() if each.figures()[1] > 0 or each.figures()[2] < 0]
    if found.p < _CLEAR and apart:
        told = _("**对同样的对象，各部门打分松紧不同**（p：{p}）；明显偏离的：{names}。")
        st.markdown(told.format(p=p_value(found.p), names=look.as_written(join_names(apart))))
    else:
        st.markdown(_("**看不出各部门打分松紧不同**（p：{p}）。").format(p=p_value(found.p)))
    look.table(
        [_("评价的部门"), _("比其他部门高多少分"), _("评分数")],
        [(name, with_span(each), each.n) for name, each in found.raters.items()],
    )
    look.soft(
        _("评价者和对象都作随机效应（混合模型），答得少的向平均靠拢；同一个对象至少要有两个部门评价，才分得出松紧。")
    )
