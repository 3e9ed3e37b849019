"""First start, sign-in, sign-out, password; and the guard at the console's door."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from starlette.websockets import WebSocketDisconnect

from surveys.accounts import token_hash
from surveys.operations.setup_code import first_setup_code, new_setup_code
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.protection import guesses
from surveys.web.protection.guesses import FORGET_AFTER, Throttle
from surveys.web.protection.sessions import SESSION_COOKIE, account_of
from tests.support.front_door import (
    BEHIND,
    NOW,
    PASSWORD,
    Clock,
    TestClient,
    add_account,
    heading,
    hidden,
    set_up,
    sign_in,
    visiting,
)

NEW = "another fine password"


@pytest.fixture
def staffed(store: Store) -> Store:
    add_account(store, "boss", Role.ADMIN)
    add_account(store, "wu", Role.STAFF)
    return store


@pytest.fixture
def browser(staffed: Store) -> Iterator[TestClient]:
    with visiting(staffed) as browser:
        yield browser


def actions(store: Store) -> list[tuple[str, str]]:
    return [(line.account, line.action) for line in reversed(store.accounts.audit())]


# First start


def test_the_first_page_of_an_empty_database_creates_the_administrator(store: Store) -> None:
    """Every way leads to /setup; afterwards one is signed in, and /setup is closed for good."""
    with visiting(store) as browser:
        assert browser.get("/").headers["location"] == browser.get("/login").headers["location"] == "/setup"
        assert set_up(browser, store).status_code == 303
        assert browser.get("/").text == BEHIND
        assert browser.get("/setup").headers["location"] == "/login"
    [boss] = store.accounts.all()
    assert (boss.name, boss.role) == ("boss", Role.ADMIN)
    assert actions(store) == [("boss", "create administrator")]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": " "}, "请填写用户名"),
        ({"name": "a\nb"}, "不含特殊符号"),
        ({"password": "short", "again": "short"}, "至少 12 位"),
        ({"again": "different"}, "不一样"),
        ({"code": ""}, "设置码不对"),
        ({"code": "2222-2222-2222"}, "设置码不对"),
    ],
    ids=["no name", "control character", "short", "mistyped", "no code", "guessed code"],
)
def test_what_will_not_do_is_said_and_no_account_made(store: Store, changes: dict[str, str], says: str) -> None:
    with visiting(store) as browser:
        page = set_up(browser, store, **changes)
    assert page.status_code == 422 and says in page.text and PASSWORD not in page.text
    assert not store.accounts.any()


def test_of_two_first_administrators_one_wins(store: Store) -> None:
    """The second finds the door closed, though its page was open before."""
    with visiting(store) as one, visiting(store) as other:
        fields = {**hidden(other.get("/setup").text), "name": "other", "password": PASSWORD, "again": PASSWORD}
        fields["code"] = new_setup_code(store) or ""
        assert set_up(one, store).status_code == 303
        assert other.post("/setup", data=fields).headers["location"] == "/login"
    assert [account.name for account in store.accounts.all()] == ["boss"]


def test_a_set_up_code_counts_once_and_until_the_next(store: Store) -> None:
    """Typed as people do; a code given later ends those before; with an account there are none, and none is told."""
    first, second = new_setup_code(store), new_setup_code(store)
    assert first and second and first_setup_code(store) is None
    with visiting(store) as browser, visiting(store) as late:
        assert set_up(browser, store, code=first).status_code == 422
        third = new_setup_code(store) or ""
        assert f'value="{third}"' in browser.get(f"/setup?code={third}").text
        fields = {**hidden(late.get("/setup").text), "name": "late", "password": PASSWORD, "again": PASSWORD}
        typed = {**fields, "name": "boss", "code": f" {third.lower().replace('-', ' ')} "}
        assert late.post("/setup", data=typed).status_code == 303
        assert browser.post("/setup", data={**fields, "code": third}).status_code in (303, 403)
    assert [account.name for account in store.accounts.all()] == ["boss"]
    assert new_setup_code(store) is None and first_setup_code(store) is None
    content = store.path.read_bytes() + store.path.with_name("xinsheng.db-wal").read_bytes()
    assert third.encode() not in content


@pytest.mark.parametrize("ticked", [True, False])
def test_the_sample_organisation_comes_only_when_asked_for(store: Store, ticked: bool) -> None:
    """And a failure of it does not lock the administrator out."""
    loaded: list[str] = []

    def load() -> None:
        loaded.append("sample")
        raise OSError

    with visiting(store, load_sample=load) as browser:
        assert set_up(browser, store, **({"sample": "yes"} if ticked else {})).status_code == 303
        assert browser.get("/").text == BEHIND
    assert bool(loaded) is ticked


# Sign-in and sign-out


def test_signing_in_leads_back_and_signing_out_ends_the_session(browser: TestClient, staffed: Store) -> None:
    where = browser.get("/results?survey=a&x=1").headers["location"]
    assert where == "/login?next=%2Fresults%3Fsurvey%3Da%26x%3D1"
    fields = {**hidden(browser.get(where).text), "name": "boss", "password": PASSWORD}
    answer = browser.post("/login", data=fields)
    assert answer.headers["location"] == "/results?survey=a&x=1"
    assert "HttpOnly" in answer.headers["set-cookie"] and "SameSite=lax" in answer.headers["set-cookie"]
    token = browser.cookies[SESSION_COOKIE]
    assert account_of({SESSION_COOKIE: token}, staffed, NOW)
    browser.post("/logout", data=hidden(browser.get("/logout").text))
    assert account_of({SESSION_COOKIE: token}, staffed, NOW) is None
    assert browser.get("/results").status_code == 303
    assert actions(staffed) == [("boss", "sign in"), ("boss", "sign out")]


def test_signing_in_speaks_the_reader_s_language_and_goes_on_in_it(browser: TestClient) -> None:
    """The sign-in page offers the other languages; what it leads to and back from stays in the one chosen."""
    sent = browser.get("/results?period=90&lang=en")
    page = browser.get(sent.headers["location"]).text
    assert heading(page) == "Sign in" and 'href="/login?next=%2Fresults%3Fperiod%3D90%26lang%3Den"' in page
    fields = {**hidden(page), "name": "boss", "password": PASSWORD}
    wrong = browser.post("/login?lang=en", data={**fields, "password": "x"})
    assert heading(wrong.text) == "Sign in" and hidden(wrong.text)["next"] == "/results?period=90&lang=en"
    assert browser.post("/login?lang=en", data=fields).headers["location"] == "/results?period=90&lang=en"
    out = browser.get("/logout?lang=en").text
    assert 'action="/logout?lang=en"' in out
    assert browser.post("/logout?lang=en", data=hidden(out)).headers["location"] == "/login?lang=en"


def test_a_sign_in_in_chinese_goes_on_in_chinese(browser: TestClient) -> None:
    """The language of the sign-in page is the last one chosen; it outdoes that of the page one came from."""
    page = browser.get("/login?next=%2Fresults%3Flang%3Den").text
    fields = {**hidden(page), "name": "boss", "password": PASSWORD}
    assert browser.post("/login", data=fields).headers["location"] == "/results"


def test_staff_are_led_to_their_forms(browser: TestClient) -> None:
    fields = {**hidden(browser.get("/login").text), "name": "wu", "password": PASSWORD}
    assert browser.post("/login", data=fields).headers["location"] == "/my"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(browser: TestClient, staffed: Store) -> None:
    """Word for word; the audit line names no one who does not exist."""
    pages = []
    for name in ("boss", "nobody"):
        fields = {**hidden(browser.get("/login").text), "name": name, "password": "guess"}
        page = browser.post("/login", data=fields)
        assert page.status_code == 401 and "guess" not in page.text
        pages.append(page.text.replace(name, "").replace(hidden(page.text)["_csrf"], ""))
    assert pages[0] == pages[1]
    assert sorted(actions(staffed)) == [("?", "failed sign-in"), ("boss", "failed sign-in")]


def test_an_inactive_account_stays_outside(browser: TestClient, staffed: Store) -> None:
    staffed.accounts.change("boss", active=0)
    assert sign_in(browser, "boss") == 401


def test_guessing_is_slowed_for_the_guesser_not_for_the_hall(
    staffed: Store, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """Five wrong passwords for a name make further ones wait; the right one passes, as do others."""
    monkeypatch.setattr(guesses, "PAUSE", 0.0)
    clock = Clock()
    with visiting(staffed, clock) as browser:
        statuses = [sign_in(browser, "boss", "guess") for _ in range(6)]
        assert statuses == [401] * 5 + [429]
        assert sign_in(browser, "wu", "guess") == 401
        assert sign_in(browser, "boss") == sign_in(browser, "wu") == 303
    lines = [(line.account, line.detail) for line in staffed.accounts.audit() if line.action == "failed sign-in"]
    assert lines == [("wu", "testclient"), *[("boss", "testclient")] * 6]


def test_cookies_insist_on_https_where_there_is_https(staffed: Store) -> None:
    with visiting(staffed, secure=True) as browser:
        fields = {**hidden(browser.get("/login").text), "name": "boss", "password": PASSWORD}
        assert "Secure" in browser.post("/login", data=fields).headers["set-cookie"]


@pytest.mark.parametrize(("path", "status"), [("/password", 303), ("/logout", 200), ("/my", 303)])
def test_pages_of_one_s_own_need_somebody(browser: TestClient, path: str, status: int) -> None:
    assert browser.get(path).status_code == status


def test_a_changed_password_ends_all_other_sessions(staffed: Store) -> None:
    with visiting(staffed) as one, visiting(staffed) as other:
        assert sign_in(one, "boss") == sign_in(other, "boss") == 303
        fields = {**hidden(one.get("/password").text), "password": NEW, "again": NEW}
        assert one.post("/password", data={**fields, "current": "wrong"}).status_code == 422
        assert one.post("/password", data={**fields, "current": PASSWORD}).status_code == 303
        assert one.get("/").text == BEHIND
        assert other.get("/").status_code == 303
        assert sign_in(other, "boss") == 401 and sign_in(other, "boss", NEW) == 303
    assert ("boss", "change password") in actions(staffed)


def test_sessions_end(staffed: Store) -> None:
    clock = Clock()
    with visiting(staffed, clock) as browser:
        sign_in(browser, "boss")
        clock.passes(hours=7)
        assert browser.get("/").status_code == 200
        clock.passes(hours=8, minutes=1)
        assert browser.get("/").status_code == 303


def test_one_sees_where_one_is_signed_in_and_signs_out_elsewhere(staffed: Store) -> None:
    """By day; other people's sessions are none of it, and a form from elsewhere ends nothing."""
    clock = Clock()
    with visiting(staffed, clock) as one, visiting(staffed, clock) as other, visiting(staffed, clock) as colleague:
        assert one.get("/sessions").headers["location"].startswith("/login")
        assert sign_in(one, "boss") == sign_in(other, "boss") == sign_in(colleague, "wu") == 303
        page = one.get("/sessions").text
        assert page.count("<li>") == 2 and page.count("本设备") == 1 and "10:30" not in page
        assert one.post("/sessions", data={"_csrf": "forged"}).status_code == 403
        assert other.get("/").text == BEHIND
        assert one.post("/sessions", data=hidden(page)).headers["location"] == "/sessions"
        assert one.get("/").text == BEHIND and one.get("/sessions").text.count("<li>") == 1
        assert other.get("/").status_code == 303 and colleague.get("/my").status_code == 200
    assert ("boss", "sign out elsewhere") in actions(staffed)


# The guard


def test_the_guard_lets_assets_and_plain_pages_pass(browser: TestClient) -> None:
    """Health, assets and own routes need no account; contents of the console and its live connection do."""
    for path in ("/_stcore/health", "/_stcore/host-config", "/static/js/main.js", "/favicon.png"):
        assert browser.get(path).text == BEHIND
    for path in ("/_stcore/upload_file/a/b", "/_stcore/metrics", "/_stcore/agent/mcp", "/media/export.xlsx"):
        assert (browser.get(path).status_code, browser.get(path).text) == (401, "")
    for path in ("/nothing", "/results/deeper", "/accounts/_stcore/stream", "/index.html"):
        assert browser.get(path).status_code == 404 and BEHIND not in browser.get(path).text


def test_the_live_connection_is_refused_without_a_session(browser: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/_stcore/stream"):
        pass


def test_pages_of_the_console_say_how_they_may_be_used(browser: TestClient) -> None:
    sign_in(browser, "boss")
    headers = browser.get("/").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "frame-ancestors 'self'"
    assert "unsafe" not in browser.get("/login").headers["content-security-policy"]


def test_a_wrong_address_is_answered_in_words(browser: TestClient) -> None:
    assert heading(browser.get("/nothing").text) == "没有找到这个页面"


# What it stands on


def test_throttle_doubles_the_wait_and_forgets() -> None:
    now = [0.0]
    throttle = Throttle(free=2, longest=8, now=lambda: now[0])
    waits = []
    for _ in range(6):
        throttle.failed("a")
        waits.append(throttle.wait("a"))
    assert waits == [0, 1, 2, 4, 8, 8]
    assert throttle.wait("b") == 0
    now[0] = FORGET_AFTER + 1
    assert throttle.wait("a") == 0


def test_only_the_hash_of_a_session_is_kept(browser: TestClient, staffed: Store) -> None:
    sign_in(browser, "boss")
    token = browser.cookies[SESSION_COOKIE]
    content = staffed.path.read_bytes() + staffed.path.with_name("xinsheng.db-wal").read_bytes()
    assert token.encode() not in content and token_hash(token).encode() in content


def test_passwords_cost_whoever_guesses_what_the_library_advises() -> None:
    """In the product itself; tests use a cheaper hash."""
    program = "from surveys.accounts import _NOBODY, hashed_password as of; print(of('a blue kettle sings'), _NOBODY)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    known, nobody = told.stdout.split()
    assert known.startswith("$argon2id$") and not PasswordHasher().check_needs_rehash(known)
    assert not PasswordHasher().check_needs_rehash(nobody)  # an unknown name takes as long
