"""Every page of the console against every role: the guard alone decides, before anything is drawn."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest
from httpx import Response

from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.staff.console_page import ConsolePage
from tests.support.front_door import BEHIND, TestClient, add_account, be, heading, sign_in, visiting


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ConsolePage, ...]]:
    """The real list; the door opens its database when it is imported, so it gets one of its own."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XINSHENG_DB", str(tmp_path_factory.mktemp("door") / "xinsheng.db"))
        yield importlib.import_module("app").PAGES


@pytest.mark.parametrize("role", Role)
def test_a_role_sees_its_pages_and_no_other(store: Store, pages: tuple[ConsolePage, ...], role: Role) -> None:
    """403 with no data for every page that is not this role's, in every spelling of its address."""
    account = add_account(store, "someone", role)
    with visiting(store, pages=pages) as browser:
        be(browser, store, account)
        for path, granted, answer in knocked(browser, pages, role):
            if granted:
                assert (answer.status_code, answer.text) == (200, BEHIND), path
            else:
                assert (answer.status_code, heading(answer.text)) == (403, "您不能查看这个页面"), path
                assert BEHIND not in answer.text


def knocked(
    browser: TestClient, pages: tuple[ConsolePage, ...], role: Role
) -> Iterator[tuple[str, bool, Response]]:  # fmt: skip
    """Every page in every spelling of its address: the address, whether it is this role's, and the answer."""
    for page in pages:
        for path in (f"/{page.path}", f"/{page.path}/", f"//{page.path}", f"/{page.path}?embed=true"):
            yield path, page.action in role.grants, browser.get(f"http://testserver{path}")


def test_without_a_session_every_page_leads_to_the_sign_in(store: Store, pages: tuple[ConsolePage, ...]) -> None:
    """A forged cookie is no session; nor does another method get past."""
    add_account(store, "someone", Role.ADMIN)
    with visiting(store, pages=pages) as browser:
        browser.cookies.set("xinsheng_session", "forged")
        for page in pages:
            assert browser.get(f"/{page.path}").headers["location"].startswith("/login?next=%2F")
            for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
                assert browser.request(method, f"/{page.path}").headers["location"] == "/login?next=%2F"


def test_a_role_taken_away_is_gone_at_once(store: Store, pages: tuple[ConsolePage, ...]) -> None:
    add_account(store, "someone", Role.ADMIN)
    with visiting(store, pages=pages) as browser:
        sign_in(browser, "someone")
        assert browser.get("/accounts").status_code == 200
        store.accounts.change("someone", role=Role.STAFF.value)
        assert browser.get("/accounts").status_code == 303
        sign_in(browser, "someone")
        assert browser.get("/accounts").status_code == 403
