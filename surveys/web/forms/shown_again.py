"""Forms that came back with something to be mended, kept for a while, so that they have an address to be shown at.

A form that is sent leads on to that address, and the way back, forward or anew sends nothing a second time. Kept is in
memory alone what someone has entered, never on a disk, and of anonymous people as of others; the address leads to it
once, and after that only together with a cookie of the browser that has sent it: who is handed the address gets an
empty form. What is not found any more costs a browser with scripts nothing either: that keeps a draft.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from surveys.localisation.clock import Clock
from surveys.web.forms.entrances import Entrance
from surveys.web.forms.form_context import AGAIN, Asking, with_query
from surveys.web.forms.form_page import Filled
from surveys.web.protection.signing import nonce, sign, verify
from surveys.web.rendering.page import see

COOKIE = "xinsheng_again"
LIFETIME = timedelta(minutes=30)
_ON_THE_WAY = timedelta(minutes=1)  # between a form that was sent and the page it leads on to
_MOST, _LARGEST = 300, 64 * 1024  # forms, and characters in one: 20 MB of memory at most


@dataclass(frozen=True)
class _Kept:
    filled: Filled
    way: str  # the entrance it was sent to
    account: int | None
    browser: str
    at: datetime
    shown: bool = False


class ShownAgain:
    """Keeps forms and finds them again."""

    def __init__(self, secret: bytes, clock: Clock, *, secure: bool = False) -> None:
        self._secret, self._clock, self._secure = secret, clock, secure
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def lead(self, request: Request, asking: Asking, filled: Filled) -> Response | None:
        """On to where the form stands; None where it is to be shown as the answer itself.

        That is in frames, which get no cookies; of an agent, whose every look at a person is recorded; at a counter;
        and when there are too many or it is too large.
        """
        entrance, now = asking.entrance, self._clock()
        if not entrance.shown_again_at_address or _size(filled) > _LARGEST or not self._room(now):
            return None
        known = verify(self._secret, COOKIE, request.cookies.get(COOKIE, ""))
        key, browser = nonce(), known[0] if known else nonce()
        account = asking.account.id if asking.account else None
        self._kept[key] = _Kept(filled, entrance.address, account, browser, now)
        query = "&".join(each for each in (asking.query, f"{AGAIN}={key}") if each)
        response = see(with_query(entrance.address, query))
        response.set_cookie(
            COOKIE, sign(self._secret, COOKIE, browser), max_age=int(LIFETIME.total_seconds()),
            path=entrance.address, httponly=True, samesite="lax", secure=self._secure,
        )  # fmt: skip
        return response

    def find(self, request: Request, entrance: Entrance) -> tuple[Filled, int | None] | None:
        """The form of this address, and whose account has sent it; None when it is not, or no longer, to be shown."""
        key, now = request.query_params.get(AGAIN, ""), self._clock()
        kept = self._kept.get(key)
        if kept is None or kept.way != entrance.address or now - kept.at > LIFETIME:
            return None
        known = verify(self._secret, COOKIE, request.cookies.get(COOKIE, ""))
        at_once = not kept.shown and now - kept.at <= _ON_THE_WAY
        if not (at_once or (known and known[0] == kept.browser)):
            return None
        self._kept[key] = replace(kept, shown=True)
        return kept.filled, kept.account

    def forget(self, asking: Asking, number: str) -> None:
        """The form of this number was answered: where no browser may keep it, neither is it kept here."""
        if not (asking.keep or asking.draft):
            for key in [key for key, kept in self._kept.items() if kept.filled.token.nonce == number]:
                del self._kept[key]

    def _room(self, now: datetime) -> bool:
        """Makes room; False when all that is kept may be on its way to be shown."""
        while self._kept:
            key, oldest = next(iter(self._kept.items()))
            if now - oldest.at <= LIFETIME and len(self._kept) < _MOST:
                return True
            if now - oldest.at <= _ON_THE_WAY:
                return False
            del self._kept[key]
        return True


def _size(filled: Filled) -> int:
    return sum(len(name) + sum(map(len, values)) for name, values in filled.entered.items())
