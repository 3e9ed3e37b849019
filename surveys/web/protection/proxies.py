"""Who is behind a reverse proxy: believed of those that are listed, and of nobody else."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

_MAPPED = "::ffff:"


def behind(proxies: Sequence[str]) -> list[Middleware]:
    """The middleware that finds the real client behind these addresses and networks."""
    believed = [Middleware(ProxyHeadersMiddleware, trusted_hosts=list(proxies))] if proxies else []
    return [Middleware(PlainAddresses), *believed]


def behind_the_front() -> list[Middleware]:
    """For a process that only our own front can reach: what the front says of its client is believed."""
    return [Middleware(ProxyHeadersMiddleware, trusted_hosts="*")]


class PlainAddresses:
    """Calls an IPv4 client by its own name, where a socket for both kinds of addresses says `::ffff:10.0.0.5`.

    Under that name it would be none of the listed proxies, and all IPv4 customers one IPv6 network.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if client and client[0].startswith(_MAPPED) and "." in client[0]:
            scope["client"] = (client[0].removeprefix(_MAPPED), client[1])
        await self._app(scope, receive, send)
