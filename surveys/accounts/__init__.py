"""Who may sign in and what each may see: roles, passwords, sessions."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from surveys.accounts.passwords import LONGEST_PASSWORD, weakness
from surveys.localisation.clock import local_day, zone
from surveys.permissions import Action, Role, Scope

SESSION_IDLE = timedelta(hours=8)
SESSION_LONGEST = timedelta(days=7)

_hasher = PasswordHasher()


class Anywhere(Enum):
    """What stands for a department where it is asked whether something may be done at all."""

    ANYWHERE = "anywhere"


ANYWHERE: Final = Anywhere.ANYWHERE


@dataclass(frozen=True)
class Account:
    """A person who can sign in."""

    id: int
    name: str
    display_name: str
    role: Role
    departments: tuple[str, ...] = ()  # those it is in; what it may do reaches what is below them too
    active: bool = True
    password_hash: str = field(default="", repr=False)
    language: str = ""  # the one chosen last, empty where none was
    password_given: bool = False  # chosen by somebody else: nothing is open before it is changed
    lacks_second_factor: bool = False  # which its role has to have here: nothing is open before it is set up
    below: frozenset[str] = field(default=frozenset(), compare=False, repr=False)  # all departments under its own

    def sees(self, department: str | None) -> bool:
        """Whether results of this department are this account's business."""
        return self.may(Action.VIEW_RESULTS, department)

    @property
    def may_enter(self) -> bool:
        """Whether a sign-in opens anything yet."""
        return not (self.password_given or self.lacks_second_factor)

    @property
    def scope(self) -> tuple[str, ...] | None:
        """The departments whose results it reads, with all below its own: None for all."""
        reach = self.reach(Action.VIEW_RESULTS)
        return None if reach is None else tuple(sorted(reach))

    @property
    def case_scope(self) -> tuple[str, ...] | None:
        """The departments whose cases it answers, with all below its own: None for all."""
        reach = self.reach(Action.ANSWER_CASES)
        return None if reach is None else tuple(sorted(reach))

    @property
    def sees_all_departments(self) -> bool:
        return self.scope is None

    def may(self, action: Action, department: str | Anywhere | None = ANYWHERE) -> bool:
        """Whether it may do that: at all, or to what belongs to *department* (None: the whole organisation)."""
        if action not in self.role.grants:
            return False
        reach = self.reach(action)
        return department is ANYWHERE or reach is None or department in reach

    def may_for(self, action: Action, department: str | None) -> bool:
        """Whether it may do that with what *department* owns; what the whole organisation owns is open to every one."""
        return self.may(action, department) or (department is None and self.may(action))

    def reach(self, action: Action) -> frozenset[str] | None:
        """The departments in which it may do that, with all below its own: None for all, empty where it may not."""
        scope, own = self.role.grants.get(action), self.below.union(self.departments)
        if scope is None:
            return frozenset()
        return None if scope is Scope.ALL or (scope is Scope.OWN_OR_ALL and not own) else own


class UnfitPassword(ValueError):
    """A password that can't be taken; the message is for the person choosing it."""


def hashed_password(password: str, name: str = "") -> str:
    """The argon2id hash to keep of a password for the account of this *name*; raises UnfitPassword."""
    if (problem := weakness(password, name)) is not None:
        raise UnfitPassword(problem)
    return _hasher.hash(password)


# What an unknown name is checked against, so that it takes as long as a wrong password: the hash of 128 random bits
# that nobody has kept, written out because every command would spend a tenth of a second on making one.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4"
    "$BECDqLztJs49LjKY6xKpJQ$m/WHVfQDr7zIHxy/XLnQBVgtJH4jo9qVNQqT+vkpWZw"
)  # fmt: skip


def password_fits(account: Account | None, password: str) -> bool:
    """Whether the password is the account's; the answer for no account takes as long."""
    try:
        _hasher.verify(account.password_hash if account else _NOBODY, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return account is not None and account.active


def new_session_token() -> str:
    """128 random bits for the cookie; only `token_hash` of it is kept."""
    return secrets.token_urlsafe(16)


def token_hash(token: str) -> str:
    """What is stored of a token. It is random, so a plain hash suffices, and looking it up leaks nothing."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def session_alive(begun: date, used: date, now: datetime, used_at: datetime | None = None) -> bool:
    """A session ends when unused for a working day, and after a week in any case.

    *begun* and *used* are days of the organisation's calendar, *used_at* the moment of the last use where it is known;
    else a session goes on until it can't have been used within the working day any more.
    """
    if local_day(now) - begun >= SESSION_LONGEST:
        return False
    if used_at is not None and local_day(used_at) >= used:
        return now - used_at < SESSION_IDLE
    ended = datetime.combine(used + timedelta(days=1), time(), zone())
    return now - ended < SESSION_IDLE
