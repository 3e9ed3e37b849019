"""One task by hand; an outsider's personal link is shown once to be sent on."""

from __future__ import annotations

from datetime import date

import streamlit as st

from surveys.console.kit import actions, look, session
from surveys.console.kit.words import _, distinct, said
from surveys.exchange.task_requests import TaskRequest, UnfitRequest, task_of
from surveys.fieldwork.tasks.relations import RELATIONS
from surveys.fieldwork.tasks.task import Task, task_address
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.tasks import give_out, task_desk, usual_due
from surveys.permissions import Action
from surveys.settings import Settings, secret_key
from surveys.storage.records.surveys import SurveyRecord

_GIVE = "tasks.give one"


def draw(record: SurveyRecord) -> None:
    """Filler, subject, relation, due date."""
    store, today = session.store(), local_day(utc_now())
    filler = st.text_input(
        _("填写人"), key="task filler",
        help=_("用户名；没有账号的外部人员填档案里的客户编号、电话或邮箱，会得到专属链接"),
    )  # fmt: skip
    left, middle, right = st.columns(3)
    subject = ""
    if record.survey.about:
        names = distinct(store.subjects.names(record.survey.about))
        subject = left.selectbox(
            _("对象"), ["", *names], format_func=lambda code: names.get(code, "—"), key="task subject"
        )
    relation = middle.selectbox(
        _("关系"), ["", *RELATIONS], format_func=lambda code: _(RELATIONS[code]) if code else "—", key="task relation"
    )
    due: date = right.date_input(_("截止日期"), usual_due(store, record, today), key="task due")
    if actions.button(_("下发"), key=_GIVE, type="primary", disabled=not filler.strip()):
        asked = TaskRequest(filler, subject, due.isoformat(), relation)
        actions.perform(_GIVE, lambda: _give(record, asked))
    if came := actions.outcome(_GIVE):
        problem, done, link = came.value
        if problem:
            st.error(look.as_written(problem))
        else:
            st.success(done)
            if link:
                look.soft(_("这是对方的专属链接，只能提交一次，请只发给本人。"))
                st.code(link, language=None)


def _give(record: SurveyRecord, asked: TaskRequest) -> tuple[str, str, str]:
    """What is wrong, or what was done; and an outsider's link."""
    store, by = session.store(), session.acting(Action.RUN_CAMPAIGNS).name
    settings = Settings.from_environment()
    secret = secret_key(settings.secret_file)
    try:
        task = task_of(task_desk(store, record, by=by, now=utc_now()), asked)
    except UnfitRequest as unfit:
        return " · ".join(said(each) for each in unfit.reasons.values()), "", ""
    made = give_out(store, secret, [task], by=by)
    kept = _kept(task)
    link = f"{settings.base_url.rstrip('/')}{task_address(kept, secret)}" if kept.contact is not None else ""
    return "", _("已下发。") if made.new else _("这项任务原来就有。"), link


def _kept(task: Task) -> Task:
    known = session.store().tasks.known([(task.survey, task.round, task.natural_key)])
    return known[task.natural_key]
