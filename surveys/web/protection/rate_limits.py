"""Rate limits of forms: generous to a hall full of people behind one address, closed to programs."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from surveys.web.protection.devices import Visitor
from surveys.web.protection.networks import is_own_machine, network_of

_MOST_KEYS = 50_000

Seconds = Callable[[], float]


class TokenBuckets:
    """A bucket of tokens for each key: *burst* at once, then *rate* a second."""

    def __init__(self, burst: int, rate: float, now: Seconds = time.monotonic) -> None:
        self._burst = burst
        self._rate = rate
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> int:
        """Take a token; returns 0, or the whole seconds until there is one again."""
        now = self._now()
        left, since = self._buckets.pop(key, (float(self._burst), now))
        left = min(self._burst, left + max(0.0, now - since) * self._rate)
        taken = left >= 1
        self._buckets[key] = (left - taken, now)
        if len(self._buckets) > _MOST_KEYS:  # who was not heard of for longest has a full bucket by now
            self._buckets.popitem(last=False)
        return 0 if taken else max(1, math.ceil((1 - left) / self._rate))


@dataclass(frozen=True)
class RateVerdict:
    """Seconds to wait before the next try, 0 to go on; and whether so many come from one address that it is odd."""

    wait: int
    crowded: bool = False


class Limits:
    """Counted for each device by its signed cookie, for each address, and, where there is one link a person, by link.

    An address of this computer itself is that of a proxy nobody has configured, and says nothing of who is behind it.
    """

    def __init__(self, now: Seconds = time.monotonic) -> None:
        self._devices = TokenBuckets(30, 0.2, now)
        self._addresses = TokenBuckets(3000, 20, now)
        self._strangers = TokenBuckets(600, 5, now)  # of one address, without a cookie of ours
        self._usual = TokenBuckets(300, 1, now)
        self._links = TokenBuckets(60, 0.5, now)

    def sending(self, visitor: Visitor, link: str = "") -> RateVerdict:
        """Whether this visitor may send a form now."""
        waits = [self._links.take(link)] if link else []
        waits += [self._devices.take(visitor.device)] if visitor.device else []
        crowded = False
        if not is_own_machine(visitor.address):
            address = network_of(visitor.address)
            waits.append(self._addresses.take(address))
            waits += [] if visitor.device else [self._strangers.take(address)]
            crowded = self._usual.take(address) > 0
        return RateVerdict(max(waits, default=0), crowded)
