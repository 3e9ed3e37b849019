"""Two quarters of departments that rate each other, walked in a real browser from an imported tree to a comparison.

The server starts anew with its clock set at each time that matters, as nobody can wait for a quarter.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from surveys.accounts import new_session_token, token_hash
from surveys.localisation.clock import SET_CLOCK, ZONE
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.records.tasks import TaskSearch
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.browser.conftest import DESK, PHONE, settled, wait_for_drawing
from tests.support.front_door import add_account, hidden, receipt
from tests.support.serving import serving

pytestmark = pytest.mark.browser

SURVEY = "department-review"
TREE = "名称,上级部门,代号\n抢修部,公司,repair\n公司,,head\n营销部,公司,service\n计量部,公司,meter\n"
CREWS = ("repair", "service", "meter")
STAFF = {f"{home}{n}": home for home in CREWS for n in range(3)}
FIRST, SECOND, AFTER = "2027-01-12T09:00", "2027-04-13T09:00", "2027-07-06T09:00"
PLEASED = {"repair": 2, "service": 4, "meter": 3}  # what is answered of each in the first round


class Walk:
    """One installation through time: its store, and browsers of whoever is signed in while it is served."""

    def __init__(self, chromium: Browser, folder: Path) -> None:
        self.chromium, self.store = chromium, Store(folder / "walk.db")
        self.now, self.address = datetime.fromisoformat(FIRST).replace(tzinfo=ZONE), ""

    @contextmanager
    def at(self, moment: str) -> Iterator[None]:
        """Served with the clock set."""
        self.now = datetime.fromisoformat(moment).replace(tzinfo=ZONE)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(SET_CLOCK, moment)
            with serving(self.store.path) as self.address:
                yield
        assert "Traceback" not in self.store.path.with_suffix(".log").read_text()

    def session(self, name: str) -> str:
        account, token = self.store.accounts.named(name), new_session_token()
        assert account is not None
        self.store.accounts.begin_session(account, token_hash(token), self.now)
        return token

    @contextmanager
    def browsing(self, name: str, viewport: dict[str, int]) -> Iterator[Page]:
        context = self.chromium.new_context(base_url=self.address, viewport=viewport, locale="zh-CN")  # type: ignore[arg-type]
        context.add_cookies([{"name": SESSION_COOKIE, "value": self.session(name), "url": self.address}])
        page = context.new_page()
        wait_for_drawing(page)
        yield page
        context.close()

    def tasks(self) -> list[str]:
        """Those that made themselves in the round of today, as they wait for somebody."""
        search = TaskSearch(survey=SURVEY)
        every = self.store.tasks.all(search, self.now.date(), limit=-1)
        return [each.id for each in every if not each.done]

    def wait_for_tasks(self, count: int) -> None:
        end = time.monotonic() + 120
        while len(self.tasks()) != count and time.monotonic() < end:
            time.sleep(0.2)
        assert len(self.tasks()) == count

    def fill_the_rest(self, points: Callable[[str], int]) -> None:
        """What is left to fill in, without a browser."""
        waiting = self.store.tasks.all(TaskSearch(survey=SURVEY), self.now.date(), limit=-1)
        accounts = {each.id: each.name for each in self.store.accounts.all()}
        for task in (each for each in waiting if not each.done):
            assert task.account is not None
            with httpx.Client(base_url=self.address, follow_redirects=True, timeout=60) as visitor:
                visitor.cookies.set(SESSION_COOKIE, self.session(accounts[task.account]))
                page = visitor.get(f"/t/{task.id}").text
                answer = visitor.post(f"/t/{task.id}", data={**hidden(page), "overall": str(points(task.subject))})
                assert receipt(answer.text), answer.text


@pytest.fixture
def walk(chromium: Browser, tmp_path: Path) -> Iterator[Walk]:
    found = Walk(chromium, tmp_path)
    add_account(found.store, "boss", Role.ADMIN)
    yield found
    found.store.close()


def import_tree(page: Page) -> None:
    page.goto("/organisation")
    settled(page)
    page.get_by_text("从文件导入").first.wait_for()
    chooser = page.get_by_test_id("stFileUploader").locator("input[type=file]").first
    chooser.set_input_files({"name": "tree.csv", "mimeType": "text/csv", "buffer": TREE.encode()})
    page.get_by_role("button", name="导入 4 条").click()
    expect(page.get_by_text("新增 4，修改 0")).to_be_visible()


def publish_from_gallery(page: Page) -> None:
    page.goto("/surveys?tab=gallery")
    settled(page)
    card = page.locator(f".st-key-template-{SURVEY}")
    card.get_by_role("button", name="发布").click()
    form = page.get_by_test_id("stPopoverBody")
    form.get_by_role("button", name="发布").click()
    expect(page.get_by_text("已发布。它只按任务填写")).to_be_visible()


def fill_on_a_phone(page: Page, points: int) -> None:
    """The first task of those listed, as a thumb does it."""
    page.goto("/my")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("a[href^='/t/']").first.click()
    expect(page.get_by_role("button", name=re.compile("提交"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(f"input[name=overall][value='{points}']").check(force=True)
    page.get_by_role("button", name=re.compile("提交")).click()
    expect(page.get_by_role("heading", name="感谢您的评价")).to_be_visible()


def test_two_quarters_from_an_imported_tree_to_a_comparison_by_department(walk: Walk) -> None:
    """The rounds start by themselves, staff fill in on phones, and the manager sees which department changed."""
    with walk.at(FIRST):
        with walk.browsing("boss", DESK) as page:
            import_tree(page)
            for name, home in STAFF.items():
                add_account(walk.store, name, Role.STAFF, (home,))
            add_account(walk.store, "chief", Role.MANAGER, ("head",))
            publish_from_gallery(page)
        walk.wait_for_tasks(18)
        with walk.browsing("repair0", PHONE) as phone:
            fill_on_a_phone(phone, 5)
        assert len(walk.tasks()) == 17
        walk.fill_the_rest(PLEASED.__getitem__)
    with walk.at(SECOND):
        walk.wait_for_tasks(18)
        walk.fill_the_rest(lambda subject: 5 if subject == "repair" else PLEASED[subject])
    with walk.at(AFTER), walk.browsing("chief", {"width": 1440, "height": 900}) as page:
        page.goto(f"/results?survey={SURVEY}")
        settled(page)
        table = page.locator("table", has_text="最近一轮与上一轮相比")
        repair, others = table.locator("tr", has_text="抢修部"), table.locator("tr", has_text="计量部")
        expect(repair).to_contain_text("明显变化")
        expect(repair).to_contain_text("从 0.0% 升到 100.0%")
        expect(others).not_to_contain_text("明显变化")
