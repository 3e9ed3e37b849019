"""Objections (申诉) to one's own report: within the days that were set, answered within working days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from surveys.accounts import Account
from surveys.appraisal.appraisal import LONGEST_TEXT, Appeal, Appraisal, Appraised
from surveys.localisation.wording import Message, saying
from surveys.organisation.subjects import Subject
from surveys.organisation.working_days import WorkingCalendar


def persons_of(account: Account, persons: Iterable[Subject]) -> list[str]:
    """Under which codes an account is a person that can be rated."""
    return [each.code for each in persons if account.name == (each.one("account") or each.code)]


def appeal_until(appraisal: Appraisal, one: Appraised) -> date | None:
    """The last day on which somebody may object; None where there is no report yet."""
    return one.released_on + timedelta(days=appraisal.rules.appeal_days) if one.released_on else None


def new_appeal(
    appraisal: Appraisal, one: Appraised, words: str, today: date, calendar: WorkingCalendar
) -> Appeal | Message:
    """The objection, or what is in its way."""
    until, text = appeal_until(appraisal, one), words.strip()
    if until is None or today > until:
        return saying("申诉期已过。")
    if not text or len(text) > LONGEST_TEXT:
        return saying("请写明申诉理由，不超过 {most} 字。", most=LONGEST_TEXT)
    return Appeal(appraisal.id, one.person, today, calendar.after(today, appraisal.rules.answer_days), text)
