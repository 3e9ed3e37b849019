"""The headline figures of the surveys in the field on the start page, a line for each; what can't be read yet."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from analysis.estimates import Estimate
from analysis.figures import FIGURES
from analysis.pages.figures import span, why_refused
from analysis.pages.filters import query_of, usual_view
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.survey_figures import survey_figures
from surveys.console.kit import drill_down, look, session
from surveys.console.kit.drill_down import Linked
from surveys.console.kit.words import _, join_names, said
from surveys.permissions import Action

LOOK_AGAIN = 3.0  # seconds, while answers can't be read yet
MOST = 6  # surveys, those with most answers first: the page is for a first look
_HEADLINES = tuple(each for each in FIGURES.values() if each.headline)


def draw(found: Sequence[ReleasedAnswers]) -> None:
    """What may be seen of each survey as a whole; nothing where there is no figure at all."""
    views = [usual_view(each) for each in found if not each.anonymous or each.whole][:MOST]
    rows = [(view, estimates) for view in views if view.n and (estimates := _estimates(view))]
    shown = [each for each in _HEADLINES if any(each.code in estimates for _view, estimates in rows)]
    if not shown:
        return
    st.header(_("最近怎么样"), anchor=False)
    look.table(
        [_("问卷"), *(said(each.name) for each in shown)],
        [(_named(view), *(_cell(estimates.get(each.code)) for each in shown)) for view, estimates in rows],
    )
    look.soft(_("近 30 天的数字和它的 95% 区间；匿名问卷是全部时间的。与上一期相比有没有变化，看“满意度”。"))


@session.fragment(Action.VIEW_RESULTS, LOOK_AGAIN)
def being_read(missing: Sequence[ReleasedAnswers]) -> None:
    """Says whose answers can't be read yet, as after they were brought in in bulk, and draws the page when they can."""
    if all(each.stands for each in missing):
        st.rerun()
    titles = join_names([said(each.record.survey.title) for each in missing])
    words = _("答卷多的时候要一分钟左右，好了以后这里自动显示结果。")
    look.empty(_("正在整理答卷：{titles}").format(titles=titles), words)


def _estimates(view: ReleasedAnswers) -> dict[str, Estimate]:
    """By the code of the figure, of the first item that the survey has for it."""
    estimates = dict[str, Estimate]()
    for each in survey_figures(view, _HEADLINES):
        estimates.setdefault(each.figure.code, each.estimate)
    return estimates


def _named(view: ReleasedAnswers) -> Linked:
    address = drill_down.address_of("results", **query_of(view))
    return Linked(said(view.record.survey.title), address, _("看满意度"))


def _cell(estimate: Estimate | None) -> Markup:
    if estimate is None:
        return Markup("—")
    soft = Markup('<b>{}</b><div class="xs-soft">{}</div>')
    if not estimate.ok:
        return soft.format("—", why_refused(estimate.refusal))
    return soft.format(estimate.shown(), _("{span} · n={n}").format(span=span(estimate), n=estimate.n))
