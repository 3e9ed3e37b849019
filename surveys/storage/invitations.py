"""Invitations and what is entered behind them: the store's side of personal links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlite_utils import Database

from surveys.accounts import token_hash
from surveys.campaigns.invitations import Invitation
from surveys.intake import Progress
from surveys.storage.connection import Connections


class InvitationTable:
    """Implements `surveys.intake.PersonalLinks` on SQLite."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(self, invitations: Iterable[Invitation], tokens: Mapping[str, str]) -> int:
        """Keep new invitations, of their *tokens* by id only the hashes; returns how many. Known ones stay."""
        with self._connections.writing() as db:
            return insert_invitations(db, ((each, tokens[each.id], None) for each in invitations))

    def claim(self, token_hash: str) -> Invitation | None:
        return self._one("token_hash", token_hash)

    def get(self, invitation: str) -> Invitation | None:
        """One invitation by its id."""
        return self._one("id", invitation)

    def of_campaign(self, campaign: str) -> list[Invitation]:
        """All invitations of a campaign, in no telling order."""
        with self._connections.reading() as db:
            query = f"{_INVITATIONS} WHERE invitations.campaign = ? ORDER BY invitations.id"
            return [_invitation(row) for row in db.query(query, [campaign])]

    def mark(self, invitation: str, progress: Progress) -> None:
        query = f"UPDATE invitations SET {progress.value} = 1 WHERE id = ? AND {progress.value} = 0"  # noqa: S608
        with self._connections.writing() as db:
            db.execute(query, [invitation])

    def revoke(self, invitations: Sequence[str]) -> int:
        """Make these links useless and forget what was entered behind them; returns how many were still good."""
        with self._connections.writing() as db:
            return sum(revoke_invitation(db, each) for each in invitations)

    def save_unfinished(self, invitation: str, sealed: bytes, day: date) -> bool:
        values = {"invitation": invitation, "sealed": sealed, "day": day.isoformat()}
        with self._connections.writing() as db:
            kept = db.execute(_SAVE_UNFINISHED, values).rowcount == 1
            db.execute("UPDATE invitations SET begun = 1 WHERE id = ? AND begun = 0", [invitation])
        return kept

    def unfinished(self, invitation: str) -> bytes | None:
        with self._connections.reading() as db:
            row = db.execute("SELECT sealed FROM unfinished WHERE invitation = ?", [invitation]).fetchone()
        return row[0] if row else None

    def _one(self, column: str, value: str) -> Invitation | None:
        with self._connections.reading() as db:
            row = next(db.query(f"{_INVITATIONS} WHERE invitations.{column} = ?", [value]), None)
        return _invitation(row) if row else None


_INVITATIONS = """
SELECT invitations.*, campaigns.survey, campaigns.version, campaigns.anonymous,
       campaigns.state = 'ended' AS ended
FROM invitations JOIN campaigns ON campaigns.id = invitations.campaign"""

_FLAGS = ("opened", "begun", "finished", "turned_away", "revoked", "anonymous", "ended")

_INSERT = """
INSERT OR IGNORE INTO invitations (id, campaign, contact, department, segment, token_hash, event, due_at, expires_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_SAVE_UNFINISHED = """
INSERT INTO unfinished (invitation, sealed, saved_on)
SELECT id, :sealed, :day FROM invitations WHERE id = :invitation AND finished = 0 AND revoked = 0 AND turned_away = 0
ON CONFLICT DO UPDATE SET sealed = excluded.sealed, saved_on = excluded.saved_on"""


def insert_invitations(db: Database, rows: Iterable[tuple[Invitation, str, str | None]]) -> int:
    """Add (invitation, token, event); of an event already known none is added."""
    before = db.conn.total_changes
    db.conn.executemany(_INSERT, (_row(*each) for each in rows))
    return db.conn.total_changes - before


def use_up(db: Database, invitation: str) -> bool:
    """Use the link up, within the transaction that keeps its answer; False when it is used up or revoked already."""
    query = "UPDATE invitations SET finished = 1, begun = 1 WHERE id = ? AND finished = 0 AND revoked = 0"
    used = db.conn.execute(query, [invitation]).rowcount == 1
    if used:
        db.conn.execute("DELETE FROM unfinished WHERE invitation = ?", [invitation])
    return used


def is_finished(db: Database, invitation: str) -> bool:
    row = db.conn.execute("SELECT finished FROM invitations WHERE id = ?", [invitation]).fetchone()
    return bool(row and row[0])


def revoke_invitation(db: Database, invitation: str) -> bool:
    db.conn.execute("DELETE FROM unfinished WHERE invitation = ?", [invitation])
    query = "UPDATE invitations SET revoked = 1 WHERE id = ? AND revoked = 0 AND finished = 0"
    return db.conn.execute(query, [invitation]).rowcount == 1


def _row(invitation: Invitation, token: str, event: str | None) -> list[Any]:
    return [
        invitation.id, invitation.campaign, invitation.contact, invitation.department, invitation.segment,
        token_hash(token), event, stored_time(invitation.due_at),
        stored_time(invitation.expires_at) if invitation.expires_at else None,
    ]  # fmt: skip


def stored_time(moment: datetime) -> str:
    """A moment as text that sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _invitation(row: Mapping[str, Any]) -> Invitation:
    expires = row["expires_at"]
    flags = {name: bool(row[name]) for name in _FLAGS}
    return Invitation(
        id=row["id"], campaign=row["campaign"], survey=row["survey"], version=row["version"], contact=row["contact"],
        due_at=datetime.fromisoformat(row["due_at"]), department=row["department"], segment=row["segment"],
        expires_at=datetime.fromisoformat(expires) if expires else None, **flags,
    )  # fmt: skip
