"""`/healthz`: whether what people send can be kept. It writes, for a full disk still reads."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from surveys.localisation.language import gettext
from surveys.storage.records.trouble import trouble
from surveys.web.rendering.page import log_failure

LEAST_PAUSE = 1.0  # seconds between two writes, however many ask: anybody may
_NOT_KEPT = {"Cache-Control": "no-store"}


class Probed(Protocol):
    """A store that can be tried."""

    def probe(self, *, writing: bool) -> None:
        """Read, or write and commit, as a submission would; raises what stands in the way."""


class HealthPages:
    """Whether this server should be sent anybody."""

    def __init__(self, store: Probed, *, now: Callable[[], float] = time.monotonic) -> None:
        self._store, self._now = store, now
        self._wrote_at = float("-inf")

    def routes(self) -> list[Route]:
        return [Route("/healthz", self.health, methods=["GET"])]

    async def health(self, request: Request) -> Response:
        """200 and `ok`; 503 and what is in the way, in English as all that programs read."""
        writing = self._now() - self._wrote_at >= LEAST_PAUSE
        try:
            await anyio.to_thread.run_sync(lambda: self._store.probe(writing=writing))
        except Exception as error:
            log_failure(request, error)
            said = gettext(trouble(error) or "", "en") or "see the log of the server"
            return JSONResponse({"status": "database unavailable", "reason": said}, 503, _NOT_KEPT)
        self._wrote_at = self._now() if writing else self._wrote_at
        return JSONResponse({"status": "ok"}, headers=_NOT_KEPT)
