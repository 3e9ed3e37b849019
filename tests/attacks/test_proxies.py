"""Who is behind a reverse proxy: told by the proxies that are listed, and made up by nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from surveys.permissions import Role
from surveys.server import Address, server_environment
from surveys.settings import Settings, UnfitProxy
from surveys.storage import Store
from surveys.web.forms import personal_links
from surveys.web.protection.devices import Visitor
from surveys.web.protection.rate_limits import Limits
from tests.support.front_door import TestClient, add_account, field, heading, hidden, visiting
from tests.support.serving import WAYS, serving

FORM = "/s/power-visit"
PROXY, HALL, STUFFER = "10.0.0.5", "203.0.113.9", "198.51.100.7"
MOST_STRANGERS = 600  # at once from one address, without a cookie of ours


@pytest.fixture
def limits() -> Limits:
    """The limits after a program has sent from one address whatever it could."""
    limits = Limits(lambda: 1000.0)
    assert sum(limits.sending(Visitor(STUFFER)).wait == 0 for _ in range(MOST_STRANGERS + 1)) == MOST_STRANGERS
    return limits


@pytest.fixture
def browser(published: Store, limits: Limits) -> Iterator[TestClient]:
    with visiting(published, proxies=("10.0.0.0/24",), limits=limits) as browser:
        yield browser


def came_from(browser: TestClient, peer: str, forwarded: str) -> None:
    """The next requests come over this connection and say this of who is behind it."""
    browser._transport.client = (peer, 50000)  # type: ignore[attr-defined]
    browser.headers["x-forwarded-for"] = forwarded


def sent(browser: TestClient) -> int:
    """An answer by a browser of its own."""
    browser.cookies.clear()
    fields = hidden(browser.get(FORM).text) | {"csat": "4"}
    browser.cookies.clear()
    return int(browser.post(FORM, data=fields).status_code)


def test_a_hall_behind_a_listed_proxy_gets_through_and_a_stuffer_does_not(browser: TestClient) -> None:
    """Both come over the same connection; phones that refuse cookies are among those of the hall."""
    came_from(browser, PROXY, STUFFER)
    assert sent(browser) == 429
    came_from(browser, PROXY, HALL)
    assert {sent(browser) for _ in range(40)} == {200}
    came_from(browser, PROXY, STUFFER)
    assert sent(browser) == 429


@pytest.mark.parametrize(
    ("peer", "forwarded"),
    [
        (PROXY, f"{HALL}, {STUFFER}"), (PROXY, f"10.0.0.9, {STUFFER}, 10.0.0.7"), (PROXY, f"{STUFFER}:4711"),
        (STUFFER, HALL), (STUFFER, PROXY), (f"::ffff:{STUFFER}", HALL),
    ],
    ids=[
        "a forged beginning", "through two proxies", "with a port", "not through a proxy", "posing as the proxy",
        "as an IPv6 socket names it",
    ],
)  # fmt: skip
def test_what_a_stuffer_says_of_itself_is_not_believed(browser: TestClient, peer: str, forwarded: str) -> None:
    came_from(browser, peer, forwarded)
    assert sent(browser) == 429


def test_guessing_links_through_a_proxy_slows_the_guesser_alone(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """Whatever they write before the address that the proxy adds."""
    monkeypatch.setattr(personal_links, "ANSWER_AFTER", 0.0)
    for number in range(30):
        came_from(browser, PROXY, f"192.0.2.{number}, {STUFFER}")
        assert browser.get(f"/i/guess{number}").status_code == 404
    assert browser.get("/i/guess").status_code == 429
    came_from(browser, PROXY, HALL)
    assert browser.get("/i/guess").status_code == 404


@pytest.mark.parametrize(
    ("listed", "listening"),
    [("", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "::")],
    ids=["unlisted", "listed", "listed, on a socket for all addresses"],
)
def test_the_running_server_believes_its_own_machine_only_where_it_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listed: str, listening: str
) -> None:
    """Six wrong passwords for one name, each under another made-up address: the sixth has to wait, or has not."""
    given = {"XINSHENG_PROXIES": listed}
    for name, value in server_environment(Address(0), tmp_path / "door.db", given).items():
        monkeypatch.setenv(name, value)
    store = Store(tmp_path / "door.db")
    add_account(store, "boss", Role.ADMIN)
    store.close()
    way = [*WAYS["surveys serve"], "--host", listening]
    with serving(tmp_path / "door.db", way) as address, httpx.Client(base_url=address) as client:
        fields = {"_csrf": field(client.get("/login").text, "_csrf"), "name": "boss", "password": "wrong"}
        made_up = [{"x-forwarded-for": f"203.0.113.{number}"} for number in range(6)]
        told = [client.post("/login", data=fields, headers=headers) for headers in made_up]
    assert [answer.status_code for answer in told] == [401] * 5 + [401 if listed else 429]
    assert heading(told[-1].text) == ("登录" if listed else "请稍后再登录")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ()), ("10.0.0.5, 10.1.0.0/16  ::1", ("10.0.0.5", "10.1.0.0/16", "::1"))],
    ids=["none", "addresses and networks"],
)
def test_proxies_are_listed_by_address_or_network(text: str, expected: tuple[str, ...]) -> None:
    assert Settings.from_environment({"XINSHENG_PROXIES": text}).proxies == expected


@pytest.mark.parametrize("text", ["*", "0.0.0.0/0", "::/0", "10.0.0.1/8", "10.0.0.0/33", "proxy.example.cn"])
def test_a_proxy_that_is_none_or_everyone_is_named(text: str) -> None:
    """With what to write instead; a slip must not leave the limits blind."""
    with pytest.raises(UnfitProxy, match="XINSHENG_PROXIES: '"):
        Settings.from_environment({"XINSHENG_PROXIES": f"10.0.0.5,{text}"})
