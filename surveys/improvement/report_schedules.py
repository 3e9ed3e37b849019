"""Reports that go out by themselves: which, how often, to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from surveys.fieldwork.rounds import Rounds, calendar_round
from surveys.localisation.clock import local_day
from surveys.localisation.language import marked


class ReportEvery(StrEnum):
    """How often a report goes out."""

    WEEK = "week"
    MONTH = "month"
    ROUND = "round"  # when one has ended

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    ReportEvery.WEEK: marked("每周一"), ReportEvery.MONTH: marked("每月一日"), ReportEvery.ROUND: marked("每轮结束后"),
}  # fmt: skip


@dataclass(frozen=True)
class ReportSchedule:
    """`readers` are accounts; `told`: the week, month or round of which they were told last."""

    code: str
    survey: str
    kind: str
    every: ReportEvery
    readers: tuple[str, ...]
    unit: str = ""
    made_by: str = ""
    told: str = ""


def report_turn(every: ReportEvery, rounds: Rounds, now: datetime) -> tuple[str, str] | None:
    """The turn that it is at a moment, and what time its report is of (days, or a round); None before any.

    A new turn means that a report is due.
    """
    today = local_day(now)
    if every is ReportEvery.WEEK:
        year, week, _ = today.isocalendar()
        return f"{year}-W{week:02d}", "7"
    if every is ReportEvery.MONTH:
        days = (today.replace(day=1) - (today.replace(day=1) - timedelta(days=1)).replace(day=1)).days
        return f"{today:%Y-%m}", str(days)
    code = _ended(rounds, today, now)
    return None if code is None else (code, code)


def _ended(rounds: Rounds, today: date, now: datetime) -> str | None:
    """The code of the round that ended last."""
    if rounds.rule.by_calendar:
        present = calendar_round(rounds.rule, today)
        return calendar_round(rounds.rule, present.first - timedelta(days=1)).code
    last = rounds.last_before(now)
    return last.code if last else None
