"""How a form ended, sealed in the address of its thanks: gone forward to or loaded anew, the same thanks stand there.

The address says nothing to anyone but us. For some hours it shows the receipt again; that of an anonymous answer is
sealed with a key that is in memory alone and soon forgotten, so that no log of addresses ever leads to an answer. When
that key is gone with the server's last start, the browser that has answered still brings the ending along for its
hour, in a cookie that opens with its address alone.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken

from surveys.localisation.clock import Clock

LIFETIME = timedelta(days=1)
ANONYMOUS_LIFETIME = _PERIOD = timedelta(hours=1)  # the key of anonymous endings is good for this and the next


@dataclass(frozen=True)
class EndingTold:
    """What the thanks are made of."""

    ending: str  # an outcome, or that someone was not one of those asked
    version: int
    language: str
    receipt: str = ""
    ticket: str = ""  # to a prize
    kept: str = ""  # under which name the browser kept the form
    staff: bool = False
    by_phone: bool = False
    after: int = 0  # which of the thanks by answer hold, counted from 1
    due: str = ""  # by when somebody will be in contact, once that was asked for


class Seals:
    """Seals and opens endings of a survey."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        self._secret = secret
        self._clock = clock
        self._passing: dict[int, bytes] = {}

    def sealed(self, survey: str, told: EndingTold, *, anonymous: bool) -> str:
        """The ending as it stands in an address; of an anonymous answer without a time."""
        now = self._clock()
        period = _period(now)
        key, at = (self._of(period), period * int(_PERIOD.total_seconds())) if anonymous else (self._secret, _at(now))
        return _lock(key, survey).encrypt_at_time(_plain(told), at).decode()

    def beside(self, survey: str, told: EndingTold, address: str) -> str:
        """An anonymous ending for the browser to keep: read by us alone, and only beside its sealed *address*."""
        at = _period(self._clock()) * int(_PERIOD.total_seconds())
        return self._beside(survey, address).encrypt_at_time(_plain(told), at).decode()

    def brought(self, survey: str, beside: str, address: str) -> EndingTold | None:
        """The ending that a browser has kept for this sealed address, while it is to be told."""
        return self._read(self._beside(survey, address), beside, 2 * _PERIOD)

    def opened(self, survey: str, sealed: str) -> EndingTold | None:
        """The ending, while it is to be told; None of any other text."""
        self._forget(_period(self._clock()))
        for key, lifetime in [(self._secret, LIFETIME), *((each, 2 * _PERIOD) for each in self._passing.values())]:
            if told := self._read(_lock(key, survey), sealed, lifetime):
                return told
        return None

    def _read(self, lock: Fernet, sealed: str, lifetime: timedelta) -> EndingTold | None:
        ttl, now = int(lifetime.total_seconds()), _at(self._clock())
        try:
            return EndingTold(**json.loads(lock.decrypt_at_time(sealed.encode("utf-8", "replace"), ttl, now)))
        except (InvalidToken, TypeError):  # not ours, too old, or of an older form of this
            return None

    def _beside(self, survey: str, address: str) -> Fernet:
        return _lock(self._secret + hashlib.sha256(address.encode("utf-8", "replace")).digest(), survey)

    def _of(self, period: int) -> bytes:
        self._forget(period)
        return self._passing.setdefault(period, secrets.token_bytes(32))

    def _forget(self, period: int) -> None:
        for old in [each for each in self._passing if abs(period - each) > 1]:
            del self._passing[old]


def _plain(told: EndingTold) -> bytes:
    said = {name: value for name, value in asdict(told).items() if value}
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")


def _lock(key: bytes, survey: str) -> Fernet:
    return Fernet(urlsafe_b64encode(hashlib.sha256(b"thanks:" + survey.encode() + b"\0" + key).digest()))


def _period(now: datetime) -> int:
    return int(now.timestamp() // _PERIOD.total_seconds())


def _at(now: datetime) -> int:
    return int(now.timestamp())
