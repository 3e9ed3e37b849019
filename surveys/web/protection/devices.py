"""Tells one browser from another by a random number in a signed cookie; nothing else is known of it."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from surveys.web.protection.cookies import cookie_of, set_cookie
from surveys.web.protection.signing import nonce, sign, verify

DEVICE_COOKIE = "xinsheng_device"
_YEAR = 365 * 24 * 3600
_MOST_REMEMBERED = 100_000


@dataclass(frozen=True)
class Visitor:
    """Who sends: the network address, and the number of the browser if it has one."""

    address: str
    device: str = ""


def device_of(secret: bytes, cookies: Mapping[str, str]) -> str:
    """The number of this browser; empty when it has none that we gave it."""
    parts = verify(secret, "device", cookie_of(cookies, DEVICE_COOKIE) or "")
    return parts[0] if parts else ""


def visitor(secret: bytes, request: Request) -> Visitor:
    return Visitor(request.client.host if request.client else "", device_of(secret, request.cookies))


def give_number(secret: bytes, response: Response, *, secure: bool) -> None:
    """Let the browser have a number of its own."""
    set_cookie(response, DEVICE_COOKIE, sign(secret, "device", nonce()), secure=secure, max_age=_YEAR)


def device_hash(survey: str, device: str) -> str:
    """What is stored of a device that has answered a survey: it matches no other survey's."""
    return hashlib.sha256(f"{survey}:{device}".encode()).hexdigest()[:32]


class Seen:
    """Which devices have answered which form today. Kept in memory: it only makes answers conspicuous."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str, str], tuple[str, date]] = OrderedDict()

    def again(self, answer: str, survey: str, place: str, device: str, day: date) -> bool:
        """Whether this device has given another answer here today; notes that it has given this one now."""
        key = (survey, place, device)
        before = self._seen.pop(key, None)
        self._seen[key] = (answer, day)
        if len(self._seen) > _MOST_REMEMBERED:
            self._seen.popitem(last=False)
        return before is not None and before[0] != answer and before[1] == day
