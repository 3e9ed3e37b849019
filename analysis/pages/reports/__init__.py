"""The page of reports: choose what and of when, look what is in it, take it along; and what goes out by itself."""

from __future__ import annotations

from functools import partial

import streamlit as st

from analysis.pages.reports import customer_choice, schedules
from analysis.pages.survey_answers import gate, released_answers
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.rounds_in_view import round_names
from analysis.reports.document import Report, ReportParagraph
from analysis.reports.formats import REPORT_FORMATS
from analysis.reports.kinds import REPORT_KINDS, About, ReportKind
from analysis.reports.order import ALL_TIME, ReportOrder, Unreportable
from analysis.reports.stored_material import made_report, reportable_units
from surveys.accounts import Account
from surveys.console.kit import address, downloads, look, session
from surveys.console.kit.choosers import published_surveys, say_scope, survey_picker
from surveys.console.kit.words import _, language, said
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.language import marked
from surveys.permissions import Action

_SPANS = {"7": marked("近 7 天"), "30": marked("近 30 天"), "90": marked("近 90 天"), ALL_TIME: marked("全部时间")}
_ALL_UNITS = "*"


def draw() -> None:
    """The choices in one row, the message of the report, and a button for each format."""
    look.heading(_("报告"), _("一份内容，网页、Word、Excel 三种写法；只含您可以查看的结果。"))
    account, records = session.signed_in(), published_surveys()
    say_scope(account)
    if not records:
        look.empty(_("还没有发布过问卷"), _("发布并收到答卷之后，这里会显示结果。"))
        return
    kinds = {code: each for code, each in REPORT_KINDS.items() if _may(each, account)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        record = survey_picker(records)
        kind = kinds[_kind(kinds)]
        found = released_answers(record, account)
        when = _when(kind, found)
        unit = _unit(kind, found)
    look.soft(said(kind.purpose))
    customer = customer_choice.draw(account) if kind.about is About.CUSTOMER else ""
    if kind.about is About.CUSTOMER and not customer:
        return
    _report(ReportOrder(kind.code, record.code, when, unit, customer, language()), account)
    schedules.draw(record, kind, unit, account)


def _may(kind: ReportKind, account: Account) -> bool:
    """Whether an account may have a report of this kind of anything."""
    if kind.about is About.CUSTOMER:
        return account.may(Action.MANAGE_CONTACTS)
    return kind.about is not About.YEAR or account.may(Action.PLAN_IMPROVEMENT)


def _kind(kinds: dict[str, ReportKind]) -> str:
    names = {code: said(each.name) for code, each in kinds.items()}

    def draw_kinds() -> str:
        return st.selectbox(_("报告"), list(names), format_func=names.__getitem__, key="report", width=180)

    return address.choice("report", names, draw_kinds, next(iter(names)))


def _when(kind: ReportKind, found: ReleasedAnswers) -> str:
    """A round, a number of days, or a year; of a customer always everything."""
    if kind.about is About.CUSTOMER:
        return ALL_TIME
    this_year = local_day(utc_now()).year
    rounds = round_names(found, language())
    spans = {ALL_TIME: _SPANS[ALL_TIME]} if found.anonymous else _SPANS
    shown = {code: _(words) for code, words in spans.items()} | rounds
    if kind.about is About.YEAR:
        shown = {str(year): str(year) for year in range(this_year + 1, this_year - 6, -1)}
    usual = str(this_year) if kind.about is About.YEAR else next(iter(rounds), ALL_TIME)

    def draw_times() -> str:
        return st.selectbox(_("时间"), list(shown), format_func=shown.__getitem__, key="when", width=180)

    return address.choice("when", shown, draw_times, usual)


def _unit(kind: ReportKind, found: ReleasedAnswers) -> str:
    if kind.about is About.CUSTOMER:
        return ""
    units = reportable_units(found)
    whole = kind.about is not About.UNIT
    shown = ({_ALL_UNITS: _("全部")} if whole else {}) | units
    if not shown:
        return ""

    def draw_units() -> str:
        return st.selectbox(_("单位"), list(shown), format_func=shown.__getitem__, key="unit", width=200)

    chosen = address.choice("unit", shown, draw_units, next(iter(shown)))
    return "" if chosen == _ALL_UNITS else chosen


def _report(order: ReportOrder, account: Account) -> None:
    """The message and the parts of the report, then the files."""
    try:
        with st.spinner(_("正在汇总证据…")):
            made = made_report(session.store(), gate(), order, account, local_day(utc_now()))
    except Unreportable as problem:
        look.empty(_("没有这份报告"), said(problem.why))
        return
    with st.container(border=True):
        st.markdown(f"**{look.as_written(made.title)}**")
        for each in _messages(made):
            st.markdown(look.as_written(each))
        look.soft(_("内容：{parts}").format(parts=_("、").join(each.title for each in made.sections)))
        with st.container(horizontal=True):
            for ending, each_format in REPORT_FORMATS.items():
                downloads.offer_file(
                    said(each_format.name), partial(_taken, made, order, ending),
                    downloads.file_name(made.title, ending), each_format.media_type, key=f"take report {ending}",
                )  # fmt: skip


def _messages(made: Report) -> list[str]:
    """What the report says first of each part, to see at once whether it is the one that was meant."""
    blocks = (block for section in made.sections for block in section.blocks)
    return [each.text for each in blocks if isinstance(each, ReportParagraph) and each.tone == "lead"][:3]


def _taken(made: Report, order: ReportOrder, ending: str) -> bytes:
    account = session.acting(Action.VIEW_RESULTS)
    detail = " ".join(filter(None, (order.kind, order.when, order.unit, ending)))
    session.store().accounts.record(account.name, "take report", order.survey, detail)
    return REPORT_FORMATS[ending].write(made)
