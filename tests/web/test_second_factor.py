"""A second factor: without its code, or one of those for its loss, a password lets nobody in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from surveys.accounts import hashed_password
from surveys.accounts.second_factor import sealed, step_of, unsealed
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.sqlite.accounts import second_factors
from surveys.web.protection.known_devices import KNOWN_COOKIE
from surveys.web.protection.sessions import account_of
from surveys.web.protection.signing import sign
from tests.console.test_console import Open, open_page, words
from tests.support.front_door import (
    BEHIND,
    NOW,
    PASSWORD,
    SECRET,
    Clock,
    TestClient,
    add_account,
    hidden,
    sign_in,
    visiting,
)

__all__ = ["open_page"]  # a fixture

pytestmark = pytest.mark.dated

CODE = re.compile(r"<b>([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})</b>")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def browser(store: Store, clock: Clock) -> Iterator[TestClient]:
    add_account(store, "boss", Role.ADMIN)
    with visiting(store, clock) as browser:
        yield browser


def turned_on(browser: TestClient, clock: Clock) -> tuple[str, list[str]]:
    """Turn it on for boss; the secret in their app, and their recovery codes."""
    assert sign_in(browser, "boss") == 303
    page = browser.get("/two-step").text
    secret = re.search(r"<b>([A-Z2-7]{32})</b>", page)
    assert secret is not None
    done = browser.post("/two-step", data={**hidden(page), "code": pyotp.TOTP(secret[1]).at(clock.now)})
    codes = CODE.findall(done.text)
    assert done.status_code == 200 and len(codes) == 8
    browser.post("/logout", data=hidden(browser.get("/logout").text))
    clock.passes(minutes=1)
    return secret[1], codes


def asked(browser: TestClient) -> dict[str, str]:
    """The fields of the page that asks for the code, after the right password."""
    fields = {**hidden(browser.get("/login").text), "name": "boss", "password": PASSWORD}
    answer = browser.post("/login", data=fields)
    assert answer.status_code == 200 and "两步验证" in answer.text
    assert browser.get("/").status_code == 303  # nothing is open yet
    return hidden(answer.text)


def test_a_password_alone_lets_nobody_in(browser: TestClient, store: Store, clock: Clock) -> None:
    """The code of now does; once, so that who has looked over a shoulder is late."""
    secret, _ = turned_on(browser, clock)
    code = pyotp.TOTP(secret).at(clock.now)
    wrong = browser.post("/login/code", data={**asked(browser), "code": "000000" if code != "000000" else "1"})
    assert wrong.status_code == 401
    assert browser.post("/login/code", data={**asked(browser), "code": f"{code[:3]} {code[3:]}"}).status_code == 303
    assert browser.get("/").text == BEHIND
    with visiting(store, clock) as other:
        assert other.post("/login/code", data={**asked(other), "code": code}).status_code == 401
        assert other.get("/").status_code == 303
    actions = [line.action for line in store.accounts.audit()]
    assert actions.count("failed sign-in") == 2 and "set second factor" in actions


def test_a_recovery_code_is_good_once(browser: TestClient, store: Store, clock: Clock) -> None:
    """However it is typed; and the administrator can turn the factor off for who has lost everything."""
    _, codes = turned_on(browser, clock)
    for status in (303, 401):
        typed = codes[0].lower().replace("-", " ")
        with visiting(store, clock) as lost:
            assert lost.post("/login/code", data={**asked(lost), "code": typed}).status_code == status
    boss = store.accounts.named("boss")
    assert boss is not None and store.second_factors.left(boss) == 7 and store.second_factors.names() == {"boss"}
    store.second_factors.remove(boss, by="another")
    assert sign_in(browser, "boss") == 303


def test_few_codes_can_be_tried(browser: TestClient, clock: Clock) -> None:
    """Who knows the password and guesses the digits waits after five, longer and longer."""
    turned_on(browser, clock)
    fields = asked(browser)
    statuses = [browser.post("/login/code", data={**fields, "code": "12345"}).status_code for _ in range(7)]
    assert statuses == [401] * 5 + [429] * 2


def test_who_has_stolen_a_password_keeps_nobody_out(browser: TestClient, store: Store, clock: Clock) -> None:
    """Codes tried in a browser that nobody knows make one's own wait for nothing; its own tries are few as well."""
    secret, _recovery = turned_on(browser, clock)
    own = dict(browser.cookies)
    browser.cookies.clear()
    stolen = asked(browser)
    assert [wrong(browser, stolen) for _ in range(7)] == [401] * 5 + [429] * 2
    browser.cookies.clear()
    browser.cookies.update(own)
    fields = asked(browser)
    entered = browser.post("/login/code", data={**fields, "code": pyotp.TOTP(secret).at(clock.now)})
    assert entered.status_code == 303


def test_a_hoard_of_known_browsers_guesses_no_more_than_others(
    browser: TestClient, store: Store, clock: Clock
) -> None:  # fmt: skip
    """Cookies collected before the second factor was turned on give five tries each only for a while."""
    turned_on(browser, clock)
    boss = store.accounts.named("boss")
    assert boss is not None
    told = []
    for number in range(12):
        browser.cookies.set(KNOWN_COOKIE, sign(SECRET, f"known:{boss.id}", f"hoard{number}"))
        fields = asked(browser)
        told += [wrong(browser, fields) for _ in range(5)]
    assert told.count(401) <= 25


def wrong(browser: TestClient, fields: dict[str, str]) -> int:
    return int(browser.post("/login/code", data={**fields, "code": "000000"}).status_code)


@pytest.mark.parametrize("pending", ["", "1.1.made-up", "x"])
def test_the_step_can_not_be_come_by_without_the_password(browser: TestClient, clock: Clock, pending: str) -> None:
    secret, _ = turned_on(browser, clock)
    fields = {**hidden(browser.get("/login").text), "pending": pending, "code": pyotp.TOTP(secret).at(clock.now)}
    assert browser.post("/login/code", data=fields).headers["location"].startswith("/login")
    late = asked(browser)
    clock.passes(minutes=11)
    late["code"] = pyotp.TOTP(secret).at(clock.now)
    assert browser.post("/login/code", data=late).headers["location"].startswith("/login")
    assert browser.get("/").status_code == 303


def test_turning_it_off_takes_a_code(browser: TestClient, store: Store, clock: Clock) -> None:
    secret, _ = turned_on(browser, clock)
    browser.post("/login/code", data={**asked(browser), "code": pyotp.TOTP(secret).at(clock.now)})
    page = browser.get("/two-step").text
    assert browser.post("/two-step", data={**hidden(page), "code": "1"}).status_code == 422
    assert store.second_factors.names() == {"boss"}
    clock.passes(minutes=1)
    off = browser.post("/two-step", data={**hidden(page), "code": pyotp.TOTP(secret).at(clock.now)})
    assert off.status_code == 200 and store.second_factors.names() == frozenset()


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B (SHA-1, the last six digits), a step to each side and no further."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037")):
        at = datetime.fromtimestamp(seconds, UTC)
        assert step_of(secret, code, at) == seconds // 30
        assert step_of(secret, code, datetime.fromtimestamp(seconds + 30, UTC)) == seconds // 30
        assert step_of(secret, code, datetime.fromtimestamp(seconds + 90, UTC)) is None


def test_a_copy_of_the_database_holds_no_secret_of_it(browser: TestClient, store: Store, clock: Clock) -> None:
    secret, codes = turned_on(browser, clock)
    content = store.path.read_bytes() + store.path.with_name("xinsheng.db-wal").read_bytes()
    assert secret.encode() not in content and codes[0].encode() not in content
    assert unsealed(b"another installation's secret", sealed(SECRET, secret)) is None


@pytest.fixture
def demanded(store: Store, browser: TestClient) -> Store:
    """It is required of everybody who works in the console."""
    add_account(store, "hand", Role.STAFF)
    store.second_factors.require(True, by="boss")
    return store


def test_where_it_is_required_nothing_opens_before_it_is_set_up(browser: TestClient, demanded: Store) -> None:
    """By page, by live connection, by plain route; the way leads to it, and from it to the page that was wanted."""
    fields = {**hidden(browser.get("/login?next=/results").text), "name": "boss", "password": PASSWORD}
    to = browser.post("/login", data=fields).headers["location"]
    assert to == "/two-step?next=%2Fresults"
    for place in ("/", "/results", "/accounts", "/my", "/sessions", "/poster/power-visit", "/typing/power-visit"):
        answer = browser.get(place)
        assert answer.status_code == 303 and "/login" in answer.headers["location"], place
    assert browser.get("/login?next=/results").headers["location"] == to
    assert account_of(browser.cookies, demanded, NOW) is None
    page = browser.get(to).text
    assert "开启后才能继续" in page
    secret = re.search(r"<b>([A-Z2-7]{32})</b>", page)
    assert secret is not None
    wrong = browser.post("/two-step", data={**hidden(page), "code": "12345"})
    assert wrong.status_code == 422 and browser.get("/results").status_code == 303
    done = browser.post("/two-step", data={**hidden(wrong.text), "code": pyotp.TOTP(secret[1]).at(NOW)})
    assert done.status_code == 200 and 'href="/results"' in done.text
    assert browser.get("/results").text == BEHIND


def test_where_it_is_required_it_can_t_be_turned_off(browser: TestClient, demanded: Store, clock: Clock) -> None:
    """By nobody but an administrator for somebody else, who is led to it again then."""
    demanded.second_factors.require(False, by="boss")
    secret, _ = turned_on(browser, clock)
    demanded.second_factors.require(True, by="boss")
    code = pyotp.TOTP(secret)
    assert browser.post("/login/code", data={**asked(browser), "code": code.at(clock.now)}).status_code == 303
    page = browser.get("/two-step").text
    assert "<form" not in page.split("两步验证已开启")[1]
    clock.passes(minutes=1)
    form = hidden(browser.get("/logout").text)
    kept = browser.post("/two-step", data={**form, "code": code.at(clock.now)})
    assert kept.status_code == 422 and "不能关闭" in kept.text
    [boss] = [each for each in demanded.accounts.all() if each.name == "boss"]
    demanded.second_factors.remove(boss, by="another")
    assert browser.get("/results").status_code == 303


def test_who_only_fills_in_forms_is_left_alone(browser: TestClient, demanded: Store) -> None:
    assert sign_in(browser, "hand") == 303 and browser.get("/").text == BEHIND


def test_a_password_that_was_given_is_changed_first(browser: TestClient, demanded: Store) -> None:
    """Then the second factor is set up: one after the other."""
    demanded.accounts.set_password("boss", hashed_password("given by another"), by="another")
    fields = {**hidden(browser.get("/login").text), "name": "boss", "password": "given by another"}
    assert browser.post("/login", data=fields).headers["location"] == "/password"
    assert browser.get("/two-step").status_code == 303
    fields = hidden(browser.get("/password").text) | {"current": "given by another"}
    changed = browser.post("/password", data={**fields, "password": "quiet green lamp", "again": "quiet green lamp"})
    assert changed.headers["location"] == "/two-step" and browser.get("/").status_code == 303


def test_an_administrator_requires_it_in_the_console(demanded: Store, open_page: Open) -> None:
    demanded.second_factors.require(False, by="boss")
    app = open_page(demanded, "boss", "accounts", tab="second")
    next(each for each in app.button if each.label == "要求在控制台工作的角色都使用").click().run()
    assert demanded.second_factors.required()
    assert "require second factor" in {line.action for line in demanded.accounts.audit()}
    assert not app.dataframe and "前往登录" in words(app), "whoever asked it has to set it up as well"


def test_a_code_is_used_up_also_where_the_server_has_started_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also around midnight and by a telephone whose clock is fast; the next code opens, and that of who used none."""
    boss, other = (add_account(store, name, Role.ADMIN) for name in ("boss", "other"))
    midnight = datetime(2026, 11, 30, tzinfo=UTC)
    long_ago = int((midnight - timedelta(days=2)).timestamp()) // 30
    for seconds in (-40, -10, 0, 20, 3600):
        step = int((midnight + timedelta(seconds=seconds)).timestamp()) // 30
        store.second_factors.set(boss, "sealed", step - 2, [], midnight.date())
        store.second_factors.set(other, "sealed", long_ago, [], midnight.date())
        assert store.second_factors.use_step(boss, step + 1)
        monkeypatch.setattr(second_factors, "utc_now", lambda at=seconds: midnight + timedelta(seconds=at + 5))
        again = Store(store.path)
        assert not again.second_factors.use_step(boss, step + 1), "the same code once more"
        assert again.second_factors.use_step(boss, step + 2)
        assert again.second_factors.use_step(other, step)
        again.close()
