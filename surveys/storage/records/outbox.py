"""Messages as the outbox holds them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from surveys.channels.message import MessageState, OutboxMessage

LONGEST_WAIT = timedelta(days=1)  # between two tries of a message, whoever asks us to wait
LEASE = timedelta(minutes=5)  # a message taken by a sender that died is tried again after this long


@dataclass(frozen=True)
class Claimed:
    """A message that one sender has taken; no other has it until the lease ends. `tries` counts this one."""

    message: OutboxMessage
    tries: int
    claim: str
    created_at: datetime


@dataclass(frozen=True)
class OutboxEntry:
    """A message with what became of it. `reason` is a value of `channels.Reason`; `detail` a code."""

    message: OutboxMessage
    state: MessageState
    tries: int
    reason: str
    detail: str
    created_at: datetime
    next_try_at: datetime
    sent_at: datetime | None
