"""Which round of a survey tasks are made for now."""

from __future__ import annotations

from datetime import date, datetime

from surveys.definition.round_rules import OF_CUSTOMERS, OF_STAFF
from surveys.definition.survey import Audience
from surveys.fieldwork.rounds import calendar_round
from surveys.localisation.clock import local_day
from surveys.storage import Store
from surveys.storage.records.surveys import SurveyRecord


def round_now(store: Store, record: SurveyRecord, now: datetime) -> tuple[str, date]:
    """Code and first day of the round that is open, or of the calendar's."""
    rule = OF_STAFF if record.survey.audience is Audience.STAFF else OF_CUSTOMERS
    found = calendar_round(rule, local_day(now))
    return found.code, found.first
