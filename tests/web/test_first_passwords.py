"""A password that somebody else chose opens nothing before its owner has changed it, by whatever way one comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.websockets import WebSocketDisconnect

from surveys.accounts import Role, hashed_password, password_fits
from surveys.storage import Store
from surveys.storage.sqlite.connection import connect
from surveys.storage.sqlite.migrations import migrations
from surveys.web.protection.sessions import account_of
from tests.console.test_console import Open, add_accounts, open_page, words
from tests.support.front_door import (
    BEHIND,
    NOW,
    PASSWORD,
    TestClient,
    add_account,
    heading,
    hidden,
    set_up,
    sign_in,
    use_own_password,
    visiting,
)
from tests.support.open_review import publish_review

__all__ = ["open_page"]  # a fixture

NEW = "another fine password"
TITLE = "设置您自己的密码"


@pytest.fixture
def given(store: Store) -> Store:
    """An account of each role, with passwords that an administrator chose."""
    for role in Role:
        hash_ = hashed_password(PASSWORD)
        store.accounts.add(role.value, role.value, role, hash_, ("service",), now=NOW, given=True)
    publish_review(store)
    return store


@pytest.fixture
def browser(given: Store) -> Iterator[TestClient]:
    with visiting(given) as browser:
        yield browser


def actions(store: Store) -> list[tuple[str, str]]:
    return [(line.account, line.action) for line in reversed(store.accounts.audit())]


@pytest.mark.parametrize("role", Role)
def test_every_door_is_shut_before_the_password_is_one_s_own(given: Store, browser: TestClient, role: Role) -> None:
    """Pages, the live connection, files, one's own forms, previews, calls, paper: as to somebody who isn't there."""
    assert sign_in(browser, role.value) == 303
    assert account_of(browser.cookies, given, NOW) is None
    names = (
        "",
        "results",
        "accounts",
        "my",
        "s/{}",
        "preview/{}",
        "call",
        "paper/{}",
        "typing/{}",
        "poster/{}",
        "cards/{}",
    )
    for way in names:
        answer = browser.get("/" + way.format("open-review"))
        assert answer.status_code == 303 and answer.headers["location"].startswith("/login?next="), way
    assert browser.post("/call").headers["location"].startswith("/login?next=")
    assert browser.get("/media/x").status_code == browser.get("/_stcore/upload_file/a/b").status_code == 401
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/_stcore/stream"):
        pass


def test_signing_in_leads_to_a_password_of_one_s_own_and_on_to_the_page_wanted(
    given: Store, browser: TestClient
) -> None:
    """In the language chosen; the given password doesn't count as another one; twice, nothing is asked any more."""
    page = browser.get("/login?next=%2Fresults%3Fx%3D1&lang=en").text
    fields = {**hidden(page), "name": "admin", "password": PASSWORD}
    to = browser.post("/login?lang=en", data=fields).headers["location"]
    assert to == "/password?next=%2Fresults%3Fx%3D1&lang=en"
    page = browser.get(to)
    assert heading(page.text) == "Choose your own password" and 'href="/logout?lang=en"' in page.text
    fields = {**hidden(page.text), "current": PASSWORD, "password": PASSWORD, "again": PASSWORD}
    refused = browser.post("/password?lang=en", data=fields)
    assert refused.status_code == 422 and "has to differ" in refused.text and PASSWORD not in refused.text
    fields = {**hidden(refused.text), "current": PASSWORD, "password": NEW, "again": NEW}
    assert browser.post("/password?lang=en", data=fields).headers["location"] == "/results?x=1&lang=en"
    assert browser.get("/results?x=1").text == BEHIND
    assert actions(given)[-2:] == [("admin", "change given password"), ("admin", "sign in")]
    browser.post("/logout", data=hidden(browser.get("/logout").text))
    assert sign_in(browser, "admin", PASSWORD) == 401 and sign_in(browser, "admin", NEW) == 303
    assert browser.get("/").text == BEHIND


def test_the_sign_in_page_leads_on_who_left_before_changing(browser: TestClient) -> None:
    """Every other way leads there, and it does not ask for the given password a second time; one may sign out."""
    sign_in(browser, "manager")
    away = browser.get("/results").headers["location"]
    assert browser.get(away).headers["location"] == "/password?next=%2Fresults"
    assert heading(browser.get("/password").text) == TITLE
    browser.post("/logout", data=hidden(browser.get("/logout").text))
    assert browser.get("/login").status_code == 200 and browser.get("/password").status_code == 303


def test_a_page_elsewhere_is_never_led_to(browser: TestClient) -> None:
    sign_in(browser, "manager")
    assert "evil" not in browser.get("/password?next=https%3A%2F%2Fevil.example").text
    fields = {**hidden(browser.get("/password").text), "current": PASSWORD, "password": NEW, "again": NEW}
    assert browser.post("/password", data={**fields, "next": "//evil.example"}).headers["location"] == "/"


def test_staff_go_on_to_their_forms(browser: TestClient) -> None:
    sign_in(browser, "staff")
    fields = {**hidden(browser.get("/password").text), "current": PASSWORD, "password": NEW, "again": NEW}
    assert browser.post("/password", data=fields).headers["location"] == "/my"


def test_a_password_that_is_reset_has_to_be_changed_again(store: Store, open_page: Open) -> None:
    """Typed by the administrator: the page says so until it is changed, and so does the audit trail."""
    add_accounts(store)
    store.accounts.set_password("head", hashed_password(PASSWORD), by="head")
    app = open_page(store, "boss", "accounts", tab="change")
    next(each for each in app.selectbox if each.label == "账号").set_value("head").run()
    next(each for each in app.text_input if each.label == "新密码").set_value(NEW)
    next(each for each in app.button if each.label == "重设密码").click().run()
    assert "待改初始密码" in words(app)
    line = next(each for each in store.accounts.audit() if not each.by_day)
    assert (line.account, line.action, line.object, line.detail) == ("boss", "reset password", "head", "password given")
    with visiting(store) as browser:
        sign_in(browser, "head", NEW)
        assert browser.get("/results").status_code == 303
        assert use_own_password(browser, NEW, PASSWORD) == 303
        assert browser.get("/results").text == BEHIND
    app.run()
    assert "待改初始密码" not in words(app)


def test_one_s_own_password_reset_by_oneself_is_no_given_one(store: Store) -> None:
    add_account(store, "boss", Role.ADMIN)
    store.accounts.set_password("boss", hashed_password(NEW), by="boss")
    boss = store.accounts.named("boss")
    assert boss is not None and not boss.password_given and password_fits(boss, NEW)


def test_accounts_from_a_file_have_given_passwords_and_changed_ones_keep_theirs(store: Store, open_page: Open) -> None:
    """The second import of the same people asks nobody who has a password of their own for another one."""
    add_accounts(store)
    app = open_page(store, "boss", "accounts", tab="file")
    rows = "用户名,姓名,角色\nli,李,员工\nmaker,新名,问卷设计员\n"
    app.file_uploader(key="file accounts").upload("账号.csv", rows.encode()).run()
    app.button(key="bring accounts").click().run()
    people = {each.name: each for each in store.accounts.all()}
    assert people["li"].password_given and not people["maker"].password_given and people["maker"].display_name == "新名"
    details = [line.detail for line in store.accounts.audit() if line.action == "add account"]
    assert details == ["staff; password given"]
    store.accounts.set_password("li", hashed_password(NEW), by="li")
    app = open_page(store, "boss", "accounts", tab="file")
    app.file_uploader(key="file accounts").upload("账号.csv", rows.replace("李", "李明").encode()).run()
    app.button(key="bring accounts").click().run()
    li = store.accounts.named("li")
    assert li is not None and li.display_name == "李明" and not li.password_given and password_fits(li, NEW)


def test_accounts_of_an_older_database_are_asked_nothing(tmp_path: Path) -> None:
    """Their passwords are in use: nobody is stopped at the door the day after an upgrade."""
    old = connect(tmp_path / "old.db")
    migrations.apply(old, stop_before="m025_passwords_given")
    hash_ = hashed_password(PASSWORD)
    row = {"name": "old", "display_name": "old", "role": "admin", "password_hash": hash_, "created_at": NOW.isoformat()}
    old.table("accounts").insert(row)
    old.conn.close()
    with visiting(Store(tmp_path / "old.db")) as browser:
        assert sign_in(browser, "old") == 303 and browser.get("/").text == BEHIND


def test_a_first_administrator_chose_their_own(store: Store) -> None:
    with visiting(store) as browser:
        assert set_up(browser, store).status_code == 303
        assert browser.get("/").text == BEHIND
