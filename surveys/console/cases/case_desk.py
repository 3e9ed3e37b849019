"""The page of cases: what waits for an answer, late first; taking one in; statistics; rules and categories."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from surveys.accounts import Account
from surveys.cases.case import Case, CaseState
from surveys.cases.categories import CASE_CATEGORIES, categories_from
from surveys.console.cases import case_intake, case_rules, case_statistics
from surveys.console.cases.case_work import opening
from surveys.console.cases.cases import draw_case
from surveys.console.cases.sources import source_names, source_words
from surveys.console.kit import address, look, session
from surveys.console.kit.choosers import department_names, person_name, say_scope
from surveys.console.kit.words import _, distinct
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Action
from surveys.storage.records.cases import CaseSearch

_STEP = 50
_OPEN = "open"


def draw() -> None:
    """One tab for each thing that is done with cases."""
    look.heading(_("工单"), _("从受理到归档：谁来答复、什么时候到期、写的人看到什么。"))
    account = session.signed_in()
    say_scope(account)
    names = {"list": _("工单"), "intake": _("登记"), "statistics": _("统计")}
    if account.may(Action.MANAGE_CASE_RULES):
        names |= {"rules": _("规则与类别")}
    tabs = address.tabs("tab", names)
    with tabs["list"]:
        _list(account)
    with tabs["intake"]:
        case_intake.draw(account)
    with tabs["statistics"]:
        case_statistics.draw(account)
    if "rules" in tabs:
        with tabs["rules"]:
            case_rules.draw()


def _list(account: Account) -> None:
    cases, today = session.store().cases, local_day(utc_now())
    late = cases.amount(account.case_scope, wanted=CaseSearch(late_on=today))
    waiting = cases.amount(account.case_scope, wanted=CaseSearch(open_only=True, mains_only=True))
    look.soft(_("等待答复 {waiting} 件，其中超期 {late} 件。").format(waiting=waiting, late=late))
    state, department, wanted = _filter(account)
    reach = (department,) if department else account.case_scope
    limit = address.whole("shown", lambda: int(st.query_params.get("shown", _STEP)), _STEP, 1, 1000)
    found = cases.all(reach, state, wanted=wanted, limit=limit)
    if not found:
        look.empty(_("没有符合的工单"), _("来信、低分答卷和登记的电话来访都会列在这里。"))
        return
    names = department_names()
    rows = [_row(each, names) for each in found]
    look.table([_("期限"), _("阶段"), _("内容"), _("部门和经办人")], rows, taken=False)
    amount = cases.amount(reach, state, wanted=wanted)
    if amount > len(found):
        look.soft(_("显示 {shown} 件，共 {count} 件；请用上面的条件缩小范围。").format(shown=len(found), count=amount))
    by_id = {each.id: each for each in found}
    begin = distinct({key: f"{local_day(each.received_at)} · {opening(each)}" for key, each in by_id.items()})

    def chooser() -> str | None:
        return st.selectbox(_("打开"), list(by_id), key="case", format_func=begin.__getitem__)

    draw_case(by_id[address.choice("case", by_id, chooser, found[0].id)], account, joins=True)


def _filter(account: Account) -> tuple[CaseState | None, str, CaseSearch]:
    first, second, third, fourth = st.columns(4)
    states = {_OPEN: _("等待答复")} | {each.value: _(each.stage) for each in CaseState} | {"all": _("全部")}
    kept = categories_from(session.store().organisation.setting(CASE_CATEGORIES))
    categories = {"": _("全部")} | {each.name: _(each.name) for each in kept}
    own = {code: name for code, name in department_names().items() if account.may(Action.ANSWER_CASES, code)}
    departments = {"": _("全部")} | own

    def draw_states() -> str | None:
        return first.selectbox(_("阶段"), list(states), format_func=states.__getitem__, key="stage")

    def draw_categories() -> str | None:
        return second.selectbox(_("类别"), list(categories), format_func=categories.__getitem__, key="category")

    def draw_departments() -> str | None:
        return third.selectbox(_("部门"), list(departments), format_func=departments.__getitem__, key="department")

    state = address.choice("stage", states, draw_states, _OPEN)
    category = address.choice("category", categories, draw_categories, "")
    department = address.choice("department", departments, draw_departments, "")
    mine = address.switch("mine", lambda: fourth.checkbox(_("只看我经办的"), key="mine"))
    wanted = CaseSearch(
        category=category or None, owner=account.name if mine else None, open_only=state == _OPEN,
        mains_only=state == _OPEN, late_first=True,
    )  # fmt: skip
    return (CaseState(state) if state in set(CaseState) else None), department, wanted


def _row(case: Case, names: dict[str, str]) -> tuple[object, ...]:
    today = local_day(utc_now())
    due = case.due_on.isoformat() if case.due_on and case.state.open else "—"
    marked_due = look.tag(_("超期 {day}").format(day=due), "bad") if case.late(today) else due
    category = _(case.category) if case.category else ""
    about = " · ".join(filter(None, (category, source_words(case.source, source_names()))))
    words = Markup('{}<div class="xs-soft">{}</div>').format(opening(case), about)
    where = " · ".join(filter(None, (names.get(case.department, case.department), person_name(case.owner))))
    return Markup("<nobr>{}</nobr>").format(marked_due), look.tag(_(case.state.stage)), words, where
