"""What goes when a period is over, by purpose: counted, and taken out in portions within the caller's transaction."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from itertools import islice
from typing import NamedTuple

from sqlite_utils import Database

from surveys.intake.submission import Event
from surveys.storage.records.retention import RetentionPurpose
from surveys.storage.sqlite.accounts.pseudonyms import forget_in_audit
from surveys.storage.sqlite.answers.withdrawn import note_all_withdrawn
from surveys.storage.sqlite.upkeep import ended_matters
from surveys.storage.sqlite.upkeep.portions import Over, RemovedPortion, found
from surveys.storage.sqlite.upkeep.stripped_answers import (
    Strip,
    keep_stripped,
    stripped,
    without_files,
    without_words,
)
from surveys.storage.sqlite.uploads import take_files


class Removal(NamedTuple):
    """How to count what is over, and to take out at most so much of it on a day."""

    amount: Callable[[Database, Over], int]
    remove: Callable[[Database, Over, int, date], RemovedPortion]


def _answers(db: Database, over: Over, most: int, today: date) -> RemovedPortion:
    """Figures go on counting those of anonymous surveys until they leave with a batch, as when they are withdrawn."""
    ids = found(db, _ANSWERS, over, most)
    note_all_withdrawn(db, over.survey, ids, today)
    files = take_files(db, ids)
    db.conn.executemany("UPDATE cases SET response = NULL WHERE response = ?", [[each] for each in ids])
    places = [row[0] or "" for each in ids for row in db.execute(_DELETE_ANSWER, [each]).fetchall()]
    db.conn.executemany(_TALLY, [[over.survey, today.isoformat(), each, Event.EXPIRED.value] for each in places])
    return RemovedPortion(len(ids), files)


def _apart(db: Database, over: Over, most: int, today: date) -> RemovedPortion:
    """Those that no figure counts, and those of a trial, are kept no longer than the others."""
    ids = found(db, _SET_APART, over, most)
    files = take_files(db, ids)
    for each in ids:
        db.execute("UPDATE cases SET response = NULL WHERE response = :id", {"id": each})
        db.execute("DELETE FROM set_apart WHERE id = :id", {"id": each})
    return RemovedPortion(len(ids), files)


def _stripping(strip: Strip) -> Removal:
    def count(db: Database, over: Over) -> int:
        return sum(1 for _ in stripped(db, over.survey, over.values["before"], strip))

    def remove(db: Database, over: Over, most: int, today: date) -> RemovedPortion:
        changed = list(islice(stripped(db, over.survey, over.values["before"], strip), most))
        for each in changed:
            keep_stripped(db, each)
        files = take_files(db, [each.response for each in changed]) if strip is without_files else []
        return RemovedPortion(len(changed), files)

    return Removal(count, remove)


def _invitations(db: Database, over: Over, most: int, today: date) -> RemovedPortion:
    """Who was asked is forgotten; how many were, and what became of it, stays under numbers that are nobody's."""
    ids = found(db, _INVITATIONS, over, most)
    for each in ids:
        values = {"id": each, "nobody": f"erased-{secrets.token_hex(8)}"}
        for statement in _FORGET_INVITATION:
            db.execute(statement, values)
    return RemovedPortion(len(ids), [])


def _contacts(db: Database, over: Over, most: int, today: date) -> RemovedPortion:
    ids = found(db, _CONTACTS, over, most)
    for each in ids:
        db.execute("DELETE FROM contacts WHERE id = ?", [each])
        db.execute("DELETE FROM merged_contacts WHERE kept = :id", {"id": each})
        forget_in_audit(db, each)
    return RemovedPortion(len(ids), [])


def _rows(table: str, key: str, query: str) -> Removal:
    """Plain rows, found by a query of their keys and deleted."""

    def remove(db: Database, over: Over, most: int, today: date) -> RemovedPortion:
        keys = found(db, query, over, most)
        db.conn.executemany(f"DELETE FROM {table} WHERE {key} = ?", [[each] for each in keys])  # noqa: S608
        return RemovedPortion(len(keys), [])

    return Removal(_counting(query), remove)


def _both(*parts: Removal) -> Removal:
    def remove(db: Database, over: Over, most: int, today: date) -> RemovedPortion:
        done = [part.remove(db, over, most, today) for part in parts]
        return RemovedPortion(sum(each.amount for each in done), [key for each in done for key in each.files])

    return Removal(lambda db, over: sum(part.amount(db, over) for part in parts), remove)


def _counting(query: str) -> Callable[[Database, Over], int]:
    def count(db: Database, over: Over) -> int:
        return int(db.execute(f"SELECT count(*) FROM ({query})", over.values).fetchone()[0])  # noqa: S608

    return count


_ANSWERS = "SELECT id FROM responses WHERE survey = :survey AND received_on < :before"
_SET_APART = "SELECT id FROM set_apart WHERE survey = :survey AND received_on < :before"
_DELETE_ANSWER = "DELETE FROM responses WHERE id = ? RETURNING touchpoint"
_TALLY = """
INSERT INTO tallies (survey, day, touchpoint, event, times) VALUES (?, ?, ?, ?, 1)
ON CONFLICT (survey, day, touchpoint, event) DO UPDATE SET times = tallies.times + 1"""
_INVITATIONS = """
SELECT invitations.id FROM invitations JOIN campaigns ON campaigns.id = invitations.campaign
WHERE campaigns.survey = :survey AND campaigns.state = 'ended' AND campaigns.ended_at < :moment
  AND invitations.contact NOT LIKE 'erased-%'"""
_FORGET_INVITATION = (
    "DELETE FROM unfinished WHERE invitation = :id",
    "DELETE FROM asked WHERE invitation = :id",
    "UPDATE invitations SET contact = :nobody, context = NULL, revoked = 1 - finished, token_hash = :nobody || id "
    "WHERE id = :id",
)
_CALLS = """
SELECT calls.id FROM calls JOIN call_queues ON call_queues.id = calls.queue
WHERE call_queues.survey = :survey AND call_queues.closed_at < :moment"""
_DRAFTS = """
SELECT unfinished.invitation FROM unfinished JOIN invitations ON invitations.id = unfinished.invitation
JOIN campaigns ON campaigns.id = invitations.campaign
WHERE campaigns.survey = :survey AND unfinished.saved_on < :before"""
_TASK_DRAFTS = "SELECT task FROM unfinished_tasks WHERE survey = :survey AND saved_on < :before"
_MESSAGES = "SELECT id FROM outbox WHERE state <> 'waiting' AND created_at < :moment"
_CONTACTS = """
SELECT id FROM contacts WHERE kind = 'customer' AND account IS NULL AND updated_at < :moment
  AND NOT EXISTS (SELECT 1 FROM invitations WHERE invitations.contact = contacts.id
    AND coalesce(expires_at, queued_at, due_at) >= :moment)
  AND NOT EXISTS (SELECT 1 FROM calls JOIN call_queues ON call_queues.id = calls.queue
    WHERE calls.contact = contacts.id AND coalesce(call_queues.closed_at, :moment) >= :moment)
  AND NOT EXISTS (SELECT 1 FROM tasks WHERE tasks.contact = contacts.id AND done = 0)"""

REMOVALS: dict[RetentionPurpose, Removal] = {
    RetentionPurpose.ANSWERS: _both(Removal(_counting(_ANSWERS), _answers), Removal(_counting(_SET_APART), _apart)),
    RetentionPurpose.WORDS: _stripping(without_words),
    RetentionPurpose.FILES: _stripping(without_files),
    RetentionPurpose.INVITATIONS: Removal(_counting(_INVITATIONS), _invitations),
    RetentionPurpose.CALLS: _rows("calls", "id", _CALLS),
    RetentionPurpose.DRAFTS: _both(
        _rows("unfinished", "invitation", _DRAFTS), _rows("unfinished_tasks", "task", _TASK_DRAFTS)
    ),
    RetentionPurpose.MESSAGES: _rows("outbox", "id", _MESSAGES),
    RetentionPurpose.CONTACTS: Removal(_counting(_CONTACTS), _contacts),
    RetentionPurpose.CASES: Removal(_counting(ended_matters.CASES), ended_matters.remove_cases),
    RetentionPurpose.PRIZES: Removal(ended_matters.count_prizes, ended_matters.remove_prizes),
    RetentionPurpose.PARTICIPATIONS: Removal(ended_matters.count_participations, ended_matters.remove_participations),
    RetentionPurpose.EVENTS: _rows("events", "key", ended_matters.EVENTS),
}  # fmt: skip
"""Of the audit trail nothing goes: it is archived (`surveys.operations.retention`)."""
