"""Phone interviews: who is to be called, what came of a call, and when to call again."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

from surveys.accounts import Account
from surveys.definition.conditions import Entered
from surveys.definition.questions import Choice, Question
from surveys.localisation.clock import zone
from surveys.localisation.language import marked
from surveys.localisation.wording import Message
from surveys.people.contact import Contact

FARTHEST_APPOINTMENT = timedelta(days=60)


class CallOutcome(StrEnum):
    """What came of a call. Only a kept answer makes it complete."""

    COMPLETE = "complete"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    LATER = "later"
    WRONG_NUMBER = "wrong_number"
    NOT_WANTED = "not_wanted"  # the questions showed that this person is not asked, or the quota is full

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    CallOutcome.COMPLETE: marked("完成"),
    CallOutcome.NO_ANSWER: marked("无人接听"),
    CallOutcome.REFUSED: marked("拒访"),
    CallOutcome.LATER: marked("改约"),
    CallOutcome.WRONG_NUMBER: marked("空号"),
    CallOutcome.NOT_WANTED: marked("不需访问"),
}
# What an option's code says of the call where the option has no outcome of its own.
_SAID_BY = {"call_refused": CallOutcome.REFUSED, "call_later": CallOutcome.LATER}
REPORTED = (CallOutcome.NO_ANSWER, CallOutcome.LATER, CallOutcome.REFUSED, CallOutcome.WRONG_NUMBER)  # by the agent


class CallState(StrEnum):
    """Where a call stands."""

    WAITING = "waiting"
    HELD = "held"  # an agent has it
    DONE = "done"


class CallRules(BaseModel):
    """When people are called, and how often again when nobody answers. Hours are those of the organisation's zone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    times: int = Field(default=3, ge=1, le=10)
    spacing_minutes: int = Field(default=240, ge=5, le=14 * 24 * 60)
    opens: time = time(9)
    closes: time = time(20)
    weekends: bool = True
    hold_minutes: int = Field(default=30, ge=5, le=240)  # then another agent may take the call

    @model_validator(mode="after")
    def _opens_first(self) -> CallRules:
        if self.opens >= self.closes:
            raise ValueError(f"`opens` {self.opens} must be before `closes` {self.closes}")
        return self

    def open_at(self, moment: datetime) -> bool:
        """Whether people may be called at this moment."""
        here = moment.astimezone(zone())
        return (self.weekends or here.weekday() < 5) and self.opens <= here.time() < self.closes

    def next_open(self, moment: datetime) -> datetime:
        """This moment, or the first one after it at which people may be called."""
        here = moment.astimezone(zone())
        if self.open_at(here):
            return moment
        day = here.date() if here.time() < self.opens else here.date() + timedelta(days=1)
        while not self.weekends and day.weekday() >= 5:
            day += timedelta(days=1)
        return datetime.combine(day, self.opens, zone())


@dataclass(frozen=True)
class CallQueue:
    """People to be called about one survey, with the script and the rules of the calls."""

    id: str
    name: str
    survey: str
    script: str = ""
    rules: CallRules = field(default_factory=CallRules)
    closed: bool = False


@dataclass(frozen=True)
class Call:
    """One person in a queue."""

    id: str
    queue: str
    contact: str
    due_at: datetime
    invitation: str | None = None
    state: CallState = CallState.WAITING
    tries: int = 0
    agreed: bool = False  # the person named the time
    held_by: str | None = None
    outcome: CallOutcome | None = None  # of the latest try


@dataclass(frozen=True)
class Interview:
    """A call as the agent has it on the screen. `card` is masked; `number` is given only when it was asked for."""

    call: Call
    queue: CallQueue
    agent: Account
    card: Contact
    number: str = ""


@dataclass(frozen=True)
class SaidOutcome:
    """What an answer says has come of the call, and the question that it was said to."""

    outcome: CallOutcome
    item: str


def outcome_said(asked: Iterable[Question], entered: Entered) -> SaidOutcome | None:
    """The outcome of an option that was chosen; of several the one of the question that was asked first.

    An option has one by its setting `call_outcome`, else by its code: `call_refused` or `call_later`.
    """
    for question in asked:
        chosen = entered.get(question.code, ()) if isinstance(question, Choice) else ()
        for option in question.options if isinstance(question, Choice) else ():
            outcome = CallOutcome(option.call_outcome) if option.call_outcome else _SAID_BY.get(option.code)
            if outcome is not None and option.code in chosen:
                return SaidOutcome(outcome, question.code)
    return None


def appointment(asked: Iterable[Question], entered: Entered, item: str) -> tuple[str, datetime | None]:
    """The item to mend if it is no good, and the moment that was named after the answer to *item*.

    That is the last date and time asked for because of that answer; where none are, the last ones asked after it.
    Where nothing asks for them, *item* itself is to be mended.
    """
    questions = list(asked)
    after = questions[next((n for n, each in enumerate(questions) if each.code == item), -1) + 1 :]
    moments = [each for each in after if each.type in ("date", "time")]
    because = [each for each in moments if each.show_if and item in each.show_if.fields()]
    given = {each.type: each.code for each in because or moments}
    day, clock = ("".join(entered.get(given.get(kind, ""), ())) for kind in ("date", "time"))
    return given.get("time") or given.get("date", item), agreed_moment(day, clock)


def agreed_moment(day: str, clock: str) -> datetime | None:
    """A day and a time as a browser's fields give them; None when they are not both there."""
    try:
        return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone())
    except ValueError:
        return None


def new_call_id() -> str:
    """128 random bits, because it stands in an address."""
    return secrets.token_hex(16)


class UnfitAppointment(ValueError):
    """A time at which nobody can be called; carries a message for the agent."""


def after(
    call: Call, outcome: CallOutcome, rules: CallRules, now: datetime, agreed: datetime | None = None
) -> Call:  # fmt: skip
    """The call once this has come of it. Raises UnfitAppointment when *agreed* is needed and no good."""
    tried = replace(call, tries=call.tries + 1, outcome=outcome, held_by=None, agreed=False)
    if outcome is CallOutcome.LATER:
        return replace(tried, state=CallState.WAITING, agreed=True, due_at=_agreed(rules, now, agreed))
    if outcome is CallOutcome.NO_ANSWER and tried.tries < rules.times:
        due = rules.next_open(now + timedelta(minutes=rules.spacing_minutes))
        return replace(tried, state=CallState.WAITING, due_at=due)
    return replace(tried, state=CallState.DONE)


def _agreed(rules: CallRules, now: datetime, agreed: datetime | None) -> datetime:
    if agreed is None:
        raise UnfitAppointment(Message(marked("请填写与客户约好的日期和时间")))
    if not now < agreed <= now + FARTHEST_APPOINTMENT:
        raise UnfitAppointment(Message(marked("约好的时间应在今后 60 天之内")))
    if not rules.open_at(agreed):
        values = {"opens": f"{rules.opens:%H:%M}", "closes": f"{rules.closes:%H:%M}"}
        raise UnfitAppointment(Message(marked("请约在可以拨打的时间：{opens} 到 {closes}"), values))
    return agreed
