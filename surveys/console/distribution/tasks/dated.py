"""Tasks so long after a date in the files of the staff: which date, how long after it, and whose day comes when."""

from __future__ import annotations

import streamlit as st

from surveys.console.kit import look, session
from surveys.console.kit.words import _
from surveys.definition.task_rules import After, TaskMaker, TaskRule
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.staff.staff_dates import LOOKED_AHEAD, staff_dates


def rule(usual: TaskRule | None, days: int, mark: str) -> TaskRule | None:
    """The rule as its fields say it; None while no file has an attribute that could be followed."""
    first = usual if usual and usual.by is TaskMaker.DATED else None
    known = [name for name in session.store().contacts.attributes() if name.partition(".")[0] in ("who", "does")]
    names = list(dict.fromkeys([*([first.file_date] if first and first.file_date else []), *known]))
    if not names:
        look.soft(_("员工档案里还没有任何属性：请先在“档案”里导入有日期一列（例如 入职日期）的员工名单。"))
        return None
    left, middle, right = st.columns(3)
    chosen = left.selectbox(
        _("档案里的日期"), names, format_func=lambda name: name.partition(".")[2], key=f"{mark} file date"
    )
    after = middle.number_input(_("之后多久"), 0, 1000, first.after if first else 3, key=f"{mark} after")
    units = [After.MONTHS, After.DAYS]
    unit = right.selectbox(
        _("单位"), units, units.index(first.unit) if first else 0, format_func=lambda each: _(each.label),
        key=f"{mark} unit",
    )  # fmt: skip
    yearly = st.checkbox(_("以后每年再填一次"), bool(first and first.yearly), key=f"{mark} yearly")
    return TaskRule(
        by=TaskMaker.DATED, days=days, file_date=chosen, after=int(after), unit=unit or After.MONTHS, yearly=yearly
    )


def coming(rule: TaskRule) -> None:
    """In how many files the date stands, whose comes soon, and where it can't be read."""
    store = session.store()
    active = [each for each in store.accounts.all() if each.active]
    found = staff_dates(store, rule, active, local_day(utc_now()))
    words = _("{count} 份员工档案有这个日期；今后 {days} 天内有 {coming} 人到期。没有账号的人收到专属链接。")
    look.soft(words.format(count=len(found.dates), days=LOOKED_AHEAD.days, coming=found.coming))
    if found.unreadable:
        st.warning(_("{count} 份员工档案里的这个日期看不懂，请写成 2026-09-01。").format(count=found.unreadable))
