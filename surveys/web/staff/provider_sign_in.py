"""`/login/oidc`: sign-in through the organisation's own identity provider, to accounts that are there already.

What was begun is kept in a cookie of the browser that began it, signed: nobody can have somebody else end a sign-in
that they began. It is used up by the answer, whatever that says.
"""

from __future__ import annotations

import hmac
import logging
import os
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import Account
from surveys.accounts.identity_provider import (
    Begun,
    IdentityProvider,
    NotBelieved,
    ProviderDown,
    ProviderSettings,
    UnfitProvider,
)
from surveys.localisation.clock import Clock
from surveys.storage import Store
from surveys.storage.records.accounts import FAILED_SIGN_IN
from surveys.web.protection.cookies import cookie_of, drop_cookie, set_cookie
from surveys.web.protection.networks import network_of_client
from surveys.web.protection.signing import sign, verify
from surveys.web.rendering.page import Refusal, local_path, page, plain

COOKIE = "xinsheng_oidc"
RETURN = "/login/oidc/return"
_PURPOSE = "oidc"
_PENDING_FOR = timedelta(minutes=10)
_LONGEST = 4000
_DOWN = "单位的登录服务现在连不上。请稍后再试，或用这里的用户名和密码登录。"
_AGAIN = "这次登录没有完成，或打开得太久。请从登录页重新开始。"
_UNKNOWN = "您在单位的身份已确认，但这里没有对应的账号。请联系系统管理员。"
_FROM_THE_BEGINNING = ("/login", "回到登录页")
_log = logging.getLogger(__name__)

Enter = Callable[[Request, Account, str], Awaitable[Response]]


def provider_of(base_url: str, environment: Mapping[str, str] = os.environ) -> IdentityProvider | None:
    """The provider that the environment sets up. One that can't serve is told in the log: passwords go on."""
    try:
        settings = ProviderSettings.from_environment(environment)
    except UnfitProvider as error:
        _log.error("sign-in through the identity provider is off: %s", error)
        return None
    return IdentityProvider(settings, base_url + RETURN) if settings else None


class ProviderSignIn:
    """Two routes; *enter* goes on with whom the provider vouches for, as after a right password."""

    def __init__(
        self, store: Store, secret: bytes, provider: IdentityProvider, clock: Clock, enter: Enter, *, secure: bool
    ) -> None:
        self._store, self._secret, self._provider = store, secret, provider
        self._clock, self._enter, self._secure = clock, enter, secure

    def routes(self) -> list[Route]:
        letterhead = self._store.organisation.profile
        return [
            Route("/login/oidc", plain(self.begin, letterhead), methods=["GET"]),
            Route(RETURN, plain(self.end, letterhead), methods=["GET"]),
        ]

    async def begin(self, request: Request) -> Response:
        """To the provider, by a page that refreshes itself: redirects never leave this installation."""
        begun = Begun(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
        try:
            address = await self._provider.address(begun, self._clock())
        except ProviderDown as error:
            raise self._down(error, local_path(request.query_params.get("next", ""))) from None
        response = page(request, "provider.html", title="前往单位的登录服务", address=address)
        response.headers["Refresh"] = f"0; url={address}"
        to = quote(local_path(request.query_params.get("next", "")) or "", safe="")[:1000].replace(".", "%2E")
        at = str(int(self._clock().timestamp()))
        kept = sign(self._secret, _PURPOSE, begun.state, begun.nonce, begun.verifier, at, to)
        set_cookie(response, COOKIE, kept, secure=self._secure, max_age=int(_PENDING_FOR.total_seconds()))
        return response

    async def end(self, request: Request) -> Response:
        """Back from the provider: in, or told why not."""
        begun, to = self._begun(request)
        code = request.query_params.get("code", "")
        if "error" in request.query_params or not code:
            raise Refusal(401, "没有登录", _AGAIN, way=_FROM_THE_BEGINNING)
        try:
            name = await self._provider.name_of(code[:2000], begun, self._clock())
        except ProviderDown as error:
            raise self._down(error, to) from None
        except NotBelieved as error:
            _log.warning("a sign-in through the identity provider was refused: %s", error)
            await self._note_failure(request, None)
            raise Refusal(401, "没有登录", _AGAIN, way=_FROM_THE_BEGINNING) from None
        account = await anyio.to_thread.run_sync(self._store.accounts.named, name)
        if account is None or not account.active:
            await self._note_failure(request, account)
            raise Refusal(403, "这里没有您的账号", _UNKNOWN)
        response = await self._enter(request, account, to)
        drop_cookie(response, COOKIE, secure=self._secure)
        return response

    def _begun(self, request: Request) -> tuple[Begun, str]:
        """What this browser began, and where it wanted to go; refuses an answer to anything else."""
        cookie = cookie_of(request.cookies, COOKIE) or ""
        parts = verify(self._secret, _PURPOSE, cookie, _LONGEST) or []
        if len(parts) != 5:
            raise Refusal(401, "没有登录", _AGAIN, way=_FROM_THE_BEGINNING)
        state, nonce, verifier, at, to = parts
        fresh = self._clock() - datetime.fromtimestamp(int(at), UTC) <= _PENDING_FOR
        given = request.query_params.get("state", "")
        ours = hmac.compare_digest(given.encode("utf-8", "replace"), state.encode())
        # RFC 9207: a provider that says who it is must be ours, or another one's answer is being passed off.
        issuer = request.query_params.get("iss", self._provider.settings.issuer)
        if not (fresh and ours and issuer == self._provider.settings.issuer):
            raise Refusal(401, "没有登录", _AGAIN, way=_FROM_THE_BEGINNING)
        return Begun(state, nonce, verifier), local_path(unquote(to)) or ""

    async def _note_failure(self, request: Request, account: Account | None) -> None:
        name, thing = (account.name, account.name) if account else ("?", "unknown name")
        network = network_of_client(request)
        await anyio.to_thread.run_sync(self._store.accounts.record, name, FAILED_SIGN_IN, thing, network)

    def _down(self, error: ProviderDown, to: str | None) -> Refusal:
        """Told with the way round it: to the password, and from there to where somebody wanted to go."""
        _log.warning("the identity provider: %s", error)
        to_password = "/login" + (f"?next={quote(to, safe='')}" if to else "")
        return Refusal(503, "登录服务暂时不可用", _DOWN, way=(to_password, "用用户名和密码登录"))
