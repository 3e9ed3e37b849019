"""What was entered into an open form comes back after the page was left, once and to the right version."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from surveys.definition.survey import Survey
from surveys.fieldwork.protection import Protection
from surveys.storage import Store
from tests.browser.conftest import DESK, PHONE
from tests.browser.serving import served
from tests.fieldwork.test_personal_links import campaign, invite

pytestmark = pytest.mark.browser

FORM = "/s/power-visit?tp=repair-east"
COMMENT = "写到一半，电话来了"


def rate(page: Page, item: str, point: int) -> None:
    page.locator(f'label:has(input[name="{item}"][value="{point}"])').click()


def test_a_form_left_half_filled_is_finished_later(chromium: Browser, published: Store, visit: Survey) -> None:
    """Leaving, a second tab, a new version meanwhile, full storage: nothing is lost or counted twice."""
    with served(published) as address:
        context = chromium.new_context(base_url=address, viewport=PHONE)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(FORM)
        expect(page.get_by_text("约 1 分钟")).to_be_visible()
        rate(page, "csat", 4)
        page.get_by_label("您最希望我们改进什么？").fill(COMMENT)
        page.goto("about:blank")  # at once, before the pause after which it is kept anyway

        page.goto(FORM)
        expect(page.get_by_text("已恢复您上次填写的内容")).to_be_visible()
        expect(page.get_by_label("您最希望我们改进什么？")).to_have_value(COMMENT)
        expect(page.locator(".way span")).to_contain_text("2 /")
        other = context.new_page()
        other.goto(FORM)
        expect(other.locator('input[name="csat"][value="4"]')).to_be_checked()

        second = visit.model_copy(update={"sections": visit.sections[:1]})
        published.surveys.save_draft(second, "service", by="test")
        published.surveys.publish(visit.code, by="test")
        page.goto(FORM)
        page.get_by_role("button", name="继续填写").click()
        expect(page.get_by_label("您最希望我们改进什么？")).to_have_value(COMMENT)
        rate(page, "nps", 9)
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_text("回执码").first).to_be_visible()
        receipt = page.locator(".code b").inner_text()
        assert page.evaluate("Object.keys(localStorage)") == []

        other.get_by_role("button", name="提交").click()
        expect(other.locator(".code b")).to_have_text(receipt)
        [[response]] = list(published.responses.responses("power-visit"))
        assert (response.version, response.answers) == (1, {"csat": 4, "nps": 9, "comment": COMMENT})

        other.goto(FORM)
        other.evaluate("localStorage.setItem('x', 'x'.repeat(5200000))")
        rate(other, "csat", 3)
        other.get_by_role("button", name="提交").click()
        expect(other.get_by_text("感谢您的评价")).to_be_visible()
        assert published.responses.amount("power-visit") == 2
        context.close()


@pytest.mark.parametrize("puzzle", [False, True], ids=["plain", "with a puzzle"])
def test_back_and_refresh_are_safe(chromium: Browser, published: Store, *, puzzle: bool) -> None:
    """A refresh loses nothing and counts nothing; sent again after the way back, the same answer is the same one.

    Only what was changed meanwhile is another.
    """
    published.protections.set("power-visit", Protection(puzzle=puzzle), by="test")
    with served(published) as address:
        context = chromium.new_context(base_url=address, viewport=PHONE)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(FORM)
        rate(page, "csat", 4)
        page.get_by_label("您最希望我们改进什么？").fill(COMMENT)
        page.reload()
        expect(page.locator('input[name="csat"][value="4"]')).to_be_checked()
        expect(page.get_by_label("您最希望我们改进什么？")).to_have_value(COMMENT)
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_role("heading", name="感谢您的评价")).to_be_visible()
        receipt = page.locator(".code b").inner_text()
        page.reload()
        expect(page.get_by_role("heading", name="感谢您的评价")).to_be_visible()
        expect(page.locator(".code b")).to_have_text(receipt)

        page.go_back()
        expect(page.locator(".way span")).to_be_visible()
        rate(page, "csat", 4)
        page.get_by_label("您最希望我们改进什么？").fill(COMMENT)
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_role("heading", name="这份答卷已收到过")).to_be_visible()
        expect(page.locator(".code b")).to_have_text(receipt)
        assert published.responses.amount("power-visit") == 1

        page.go_back()
        expect(page.locator(".way span")).to_be_visible()
        rate(page, "csat", 2)
        page.get_by_label("您最希望我们改进什么？").fill("另一位客户")
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_role("heading", name="感谢您的评价")).to_be_visible()
        assert page.evaluate("Object.keys(localStorage)") == []
        context.close()
    [responses] = list(published.responses.responses("power-visit"))
    assert sorted(each.answers["csat"] for each in responses) == [2, 4]


def test_a_personal_link_is_begun_on_a_phone_and_finished_at_a_desk(chromium: Browser, published: Store) -> None:
    """Progress and estimate stand there on both; the phone is then told that the answer was given."""
    [token] = invite(published, campaign(published), "c1", days=36_500)
    with served(published) as address:
        phone, desk = (chromium.new_context(base_url=address, viewport=size) for size in (PHONE, DESK))  # type: ignore[arg-type]
        begun = phone.new_page()
        begun.goto(f"/i/{token}")
        expect(begun.get_by_text("约 1 分钟")).to_be_visible()
        rate(begun, "csat", 4)
        with begun.expect_response(lambda answer: answer.url.endswith("/draft") and answer.status == 204):
            begun.get_by_label("您最希望我们改进什么？").fill(COMMENT)

        finished = desk.new_page()
        finished.goto(f"/i/{token}")
        expect(finished.get_by_label("您最希望我们改进什么？")).to_have_value(COMMENT)
        expect(finished.locator('input[name="csat"][value="4"]')).to_be_checked()
        expect(finished.locator(".way span")).to_contain_text("2 /")
        rate(finished, "nps", 9)
        finished.get_by_role("button", name="提交").click()
        expect(finished.locator(".code b")).to_be_visible()

        begun.get_by_role("button", name="提交").click()
        expect(begun.get_by_role("heading", name="您之前已经评价过")).to_be_visible()
        begun.goto(f"/i/{token}")
        expect(begun.locator("form.answer")).to_have_count(0)
        assert begun.evaluate("localStorage.length") == 0
        phone.close()
        desk.close()
    [[response]] = list(published.responses.responses("power-visit"))
    assert response.answers == {"csat": 4, "nps": 9, "comment": COMMENT} and response.contact == "c1"


@pytest.mark.parametrize("personal", [True, False], ids=["personal link", "open link"])
def test_two_orders_on_one_phone_keep_a_draft_each(chromium: Browser, published: Store, *, personal: bool) -> None:
    """Going from one to the other and back, neither finds or overwrites what was begun about the other."""
    with served(published) as address:
        context = chromium.new_context(base_url=address, viewport=PHONE)  # type: ignore[arg-type]
        page = context.new_page()
        way = f"/i/{invite(published, campaign(published), 'c1', days=36_500)[0]}" if personal else "/s/power-visit"
        for order in ("A1", "B2"):
            page.goto(f"{way}?order={order}")
            expect(page.get_by_label("您最希望我们改进什么？")).to_have_value("")
            page.get_by_label("您最希望我们改进什么？").fill(f"关于 {order}")
            page.wait_for_timeout(2500 if personal else 500)
        for order in ("A1", "B2", "A1"):
            page.goto(f"{way}?order={order}")
            expect(page.get_by_label("您最希望我们改进什么？")).to_have_value(f"关于 {order}")
        context.close()
