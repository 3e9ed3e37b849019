"""Takes the sample organisation out of a database in one transaction; what is real stays, and all it stands on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from sqlite_utils import Database

from surveys.permissions import Role
from surveys.storage.records.sample import Removed, SampleParts
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections
from surveys.storage.sqlite.uploads import take_files


class _Rehearsed(Exception):
    """Ends a transaction that was only to be seen."""


class SampleRemoval:
    """Removes the sample organisation, or says what would go."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def rehearse(self, parts: SampleParts, own: str) -> Removed:
        """What `remove` would do, without doing it."""
        removed = Removed()
        with suppress(_Rehearsed), self._connections.writing() as db:
            removed, _ = _remove(db, parts, own)
            raise _Rehearsed
        return removed

    def remove(self, parts: SampleParts, own: str) -> Removed:
        """Remove all of the sample but the account of this name, whose deed it is."""
        with self._connections.writing() as db:
            removed, files = _remove(db, parts, own)
            amounts = ", ".join(f"{count} {kind}" for kind, count in removed.counts.items() if count)
            write_audit(db, own, "remove sample organisation", "organisation", amounts)
        self._connections.remove_files(files)
        self._connections.empty_log()
        return removed


def _remove(db: Database, parts: SampleParts, own: str) -> tuple[Removed, list[str]]:
    """From what others stand on least to what they stand on most; a foreign key that holds is a reason to stay.

    Returns also the keys of the files to be unlinked.
    """
    found = Removed()
    files = take_files(db, list(parts.responses), list(parts.cases))
    until = next((row["value"] for row in db.query("SELECT value FROM settings WHERE name = ?", [parts.until])), None)
    found.counts["responses"] = _each(db, "DELETE FROM responses WHERE id = ?", parts.responses)
    found.counts["responses"] += _each(db, "DELETE FROM held_responses WHERE id = ?", parts.responses)
    found.counts["campaigns"] = _campaigns(db, parts)
    found.counts["contacts"] = sum(_contact(db, *each) for each in parts.contacts)
    found.counts["letters"] = _each(db, "DELETE FROM cases WHERE id = ?", parts.cases)
    found.counts["plans"] = _each(db, "DELETE FROM improvement_plans WHERE code = ?", parts.plans)
    db.execute("DELETE FROM measures WHERE plan NOT IN (SELECT code FROM improvement_plans)")
    found.counts["indicators"] = _each(db, "DELETE FROM indicators WHERE code = ?", parts.indicators)
    found.counts["lessons"] = _each(db, "DELETE FROM lessons WHERE code = ?", parts.lessons)
    db.execute("DELETE FROM lesson_words WHERE lesson NOT IN (SELECT code FROM lessons)")
    for code, name, department in parts.boxes:
        _go(db, found, "boxes", code, "boxes WHERE code = ? AND name = ? AND department IS ?", [code, name, department])
    found.counts["tasks"] = _tasks(db, parts)
    for code in parts.surveys:
        _survey(db, found, code, until)
    for kind, code, name in parts.subjects:
        used = db.execute(_OF_SUBJECT, {"kind": kind, "code": code}).fetchone()
        same = "kind = ? AND code = ? AND name = ?"
        _go(db, found, "subjects", f"{kind} {code}", f"subjects WHERE {same}", [kind, code, name], kept=bool(used))
    for place in parts.touchpoints:
        used = db.execute("SELECT 1 FROM kept_responses WHERE touchpoint = ? LIMIT 1", [place.code]).fetchone()
        values = [place.code, place.name, place.department, place.district, place.stage, place.business_type]
        same = "code = ? AND name = ? AND department = ? AND district IS ? AND stage IS ? AND business_type IS ?"
        _go(db, found, "touchpoints", place.code, f"touchpoints WHERE {same}", values, kept=bool(used))
    for name, display_name, role in parts.accounts:
        if name != own:
            _account(db, found, name, display_name, role)
    for each in reversed(parts.departments):  # those below go before those above
        used = db.execute(_OF_DEPARTMENT, {"code": each.code}).fetchone()
        values = [each.code, each.name]
        _go(db, found, "departments", each.code, "departments WHERE code = ? AND name = ?", values, kept=bool(used))
    db.execute("DELETE FROM settings WHERE name = 'organisation' AND value = ?", [parts.name])
    db.execute("DELETE FROM settings WHERE name = ?", [parts.until])
    return found, files


_OF_DEPARTMENT = """
SELECT 1 WHERE EXISTS (SELECT 1 FROM kept_responses WHERE department = :code)
OR EXISTS (SELECT 1 FROM improvement_plans WHERE department = :code)
OR EXISTS (SELECT 1 FROM invitations WHERE department = :code)
OR EXISTS (SELECT 1 FROM accounts, json_each(accounts.departments) AS one WHERE one.value = :code)"""


_OF_SUBJECT = """
SELECT 1 WHERE EXISTS (SELECT 1 FROM tasks WHERE subject_kind = :kind AND subject = :code)
OR EXISTS (SELECT 1 FROM kept_responses AS given JOIN survey_versions AS version
  ON version.survey = given.survey AND version.number = given.version
  WHERE given.subject = :code AND version.definition ->> 'about' = :kind)"""


def _tasks(db: Database, parts: SampleParts) -> int:
    """Tasks that came with the sample, and those not done that its people were given since, by a rule or by hand."""
    own = "SELECT id FROM accounts WHERE name IN (SELECT value FROM json_each(?))"
    unfinished = "DELETE FROM unfinished_tasks WHERE task NOT IN (SELECT id FROM tasks)"
    gone = db.execute("DELETE FROM tasks WHERE made_by = ?", [parts.by]).rowcount
    people = json.dumps([name for name, _, _ in parts.accounts])
    gone += db.execute(f"DELETE FROM tasks WHERE done = 0 AND account IN ({own})", [people]).rowcount  # noqa: S608
    db.execute(unfinished)
    return gone


def _each(db: Database, statement: str, values: Iterable[str]) -> int:
    return sum(db.execute(statement, [value]).rowcount for value in values)


def _go(
    db: Database, found: Removed, kind: str, code: str, what: str, values: Sequence[Any], *, kept: bool = False
) -> bool:
    """Delete one row if it is as it was loaded and nothing real needs it; True when it went."""
    if db.execute(f"SELECT 1 FROM {what}", list(values)).fetchone() is None:  # noqa: S608  words of this file
        return False
    if not kept and _deleted(db, f"DELETE FROM {what}", values):  # noqa: S608
        found.counts[kind] = found.counts.get(kind, 0) + 1
        return True
    found.stayed.setdefault(kind, []).append(code)
    return False


def _deleted(db: Database, statement: str, values: Sequence[Any]) -> bool:
    try:
        return db.execute(statement, list(values)).rowcount > 0
    except sqlite3.IntegrityError:
        return False


def _campaigns(db: Database, parts: SampleParts) -> int:
    """Campaigns of the sample that have invited nobody real, with their invitations."""
    people, gone = json.dumps([each[0] for each in parts.contacts]), 0
    made = db.execute("SELECT id FROM campaigns WHERE created_by = ?", [parts.by]).fetchall()
    real = "SELECT 1 FROM invitations WHERE campaign = ? AND contact NOT IN (SELECT value FROM json_each(?)) LIMIT 1"
    for (campaign,) in made:
        if db.execute(real, [campaign, people]).fetchone():
            continue
        of_it = "(SELECT id FROM invitations WHERE campaign = ?)"
        db.execute(f"DELETE FROM outbox WHERE invitation IN {of_it}", [campaign])  # noqa: S608
        db.execute(f"DELETE FROM unfinished WHERE invitation IN {of_it}", [campaign])  # noqa: S608
        db.execute("DELETE FROM invitations WHERE campaign = ?", [campaign])
        gone += db.execute("DELETE FROM campaigns WHERE id = ?", [campaign]).rowcount
    return gone


def _contact(db: Database, key: str, number: str, name: str) -> int:
    """A file as it was loaded, unless somebody real has invited the person."""
    statement = (
        "DELETE FROM contacts WHERE id = ? AND customer_number = ? AND name = ? "
        "AND NOT EXISTS (SELECT 1 FROM invitations WHERE contact = contacts.id) "
        "AND NOT EXISTS (SELECT 1 FROM tasks WHERE contact = contacts.id)"
    )
    return db.execute(statement, [key, number, name]).rowcount


def _survey(db: Database, found: Removed, code: str, until: str | None) -> None:
    """A survey that has neither answers nor anything else of its own by now; else the sample's tallies alone."""
    kept = db.execute(_IN_USE, {"code": code}).fetchone()
    if until is not None:
        db.execute("DELETE FROM tallies WHERE survey = ? AND day < ?", [code, until])
    if kept is None:
        for table in ("tallies", "participations"):
            db.execute(f"DELETE FROM {table} WHERE survey = ?", [code])  # noqa: S608
        db.execute("DELETE FROM kiosks WHERE survey = ?", [code])
    _go(db, found, "surveys", code, "surveys WHERE code = ?", [code], kept=kept is not None)


_IN_USE = """
SELECT 1 WHERE EXISTS (SELECT 1 FROM kept_responses WHERE survey = :code)
OR (SELECT count(*) FROM survey_versions WHERE survey = :code) > 1
OR EXISTS (SELECT 1 FROM drafts WHERE survey = :code) OR EXISTS (SELECT 1 FROM prizes WHERE survey = :code)
OR EXISTS (SELECT 1 FROM campaigns WHERE survey = :code) OR EXISTS (SELECT 1 FROM call_queues WHERE survey = :code)
OR EXISTS (SELECT 1 FROM tasks WHERE survey = :code) OR EXISTS (SELECT 1 FROM set_apart WHERE survey = :code)
OR EXISTS (SELECT 1 FROM uploads WHERE survey = :code)"""


def _account(db: Database, found: Removed, name: str, display_name: str, role: Role) -> None:
    """Who has answered something real stays behind as a name that can't sign in."""
    of_it = "account IN (SELECT id FROM accounts WHERE name = ?)"
    db.execute(f"DELETE FROM participations WHERE taken = 0 AND {of_it}", [name])  # noqa: S608
    as_loaded = "accounts WHERE name = ? AND display_name = ? AND role = ?"
    if not _go(db, found, "accounts", name, as_loaded, [name, display_name, role.value]):
        row = db.execute(f"SELECT id FROM {as_loaded}", [name, display_name, role.value]).fetchone()  # noqa: S608
        if row:
            db.execute("UPDATE accounts SET active = 0, departments = '[]' WHERE id = ?", row)
            db.execute("DELETE FROM sessions WHERE account = ?", row)
