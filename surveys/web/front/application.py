"""What `python -m surveys serve` runs: the forms here, the console in a process behind it, both on one port."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.types import ASGIApp

from surveys.definition.listening import Listener
from surveys.operations.installation import keep_what_is_loaded, open_installation
from surveys.storage import Store
from surveys.web.front.console_process import ConsoleProcess, listens
from surveys.web.front.console_proxy import ConsoleProxy
from surveys.web.front.respondent_pages import RespondentPages
from surveys.web.protection.proxies import behind
from surveys.web.protection.sessions import note_use
from surveys.web.rendering.own_routes import OwnRoutes

_ROOT = Path(__file__).parents[3]
_LISTENER = "analysis.comments.listening", "CommentListener"  # named as `app:app` is: it stands above this room


class _Named:
    """The listener by its name, looked up when the first comment is to be read: most forms listen to none."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._found: Listener | None = None

    def __call__(self, survey: str, text: str) -> Sequence[str]:
        if self._found is None:
            module, name = _LISTENER
            self._found = getattr(import_module(module), name)(self._store)
        return self._found(survey, text)


def application() -> ASGIApp:
    """The ASGI application by the settings in the environment. Raises SystemExit where another process serves it."""
    installation = open_installation("forms")
    if (other := installation.store.take_forms()) is not None:
        raise SystemExit(f"the forms of {installation.settings.database} are served already, by process {other}")
    folder = Path(tempfile.mkdtemp(prefix="xinsheng-"))  # only this user may look into it
    socket = folder / "console"
    console = ConsoleProxy(socket, passing=partial(note_use, store=installation.store))
    listener = _Named(installation.store)
    pages = RespondentPages(installation, ready={"console": lambda: listens(socket)}, listener=listener)

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        process = ConsoleProcess(socket, _ROOT)
        keep_what_is_loaded()
        async with pages.running():
            await process.start()
            try:
                yield
            finally:
                await process.stop()
                await console.aclose()
                socket.unlink(missing_ok=True)
                folder.rmdir()

    middleware = [
        *behind(installation.settings.proxies),
        Middleware(
            OwnRoutes, organisation=installation.store.organisation, routes=pages.routes(),
            secure=installation.settings.secure, observe=pages.metrics.observe,
        ),
    ]  # fmt: skip
    return Starlette(routes=[Mount("/", console)], middleware=middleware, lifespan=running)
