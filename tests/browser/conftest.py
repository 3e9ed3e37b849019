"""A real Chromium before a real server on the sample organisation. All browser tests share both.

Both end with the last browser test, because Playwright keeps an event loop running in the thread of the tests.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from analysis.comments.organisation_analyser import survey_analyser
from surveys.accounts import new_session_token, token_hash
from surveys.localisation.clock import local_day, utc_now
from surveys.sample_organisation import load_sample_organisation
from surveys.storage import Store
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.support.serving import serving

PASSWORD = "only-for-tests"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}

expect.set_options(timeout=20_000)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The installed Chromium; without one the test is skipped, or fails where a browser is required."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("XINSHENG_REQUIRE_BROWSER") == "1":
            pytest.fail("no Chromium is installed, and XINSHENG_REQUIRE_BROWSER=1 asks for one")
        pytest.skip("no Chromium is installed: browser tests are skipped")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def sample(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The sample organisation, not made where there is no browser to look at it."""
    store = Store(tmp_path_factory.mktemp("browser") / "sample.db")
    load_sample_organisation(store, local_day(utc_now()), password=PASSWORD)
    yield store
    store.close()


@pytest.fixture(scope="package")
def address(sample: Store) -> Iterator[str]:
    """Where the server on the sample organisation listens."""
    with serving(sample.path) as base:
        yield base
    assert "Traceback" not in sample.path.with_suffix(".log").read_text()


Visitor = Callable[..., Page]


@pytest.fixture
def visitor(chromium: Browser, sample: Store, address: str) -> Iterator[Visitor]:
    """Opens a browser: `visitor("manager")` is signed in, `visitor()` is nobody.

    At the end it checks that nothing was fetched from anywhere else.
    """
    contexts: list[BrowserContext] = []
    elsewhere: list[list[str]] = []

    def arrives(name: str | None = None, viewport: dict[str, int] | None = None, *, javascript: bool = True) -> Page:
        context = chromium.new_context(
            base_url=address, viewport=viewport or DESK, locale="zh-CN", java_script_enabled=javascript
        )  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        wait_for_drawing(page)
        elsewhere.append(requests_elsewhere(page, address))
        if name is not None:
            context.add_cookies([{"name": SESSION_COOKIE, "value": session_of(sample, name), "url": address}])
        return page

    yield arrives
    for context in contexts:
        context.close()
    assert not any(elsewhere), "the pages fetch from elsewhere"


def session_of(store: Store, name: str) -> str:
    """The token of a new session; spares most tests the way through the sign-in form."""
    account, token = store.accounts.named(name), new_session_token()
    assert account is not None
    store.accounts.begin_session(account, token_hash(token), utc_now())
    return token


def sign_in(page: Page, name: str) -> None:
    page.goto("/login")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login" not in url)


def settled(page: Page) -> None:
    """The console has drawn its page to the end, and what Streamlit fetches for it later has come too."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=60_000)
    page.wait_for_load_state("networkidle")


def wait_for_drawing(page: Page) -> None:
    """From now on nothing of the console is pressed or judged while it is being drawn: all would move or go stale."""
    page.add_locator_handler(page.locator('[data-test-script-state="running"]'), lambda: None)


def requests_elsewhere(page: Page, address: str) -> list[str]:
    """The list to which every address is added that the page asks of another server than its own."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if _outside(request.url, address) else None)
    return found


def _outside(url: str, address: str) -> bool:
    own = address.removeprefix("http:")
    return not url.startswith((address, f"ws:{own}", "data:", "blob:"))


@pytest.fixture
def analysed(sample: Store, address: str) -> None:
    """All comments have been analysed: the server does it by itself, in a few seconds."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        model = survey_analyser(sample, "power-visit").version
        done, total = sample.findings.progress("power-visit", ["comment"], model)
        if done == total:
            return
        time.sleep(0.5)
    pytest.fail("the comments were not analysed within a minute")
