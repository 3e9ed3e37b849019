"""Tasks by rule: what the rule would make, for whom and for whom not, before anything is given out."""

from __future__ import annotations

from collections import Counter
from typing import Any

import streamlit as st

from surveys.accounts import Account
from surveys.console.distribution.tasks import dated
from surveys.console.kit import actions, look, session
from surveys.console.kit.words import _, distinct, join_names
from surveys.definition.task_rules import Among, Phase, TaskMaker, TaskRule
from surveys.fieldwork.tasks.doors import by_task_alone
from surveys.fieldwork.tasks.relations import RELATIONS
from surveys.fieldwork.tasks.rules import Proposal
from surveys.fieldwork.tasks.task import Task
from surveys.localisation.clock import utc_now
from surveys.operations.tasks import give_out, propose, rule_of
from surveys.organisation.department_tree import as_tree
from surveys.organisation.subjects import SUBJECT_KINDS
from surveys.permissions import Action
from surveys.settings import Settings, secret_key
from surveys.storage.records.surveys import SurveyRecord

_SHOWN, _NAMED = 200, 12
_GIVE = "tasks.give by rule"


def draw(record: SurveyRecord) -> None:
    """The rule and its fillers, a preview, and the button."""
    plan, store = session.store().task_plans.of(record.code), session.store()
    rule = _rule(record, rule_of(store, record))
    accounts = {each.id: each for each in store.accounts.all() if each.active}
    fillers = _fillers(record, rule, accounts, plan.fillers) if rule else ()
    if rule is None:
        return
    _kept(record, rule, fillers)
    if rule.by is TaskMaker.DATED:
        dated.coming(rule)
    proposal = propose(store, record, rule, fillers, by=session.signed_in().name, now=utc_now())
    if proposal.tasks:
        wanted = _confirmed(proposal, accounts) if rule.by.confirmed else list(proposal.tasks)
        _preview(record, proposal, accounts)
        if actions.button(_("下发 {count} 项任务").format(count=len(wanted)), key=_GIVE, type="primary"):
            actions.perform(_GIVE, lambda: _give(record, wanted))
    else:
        _nothing(record, rule)
    if came := actions.outcome(_GIVE):
        st.success(came.value)


def _nothing(record: SurveyRecord, rule: TaskRule) -> None:
    if rule.by is TaskMaker.DATED:
        look.empty(_("现在没有到期的日期"), _("日期到了的当天自动下发；补录的档案，到期一周以内仍会下发。"))
        return
    kind = SUBJECT_KINDS.get(record.survey.about or "department")
    lacking = _("没有可以下发的任务。请先选填写人，或到“组织”录入{kind}。").format(kind=_(kind.label) if kind else "")
    look.empty(_("按这条规则没有任务"), lacking)


def _rule(record: SurveyRecord, usual: TaskRule | None) -> TaskRule | None:
    """The rule as its fields say it; None where something is lacking still."""
    makers, mark = [each for each in TaskMaker if _offered(each, record, usual)], f"{record.code} rule"
    left, middle, right = st.columns([3, 1, 1])
    first = makers.index(usual.by) if usual and usual.by in makers else 0
    by = left.selectbox(_("规则"), makers, first, format_func=lambda each: _(each.label), key=f"{mark} by")
    days = middle.number_input(_("几天内填写"), 0, 365, usual.days if usual else 14, key=f"{mark} days")
    each = usual.each if usual else 1
    if by is TaskMaker.DRAW:
        each = int(right.number_input(_("每人抽几个"), 1, 200, each, key=f"{mark} each"))
    phases = usual.phases if usual else (Phase.AFTER,)
    among: dict[str, Any] = _among(usual, mark) if by is TaskMaker.OTHERS and _rates_departments(record) else {}
    if by is TaskMaker.DATED:
        return dated.rule(usual, int(days), mark)
    return TaskRule(by=by, days=int(days), each=each, phases=phases, **among)


def _offered(maker: TaskMaker, record: SurveyRecord, usual: TaskRule | None) -> bool:
    """Dates of single people make tasks of named surveys alone, about nothing in particular or about themselves."""
    survey = record.survey
    fits = not survey.anonymous and survey.about in (None, "person") and by_task_alone(survey)
    return maker is not TaskMaker.DATED or fits


def _rates_departments(record: SurveyRecord) -> bool:
    return record.survey.about in (None, "department")


def _among(usual: TaskRule | None, mark: str) -> dict[str, Any]:
    """Which departments are rated; nobody is asked about their own, what it is part of, or what is part of it."""
    first = usual or TaskRule(by=TaskMaker.OTHERS)
    left, right = st.columns([2, 3])
    among = left.selectbox(
        _("评价哪些部门"), list(Among), list(Among).index(first.among), format_func=lambda each: _(each.label),
        key=f"{mark} among", help=_("不评价本部门，也不评价本部门的上级和下属部门"),
    )  # fmt: skip
    tree = as_tree(session.store().organisation.departments())
    if among is Among.LEVEL:
        levels = sorted({depth + 1 for depth, _each in tree}) or [1]
        level = right.selectbox(
            _("第几级"), levels, levels.index(first.level) if first.level in levels else 0,
            format_func=lambda each: _("第 {level} 级").format(level=each), key=f"{mark} level",
        )  # fmt: skip
        return {"among": among, "level": level}
    if among is Among.CHOSEN:
        names = {each.code: each.name for _depth, each in tree}
        chosen = right.multiselect(
            _("部门"), list(names), [each for each in first.chosen if each in names],
            format_func=distinct(names).__getitem__, key=f"{mark} chosen", placeholder=_("选择部门"),
        )  # fmt: skip
        return {"among": among, "chosen": tuple(chosen)}
    return {"among": among}


def _fillers(
    record: SurveyRecord, rule: TaskRule, accounts: dict[int, Account], before: tuple[int, ...]
) -> tuple[int, ...]:  # fmt: skip
    if not (rule.by.needs_fillers or rule.by is TaskMaker.OWN):
        return ()
    names = distinct({str(key): each.display_name or each.name for key, each in accounts.items()})
    chosen = st.multiselect(
        _("填写人"), list(accounts), [each for each in before if each in accounts],
        format_func=lambda key: names[str(key)], key=f"{record.code} fillers", placeholder=_("选择填写人"),
    )  # fmt: skip
    return tuple(chosen)


def _kept(record: SurveyRecord, rule: TaskRule, fillers: tuple[int, ...]) -> None:
    """Whether the next round goes by what is chosen here."""
    plan = session.store().task_plans.of(record.code)
    if (rule, tuple(sorted(fillers))) == (plan.rule or record.survey.tasks, tuple(sorted(plan.fillers))):
        return
    if st.button(_("以后的轮次也按这条规则自动下发"), key=f"{record.code} keep rule", type="tertiary"):
        by = session.acting(Action.RUN_CAMPAIGNS).name
        session.store().task_plans.choose(record.code, rule, fillers, by=by)
        look.done(_("已保存，轮次开放时自动下发。"))


def _preview(record: SurveyRecord, proposal: Proposal, accounts: dict[int, Account]) -> None:
    store = session.store()
    names = store.subjects.names(record.survey.about or "department")
    people = len({each.account or each.contact for each in proposal.tasks})
    words = _("{tasks} 项任务，{people} 人填写，涉及 {subjects} 个对象；已经下发过的不会重复。")
    subjects = len({each.subject for each in proposal.tasks if each.subject})
    st.markdown(words.format(tasks=len(proposal.tasks), people=people, subjects=subjects))
    for words, without in (
        (_("没有任务的人：{names}"), proposal.fillers_without),
        (_("没有人评价的对象：{names}"), proposal.subjects_without),
    ):  # fmt: skip
        if without:
            more = _(" 等 {count} 个").format(count=len(without)) if len(without) > _NAMED else ""
            st.warning(look.as_written(words.format(names=join_names(list(without)[:_NAMED]) + more)))
    with st.expander(_("预览")):
        lines = [_line(each, accounts, names) for each in proposal.tasks[:_SHOWN]]
        look.table([_("填写人"), _("对象"), _("关系"), _("截止日期")], lines, taken=False)
        if len(proposal.tasks) > _SHOWN:
            look.soft(_("只列出前 {count} 项。").format(count=_SHOWN))


def _line(task: Task, accounts: dict[int, Account], names: dict[str, str]) -> list[object]:
    filler = accounts.get(task.account or 0)
    who = (filler.display_name or filler.name) if filler else _outside(task)
    due = task.due_on.isoformat() if task.due_on else ""
    return [who, names.get(task.subject, task.subject), _(RELATIONS.get(task.relation, "")), due]


def _outside(task: Task) -> str:
    contact = session.store().contacts.get(task.contact or "")
    return _("{name}（专属链接）").format(name=contact.name) if contact else "—"


def _confirmed(proposal: Proposal, accounts: dict[int, Account]) -> list[Task]:
    """Those of the proposal that somebody has not struck out, person by person."""
    kept: list[Task] = []
    names = session.store().subjects.names("person")
    look.soft(_("下面是按组织结构提出的评价人，请逐人核对：删去不合适的，外部专家在“单独下发”里添加。"))
    rated = Counter(each.subject for each in proposal.tasks)
    for subject in rated:
        theirs = {each.natural_key: each for each in proposal.tasks if each.subject == subject}
        said = {key: " · ".join(map(str, _line(each, accounts, {})[::2])) for key, each in theirs.items()}
        chosen = st.multiselect(
            look.as_written(names.get(subject, subject)), list(theirs), list(theirs), format_func=said.__getitem__,
            key=f"raters {subject}", placeholder=_("选择填写人"),
        )  # fmt: skip
        kept += [theirs[key] for key in chosen]
    return kept


def _give(record: SurveyRecord, tasks: list[Task]) -> str:
    by = session.acting(Action.RUN_CAMPAIGNS).name
    made = give_out(session.store(), secret_key(Settings.from_environment().secret_file), tasks, by=by)
    return _("已下发 {new} 项，{known} 项原来就有。").format(new=made.new, known=made.known)
