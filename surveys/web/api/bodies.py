"""Requests no larger than the API takes: the rest is refused before it fills the memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from surveys.web.api.access import NO_KEY, WRONG_OFTEN
from surveys.web.api.problems import details
from surveys.web.protection.networks import network_of

LARGEST = 5 * 1024 * 1024
_WITH_BODY = ("POST", "PUT", "PATCH")


class LimitedBodies:
    """ASGI middleware: what has no key is answered with a 401 before its body is read, what is too long with a 413."""

    def __init__(
        self, app: ASGIApp, knows: Callable[[str], bool], missed: Callable[[str, str], Awaitable[int]],
        largest: int = LARGEST,
    ) -> None:  # fmt: skip
        self._app = app
        self._knows = knows
        self._missed = missed
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] in _WITH_BODY and (refusal := await self._refusal(scope)) is not None:
            await refusal(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body, more = body + message.get("body", b""), message.get("more_body", False)
            if len(body) > self._largest:
                advice = f"At most {self._largest} bytes; send the rest in further requests."
                await details(413, advice)(scope, receive, send)
                return
        await self._passed_on(body, scope, receive, send)

    async def _refusal(self, scope: Scope) -> ASGIApp | None:
        """The answer to who has no key; None for who has one."""
        given, client = Headers(scope=scope).get("authorization", ""), scope.get("client")
        if await anyio.to_thread.run_sync(self._knows, given):
            return None
        wait = await self._missed(network_of(client[0]) if client else "", given)
        return details(429, WRONG_OFTEN, wait=wait) if wait else details(401, NO_KEY)

    async def _passed_on(self, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        whole: Message | None = {"type": "http.request", "body": body, "more_body": False}

        async def replay() -> Message:
            nonlocal whole
            message, whole = whole, None
            return message or await receive()

        await self._app(scope, replay, send)
