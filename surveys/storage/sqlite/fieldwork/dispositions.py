"""What came of everybody who was asked for a survey, counted over links, calls and tasks; and when links went out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from surveys.fieldwork.dispositions import Disposition
from surveys.localisation.clock import local_day
from surveys.storage.sqlite.connection import Connections


class DispositionTable:
    """Reads alone; of an anonymous survey it tells amounts and never who."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def of(self, survey: str, departments: Sequence[str] | None = None) -> Mapping[Disposition, int]:
        """How many of those whom a survey asked ended how; of these departments only, where they are given.

        Somebody who has a link and is called as well is one person, told by what went further.
        """
        values = {"survey": survey, "departments": None if departments is None else json.dumps(list(departments))}
        found = Counter[Disposition]()
        with self._connections.reading() as db:
            for query in (_LINKS, _CALLS, _TASKS):
                for disposition, amount in db.execute(query, values):
                    found[Disposition(disposition)] += amount
        return dict(found)

    def message_days(self, survey: str) -> Mapping[str, tuple[date, ...]]:
        """By campaign the days on which the first invitation and the first of each reminder were sent.

        Only of campaigns that wrote to everybody within two days: elsewhere a day tells nothing of reminders.
        """
        found: dict[str, tuple[date, ...]] = {}
        wide = set[str]()
        with self._connections.reading() as db:
            rows = db.execute(_MESSAGES, {"survey": survey}).fetchall()
        for campaign, number, *ends in rows:
            first, last = map(datetime.fromisoformat, ends)
            if number == 1 and last - first > _TOGETHER:
                wide.add(campaign)
            found[campaign] = (*found.get(campaign, ()), local_day(first))
        return {campaign: days for campaign, days in found.items() if campaign not in wide}

    def invited(self, survey: str, departments: Sequence[str] | None = None) -> Sequence[tuple[str, bool]]:
        """Everybody whom campaigns that are not anonymous have written to, once: the file, and whether they answered.

        Without those who turned out not to be meant.
        """
        values = {"survey": survey, "departments": None if departments is None else json.dumps(list(departments))}
        with self._connections.reading() as db:
            return [(contact, bool(answered)) for contact, answered in db.execute(_PEOPLE, values)]


_TOGETHER = timedelta(days=2)
_HERE = "(:departments IS NULL OR {column} IN (SELECT value FROM json_each(:departments)))"

_LINKS = f"""
WITH chosen AS (
    SELECT invitations.* FROM invitations JOIN campaigns ON campaigns.id = invitations.campaign
    WHERE campaigns.survey = :survey AND revoked = 0 AND {_HERE.format(column="invitations.department")}),
messages AS (
    SELECT invitation, max(state IN ('sent', 'bounced')) AS sent, max(state IN ('failed', 'bounced')) AS lost
    FROM outbox WHERE invitation IN (SELECT id FROM chosen) GROUP BY invitation),
called AS (
    SELECT invitation, max(outcome = 'refused') AS refused, max(outcome = 'not_wanted') AS unwanted,
        max(outcome = 'later') AS later
    FROM calls WHERE invitation IN (SELECT id FROM chosen) AND tries > 0 GROUP BY invitation)
SELECT CASE
    WHEN finished = 1 AND uncounted = 0 THEN 'complete'
    WHEN turned_away = 1 OR finished = 1 OR unwanted = 1 THEN 'not_eligible'
    WHEN refused = 1 OR contacts.opted_out_at IS NOT NULL AND coalesce(sent, 0) = 1 THEN 'refused'
    WHEN begun = 1 THEN 'break_off'
    WHEN opened = 1 THEN 'refused'
    WHEN later = 1 THEN 'other'
    WHEN lost = 1 THEN 'undeliverable'
    WHEN sent = 1 OR called.invitation IS NOT NULL THEN 'no_reply'
    ELSE 'not_asked' END AS disposition, count(*)
FROM chosen LEFT JOIN messages ON messages.invitation = chosen.id LEFT JOIN called ON called.invitation = chosen.id
    LEFT JOIN contacts ON contacts.id = chosen.contact
GROUP BY disposition"""  # noqa: S608  words of this file

_CALLS = f"""
SELECT CASE
    WHEN tries = 0 AND outcome IS NULL THEN 'not_asked'
    WHEN outcome = 'complete' THEN 'complete'
    WHEN outcome = 'refused' THEN 'refused'
    WHEN outcome = 'not_wanted' THEN 'not_eligible'
    WHEN outcome = 'later' THEN 'other'
    WHEN outcome = 'wrong_number' THEN 'undeliverable'
    ELSE 'no_reply' END AS disposition, count(*)
FROM calls JOIN call_queues ON call_queues.id = calls.queue LEFT JOIN contacts ON contacts.id = calls.contact
WHERE call_queues.survey = :survey AND invitation IS NULL AND {_HERE.format(column="contacts.department")}
GROUP BY disposition"""  # noqa: S608  the same

_TASKS = f"""
SELECT CASE
    WHEN done = 1 THEN 'complete'
    WHEN withdrawn_reason IS NOT NULL THEN 'not_eligible'
    WHEN unfinished_tasks.task IS NOT NULL THEN 'break_off'
    ELSE 'no_contact' END AS disposition, count(*)
FROM tasks LEFT JOIN unfinished_tasks ON unfinished_tasks.task = tasks.id
WHERE tasks.survey = :survey AND {_HERE.format(column="tasks.department")}
GROUP BY disposition"""  # noqa: S608  the same

_MESSAGES = """
WITH numbered AS (
    SELECT campaign, sent_at, row_number() OVER (PARTITION BY invitation ORDER BY sent_at, outbox.id) AS number
    FROM outbox JOIN invitations ON invitations.id = outbox.invitation
        JOIN campaigns ON campaigns.id = invitations.campaign
    WHERE campaigns.survey = :survey AND campaigns.anonymous = 0 AND sent_at IS NOT NULL)
SELECT campaign, number, min(sent_at), max(sent_at) FROM numbered GROUP BY campaign, number
ORDER BY campaign, number"""

_PEOPLE = f"""
SELECT contact, max(finished = 1 AND uncounted = 0)
FROM invitations JOIN campaigns ON campaigns.id = invitations.campaign
WHERE campaigns.survey = :survey AND campaigns.anonymous = 0 AND revoked = 0 AND queued_at IS NOT NULL
  AND turned_away = 0 AND contact IS NOT NULL AND {_HERE.format(column="invitations.department")}
GROUP BY contact ORDER BY contact"""  # noqa: S608
