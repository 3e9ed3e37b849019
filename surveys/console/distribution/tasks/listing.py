"""The tasks of a survey: who, about what, by when, in which state; reminded, reassigned, withdrawn.

Of an anonymous survey the list tells who was asked, and never who has answered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import streamlit as st

from surveys.accounts import Account
from surveys.console.kit import actions, look, session
from surveys.console.kit.choosers import department_names
from surveys.console.kit.words import _, distinct
from surveys.fieldwork.tasks.relations import RELATIONS
from surveys.fieldwork.tasks.task import LONGEST_REASON, Task, TaskState
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.task_reminders import remind, unreached
from surveys.operations.tasks import WouldTell, put_off_tasks, reassign_tasks, withdraw_tasks
from surveys.permissions import Action
from surveys.settings import Settings
from surveys.storage.records.surveys import SurveyRecord
from surveys.storage.records.tasks import TaskSearch

_SHOWN = 300
_TONES = {TaskState.LATE: "bad", TaskState.OPEN: "wait", TaskState.DONE: "good", TaskState.WITHDRAWN: ""}
_ACT = "tasks.act"


def draw(record: SurveyRecord) -> None:
    """A filter, the list, and what can be done with those that are chosen."""
    today, account = local_day(utc_now()), session.signed_in()
    reach = account.reach(Action.VIEW_CAMPAIGNS)
    st.header(_("任务清单"), anchor=False)
    anonymous = record.survey.anonymous
    state = None if anonymous else _state()
    wanted = TaskSearch(record.code, state=state, departments=None if reach is None else sorted(reach))
    tasks = session.store().tasks.all(wanted, today, limit=_SHOWN + 1)
    if came := actions.outcome(_ACT):
        st.success(came.value)
    if not tasks:
        look.empty(_("没有这样的任务"), _("换一个状态看看，或在上面下发。"))
        return
    if not anonymous:
        _late_by_department(session.store().tasks.all(replace(wanted, state=TaskState.LATE), today, limit=-1), today)
    accounts = {each.id: each for each in session.store().accounts.all()}
    lines = [_line(each, accounts, anonymous=anonymous) for each in tasks[:_SHOWN]]
    heads = [_("填写人"), _("对象"), _("关系"), _("截止日期")]
    look.table(heads if anonymous else [*heads, _("状态")], lines, taken=not anonymous)
    if len(tasks) > _SHOWN:
        look.soft(_("只列出前 {count} 项，请用状态筛选。").format(count=_SHOWN))
    if account.may(Action.RUN_CAMPAIGNS):
        _actions(record, [each for each in tasks if anonymous or not each.done], accounts)


def _state() -> TaskState | None:
    states = [None, TaskState.LATE, TaskState.OPEN, TaskState.DONE, TaskState.WITHDRAWN]
    return st.segmented_control(
        _("状态"), states, default=None, format_func=lambda each: _(each.label) if each else _("全部"), key="task state"
    )


def _line(task: Task, accounts: dict[int, Account], *, anonymous: bool) -> list[object]:
    names = session.store().subjects.names(task.subject_kind) if task.subject_kind else {}
    due = task.due_on.isoformat() if task.due_on else "—"
    if task.put_off_reason and not anonymous:
        due = _("{day}（延期：{reason}）").format(day=due, reason=task.put_off_reason)
    about = names.get(task.subject, task.subject) or "—"
    line: list[object] = [_filler(task, accounts), about, _(RELATIONS.get(task.relation, "")), due]
    state = task.state(local_day(utc_now()))
    return line if anonymous else [*line, look.tag(_(state.label), _TONES[state])]


def _filler(task: Task, accounts: dict[int, Account]) -> str:
    if task.account is None:
        contact = session.store().contacts.get(task.contact or "")
        return _("{name}（外部）").format(name=contact.name if contact else "—")
    filler = accounts.get(task.account)
    if filler is None:
        return "—"
    name = filler.display_name or filler.name
    stands = accounts.get(task.stands_in_for or 0)
    if not filler.active:
        return _("{name}（账号已停用，请改派）").format(name=name)
    return _("{name}（代 {other}）").format(name=name, other=stands.display_name or stands.name) if stands else name


def _actions(record: SurveyRecord, tasks: Sequence[Task], accounts: dict[int, Account]) -> None:
    open_ones = {each.id: each for each in tasks if record.survey.anonymous or each.withdrawn_reason is None}
    if not open_ones:
        return
    labels = distinct(
        {key: " · ".join(map(str, _line(each, accounts, anonymous=True)[:2])) for key, each in open_ones.items()}
    )
    with st.expander(_("提醒、改派、延期、撤销")):
        chosen = st.multiselect(
            _("哪些任务（不选为全部未完成的）"), list(labels), format_func=labels.__getitem__,
            key=f"{record.code} chosen", placeholder=_("选择任务"),
        )  # fmt: skip
        _remind(record, [open_ones[each] for each in chosen] or list(open_ones.values()))
        if not record.survey.anonymous:
            _reassign([open_ones[each] for each in chosen], accounts)
            _put_off(chosen)
        _withdraw(record, [open_ones[each] for each in chosen])


def _remind(record: SurveyRecord, tasks: list[Task]) -> None:
    if record.survey.anonymous:
        look.soft(_("匿名问卷到期前后统一提醒，不能单独提醒某几个人。"))
        return

    def act() -> str:
        by = session.acting(Action.RUN_CAMPAIGNS)
        sent = remind(session.store(), tasks, Settings.from_environment().base_url, utc_now())
        session.store().accounts.record(by.name, "remind tasks", record.code, str(sent))
        told = _("{count} 条提醒已放入待发送；档案里没有邮箱和手机的人，在“我的任务”里能看到。").format(count=sent)
        if left := unreached(session.store(), tasks):
            words = _("{count} 位外部人员没有提醒：没有可用的联系方式，或不愿收到消息，请另行联系或改派。")
            told += words.format(count=left)
        return told

    if actions.button(_("现在提醒"), key=_ACT):
        actions.perform(_ACT, act)


def _late_by_department(tasks: Sequence[Task], today: date) -> None:
    """Whose results wait for what is late: of a named survey, most of it first."""
    late = Counter(each.department or "" for each in tasks if each.state(today) is TaskState.LATE)
    if not late:
        return
    names = department_names()
    look.soft(_("按对象所属部门，已超期的任务："))
    rows = [(names.get(code, code) or _("（没有部门）"), count) for code, count in late.most_common()]
    look.table([_("部门"), _("已超期")], rows)


def _put_off(chosen: list[str]) -> None:
    """Another due date, with the reason that its filler sees at `/my`."""
    day = st.date_input(_("延期到"), None, min_value=local_day(utc_now()), key="task put off")
    why = st.text_input(_("延期的原因（填写人会看到）"), max_chars=LONGEST_REASON, key="task put off reason")
    if st.button(_("延期"), key="put off tasks", disabled=not (chosen and day and why.strip())):
        by = session.acting(Action.RUN_CAMPAIGNS).name
        moved = put_off_tasks(session.store(), chosen, day, why.strip(), by=by)
        look.done(_("已延期 {count} 项。").format(count=moved))


def _reassign(chosen: list[Task], accounts: dict[int, Account]) -> None:
    names = distinct({str(key): each.display_name or each.name for key, each in accounts.items() if each.active})
    to = st.selectbox(
        _("改派给"), list(names), None, format_func=names.__getitem__, key="task deputy", placeholder=_("选择填写人")
    )
    if st.button(_("改派"), key="reassign tasks", disabled=not (chosen and to)) and to:
        by = session.acting(Action.RUN_CAMPAIGNS).name
        moved, unfit = reassign_tasks(session.store(), chosen, accounts[int(to)], by=by)
        for why, times in unfit.items():
            st.warning(_("{count} 项没有改派：{reason}。").format(count=times, reason=_(why)))
        if moved:
            look.done(_("已改派 {count} 项，对方会收到通知。").format(count=moved))


def _withdraw(record: SurveyRecord, chosen: list[Task]) -> None:
    why = st.text_input(_("撤销的原因（填写人会看到）"), max_chars=LONGEST_REASON, key="task reason")
    if record.survey.anonymous:
        look.soft(_("匿名问卷有人填写之后，只能整轮撤销，不能单独撤销某几项：那会透露谁还没有填写。"))
    if st.button(_("撤销"), key="withdraw tasks", disabled=not (chosen and why.strip())):
        by = session.acting(Action.RUN_CAMPAIGNS).name
        try:
            gone = withdraw_tasks(session.store(), chosen, why.strip(), by=by, now=utc_now())
        except WouldTell:
            st.error(_("没有撤销：这一轮已经有人填写，请选择这一轮的全部任务。"))
            return
        anonymous = _("已撤销其中还没有填写的。")  # how many these were would tell who has answered
        look.done(anonymous if record.survey.anonymous else _("已撤销 {count} 项。").format(count=gone))
