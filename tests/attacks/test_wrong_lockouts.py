"""Who is right gets in, however much others guess: wrong lock-outs are counted, and must be none.

`python -m pytest -s tests/attacks/test_wrong_lockouts.py` prints the figures.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from starlette.applications import Starlette

from analysis.pages.overview.installation import GUESSES_A_DAY
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.protection import guesses
from surveys.web.protection.guesses import OVER_ALL, WAITING_AT_ONCE, SignInGuesses, TooManyAtOnce
from surveys.web.protection.known_devices import KNOWN_COOKIE
from surveys.web.protection.networks import network_of
from surveys.web.rendering.page import exception_handlers
from surveys.web.staff.sign_in import SignInPages
from tests.console.test_console import Open, open_page, words
from tests.support.front_door import NOW, PASSWORD, SECRET, Clock, TestClient, add_account, hidden, sign_in, visiting

__all__ = ["open_page"]  # a fixture

NAMES = [f"colleague{number}" for number in range(20)]
ATTACKER = "203.0.113.9"


@pytest.fixture
def staffed(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(guesses, "PAUSE", 0.0)
    for name in NAMES:
        add_account(store, name, Role.STAFF)
    return store


@contextmanager
def coming_from(store: Store) -> Iterator[TestClient]:
    """A browser that can come from anywhere."""
    with visiting(store, Clock()) as browser:
        yield browser


def at(browser: TestClient, address: str) -> None:
    browser._transport.client = (address, 50000)  # type: ignore[attr-defined]


ATTACKS: dict[str, tuple[list[str], str]] = {
    "from one's own network": ([ATTACKER], ATTACKER), "from another network": ([ATTACKER], "198.51.100.4"),
    "from one's own /64": ([f"2001:db8:1:2::{n:x}" for n in range(40)], "2001:db8:1:2::beef"),
    "from two hundred networks": ([f"192.0.2.{n}" for n in range(200)], "198.51.100.4"),
}  # fmt: skip
"""The addresses that guesses come from, and where those are who are right."""


@pytest.mark.parametrize(("attackers", "own"), ATTACKS.values(), ids=ATTACKS)
def test_nobody_who_is_right_is_locked_out(staffed: Store, attackers: list[str], own: str) -> None:
    """After 400 guesses at twenty names all twenty get in at the first try, in a browser that nobody knows."""
    wrong, told = locked_out(staffed, attackers, own)
    print(f"\nwrong lock-outs: {wrong} of {len(NAMES)} after {told.total()} guesses ({told[429]} told to wait)")
    assert told[429] > 0 and told[401] + told[429] == OVER_ALL + 100
    assert wrong == 0


def locked_out(store: Store, attackers: list[str], own: str) -> tuple[int, Counter[int]]:
    """How many of those who are right don't get in after guesses at their names; the answers to these by status."""
    with coming_from(store) as browser:
        form = hidden(browser.get("/login").text)
        told: Counter[int] = Counter()
        for number in range(OVER_ALL + 100):
            at(browser, attackers[number % len(attackers)])
            given = {**form, "name": NAMES[number % len(NAMES)], "password": "guess"}
            told[browser.post("/login", data=given).status_code] += 1
        at(browser, own)
        return sum(sign_in(browser, name) != 303 for name in NAMES), told


def test_a_known_device_passes_a_flood(staffed: Store) -> None:
    """A hundred guesses at once from one's own network at one's own name: nearly all have to wait, oneself gets in."""
    app = Starlette(routes=SignInPages(staffed, SECRET, clock=Clock()).routes(), exception_handlers=exception_handlers)

    async def storm() -> tuple[Counter[int], int]:
        transport = httpx.ASGITransport(app=app, client=(ATTACKER, 5000))
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://testserver") as program,
            httpx.AsyncClient(transport=transport, base_url="http://testserver") as person,
        ):
            at_home = {**hidden((await person.get("/login")).text), "name": NAMES[0], "password": PASSWORD}
            assert (await person.post("/login", data=at_home)).status_code == 303
            assert KNOWN_COOKIE in person.cookies
            form = {**hidden((await program.get("/login")).text), "name": NAMES[0], "password": "guess"}
            attack = [program.post("/login", data=form) for _ in range(100)]
            again = {**hidden((await person.get("/login")).text), "name": NAMES[0], "password": PASSWORD}
            *guessed, own = await asyncio.gather(*attack, person.post("/login", data=again))
            return Counter(answer.status_code for answer in guessed), own.status_code

    told, own = asyncio.run(storm())
    assert own == 303 and told[303] == 0
    assert told[401] <= 12 and told[401] + told[429] == 100  # a few before they are too many, a few after oneself


def test_those_who_guess_are_looked_at_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever they are, with a pause after each wrong one; of one network at one name only some wait for it."""
    monkeypatch.setattr(guesses, "PAUSE", 0.0)
    held, seen = [0], SignInGuesses(lambda: 0.0)

    async def guess(network: str) -> bool:
        try:
            async with seen.in_turn(network, "boss") as note_wrong:
                held[0] += 1
                assert held[0] == 1
                await asyncio.sleep(0)
                note_wrong()
                held[0] -= 1
        except TooManyAtOnce:
            return False
        return True

    async def storm() -> list[bool]:
        return await asyncio.gather(*(guess(network) for network in ["one"] * 20 + ["other"] * 3))

    looked = asyncio.run(storm())
    assert looked.count(True) == WAITING_AT_ONCE + 3 and all(looked[-3:])


def test_a_known_device_is_known_for_its_account_and_for_some_mistakes() -> None:
    """Who has stolen one guesses no quicker than others after ten failures."""
    now = [0.0]
    seen = SignInGuesses(lambda: now[0])
    for _ in range(6):
        seen.tried("n", "boss", "")
    assert seen.wait("n", "boss", "") and not seen.wait("n", "boss", "device") and not seen.wait("n", "other", "")
    for _ in range(11):
        seen.tried("n", "boss", "device")
    assert seen.wait("n", "boss", "device")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7/32"), ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9%eth0", "2001:db8:1:2::/64"), ("testclient", "testclient"),
        ("::ffff:203.0.113.7", "203.0.113.7/32"), ("::1", "::/64"),
    ],
)  # fmt: skip
def test_what_counts_as_one_network(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize("failures", [GUESSES_A_DAY - 1, GUESSES_A_DAY])
def test_the_administrator_hears_of_guesses(store: Store, open_page: Open, failures: int) -> None:
    """On the start page, also while nothing is in the field; others don't."""
    add_account(store, "boss", Role.ADMIN)
    add_account(store, "maker", Role.DESIGNER)
    for number in range(failures):
        store.accounts.record("?", "failed sign-in", "unknown name", f"203.0.113.{number % 7}/32")
    told = f"昨天以来有 {failures} 次登录失败，来自 7 个网络"
    assert (told in words(open_page(store, "boss", ""))) is (failures >= GUESSES_A_DAY)
    assert told not in words(open_page(store, "maker", ""))
    assert store.accounts.guessing(NOW).of_codes == 0


def test_the_administrator_hears_of_guessed_codes(store: Store, open_page: Open) -> None:
    add_account(store, "boss", Role.ADMIN)
    with coming_from(store) as browser:
        at(browser, ATTACKER)
        for _ in range(20):
            browser.get("/case/2222-2222-2222")
    assert store.accounts.guessing(NOW).of_codes == 1
    assert "1 个网络大量试错查询码" in words(open_page(store, "boss", ""))
