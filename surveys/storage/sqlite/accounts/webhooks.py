"""Webhooks, how far each has come through what happens, and the log of what was sent to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from surveys.channels.systems.webhook import (
    Delivery,
    DeliveryState,
    OutgoingWebhook,
    WebhookEvent,
    body_of,
    delivery_id,
)
from surveys.storage.sqlite.accounts.audit import write_audit
from surveys.storage.sqlite.connection import Connections

AT_ONCE = 500
_NEWEST = """
SELECT (SELECT coalesce(max(number), 0) FROM arrivals), (SELECT coalesce(max(number), 0) FROM case_steps)"""
_ANSWERS = """
SELECT arrivals.number, responses.id, responses.survey, responses.version, responses.received_at,
       responses.touchpoint, responses.department, responses.channel, responses.round
FROM arrivals JOIN responses ON responses.id = arrivals.response
WHERE arrivals.number > :after AND NOT arrivals.imported ORDER BY arrivals.number LIMIT :most"""
_STEPS = """
SELECT case_steps.number, case_steps.kind, case_steps.at, case_steps.state, case_steps.department, cases.id,
       cases.category, cases.due_on, cases.source_kind
FROM case_steps JOIN cases ON cases.id = case_steps.matter
WHERE case_steps.number > :after AND case_steps.kind <> 'noted' ORDER BY case_steps.number LIMIT :most"""
_PUT = """
INSERT INTO webhook_deliveries (id, webhook, event, body, created_at, state, tries, next_try_at, detail)
VALUES (:id, :webhook, :event, :body, :at, 'waiting', 0, :at, '') ON CONFLICT (id) DO NOTHING"""


class WebhookTable:
    """One row for each webhook, and one for each message to it."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(self, hook: OutgoingWebhook, *, by: str) -> None:
        """Set one up; it is told of what happens from now on."""
        with self._connections.writing() as db:
            answers, steps = db.execute(_NEWEST).fetchone()
            db.table("webhooks").insert({
                "id": hook.id, "name": hook.name, "url": hook.url, "sealed_secret": hook.sealed_secret,
                "events": json.dumps(sorted(hook.events)), "paused": hook.paused, "answers": answers, "steps": steps,
            })  # fmt: skip
            write_audit(db, by, "add webhook", hook.name, ", ".join(sorted(hook.events)))

    def all(self) -> list[OutgoingWebhook]:
        with self._connections.reading() as db:
            return [_hook(row) for row in db.query("SELECT * FROM webhooks ORDER BY name, id")]

    def paused(self, hook: str) -> bool:
        """Whether nothing goes out to it now, or it is gone."""
        with self._connections.reading() as db:
            row = db.execute("SELECT paused FROM webhooks WHERE id = ?", [hook]).fetchone()
        return row is None or bool(row[0])

    def pause(self, hook: str, why: str, *, by: str) -> None:
        """Let nothing go out until it is let on again; what happens meanwhile waits."""
        with self._connections.writing() as db:
            db.execute("UPDATE webhooks SET paused = ? WHERE id = ?", [why, hook])
            write_audit(db, by, "pause webhook", _name(db, hook), why)

    def let_on(self, hook: str, now: datetime, *, by: str) -> None:
        """Let it go on: what waits is due now, with all its tries."""
        query = "UPDATE webhook_deliveries SET tries = 0, next_try_at = ? WHERE webhook = ? AND state = 'waiting'"
        with self._connections.writing() as db:
            db.execute("UPDATE webhooks SET paused = '' WHERE id = ?", [hook])
            db.execute(query, [_text(now), hook])
            write_audit(db, by, "resume webhook", _name(db, hook))

    def change_secret(self, hook: str, sealed: str, *, by: str) -> None:
        """Sign with another secret from now on."""
        with self._connections.writing() as db:
            db.execute("UPDATE webhooks SET sealed_secret = ? WHERE id = ?", [sealed, hook])
            write_audit(db, by, "change webhook secret", _name(db, hook))

    def remove(self, hook: str, *, by: str) -> None:
        """Take it away with its log."""
        with self._connections.writing() as db:
            write_audit(db, by, "remove webhook", _name(db, hook))
            db.execute("DELETE FROM webhook_deliveries WHERE webhook = ?", [hook])
            db.execute("DELETE FROM webhooks WHERE id = ?", [hook])

    # Messages

    def gather(self, now: datetime) -> int:
        """Make a message of everything that has happened, for whom it is meant; returns how many."""
        made = 0
        with self._connections.writing() as db:
            for row in list(db.query("SELECT * FROM webhooks")):
                hook = _hook(row)
                for number, event, body in (*_answers(db, row["answers"]), *_steps(db, row["steps"])):
                    column = "answers" if event is WebhookEvent.ANSWER else "steps"
                    db.execute(f"UPDATE webhooks SET {column} = ? WHERE id = ?", [number, hook.id])  # noqa: S608
                    if event in hook.events:
                        key = delivery_id(hook.id, event, number)
                        values = {"id": key, "webhook": hook.id, "event": event.value, "body": body, "at": _text(now)}
                        made += db.execute(_PUT, values).rowcount
        return made

    def due(self, now: datetime, limit: int) -> list[Delivery]:
        """What waits and may be tried, the oldest first; of a paused webhook nothing."""
        query = (
            "SELECT webhook_deliveries.* FROM webhook_deliveries JOIN webhooks ON webhooks.id = webhook "
            "WHERE state = 'waiting' AND next_try_at <= ? AND webhooks.paused = '' ORDER BY created_at, "
            "webhook_deliveries.id LIMIT ?"
        )
        with self._connections.reading() as db:
            return [_delivery(row) for row in db.query(query, [_text(now), limit])]

    def log(self, hook: str, limit: int = 100) -> list[Delivery]:
        """The newest first."""
        query = "SELECT * FROM webhook_deliveries WHERE webhook = ? ORDER BY created_at DESC, id LIMIT ?"
        with self._connections.reading() as db:
            return [_delivery(row) for row in db.query(query, [hook, limit])]

    def settle(
        self, delivery: str, state: DeliveryState, tries: int, due: datetime | None, detail: str, now: datetime
    ) -> None:  # fmt: skip
        """Note what came of a try."""
        values = [
            state.value, tries, _text(due) if due else None, detail,
            _text(now) if state is DeliveryState.SENT else None, delivery,
        ]  # fmt: skip
        query = (
            "UPDATE webhook_deliveries SET state = ?, tries = ?, next_try_at = ?, detail = ?, sent_at = ? WHERE id = ?"
        )
        with self._connections.writing() as db:
            db.execute(query, values)

    def resend(self, delivery: str, now: datetime, *, by: str) -> bool:
        """Send a message once more, under the same id; False when it is no longer kept."""
        query = "UPDATE webhook_deliveries SET state = 'waiting', tries = 0, next_try_at = ? WHERE id = ?"
        with self._connections.writing() as db:
            done = db.execute(query, [_text(now), delivery]).rowcount == 1
            if done:
                write_audit(db, by, "resend webhook message", delivery)
        return done

    def forget(self, before: datetime) -> None:
        """Delete what was settled before this moment."""
        query = "DELETE FROM webhook_deliveries WHERE state <> 'waiting' AND created_at < ?"
        with self._connections.writing() as db:
            db.execute(query, [_text(before)])


def _answers(db: Database, after: int) -> Iterator[tuple[int, WebhookEvent, str]]:
    for row in list(db.query(_ANSWERS, {"after": after, "most": AT_ONCE})):
        number, at = row.pop("number"), row.pop("received_at")
        if at is not None:  # anonymous answers have no moment, and stand in no such list
            yield number, WebhookEvent.ANSWER, body_of(WebhookEvent.ANSWER, at, row | {"received_at": at})


def _steps(db: Database, after: int) -> Iterator[tuple[int, WebhookEvent, str]]:
    for row in list(db.query(_STEPS, {"after": after, "most": AT_ONCE})):
        number, kind, at = row.pop("number"), row.pop("kind"), row.pop("at")
        event = WebhookEvent.CASE if kind == "created" else WebhookEvent.CASE_CHANGED
        yield number, event, body_of(event, at, row | {"step": kind})


def _name(db: Database, hook: str) -> str:
    row = db.execute("SELECT name FROM webhooks WHERE id = ?", [hook]).fetchone()
    return str(row[0]) if row else hook


def _hook(row: dict[str, Any]) -> OutgoingWebhook:
    events = frozenset(map(WebhookEvent, json.loads(row["events"])))
    return OutgoingWebhook(row["id"], row["name"], row["url"], events, row["sealed_secret"], row["paused"])


def _delivery(row: dict[str, Any]) -> Delivery:
    return Delivery(
        row["id"], row["webhook"], WebhookEvent(row["event"]), row["body"], datetime.fromisoformat(row["created_at"]),
        DeliveryState(row["state"]), row["tries"], _moment(row["next_try_at"]), row["detail"], _moment(row["sent_at"]),
    )  # fmt: skip


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
