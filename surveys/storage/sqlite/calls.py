"""Phone interviews: queues, calls that one agent at a time has, and counts by agent and day."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from surveys.fieldwork.calls import Call, CallOutcome, CallQueue, CallRules, CallState, after, new_call_id
from surveys.localisation.clock import local_day
from surveys.people.contact import Secrecy
from surveys.people.visibility import Sight
from surveys.storage.records.calls import AgentCount, NotHeld, QueueCount
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections
from surveys.storage.sqlite.surveys import OPEN_NOW


class CallTables:
    """Who is to be called; who calls whom."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def open_queue(self, queue: CallQueue, contacts: Iterable[str], *, by: str, now: datetime) -> int:
        """A new queue of these contacts; returns how many of them have a phone and may be asked. No queue of nobody."""
        with self._connections.writing() as db:
            _put_queue(db, queue, by, now)
            rows = [_new(queue, each, now) for each in contacts]
            added = db.conn.executemany(_ADD, rows).rowcount if rows else 0
            if not added:
                db.conn.rollback()
                return 0
            write_audit(db, by, "open call queue", queue.id, f"{added} calls")
        return added

    def open_queue_of(self, queue: CallQueue, campaign: str, *, by: str, now: datetime) -> int:
        """A new queue of those a campaign has invited who have not answered; their links are used up by the call."""
        with self._connections.writing() as db:
            _put_queue(db, queue, by, now)
            invited = db.execute(_INVITED, [campaign, _text(now)]).fetchall()
            rows = [_new(queue, contact, now) | {"invitation": invitation} for invitation, contact in invited]
            added = db.conn.executemany(_ADD_INVITED, rows).rowcount if rows else 0
            if not added:
                db.conn.rollback()
                return 0
            write_audit(db, by, "open call queue", queue.id, f"{added} calls")
        return added

    def people(self, queue: str) -> list[str]:
        """The contacts of a queue that are still to be called."""
        with self._connections.reading() as db:
            query = "SELECT DISTINCT contact FROM calls WHERE queue = ? AND state = 'waiting'"
            return [row[0] for row in db.execute(query, [queue])]

    def queues(self) -> list[CallQueue]:
        """Every queue, the newest first."""
        with self._connections.reading() as db:
            return [_queue(row) for row in db.query("SELECT * FROM call_queues ORDER BY created_at DESC, id")]

    def queue(self, queue: str) -> CallQueue:
        """One queue; raises LookupError."""
        found = next((each for each in self.queues() if each.id == queue), None)
        if found is None:
            raise LookupError(queue)
        return found

    def close_queue(self, queue: str, *, by: str, now: datetime) -> None:
        """Nobody is called from it any more."""
        with self._connections.writing() as db:
            db.execute("UPDATE call_queues SET closed_at = ? WHERE id = ?", [_text(now), queue])
            write_audit(db, by, "close call queue", queue)

    def take(self, agent: str, sight: Sight, now: datetime) -> Call | None:
        """The next call for this agent, theirs alone until its hold ends; None when nobody is to be called now.

        A call that the agent already has comes first, then what was agreed with people, then who has waited longest.
        Nobody is in two agents' hands at once, in whatever queues they stand.
        """
        with self._connections.writing() as db:
            mine = next(db.query(_MINE, {"agent": agent, "now": _text(now)}), None)
            if mine:
                return _call(mine)
            queues = {
                each.id: each for each in map(_queue, db.query("SELECT * FROM call_queues WHERE closed_at IS NULL"))
            }
            values = {
                "now": _text(now), "today": local_day(now).isoformat(), "levels": json.dumps(sight.levels),
                "queues": json.dumps([each.id for each in queues.values() if each.rules.open_at(now)]),
                "departments": None if sight.departments is None else json.dumps(list(sight.departments)),
            }  # fmt: skip
            row = next(db.query(_NEXT, values), None)
            if row is None:
                return None
            until = now + timedelta(minutes=queues[row["queue"]].rules.hold_minutes)
            hold = "UPDATE calls SET state = 'held', held_by = ?, held_until = ? WHERE id = ?"
            db.execute(hold, [agent, _text(until), row["id"]])
            return _call({**row, "state": "held", "held_by": agent})

    def due_for_anyone(self, now: datetime) -> bool:
        """Whether somebody is to be called now by whoever may see every file."""
        with self._connections.reading() as db:
            queues = map(_queue, db.query("SELECT * FROM call_queues WHERE closed_at IS NULL"))
            values = {
                "now": _text(now), "today": local_day(now).isoformat(), "departments": None,
                "queues": json.dumps([each.id for each in queues if each.rules.open_at(now)]),
                "levels": json.dumps(list(Secrecy)),
            }  # fmt: skip
            return next(db.query(_NEXT, values), None) is not None

    def get(self, call: str) -> Call | None:
        """The call, whoever has it."""
        with self._connections.reading() as db:
            row = next(db.query("SELECT * FROM calls WHERE id = ?", [call]), None)
        return _call(row) if row else None

    def held(self, call: str, agent: str) -> Call:
        """The call, if this agent has it; raises NotHeld."""
        with self._connections.reading() as db:
            return _held(db, call, agent)

    def report(
        self, call: str, agent: str, outcome: CallOutcome, now: datetime, agreed: datetime | None = None
    ) -> Call:  # fmt: skip
        """What came of the call; raises NotHeld, UnfitAppointment."""
        with self._connections.writing() as db:
            held = _held(db, call, agent)
            row = next(db.query("SELECT * FROM call_queues WHERE id = ?", [held.queue]))
            ended = after(held, outcome, _queue(row).rules, now, agreed)
            _write(db, ended)
            _count(db, held.queue, agent, outcome, local_day(now))
        return ended

    def by_agent(self, since: date, until: date) -> list[AgentCount]:
        """What came of calls, by day, agent and outcome, from *since* up to and with *until*."""
        query = (
            "SELECT day, agent, outcome, sum(times) AS times FROM call_counts WHERE day BETWEEN ? AND ? "
            "GROUP BY day, agent, outcome ORDER BY day DESC, agent"
        )
        with self._connections.reading() as db:
            return [
                AgentCount(date.fromisoformat(row["day"]), row["agent"], CallOutcome(row["outcome"]), row["times"])
                for row in db.query(query, [since.isoformat(), until.isoformat()])
            ]

    def by_queue(self, since: date, until: date) -> list[QueueCount]:
        """What came of calls, by agent, list and outcome, from *since* up to and with *until*."""
        query = (
            "SELECT agent, queue, outcome, sum(times) AS times FROM call_counts WHERE day BETWEEN ? AND ? "
            "GROUP BY agent, queue, outcome ORDER BY agent, queue, outcome"
        )
        with self._connections.reading() as db:
            return [
                QueueCount(row["agent"], row["queue"], CallOutcome(row["outcome"]), row["times"])
                for row in db.query(query, [since.isoformat(), until.isoformat()])
            ]

    def standing(self, queue: str) -> dict[str, int]:
        """How many calls of a queue are waiting or held (by state), or done (by the last outcome)."""
        query = (
            "SELECT CASE state WHEN 'done' THEN outcome ELSE state END AS standing, count(*) AS calls "
            "FROM calls WHERE queue = ? GROUP BY 1"
        )
        with self._connections.reading() as db:
            return {row["standing"]: row["calls"] for row in db.query(query, [queue])}


def _new(queue: CallQueue, contact: str, now: datetime) -> dict[str, str]:
    return {"id": new_call_id(), "queue": queue.id, "due": _text(now), "contact": contact}


def still_held(db: Database, call: str, agent: str) -> bool:
    """Whether an answer that this agent hands in for the call is to be kept."""
    return db.execute("SELECT 1 FROM calls WHERE id = ? AND state = 'held' AND held_by = ?", [call, agent]).fetchone()


def complete(db: Database, call: str, agent: str, day: date) -> None:
    """The call has its answer, in the transaction that keeps it. No finer time than the day is kept of it."""
    held = _held(db, call, agent)
    db.execute(
        "UPDATE calls SET state = 'done', outcome = 'complete', tries = tries + 1, held_by = NULL, held_until = NULL "
        "WHERE id = ?",
        [call],
    )
    _count(db, held.queue, agent, CallOutcome.COMPLETE, day)


_WILLING = """contacts.phone <> '' AND contacts.opted_out_at IS NULL AND contacts.only_channel IN ('', 'call')
  AND NOT EXISTS (SELECT 1 FROM wishes WHERE wishes.address = address_key('phone', contacts.phone)
                  AND wishes.only_channel <> 'call')"""
# One call for each number: a queue has no second file with the same.
_MAY_BE_CALLED = f"""contacts.id = :contact AND {_WILLING}
  AND NOT EXISTS (SELECT 1 FROM contacts AS sharing CROSS JOIN calls AS other
                  WHERE sharing.phone = contacts.phone AND other.contact = sharing.id AND other.queue = :queue)"""  # noqa: S608
_ADD = (
    "INSERT OR IGNORE INTO calls (id, queue, due_at, state, contact) "  # noqa: S608  all its words stand here
    f"SELECT :id, :queue, :due, 'waiting', contacts.id FROM contacts WHERE {_MAY_BE_CALLED}"
)
_ADD_INVITED = (
    "INSERT OR IGNORE INTO calls (id, queue, invitation, due_at, state, contact) "  # noqa: S608  the same
    f"SELECT :id, :queue, :invitation, :due, 'waiting', contacts.id FROM contacts WHERE {_MAY_BE_CALLED}"
)
_ENDED = "(finished OR turned_away OR revoked)"
_INVITED = (
    f"SELECT id, contact FROM invitations WHERE campaign = ? AND NOT {_ENDED} "  # noqa: S608  the same
    "AND (expires_at IS NULL OR expires_at > ?) ORDER BY id"
)
_MINE = f"""
SELECT calls.* FROM calls
JOIN call_queues ON call_queues.id = calls.queue
JOIN surveys ON surveys.code = call_queues.survey
WHERE calls.state = 'held' AND calls.held_by = :agent AND calls.held_until > :now AND {OPEN_NOW} LIMIT 1"""  # noqa: S608
_NEXT = f"""
SELECT calls.* FROM calls
JOIN call_queues ON call_queues.id = calls.queue
JOIN surveys ON surveys.code = call_queues.survey
JOIN contacts ON contacts.id = calls.contact
WHERE calls.queue IN (SELECT value FROM json_each(:queues))
  AND {OPEN_NOW}
  AND (calls.state = 'waiting' AND calls.due_at <= :now OR calls.state = 'held' AND calls.held_until <= :now)
  AND {_WILLING}
  AND (:departments IS NULL OR contacts.department IN (SELECT value FROM json_each(:departments)))
  AND CASE WHEN contacts.secrecy_until < :today THEN '' ELSE contacts.secrecy END
      IN (SELECT value FROM json_each(:levels))
  AND NOT EXISTS (SELECT 1 FROM invitations WHERE invitations.id = calls.invitation AND {_ENDED})
  AND NOT EXISTS (SELECT 1 FROM contacts AS sharing CROSS JOIN calls AS other
                  WHERE sharing.phone = contacts.phone AND other.contact = sharing.id AND other.state = 'held'
                  AND other.held_until > :now)
ORDER BY calls.agreed DESC, calls.due_at, calls.id LIMIT 1"""  # noqa: S608  put together of what stands here


def _held(db: Database, call: str, agent: str) -> Call:
    query = "SELECT * FROM calls WHERE id = ? AND state = 'held' AND held_by = ?"
    row = next(db.query(query, [call, agent]), None)
    if row is None:
        raise NotHeld(call)
    return _call(row)


def _write(db: Database, call: Call) -> None:
    db.execute(
        "UPDATE calls SET state = ?, tries = ?, due_at = ?, agreed = ?, held_by = NULL, held_until = NULL, outcome = ? "
        "WHERE id = ?",
        [call.state.value, call.tries, _text(call.due_at), call.agreed, call.outcome, call.id],
    )


def _count(db: Database, queue: str, agent: str, outcome: CallOutcome, day: date) -> None:
    db.execute(
        "INSERT INTO call_counts (queue, agent, outcome, day, times) VALUES (?, ?, ?, ?, 1) "
        "ON CONFLICT DO UPDATE SET times = times + 1",
        [queue, agent, outcome.value, day.isoformat()],
    )


def _put_queue(db: Database, queue: CallQueue, by: str, now: datetime) -> None:
    db.table("call_queues").insert(
        {
            "id": queue.id, "name": queue.name, "survey": queue.survey, "script": queue.script,
            "rules": queue.rules.model_dump_json(), "created_at": _text(now), "created_by": by,
        }
    )  # fmt: skip


def _queue(row: Mapping[str, Any]) -> CallQueue:
    rules = CallRules.model_validate_json(row["rules"])
    return CallQueue(row["id"], row["name"], row["survey"], row["script"], rules, row["closed_at"] is not None)


def _call(row: Mapping[str, Any]) -> Call:
    outcome = row["outcome"]
    return Call(
        id=row["id"], queue=row["queue"], contact=row["contact"], due_at=datetime.fromisoformat(row["due_at"]),
        invitation=row["invitation"], state=CallState(row["state"]), tries=row["tries"], agreed=bool(row["agreed"]),
        held_by=row["held_by"], outcome=CallOutcome(outcome) if outcome else None,
    )  # fmt: skip


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
