"""A task: one filler, one subject, one round, one due date; at most one counted answer."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from surveys.localisation.language import marked

LINK_LASTS = timedelta(days=30)  # a personal link is good for so long after its task was due
LONGEST_REASON = 200


class TaskState(StrEnum):
    """Where a task stands on a day."""

    LATE = "late"
    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    TaskState.LATE: marked("已超期"),
    TaskState.OPEN: marked("待填"),
    TaskState.DONE: marked("已完成"),
    TaskState.WITHDRAWN: marked("已撤销"),
}


@dataclass(frozen=True)
class Task:
    """Who fills which form about what. The filler is an account, or a contact with a personal link.

    `subject` is a code of `subject_kind`; both empty where the form is about nothing in particular. Of an anonymous
    survey `done` is all that is known of its answer.
    """

    id: str
    survey: str
    round: str
    natural_key: str  # what it is: the same task, made again, is the same
    account: int | None = None
    contact: str | None = None
    subject_kind: str = ""
    subject: str = ""
    relation: str = ""  # see `relations`
    department: str | None = None  # whose results its answer belongs to
    due_on: date | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    done: bool = False
    withdrawn_reason: str | None = None
    reminders: int = 0
    escalated: bool = False
    stands_in_for: int | None = None  # the account whose task it was first
    made_by: str = ""
    put_off_reason: str = ""  # why its filler, or who gave it out, moved the due date
    handed_on: bool = False  # whether who does it now has still to hear of it

    def state(self, today: date) -> TaskState:
        """Open until it is done or withdrawn; late from the day after it was due."""
        if self.done:
            return TaskState.DONE
        if self.withdrawn_reason is not None:
            return TaskState.WITHDRAWN
        return TaskState.LATE if self.due_on is not None and today > self.due_on else TaskState.OPEN

    def link_expired(self, today: date) -> bool:
        """Whether its personal link is too old; an account's task never is."""
        return self.contact is not None and self.due_on is not None and today > self.due_on + LINK_LASTS


def natural_key(filler: int | str, kind: str, subject: str, relation: str = "", phase: str = "") -> str:
    """What a task is, within a survey and round: the filler (number of an account, id of a contact) and the rest."""
    who = f"account:{filler}" if isinstance(filler, int) else f"contact:{filler}"
    return "|".join([who, kind, subject, relation, phase])


def new_task_id() -> str:
    """128 random bits, in hexadecimal: rows in the order of their keys tell nothing."""
    return secrets.token_hex(16)


def task_token(secret: bytes, task: str) -> str:
    """The token of a task's personal link: 128 bits that can be written again, though only their hash is kept."""
    digest = hmac.digest(secret, b"task:" + task.encode(), "sha256")
    return urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def task_address(task: Task, secret: bytes) -> str:
    """The path of its form: its own for who signs in, with a token for who has no account."""
    return f"/t/{task.id if task.account is not None else task_token(secret, task.id)}"
