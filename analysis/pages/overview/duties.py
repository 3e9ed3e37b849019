"""Alerts about what the reader has to do: cases, plans, forms to fill, rounds and tasks of others."""

from __future__ import annotations

from collections import Counter

from analysis.pages.overview.notices import InView, Notice
from analysis.pages.plans.due import due
from analysis.pages.rounds import round_news
from surveys.console.kit import session
from surveys.console.kit.words import _, said
from surveys.fieldwork.tasks.task import TaskState
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Action
from surveys.storage.records.cases import CaseSearch


def cases(view: InView) -> list[Notice]:
    """Cases that should have an answer by now, and those that wait for the reader's."""
    account, today, kept = view.account, local_day(utc_now()), session.store().cases
    if not account.may(Action.ANSWER_CASES):
        return []
    told, late = [], CaseSearch(late_on=today, late_first=True)
    if amount := kept.amount(account.case_scope, wanted=late):
        earliest = kept.all(account.case_scope, wanted=late, limit=1)[0].due_on
        words = _("{count} 件工单已超期，最早的应在 {day} 前答复。").format(count=amount, day=earliest)
        told.append(Notice("bad", _("工单"), words, "cases", _("去“工单”")))
    mine = CaseSearch(owner=account.name, open_only=True, mains_only=True, late_first=True)
    waiting = [each for each in kept.all(account.case_scope, wanted=mine) if not each.late(today)]
    if waiting:
        words = _("{count} 件由您经办的工单等待答复，最近的期限是 {day}。").format(
            count=len(waiting), day=waiting[0].due_on or "—"
        )
        told.append(Notice("wait", _("工单"), words, "cases", _("去“工单”")))
    return told


def forms_to_fill(view: InView) -> list[Notice]:
    """The reader's own tasks."""
    today = local_day(utc_now())
    states = [(each.state(today), each.due_on) for each in session.store().tasks.of_account(view.account.id)]
    late = [due_on for state, due_on in states if state is TaskState.LATE]
    waiting = [due_on for state, due_on in states if state is TaskState.OPEN]
    told = []
    if late:
        words = _("{count} 份要您填写的问卷已超期，最早的应在 {day} 前填完。").format(count=len(late), day=late[0])
        told.append(Notice("bad", _("任务"), words, "/my", _("去填写")))
    if waiting:
        words = _("{count} 份问卷等您填写，最近的期限是 {day}。").format(count=len(waiting), day=waiting[0] or "—")
        told.append(Notice("wait", _("任务"), words, "/my", _("去填写")))
    return told


def plans(view: InView) -> list[Notice]:
    """Improvement plans and measures that are late, and measures whose effect can be judged."""
    told = due(view.account, local_day(utc_now()))
    return [Notice(tone, _("改进计划"), words, "plans", _("去“改进计划”"), about=code) for tone, words, code in told]


def rounds(view: InView) -> list[Notice]:
    """Rounds that are open, close soon, or should have been opened by now."""
    if not view.account.may(Action.DESIGN_SURVEYS):
        return []
    came = {each.record.code: each.arrivals() for each in view.found}
    told = [(each, round_news(each, came.get(each.code))) for each in view.records if each.live]
    return [
        Notice(tone, _("轮次"), _("{title}：{words}").format(title=said(each.survey.title), words=words), "surveys",
               _("去“问卷”"), about=each.code)
        for each, found in told if found for tone, words in [found]
    ]  # fmt: skip


def late_tasks(view: InView) -> list[Notice]:
    """Tasks that are late; of anonymous surveys how many, never whose."""
    if not view.account.sees_all_departments:
        return []
    titles = {each.code: said(each.survey.title) for each in view.records}
    late = Counter[str]()
    for each in session.store().tasks.counts(local_day(utc_now())):
        late[each.survey] += each.late
    words = _("{title}：{count} 项任务已超期。")
    return [
        Notice("wait", _("任务"), words.format(title=titles[code], count=times), "tasks", _("去“任务”"), code)
        for code, times in late.items()
        if times and code in titles
    ]
