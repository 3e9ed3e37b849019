"""`/two-step`: one's own second factor; `/login/code`: the step of a sign-in that asks for it.

Whoever comes this far knows the password: of six digits few may be tried, so that this step alone makes also a right
code wait after several wrong ones. Browsers in which the account was signed in before are counted each by itself: who
has stolen a password keeps nobody out of their own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio.to_thread
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import Account
from surveys.accounts.second_factor import (
    RECOVERY_CODES,
    enrolment_link,
    new_secret,
    recovery_hashes,
    sealed,
    step_of,
    unsealed,
)
from surveys.fieldwork.distribution import qr_svg
from surveys.intake.receipts import as_receipt, random_code
from surveys.localisation.clock import Clock, local_day
from surveys.localisation.wording import Message
from surveys.storage import Store
from surveys.storage.records.accounts import FAILED_SIGN_IN
from surveys.web.protection.guesses import Throttle
from surveys.web.protection.known_devices import known_device
from surveys.web.protection.networks import network_of_client
from surveys.web.protection.sessions import entering
from surveys.web.protection.signing import sign, verify
from surveys.web.rendering.page import Refusal, SignInNeeded, local_path, plain, profile_of
from surveys.web.staff.guarded_forms import GuardedForms

_PENDING_FOR = timedelta(minutes=10)
_PURPOSE = "second step"
_REQUIRED = "本单位要求您的角色使用两步验证，不能关闭。换手机请让系统管理员先关闭，再重新开启。"
_WRONG = "验证码不对，或已经用过。请等下一个验证码，或使用一个恢复码。"

Enter = Callable[[Request, Account, str], Awaitable[Response]]


class SecondStep:
    """Asks for the second factor; *enter* lets in who has it."""

    def __init__(self, store: Store, secret: bytes, forms: GuardedForms, clock: Clock, enter: Enter) -> None:
        self._store = store
        self._secret = secret
        self._forms = forms
        self._clock = clock
        self._enter = enter
        self._guesses = Throttle(free=5, longest=900, now=lambda: clock().timestamp())
        self._of_known = Throttle(free=20, longest=900, now=lambda: clock().timestamp())  # all known browsers together

    def routes(self) -> list[Route]:
        letterhead = self._store.organisation.profile
        return [
            Route("/login/code", plain(self.take, letterhead), methods=["POST"]),
            Route("/two-step", plain(self.show, letterhead), methods=["GET"]),
            Route("/two-step", plain(self.change, letterhead), methods=["POST"]),
        ]

    async def asked_of(self, account: Account) -> bool:
        """Whether a password alone does not let this account in."""
        return await anyio.to_thread.run_sync(self._store.second_factors.sealed_secret, account) is not None

    def ask(self, request: Request, account: Account, to: str, problem: str = "") -> Response:
        """The page that asks for the code, good for some minutes."""
        pending = sign(self._secret, _PURPOSE, str(account.id), str(int(self._clock().timestamp())))
        status = 401 if problem else 200
        return self._forms.page(
            request, "second_step.html", "两步验证", status, pending=pending, next=to, problem=problem
        )  # fmt: skip

    async def take(self, request: Request) -> Response:
        """The code: in, or asked again."""
        given = await self._forms.sent_by_us(request)
        account = await self._pending(given.get("pending", ""))
        to = local_path(given.get("next", "")) or ""
        key = self._key(request, account)
        self._tried(key)
        if not await anyio.to_thread.run_sync(self._fits, account, given.get("code", "")[:40]):
            network = network_of_client(request)
            told = (account.name, FAILED_SIGN_IN, account.name, network)
            await anyio.to_thread.run_sync(self._store.accounts.record, *told)
            return self.ask(request, account, to, _WRONG)
        self._succeeded(key)
        return await self._enter(request, account, to)

    async def _pending(self, token: str) -> Account:
        parts = verify(self._secret, _PURPOSE, token)
        fresh = parts and self._clock() - datetime.fromtimestamp(int(parts[1]), UTC) <= _PENDING_FOR
        account = await anyio.to_thread.run_sync(self._store.accounts.numbered, int(parts[0])) if parts else None
        if not fresh or account is None or not account.active:
            raise SignInNeeded
        return account

    def _key(self, request: Request, account: Account) -> str:
        """Whose tries are counted together: those at an account from wherever nobody knows, or from a known browser."""
        device = known_device(self._secret, request.cookies, account)
        if device and self._of_known.wait(str(account.id)):
            device = ""  # so many of its known browsers guess that they are no better than others
        return f"{account.id} {device}"

    def _tried(self, key: str) -> None:
        account, _space, device = key.partition(" ")
        if device:
            self._of_known.failed(account)
        if wait := self._guesses.wait(key):
            advice = Message("验证码输错次数较多，请在 {wait} 秒后再试。", {"wait": wait})
            raise Refusal(429, "请稍后再登录", advice, wait=wait)
        self._guesses.failed(key)

    def _succeeded(self, key: str) -> None:
        self._guesses.succeeded(key)
        self._of_known.undo(key.partition(" ")[0])

    def _fits(self, account: Account, typed: str) -> bool:
        """Whether it is a code of now that was not used yet, or one for the loss of the app; it is used up."""
        factors = self._store.second_factors
        if (recovery := as_receipt(typed)) is not None:
            return factors.use_recovery(account, recovery_hashes([recovery])[0])
        secret = unsealed(self._secret, factors.sealed_secret(account) or "")
        step = step_of(secret, typed, self._clock()) if secret else None
        return step is not None and factors.use_step(account, step)

    async def show(self, request: Request) -> Response:
        """Whether one has it; if not, what the app is to read."""
        return await self._page(request, await self._who(request))

    async def change(self, request: Request) -> Response:
        """Set it up with a first code, or give it up with one."""
        account = await self._who(request)
        given = await self._forms.sent_by_us(request)
        key = self._key(request, account)
        self._tried(key)
        code = given.get("code", "")[:40]
        if await self.asked_of(account):
            if not await anyio.to_thread.run_sync(self._fits, account, code):
                return await self._page(request, account, problem=_WRONG)
            if await self._required_of(account):
                self._succeeded(key)
                return await self._page(request, account, problem=_REQUIRED)
            await anyio.to_thread.run_sync(lambda: self._store.second_factors.remove(account, by=account.name))
            self._succeeded(key)
            return await self._page(request, account)
        secret = unsealed(self._secret, given.get("sealed", ""))
        step = step_of(secret, code, self._clock()) if secret else None
        if secret is None or step is None:
            problem = "验证码不对，请对照应用里的六位数字。"
            return await self._page(request, account, secret, problem=problem, next=given.get("next", ""))
        recovery = [random_code() for _ in range(RECOVERY_CODES)]
        kept = (account, sealed(self._secret, secret), step, recovery_hashes(recovery), local_day(self._clock()))
        await anyio.to_thread.run_sync(self._store.second_factors.set, *kept)
        self._succeeded(key)
        return await self._page(request, account, recovery=recovery, next=given.get("next", ""))

    async def _page(
        self, request: Request, account: Account, secret: str | None = None, **more: Any
    ) -> Response:  # fmt: skip
        on, secret = await self.asked_of(account), secret or new_secret()
        link = enrolment_link(secret, account.name, profile_of(request).shown_name)
        to = local_path(more.pop("next", "") or request.query_params.get("next", "")) or ""
        shown = {
            "on": on, "required": await self._required_of(account), "next": to, "onward": to or account.role.home,
            "code": Markup(qr_svg(link)), "typed": secret, "sealed": sealed(self._secret, secret),  # noqa: S704
            "recovery": (), "left": await anyio.to_thread.run_sync(self._store.second_factors.left, account),
        } | more  # fmt: skip
        status = 422 if more.get("problem") else 200
        return self._forms.page(request, "two_step.html", "两步验证", status, account=account, **shown)

    async def _required_of(self, account: Account) -> bool:
        required = await anyio.to_thread.run_sync(self._store.second_factors.required)
        return required and account.role.works_in_console

    async def _who(self, request: Request) -> Account:
        """Who is signed in, also with nothing open to them before they have set this up."""
        account = await anyio.to_thread.run_sync(entering, request.cookies, self._store, self._clock())
        if account is None or account.password_given:
            raise SignInNeeded
        return account
