"""The server for assistants, where the package that speaks their protocol is installed: `pip install xinsheng[mcp]`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from analysis.assistants.desk import AssistantDesk
from analysis.released.gate import gate_of
from surveys.api_keys import ApiKey
from surveys.localisation.clock import Clock, utc_now
from surveys.storage import Store

PATH = "/mcp"
Application = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class ServedAssistants:
    """What answers assistants over HTTP, and for how long."""

    application: Application | None  # None where the package is not installed
    running: Callable[[], AbstractAsyncContextManager[Any]]


def desk_of(store: Store, clock: Clock = utc_now) -> AssistantDesk:
    """The desk over an installation; what keys read is in its audit trail."""

    def note(key: ApiKey, action: str, what: str) -> None:
        store.accounts.record(f"mcp: {key.system}", action, what)

    return AssistantDesk(store, gate_of(store), clock, note)


def served_assistants(store: Store, caller: Callable[[], ApiKey | None]) -> ServedAssistants:
    """The server for assistants over HTTP; nothing where the package is not installed."""
    if find_spec("mcp") is None:
        return ServedAssistants(None, _nothing)
    from analysis.assistants.mcp_server import AssistantServer

    server = AssistantServer(desk_of(store), caller)
    application = server.over_http()
    return ServedAssistants(application, server.session_manager.run)


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield
