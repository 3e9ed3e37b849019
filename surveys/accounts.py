"""Who may sign in and what each may see: roles, passwords, sessions."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from surveys.language import marked
from surveys.wording import Message

SESSION_IDLE = timedelta(hours=8)
SESSION_LONGEST = timedelta(days=7)
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 200

_hasher = PasswordHasher()


class Role(StrEnum):
    """What an account is for."""

    ADMIN = "admin"
    DESIGNER = "designer"
    MANAGER = "manager"
    AGENT = "agent"
    STAFF = "staff"

    @property
    def label(self) -> str:
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.ADMIN: marked("系统管理员"),
    Role.DESIGNER: marked("问卷设计员"),
    Role.MANAGER: marked("部门管理者"),
    Role.AGENT: marked("话务员"),
    Role.STAFF: marked("员工"),
}


@dataclass(frozen=True)
class Account:
    """A person who can sign in."""

    id: int
    name: str
    display_name: str
    role: Role
    departments: tuple[str, ...] = ()
    active: bool = True
    password_hash: str = field(default="", repr=False)

    def sees(self, department: str | None) -> bool:
        """Whether results of this department are this account's business."""
        return self.sees_all_departments or (self.role is Role.MANAGER and department in self.departments)

    @property
    def sees_all_departments(self) -> bool:
        return self.role in (Role.ADMIN, Role.DESIGNER)


class UnfitPassword(ValueError):
    """A password that can't be taken; the message is for the person choosing it."""


def hashed_password(password: str) -> str:
    """The argon2id hash to keep; raises UnfitPassword."""
    if len(password) < SHORTEST_PASSWORD:
        raise UnfitPassword(Message(marked("密码至少 {count} 位"), {"count": SHORTEST_PASSWORD}))
    if len(password) > LONGEST_PASSWORD:
        raise UnfitPassword(Message(marked("密码最多 {count} 位"), {"count": LONGEST_PASSWORD}))
    return _hasher.hash(password)


# What an unknown name is checked against, so that it takes as long as a wrong password.
_NOBODY = _hasher.hash(secrets.token_hex(16))


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


def session_alive(created_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """A session ends when unused for a working day, and after a week in any case."""
    return now - last_seen_at < SESSION_IDLE and now - created_at < SESSION_LONGEST
