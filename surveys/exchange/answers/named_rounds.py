"""Puts an imported answer into the round that its row names; without one it belongs to the round of its day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from surveys.exchange.answers.circumstances import OrganisationLists, Received, day_received
from surveys.exchange.answers.columns import ROUND
from surveys.exchange.rejections import Reason
from surveys.fieldwork.rounds import Rounds, round_of_code
from surveys.localisation.clock import local_day
from surveys.localisation.language import marked
from surveys.localisation.wording import saying


def place_in_round(organisation: OrganisationLists, told: dict[str, Any], *, fixed: bool) -> Iterator[Reason]:
    """Hold the round that a row names against its day, or give the row a day of that round where it has none.

    *fixed*: it counts as of today, whatever day it tells. Gives what is wrong.
    """
    code: str | None = told.get(ROUND)
    if code is None:
        return
    rounds, today = organisation.rounds, organisation.today
    kept = next((each for each in rounds.kept if each.code == code), None)
    if fixed:
        if code != rounds.code_of(_kept_on(rounds, today), today):
            yield saying(_NOT_TODAY, code=code)
    elif "_received_on" in told or "_received_at" in told:
        day, _moment = day_received(told, today)
        if kept is None and code != rounds.code_of(None, day):
            yield saying(_OTHER_DAY, code=code, day=day.isoformat())
    else:
        first, last = _days_of(rounds, code, today)
        if first > today:
            yield saying(_NOT_BEGUN, code=code)
        told["_received_on"] = Received(min(last, today))


_NOT_TODAY = marked("_round：匿名问卷已有答卷，再导入的都算在今天的轮次，不能放进“{code}”；请把问卷复制一份再导入")
_OTHER_DAY = marked("_round：收到日期 {day} 不在轮次“{code}”里；请改正日期或轮次，或去掉轮次一列，按日期归入")
_NOT_BEGUN = marked("_round：轮次“{code}”还没有开始；请改正轮次，或先开这一轮")


def _days_of(rounds: Rounds, code: str, today: date) -> tuple[date, date]:
    """The first and the last day of a round; one that waits to be opened begins at the end of time."""
    kept = next((each for each in rounds.kept if each.code == code), None)
    if kept is not None:
        ends = local_day(kept.ends_at - timedelta(microseconds=1)) if kept.ends_at else today
        return local_day(kept.opens_at) if kept.opens_at else date.max, ends
    found = round_of_code(rounds.rule, code)
    return (found.first, found.last) if found else (date.max, date.max)


def _kept_on(rounds: Rounds, day: date) -> str | None:
    found = rounds.on_day(day)
    return found.code if found else None


def kept_round(rounds: Rounds, named: str | None, day: date) -> str | None:
    """What is kept with an answer: the kept round that it names, else the one that was open on its day."""
    if named is None:
        return _kept_on(rounds, day)
    return named if named in {each.code for each in rounds.kept} else None
