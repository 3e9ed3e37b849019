"""The journey of one key account: answers, cases, plans and contacts in the order of time, once the file is opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

import streamlit as st

from analysis.reports.material import CustomerFile
from analysis.reports.order import ReportOrder, Unreportable
from analysis.reports.stored_customer import customer_file
from surveys.accounts import Account
from surveys.console.kit import actions, look, session
from surveys.console.kit.choosers import person_name
from surveys.console.kit.words import _, language, said
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Action

_OPEN = "open journey"
_MOST = 200


@dataclass(frozen=True)
class _Step:
    """One thing that happened, and where the reader may see more of it."""

    day: date
    kind: str
    words: str


def draw(customer: str) -> None:
    """A button, because opening a file is written down; then the file's lines and all that happened, newest first."""
    key = f"{_OPEN} {customer}"
    if actions.button(_("打开这位客户的历程"), key, icon=":material/timeline:"):
        actions.perform(key, partial(_opened, customer))
    look.soft(_("打开会记入审计：档案要点（含客户经理、服务方案等属性）、记名答卷、工单、计划和联系记录。"))
    came = actions.outcome(key)
    if came is not None and isinstance(came.value, str):
        st.error(came.value)
    elif came is not None:
        _shown(came.value, customer, session.acting(Action.MANAGE_CONTACTS))


def _opened(customer: str) -> CustomerFile | str:
    """The file as this account may see it, or why not, in words."""
    order = ReportOrder("customer", "", customer=customer, language=language())
    try:
        return customer_file(session.store(), order, session.acting(Action.MANAGE_CONTACTS), local_day(utc_now()))
    except Unreportable as wrong:
        return said(wrong.args[0])


def _shown(file: CustomerFile, customer: str, account: Account) -> None:
    st.subheader(look.as_written(file.name), anchor=False)
    look.table([_("档案"), _("内容")], file.facts, taken=False)
    steps = sorted(_steps(file, customer, account), key=lambda each: each.day, reverse=True)
    if not steps:
        look.soft(_("还没有答卷、工单或联系记录。"))
        return
    look.table([_("日期"), _("类别"), _("内容")], [(f"{each.day}", each.kind, each.words) for each in steps[:_MOST]],
               taken=False)  # fmt: skip


def _steps(file: CustomerFile, customer: str, account: Account) -> Iterator[_Step]:
    for answer in file.answers:
        words = " · ".join(filter(None, (said(answer.survey), answer.rating, answer.words)))
        yield _Step(answer.day, _("答卷"), words)
    for case in file.cases:
        yield _Step(case.day, _("工单"), _("{state}：{text}").format(state=_(case.state), text=case.text))
    yield from _contacts(customer)
    yield from _plans(customer, account)


def _contacts(customer: str) -> Iterator[_Step]:
    """Invitations that went out, and calls with what came of them."""
    held = session.store().persons.held(customer)
    titles = {each.code: said(each.survey.title) for each in session.store().surveys.all(archived=True)}
    for row in held["invitations"]:
        if row["queued_at"]:
            done = _("已作答") if row["finished"] else _("未作答")
            yield _Step(_day(row["queued_at"]), _("邀请"), f"{titles.get(row['survey'], row['survey'])} · {done}")
    for row in held["calls"]:
        yield _Step(_day(row["due_at"]), _("电话访问"), _("{count} 次拨打").format(count=row["tries"]))


def _plans(customer: str, account: Account) -> Iterator[_Step]:
    """Plans of the customer's own department that the reader may see: what is being done where they are served."""
    contact = session.store().contacts.get(customer)
    if contact is None or not account.may(Action.PLAN_IMPROVEMENT):
        return
    for plan in session.store().plans.all(account.scope):
        if plan.department == contact.department and plan.created_on is not None:
            words = _("{title}（{state}，{owner}）")
            told = words.format(title=plan.title, state=_(plan.state.label), owner=person_name(plan.owner))
            yield _Step(plan.created_on, _("改进计划"), told)


def _day(moment: str) -> date:
    return local_day(datetime.fromisoformat(moment))
