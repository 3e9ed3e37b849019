"""The console of an installation in which nothing is yet, on a phone, as each role meets it on its first day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from surveys.accounts import hashed_password
from surveys.localisation.clock import utc_now
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.browser.conftest import PHONE, session_of
from tests.browser.test_console_in_chinese import quiet
from tests.support.serving import serving

pytestmark = pytest.mark.browser

CONSOLE_ROLES = (Role.ADMIN, Role.DESIGNER, Role.MANAGER, Role.AGENT)
TABS = ("surveys?tab=new", "surveys?tab=file", "surveys?tab=gallery", "people?tab=import")
FAULTS = "[data-testid=stException], [data-testid=stAlertContentError]"

# What stands beyond the right edge, and in no box that scrolls by itself.
BEYOND = """() => {
  const scrolls = (each) => getComputedStyle(each).overflowX !== "visible";
  const held = (each) => { for (let at = each.parentElement; at; at = at.parentElement) {
    if (at.matches("[data-testid=stMain]")) return false;
    if (scrolls(at)) return true;
  } return false; };
  const main = document.querySelector("[data-testid=stMain]");
  const found = document.documentElement.scrollWidth > innerWidth ? ["the page"] : [];
  for (const each of main.querySelectorAll("*"))
    if (each.getBoundingClientRect().width && each.getBoundingClientRect().right > innerWidth + 1 && !held(each))
      found.push(`${each.tagName} ${each.textContent.slice(0, 30)}`);
  return found.slice(0, 5);
}"""


@pytest.fixture(scope="module")
def empty(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, str]]:
    """Accounts and nothing else, and where they are served."""
    store = Store(tmp_path_factory.mktemp("empty") / "empty.db")
    for role in CONSOLE_ROLES:
        store.accounts.add(role.value, role.value, role, hashed_password("only-for-tests"), now=utc_now())
    with serving(store.path) as address:
        yield store, address
    store.close()


def places(page: Page) -> list[str]:
    """The pages that the navigation leads to."""
    links = page.get_by_test_id("stSidebarNavLink")
    return [link.get_attribute("href") or "" for link in links.all()]


@pytest.mark.parametrize("role", CONSOLE_ROLES)
def test_every_page_of_an_empty_installation_opens_on_a_phone(
    chromium: Browser, empty: tuple[Store, str], role: Role
) -> None:  # fmt: skip
    """No error, and nothing beside the screen; the log of the server stays clean."""
    store, address = empty
    context = chromium.new_context(base_url=address, viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    context.add_cookies([{"name": SESSION_COOKIE, "value": session_of(store, role.value), "url": address}])
    page = context.new_page()
    page.goto("/")
    quiet(page)
    reached = places(page)
    assert reached
    wrong = {}
    for place in [*reached, *(f"/{tab}" for tab in TABS if f"/{tab.partition('?')[0]}" in str(reached))]:
        page.goto(place)
        quiet(page)
        faults = page.locator(FAULTS).all_inner_texts() + page.evaluate(BEYOND)
        if faults:
            wrong[place] = faults
    context.close()
    assert not wrong
    assert "Traceback" not in store.path.with_suffix(".log").read_text()
