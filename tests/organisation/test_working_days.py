"""Working days: by the public table, by the organisation's own list over it, by weekdays beyond both."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.exchange.organisation.holidays import as_line, holidays_from, holidays_written
from surveys.exchange.organisation.lines import RowState
from surveys.organisation.working_days import OwnDay, WorkingCalendar, calendar_from, days_as_setting
from surveys.tables import opened_bytes

TABLE = WorkingCalendar()
OWN = WorkingCalendar((OwnDay(date(2027, 1, 1), works=False, name="元旦"), OwnDay(date(2027, 2, 6), works=True)))


@pytest.mark.parametrize(
    ("calendar", "received", "days", "due"),
    [
        (TABLE, "2026-11-30", 2, "2026-12-02"),
        (TABLE, "2026-02-13", 2, "2026-02-24"),  # a Friday; Saturday the 14th is made up for, then nine days off
        (TABLE, "2026-02-27", 1, "2026-02-28"),  # a Saturday that is worked
        (TABLE, "2026-12-31", 2, "2027-01-04"),  # beyond the table New Year's Day is a Friday like any other
        (OWN, "2026-12-31", 2, "2027-01-05"),
        (OWN, "2027-02-05", 1, "2027-02-06"),
        (TABLE, "2028-02-29", 2, "2028-03-02"),
        (TABLE, "2027-04-30", 1, "2027-05-03"),
        (TABLE, "2026-11-30", 0, "2026-11-30"),
    ],
)  # fmt: skip
def test_due_days(calendar: WorkingCalendar, received: str, days: int, due: str) -> None:
    assert calendar.after(date.fromisoformat(received), days) == date.fromisoformat(due)


@given(
    st.dates(date(2025, 1, 1), date(2030, 1, 1)), st.integers(0, 30),
    st.lists(st.tuples(st.dates(date(2025, 1, 1), date(2030, 1, 1)), st.booleans()), max_size=30),
)  # fmt: skip
def test_a_due_day_is_worked_and_so_many_days_away(day: date, days: int, own: list[tuple[date, bool]]) -> None:
    calendar = WorkingCalendar(tuple(OwnDay(each, works) for each, works in own))
    due = calendar.after(day, days)
    assert calendar.between(day, due) == days
    assert days == 0 or calendar.works(due)
    assert calendar_from(days_as_setting(calendar.own)).after(day, days) == due


def test_a_list_of_nothing_but_holidays_ends() -> None:
    """A mistake in a list must not keep the server busy for ever."""
    never = WorkingCalendar(tuple(OwnDay(date(2030, 1, 1) + timedelta(days=n), works=False) for n in range(3000)))
    assert never.after(date(2030, 1, 1), 2) > date(2030, 1, 1)


@pytest.mark.parametrize(
    ("today", "year"),
    [("2026-10-14", None), ("2026-10-15", 2027), ("2026-12-31", 2027), ("2027-04-30", 2027), ("2028-02-29", 2028)],
)
def test_somebody_is_told_before_the_holidays_run_out(today: str, year: int | None) -> None:
    assert TABLE.unknown_soon(date.fromisoformat(today)) == year
    entered = WorkingCalendar(tuple(OwnDay(date(each, 10, 1), works=False) for each in (2027, 2028)))
    assert entered.unknown_soon(date.fromisoformat(today)) in (None, 2029)


def test_a_file_of_holidays_says_what_is_wrong_with_each_line() -> None:
    rows = [
        "日期,类型,名称", "2027-01-01,放假,元旦", "2027年2月6日,补班,", "2027-13-01,放假,", "2027-01-02,歇,",
        "2027-01-01,上班,",
    ]  # fmt: skip
    with opened_bytes("\n".join(rows).encode()) as table:
        lines = holidays_from(table, [OwnDay(date(2027, 1, 1), works=False, name="元旦")])
    assert [each.state for each in lines] == [
        RowState.SAME, RowState.NEW, RowState.REFUSED, RowState.REFUSED, RowState.REFUSED,
    ]  # fmt: skip
    assert lines[1].one == OwnDay(date(2027, 2, 6), works=True)


def test_typed_days_come_back_as_they_were_typed() -> None:
    days, faults = holidays_written("2027-01-01 放假 元旦\n\n2027-02-06 上班\nhello\n")
    assert [as_line(each) for each in days] == ["2027-01-01 放假 元旦", "2027-02-06 上班"]
    assert len(faults) == 1


def test_no_other_file_counts_working_days_by_itself() -> None:
    """The table is read in one place, so that the organisation's own days are never passed over."""
    rooms = [path for room in ("surveys", "analysis") for path in Path(room).rglob("*.py")]
    assert [path.name for path in rooms if "chinese_calendar" in path.read_text("utf-8")] == ["working_days.py"]
