"""The keeper of the console's door: who may open which page, decided before anything of it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import anyio.to_thread
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from surveys.accounts import Account
from surveys.localisation.clock import Clock, utc_now
from surveys.permissions import Action
from surveys.storage.records.protocols import Respondents
from surveys.web.protection.sessions import account_of
from surveys.web.rendering.own_routes import presented
from surveys.web.rendering.page import error_page, failure_page, see, sign_in_first
from surveys.web.staff.console_page import ConsolePage
from surveys.web.staff.upload_sums import LARGEST_UPLOAD, UploadSums, session_key

# What Streamlit serves beside its pages: programs and assets for everyone, contents for those who are signed in.
_ASSETS = ("static", "component", "favicon.png", "manifest.json", "auth", "oauth2callback")
_CORE_FOR_ALL = ("health", "host-config", "script-health-check", "bidi-components")
_CONTENTS = ("media", "app", "_stcore")


_UPLOADS = "/_stcore/upload_file"
UPLOADING = (
    Action.VIEW_RESULTS, Action.DESIGN_SURVEYS, Action.MANAGE_CONTACTS, Action.ADMINISTER_ORGANISATION,
    Action.CHANGE_SETTINGS,
)  # fmt: skip
"""What the pages are for that take files: weights, definitions and answers, people, organisation, backups."""


class ConsoleGuard:
    """ASGI middleware, behind the application's own routes, which look after themselves."""

    def __init__(
        self, app: ASGIApp, *, store: Respondents, pages: Sequence[ConsolePage], base_url: str = "",
        clock: Clock = utc_now,
    ) -> None:  # fmt: skip
        self._app = app
        self._store = store
        self._pages = {page.path: page for page in pages}
        self._base_url = base_url
        self._clock = clock
        self._set_up = False
        self._uploads = UploadSums()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._stream(scope, receive, send)
        elif scope["type"] == "http":
            with presented(scope):
                answer = await self._judged(Request(scope, receive))
                if answer is not None:
                    await answer(scope, receive, send)
            if answer is None:  # the console asks for itself: what it begins outlives this request
                await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _judged(self, request: Request) -> Response | None:
        try:
            return await self._answer(request)
        except Exception as error:
            return failure_page(request, error)

    async def _answer(self, request: Request) -> Response | None:
        """The answer of the guard; None to let the request pass."""
        place = request.scope["path"].strip("/")
        top, _, rest = place.partition("/")
        if place in self._pages:
            return await self._for_page(request, self._pages[place])
        if top in _ASSETS or (top == "_stcore" and rest.partition("/")[0] in _CORE_FOR_ALL):
            return None
        if request.scope["path"].startswith(_UPLOADS):
            return await self._for_upload(request)
        if top in _CONTENTS:
            return None if await self._account(request) else Response(status_code=401)
        if top in self._pages and rest.startswith("_stcore/"):
            return Response(status_code=404)  # the console tries where its core is
        return self._refused(request, 404)

    async def _for_upload(self, request: Request) -> Response | None:
        """For those whose pages take files, and no more of them than a session may send."""
        account = await self._account(request)
        if account is None:
            return Response(status_code=401)
        if not any(account.may(action) for action in UPLOADING):
            return Response(status_code=403)
        if request.method not in ("PUT", "POST"):
            return None
        claimed = request.headers.get("content-length", "")
        size = int(claimed) if claimed.isdecimal() else LARGEST_UPLOAD  # sent in pieces: as much as one may be
        return None if self._uploads.admit(session_key(request), size) else Response(status_code=413)

    async def _for_page(self, request: Request, page: ConsolePage) -> Response | None:
        if not self._set_up:  # once there is an account there always is one
            self._set_up = await anyio.to_thread.run_sync(self._store.accounts.any)
            if not self._set_up:
                return see("/setup")
        account = await self._account(request)
        if account is None:
            return sign_in_first(request)
        return None if account.may(page.action) else self._refused(request, 403)

    def _refused(self, request: Request, status: int) -> Response:
        return error_page(request, status)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The console's live connection carries all data: none without a session, nor for a page that isn't ours."""
        if not self._from_our_page(HTTPConnection(scope)):
            await send({"type": "websocket.close", "code": 1008, "reason": "open the console itself"})
        elif await self._account(HTTPConnection(scope)) is None:
            await send({"type": "websocket.close", "code": 1008, "reason": "sign in first"})
        else:
            await self._app(scope, receive, send)

    def _from_our_page(self, connection: HTTPConnection) -> bool:
        """Whether the page that connects has our own host and port: cookies alone are the same on every port.

        A program that is no browser names no page; it has no cookie of a person either.
        """
        origin = connection.headers.get("origin")
        if origin is None:
            return True
        scheme = urlsplit(origin).scheme
        ours = (f"{scheme}://{connection.headers.get('host', '')}", self._base_url)
        asked = _host_and_port(origin)
        return asked is not None and asked in {_host_and_port(each) for each in ours if each}

    async def _account(self, connection: HTTPConnection) -> Account | None:
        return await anyio.to_thread.run_sync(account_of, connection.cookies, self._store, self._clock())


def _host_and_port(address: str) -> tuple[str, int] | None:
    """Of an address such as https://a.cn; None of what is none."""
    try:
        parts = urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname else None
