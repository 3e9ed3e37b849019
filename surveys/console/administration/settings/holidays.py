"""Holidays and make-up days: up to which year they are known, the organisation's own ones, typed or from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from surveys.accounts import Account
from surveys.console.administration import organisation_import
from surveys.console.administration.organisation_import import ImportKindOfOrganisation
from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.words import _, language, reason
from surveys.exchange.organisation.holidays import HOLIDAY_COLUMNS, as_line, holidays_from, holidays_written
from surveys.exchange.organisation.lines import Line
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.language import marked
from surveys.organisation.working_days import HOLIDAYS, OwnDay, WorkingCalendar, calendar_from, days_as_setting
from surveys.permissions import Action
from surveys.storage.changes import assert_as_seen

_BUTTON = "save holidays"


def draw() -> None:
    """What holds, a field to type days, and a file to bring them."""
    kept = session.store().organisation.setting(HOLIDAYS)
    calendar = calendar_from(kept)
    _say_what_is_known(calendar)
    sheet = concurrent_edits.sheet(_BUTTON, kept, _told, HOLIDAYS)
    lines = [as_line(each, language()) for each in calendar_from(sheet.first).own]
    with st.form("holidays", border=True):
        typed = st.text_area(
            _("单位自己的放假和调休上班日（每行一天，例如 2027-01-01 放假 元旦）"), "\n".join(lines), height=200,
            key=f"holidays {sheet.first}",
        )  # fmt: skip
        if st.form_submit_button(_("保存"), type="primary", key=_BUTTON):
            _save(typed, sheet.seen)
    organisation_import.draw(IMPORTED)


def _say_what_is_known(calendar: WorkingCalendar) -> None:
    today = local_day(utc_now())
    look.soft(_("工单期限按工作日计算：先看单位自己的安排，再看国务院公布的放假安排，都没有的按周一到周五。"))
    rows = [
        (year, _("已知") if calendar.known(year) else look.tag(_("还没有"), "wait"), sum(
            each.day.year == year for each in calendar.own))
        for year in range(today.year, today.year + 3)
    ]  # fmt: skip
    look.table([_("年份"), _("放假安排"), _("单位自己录入的天数")], rows)
    if year := calendar.unknown_soon(today):
        st.warning(_("{year} 年的节假日还没有录入，工单的期限按周一到周五计算。").format(year=year))


def _save(typed: str, seen: str | None) -> None:
    days, faults = holidays_written(typed)
    if faults:
        st.error(look.as_written("\n".join(_("{reason}。").format(reason=reason(ValueError(each))) for each in faults)))
        return
    admin = session.acting(Action.CHANGE_SETTINGS)
    if concurrent_edits.keep_edit(_BUTTON, partial(_keep, days, admin, seen)):
        look.done(_("已保存 {count} 天。").format(count=len(days)))


def _keep(days: Sequence[OwnDay], admin: Account, seen: str | None) -> None:
    store = session.store()
    store.organisation.set(HOLIDAYS, days_as_setting(days), seen=seen)
    store.accounts.record(admin.name, "save holidays", "organisation", f"{len(days)} days")


def _there() -> dict[str, Any]:
    return {each.code: each for each in _calendar().own}


def _calendar() -> WorkingCalendar:
    return calendar_from(session.store().organisation.setting(HOLIDAYS))


def _bring(lines: Sequence[Line[Any]], by: Account, seen: Mapping[str, Any]) -> None:
    kept = session.store().organisation.setting(HOLIDAYS)
    there = {each.code: each for each in calendar_from(kept).own}
    assert_as_seen(dict(seen), {code: there.get(code) for code in seen})
    _keep([*there.values(), *(each.one for each in lines if each.one is not None)], by, kept)


def _told(kept: str | None) -> dict[str, str]:
    return {_("单位自己录入的天数"): str(len(calendar_from(kept).own))}


IMPORTED = ImportKindOfOrganisation(
    "holidays", HOLIDAY_COLUMNS,
    marked("日期写成 2027-01-01；第二列写“放假”或“上班”。同一个文件再导入一次不会重复。"),
    lambda table: holidays_from(table, _calendar().own), _there, _bring,
)  # fmt: skip
