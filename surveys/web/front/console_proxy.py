"""Passes requests and live connections on to the console, which listens on a socket file that only we may open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import httpx
from starlette.requests import ClientDisconnect, Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, unix_connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from surveys.web.rendering.page import error_page

# What concerns one connection and not the request (RFC 9110, 7.6.1), and what a client may not say of itself.
_HOP_BY_HOP = frozenset((
    b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection", b"te", b"trailer",
    b"transfer-encoding", b"upgrade",
))  # fmt: skip
_OURS_TO_SAY = frozenset((b"forwarded", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host"))
_HANDSHAKE = frozenset((
    b"host", b"sec-websocket-key", b"sec-websocket-version", b"sec-websocket-extensions", b"sec-websocket-protocol",
))  # fmt: skip
_SAID_HERE = frozenset((b"date", b"server"))
# A console that computes may take its time; whoever asked can go away.
_PATIENT = {"timeout": {"connect": 10.0, "read": None, "write": None, "pool": None}}
_STARTING_UP = 30.0  # seconds that a request waits for a console that is just being started

Headers = Iterable[tuple[bytes, bytes]]
_GOING_AWAY = 1001
_NEVER_SENT = {1005, 1006, 1015}  # said of a connection that broke off, and by nobody (RFC 6455, 7.4.1)


Passing = Callable[[Mapping[str, str]], None]
"""Learns of each request, and each word of a live connection, by its cookies."""


class ConsoleProxy:
    """ASGI application: whatever it is asked, the console behind this socket answers."""

    def __init__(self, socket: Path, *, patience: float = _STARTING_UP, passing: Passing = lambda _: None) -> None:
        self._socket = socket
        self._passing = passing
        self._patience = patience
        # The transport alone: a client would keep the cookies of one visitor and send them with the next one's request.
        self._transport = httpx.AsyncHTTPTransport(uds=str(socket), limits=httpx.Limits(max_connections=None))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._stream(WebSocket(scope, receive, send))
        elif scope["type"] == "http":
            await self._ask(Request(scope, receive), scope, receive, send)

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def _ask(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        self._passing(request.cookies)
        if not await self._ready():
            await error_page(request, 503)(scope, receive, send)
            return
        asked = httpx.Request(
            request.method, _address(scope, "http"), headers=[*_passed_on(scope), *_forwarded(scope)],
            content=request.stream() if _has_body(request) else None, extensions=_PATIENT,
        )  # fmt: skip
        try:
            answer = await self._transport.handle_async_request(asked)
        except (httpx.TransportError, ClientDisconnect):
            await error_page(request, 503)(scope, receive, send)
            return
        response = StreamingResponse(answer.aiter_raw(), status_code=answer.status_code)
        response.raw_headers = [each for each in answer.headers.raw if each[0].lower() not in _HOP_BY_HOP | _SAID_HERE]
        try:
            await response(scope, receive, send)
        finally:
            await answer.aclose()

    async def _stream(self, browser: WebSocket) -> None:
        """Carry the console's live connection; one that the console refuses is refused here."""
        scope = browser.scope
        if not await self._ready():
            await browser.close(1013, "the console is starting")
            return
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in _passed_on(scope)]
        headers += [(name.decode(), value.decode("latin-1")) for name, value in _forwarded(scope)]
        try:
            console = await unix_connect(
                str(self._socket), _address(scope, "ws"), compression=None, max_size=None, ping_interval=None,
                subprotocols=scope["subprotocols"] or None,
                additional_headers=[each for each in headers if each[0].encode() not in _HANDSHAKE],
                user_agent_header=None, proxy=None,
            )  # fmt: skip
        except (OSError, InvalidHandshake):
            await browser.close(1008, "refused")
            return
        async with console:
            await browser.accept(console.subprotocol)
            await _carry(browser, console, lambda: self._passing(browser.cookies))

    async def _ready(self) -> bool:
        """Whether the console listens, after some patience while it starts."""
        for _ in range(max(1, round(self._patience / 0.1))):
            if self._socket.is_socket():
                return True
            await asyncio.sleep(0.1)
        return False


async def _carry(browser: WebSocket, console: ClientConnection, passing: Callable[[], None]) -> None:
    """Both ways, until one side has left; then the other is told."""
    ways = [
        asyncio.create_task(_to_console(browser, console, passing)),
        asyncio.create_task(_to_browser(browser, console)),
    ]
    try:
        done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        if ways[1] in done:  # the console left
            await browser.close(passed_on(console.close_code), console.close_reason or "")
    except RuntimeError:  # both left at the same moment
        pass
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


def passed_on(code: int | None) -> int:
    """What the browser is told where the console ended the connection by this code, or broke off."""
    return _GOING_AWAY if code is None or code in _NEVER_SENT else code


async def _to_console(browser: WebSocket, console: ClientConnection, passing: Callable[[], None]) -> None:
    try:
        while (message := await browser.receive())["type"] != "websocket.disconnect":
            passing()
            text = message.get("text")
            await console.send(message["bytes"] if text is None else text)
    except ConnectionClosed:
        return


async def _to_browser(browser: WebSocket, console: ClientConnection) -> None:
    try:
        async for message in console:
            await (browser.send_text(message) if isinstance(message, str) else browser.send_bytes(message))
    except (ConnectionClosed, WebSocketDisconnect):
        return


def _address(scope: Scope, scheme: str) -> str:
    """The address asked for, under the name that the browser knows us by."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"localhost").decode("latin-1")
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").partition("?")[0]
    query = scope["query_string"].decode("latin-1")
    return f"{scheme}://{host}{path}" + (f"?{query}" if query else "")


def _passed_on(scope: Scope) -> Headers:
    return [each for each in scope["headers"] if each[0] not in _HOP_BY_HOP | _OURS_TO_SAY]


def _forwarded(scope: Scope) -> Headers:
    """Who asks, and how, as far as we know it ourselves."""
    client = scope.get("client")
    scheme = scope["scheme"].replace("ws", "http").encode()
    return [(b"x-forwarded-proto", scheme), *([(b"x-forwarded-for", client[0].encode())] if client else [])]


def _has_body(request: Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers
