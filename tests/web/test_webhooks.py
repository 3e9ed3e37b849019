"""Other systems are told of what happens: signed, retried, paused when refused, never to where they must not reach."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import standardwebhooks

from surveys.cases.case import Case, Source
from surveys.channels.systems.addresses import ForbiddenAddress, allowed_networks, assert_fit, reachable_address
from surveys.channels.systems.webhook import (
    MOST_TRIES,
    DeliveryState,
    OutgoingWebhook,
    WebhookEvent,
    new_secret,
    next_try,
    seal,
    unseal,
)
from surveys.definition.templates import template
from surveys.operations.messages.to_systems import WebhookSender
from surveys.storage import Store
from tests.conftest import submission
from tests.support.front_door import NOW, SECRET, Clock

LOCAL = allowed_networks({"XINSHENG_WEBHOOK_NETWORKS": "127.0.0.0/8, 10.1.0.0/16"})


@dataclass
class Receiver:
    """A system that is told; it checks every signature, and answers as it is set to."""

    secret: str
    status: int = 200
    got: list[tuple[str, dict]] = field(default_factory=list)  # type: ignore[type-arg]
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    told = Receiver(new_secret())

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            standard = standardwebhooks.Webhook(told.secret)
            key, at = self.headers["webhook-id"], datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
            assert self.headers["webhook-signature"] == standard.sign(key, at, body)
            if told.status == 200:
                told.got.append((self.headers["webhook-id"], json.loads(body)))
            self.send_response(told.status)
            if 300 <= told.status < 400:
                self.send_header("location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture
def now() -> Clock:
    return Clock()


def hooked(store: Store, receiver: Receiver, *events: WebhookEvent) -> OutgoingWebhook:
    chosen = frozenset(events or WebhookEvent)
    hook = OutgoingWebhook("w1", "工单系统", receiver.url, chosen, seal(SECRET, receiver.secret))
    store.webhooks.add(hook, by="test")
    return hook


def sender(store: Store, clock: Clock) -> WebhookSender:
    return WebhookSender(store, SECRET, LOCAL, clock=clock)


def states(store: Store) -> list[DeliveryState]:
    return [each.state for each in store.webhooks.log("w1")]


def test_a_new_answer_and_a_case_are_told_once(published: Store, receiver: Receiver, now: Clock) -> None:
    """What came before the webhook was set up is not; nor are words, scores and contacts ever."""
    published.responses.append([submission(1)])
    hooked(published, receiver)
    published.responses.append([submission(2)])
    published.cases.receive(Case("c" * 32, Source("phone"), "repair", "投诉", "机密原话", "13800001111", NOW))
    assert sender(published, now).run_due() == 2 and sender(published, now).run_due() == 0
    kinds = {each["type"]: each["data"] for _, each in receiver.got}
    assert set(kinds) == {"answer.received", "case.created"}
    assert kinds["answer.received"]["id"] == f"{2:032x}" and kinds["answer.received"]["survey"] == "power-visit"
    assert kinds["case.created"]["category"] == "投诉"
    whole = json.dumps(receiver.got, ensure_ascii=False)
    assert all(each not in whole for each in ("师傅来得很快", "机密原话", "13800001111", "csat"))
    assert states(published) == [DeliveryState.SENT] * 2


def test_nothing_is_told_of_anonymous_answers(store: Store, receiver: Receiver, now: Clock) -> None:
    store.surveys.save_draft(template("power-visit").model_copy(update={"anonymous": True}), "service", by="test")
    store.surveys.publish("power-visit", by="test")
    hooked(store, receiver)
    store.responses.append([submission(each, received_at=None, touchpoint=None) for each in range(20)])
    store.responses.settle(NOW.date() + timedelta(days=2))
    assert sender(store, now).run_due() == 0 and not receiver.got and not store.webhooks.log("w1")


def test_only_what_was_chosen_is_told(published: Store, receiver: Receiver, now: Clock) -> None:
    hooked(published, receiver, WebhookEvent.CASE)
    published.responses.append([submission(2)])
    assert sender(published, now).run_due() == 0 and not receiver.got


def test_trouble_is_tried_again_later_and_given_up_in_the_end(published: Store, receiver: Receiver, now: Clock) -> None:
    """Under the same id; a resend goes out under it too."""
    hooked(published, receiver, WebhookEvent.ANSWER)
    published.responses.append([submission(2)])
    receiver.status = 500
    assert sender(published, now).run_due() == 1 and sender(published, now).run_due() == 0
    [waiting] = published.webhooks.log("w1")
    assert (waiting.state, waiting.tries, waiting.detail) == (DeliveryState.WAITING, 1, "HTTP 500")
    for _ in range(MOST_TRIES - 1):
        now.passes(hours=10, minutes=1)
        sender(published, now).run_due()
    assert states(published) == [DeliveryState.FAILED]
    receiver.status = 200
    assert published.webhooks.resend(waiting.id, now(), by="test")
    assert sender(published, now).run_due() == 1
    assert [key for key, _ in receiver.got] == [waiting.id] and states(published) == [DeliveryState.SENT]


@pytest.mark.parametrize("status", [401, 403, 404, 410, 302])
def test_a_refusal_pauses_it_and_nothing_is_lost(
    published: Store, receiver: Receiver, now: Clock, status: int
) -> None:  # fmt: skip
    """A redirect is a refusal, and leads nowhere."""
    hooked(published, receiver, WebhookEvent.ANSWER)
    published.responses.append([submission(2), submission(3)])
    receiver.status = status
    assert sender(published, now).run_due() == 1
    [hook] = published.webhooks.all()
    assert hook.paused == f"HTTP {status}"
    published.responses.append([submission(4)])
    receiver.status = 200
    assert sender(published, now).run_due() == 0
    published.webhooks.let_on("w1", now(), by="test")
    assert sender(published, now).run_due() == 3 and len(receiver.got) == 3


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("https://intranet.cn/x", ["10.0.0.1"]), ("https://a.cn", ["127.0.0.1"]), ("https://a.cn", ["::1"]),
        ("https://a.cn", ["169.254.169.254"]), ("https://a.cn", ["8.8.8.8", "192.168.1.1"]),
        ("https://a.cn", ["::ffff:127.0.0.1"]), ("https://a.cn", ["fe80::1%eth0"]), ("https://a.cn", ["0.0.0.0"]),
        ("http://a.cn", ["8.8.8.8"]), ("https://a.cn", ["2002:7f00:1::"]), ("https://a.cn", ["224.0.0.1"]),
        ("https://a.cn", ["100.64.0.1"]), ("https://a.cn", ["fd00::1"]),
    ],
)  # fmt: skip
def test_what_only_this_server_can_reach_is_refused(url: str, addresses: list[str]) -> None:
    with pytest.raises(ForbiddenAddress):
        reachable_address(url, (), lambda host, port: addresses)


def test_public_addresses_and_named_networks_are_reached() -> None:
    assert reachable_address("https://a.cn", (), lambda host, port: ["8.8.8.8"]) == "8.8.8.8"
    assert reachable_address("http://a.cn", LOCAL, lambda host, port: ["10.1.2.3"]) == "10.1.2.3"


@pytest.mark.parametrize("url", ["", "ftp://a.cn", "https://", "https://user:x@a.cn", "javascript:1", "https://[::1"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ForbiddenAddress):
        assert_fit(url)


def test_a_private_address_is_not_asked_even_once(published: Store, receiver: Receiver, now: Clock) -> None:
    """Unless the operator has named its network: the webhook is paused instead."""
    hooked(published, receiver, WebhookEvent.ANSWER)
    published.responses.append([submission(2)])
    WebhookSender(published, SECRET, (), clock=now).run_due()
    assert not receiver.got and published.webhooks.all()[0].paused == "forbidden address"


def test_the_secret_is_kept_sealed(published: Store, receiver: Receiver) -> None:
    hook = hooked(published, receiver)
    assert receiver.secret not in repr(published.webhooks.all()) and unseal(SECRET, hook.sealed_secret)
    assert unseal(b"another installation's secret!!!", hook.sealed_secret) is None


def test_waiting_grows_and_listens_to_the_receiver() -> None:
    waits = [(next_try(tries, NOW) or NOW) - NOW for tries in range(1, MOST_TRIES)]
    assert waits == sorted(waits) and waits[0] == timedelta(seconds=5) and next_try(MOST_TRIES, NOW) is None
    assert next_try(1, NOW, 600) == NOW + timedelta(seconds=600)
    assert next_try(1, NOW, 1e12) == NOW + timedelta(hours=10)
