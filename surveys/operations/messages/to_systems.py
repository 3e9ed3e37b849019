"""Tells other systems what has happened, in the background: looks for what is new, then sends what is due."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event

from surveys.channels.systems.addresses import Network, Resolver, resolve
from surveys.channels.systems.sending import SendingResult, Tried, deliver
from surveys.channels.systems.webhook import KEPT_FOR, Delivery, DeliveryState, OutgoingWebhook, next_try, unseal
from surveys.localisation.clock import Clock, utc_now
from surveys.operations.worker import Lease, Worker
from surveys.storage import Store

AT_ONCE = 50
PAUSE_SECONDS = 2.0


class WebhookSender:
    """Sends under a lease: one process at a time."""

    def __init__(
        self, store: Store, secret: bytes, allowed: Sequence[Network] = (), *, clock: Clock = utc_now,
        resolver: Resolver = resolve, verify: bool | str = True,
    ) -> None:  # fmt: skip
        self._store, self._secret, self._allowed, self._clock = store, secret, allowed, clock
        self._resolver, self._verify = resolver, verify
        self._stopping = Event()

    def worker(self, lease: Lease | None = None) -> Worker:
        """Does that in the background."""
        return Worker("webhooks", self.run_due, stopping=self._stopping, pause=PAUSE_SECONDS, lease=lease)

    def run_due(self) -> int:
        """What is new becomes messages, and those that are due are tried; returns how many were tried."""
        now, table = self._clock(), self._store.webhooks
        hooks = {each.id: each for each in table.all()}
        if not hooks:
            return 0
        table.gather(now)
        table.forget(now - KEPT_FOR)
        tried = 0
        for delivery in table.due(now, AT_ONCE):
            hook = hooks[delivery.webhook]
            if self._stopping.is_set() or table.paused(hook.id):
                continue
            self._settle(hook, delivery, self._try(hook, delivery))
            tried += 1
        return tried

    def _try(self, hook: OutgoingWebhook, delivery: Delivery) -> Tried:
        secret = unseal(self._secret, hook.sealed_secret)
        if secret is None:
            return Tried(SendingResult.REFUSED, "secret of another installation")
        return deliver(
            delivery, hook.url, secret, self._clock(), self._allowed, resolver=self._resolver, verify=self._verify
        )

    def _settle(self, hook: OutgoingWebhook, delivery: Delivery, tried: Tried) -> None:
        now, tries, table = self._clock(), delivery.tries + 1, self._store.webhooks
        if tried.result is SendingResult.TAKEN:
            table.settle(delivery.id, DeliveryState.SENT, tries, None, tried.detail, now)
        elif tried.result is SendingResult.REFUSED:  # it waits until somebody lets it go on
            table.settle(delivery.id, DeliveryState.WAITING, tries, now, tried.detail, now)
            table.pause(hook.id, tried.detail, by="webhooks")
        else:
            due = next_try(tries, now, tried.wait)
            state = DeliveryState.WAITING if due else DeliveryState.FAILED
            table.settle(delivery.id, state, tries, due, tried.detail, now)
