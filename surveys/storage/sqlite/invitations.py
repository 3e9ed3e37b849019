"""Invitations and what is entered behind them: the store's side of personal links."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from surveys.fieldwork.campaigns.invitations import Invitation
from surveys.fieldwork.campaigns.progress import Reach
from surveys.intake.protocols import Progress
from surveys.localisation.clock import utc_now
from surveys.storage.records.campaigns import AskedAround
from surveys.storage.sqlite.answers.key_order import rewrite_around
from surveys.storage.sqlite.connection import Connections
from surveys.storage.sqlite.fieldwork.invitation_rows import (
    around,
    insert_invitations,
    invitation_of,
    noted,
    revoke_invitation,
    stored_time,
)


class InvitationTable:
    """Implements `surveys.intake.protocols.PersonalLinks` on SQLite."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(
        self, invitations: Iterable[Invitation], tokens: Mapping[str, str], *, apart: timedelta = timedelta(),
        event: str | None = None, rest: timedelta = timedelta(),
    ) -> int:  # fmt: skip
        """Keep new invitations, of their *tokens* by id only the hashes; returns how many.

        None is added for someone who is asked, by any campaign, less than *apart* before or after, by file or by
        address; none to an address that is left alone or that the campaign has written to; none for an event that is
        known to its campaign. Those that *rest* would have held back are marked.
        """
        with self._connections.writing() as db:
            return insert_invitations(db, invitations, tokens, apart, event, rest)

    def follows(self, campaign: str, event: str) -> bool:
        """Whether a campaign has asked because of this event already."""
        query = "SELECT 1 FROM invitations WHERE campaign = :campaign AND event = :event"
        with self._connections.reading() as db:
            return db.execute(query, {"campaign": campaign, "event": event}).fetchone() is not None

    def despite_rest(self, campaign: str) -> int:
        """How many of a campaign's invitations went to people who were to be left to rest."""
        query = "SELECT count(*) FROM invitations WHERE campaign = :campaign AND despite_rest = 1 AND revoked = 0"
        with self._connections.reading() as db:
            return int(db.execute(query, {"campaign": campaign}).fetchone()[0])

    def asked_around(self, moment: datetime, apart: timedelta) -> AskedAround:
        """Who is asked, by any campaign, less than *apart* before or after this moment."""
        between = around(moment, apart)
        with self._connections.reading() as db:
            contacts = frozenset(row[0] for row in db.execute(_ASKED_AROUND, between))
            return AskedAround(contacts, frozenset(row[0] for row in db.execute(_ADDRESSES_AROUND, between)))

    def taken_addresses(self, campaign: str, keys: Mapping[str, str]) -> set[str]:
        """Those of these invitations (with the key of the address in the file today) that must not be written to.

        Their address has changed to one that the campaign writes to already; another new address is noted.
        """
        with self._connections.writing() as db:
            return {each for each, key in keys.items() if not noted(db, campaign, each, key)}

    def due(self, campaign: str, now: datetime, limit: int) -> list[Invitation]:
        """Invitations whose time has come and whose message is not in the outbox yet, the longest due first."""
        return self._many(_DUE, {"campaign": campaign, "now": stored_time(now), "limit": limit})

    def to_remind(
        self, campaign: str, number: int, sent_until: datetime, now: datetime, limit: int
    ) -> list[Invitation]:  # fmt: skip
        """Those who were written to until then, have not answered, and have had all reminders before this one."""
        values = {
            "campaign": campaign, "before": number - 1, "sent_until": stored_time(sent_until),
            "now": stored_time(now), "limit": limit,
        }  # fmt: skip
        return self._many(_TO_REMIND, values)

    def reach(
        self, campaign: str, departments: Sequence[str] | None = None, *, now: datetime | None = None
    ) -> list[Reach]:  # fmt: skip
        """How far people have come, one row for each segment; of these departments only, where they are given."""
        values = {
            "campaign": campaign, "departments": None if departments is None else json.dumps(list(departments)),
            "now": stored_time(now or utc_now()),
        }  # fmt: skip
        with self._connections.reading() as db:
            return [Reach(**row) for row in db.query(_REACH, values)]

    def invited(
        self,
        survey: str,
        departments: Sequence[str] | None = None,
        *,
        since: str | None = None,
        until: str | None = None,
    ) -> Reach:
        """How far all people have come who were invited to a survey, in all its campaigns together.

        *since* and *until* (excluded) are moments in UTC between which the invitation was put in to be sent.
        """
        among = None if departments is None else json.dumps(list(departments))
        values = {"survey": survey, "departments": among, "since": since, "until": until}
        with self._connections.reading() as db:
            return next(Reach(**row) for row in db.query(_INVITED, values))

    def begun(self, survey: str, departments: Sequence[str] | None = None) -> tuple[int, int]:
        """How many personal links to a survey were begun to be filled in, and how many of those were finished."""
        values = {"survey": survey, "departments": None if departments is None else json.dumps(list(departments))}
        with self._connections.reading() as db:
            begun, finished = db.execute(_BEGUN, values).fetchone()
        return int(begun), int(finished)

    def answered_before(self, campaign: str, number: int) -> int:
        """How many have answered since the reminder before this one, or since they were invited."""
        query = "SELECT count(*) FROM invitations WHERE campaign = ? AND reminders = ? AND finished = 1"
        with self._connections.reading() as db:
            return int(db.execute(query, [campaign, number - 1]).fetchone()[0])

    def queued(self, invitations: Sequence[str], number: int, now: datetime) -> None:
        """Note that the message (number 0) or a reminder of these is in the outbox."""
        query = "UPDATE invitations SET queued_at = coalesce(queued_at, ?), reminders = ? WHERE id = ?"
        with self._connections.writing() as db:
            db.conn.executemany(query, [(stored_time(now), number, each) for each in invitations])

    def claim(self, token_hash: str) -> Invitation | None:
        return self._one("token_hash", token_hash)

    def get(self, invitation: str) -> Invitation | None:
        """One invitation by its id."""
        return self._one("id", invitation)

    def latest(self, contacts: Sequence[str], channel: str | None, survey: str | None = None) -> Invitation | None:
        """The last one by this channel, or by any, to one of these, whose message has gone to the outbox."""
        values = {"contacts": json.dumps(list(contacts)), "channel": channel, "survey": survey}
        with self._connections.reading() as db:
            row = next(db.query(f"{_INVITATIONS} {_LATEST}", values), None)
        return invitation_of(row) if row else None

    def of_campaign(self, campaign: str) -> list[Invitation]:
        """All invitations of a campaign, in no telling order."""
        with self._connections.reading() as db:
            query = f"{_INVITATIONS} WHERE invitations.campaign = ? ORDER BY invitations.id"
            return [invitation_of(row) for row in db.query(query, [campaign])]

    def mark(self, invitation: str, progress: Progress) -> None:
        query = f"UPDATE invitations SET {progress.value} = 1 WHERE id = ? AND {progress.value} = 0"  # noqa: S608
        with self._connections.writing() as db:
            db.execute(query, [invitation])

    def revoke(self, invitations: Sequence[str]) -> int:
        """Make these links useless and forget what was entered behind them; returns how many were still good."""
        with self._connections.writing() as db:
            return sum(revoke_invitation(db, each) for each in invitations)

    def save_unfinished(self, invitation: str, sealed: Callable[[bytes | None], bytes], day: date) -> bool:
        with self._connections.writing() as db:
            before = db.execute(_UNFINISHED, [invitation]).fetchone()
            values = {"invitation": invitation, "sealed": sealed(before and before[0]), "day": day.isoformat()}
            kept = db.execute(_SAVE_UNFINISHED, values).rowcount == 1
            if kept and before is None:
                rewrite_around(db, "unfinished", invitation)
            db.execute("UPDATE invitations SET begun = 1 WHERE id = ? AND begun = 0", [invitation])
        return kept

    def unfinished(self, invitation: str) -> bytes | None:
        with self._connections.reading() as db:
            row = db.execute(_UNFINISHED, [invitation]).fetchone()
        return row[0] if row else None

    def forget_unfinished(self, invitation: str) -> None:
        with self._connections.writing() as db:
            db.execute("DELETE FROM unfinished WHERE invitation = :invitation", {"invitation": invitation})
        self._connections.empty_log()

    def _many(self, query: str, values: dict[str, Any]) -> list[Invitation]:
        with self._connections.reading() as db:
            return [invitation_of(row) for row in db.query(f"{_INVITATIONS} {query}", values)]

    def _one(self, column: str, value: str) -> Invitation | None:
        with self._connections.reading() as db:
            row = next(db.query(f"{_INVITATIONS} WHERE invitations.{column} = ?", [value]), None)
        return invitation_of(row) if row else None


_INVITATIONS = """
SELECT invitations.*, campaigns.survey, campaigns.version, campaigns.anonymous,
       campaigns.state = 'ended' AS ended
FROM invitations JOIN campaigns ON campaigns.id = invitations.campaign"""

_DUE = """
WHERE invitations.campaign = :campaign AND queued_at IS NULL AND revoked = 0 AND due_at <= :now
  AND (expires_at IS NULL OR expires_at > :now)
ORDER BY due_at, invitations.id LIMIT :limit"""

# Only after the one before it has been sent: what has come back or never went out is no reason to write again.
_TO_REMIND = """
WHERE invitations.campaign = :campaign AND queued_at IS NOT NULL AND reminders = :before
  AND finished = 0 AND turned_away = 0 AND revoked = 0 AND (expires_at IS NULL OR expires_at > :now)
  AND (SELECT min(sent_at) FROM outbox WHERE outbox.invitation = invitations.id) <= :sent_until
  AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.invitation = invitations.id AND state <> 'sent')
ORDER BY invitations.id LIMIT :limit"""

_ASKED_AROUND = """
SELECT DISTINCT contact FROM invitations WHERE revoked = 0 AND due_at > :after AND due_at < :before"""

_ADDRESSES_AROUND = """
SELECT DISTINCT address FROM asked JOIN invitations ON invitations.id = asked.invitation
WHERE revoked = 0 AND due_at > :after AND due_at < :before"""

_REACH = """
WITH messages AS (
    SELECT invitation, max(state IN ('sent', 'bounced')) AS sent, max(state = 'bounced') AS bounced,
        max(state = 'failed') AS failed
    FROM outbox WHERE invitation IN (SELECT id FROM invitations WHERE campaign = :campaign) GROUP BY invitation),
people AS (
    SELECT segment, opened, begun, finished AND NOT uncounted AS finished, coalesce(sent, 0) AS sent,
        coalesce(bounced, 0) AS bounced, coalesce(failed, 0) AS failed,
        invitations.finished OR turned_away OR campaigns.state = 'ended'
        OR (expires_at IS NOT NULL AND expires_at <= :now) AS over
    FROM invitations JOIN campaigns ON campaigns.id = invitations.campaign
        LEFT JOIN messages ON messages.invitation = invitations.id
    WHERE campaign = :campaign AND revoked = 0
      AND (:departments IS NULL OR invitations.department IN (SELECT value FROM json_each(:departments))))
SELECT segment, count(*) AS invited, sum(sent) AS sent, sum(bounced) AS bounced,
    sum(opened OR begun OR finished) AS opened, sum(begun OR finished) AS begun, sum(finished) AS finished,
    sum(finished OR (sent AND NOT bounced AND NOT failed)) AS reached,
    sum(NOT sent AND NOT failed AND NOT over) AS waiting, sum(NOT sent AND failed) AS failed,
    sum(NOT sent AND NOT failed AND over) AS dropped
FROM people GROUP BY segment ORDER BY segment"""

_INVITED = """
WITH chosen AS (
    SELECT invitations.id, opened, begun, finished AND NOT uncounted AS finished
    FROM invitations JOIN campaigns ON campaigns.id = invitations.campaign
    WHERE survey = :survey AND revoked = 0 AND queued_at IS NOT NULL
      AND (:since IS NULL OR queued_at >= :since) AND (:until IS NULL OR queued_at < :until)
      AND (:departments IS NULL OR invitations.department IN (SELECT value FROM json_each(:departments)))),
messages AS (
    SELECT invitation, max(state IN ('sent', 'bounced')) AS sent, max(state IN ('failed', 'bounced')) AS lost
    FROM outbox WHERE invitation IN (SELECT id FROM chosen) GROUP BY invitation)
SELECT NULL AS segment, count(*) AS invited, coalesce(sum(coalesce(sent, 0)), 0) AS sent,
    coalesce(sum(opened OR begun OR finished), 0) AS opened, coalesce(sum(begun OR finished), 0) AS begun,
    coalesce(sum(finished), 0) AS finished,
    coalesce(sum(finished OR (coalesce(sent, 0) AND NOT coalesce(lost, 0))), 0) AS reached
FROM chosen LEFT JOIN messages ON messages.invitation = chosen.id"""

_BEGUN = """
SELECT coalesce(sum(begun OR finished), 0), coalesce(sum(finished AND NOT uncounted), 0)
FROM invitations JOIN campaigns ON campaigns.id = invitations.campaign
WHERE survey = :survey AND (:departments IS NULL
  OR invitations.department IN (SELECT value FROM json_each(:departments)))"""

_LATEST = """
WHERE invitations.contact IN (SELECT value FROM json_each(:contacts)) AND queued_at IS NOT NULL
  AND (:channel IS NULL OR json_extract(campaigns.plan, '$.channel') = :channel)
  AND (:survey IS NULL OR campaigns.survey = :survey)
ORDER BY queued_at DESC, invitations.id LIMIT 1"""

_UNFINISHED = "SELECT sealed FROM unfinished WHERE invitation = ?"

_SAVE_UNFINISHED = """
INSERT INTO unfinished (invitation, sealed, saved_on)
SELECT id, :sealed, :day FROM invitations WHERE id = :invitation AND finished = 0 AND revoked = 0 AND turned_away = 0
ON CONFLICT DO UPDATE SET sealed = excluded.sealed, saved_on = excluded.saved_on"""
