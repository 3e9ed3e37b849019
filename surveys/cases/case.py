"""A case: what somebody brought up, where it came from, what became of it, and the answer that its author gets."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from surveys.localisation.language import marked

LONGEST_TEXT = 2000
LONGEST_REPLY = 2000
MOST_REMARKS = 20  # to one case; who has more to say than that is better heard in person


class CaseState(StrEnum):
    """Where a case stands, as its author sees it."""

    RECEIVED = "received"
    WORKED_ON = "worked_on"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return _STATES[self]


_STATES = {
    CaseState.RECEIVED: marked("已收到"),
    CaseState.WORKED_ON: marked("处理中"),
    CaseState.ANSWERED: marked("已答复"),
    CaseState.CLOSED: marked("已结束"),
}


@dataclass(frozen=True)
class Source:
    """Where a case came from: a kind of source, and which one of them; a box by its code."""

    kind: str
    reference: str = ""


@dataclass(frozen=True)
class Case:
    """One message with what became of it. Its look-up code, where it has one, is known to its author alone."""

    id: str
    source: Source
    department: str
    category: str
    text: str
    contact: str
    received_at: datetime
    state: CaseState = CaseState.RECEIVED
    reply: str = ""
    answered_on: date | None = None
    flags: tuple[str, ...] = ()
    remarks: int = 0  # how often its author has written again
    waiting: bool = False  # its author has written again since the last answer


@dataclass(frozen=True)
class Remark:
    """What the author of a case wrote later."""

    text: str
    received_at: datetime
    answered: bool = False  # the organisation has answered since


class Remarked(StrEnum):
    """What became of a remark."""

    KEPT = "kept"
    REPEATED = "repeated"  # the same form was sent before
    TOO_MANY = "too many"


def case_id(code: str, secret: bytes) -> str:
    """Where the case with this look-up code is kept. Keyed, so that the database alone does not give codes away."""
    return hmac.digest(secret, b"case:" + code.encode(), "sha256")[:16].hex()
