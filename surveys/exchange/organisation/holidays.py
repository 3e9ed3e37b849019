"""Holidays and make-up days from a table, and the same written line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from surveys.exchange.organisation.lines import (
    LONGEST_PLACE,
    Line,
    LineReader,
    OrganisationColumn,
    RefusedLine,
    fit_place,
    refused,
)
from surveys.localisation import normalisation
from surveys.localisation.language import gettext, marked
from surveys.localisation.normalisation import Unreadable
from surveys.localisation.wording import Message
from surveys.organisation.working_days import OwnDay
from surveys.tables import Table

DAY = OrganisationColumn(marked("日期"), ("date", "day"), needed=True)
KIND = OrganisationColumn(marked("放假或上班"), ("kind", "类型", "安排", "holiday or workday"), needed=True)
OCCASION = OrganisationColumn(marked("节日"), ("occasion", "name", "名称", "说明"))
HOLIDAY_COLUMNS = (DAY, KIND, OCCASION)
OFF, ON = marked("放假"), marked("上班")
_OFF = {"放假", "休", "休假", "节假日", "off", "holiday", "day off"}
_ON = {"上班", "班", "调休上班", "补班", "工作日", "work", "workday", "working day"}
_YEARS = (2000, 2100)


def holidays_from(table: Table, known: Sequence[OwnDay]) -> list[Line[OwnDay]]:
    """What becomes of each row; raises UnfitTable."""
    there = {each.day: each for each in known}
    reader: LineReader[OwnDay] = LineReader()

    def made(cells: Mapping[OrganisationColumn, str]) -> tuple[OwnDay | None, OwnDay]:
        one = _own_day(cells[DAY], cells[KIND], cells[OCCASION])
        reader.once(one.code)
        return there.get(one.day), one

    return reader.lines(table, HOLIDAY_COLUMNS, DAY, made)


def holidays_written(text: str) -> tuple[list[OwnDay], list[Message]]:
    """Days as they are typed, one in each line such as `2027-01-01 放假 元旦`, and what is wrong with which line."""
    found, faults = list[OwnDay](), list[Message]()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        day, kind, name = [*line.split(maxsplit=2), "", ""][:3]
        try:
            found.append(_own_day(day, kind, name))
        except RefusedLine as refusal:
            faults.append(Message(marked("第 {number} 行：{why}"), {"number": number, "why": refusal.args[0]}))
    return found, faults


def as_line(day: OwnDay, language: str = "zh-Hans") -> str:
    """A day as it is typed."""
    return f"{day.day.isoformat()} {gettext(ON if day.works else OFF, language)} {day.name}".strip()


def _own_day(day: str, kind: str, name: str) -> OwnDay:
    try:
        on = date.fromisoformat(normalisation.day(day))
    except (Unreadable, ValueError):
        raise refused(marked("“{text}”不是日期，请写成 2027-01-01"), text=day[:20]) from None
    if not _YEARS[0] <= on.year <= _YEARS[1]:
        raise refused(marked("年份要在 {first} 和 {last} 之间"), first=_YEARS[0], last=_YEARS[1])
    said = kind.strip().casefold()
    if said not in _OFF | _ON:
        raise refused(marked("“{text}”要写“放假”或“上班”"), text=kind[:20])
    return OwnDay(on, said in _ON, (fit_place(name) or "")[:LONGEST_PLACE])
