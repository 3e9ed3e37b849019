"""The material of a report, read from the store and through the gate for one account: the edge of the reports."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.monitoring.trends import Period, period_windows
from analysis.released.gate import Gate
from analysis.released.named_answers import named_answers
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.rounds_in_view import round_before, round_names
from analysis.reports.document import Report
from analysis.reports.kinds import REPORT_KINDS, About, ReportKind, report_of
from analysis.reports.material import ReportMaterial
from analysis.reports.order import ALL_TIME, ReportOrder, Unreportable
from analysis.reports.stored_customer import customer_file
from analysis.reports.stored_work import stored_work
from surveys.accounts import Account
from surveys.localisation.language import in_words
from surveys.localisation.wording import saying
from surveys.organisation.department_tree import parents_of, with_below
from surveys.permissions import Action
from surveys.storage import Store
from surveys.storage.records.surveys import SurveyRecord, UnknownSurvey

_LONGEST_SPAN = 3660  # days


def made_report(store: Store, gate: Gate, order: ReportOrder, account: Account | None, today: date) -> Report:
    """The report, as this account may see it (None: who runs the server); raises Unreportable."""
    kind = REPORT_KINDS.get(order.kind)
    if kind is None:
        raise Unreportable(saying("没有这种报告：{kind}", kind=order.kind))
    record = _record(store, order.survey, account)
    material = _material(store, gate, order, kind, record, account, today)
    return report_of(kind, material, store.organisation.profile().shown_name)


def _record(store: Store, survey: str, account: Account | None) -> SurveyRecord:
    """The survey, where its results are this account's business: what pages of results list."""
    try:
        record = store.surveys.get(survey)
    except UnknownSurvey:
        raise Unreportable(saying("没有代码为“{survey}”的问卷", survey=survey)) from None
    if not (record.live or record.closed):
        raise Unreportable(saying("这份问卷还没有发布"))
    if account is None:
        return record
    if not account.may(Action.VIEW_RESULTS):
        raise Unreportable(saying("您没有查看结果的权限"))
    mine = record.department is None or account.sees(record.department)
    if not mine and not store.responses.newest(record.code, 1, account.scope):
        raise Unreportable(saying("没有代码为“{survey}”的问卷", survey=survey))
    return record


def _material(
    store: Store, gate: Gate, order: ReportOrder, kind: ReportKind, record: SurveyRecord, account: Account | None,
    today: date,
) -> ReportMaterial:  # fmt: skip
    found = named_answers(store, gate, record, account, order.language)
    names, year = round_names(found, order.language), _year(order, today)
    # Only what is about a unit narrows the answers: a customer's sheet is of one person.
    unit = order.unit if kind.about is not About.CUSTOMER else ""
    if kind.about is About.UNIT and not unit:
        raise Unreportable(saying("请选择单位"))
    if kind.about is About.CUSTOMER and not order.customer:
        raise Unreportable(saying("请选择客户"))
    timed, span = _timed(found, order.when if kind.about is not About.YEAR else str(year), names, today, order.language)
    view = _of_unit(timed, unit) if unit else timed
    if not unit and found.anonymous and not found.whole and kind.about is About.ANYTHING:
        raise Unreportable(saying("匿名问卷：请选择一个可以查看的部门"))
    departments = _departments(store, unit, account)
    customer = customer_file(store, order, account, today) if kind.about is About.CUSTOMER else None
    return ReportMaterial(
        view, order.language, today, span, year, timed if unit else None, _unit_name(view, unit), names,
        stored_work(store, gate, order.language, account, departments, year, today), customer,
    )  # fmt: skip


def _year(order: ReportOrder, today: date) -> int:
    """The year that is meant, that of today where none is."""
    wanted = order.when
    return int(wanted) if len(wanted) == 4 and wanted.isdecimal() and 1900 < int(wanted) < 2200 else today.year


def _timed(
    found: ReleasedAnswers, when: str, names: dict[str, str], today: date, language: str
) -> tuple[ReleasedAnswers, str]:
    """The answers of that time with its words; raises Unreportable."""
    if when in names:
        return found.of_round(when, round_before(names, when)), names[when]
    if when == ALL_TIME or (found.anonymous and len(when) == 4):
        # Of an anonymous survey a year is no part: spans of time could be subtracted from each other.
        return found, in_words(saying("全部时间"), language)
    if found.anonymous or not when.isdecimal() or not 0 < int(when) <= _LONGEST_SPAN:
        known = "、".join(names) or "—"
        raise Unreportable(saying("没有这一轮：{round}；可以是：{known}", round=when, known=known))
    last = pd.Timestamp(today)
    if len(when) == 4:
        begin = pd.Timestamp(int(when), 1, 1)
        period = Period(begin, pd.Timestamp(int(when), 12, 31))
        before: Period | None = Period(begin.replace(year=int(when) - 1), pd.Timestamp(int(when) - 1, 12, 31))
    else:
        period, before = period_windows(last, int(when))
    words = saying("{low} 至 {high}", low=f"{period.first:%Y-%m-%d}", high=f"{period.last:%Y-%m-%d}")
    return found.within(period, before), in_words(words, language)


def _of_unit(view: ReleasedAnswers, unit: str) -> ReleasedAnswers:
    """The answers of a unit with all below it, by its code; raises Unreportable for one that may not be looked at."""
    name = view.name_of("department", unit)
    if view.anonymous:
        if name in view.branches():
            return view.of_branch(name)
        if name in view.departments():
            return view.of_department(name)
    elif name in view.values("department"):
        if view.round is not None:
            return view.within(where={"department": name}).of_round(view.round, view.round_before)
        return view.within(view.period, view.before, {"department": name})
    raise Unreportable(saying("这个单位没有可以查看的答卷：{unit}", unit=unit))


def _unit_name(view: ReleasedAnswers, unit: str) -> str:
    return view.name_of("department", unit) if unit else ""


def _departments(store: Store, unit: str, account: Account | None) -> frozenset[str] | None:
    """Whose plans, cases and indicators are reported: the unit's with all below it, as far as they are the reader's."""
    scope = None if account is None else account.scope
    if not unit:
        return None if scope is None else frozenset(scope)
    below = with_below([unit], parents_of(store.organisation.departments()))
    return below if scope is None else below & frozenset(scope)


def reportable_units(view: ReleasedAnswers) -> dict[str, str]:
    """The units that a report may be about, by code."""
    names = [*view.branches(), *view.departments()] if view.anonymous else view.values("department")
    return {view.code_of("department", name): name for name in dict.fromkeys(names)}
