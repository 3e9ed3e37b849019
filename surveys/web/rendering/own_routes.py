"""The application's own routes, served before anything else: a form passes through nothing it does not need."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic
from urllib.parse import urlsplit

import anyio.to_thread
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from surveys.localisation.profile import UNNAMED, presenting
from surveys.storage.records.protocols import Organisation
from surveys.web.monitoring.request_times import ELSEWHERE, Observe, timed
from surveys.web.rendering.page import exception_handlers, failure_page

_WITHOUT_LETTERHEAD = ("healthz", "readyz", "metrics")  # read by programs, also when the database fails
# Of a browser's abilities; photos come by a field for files. Few, for every form carries them.
_NEVER_ASKED = ("camera", "geolocation", "microphone")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "Permissions-Policy": ", ".join(f"{each}=()" for each in _NEVER_ASKED),
}
_ONLY_TLS = {"Strict-Transport-Security": "max-age=31536000"}  # a year; other hosts of the domain are not ours to bind


LONGEST_PAUSE = 30.0  # seconds between two pieces of a body
LONGEST_BODY = 300.0  # seconds for all of it: photos over a weak line

_log = logging.getLogger(__name__)


class OwnRoutes:
    """ASGI middleware: these routes look after themselves; whatever lies elsewhere goes on to *app*."""

    def __init__(
        self, app: ASGIApp, *, organisation: Organisation, routes: Sequence[BaseRoute], secure: bool = False,
        observe: Observe | None = None,
    ) -> None:  # fmt: skip
        self._app = app
        self._observe = observe
        self._organisation = organisation
        self._headers = _HEADERS | (_ONLY_TLS if secure else {})
        self._own = {first_part(str(getattr(route, "path", ""))) for route in routes}
        self._served = Starlette(routes=routes, exception_handlers={**exception_handlers, ClientDisconnect: _hung_up})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        send = with_headers(send, self._headers)
        first = first_part(scope["path"])
        if self._observe is not None:
            send = timed(send, first if first in self._own else ELSEWHERE, scope["method"], self._observe)
        if first in _WITHOUT_LETTERHEAD and first in self._own:
            await self._served(scope, receive, send)
            return
        try:
            profile = await anyio.to_thread.run_sync(self._organisation.profile)
        except Exception as error:
            with presenting(UNNAMED):  # whose letterhead it would be can't be asked
                await failure_page(Request(scope, receive), error)(scope, receive, send)
            return
        scope.setdefault("state", {})["profile"] = profile
        if first in self._own:
            with presented(scope):
                await self._served(scope, _in_time(receive), send)
        else:
            await self._app(scope, receive, send)


async def _hung_up(request: Request, _: Exception) -> Response:
    """Who hangs up, or sends nothing more for a while, leaves one line in the log and holds nothing."""
    _log.info("%s /%s: the client hung up", request.method, first_part(request.url.path))
    return Response(status_code=408, headers={"Connection": "close"})


def _in_time(receive: Receive) -> Receive:
    """The same, but a body that stops coming, or drips, counts as one whose sender has hung up."""
    ends, whole = monotonic() + LONGEST_BODY, False

    async def receiving() -> Message:
        nonlocal whole
        if whole:  # what is waited for now is that the client goes
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), min(LONGEST_PAUSE, max(0.0, ends - monotonic())))
        except TimeoutError:
            return {"type": "http.disconnect"}
        whole = not message.get("more_body", False)
        return message

    return receiving


@contextmanager
def presented(scope: Scope) -> Iterator[None]:
    """While pages for this request are made, they bear the organisation's name and colours."""
    with presenting(scope["state"]["profile"]):
        yield


def first_part(path: str) -> str:
    """The first part of a path, by which it is decided who answers."""
    return path.strip("/").partition("/")[0]


def with_headers(send: Send, said: Mapping[str, str] = _HEADERS) -> Send:
    """Adds what every answer should say, where it does not say it itself; none leads to a host that a request names."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in said.items():
                headers.setdefault(name, value)
            if "location" in headers:
                headers["location"] = _of_ours(headers["location"])
        await send(message)

    return sending


def _of_ours(location: str) -> str:
    """The same address without the host: every redirect is to a page of this installation, by whatever name it has.

    Routers complete an address by the Host header, which whoever asks can set.
    """
    parts = urlsplit(location)
    if not parts.netloc:
        return location
    return "/" + parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
