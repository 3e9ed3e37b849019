"""Periods and holds, and what they let go: never what a hold stands on, never what is not over."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlite_utils import Database

from surveys.storage.records.retention import (
    LONGEST,
    PURPOSES,
    DueRemoval,
    LegalHold,
    RetentionPurpose,
    RetentionRule,
    UnfitPeriod,
    kept_from,
)
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections
from surveys.storage.sqlite.surveys import parse_stored
from surveys.storage.sqlite.upkeep.portions import Over
from surveys.storage.sqlite.upkeep.removals import REMOVALS


class RetentionTable:
    """Periods by purpose and survey; without one, what is kept stays until somebody deletes it."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def rules(self) -> list[RetentionRule]:
        """Those for all surveys first."""
        with self._connections.reading() as db:
            return _rules(db)

    def set(self, purpose: RetentionPurpose, survey: str, months: int | None, *, by: str) -> None:
        """Keep it for so many months, or until somebody deletes it. Raises UnfitPeriod."""
        if months is not None and not PURPOSES[purpose].least <= months <= LONGEST:
            raise UnfitPeriod(purpose.value)
        values: dict[str, Any] = {"purpose": purpose.value, "survey": survey, "months": months}
        with self._connections.writing() as db:
            db.execute(_FORGET if months is None else _SET, values)
            write_audit(db, by, "set period", survey or "organisation", f"{purpose.value}: {months or '-'} months")

    def holds(self) -> list[LegalHold]:
        with self._connections.reading() as db:
            return _holds(db)

    def hold(self, survey: str, reason: str, *, by: str, today: date) -> None:
        """Remove nothing by itself of a survey, or of anything where it is empty, until the hold is lifted."""
        values = {"survey": survey, "reason": reason, "by": by, "since": today.isoformat()}
        with self._connections.writing() as db:
            db.execute(_HOLD, values)
            write_audit(db, by, "hold back removal", survey or "organisation", reason)

    def lift(self, survey: str, *, by: str) -> None:
        """Let periods take their course again."""
        with self._connections.writing() as db:
            if db.execute("DELETE FROM legal_holds WHERE survey = :survey", {"survey": survey}).rowcount:
                write_audit(db, by, "lift hold", survey or "organisation")

    def periods(self, today: date) -> list[tuple[RetentionRule, date]]:
        """What is to be looked after now, each with the day before which it is over; nothing that is held."""
        with self._connections.reading() as db:
            return _periods(db, today)

    def due(self, today: date) -> list[DueRemoval]:
        """What would go now, without the audit trail; nothing of which there is none."""
        with self._connections.reading() as db:
            found = [_due(db, rule, before) for rule, before in _periods(db, today) if rule.purpose in REMOVALS]
        return [each for each in found if each.count]

    def remove(self, purpose: RetentionPurpose, survey: str, *, most: int, today: date, by: str) -> int:
        """Take out at most so much of what is over, by the periods and holds of this moment; returns how much."""
        with self._connections.writing_much() as db:
            before = {(rule.purpose, rule.survey): day for rule, day in _periods(db, today)}.get((purpose, survey))
            if before is None:
                return 0
            removed = REMOVALS[purpose].remove(db, Over(survey, before), most, today)
            if removed.amount:
                detail = f"{purpose.value}: {removed.amount} before {before}"
                write_audit(db, by, "remove what is over", survey or "organisation", detail)
        if removed.amount:
            self._connections.remove_files(removed.files)
            self._connections.empty_log()
        return removed.amount


def _due(db: Database, rule: RetentionRule, before: date) -> DueRemoval:
    amount = REMOVALS[rule.purpose].amount(db, Over(rule.survey, before))
    return DueRemoval(rule.purpose, rule.survey, before, amount)


def _periods(db: Database, today: date) -> list[tuple[RetentionRule, date]]:
    rules = {(each.purpose, each.survey): each.months for each in _rules(db)}
    held = {each.survey for each in _holds(db)}
    if "" in held:
        return []
    found = list[tuple[RetentionRule, date]]()
    for survey, anonymous in _surveys(db).items() if rules else ():
        for purpose in (each for each in PURPOSES if PURPOSES[each].by_survey):
            months = rules.get((purpose, survey), rules.get((purpose, "")))
            if months is not None and survey not in held:
                before = kept_from(today, months, whole_months=anonymous)
                found.append((RetentionRule(purpose, survey, months), before))
    if held:  # a message, a person's file or a line of the trail may be of what is held
        return found
    own = [(each, rules.get((each, ""))) for each in PURPOSES if not PURPOSES[each].by_survey]
    return found + [(RetentionRule(each, "", months), kept_from(today, months)) for each, months in own if months]


def _surveys(db: Database) -> dict[str, bool]:
    """All surveys, each with whether any version of it is anonymous."""
    found: dict[str, bool] = {}
    for code, definition in db.execute("SELECT survey, definition FROM survey_versions ORDER BY survey"):
        found[code] = found.get(code, False) or parse_stored(definition).anonymous
    return found


def _rules(db: Database) -> list[RetentionRule]:
    return [RetentionRule(RetentionPurpose(purpose), survey, months) for purpose, survey, months in db.execute(_RULES)]


def _holds(db: Database) -> list[LegalHold]:
    query = "SELECT survey, reason, held_by, since FROM legal_holds ORDER BY survey"
    return [LegalHold(survey, why, by, date.fromisoformat(since)) for survey, why, by, since in db.execute(query)]


_RULES = "SELECT purpose, survey, months FROM retention_rules ORDER BY survey, purpose"
_SET = """
INSERT INTO retention_rules (purpose, survey, months) VALUES (:purpose, :survey, :months)
ON CONFLICT (purpose, survey) DO UPDATE SET months = excluded.months"""
_FORGET = "DELETE FROM retention_rules WHERE purpose = :purpose AND survey = :survey"
_HOLD = """
INSERT INTO legal_holds (survey, reason, held_by, since) VALUES (:survey, :reason, :by, :since)
ON CONFLICT (survey) DO UPDATE SET reason = excluded.reason, held_by = excluded.held_by, since = excluded.since"""
