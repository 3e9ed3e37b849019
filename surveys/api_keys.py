"""Keys by which other systems use the HTTP API: one for each system, good for the scopes it needs and no more."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from surveys.localisation.language import marked

_KEY = re.compile(r"xs_([0-9a-f]{16})_([A-Za-z0-9_\-]{43})")


class ApiScope(StrEnum):
    """One thing a key may be good for."""

    SURVEYS_READ = "surveys:read"
    EVENTS_WRITE = "events:write"
    RESPONSES_WRITE = "responses:write"
    RESPONSES_READ = "responses:read"
    RESULTS_READ = "results:read"
    COMMENTS_READ = "comments:read"
    MESSAGES_WRITE = "messages:write"
    TASKS_WRITE = "tasks:write"
    SUBJECTS_READ = "subjects:read"
    SUBJECTS_WRITE = "subjects:write"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    METRICS_READ = "metrics:read"

    @property
    def label(self) -> str:
        return _SCOPE_LABELS[self]


_SCOPE_LABELS = {
    ApiScope.SURVEYS_READ: marked("读取问卷"),
    ApiScope.EVENTS_WRITE: marked("上报业务事件"),
    ApiScope.RESPONSES_WRITE: marked("提交答卷"),
    ApiScope.RESPONSES_READ: marked("读取答卷"),
    ApiScope.RESULTS_READ: marked("读取统计结果"),
    ApiScope.COMMENTS_READ: marked("读取留言（个人信息已遮住）"),
    ApiScope.MESSAGES_WRITE: marked("转交短信与按键"),
    ApiScope.TASKS_WRITE: marked("下发任务"),
    ApiScope.SUBJECTS_READ: marked("读取评价对象"),
    ApiScope.SUBJECTS_WRITE: marked("维护评价对象"),
    ApiScope.CASES_READ: marked("读取工单"),
    ApiScope.CASES_WRITE: marked("提交和推进工单"),
    ApiScope.METRICS_READ: marked("读取运行指标"),
}


@dataclass(frozen=True)
class ApiKey:
    """A key as it is kept: only the hash of its secret part."""

    id: str
    system: str
    scopes: frozenset[ApiScope]
    created_on: date
    last_used_on: date | None = None
    revoked: bool = False
    secret_hash: str = field(default="", repr=False)

    def opens_with(self, secret: str) -> bool:
        return hmac.compare_digest(self.secret_hash, _hash(secret)) and not self.revoked


def new_key(system: str, scopes: frozenset[ApiScope], today: date) -> tuple[ApiKey, str]:
    """A key for *system*, and its text, which is shown this once: nothing kept leads back to it."""
    number, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    return ApiKey(number, system, scopes, today, secret_hash=_hash(secret)), f"xs_{number}_{secret}"


class KeptKeys(Protocol):
    """Where keys are found by their number."""

    def find(self, number: str) -> ApiKey | None: ...


def key_of(authorization: str, kept: KeptKeys) -> ApiKey | None:
    """The key in a header `Authorization: Bearer …`, if it is one that is in use."""
    kind, _, token = authorization.partition(" ")
    named = parts(token.strip()) if kind.lower() == "bearer" else None
    key = kept.find(named[0]) if named else None
    return key if named is not None and key is not None and key.opens_with(named[1]) else None


def parts(text: str) -> tuple[str, str] | None:
    """Number and secret of a key's text; None when it is none."""
    found = _KEY.fullmatch(text)
    return (found[1], found[2]) if found else None


def _hash(secret: str) -> str:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()
