"""What a request says of the host decides nothing; pages of other hosts and ports connect to nothing here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.websockets import WebSocketDisconnect

from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.protection.cookies import cookie_of
from surveys.web.protection.sessions import SESSION_COOKIE
from surveys.web.rendering.own_routes import _of_ours
from tests.support.front_door import BEHIND, TestClient, add_account, be, sign_in, visiting

EVIL = {"host": "evil.example"}


@pytest.fixture
def browser(published: Store) -> Iterator[TestClient]:
    add_account(published, "boss", Role.ADMIN)
    with visiting(published) as browser:
        yield browser


@pytest.mark.parametrize(
    "path",
    ["/", "/login/", "/logout/", "/my/", "/case/", "/s/power-visit/", "/k/repair-east/", "/setup/", "/api/v1/surveys/",
     "/paper/power-visit/", "/results/", "/box/x/", "//login//"],
)  # fmt: skip
def test_no_redirect_leads_to_the_host_that_a_request_names(browser: TestClient, path: str) -> None:
    """Neither the pages', nor those that a router makes of a stroke at the end."""
    answer = browser.get(path, headers=EVIL)
    assert "evil.example" not in answer.headers.get("location", "/")
    assert answer.headers.get("location", "/").startswith("/") and "evil.example" not in answer.text


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("http://evil.example/login", "/login"), ("//evil.example/x", "/x"), ("/login?next=%2Fx", "/login?next=%2Fx"),
        ("https://evil.example//other.example/x?a=1", "/other.example/x?a=1"), ("http://evil.example", "/"), ("", ""),
    ],
)  # fmt: skip
def test_an_address_is_led_to_without_its_host(said: str, meant: str) -> None:
    assert _of_ours(said) == meant


ORIGINS: dict[str | None, bool] = {
    "http://testserver": True, "http://testserver:80": True, "https://ask.example": True, None: True,
    "http://testserver:8080": False, "http://evil.example": False, "https://testserver.evil.example": False,
    "null": False, "": False, "http://testserver:x": False, "https://ask.example:8443": False,
}  # fmt: skip
"""Which page may have a live connection."""


@pytest.mark.parametrize(("origin", "welcome"), ORIGINS.items())
def test_the_live_connection_is_for_pages_of_our_host_and_port(
    published: Store, origin: str | None, welcome: bool
) -> None:
    """A page on another port of this host has the same cookies, and gets no connection all the same."""
    boss = add_account(published, "boss", Role.ADMIN)
    with visiting(published) as browser:
        be(browser, published, boss)
        assert is_let_in(browser, origin) is welcome


def is_let_in(browser: TestClient, origin: str | None) -> bool:
    """Whether a live connection gets past the guard, for a page of this origin."""
    try:
        with browser.websocket_connect("/_stcore/stream", headers={} if origin is None else {"origin": origin}):
            return True
    except WebSocketDisconnect as ended:
        return getattr(ended, "code", None) != 1008  # what lies behind the door denies in another way
    except Exception:
        return True  # behind the door of the tests there is nothing that could speak


def test_every_answer_says_what_browsers_need_not_allow(browser: TestClient) -> None:
    """Forms, the console, its assets and what is refused; that TLS is a must only where there is TLS."""
    for path in ("/s/power-visit", "/login", "/", "/static/x.js", "/nothing", "/healthz"):
        headers = browser.get(path).headers
        assert "camera=()" in headers["permissions-policy"] and "geolocation=()" in headers["permissions-policy"], path
        assert "strict-transport-security" not in headers


def test_behind_tls_cookies_are_this_host_s_alone(published: Store) -> None:
    """Named so that the browser takes them from no other; one that was planted under the usual name is passed over."""
    add_account(published, "boss", Role.ADMIN)
    with visiting(published, secure=True) as browser:
        assert browser.get("/login").headers["strict-transport-security"].startswith("max-age=")
        assert sign_in(browser, "boss") == 303 and browser.get("/").text == BEHIND
        names = {each.name for each in browser.cookies.jar}
        assert f"__Host-{SESSION_COOKIE}" in names and SESSION_COOKIE not in names
        assert all(each.secure and each.path == "/" for each in browser.cookies.jar)
        browser.cookies.set(SESSION_COOKIE, "planted")
        assert browser.get("/").text == BEHIND
    assert cookie_of({SESSION_COOKIE: "planted", f"__Host-{SESSION_COOKIE}": "own"}, SESSION_COOKIE) == "own"
