"""The product's main job in a real browser: publish, give out, answer on a phone, read and see what to improve."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visitor, settled, sign_in

pytestmark = pytest.mark.browser

TITLE = "抢修回访（试用）"
COMMENT = "抢修师傅来得太慢，我家等了三个小时才来电"


def test_from_the_template_to_the_answer_on_the_manager_s_page(visitor: Visitor) -> None:
    """A designer publishes a template; a customer answers on a phone; the manager reads the analysed comment."""
    designer = visitor()
    sign_in(designer, "designer")
    link = publish(designer)
    customer = visitor(viewport=PHONE)
    customer.goto(link)
    answer(customer)
    expect(customer.get_by_text("回执码").first).to_be_visible()
    manager = visitor("manager")
    manager.goto("/comments?survey=repair-trial")
    read_until(manager, COMMENT)
    mark = manager.locator(".xs-comment mark").first
    expect(mark).to_be_visible()


def publish(page: Page) -> str:
    """Publish the post-visit template from the gallery for the repair department; the link on the giving-out page."""
    page.goto("/surveys")
    page.get_by_role("tab", name="模板库").click()
    card = page.locator(".st-key-template-power-visit")
    card.get_by_role("button", name="发布").click()
    form = page.get_by_test_id("stPopoverBody")
    form.get_by_label("名称").fill(TITLE)
    form.get_by_label("代号").fill("repair-trial")
    form.get_by_role("combobox").click()
    page.get_by_role("option", name="配网抢修部").click()
    form.get_by_role("button", name="发布").click()
    expect(form.get_by_text("English 缺 1 处")).to_be_visible()  # the new name is not said in English yet
    form.get_by_role("button", name="发布").click()
    expect(page.get_by_text(f"“{TITLE}”已发布")).to_be_visible()
    page.goto("/distribution?survey=repair-trial")
    link = page.locator("code").first
    expect(link).to_contain_text("/s/repair-trial")
    return link.inner_text()


def answer(page: Page) -> None:
    """Fill the form as a thumb would."""
    for item, point in {"csat": 2, "repair": 1, "nps": 3}.items():
        page.locator(f'label:has(input[name="{item}"][value="{point}"])').click()
    page.get_by_label("您最希望我们改进什么？").fill(COMMENT)
    page.get_by_role("button", name="提交").click()


def read_until(page: Page, text: str) -> None:
    """Reload until the comment has been analysed in the background."""
    for _ in range(20):
        expect(page.get_by_role("heading", name="意见")).to_be_visible()
        try:
            expect(page.get_by_text(re.compile(text[-8:])).first).to_be_visible(timeout=1500)
        except AssertionError:
            page.reload()
        else:
            return
    pytest.fail("the comment was never shown")


def test_the_weak_spot_is_flagged_to_the_manager(visitor: Visitor) -> None:
    """On the start page and first among the areas to improve, with what customers said."""
    page = visitor("manager")
    page.goto("/")
    page.locator(".xs-panel-first").get_by_role("link", name="抢修服务").click()
    expect(page.get_by_role("heading", name="改进")).to_be_visible()
    first = page.locator(".st-key-area-1")
    expect(first).to_contain_text("抢修服务")
    expect(first).to_contain_text("热点：区域 城东")
    expect(first.locator("mark").first).to_be_visible()


def test_a_form_works_without_javascript(visitor: Visitor) -> None:
    """A missing answer is named beside its question, what was entered stays, and the second try is thanked."""
    page = visitor(viewport=PHONE, javascript=False)
    page.goto("/s/power-visit?tp=hall-east")
    page.get_by_label("您最希望我们改进什么？").fill("请多开一个窗口")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert")).to_contain_text("1 处")
    expect(page.get_by_label("您最希望我们改进什么？")).to_have_value("请多开一个窗口")
    page.locator('label:has(input[name="csat"][value="4"])').click()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("感谢您的评价")).to_be_visible()


FORBIDDEN = [
    ("designer", ["organisation", "accounts", "audit"]),
    ("manager", ["surveys", "organisation", "accounts", "audit"]),
    ("agent", ["results", "improvement", "comments", "surveys", "distribution", "collection", "accounts", "audit"]),
    ("staff-repair", ["results", "improvement", "comments", "surveys", "distribution", "collection", "accounts"]),
]


@pytest.mark.parametrize(("name", "pages"), FORBIDDEN, ids=[name for name, _ in FORBIDDEN])
def test_a_page_that_a_role_may_not_see_answers_403(visitor: Visitor, name: str, pages: list[str]) -> None:
    """With a page that says so and shows no data."""
    page = visitor(name)
    for path in pages:
        response = page.request.get(f"/{path}")
        assert response.status == 403 and "您不能查看这个页面" in response.text(), path


def test_signing_out_ends_the_session(visitor: Visitor) -> None:
    """The console is closed to the old cookie, also over its live connection."""
    page = visitor("manager")
    page.goto("/")
    page.get_by_role("link", name="退出登录").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/login*")
    page.goto("/results")
    assert "/login" in page.url


PAGES = ["", "results", "improvement", "comments", "surveys", "distribution", "collection", "organisation", "accounts",
         "audit"]  # fmt: skip


def test_every_page_fits_a_phone(visitor: Visitor) -> None:
    """Nothing sticks out to the side at 360 pixels, and none of Streamlit's own furniture is seen."""
    page = visitor("admin", viewport=PHONE)
    for path in PAGES:
        page.goto(f"/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        settled(page)
        main = page.locator('[data-testid="stMain"]')
        assert main.evaluate("box => box.scrollWidth - box.clientWidth") == 0, path
        assert not page.get_by_text("Deploy").count() and not page.locator("footer:visible").count(), path
        assert not page.get_by_test_id("stException").count(), path
