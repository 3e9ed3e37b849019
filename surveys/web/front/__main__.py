"""Runs the front on one port: `python -m surveys.web.front HOST PORT`. `python -m surveys serve` starts it so."""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import suppress

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from surveys.web.front.application import application

HEADERS_WITHIN = 20.0  # seconds
_LAST_ANSWERS = 5  # seconds that requests have for ending


class PatientProtocol(HttpToolsProtocol):
    """Closes a connection whose request has not said its headers in time: uvicorn waits for them forever."""

    _headers_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_headers()

    def on_message_begin(self) -> None:
        self._wait_for_headers()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_headers(self) -> None:
        self._stop_waiting()
        self._headers_due = self.loop.call_later(HEADERS_WITHIN, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._headers_due is not None:
            self._headers_due.cancel()
            self._headers_due = None


def main() -> None:
    host, port = sys.argv[1], int(sys.argv[2])
    config = uvicorn.Config(
        application, factory=True, access_log=False, log_level="warning", server_header=False,
        timeout_graceful_shutdown=_LAST_ANSWERS, http=PatientProtocol,
    )  # fmt: skip
    with _listening(host, port) as listening, suppress(KeyboardInterrupt):  # it has ended in good order by then
        uvicorn.Server(config).run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    """On `::` for both kinds of addresses: who writes it means every network."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, dualstack_ipv6=host == "::", backlog=2048)


if __name__ == "__main__":
    main()
