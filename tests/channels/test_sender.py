"""The sender works the outbox: retries, rests, pace, restarts, and nothing of a message in a log."""

from __future__ import annotations

import logging
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from surveys.channels import (
    ChannelDown,
    Links,
    MessageState,
    NotNow,
    OutboxMessage,
    Outgoing,
    Refused,
    SendingTrouble,
    message_id,
)
from surveys.operations.sender import MOST_TRIES, Sender
from surveys.storage import Store
from tests.analysis.released.test_background import eventually
from tests.channels.test_outbox import NOW, message, put
from tests.support.channel_servers import gateway
from tests.support.serving import ROOT

LINK = "https://voice.example.cn/i/secret-token"


class Recorder:
    """A channel that notes what it is given, and fails as it is told."""

    label, contact_field, settings = "test", "email", ""
    per_minute = 60_000.0

    def __init__(self, *failures: Exception | None) -> None:
        self.failures = list(failures)
        self.sent: list[Outgoing] = []
        self.closed = 0

    def send(self, message: Outgoing) -> None:
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        self.sent.append(message)

    def close(self) -> None:
        self.closed += 1


class Clock:
    def __init__(self) -> None:
        self.now = NOW + timedelta(seconds=1)

    def __call__(self) -> datetime:
        return self.now


def sender(store: Store, channel: Recorder, clock: Clock | None = None) -> Sender:
    links: Callable[[str], Links] = lambda invitation: Links(LINK)  # noqa: E731
    return Sender(store.outbox, {"mail": channel}, links, clock=clock or Clock(), chance=lambda: 0.5, pause=0.02)  # type: ignore[dict-item]


def entry(store: Store, number: int = 1) -> tuple[MessageState, int, str]:
    found = store.outbox.get(message(number).id)
    assert found is not None
    return found.state, found.tries, found.reason


def test_messages_go_out_with_their_links(store: Store) -> None:
    """The outbox itself never holds a link."""
    put(store, 1, 2)
    channel = Recorder()
    assert sender(store, channel).lines["mail"].send_due() == 2
    assert {each.body for each in channel.sent} == {f"请点 {LINK}"} and channel.closed == 1
    assert store.outbox.counts() == {("mail", MessageState.SENT): 2}
    assert b"secret-token" not in store.path.read_bytes()


def test_a_refusal_is_final_and_a_delay_is_not(store: Store) -> None:
    """Each try waits twice as long as the one before, and as long as it was asked to; then it is given up."""
    put(store, 1, 2)
    clock = Clock()
    channel = Recorder(*[NotNow(SendingTrouble.BUSY, "451")] * 2, NotNow(SendingTrouble.BUSY, wait=3600))
    line = sender(store, channel, clock).lines["mail"]
    line.send_due()
    assert entry(store)[:2] == entry(store, 2)[:2] == (MessageState.WAITING, 1)
    store.outbox.cancel([message(2).id])
    waits = []
    for _ in range(MOST_TRIES - 1):
        found = store.outbox.get(message(1).id)
        assert found is not None
        waits.append((found.next_try_at - clock.now).total_seconds())
        clock.now = found.next_try_at
        channel.failures = channel.failures or [NotNow(SendingTrouble.BUSY)]
        line.send_due()
    assert waits == [60, 3600, 240, 480, 960, 1920, 3840, 7680, 15360]
    assert entry(store) == (MessageState.FAILED, MOST_TRIES, "busy")
    put(store, 3)
    channel.failures = [Refused(SendingTrouble.ADDRESS, "550 5.1.1")]
    line.send_due()
    assert entry(store, 3) == (MessageState.FAILED, 1, "address")


def test_a_channel_that_is_down_costs_no_message_a_try(store: Store) -> None:
    """It rests; the messages keep their place, and go out when it is up."""
    put(store, *range(5))
    channel = Recorder(None, ChannelDown(SendingTrouble.UNREACHABLE, "ConnectError"))
    line = sender(store, channel).lines["mail"]
    assert line.send_due() == 1
    assert line.send_due() == 0 and len(channel.sent) == 1
    [told] = store.outbox.troubled()
    assert (told.tries, told.reason) == (0, "unreachable")
    line._rests_until = 0
    assert line.send_due() == 4 and len(channel.sent) == 5
    assert not store.outbox.troubled()


def test_what_is_too_late_or_has_lost_its_link_is_given_up(store: Store) -> None:
    """A message for a campaign that has ended, or an invitation that was revoked."""
    put(store, 1, send_before=NOW)
    put(store, 2, invitation=None)
    channel = Recorder()
    sender(store, channel).lines["mail"].send_due()
    assert entry(store, 1)[::2] == (MessageState.FAILED, "too_late") and entry(store, 2)[::2] == (
        MessageState.FAILED,
        "no_link",
    )
    assert not channel.sent


def test_the_pace_is_kept(store: Store) -> None:
    """No faster than the channel may, over several batches."""
    put(store, *range(12))
    channel = Recorder()
    channel.per_minute = 1200.0
    line = sender(store, channel).lines["mail"]
    begun = time.monotonic()
    while len(channel.sent) < 12:
        line.send_due()
    assert time.monotonic() - begun >= 11 * 0.05 * 0.95


def test_an_unknown_error_costs_neither_thread_nor_message(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """It is tried again later; the others go out; no address, body or link is in the log."""
    caplog.set_level(logging.DEBUG)
    put(store, 1, 2)
    channel = Recorder(RuntimeError(f"n1@example.com {LINK}"))
    [worker] = sender(store, channel).workers()
    worker.start()
    assert eventually(lambda: len(channel.sent) == 1)
    begun = time.monotonic()
    worker.stop()
    assert time.monotonic() - begun < 2
    assert sorted(entry(store, n)[0] for n in (1, 2)) == [MessageState.SENT, MessageState.WAITING]
    assert "RuntimeError" in caplog.text
    for private in ("example.com", "secret-token", "请点", "回访"):
        assert private not in caplog.text


SENDING = """
import sys, time
from datetime import timedelta
from pathlib import Path
from surveys.operations.sender import Sender
from surveys.channels.sms import Sms
from surveys.localisation.clock import utc_now
from surveys.storage import Store

store = Store(Path(sys.argv[1]))
# Each start is a lease later, so that the test need not wait for what the dead one had in hand.
later = timedelta(minutes=6 * int(sys.argv[3]))
channels = {"sms": Sms(sys.argv[2], b"k" * 32, 60000)}
Sender(store.outbox, channels, lambda _: None, clock=lambda: utc_now() + later, pause=0.05).workers()[0].start()
time.sleep(60)
"""


def test_killed_at_any_moment_it_loses_nothing(store: Store) -> None:
    """Ten times SIGKILL while messages go out: each arrives, and only what was in hand may arrive again, as itself."""
    messages = [OutboxMessage(message_id("kill", str(n)), "sms", f"138{n:08d}", f"消息 {n}") for n in range(600)]
    store.outbox.put(messages)
    chance, kills = random.Random(7), 10
    with gateway() as server:
        server.answer = lambda asked: time.sleep(0.002) or (200, {}, {})  # type: ignore[func-returns-value]
        for start in range(kills + 1):
            arguments = [sys.executable, "-c", SENDING, str(store.path), server.url, str(start)]
            before = len(server.asked)
            worker = subprocess.Popen(arguments, cwd=ROOT, env=os.environ)
            if start < kills:
                eventually(lambda before=before: len(server.asked) > before, 30)  # type: ignore[misc]
                time.sleep(chance.random() * 0.15)
            else:
                eventually(lambda: store.outbox.counts().get(("sms", MessageState.SENT)) == len(messages), 60)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
    arrived = Counter(asked.json["message_id"] for asked in server.asked)
    assert set(arrived) == {each.id for each in messages}
    assert store.outbox.counts() == {("sms", MessageState.SENT): len(messages)}
    assert sum(arrived.values()) - len(messages) <= kills
    texts = {(asked.json["message_id"], asked.json["to"], asked.json["text"]) for asked in server.asked}
    assert len(texts) == len(messages)


def test_a_claim_reads_only_what_is_due(store: Store) -> None:
    """From an index, however much waits or was sent before."""
    with store.outbox._connections.reading() as db:
        query = (
            "EXPLAIN QUERY PLAN SELECT id FROM outbox WHERE channel = 'mail' AND state = 'waiting' "
            "AND next_try_at <= '2026' ORDER BY next_try_at, id LIMIT 50"
        )
        plan = " ".join(str(row) for row in db.execute(query).fetchall())
    assert "outbox_due" in plan and "SCAN outbox" not in plan
