"""The start page, read in ten seconds: how it is, what changed, what to do first, and what waits for the reader."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from analysis.pages.figures import being_read
from analysis.pages.overview import alerts, installation, set_aside
from analysis.pages.overview.changes import alarms, changes, watched
from analysis.pages.overview.first_areas import first_areas
from analysis.pages.overview.first_steps import first_steps
from analysis.pages.overview.in_the_field import in_the_field, takes_answers
from analysis.pages.overview.level import level
from analysis.pages.overview.notices import InView, Notice, late_first
from analysis.pages.survey_answers import released_answers
from surveys.accounts import Account
from surveys.console.kit import look, session
from surveys.console.kit.choosers import own_departments_in_words, published_surveys, say_scope
from surveys.console.kit.drill_down import Linked
from surveys.console.kit.words import _, said
from surveys.definition.survey import Audience
from surveys.permissions import Action
from surveys.storage.records.surveys import SurveyRecord

MOST_DUE = 4  # at once; the others stand further down

_SHEET = Markup("""
<style>
.xs-now {display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .75rem}
@media (max-width: 760px) {.xs-now {grid-template-columns: minmax(0, 1fr)}}
.xs-now.one {grid-template-columns: minmax(0, 1fr)}
.xs-now section {border: 1px solid var(--xs-edge); border-radius: 8px; padding: .6rem .9rem .7rem;
    background: var(--xs-card); min-width: 0}
.xs-now h2 {font-size: 1rem !important; padding: 0 0 .3rem !important; margin: 0}
.xs-now ul {list-style: none; margin: 0; padding: 0}
.xs-now li {margin: 0; padding: .3rem 0; border-top: 1px solid var(--xs-line); font-size: .9rem; line-height: 1.5}
.xs-now li:first-child {border-top: none; padding-top: 0}
.xs-now .xs-soft {font-size: .82rem; line-height: 1.5}
.xs-now .value b {font-size: 1.45rem; line-height: 1.25; font-variant-numeric: tabular-nums}
.xs-row {display: flex; justify-content: space-between; align-items: center; gap: .5rem}
.xs-row img {flex: none}
@media (max-width: 1100px) {
    .xs-now {gap: .5rem} .xs-now section {padding: .45rem .75rem .5rem}
    .xs-now li {font-size: .84rem; line-height: 1.4; padding: .22rem 0}
    .xs-now .xs-soft {font-size: .76rem; line-height: 1.4}
    .xs-now .xs-tag {font-size: .74rem; line-height: 1.3}
}
</style>
""")


def draw() -> None:
    """A greeting, then what this role needs first."""
    account = session.signed_in()
    greeting = _("{name}，您好").format(name=account.display_name or account.name)
    look.heading(greeting, _role_words(account), files=_("概览"))
    records = session.store().surveys.all()
    if not account.may(Action.VIEW_RESULTS):
        _for_those_who_fill(account, records)
        return
    live = [record for record in published_surveys() if record.live]
    if not live:
        view = InView(account, records, [])
        if found := alerts.asked((installation.guessing, *alerts.OWN), view):
            marks = set_aside.standing(account, found)
            notices = late_first([each for each in found if each.key not in marks])
            st.html(_SHEET + Markup('<div class="xs-now one">{}</div>').format(_due(notices)))
            set_aside.draw(account, notices, marks)
        first_steps(account, records)
        return
    say_scope(account)
    _in_ten_seconds(account, records, live)


def _in_ten_seconds(account: Account, records: list[SurveyRecord], live: Sequence[SurveyRecord]) -> None:
    """Four panels, and below them what needs no hurry."""
    every = [released_answers(record, account) for record in live]
    found = [each for each in every if each.stands]
    verdicts = watched(found)
    due, told = alerts.asked(alerts.ALERTS, InView(account, records, found)), alarms(found, verdicts)
    marks = set_aside.standing(account, [*due, *told])
    notices = late_first([each for each in due if each.key not in marks])
    moved = [each for each in told if each.key not in marks]
    parts = [
        _panel(_("最近怎么样"), level(found, verdicts), "level"),
        _panel(_("变了什么"), changes(moved, verdicts, len(told) - len(moved)), "changes"),
        _panel(_("先做什么"), first_areas(found), "first"),
    ]
    st.html(_SHEET + Markup('<div class="xs-now">{}{}</div>').format(
        Markup("").join(parts) if found else "", _due(notices[:MOST_DUE], len(notices) - MOST_DUE)))  # fmt: skip
    if len(found) < len(every):
        being_read([each for each in every if each not in found])
    if found:
        look.soft(_("数字是近 30 天的，带 95% 区间；匿名问卷是全部时间的。变化只报超出平常起伏的。"))
    if len(notices) > MOST_DUE:
        st.header(_("其余要办的"), anchor=False)
        st.html(
            Markup('<div class="xs-now one"><section><ul>{}</ul></section></div>').format(_rows(notices[MOST_DUE:]))
        )
    set_aside.draw(account, [*notices, *moved], marks)
    if found:
        in_the_field(found)


def _panel(title: str, rows: Markup, name: str) -> Markup:
    return Markup('<section class="xs-panel-{}"><h2>{}</h2><ul>{}</ul></section>').format(name, title, rows)


def _due(notices: Sequence[Notice], more: int = 0) -> Markup:
    """What waits for the reader."""
    rows = _rows(notices) or Markup('<li class="xs-soft">{}</li>').format(_("目前没有等您处理的事。"))
    if more > 0:
        rows += Markup('<li class="xs-soft">{}</li>').format(_("另有 {count} 项，见下方。").format(count=more))
    return _panel(_("等您处理"), rows, "due")


def _rows(notices: Sequence[Notice]) -> Markup:
    row = Markup("<li>{} {} {}</li>")
    return Markup("").join(
        row.format(look.tag(each.label, each.tone), each.words, Linked(each.link, each.address) if each.address else "")
        for each in notices
    )


def _role_words(account: Account) -> str:
    """What is missing before somebody can see anything; the role itself stands beside the pages."""
    if account.sees_all_departments or own_departments_in_words(account) or not account.may(Action.VIEW_RESULTS):
        return ""
    return f"{_(account.role.label)} · {_('还没有分配部门，请联系系统管理员')}"


def _for_those_who_fill(account: Account, records: list[SurveyRecord]) -> None:
    notices = late_first(alerts.asked(alerts.OWN, InView(account, records, [])))
    st.html(_SHEET + Markup('<div class="xs-now one">{}</div>').format(_due(notices)))
    look.links(("/my", _("查看要我填写的问卷")), new_tab=False)
    open_forms = [each for each in records if takes_answers(each) and each.survey.audience is Audience.CUSTOMERS]
    if account.may(Action.CALL) and open_forms:
        st.header(_("替客户填写"), anchor=False)
        look.links(*[(f"/s/{each.code}", said(each.survey.title)) for each in open_forms])
