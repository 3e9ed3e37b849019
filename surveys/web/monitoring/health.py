"""`/healthz`: whether what people send can be kept. It writes, for a full disk still reads. `/readyz`: whether all
that stands behind this address is there."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Protocol

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from surveys.localisation.language import gettext, in_words
from surveys.localisation.wording import Message
from surveys.storage.records.trouble import trouble
from surveys.web.rendering.page import log_failure

LEAST_PAUSE = 1.0  # seconds between two writes, however many ask: anybody may
_NOT_KEPT = {"Cache-Control": "no-store"}
_OK = "ok"

Check = Callable[[], bool]
"""Whether something stands; it may wait a second."""


class Probed(Protocol):
    """A store that can be tried."""

    def probe(self, *, writing: bool) -> None:
        """Read, or write and commit, as a submission would; raises what stands in the way."""


class HealthPages:
    """Whether this server should be sent anybody.

    *ready*: what else has to stand, by name. *remark*: what is to be said of a server that works all the same.
    """

    def __init__(
        self, store: Probed, *, ready: Mapping[str, Check] | None = None,
        remark: Callable[[], Message | None] = lambda: None, now: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._store, self._ready, self._remark, self._now = store, ready or {}, remark, now
        self._wrote_at = float("-inf")

    def routes(self) -> list[Route]:
        return [Route("/healthz", self.health, methods=["GET"]), Route("/readyz", self.readiness, methods=["GET"])]

    async def health(self, request: Request) -> Response:
        """200 and `ok`; 503 and what is in the way, in English as all that programs read."""
        if wrong := await self._in_the_way(request):
            return JSONResponse({"status": "database unavailable", "reason": wrong}, 503, _NOT_KEPT)
        remark = await anyio.to_thread.run_sync(self._remark)
        said = {"remark": in_words(remark, "en")} if remark else {}
        return JSONResponse({"status": _OK, **said}, headers=_NOT_KEPT)

    async def readiness(self, request: Request) -> Response:
        """200 when everything stands, 503 when something does not; each by name."""
        found = {"database": await self._in_the_way(request) or _OK}
        for name, check in self._ready.items():
            found[name] = _OK if await anyio.to_thread.run_sync(check) else "not there"
        ready = set(found.values()) == {_OK}
        return JSONResponse({"status": "ready" if ready else "not ready", **found}, 200 if ready else 503, _NOT_KEPT)

    async def _in_the_way(self, request: Request) -> str:
        """What keeps answers from being kept; empty where nothing does."""
        writing = self._now() - self._wrote_at >= LEAST_PAUSE
        try:
            await anyio.to_thread.run_sync(lambda: self._store.probe(writing=writing))
        except Exception as error:
            log_failure(request, error)
            return gettext(trouble(error) or "", "en") or "see the log of the server"
        self._wrote_at = self._now() if writing else self._wrote_at
        return ""
