"""Another application behind the keys of the API, such as one that speaks the Model Context Protocol."""

from __future__ import annotations

from contextvars import ContextVar

from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from surveys.api_keys import ApiKey
from surveys.localisation.clock import Clock
from surveys.storage import Store
from surveys.web.api.access import Access
from surveys.web.api.bodies import LimitedBodies
from surveys.web.api.problems import Problem, details
from surveys.web.protection.networks import network_of

_caller: ContextVar[ApiKey | None] = ContextVar("caller", default=None)


def caller() -> ApiKey | None:
    """The key of the call that is being answered."""
    return _caller.get()


class KeyedApplication:
    """ASGI: calls with a key that is in use go on to *application*, in bodies that are not too long."""

    def __init__(self, application: ASGIApp, access: Access) -> None:
        self._application, self._access = application, access
        self._limited = LimitedBodies(self._known, access.knows, access.missed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._limited(scope, receive, send)

    async def _known(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        try:
            key = await self._access.caller(
                Headers(scope=scope).get("authorization", ""), network_of(client[0]) if client else ""
            )
        except Problem as problem:
            await details(problem.status, problem.detail, problem.faults, problem.wait)(scope, receive, send)
            return
        token = _caller.set(key)
        try:
            await self._application(scope, receive, send)
        finally:
            _caller.reset(token)


def keyed_route(path: str, application: ASGIApp, store: Store, clock: Clock) -> Route:
    """The application under this path, for calls with a key."""
    return Route(path, KeyedApplication(application, Access(store, clock)))
