"""`/metrics` for Prometheus: how long pages take, and how much there is to do. Sums alone, of no survey by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from threading import Lock
from typing import Protocol

import anyio.to_thread
from prometheus_client import CollectorRegistry, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.api_keys import ApiScope, KeptKeys, key_of
from surveys.channels.message import MessageState
from surveys.localisation.clock import Clock, utc_now
from surveys.storage.records.workload import Workload
from surveys.web.monitoring.request_times import Observe
from surveys.web.protection.networks import is_own_machine

LEAST_AGE = 5.0  # seconds that sums are given again, however often somebody asks
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
# Said by a proxy of whom it asks for: then it is not this machine that asks.
_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")


Newest = Callable[[], datetime | None]
"""When the newest backup was made; None without any."""


class Worked(Protocol):
    """Where the sums come from."""

    def now(self) -> Workload: ...


class WorkloadCollector:
    """The sums of the database as Prometheus has them."""

    def __init__(
        self, source: Worked, backup: Newest, clock: Clock, *, now: Callable[[], float] = time.monotonic
    ) -> None:  # fmt: skip
        self._source, self._backup, self._clock, self._now = source, backup, clock, now
        self._known: tuple[float, Workload] | None = None
        self._reading = Lock()

    def collect(self) -> Iterator[Metric]:
        found = self._workload()
        if found is None:
            yield GaugeMetricFamily("xinsheng_up", "Whether the database can be read", 0)
            return
        yield GaugeMetricFamily("xinsheng_up", "Whether the database can be read", 1)
        forms = CounterMetricFamily("xinsheng_forms", "Forms by what came of them; accepted: kept", labels=["event"])
        for event, times in sorted(found.forms.items()):
            forms.add_metric([event], times)
        yield forms
        messages = GaugeMetricFamily("xinsheng_outbox", "Messages by channel and state", labels=["channel", "state"])
        for key, times in sorted({("", MessageState.WAITING.value): 0, **found.messages}.items()):
            messages.add_metric([*key], times)
        yield messages
        waits = (self._clock() - found.oldest_waiting).total_seconds() if found.oldest_waiting else 0.0
        yield GaugeMetricFamily("xinsheng_outbox_overdue_seconds", "How long the oldest message is due", max(0, waits))
        yield GaugeMetricFamily("xinsheng_comments_waiting", "Comments not analysed yet", found.comments_waiting)
        yield GaugeMetricFamily("xinsheng_answers_held", "Anonymous answers waiting for others", found.answers_held)
        yield GaugeMetricFamily("xinsheng_copy_days_behind", "Days the columnar copy is to renew", found.days_to_copy)
        if (newest := self._backup()) is not None:
            age = (self._clock() - newest).total_seconds()
            yield GaugeMetricFamily("xinsheng_backup_age_seconds", "Since the newest backup; missing without any", age)

    def _workload(self) -> Workload | None:
        with self._reading:
            if self._known is None or self._now() - self._known[0] >= LEAST_AGE:
                try:
                    self._known = (self._now(), self._source.now())
                except Exception:  # a database that fails is what is to be told
                    self._known = None
            return self._known[1] if self._known else None


class MetricsPages:
    """What Prometheus asks for. *beyond_doubt*: nobody else's request can seem to come from this machine."""

    def __init__(
        self, source: Worked, keys: KeptKeys, *, beyond_doubt: bool, backup: Newest = lambda: None,
        clock: Clock = utc_now,
    ) -> None:  # fmt: skip
        self._keys, self._beyond_doubt = keys, beyond_doubt
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._registry.register(WorkloadCollector(source, backup, clock))
        self._times = Histogram(
            "xinsheng_request_seconds", "Until the answer begins", ["page", "method", "status"],
            buckets=BUCKETS, registry=self._registry,
        )  # fmt: skip

    def routes(self) -> list[Route]:
        return [Route("/metrics", self.metrics, methods=["GET"])]

    @property
    def observe(self) -> Observe:
        """Takes note of a request: page, method, status, seconds."""
        return lambda page, method, status, seconds: self._times.labels(page, method, status).observe(seconds)

    async def metrics(self, request: Request) -> Response:
        """For this machine, and for whoever has a key for it; nobody else learns that it is here."""
        allowed = self._from_here(request) or await anyio.to_thread.run_sync(self._has_key, request)
        if not allowed:
            return Response(status_code=404)
        encode, kind = choose_encoder(request.headers.get("accept", ""))
        body = await anyio.to_thread.run_sync(encode, self._registry)
        return Response(body, headers={"Content-Type": kind, "Cache-Control": "no-store"})

    def _from_here(self, request: Request) -> bool:
        named = any(name in request.headers for name in _FORWARDED)
        return self._beyond_doubt and not named and request.client is not None and is_own_machine(request.client.host)

    def _has_key(self, request: Request) -> bool:
        key = key_of(request.headers.get("authorization", ""), self._keys)
        return key is not None and ApiScope.METRICS_READ in key.scopes
