"""Rules that make cases, how far each has come through the answers, and the cases that follow: each once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlite_utils import Database

from surveys.cases.case import Case
from surveys.cases.rules import BY_CALLBACK, MOST_A_DAY, CaseRule
from surveys.intake.submission import StoredResponse
from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.answers.response_rows import stored
from surveys.storage.sqlite.cases.case_tables import put_case
from surveys.storage.sqlite.connection import Connections

_SAVE = """
INSERT INTO case_rules (code, survey, rule) VALUES (?, ?, ?)
ON CONFLICT (code) DO UPDATE SET survey = excluded.survey, rule = excluded.rule"""
_MARK = """
INSERT INTO case_rule_marks (rule, survey, reached) VALUES (?, ?, ?)
ON CONFLICT (rule, survey) DO UPDATE SET reached = excluded.reached"""
_NEWEST = "SELECT coalesce(max(number), 0) FROM arrivals WHERE survey = ?"
_REACHED = "SELECT reached FROM case_rule_marks WHERE rule = ? AND survey = ?"
_ARRIVED = """
SELECT responses.*, arrivals.number, arrivals.imported FROM arrivals JOIN responses ON responses.id = arrivals.response
WHERE arrivals.survey = ? AND arrivals.number > ? ORDER BY arrivals.number LIMIT ?"""
_MADE_TODAY = """
SELECT matter FROM case_steps WHERE kind = 'created' AND detail = ?
  AND unixepoch(at) >= day_begins(?) AND unixepoch(at) < day_begins(?) ORDER BY number"""
_JOIN = "UPDATE cases SET joined_to = (SELECT coalesce(joined_to, id) FROM cases WHERE id = :main) WHERE id = :case"


@dataclass(frozen=True)
class Arrival:
    """An answer in the order in which they came."""

    number: int
    imported: bool
    answer: StoredResponse


class CaseRuleTable:
    """One row for each rule."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def all(self, survey: str | None = None) -> list[CaseRule]:
        """The rules, of one survey where it is given, by their codes."""
        query = "SELECT rule FROM case_rules WHERE CAST(:survey AS text) IS NULL OR survey = :survey ORDER BY code"
        with self._connections.reading() as db:
            return [CaseRule.model_validate_json(row[0]) for row in db.execute(query, {"survey": survey})]

    def save(self, rule: CaseRule, *, by: str, seen: CaseRule | Unread | None = ANY) -> None:
        """Keep a rule; one that is new, or of another survey now, holds for what comes from now on.

        Raises ChangedMeanwhile when it isn't any more what was *seen* (None: not there).
        """
        with self._connections.writing() as db:
            present = _rule(db, rule.code)
            assert_as_seen(seen, present)
            db.execute(_SAVE, [rule.code, rule.survey, rule.model_dump_json()])
            if present is None or present.survey != rule.survey or not present.enabled:
                newest = db.execute(_NEWEST, [rule.survey]).fetchone()[0]
                db.execute(_MARK, [rule.code, rule.survey, newest])
            write_audit(db, by, "save case rule", rule.code, "on" if rule.enabled else "off")

    def remove(self, code: str, *, by: str) -> None:
        """Take a rule away; the cases that it made stay."""
        with self._connections.writing() as db:
            db.execute("DELETE FROM case_rules WHERE code = ?", [code])
            db.execute("DELETE FROM case_rule_marks WHERE rule = ?", [code])
            write_audit(db, by, "remove case rule", code)

    def arrived(self, rule: CaseRule, limit: int) -> tuple[int, list[Arrival]]:
        """How far a rule has come, and the answers after that."""
        with self._connections.reading() as db:
            reached = _reached(db, rule)
            rows = list(db.query(_ARRIVED, [rule.survey, reached, limit]))
        return reached, [Arrival(row.pop("number"), bool(row.pop("imported")), stored(row)) for row in rows]

    def make(self, rule: CaseRule, cases: Sequence[Case], *, since: int, until: int, day: date) -> int:
        """Keep the cases of a stretch of answers and how far the rule has come, in one transaction; returns how many.

        Nothing when somebody else has come further since. A rule that makes very many a day has the further ones
        joined to its first of the day, so that none is lost and nobody's list is flooded.
        """
        made = 0
        with self._connections.writing() as db:
            if _reached(db, rule) != since:
                return 0
            for case in cases:
                made += _put(db, case, rule.code, day)
            db.execute(_MARK, [rule.code, rule.survey, until])
        return made

    def turn_wishes(self, turned: Callable[[dict[str, Any]], Case | None], limit: int = 500) -> int:
        """Make a case of each wish that may be seen by now, and forget the wish; returns how many."""
        query = "SELECT survey, id, day, department, contact FROM contact_wishes ORDER BY survey, id LIMIT ?"
        made = 0
        with self._connections.writing() as db:
            for wish in list(db.query(query, [limit])):
                case = turned({**wish, "day": date.fromisoformat(wish["day"])})
                if case is not None:
                    made += put_case(db, case, day_only=True)
                    db.execute("DELETE FROM contact_wishes WHERE survey = ? AND id = ?", [wish["survey"], wish["id"]])
        return made

    def any_wishes(self) -> bool:
        with self._connections.reading() as db:
            return db.execute("SELECT 1 FROM contact_wishes LIMIT 1").fetchone() is not None


def _put(db: Database, case: Case, rule: str, day: date) -> int:
    if not db.execute("SELECT 1 FROM responses WHERE id = ?", [case.response]).fetchone():
        return 0  # taken back meanwhile
    days = [day.isoformat(), (day + timedelta(days=1)).isoformat()]
    today = db.execute(_MADE_TODAY, [f"rule {rule}", *days]).fetchall() if rule != BY_CALLBACK else []
    if not put_case(db, case, detail=f"rule {rule}"):
        return 0
    if len(today) >= MOST_A_DAY:
        db.execute(_JOIN, {"main": today[0][0], "case": case.id})
    return 1


def _rule(db: Database, code: str) -> CaseRule | None:
    row = db.execute("SELECT rule FROM case_rules WHERE code = ?", [code]).fetchone()
    return CaseRule.model_validate_json(row[0]) if row else None


def _reached(db: Database, rule: CaseRule) -> int:
    row = db.execute(_REACHED, [rule.code, rule.survey]).fetchone()
    return int(row[0]) if row else 0
