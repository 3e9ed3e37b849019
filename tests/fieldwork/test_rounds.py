"""Every day belongs to exactly one calendar round; a kept round takes what was begun in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from surveys.definition.round_rules import Every, RoundRule
from surveys.fieldwork.rounds import Round, Rounds, RoundState, calendar_round, code_words, rounds_between
from surveys.fieldwork.rounds.calendar import openings_between
from surveys.localisation.language import in_words

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
CALENDARS = st.sampled_from([RoundRule(every=each) for each in Every])
NOON = datetime(2027, 3, 10, 4, tzinfo=UTC)
GRACE = timedelta(hours=1)


@given(CALENDARS, DAYS, st.integers(0, 800))
def test_every_day_belongs_to_exactly_one_calendar_round(rule: RoundRule, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    found = list(rounds_between(rule, first, last))
    days = [first + timedelta(days=each) for each in range(length + 1)]
    assert [sum(day in each for each in found) for day in days] == [1] * len(days)
    assert all(calendar_round(rule, day) in found for day in days)
    assert all(before.last + timedelta(days=1) == after.first for before, after in pairwise(found))
    codes = [each.code for each in found]
    assert codes == sorted(set(codes))  # they sort as they follow each other


@pytest.mark.parametrize(
    ("every", "day", "code", "first", "last"),
    [
        ("week", date(2027, 1, 3), "2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("week", date(2027, 1, 4), "2027-W01", date(2027, 1, 4), date(2027, 1, 10)),
        ("week", date(2024, 12, 30), "2025-W01", date(2024, 12, 30), date(2025, 1, 5)),
        ("month", date(2028, 2, 29), "2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("month", date(2026, 12, 31), "2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("quarter", date(2028, 2, 29), "2028-Q1", date(2028, 1, 1), date(2028, 3, 31)),
        ("quarter", date(2026, 10, 1), "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("half", date(2028, 2, 29), "2028-H1", date(2028, 1, 1), date(2028, 6, 30)),
        ("half", date(2026, 7, 1), "2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("year", date(2026, 11, 30), "2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("hand", date(2026, 11, 30), "2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_rounds_have_the_edges_of_the_calendar(every: str, day: date, code: str, first: date, last: date) -> None:
    found = calendar_round(RoundRule.model_validate(every), day)
    assert (found.code, found.first, found.last) == (code, first, last)


@given(st.sampled_from(Every), DAYS, st.integers(1, 7), DAYS)
def test_rounds_that_recur_never_overlap_and_each_has_a_code_of_its_own(
    every: Every, first: date, days: int, since: date
) -> None:
    rule = RoundRule(every=every, first=first, days=days)
    until = since + timedelta(days=900)
    found = list(openings_between(rule, since, until))
    assert all(before.last < after.first for before, after in pairwise(found))
    assert len({each.code for each in found}) == len(found)
    assert all(since <= each.first <= until and first <= each.first for each in found)
    whole = list(openings_between(rule, date(1990, 1, 1), until))
    assert found == [each for each in whole if each.first >= since]  # wherever one begins to look


def test_a_month_after_the_31st_opens_on_the_last_day_of_a_shorter_one() -> None:
    rule = RoundRule(every=Every.MONTH, first=date(2027, 12, 31), days=5)
    opens = [each.first for each in openings_between(rule, date(2028, 1, 1), date(2028, 4, 30))]
    assert opens == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)]


@pytest.mark.parametrize(
    "unfit",
    [
        "decade",
        {"first": "2026-10-08", "days": 14},
        {"every": "quarter", "first": "2026-10-08"},
        {"every": "quarter", "days": 14},
        {"every": "week", "first": "2026-10-08", "days": 8},
        {"every": "month", "first": "2026-10-08", "days": 0},
    ],
)
def test_a_rule_that_cannot_be_is_refused(unfit: object) -> None:
    with pytest.raises(ValidationError):
        RoundRule.model_validate(unfit)


@pytest.mark.parametrize(
    "rule", ["hand", "week", "month", "quarter", "half", "year", {"every": "month", "first": "2026-10-08", "days": 14}]
)
def test_a_rule_is_written_as_it_was_read(rule: object) -> None:
    assert RoundRule.model_validate(rule).plain() == rule


def test_codes_are_said_in_both_languages() -> None:
    said = [(str(code_words(code)), in_words(code_words(code), "en")) for code in ("2026-W49", "2026-11", "2026-Q4")]
    assert said == [
        ("2026 年第 49 周", "Week 49 of 2026"), ("2026 年 11 月", "2026-11"), ("2026 年第 4 季度", "Q4 2026"),
    ]  # fmt: skip
    assert code_words("before-course") == "before-course"


def kept(code: str, opens: int | None, closes: int | None = None, closed: int | None = None) -> Round:
    """Its times in hours from noon."""
    moments = [None if each is None else NOON + timedelta(hours=each) for each in (opens, closes, closed)]
    return Round("visit", code, None, *moments)


def test_a_round_is_planned_open_or_closed_by_what_time_it_is() -> None:
    each = kept("1", -2, 3)
    at = [each.state(NOON + timedelta(hours=hours)) for hours in (-3, -2, 2, 3)]
    assert at == [RoundState.PLANNED, RoundState.OPEN, RoundState.OPEN, RoundState.CLOSED]
    assert kept("1", None).state(NOON) is RoundState.PLANNED
    assert kept("1", -2, 3, -1).state(NOON) is RoundState.CLOSED


def test_an_answer_belongs_to_the_round_in_which_it_was_begun_although_that_closed_meanwhile() -> None:
    rounds = Rounds(RoundRule(), (kept("1", -5, 0), kept("2", 0, 5)))
    begun = NOON - timedelta(minutes=50)

    def code(now: datetime, given: datetime | None) -> str | None:
        found = rounds.belongs(now, given, GRACE)
        return found.code if found else None

    assert code(NOON, begun) == "1"
    assert code(NOON + timedelta(minutes=59), begun) == "1"
    assert code(NOON + timedelta(hours=1), begun) == "2"  # too late for the first, and not lost
    assert code(NOON, None) == "2"
    assert code(NOON + timedelta(hours=5, minutes=30), NOON + timedelta(hours=4)) == "2"
    assert code(NOON + timedelta(hours=6), NOON + timedelta(hours=4)) is None


def test_a_day_is_of_the_round_that_was_open_on_it() -> None:
    rounds = Rounds(RoundRule(), (kept("1", 0, 48), kept("2", 60, 72)))
    days = {day: rounds.on_day(date(2027, 3, day)) for day in range(9, 16)}
    codes = {day: found.code if found else None for day, found in days.items()}
    assert codes == {9: None, 10: "1", 11: "1", 12: "1", 13: "2", 14: None, 15: None}


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 20)), max_size=8), st.integers(0, 220))
def test_at_most_one_round_takes_an_answer_however_they_are_planned(gaps: list[tuple[int, int]], moment: int) -> None:
    start, planned = 0, []
    for number, (gap, length) in enumerate(gaps):
        planned.append(kept(str(number), start + gap, start + gap + length))
        start += gap + length
    now = NOON + timedelta(hours=moment)
    covering = [each for each in planned if each.covers(now)]
    found = Rounds(RoundRule(), tuple(planned)).belongs(now, now, GRACE)
    assert ([found] if found else []) == covering
