"""Phones that send one filled form after the other: a client that takes little of the machine it measures."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from surveys.localisation.clock import utc_now
from surveys.web.protection.signing import FormToken

ANSWERS = {"csat": "4", "reliability": "5", "repair": "na", "attitude": "5", "nps": "9"}


@dataclass(frozen=True)
class Load:
    """What came of sending many forms."""

    seconds: float
    waits: Sequence[float] = field(repr=False)

    @property
    def rate(self) -> float:
        """Answered forms a second."""
        return len(self.waits) / self.seconds

    @property
    def p50(self) -> float:
        return statistics.median(self.waits)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.waits, n=20)[18]


def filled_form(secret: bytes, port: int, comment: str = "师傅来得很快，讲得清楚") -> bytes:
    """The request with a form to the post-visit survey; each call makes another form."""
    token = FormToken.new(1, utc_now()).text(secret, "power-visit")
    return posted("/s/power-visit", {"_token": token, "_tp": "", **ANSWERS, "comment": comment}, port)


def posted(path: str, fields: dict[str, str], port: int, *, cookie: str = "") -> bytes:
    """The request with a form; with this cookie where the server wants one."""
    body = urlencode(fields).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: {len(body)}\r\n"
    head += f"Cookie: {cookie}\r\n" if cookie else ""
    kind = "Content-Type: application/x-www-form-urlencoded\r\nAccept-Encoding: gzip\r\n\r\n"
    return (head + kind).encode() + body


async def send(port: int, requests: list[bytes], clients: int, answered: Callable[[bytes], None] | None = None) -> Load:
    """Send these from so many clients at once; *answered* hears of each thanked request. Raises ConnectionError."""
    loop, waits = asyncio.get_running_loop(), list[float]()
    begun, ends = time.perf_counter(), list[asyncio.Future[None]]()
    for client in range(clients):
        ends.append(end := loop.create_future())
        phone = _Phone(requests[client::clients], waits, end, answered)
        await loop.create_connection(lambda phone=phone: phone, "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*ends)
    return Load(time.perf_counter() - begun, waits)


class _Phone(asyncio.Protocol):
    """One after the other over a connection that is kept."""

    def __init__(
        self, requests: list[bytes], waits: list[float], end: asyncio.Future[None],
        answered: Callable[[bytes], None] | None,
    ) -> None:  # fmt: skip
        self._left, self._waits, self._end, self._answered = requests, waits, end, answered
        self._got, self._sent = b"", b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def _next(self) -> None:
        self._got = b""
        if not self._left:
            self._finish(None)
            return
        self._sent, self._begun = self._left.pop(), time.perf_counter()
        self._transport.write(self._sent)

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, blank, body = self._got.partition(b"\r\n\r\n")
        if not blank:
            return
        lines = head.lower().split(b"\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
        if len(body) < length:
            return
        if not {b"200", b"303"} & {*lines[0].split()[1:2]}:  # thanked, or led to the thanks
            self._finish(ConnectionError(f"refused: {lines[0]!r}"))
            return
        self._waits.append(time.perf_counter() - self._begun)
        if self._answered:
            self._answered(self._sent)
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        self._finish(ConnectionError("the server went away"))

    def _finish(self, error: Exception | None) -> None:
        if not self._end.done():
            self._end.set_exception(error) if error else self._end.set_result(None)
        self._transport.close()
