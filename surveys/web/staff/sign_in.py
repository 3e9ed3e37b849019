"""The way in: first start, sign-in, sign-out, one's own password. `console_guard` keeps the door itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import (
    Account,
    UnfitPassword,
    hashed_password,
    new_session_token,
    password_fits,
    token_hash,
)  # fmt: skip
from surveys.accounts.identity_provider import IdentityProvider
from surveys.accounts.passwords import LONGEST_PASSWORD
from surveys.localisation.clock import Clock, utc_now
from surveys.localisation.profile import LONGEST_NAME as LONGEST_ORGANISATION
from surveys.localisation.profile import tidy_name
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message
from surveys.operations.setup_code import setup_code_fits
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.records.accounts import FAILED_SIGN_IN, NameTaken
from surveys.web.protection.code_guesses import CodeGuesses
from surveys.web.protection.cookies import cookie_of, drop_cookie
from surveys.web.protection.guesses import SignInGuesses, TooManyAtOnce
from surveys.web.protection.known_devices import give_known, known_device
from surveys.web.protection.networks import network_of_client
from surveys.web.protection.sessions import (
    SESSION_COOKIE,
    VISIT_COOKIE,
    account_of,
    entering,
)  # fmt: skip
from surveys.web.rendering.language_switch import address_in_language
from surveys.web.rendering.page import Refusal, SignInNeeded, language_of, local_path, plain, see
from surveys.web.staff.console_guard import ConsoleGuard
from surveys.web.staff.guarded_forms import GuardedForms
from surveys.web.staff.provider_sign_in import ProviderSignIn
from surveys.web.staff.second_step import SecondStep

__all__ = ["ConsoleGuard", "SignInPages", "account_of"]

LONGEST_NAME = 40
_HASHERS = 4  # argon2 takes 64 MB a piece, so that guesses must queue rather than fill the memory

_LONG_NAME = "用户名最多 40 个字，不含特殊符号"
_WRONG_CODE = "设置码不对。它显示在启动服务的窗口或日志里；运行 python -m surveys setup-code 可得到一个新的"
_log = logging.getLogger(__name__)


class SignInPages:
    """Routes of the way in. *load_sample* puts the sample organisation into the database."""

    def __init__(
        self, store: Store, secret: bytes, *, secure: bool = False, load_sample: Callable[[], object] | None = None,
        clock: Clock = utc_now, provider: IdentityProvider | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._secret = secret
        self._secure = secure
        self._load_sample = load_sample
        self._forms = GuardedForms(secret, secure=secure)
        self._clock = clock
        self._hashing = anyio.CapacityLimiter(_HASHERS)
        self._guesses = SignInGuesses(self._seconds)
        self._setup_guesses = CodeGuesses(store.accounts, "set-up code", free=10, now=self._seconds)
        self._second = SecondStep(store, secret, self._forms, clock, self._let_in)
        self._provider = provider

    def routes(self) -> list[Route]:
        return [
            Route(path, plain(endpoint, self._store.organisation.profile), methods=[method])
            for path, method, endpoint in [
                ("/setup", "GET", self.setup_form), ("/setup", "POST", self.set_up),
                ("/login", "GET", self.sign_in_form), ("/login", "POST", self.sign_in),
                ("/logout", "GET", self.sign_out_form), ("/logout", "POST", self.sign_out),
                ("/password", "GET", self.password_form), ("/password", "POST", self.change_password),
            ]
        ] + self._second.routes() + self._provided()  # fmt: skip

    def _provided(self) -> list[Route]:
        if self._provider is None:
            return []
        pages = ProviderSignIn(
            self._store, self._secret, self._provider, self._clock, self._vouched, secure=self._secure
        )  # fmt: skip
        return pages.routes()

    # First start

    async def setup_form(self, request: Request) -> Response:
        if await self._has_accounts():
            return see("/login")
        code = request.query_params.get("code", "")[:100]
        return self._setup_page(request, organisation_given="", code=code)

    async def set_up(self, request: Request) -> Response:
        """Create the administrator, for who has the set-up code; only one of several at the same moment succeeds."""
        given = await self._forms.sent_by_us(request)
        if await self._has_accounts():
            return see("/login")
        name, password = given.get("name", "").strip(), given.get("password", "")
        organisation = tidy_name(given.get("organisation", ""))[:LONGEST_ORGANISATION].strip()
        code = given.get("code", "")[:100]
        try:
            if not await anyio.to_thread.run_sync(setup_code_fits, self._store, code):
                await self._setup_guesses.missed(network_of_client(request))
                raise UnfitPassword(_WRONG_CODE)
            hash_ = await self._new_password(name, password, given.get("again", ""), _fit_name(name))
            account = await anyio.to_thread.run_sync(
                lambda: self._store.accounts.add(name, name, Role.ADMIN, hash_, now=self._clock(), only_first=True)
            )
        except UnfitPassword as problem:
            kept = {"name": name, "organisation_given": organisation, "code": code}
            return self._setup_page(request, 422, problem=problem.args[0], **kept)
        except NameTaken:
            return see("/login")
        await self._record(account.name, "create administrator", account.name)
        if organisation:
            await anyio.to_thread.run_sync(self._name_organisation, organisation, account)
        if given.get("sample") and self._load_sample is not None:
            await self._try_sample(self._load_sample)
        return await self._signed_in(request, account, "/")

    def _setup_page(self, request: Request, status: int = 200, **values: Any) -> Response:
        sample = self._load_sample is not None
        return self._forms.page(request, "setup.html", "首次使用", status, sample=sample, **values)

    def _name_organisation(self, name: str, by: Account) -> None:
        store = self._store.organisation
        store.present(replace(store.profile(), name=name), by=by.name)

    async def _try_sample(self, load: Callable[[], object]) -> None:
        try:
            await anyio.to_thread.run_sync(load)
        except Exception:
            # The administrator is there and can load it again; failing now would leave them outside.
            _log.exception("the sample organisation could not be loaded")

    # Sign-in

    async def sign_in_form(self, request: Request) -> Response:
        if not await self._has_accounts():
            return see("/setup")
        to = _next(request.query_params)
        account = await self._account(request)
        if account is not None and not account.may_enter:
            return see(_first("/password" if account.password_given else "/two-step", to, language_of(request)))
        return self._sign_in_page(request, next=to)

    def _sign_in_page(self, request: Request, status: int = 200, **values: Any) -> Response:
        provider = self._provider.settings.name or "单位统一登录" if self._provider else ""
        return self._forms.page(request, "login.html", "登录", status, provider=provider, **values)

    async def sign_in(self, request: Request) -> Response:
        """Check name and password; says the same, after the same time, whichever was wrong."""
        given = await self._forms.sent_by_us(request)
        name, to = given.get("name", "").strip()[:200], _next(given)
        account = await self._checked(request, name, given.get("password", ""))
        if account is None:
            problem = "用户名或密码不对，请检查后再试。忘记密码请联系系统管理员。"
            return self._sign_in_page(request, 401, name=name, next=to, problem=problem)
        return await self._vouched(request, account, to)

    async def _vouched(self, request: Request, account: Account, to: str) -> Response:
        """On with whom a password, or the identity provider, has vouched for."""
        if await self._second.asked_of(account):
            return self._second.ask(request, account, to)
        return await self._let_in(request, account, to)

    async def _let_in(self, request: Request, account: Account, to: str) -> Response:
        await self._record(account.name, "sign in", account.name)
        return await self._signed_in(request, account, to)

    async def _checked(self, request: Request, name: str, password: str) -> Account | None:
        """The account, if the password is right; refuses a wrong one of who has guessed too often."""
        account = await anyio.to_thread.run_sync(self._store.accounts.named, name)
        network, device = network_of_client(request), known_device(self._secret, request.cookies, account)
        wait = self._guesses.wait(network, name, device)
        self._guesses.tried(network, name, device)
        if not wait:
            fits = await self._fits(account, password)
        else:
            try:
                async with self._guesses.in_turn(network, name) as note_wrong:
                    if not (fits := await self._fits(account, password)):
                        note_wrong()
            except TooManyAtOnce:
                raise _too_often(wait) from None
        if fits:
            self._guesses.succeeded(network, name, device)
            return account
        await self._record_failure(account, network)
        if wait:
            raise _too_often(wait)
        return None

    async def _fits(self, account: Account | None, password: str) -> bool:
        return await anyio.to_thread.run_sync(password_fits, account, password, limiter=self._hashing)

    async def _signed_in(self, request: Request, account: Account, to: str) -> Response:
        """A new session: a token known before the sign-in is worth nothing after it.

        It leads to the page wanted, or to the first of one's own; to a password of one's own before that.
        """
        token = new_session_token()
        old = cookie_of(request.cookies, SESSION_COOKIE)

        lacks = await anyio.to_thread.run_sync(self._store.second_factors.lacked_by, account)
        language = language_of(request) if request.query_params.get("lang") else account.language

        def begin() -> None:
            if language != account.language:
                self._store.accounts.speak(account.name, language)
            if old:
                self._store.accounts.end_session(token_hash(old))
            self._store.accounts.begin_session(account, token_hash(token), self._clock())

        await anyio.to_thread.run_sync(begin)
        speaking = language or DEFAULT_LANGUAGE
        if account.password_given or lacks:
            response = see(_first("/password" if account.password_given else "/two-step", to, speaking))
        else:
            response = see(address_in_language(to or _home(account), speaking))
        self._forms.set_cookie(response, SESSION_COOKIE, token)
        give_known(self._secret, response, account, secure=self._secure)
        drop_cookie(response, VISIT_COOKIE, secure=self._secure)
        return response

    # Sign-out and password

    async def sign_out_form(self, request: Request) -> Response:
        return self._forms.page(request, "logout.html", "退出登录", account=await self._account(request))

    async def sign_out(self, request: Request) -> Response:
        account = await self._account(request)
        await self._forms.sent_by_us(request)
        token = cookie_of(request.cookies, SESSION_COOKIE)
        if token and account:
            await anyio.to_thread.run_sync(self._store.accounts.end_session, token_hash(token))
            await self._record(account.name, "sign out", account.name)
        response = see(address_in_language("/login", language_of(request)))
        drop_cookie(response, SESSION_COOKIE, secure=self._secure)
        return response

    async def password_form(self, request: Request) -> Response:
        account = await self._account(request)
        if account is None:
            raise SignInNeeded
        return self._forms.page(
            request, "password.html", _password_title(account), account=account, next=_next(request.query_params)
        )

    async def change_password(self, request: Request) -> Response:
        """All sessions of the account end; this browser gets a new one."""
        account = await self._account(request)
        given = await self._forms.sent_by_us(request)
        if account is None:
            raise SignInNeeded
        try:
            if await self._checked(request, account.name, given.get("current", "")) is None:
                raise UnfitPassword("当前密码不对")
            if given.get("password") == given.get("current", "")[:LONGEST_PASSWORD]:
                raise UnfitPassword("新密码要和当前密码不同")
            hash_ = await self._new_password(account.name, given.get("password", ""), given.get("again", ""))
        except UnfitPassword as problem:
            shown = {"account": account, "problem": problem.args[0], "next": _next(given)}
            return self._forms.page(request, "password.html", _password_title(account), 422, **shown)
        save = partial(self._store.accounts.set_password, account.name, hash_, by=account.name)
        await anyio.to_thread.run_sync(save)
        return await self._signed_in(request, replace(account, password_given=False), _next(given))

    async def _new_password(self, name: str, password: str, again: str, problem: str = "") -> str:
        if problem or password != again:
            raise UnfitPassword(problem or "两次输入的密码不一样，请重新输入")
        return await anyio.to_thread.run_sync(hashed_password, password, name, limiter=self._hashing)

    # What all of these share

    def _seconds(self) -> float:
        return self._clock().timestamp()

    async def _account(self, request: Request) -> Account | None:
        return await anyio.to_thread.run_sync(entering, request.cookies, self._store, self._clock())

    async def _has_accounts(self) -> bool:
        return await anyio.to_thread.run_sync(self._store.accounts.any)

    async def _record(self, account: str, action: str, thing: str) -> None:
        await anyio.to_thread.run_sync(self._store.accounts.record, account, action, thing)

    async def _record_failure(self, account: Account | None, network: str) -> None:
        """A name nobody has is not written down: people type their password there by mistake."""
        name, thing = (account.name, account.name) if account else ("?", "unknown name")
        await anyio.to_thread.run_sync(self._store.accounts.record, name, FAILED_SIGN_IN, thing, network)


def _too_often(wait: int) -> Refusal:
    advice = Message("密码输错次数较多，请在 {wait} 秒后再试。忘记密码请联系系统管理员。", {"wait": wait})
    return Refusal(429, "请稍后再登录", advice, wait=wait)


def _fit_name(name: str) -> str:
    """What is wrong with a name for an account; empty when it will do."""
    if not name:
        return "请填写用户名"
    return "" if len(name) <= LONGEST_NAME and name.isprintable() else _LONG_NAME


def _next(given: Mapping[str, str]) -> str:
    """The page that was wanted, if it is one of ours."""
    return local_path(given.get("next", "")) or ""


def _home(account: Account) -> str:
    return account.role.home


def _first(page: str, to: str, language: str) -> str:
    """A page on which something has to be done first, which leads on to the page wanted."""
    return address_in_language(page + (f"?{urlencode({'next': to})}" if to else ""), language)


def _password_title(account: Account) -> str:
    return "设置您自己的密码" if account.password_given else "修改密码"
