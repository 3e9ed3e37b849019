"""Large type and the dark: nothing is cut, nothing pales, and the choice stays."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from surveys.definition.questions import QUESTION_TYPES
from surveys.storage import Store
from tests.browser.serving import PHONE, served
from tests.browser.test_question_types import axe, every_look, violations
from tests.console.design.test_question_pages import FORM, ask, item

__all__ = ["axe"]  # fixture

pytestmark = pytest.mark.browser

CUT = """[...document.querySelectorAll("main *")].filter(each => {
    const box = each.getBoundingClientRect();
    if (!box.width || each.closest(".vh") || getComputedStyle(each).clipPath !== "none") return false;
    return box.right > innerWidth + 1 || box.left < -1 ||
        (each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== "visible"
         && each.clientWidth > 0 && !/INPUT|SELECT|TEXTAREA|PROGRESS/.test(each.tagName));
}).map(each => each.outerHTML.slice(0, 90))"""
SMALL = """[...document.querySelectorAll("main .opt, main .scale span, main .pills span, main .go, main .text")]
    .filter(each => each.offsetParent && !each.closest(".vh") && each.getBoundingClientRect().height < 60)
    .map(each => each.outerHTML.slice(0, 90))"""


@pytest.mark.parametrize("name", QUESTION_TYPES)
def test_large_type_cuts_nothing_on_a_narrow_phone(store: Store, chromium: Any, name: str) -> None:
    """Every type and look: no word beside the page, targets of 60 pixels and more."""
    ask(store, *every_look(name))
    with served(store) as address:
        page = chromium.new_page(viewport=PHONE)
        page.goto(f"{address}{FORM}?large=1")
        assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") >= 22
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert page.evaluate(CUT) == [] and page.evaluate(SMALL) == []
        page.close()


@pytest.mark.parametrize("javascript", [True, False], ids=["with a script", "without"])
def test_large_type_is_chosen_on_the_form_and_remembered(store: Store, chromium: Any, javascript: bool) -> None:
    """By one tap, after which a script brings back what was typed; on the next page and the next visit too."""
    ask(store, item("short_text", required=True))
    with served(store) as address:
        context = chromium.new_context(viewport=PHONE, java_script_enabled=javascript)
        page = context.new_page()
        page.goto(address + FORM)
        page.fill("[name=item]", "已经写的")
        page.click("text=大字")
        page.wait_for_selector("html.large")
        assert "large=1" in page.url
        expect(page.locator("[name=item]")).to_have_value("已经写的" if javascript else "")
        page.fill("[name=item]", "")
        page.click("button.go")
        page.wait_for_selector(".error")
        assert page.locator("html.large").count() == 1
        page.goto(address + FORM)
        assert page.locator("html.large").count() == 1
        page.click("text=标准字号")
        page.wait_for_selector("html:not(.large)")
        page.goto(address + FORM)
        assert page.locator("html.large").count() == 0
        context.close()


@pytest.mark.parametrize("name", QUESTION_TYPES)
def test_in_the_dark_nothing_pales(store: Store, chromium: Any, axe: str, name: str) -> None:
    """Where the system is dark the form is, and keeps its contrasts: opened, chosen from, and sent back."""
    ask(store, *every_look(name))
    with served(store) as address:
        context = chromium.new_context(viewport=PHONE, color_scheme="dark")
        page = context.new_page()
        page.goto(address + FORM)
        ground = page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
        assert sum(map(int, ground.removeprefix("rgb(").removesuffix(")").split(","))) < 200
        assert not violations(page, axe)
        for each in page.locator("main input[type=radio], main input[type=checkbox]").all()[:4]:
            each.check(force=True)
        page.wait_for_timeout(200)
        assert not violations(page, axe)
        page.click("button.go")
        page.wait_for_load_state()
        assert not violations(page, axe)
        context.close()
