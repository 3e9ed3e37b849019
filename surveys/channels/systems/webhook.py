"""A webhook: which system is told what, and what became of each message to it."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from surveys.localisation.language import marked

MOST_TRIES = 8
WAITS = tuple(timedelta(seconds=each) for each in (5, 300, 1800, 7200, 18000, 36000, 36000))
"""Between one try and the next: the schedule that Standard Webhooks recommends."""
KEPT_FOR = timedelta(days=30)  # the log
SECRET_BYTES = 32


class WebhookEvent(StrEnum):
    """What a system can be told."""

    ANSWER = "answer.received"  # of surveys that are not anonymous
    CASE = "case.created"
    CASE_CHANGED = "case.changed"

    @property
    def label(self) -> str:
        return _EVENTS[self]


_EVENTS = {
    WebhookEvent.ANSWER: marked("收到答卷（实名问卷）"),
    WebhookEvent.CASE: marked("新工单"),
    WebhookEvent.CASE_CHANGED: marked("工单有进展"),
}


class DeliveryState(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # given up after all tries; it can be sent again

    @property
    def label(self) -> str:
        return _STATES[self]


_STATES = {
    DeliveryState.WAITING: marked("等待发送"), DeliveryState.SENT: marked("已送达"),
    DeliveryState.FAILED: marked("放弃"),
}  # fmt: skip


@dataclass(frozen=True)
class OutgoingWebhook:
    """Where messages of which kinds go. The secret is kept sealed; nobody reads it again."""

    id: str
    name: str
    url: str
    events: frozenset[WebhookEvent]
    sealed_secret: str
    paused: str = ""  # why nothing goes out, in words of the log; empty while it does


@dataclass(frozen=True)
class Delivery:
    """One message to one webhook."""

    id: str
    webhook: str
    event: WebhookEvent
    body: str
    created_at: datetime
    state: DeliveryState = DeliveryState.WAITING
    tries: int = 0
    next_try_at: datetime | None = None
    detail: str = ""  # of the last try
    sent_at: datetime | None = None


def new_secret() -> str:
    """A secret as Standard Webhooks writes it, to be shown once."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def seal(key: bytes, secret: str) -> str:
    """How the secret is kept: readable with the installation's own alone."""
    return _lock(key).encrypt_at_time(secret.encode(), 0).decode()


def unseal(key: bytes, sealed: str) -> str | None:
    """The secret again; None when another installation has sealed it."""
    try:
        return _lock(key).decrypt(sealed.encode()).decode()
    except (InvalidToken, UnicodeDecodeError):
        return None


def body_of(event: WebhookEvent, at: str, data: Mapping[str, Any]) -> str:
    """The message as Standard Webhooks lays it out: type, timestamp, data."""
    return json.dumps({"type": event.value, "timestamp": at, "data": dict(data)}, ensure_ascii=False)


def delivery_id(webhook: str, event: WebhookEvent, number: int) -> str:
    """The id of a message; the same for the same happening, so that a receiver takes it once."""
    digest = hashlib.blake2b(f"{webhook}\0{event}\0{number}".encode(), digest_size=12).hexdigest()
    return f"msg_{digest}"


def next_try(tries: int, now: datetime, wait: float | None = None) -> datetime | None:
    """When to try again after so many tries; not before the receiver's own wish. None: give up."""
    if tries >= MOST_TRIES:
        return None
    due = now + WAITS[min(tries, len(WAITS)) - 1]
    return due if wait is None else max(due, now + timedelta(seconds=min(wait, WAITS[-1].total_seconds())))


def _lock(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"webhook\0" + key).digest()))
