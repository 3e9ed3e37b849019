"""The fields of a plan that say when people are asked: at a time, or as an event or a date in their file comes due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import streamlit as st

from surveys.console.kit import look, session
from surveys.console.kit.words import _
from surveys.fieldwork.campaigns.schedule import Schedule, Unit
from surveys.localisation.clock import local_day, utc_now, zone
from surveys.localisation.language import marked

Key = Callable[[str], str]  # the session key of a field

_TIMES = {"now": marked("开始后立即"), "at": marked("定时"), "event": marked("某件事之后"),
          "file_date": marked("档案里的某个日期之后")}  # fmt: skip


def schedule_fields(begin: Schedule, key: Key, asked: str = "") -> dict[str, Any]:
    """What is entered, still unchecked. *asked*: the way that a new plan begins with, where a link has said it."""
    return _way(begin, key, asked if asked in _TIMES else _first(begin)) | _hours(begin, key)


def _first(begin: Schedule) -> str:
    return "event" if begin.event else "file_date" if begin.file_date else "at" if begin.at else "now"


def _way(begin: Schedule, key: Key, first: str) -> dict[str, Any]:
    way = st.radio(
        _("何时邀请"), list(_TIMES), list(_TIMES).index(first), format_func=lambda each: _(_TIMES[each]),
        horizontal=True, key=key("when"),
    )  # fmt: skip
    if way == "at":
        at = begin.at.astimezone(zone()) if begin.at else None
        day = st.date_input(
            _("日期"), at.date() if at else local_day(utc_now()) + timedelta(days=1), key=key("day")
        )
        hour = st.time_input(_("时间"), at.time() if at else time(9), key=key("hour"))
        return {"at": datetime.combine(day, hour, zone()).astimezone(UTC)}
    if way == "event":
        event = st.text_input(_("事件的代号"), begin.event or "work_order.closed", max_chars=60, key=key("event"))
        after = st.number_input(_("之后多久"), 0, 1000, begin.after if begin.event else 2, key=key("after"))
        unit = st.selectbox(
            _("单位"), list(Unit), list(Unit).index(begin.unit), format_func=lambda each: _(each.label),
            key=key("unit"),
        )  # fmt: skip
        return {"event": event.strip(), "after": int(after), "unit": unit}
    return _after_date(begin, key) if way == "file_date" else {}


def _after_date(begin: Schedule, key: Key) -> dict[str, Any]:
    """So long after a date in each file; without any attribute to choose from nothing can be planned."""
    known = [name for name in session.store().contacts.attributes() if name.partition(".")[0] in ("who", "does")]
    names = list(dict.fromkeys([*([begin.file_date] if begin.file_date else []), *known]))
    if not names:
        look.soft(_("档案里还没有任何属性：请先在“档案”里导入有日期一列（例如 入住日期）的文件。"))
    chosen = st.selectbox(
        _("档案里的日期"), names, format_func=lambda name: name.partition(".")[2], key=key("file_date"),
        help=_("例如 入住日期。日期到了就邀请本人；2 月 29 日在平年算 28 日，月末照月末算。"),
    )  # fmt: skip
    after = st.number_input(_("之后多久"), 0, 1000, begin.after if begin.file_date else 3, key=key("date_after"))
    units = [Unit.MONTHS, Unit.DAYS]
    unit = st.selectbox(
        _("单位"), units, units.index(begin.unit) if begin.file_date else 0, format_func=lambda each: _(each.label),
        key=key("date_unit"),
    )  # fmt: skip
    yearly = st.checkbox(_("以后每年再邀请一次"), begin.yearly, key=key("yearly"))
    return {"file_date": chosen or "", "after": int(after), "unit": unit, "yearly": yearly}


def _hours(schedule: Schedule, key: Key) -> dict[str, int]:
    begin = (schedule.since, schedule.until)
    since, until = st.slider(_("发送时段（点）"), 0, 24, begin, key=key("hours"))
    return {"since": min(since, 23), "until": max(until, min(since, 23) + 1)}
