"""Invitations as rows, within the transaction of whoever puts them in, uses them up or takes them back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from surveys.accounts import token_hash
from surveys.channels import CHANNELS
from surveys.fieldwork.campaigns.invitations import Invitation
from surveys.storage.sqlite.wishes import addresses_of

_WAITING = """state = 'waiting' AND claim IS NULL
    AND invitation IN (SELECT id FROM invitations WHERE campaign = :campaign)"""

# Of an invitation at most one message waits: a reminder is put in only after all before it were sent.
_RESET = f"""
UPDATE invitations
SET reminders = max(0, reminders - 1), queued_at = CASE WHEN reminders = 0 THEN NULL ELSE queued_at END
WHERE id IN (SELECT invitation FROM outbox WHERE {_WAITING})"""  # noqa: S608

_FLAGS = ("opened", "begun", "finished", "turned_away", "revoked", "anonymous", "ended")

# Before this one is put in: one that is put in would be found itself.
_RESTING = """
SELECT EXISTS (SELECT 1 FROM invitations WHERE contact = :contact AND revoked = 0
               AND due_at > :rest_after AND due_at < :rest_before)
    OR EXISTS (SELECT 1 FROM asked JOIN invitations ON invitations.id = asked.invitation
               WHERE asked.address = :reached AND revoked = 0 AND due_at > :rest_after AND due_at < :rest_before)"""

_INSERT = """
INSERT INTO invitations
    (id, campaign, contact, department, segment, token_hash, event, due_at, expires_at, context, despite_rest)
SELECT :id, :campaign, :contact, :department, :segment, :token_hash, :event, :due_at, :expires_at, :context,
    :despite_rest
WHERE NOT EXISTS (SELECT 1 FROM invitations AS other WHERE other.contact = :contact AND other.revoked = 0
                  AND other.due_at > :after AND other.due_at < :before)
  AND NOT EXISTS (SELECT 1 FROM wishes WHERE address = :reached AND only_channel <> :channel)
  AND NOT EXISTS (SELECT 1 FROM asked JOIN invitations AS other ON other.id = asked.invitation
                  WHERE asked.address = :reached
                    AND (other.revoked = 0 AND other.due_at > :after AND other.due_at < :before
                         OR :event IS NULL AND other.event IS NULL AND other.campaign = :campaign))
ON CONFLICT DO NOTHING"""

_NOTE = "INSERT INTO asked (address, invitation) VALUES (?, ?)"

_CLASH = """
SELECT 1 FROM asked JOIN invitations AS other ON other.id = asked.invitation
WHERE asked.address = ? AND other.campaign = ? AND other.id <> ? AND other.event IS NULL AND other.revoked = 0"""


def insert_invitations(
    db: Database, invitations: Iterable[Invitation], tokens: Mapping[str, str], apart: timedelta, event: str | None,
    rest: timedelta = timedelta(),
) -> int:  # fmt: skip
    """Within a transaction; see `InvitationTable.add`."""
    rows = [
        _row(each, tokens[each.id], event) | around(each.due_at, apart)
        | {f"rest_{name}": moment for name, moment in around(each.due_at, rest).items()}
        for each in invitations
    ]  # fmt: skip
    channels = {campaign: _channel(db, campaign) for campaign in {row["campaign"] for row in rows}}
    return sum(_insert(db, row, channels[row["campaign"]]) for row in rows)


def _channel(db: Database, campaign: str) -> str:
    [channel] = db.execute("SELECT json_extract(plan, '$.channel') FROM campaigns WHERE id = ?", [campaign]).fetchone()
    return str(channel)


def _insert(db: Database, row: dict[str, Any], channel: str) -> bool:
    """Add one invitation and note whom it reaches; False when nobody must be asked by it."""
    keys = addresses_of(db, row["contact"])
    kind = CHANNELS[channel].contact_field if channel in CHANNELS else ""  # one that isn't known any more reaches none
    row = row | {"reached": keys.get(kind), "channel": channel}
    row["despite_rest"] = db.conn.execute(_RESTING, row).fetchone()[0]
    if not db.conn.execute(_INSERT, row).rowcount:
        return False
    db.conn.executemany(_NOTE, [(key, row["id"]) for key in keys.values()])
    return True


def noted(db: Database, campaign: str, invitation: str, key: str) -> bool:
    if db.execute("SELECT 1 FROM asked WHERE address = ? AND invitation = ?", [key, invitation]).fetchone():
        return True
    if db.execute(_CLASH, [key, campaign, invitation]).fetchone():
        return False
    db.execute(_NOTE, [key, invitation])
    return True


def take_back(db: Database, campaign: str) -> None:
    """Take a campaign's messages that no sender has in hand out of the outbox, as if they had never been put there."""
    values = {"campaign": campaign}
    db.execute(_RESET, values)
    db.execute(f"DELETE FROM outbox WHERE {_WAITING}", values)  # noqa: S608


def around(moment: datetime, apart: timedelta) -> dict[str, str]:
    return {"after": stored_time(moment - apart), "before": stored_time(moment + apart)}


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


def _row(invitation: Invitation, token: str, event: str | None) -> dict[str, Any]:
    expires = invitation.expires_at
    return {
        "id": invitation.id, "campaign": invitation.campaign, "contact": invitation.contact,
        "department": invitation.department, "segment": invitation.segment, "token_hash": token_hash(token),
        "event": event, "due_at": stored_time(invitation.due_at),
        "expires_at": stored_time(expires) if expires else None,
        "context": json.dumps(dict(invitation.context), ensure_ascii=False) if invitation.context else None,
    }  # fmt: skip


def stored_time(moment: datetime) -> str:
    """A moment as text that sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def invitation_of(row: Mapping[str, Any]) -> Invitation:
    expires = row["expires_at"]
    flags = {name: bool(row[name]) for name in _FLAGS}
    return Invitation(
        id=row["id"], campaign=row["campaign"], survey=row["survey"], version=row["version"], contact=row["contact"],
        due_at=datetime.fromisoformat(row["due_at"]), department=row["department"], segment=row["segment"],
        expires_at=datetime.fromisoformat(expires) if expires else None,
        context=json.loads(row["context"] or "{}"), **flags,
    )  # fmt: skip
