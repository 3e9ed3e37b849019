"""Which round of a survey tasks are made for now."""

from __future__ import annotations

from datetime import date, datetime

from surveys.fieldwork.rounds import calendar_round
from surveys.localisation.clock import local_day
from surveys.storage import Store
from surveys.storage.records.surveys import SurveyRecord


def round_now(store: Store, record: SurveyRecord, now: datetime) -> tuple[str, date]:
    """Code and first day of the round that is open, or of the calendar's."""
    rounds = record.opening.rounds
    kept = rounds.open_at(now)
    if kept is not None and kept.opens_at is not None:
        return kept.code, local_day(kept.opens_at)
    found = calendar_round(rounds.rule, local_day(now))
    return found.code, found.first
