"""The outbox: messages that wait to be sent, and what became of each."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from surveys.channels.message import MessageState, OutboxMessage
from surveys.localisation.clock import utc_now
from surveys.storage.records.outbox import LEASE, LONGEST_WAIT, Claimed, OutboxEntry
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections


class OutboxTable:
    """Messages by state. All state is here, so that sending survives any end of the process."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def put(self, messages: Iterable[OutboxMessage], *, now: datetime | None = None) -> int:
        """Let these wait to be sent; one whose id is known changes nothing. Returns how many are new."""
        at = _text(now or utc_now())
        rows = [_row(each, at) for each in messages]
        with self._connections.writing() as db:
            before = db.conn.total_changes
            db.conn.executemany(_PUT, rows)
            return db.conn.total_changes - before

    def claim(self, channel: str, limit: int, *, now: datetime, lease: timedelta = LEASE) -> list[Claimed]:
        """Take the messages that are due, the longest waiting first; in the same moment no one else gets them."""
        values = {
            "claim": secrets.token_hex(8), "channel": channel, "limit": limit, "now": _text(now),
            "until": _text(now + lease),
        }  # fmt: skip
        with self._connections.writing() as db:
            db.execute(_CLAIM, values)
            rows = list(db.query(f"{_OF_CLAIM} ORDER BY created_at, id", values))
        return [Claimed(_message(row), row["tries"], row["claim"], _moment(row["created_at"])) for row in rows]

    def sent(self, taken: Claimed, *, now: datetime) -> bool:
        """The other side has taken it over; False when the lease had ended and someone else has it."""
        return self._settle(taken, state=MessageState.SENT, sent_at=_text(now), reason="", detail="")

    def failed(self, taken: Claimed, reason: str, detail: str = "") -> bool:
        """It is given up."""
        return self._settle(taken, state=MessageState.FAILED, reason=reason, detail=detail)

    def postpone(self, taken: Claimed, until: datetime, reason: str, detail: str = "", *, counts: bool = True) -> bool:
        """It is tried again then. *counts* False: this was no try of its own."""
        tries = taken.tries if counts else taken.tries - 1
        return self._settle(taken, next_try_at=_text(until), reason=reason, detail=detail, tries=tries)

    def _settle(self, taken: Claimed, **changes: Any) -> bool:
        values = {"claim": None} | changes
        names = ", ".join(f"{name} = :{name}" for name in values)
        query = f"UPDATE outbox SET {names} WHERE id = :the_id AND claim = :the_claim AND state = 'waiting'"  # noqa: S608
        with self._connections.writing() as db:
            done = db.execute(query, values | {"the_id": taken.message.id, "the_claim": taken.claim})
            return bool(done.rowcount)

    def bounced(self, message: str, reason: str, detail: str = "") -> bool:
        """A sent message has come back; False when there is none that could."""
        query = (
            "UPDATE outbox SET state = 'bounced', reason = ?, detail = ? WHERE id = ? AND state IN ('sent', 'bounced')"
        )
        with self._connections.writing() as db:
            return bool(db.execute(query, [reason, detail, message]).rowcount)

    def cancel(self, messages: Sequence[str]) -> int:
        """Take these out if they still wait; returns how many did. One that a sender has in hand may yet go out."""
        query = (
            "UPDATE outbox SET state = 'cancelled' WHERE state = 'waiting' AND id IN (SELECT value FROM json_each(?))"
        )
        with self._connections.writing() as db:
            return int(db.execute(query, [json.dumps(list(messages))]).rowcount)

    def retry(self, messages: Sequence[str], *, by: str, now: datetime) -> int:
        """Have failed messages tried again from the start; returns how many."""
        values = {"now": _text(now), "ids": json.dumps(list(messages))}
        with self._connections.writing() as db:
            count = int(db.execute(_RETRY, values).rowcount)
            if count:
                write_audit(db, by, "retry messages", "outbox", f"{count} messages")
        return count

    def set_back(self, now: datetime, by: timedelta) -> int:
        """The clock was ahead by that much and is not any more: what was put in or tried by it is due as it would be.

        Returns how many messages it concerns.
        """
        with self._connections.writing() as db:
            rows = db.execute(_AHEAD, {"now": _text(now), "longest": _text(now + LONGEST_WAIT)}).fetchall()
            moved = [
                (_text(min(_moment(created), now)), _text(max(now, _moment(due) - by)), number)
                for number, created, due in rows
            ]
            db.conn.executemany("UPDATE outbox SET created_at = ?, next_try_at = ?, claim = NULL WHERE id = ?", moved)
        return len(moved)

    def get(self, message: str) -> OutboxEntry | None:
        """What is known of a message."""
        with self._connections.reading() as db:
            return next((_entry(row) for row in db.query("SELECT * FROM outbox WHERE id = ?", [message])), None)

    def of_invitation(self, invitation: str) -> list[OutboxEntry]:
        """The messages that went to one person for one invitation, in order."""
        query = "SELECT * FROM outbox WHERE invitation = ? ORDER BY created_at, id"
        with self._connections.reading() as db:
            return [_entry(row) for row in db.query(query, [invitation])]

    def troubles(self, campaign: str) -> set[tuple[MessageState, str]]:
        """Why messages of a campaign wait after a failed try, or were given up: state and reason."""
        with self._connections.reading() as db:
            return {(MessageState(row["state"]), row["reason"]) for row in db.query(_TROUBLES, [campaign])}

    def counts(self) -> dict[tuple[str, MessageState], int]:
        """How many messages by channel and state."""
        query = "SELECT channel, state, count(*) AS times FROM outbox GROUP BY channel, state"
        with self._connections.reading() as db:
            return {(row["channel"], MessageState(row["state"])): row["times"] for row in db.query(query)}

    def troubled(self, limit: int = 200) -> list[OutboxEntry]:
        """What failed, came back, or waits after a failed try; the newest first."""
        with self._connections.reading() as db:
            return [_entry(row) for row in db.query(_TROUBLED, [limit])]


_PUT = """
INSERT OR IGNORE INTO outbox
    (id, channel, address, subject, body, invitation, state, tries, next_try_at, send_before, created_at)
VALUES (:id, :channel, :address, :subject, :body, :invitation, 'waiting', 0, :next_try_at, :send_before, :created_at)"""

# The claim's end is the next try: what a dead sender had in hand comes due again by itself.
# Tried, and due later than any pause lasts; or put in later than now.
_AHEAD = """
SELECT id, created_at, next_try_at FROM outbox
WHERE state = 'waiting' AND (created_at > :now OR (tries > 0 AND next_try_at > :longest))"""

_CLAIM = """
UPDATE outbox SET claim = :claim, next_try_at = :until, tries = tries + 1
WHERE id IN (SELECT id FROM outbox WHERE channel = :channel AND state = 'waiting' AND next_try_at <= :now
             ORDER BY next_try_at, id LIMIT :limit)"""

_OF_CLAIM = "SELECT * FROM outbox WHERE claim = :claim"

_RETRY = """
UPDATE outbox SET state = 'waiting', tries = 0, next_try_at = :now, send_before = NULL, claim = NULL
WHERE state = 'failed' AND id IN (SELECT value FROM json_each(:ids))"""

_TROUBLES = """
SELECT DISTINCT outbox.state, outbox.reason FROM outbox JOIN invitations ON invitations.id = outbox.invitation
WHERE invitations.campaign = ? AND outbox.state IN ('waiting', 'failed') AND outbox.reason <> ''"""

_TROUBLED = """
SELECT * FROM outbox WHERE state IN ('failed', 'bounced') OR (state = 'waiting' AND reason <> '')
ORDER BY created_at DESC, id LIMIT ?"""


def _row(message: OutboxMessage, at: str) -> dict[str, Any]:
    return {
        "id": message.id, "channel": message.channel, "address": message.address, "subject": message.subject,
        "body": message.body, "invitation": message.invitation, "created_at": at,
        "next_try_at": _text(message.send_after) if message.send_after else at,
        "send_before": _text(message.send_before) if message.send_before else None,
    }  # fmt: skip


def _message(row: Mapping[str, Any]) -> OutboxMessage:
    named = {name: row[name] for name in ("id", "channel", "address", "body", "subject", "invitation")}
    return replace(OutboxMessage(**named), send_before=_moment(row["send_before"]) if row["send_before"] else None)


def _entry(row: Mapping[str, Any]) -> OutboxEntry:
    return OutboxEntry(
        _message(row), MessageState(row["state"]), row["tries"], row["reason"], row["detail"],
        _moment(row["created_at"]),
        _moment(row["next_try_at"]), _moment(row["sent_at"]) if row["sent_at"] else None,
    )  # fmt: skip


def _text(moment: datetime) -> str:
    """In UTC and of one form, so that texts compare as moments do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
