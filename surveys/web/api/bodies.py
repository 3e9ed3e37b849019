"""Requests no larger than the API takes: the rest is refused before it fills the memory."""

from __future__ import annotations

from collections.abc import Callable

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from surveys.web.api.problems import details

LARGEST = 5 * 1024 * 1024
_WITH_BODY = ("POST", "PUT", "PATCH")


class LimitedBodies:
    """ASGI middleware: what has no key is answered with a 401 before its body is read, what is too long with a 413."""

    def __init__(self, app: ASGIApp, knows: Callable[[str], bool], largest: int = LARGEST) -> None:
        self._app = app
        self._knows = knows
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] in _WITH_BODY and not await self._admitted(scope):
            advice = "Send the header «Authorization: Bearer» with a key that is in use."
            await details(401, advice)(scope, receive, send)
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

    async def _admitted(self, scope: Scope) -> bool:
        given = Headers(scope=scope).get("authorization", "")
        return await anyio.to_thread.run_sync(self._knows, given)

    async def _passed_on(self, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        whole: Message | None = {"type": "http.request", "body": body, "more_body": False}

        async def replay() -> Message:
            nonlocal whole
            message, whole = whole, None
            return message or await receive()

        await self._app(scope, replay, send)
