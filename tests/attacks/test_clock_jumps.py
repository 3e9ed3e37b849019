"""The computer's clock is set, or wrong: it is said in words, and neither sign-ins nor messages nor limits suffer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from httpx import Response

from surveys.channels.message import OutboxMessage, message_id
from surveys.localisation.language import in_words
from surveys.operations.clock_watch import DOUBTED, ClockWatch, clock_trouble
from surveys.permissions import Role
from surveys.storage import Store
from tests.support.front_door import NOW, Clock, TestClient, add_account, be, hidden, visiting


class Machine:
    """Two clocks of one computer: the one that can be set, and the one that only runs."""

    def __init__(self) -> None:
        self.wall, self.runs = Clock(), 1000.0

    def passes(self, **amount: float) -> None:
        self.wall.passes(**amount)
        self.runs += timedelta(**amount).total_seconds()

    def watch(self, store: Store) -> ClockWatch:
        return ClockWatch(store, clock=self.wall, steady=lambda: self.runs)


@pytest.fixture
def machine() -> Machine:
    return Machine()


def said(store: Store, machine: Machine) -> str:
    trouble = clock_trouble(store, machine.wall())
    return in_words(trouble, "zh") if trouble else ""


def test_time_that_passes_is_no_jump(store: Store, machine: Machine, caplog: pytest.LogCaptureFixture) -> None:
    watch = machine.watch(store)
    for hours in (0.01, 1, 30):
        machine.passes(hours=hours)
        watch.look()
    machine.wall.passes(seconds=90)  # as time servers set it
    watch.look()
    assert said(store, machine) == "" and not caplog.records and not watch.doubtful


@pytest.mark.parametrize(
    ("by", "word"),
    [(timedelta(days=-3), "往回拨了 3 天"), (timedelta(hours=5), "往前跳了 5 小时")],
    ids=["back", "ahead"],
)
def test_a_jump_is_said_in_log_and_words(
    store: Store, machine: Machine, by: timedelta, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    """For two days, to who runs the server; then it is over."""
    watch = machine.watch(store)
    watch.look()
    machine.passes(minutes=5)
    machine.wall.now += by
    watch.look()
    assert word in said(store, machine) and word in caplog.text
    machine.passes(days=2, minutes=1)
    watch.look()
    assert said(store, machine) == ""


def test_a_clock_behind_the_last_run_is_noticed_at_the_start(store: Store, machine: Machine) -> None:
    """As after a battery went empty: nothing that runs has seen it jump."""
    machine.watch(store).look()
    machine.wall.passes(days=-400)
    machine.watch(store).look()
    assert "早 400 天" in said(store, machine)


def message(number: str) -> OutboxMessage:
    return OutboxMessage(message_id(number), "email", "li@example.cn", "您好", subject="请评价")


def test_messages_of_a_wrong_future_are_due_when_the_clock_is_right_again(store: Store, machine: Machine) -> None:
    """Put in, or tried, while the clock was a year ahead: nobody would have got them for a year."""
    watch, outbox = machine.watch(store), store.outbox
    outbox.put([message("before")], now=machine.wall())
    machine.wall.passes(days=365)
    [taken] = outbox.claim("email", 10, now=machine.wall())
    outbox.postpone(taken, machine.wall() + timedelta(minutes=2), "mail server does not answer")
    outbox.put([message("meanwhile")], now=machine.wall())
    watch.look()
    machine.wall.passes(days=-365)
    watch.look()
    machine.passes(minutes=3)
    due = outbox.claim("email", 10, now=machine.wall())
    assert {each.message.id for each in due} == {message_id("before"), message_id("meanwhile")}
    assert not outbox.claim("email", 10, now=machine.wall())  # each once


class Held:
    """A lease that is always to be had."""

    def hold(self, job: str) -> bool:
        return True

    def release(self, job: str) -> None: ...


def test_after_a_leap_what_cannot_be_undone_waits_for_an_hour(store: Store, machine: Machine) -> None:
    """Campaigns would end and invitations go out; set right within the hour, all goes on at once."""
    watch = machine.watch(store)
    lease = watch.patient(Held())
    assert lease.hold("campaigns")
    machine.wall.passes(days=700)
    assert not lease.hold("campaigns") and "先停一小时" in said(store, machine)
    machine.wall.passes(days=-700)
    assert lease.hold("campaigns")
    machine.wall.passes(days=700)
    assert not lease.hold("campaigns")
    machine.passes(seconds=DOUBTED.total_seconds() + 1)  # nobody objects: it was wrong before
    assert lease.hold("campaigns")


@pytest.mark.parametrize("by", [timedelta(days=-3), timedelta(hours=3)], ids=["back", "ahead"])
def test_who_is_signed_in_stays_so(store: Store, by: timedelta) -> None:
    clock = Clock()
    boss = add_account(store, "boss", Role.ADMIN)
    with visiting(store, clock) as browser:
        be(browser, store, boss)
        clock.now = NOW + by
        assert signed_in(browser)
        clock.now = NOW + by + timedelta(minutes=5)
        assert signed_in(browser)


def signed_in(browser: TestClient) -> bool:
    return "/login" not in browser.get("/my").headers.get("location", "")


@pytest.mark.parametrize("by", [timedelta(days=-3), timedelta(days=3)], ids=["back", "ahead"])
def test_a_jump_neither_lifts_a_limit_nor_prolongs_it(store: Store, by: timedelta) -> None:
    """A program must not get a thousand guesses more, nor anybody be locked out for days."""
    clock = Clock()
    add_account(store, "boss", Role.ADMIN)
    with visiting(store, clock) as browser:
        assert sum(guess(browser).status_code == 429 for _ in range(20))
        clock.now += by
        refused = [answer for answer in (guess(browser) for _ in range(20)) if answer.status_code == 429]
        assert len(refused) >= 10 and all(int(answer.headers["retry-after"]) <= 900 for answer in refused)


def guess(browser: TestClient) -> Response:
    return browser.post("/login", data={**hidden(browser.get("/login").text), "name": "boss", "password": "wrong"})
