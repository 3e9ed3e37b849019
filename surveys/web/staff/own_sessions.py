"""`/sessions`: where one is signed in, and the way out everywhere else at once."""

from __future__ import annotations

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import Account, token_hash
from surveys.localisation.clock import Clock, utc_now
from surveys.storage import Store
from surveys.web.protection.cookies import cookie_of
from surveys.web.protection.sessions import SESSION_COOKIE, account_of
from surveys.web.rendering.language_switch import address_in_language
from surveys.web.rendering.page import SignInNeeded, language_of, plain, see
from surveys.web.staff.guarded_forms import GuardedForms


class SessionPages:
    """The sessions of who asks, by day: how long somebody worked is nobody's business."""

    def __init__(self, store: Store, secret: bytes, *, secure: bool = False, clock: Clock = utc_now) -> None:
        self._store = store
        self._clock = clock
        self._forms = GuardedForms(secret, secure=secure)

    def routes(self) -> list[Route]:
        letterhead = self._store.organisation.profile
        return [
            Route("/sessions", plain(self.show, letterhead), methods=["GET"]),
            Route("/sessions", plain(self.end_others, letterhead), methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        account, own = await self._who(request)
        found = await anyio.to_thread.run_sync(self._store.accounts.sessions, account, self._clock())
        sessions = [(each.begun, each.used, each.token_hash == own) for each in found]
        return self._forms.page(request, "sessions.html", "登录的设备", account=account, sessions=sessions)

    async def end_others(self, request: Request) -> Response:
        """Every other session of the account ends; this one goes on."""
        account, own = await self._who(request)
        await self._forms.sent_by_us(request)
        await anyio.to_thread.run_sync(self._store.accounts.end_other_sessions, account, own)
        return see(address_in_language("/sessions", language_of(request)))

    async def _who(self, request: Request) -> tuple[Account, str]:
        account = await anyio.to_thread.run_sync(account_of, request.cookies, self._store, self._clock())
        if account is None:
            raise SignInNeeded
        return account, token_hash(cookie_of(request.cookies, SESSION_COOKIE) or "")
