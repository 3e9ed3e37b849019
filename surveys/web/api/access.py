"""Who may call the API: a key as bearer token, its scopes, and how often."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import anyio.to_thread
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from surveys.api_keys import ApiKey, ApiScope, key_of
from surveys.localisation.clock import Clock, local_day
from surveys.storage import Store
from surveys.web.api.problems import Problem
from surveys.web.protection.code_guesses import CodeGuesses
from surveys.web.protection.networks import network_of_client

PER_SECOND = 50.0  # calls a key may make in the long run; a call may carry hundreds of responses
AT_ONCE = 200.0
READ_RESULTS, READ_ANSWERS = "read results by api", "read answers by api"
API = "api:"  # stands in the audit trail before the name of a system, where the console puts an account

NO_KEY = "Send the header «Authorization: Bearer» with a key that is in use."
WRONG_OFTEN = "So many wrong keys came that a further one is answered later only; a right one passes at any time."

_bearer = HTTPBearer(auto_error=False, description="Authorization: Bearer xs_…, made by `python -m surveys api-key`")


class Bucket:
    """Lets through *at_once* calls, and *per_second* more with each second (a token bucket)."""

    def __init__(self, per_second: float, at_once: float, now: Callable[[], float] = time.monotonic) -> None:
        self._per_second, self._at_once, self._now = per_second, at_once, now
        self._left, self._last = at_once, now()

    def wait(self) -> int:
        """Take one call; returns 0, or the seconds to wait when there is none left."""
        now = self._now()
        self._left = min(self._at_once, self._left + max(0.0, now - self._last) * self._per_second)
        self._last = now
        if self._left < 1:
            return max(1, math.ceil((1 - self._left) / self._per_second))
        self._left -= 1
        return 0


class Access:
    """Recognises callers by their keys."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._guesses = CodeGuesses(store.accounts, "api key", free=30)
        self._buckets: dict[str, Bucket] = {}
        self._noted: tuple[date, set[tuple[str, str, str]]] = (date.min, set())

    def needs(self, scope: ApiScope) -> Any:
        """A dependency that lets only keys with this scope pass, and names the caller."""

        async def caller(
            request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
        ) -> ApiKey:  # fmt: skip
            given = f"Bearer {credentials.credentials}" if credentials else ""
            return await self.caller(given, network_of_client(request), scope)

        return Depends(caller)

    async def caller(self, authorization: str, network: str, scope: ApiScope | None = None) -> ApiKey:
        """The key of a call, good for the *scope* where one is given; Problem where it may not pass."""
        key = await anyio.to_thread.run_sync(self._key, authorization)
        if key is None:
            wait = await self.missed(network, authorization)
            raise Problem(429, WRONG_OFTEN, wait=wait) if wait else Problem(401, NO_KEY)
        if scope is not None and scope not in key.scopes:
            raise Problem(403, f"The key of «{key.system}» lacks the scope {scope.value}.")
        if wait := self._buckets.setdefault(key.id, Bucket(PER_SECOND, AT_ONCE)).wait():
            raise Problem(429, f"Wait {wait} s; send many responses in one batch.", wait=wait)
        return key

    def note_read(self, caller: ApiKey, action: str, survey: str) -> None:
        """Write down what a key reads of a survey: once a day, for a system that asks every minute."""
        today = local_day(self._clock())
        if self._noted[0] != today:
            self._noted = (today, set())
        read = (caller.id, action, survey)
        if read not in self._noted[1]:
            self._store.accounts.record(f"{API} {caller.system}", action, survey, "first of the day")
            self._noted[1].add(read)

    async def missed(self, network: str, authorization: str) -> int:
        """Count a wrong key; 0, or the seconds that whoever guesses has to wait. No key at all is no guess."""
        return await self._guesses.count(network) if authorization else 0

    def knows(self, authorization: str) -> bool:
        """Whether a header `Authorization` has a key that is in use: asked before anything of a body is read."""
        return key_of(authorization, self._store.api_keys) is not None

    def _key(self, authorization: str) -> ApiKey | None:
        key = key_of(authorization, self._store.api_keys)
        if key is None:
            return None
        today = local_day(self._clock())
        if key.last_used_on != today:
            self._store.api_keys.used(key.id, today)
        return key
