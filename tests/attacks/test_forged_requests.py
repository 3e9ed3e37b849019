"""Requests that other sites or other people made up: forged forms, fixed sessions, redirects elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.protection.sessions import SESSION_COOKIE, VISIT_COOKIE, csrf_field, csrf_fits, new_visit
from surveys.web.protection.signing import FormToken, sign, verify
from surveys.web.rendering.page import local_path
from tests.support.front_door import (
    NOW,
    PASSWORD,
    SECRET,
    TestClient,
    add_account,
    be,
    hidden,
    sign_in,
    visiting,
)
from tests.support.open_review import publish_review

FORMS = ["/login", "/logout", "/password", "/setup"]


@pytest.fixture
def guarded(store: Store) -> Store:
    add_account(store, "boss", Role.ADMIN)
    publish_review(store)
    return store


@pytest.fixture
def browser(guarded: Store) -> Iterator[TestClient]:
    with visiting(guarded) as browser:
        yield browser


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("field", [None, "", "forged", "x.y", "é.ü", "." * 3000])
def test_a_form_that_we_did_not_send_changes_nothing(
    browser: TestClient, guarded: Store, path: str, field: str | None
) -> None:  # fmt: skip
    be(browser, guarded, guarded.accounts.all()[0])
    before = guarded.accounts.audit()
    data = {"name": "boss", "password": PASSWORD, "again": PASSWORD, "current": PASSWORD}
    page = browser.post(path, data=data if field is None else {**data, "_csrf": field})
    assert page.status_code == 403 and "set-cookie" not in page.headers
    assert guarded.accounts.audit() == before and browser.get("/").status_code == 200


def test_a_field_is_good_for_one_browser_only(browser: TestClient, guarded: Store) -> None:
    """The attacker's own valid field is of no use in the victim's browser."""
    with visiting(guarded) as attacker:
        be(attacker, guarded, guarded.accounts.all()[0])
        stolen = hidden(attacker.get("/logout").text)
    be(browser, guarded, guarded.accounts.all()[0])
    assert browser.post("/logout", data=stolen).status_code == 403
    assert browser.get("/").status_code == 200


def test_a_planted_visit_cookie_is_not_ours(browser: TestClient) -> None:
    """Without the installation's secret nobody makes one."""
    browser.cookies.set(VISIT_COOKIE, "planted")
    fields = {"_csrf": csrf_field(b"another secret", "planted"), "name": "boss", "password": PASSWORD}
    assert browser.post("/login", data=fields).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_browser_that_says_the_form_came_from_elsewhere_is_believed(browser: TestClient, site: str) -> None:
    fields = {**hidden(browser.get("/login").text), "name": "boss", "password": PASSWORD}
    assert browser.post("/login", data=fields, headers={"sec-fetch-site": site}).status_code == 403


def test_a_session_known_before_the_sign_in_is_worth_nothing_after(browser: TestClient) -> None:
    """Fixation: the planted token is not adopted; each sign-in gives a new one and ends the old."""
    browser.cookies.set(SESSION_COOKIE, "planted-by-someone")
    assert sign_in(browser, "boss") == 303
    first = [cookie.value for cookie in browser.cookies.jar if cookie.name == SESSION_COOKIE and cookie.domain][-1]
    assert first != "planted-by-someone"
    browser.cookies.clear()
    for token, status in (("planted-by-someone", 303), (first, 200)):
        assert browser.get("/", headers={"cookie": f"{SESSION_COOKIE}={token}"}).status_code == status
    fields = {**hidden(browser.get("/login").text), "name": "boss", "password": PASSWORD}
    both = f"{SESSION_COOKIE}={first}; {VISIT_COOKIE}={browser.cookies[VISIT_COOKIE]}"
    assert browser.post("/login", data=fields, headers={"cookie": both}).status_code == 303
    browser.cookies.clear()
    assert browser.get("/", headers={"cookie": f"{SESSION_COOKIE}={first}"}).status_code == 303


def test_a_form_of_staff_needs_its_own_proof(browser: TestClient, guarded: Store) -> None:
    """A valid form token is not enough to answer in somebody's name."""
    be(browser, guarded, guarded.accounts.all()[0])
    fields = hidden(browser.get("/s/open-review").text)
    fields.update({"_csrf": "", "department": "repair", "overall": "5"})
    assert browser.post("/s/open-review", data=fields).status_code == 403
    assert guarded.responses.amount("open-review") == 0


ELSEWHERE = [
    "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)", "/\t/evil.example",
    "/\r\nSet-Cookie: x=1", " /evil", "evil.example", "/%0d%0aX: y\n", "", "/" + "x" * 2000, "/\x00",
]  # fmt: skip


@pytest.mark.parametrize("address", ELSEWHERE)
def test_next_leads_nowhere_else(browser: TestClient, address: str) -> None:
    assert local_path(address) is None
    fields = {**hidden(browser.get("/login", params={"next": address}).text), "name": "boss", "password": PASSWORD}
    answer = browser.post("/login", data={**fields, "next": address})
    assert answer.headers["location"] == "/" and "x=1" not in str(answer.headers)


def test_signatures_hold_for_one_purpose_and_one_secret() -> None:
    token = sign(SECRET, "withdraw:a", "code")
    assert verify(SECRET, "withdraw:a", token) == ["code"]
    assert verify(SECRET, "withdraw:b", token) is verify(b"other", "withdraw:a", token) is None
    for changed in (token[:-1], "x" + token, token + "A", token.replace(".", ".."), "", ".", "\ud800."):
        assert verify(SECRET, "withdraw:a", changed) is None
    visit = new_visit(SECRET)
    assert csrf_fits(SECRET, visit, csrf_field(SECRET, visit)) and not csrf_fits(SECRET, None, csrf_field(SECRET, ""))
    form = FormToken.new(1, NOW)
    assert FormToken.read(SECRET, "a", form.text(SECRET, "a")) == form
    assert FormToken.read(SECRET, "b", form.text(SECRET, "a")) is None


HANDED_OUT = [
    ("withdraw:a", "code.Fv33WFaZ1k0ApP-6QWaZGHxe"),
    ("device", "n0nce.3PtHsWMVTDPtmFEMBCoifYjZ"),
    ("csrf:城", "n0nce.a9iWfNNUFHIVQmtXuDoBJd_4"),
]
FORM_HANDED_OUT = "3.1793521800.AAAAAAAAAAAAAAAAAAAAAA.eyJ0cCI6IuWfjuS4nCIsIm9yZGVyIjoiQS0xIn0.wqRi3xkbW5nTwpqgHrDlrefJ"


@pytest.mark.parametrize(("purpose", "token"), HANDED_OUT)
def test_what_was_once_handed_out_holds(purpose: str, token: str) -> None:
    """Links, tickets, cookies and open forms of every earlier version are in people's hands."""
    assert verify(SECRET, purpose, token) == [token.partition(".")[0]]
    assert sign(SECRET, purpose, token.partition(".")[0]) == token


def test_a_form_once_handed_out_can_be_sent() -> None:
    issued = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    form = FormToken(3, issued, "A" * 22, {"tp": "城东", "order": "A-1"})
    assert FormToken.read(SECRET, "a", FORM_HANDED_OUT) == form and form.text(SECRET, "a") == FORM_HANDED_OUT


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4), st.data())
def test_a_token_has_one_spelling(parts: list[str], data: st.DataObject) -> None:
    """Nothing put in, taken out or written otherwise goes through, be it only a sign that Base64 passes over."""
    token = sign(SECRET, "x", *parts)
    assert verify(SECRET, "x", token) == token.rpartition(".")[0].split(".")
    start = data.draw(st.integers(0, len(token)))
    end = data.draw(st.integers(start, min(start + 2, len(token))))
    changed = token[:start] + data.draw(st.text("+/-_=!. \nAa一", max_size=2)) + token[end:]
    assert changed == token or verify(SECRET, "x", changed) is None


def test_withdrawing_takes_the_second_page(published: Store) -> None:
    """A link or a foreign form alone deletes nothing; guesses are slowed down."""
    with visiting(published) as browser:
        path = "/s/power-visit/withdraw"
        forged = {"receipt": "2222-2222-2222", "_token": sign(b"other", "withdraw:power-visit", "2222-2222-2222")}
        assert browser.post(path, data=forged).status_code == 422
        assert browser.get(path, params={"receipt": "2222-2222-2222"}).status_code == 200
