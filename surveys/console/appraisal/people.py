"""Who is rated and by whom: raters confirmed person by person, tasks given out, ratings closed, reports released."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from analysis.released.appraisals import release_reports
from surveys.accounts import Account
from surveys.appraisal.appraisal import GROUPS, Appraisal, Appraised, AppraisedState, Rater
from surveys.console.kit import actions, address, look, session
from surveys.console.kit.choosers import department_names
from surveys.console.kit.words import _, distinct, join_names
from surveys.fieldwork.tasks.relations import EXTERNAL, RELATIONS, SELF
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.staff.appraisals import close_people, may_start, start_people
from surveys.permissions import Action
from surveys.settings import Settings, secret_key
from surveys.storage.records.appraisals import NotInThatState

_START, _CLOSE, _RELEASE, _RATERS = "start people", "close people", "release reports", "keep raters"


def draw(appraisal: Appraisal, people: Sequence[Appraised]) -> None:
    """How far everybody is, the next steps, and the raters of one person."""
    names, homes = session.store().subjects.names("person"), department_names()
    look.table([_("姓名"), _("部门"), _("评价人"), _("状态")], [
        (names.get(each.person, each.person), homes.get(each.department or "", "—"), _counts(each), _(each.state.label))
        for each in people
    ])  # fmt: skip
    for key in (_START, _CLOSE, _RELEASE, _RATERS):
        if (came := actions.outcome(key)) is not None:
            st.success(look.as_written(came.value))
    shown = distinct({each.person: names.get(each.person, each.person) for each in people})
    _raters(appraisal, [each for each in people if each.state is AppraisedState.PROPOSED], shown)
    _steps(appraisal, people, shown)


def _counts(one: Appraised) -> str:
    counts = Counter(each.relation for each in one.raters)
    return " · ".join(f"{_(RELATIONS[each])} {counts[each]}" for each in (*GROUPS, SELF) if counts[each])


def _raters(appraisal: Appraisal, proposed: Sequence[Appraised], names: dict[str, str]) -> None:
    """Raters of one person by group, as proposed; changed as long as no task is out."""
    if not proposed:
        return
    st.subheader(_("核对评价人"), anchor=False)
    options = {each.person: names[each.person] for each in proposed}

    def draw_persons() -> str:
        return st.selectbox(_("被评价人"), list(options), format_func=options.__getitem__, key="person")

    one = next(
        each for each in proposed if each.person == address.choice("person", options, draw_persons, proposed[0].person)
    )
    accounts = {each.id: each for each in session.store().accounts.all() if each.active}
    chosen = [each for group in GROUPS for each in _group(appraisal, one, group, accounts)]
    own = [each for each in one.raters if each.relation == SELF]
    twice = [number for number, n in Counter(each.account for each in chosen if each.account).items() if n > 1]
    if twice:
        st.warning(
            _("同一人只能属于一个类别：{names}").format(names=join_names([_called(accounts[each]) for each in twice]))
        )
    elif actions.button(_("保存评价人"), _RATERS):
        actions.perform(_RATERS, lambda: _keep(appraisal, one, [*chosen, *own]))


def _group(appraisal: Appraisal, one: Appraised, group: str, accounts: dict[int, Account]) -> list[Rater]:
    mark = f"{appraisal.id} {one.person} {group}"
    if group == EXTERNAL:
        return _outsiders(one, mark)
    own = [each.account for each in one.raters if each.relation == SELF]
    names = distinct({str(key): _called(each) for key, each in accounts.items() if key not in own})
    before = [str(each.account) for each in one.raters if each.relation == group and str(each.account) in names]
    picked = st.multiselect(
        _(RELATIONS[group]), list(names), before, format_func=names.__getitem__, key=f"raters {mark}",
        placeholder=_("选择评价人"),
    )  # fmt: skip
    return [Rater(group, int(each)) for each in picked]


def _outsiders(one: Appraised, mark: str) -> list[Rater]:
    """Outsiders are chosen from the list of them; each gets a personal link."""
    found = {
        each.one("contact"): each.name for each in session.store().subjects.of_kind("outsider") if each.one("contact")
    }
    names = distinct(found)
    before = [each.contact for each in one.raters if each.relation == EXTERNAL and each.contact in names]
    if not names:
        return []
    picked = st.multiselect(
        _(RELATIONS[EXTERNAL]), list(names), before, format_func=names.__getitem__, key=f"raters {mark}",
        placeholder=_("选择评价人"),
    )  # fmt: skip
    return [Rater(EXTERNAL, contact=each) for each in picked]


def _called(account: Account) -> str:
    return account.display_name or account.name


def _keep(appraisal: Appraisal, one: Appraised, raters: list[Rater]) -> str:
    by = session.acting(Action.RUN_APPRAISALS).name
    try:
        session.store().appraisals.choose_raters(appraisal.id, one.person, raters, by=by)
    except NotInThatState:
        return _("评价已经开始，评价人不能再改。")
    return _("评价人已保存。")


def _steps(appraisal: Appraisal, people: Sequence[Appraised], names: dict[str, str]) -> None:
    """Start those whose turn has come; end; release."""
    ready = [each.person for each in may_start(session.store(), appraisal)]
    waiting = [each.person for each in people if each.state is AppraisedState.PROPOSED and each.person not in ready]
    st.subheader(_("下一步"), anchor=False)
    if waiting:
        words = _("还不能开始：{names}。先等其上级的评价结束，并至少有一位评价人。")
        look.soft(words.format(names=join_names([names[each] for each in waiting])))
    if ready and actions.button(_("下发任务（{count} 人）").format(count=len(ready)), _START, type="primary"):
        actions.perform(_START, lambda: _start(appraisal, ready))
    running = {each.person: names[each.person] for each in people if each.state is AppraisedState.RUNNING}
    if running:
        chosen = st.multiselect(
            _("结束评价"), list(running), list(running), format_func=running.__getitem__, key="closing",
            placeholder=_("选择人员"), help=_("结束后不再收评价；报告从次日起可以生成，生成后不再变化。"),
        )  # fmt: skip
        if actions.button(_("结束所选人员的评价"), _CLOSE, disabled=not chosen):
            actions.perform(_CLOSE, lambda: _close(appraisal, chosen))
    closed = [each for each in people if each.state is AppraisedState.CLOSED]
    due = [each for each in closed if each.closed_on is not None and each.closed_on < local_day(utc_now())]
    if closed and not due:
        look.soft(_("评价已结束，报告从明天起可以生成。"))
    if due and actions.button(_("生成并发布报告（{count} 人）").format(count=len(due)), _RELEASE, type="primary"):
        actions.perform(_RELEASE, lambda: _release(appraisal))


def _start(appraisal: Appraisal, persons: list[str]) -> str:
    by, secret = session.acting(Action.RUN_APPRAISALS).name, secret_key(Settings.from_environment().secret_file)
    made = start_people(session.store(), secret, appraisal, persons, by=by, now=utc_now())
    return _("已下发 {count} 项任务。").format(count=made)


def _close(appraisal: Appraisal, persons: Sequence[str]) -> str:
    by = session.acting(Action.RUN_APPRAISALS).name
    closed = close_people(session.store(), appraisal, persons, by=by, now=utc_now())
    return _("已结束 {count} 人的评价，报告从明天起可以生成。").format(count=closed)


def _release(appraisal: Appraisal) -> str:
    by = session.acting(Action.RUN_APPRAISALS).name
    made = release_reports(session.store(), appraisal, by=by, now=utc_now())
    return _("已发布 {count} 份报告，本人可在“我的任务”里查看。").format(count=made)
