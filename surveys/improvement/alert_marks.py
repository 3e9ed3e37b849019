"""What was decided about an alert: seen, put off until a day, or muted with a reason; for oneself or for one's role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from surveys.accounts import Account
from surveys.localisation.language import marked
from surveys.localisation.wording import saying

LONGEST_REASON = 200


class AlertState(StrEnum):
    """How an alert is set aside, each with what brings it back."""

    SEEN = "seen"  # until it says something else
    SNOOZED = "snoozed"  # until a day
    MUTED = "muted"  # until somebody takes it back

    @property
    def label(self) -> str:
        return _STATES[self]


_STATES = {
    AlertState.SEEN: marked("知道了"), AlertState.SNOOZED: marked("过几天再提醒"), AlertState.MUTED: marked("不再提醒"),
}  # fmt: skip


@dataclass(frozen=True)
class AlertReaders:
    """Whom a mark holds for: one account by its name, else all of a role that are in the same departments."""

    account: str = ""
    role: str = ""
    departments: tuple[str, ...] = ()

    @property
    def shared(self) -> bool:
        return not self.account


def readers_of(account: Account) -> tuple[AlertReaders, AlertReaders]:
    """The account alone, and all of its role in its departments."""
    return AlertReaders(account.name), AlertReaders("", account.role.value, tuple(sorted(account.departments)))


@dataclass(frozen=True)
class AlertMark:
    """One decision. `alert`: what the alert is about; `words`: what it said then, `until`: the day it comes back."""

    alert: str
    readers: AlertReaders
    state: AlertState
    words: str
    until: date | None = None
    reason: str = ""
    set_by: str = ""
    set_on: date | None = None

    def hides(self, words: str, today: date) -> bool:
        """Whether an alert that says *words* is set aside today."""
        if self.state is AlertState.SNOOZED:
            return self.until is not None and today < self.until
        return self.state is AlertState.MUTED or self.words == words


class UnfitMark(ValueError):
    """What is missing of a mark, in words."""


def assert_mark(mark: AlertMark, today: date) -> None:
    """Raise `UnfitMark` for one that is put off to no later day, or muted without saying why."""
    if mark.state is AlertState.SNOOZED and (mark.until is None or mark.until <= today):
        raise UnfitMark(saying("请选今天以后的日期"))
    if mark.state is AlertState.MUTED and not mark.reason.strip():
        raise UnfitMark(saying("不再提醒要写明理由"))
    if len(mark.reason) > LONGEST_REASON:
        raise UnfitMark(saying("理由最多 {most} 个字", most=LONGEST_REASON))


def hiding(marks: Iterable[AlertMark], alert: str, words: str, today: date) -> AlertMark | None:
    """The mark that sets this alert aside today, if any."""
    return next((each for each in marks if each.alert == alert and each.hides(words, today)), None)
