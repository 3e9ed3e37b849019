"""A case: what somebody brought up, where it came from, what became of it, and the answer that its author gets."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from surveys.cases.states import CaseState as CaseState
from surveys.localisation.language import marked

LONGEST_TEXT = 2000
LONGEST_REPLY = 2000
LONGEST_NOTE = 2000
MOST_REMARKS = 20  # to one case; who has more to say than that is better heard in person


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
    owner: str = ""  # the account that answers it by name
    due_on: date | None = None  # by when its author is to have an answer; None until somebody has counted
    reopened: int = 0  # how often it was done with and then was not
    joined_to: str | None = None  # the case of which this is one more report
    response: str | None = None  # the answer it came of, where that is no secret

    def late(self, today: date) -> bool:
        """Whether its author should have had an answer by now."""
        return self.state.open and self.joined_to is None and self.due_on is not None and self.due_on < today


@dataclass(frozen=True)
class Remark:
    """What the author of a case wrote later."""

    text: str
    received_at: datetime
    answered: bool = False  # the organisation has answered since


@dataclass(frozen=True)
class CaseStep:
    """One thing that happened to a case; *at* is a day where nothing finer is kept."""

    kind: StepKind
    at: datetime | date
    by: str  # an account, the name of a system, or empty for the author and for rules
    state: CaseState
    department: str
    owner: str = ""
    detail: str = ""


class StepKind(StrEnum):
    """What happened to a case."""

    CREATED = "created"
    MOVED = "moved"  # to another state
    ANSWERED = "answered"  # its author has words to read
    ASSIGNED = "assigned"  # to a department, an account or both
    REMARKED = "remarked"  # by its author
    NOTED = "noted"  # inside
    JOINED = "joined"
    REOPENED = "reopened"
    PUT_OFF = "put_off"  # it is due on another day
    UPGRADED = "upgraded"  # was in this state before steps were kept

    @property
    def label(self) -> str:
        return _STEPS[self]


_STEPS = {
    StepKind.CREATED: marked("受理"),
    StepKind.MOVED: marked("改变状态"),
    StepKind.ANSWERED: marked("答复"),
    StepKind.ASSIGNED: marked("派单"),
    StepKind.REMARKED: marked("写信的人有补充"),
    StepKind.NOTED: marked("内部备注"),
    StepKind.JOINED: marked("并案"),
    StepKind.REOPENED: marked("重新打开"),
    StepKind.PUT_OFF: marked("改期限"),
    StepKind.UPGRADED: marked("升级前的状态"),
}


@dataclass(frozen=True)
class CaseNote:
    """What the organisation says of a case among itself; its author never reads it."""

    text: str
    at: datetime
    by: str


class Remarked(StrEnum):
    """What became of a remark."""

    KEPT = "kept"
    REPEATED = "repeated"  # the same form was sent before
    TOO_MANY = "too many"


def case_id(code: str, secret: bytes) -> str:
    """Where the case with this look-up code is kept. Keyed, so that the database alone does not give codes away."""
    return hmac.digest(secret, b"case:" + code.encode(), "sha256")[:16].hex()
