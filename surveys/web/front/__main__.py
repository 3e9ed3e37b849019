"""Runs the front on one port: `python -m surveys.web.front HOST PORT`. `python -m surveys serve` starts it so."""

from __future__ import annotations

import socket
import sys

import uvicorn

from surveys.web.front.application import application

_LAST_ANSWERS = 5  # seconds that requests have for ending


def main() -> None:
    host, port = sys.argv[1], int(sys.argv[2])
    config = uvicorn.Config(
        application, factory=True, access_log=False, log_level="warning", server_header=False,
        timeout_graceful_shutdown=_LAST_ANSWERS,
    )  # fmt: skip
    with _listening(host, port) as listening:
        uvicorn.Server(config).run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    """On `::` for both kinds of addresses: who writes it means every network."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, dualstack_ipv6=host == "::", backlog=2048)


if __name__ == "__main__":
    main()
