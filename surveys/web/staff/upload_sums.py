"""How much each session of the console has sent as files: Streamlit holds them in memory until the session ends."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from starlette.requests import Request

from surveys.accounts import token_hash
from surveys.web.protection.cookies import cookie_of
from surveys.web.protection.sessions import SESSION_COOKIE

LARGEST_UPLOAD = 200_000_000  # bytes; Streamlit's own bound for one file
MOST_UPLOADED = 1_000_000_000  # bytes of one session in a window
WINDOW = 3600.0  # seconds
MOST_SESSIONS = 10_000


class UploadSums:
    """Sums by session, begun anew an hour after their first file."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._sums: OrderedDict[str, tuple[float, int]] = OrderedDict()  # since when, and bytes
        self._lock = Lock()

    def admit(self, session: str, size: int) -> bool:
        """Whether a file of this size still fits; counts it if so."""
        with self._lock:
            now = self._now()
            since, sent = self._sums.pop(session, (now, 0))
            if now - since >= WINDOW:
                since, sent = now, 0
            fits = sent + size <= MOST_UPLOADED
            self._sums[session] = (since, sent + size if fits else sent)
            while len(self._sums) > MOST_SESSIONS:
                self._sums.popitem(last=False)
            return fits


def session_key(request: Request) -> str:
    """The session a request belongs to; not the token itself."""
    return token_hash(cookie_of(request.cookies, SESSION_COOKIE) or "")
