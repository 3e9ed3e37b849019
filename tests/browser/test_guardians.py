"""A child on a phone: the question of age first, a parent's consent where it is needed, and nothing sent without it."""

from __future__ import annotations

from typing import Any

import pytest

from surveys.definition.survey import Survey
from surveys.editing import ask_guardian, draft_from, finish_draft
from surveys.storage import Store
from tests.browser.serving import PHONE, served

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False], ids=["with a script", "without"])
def test_nothing_of_a_child_is_sent_without_a_parents_consent(
    store: Store, visit: Survey, chromium: Any, javascript: bool
) -> None:
    """What was typed stays; who is older is never asked for consent."""
    store.surveys.save_draft(finish_draft(ask_guardian(draft_from(visit))), "service", by="test")
    store.surveys.publish("power-visit", by="test")
    with served(store) as address:
        context = chromium.new_context(viewport=PHONE, java_script_enabled=javascript)
        page = context.new_page()
        page.goto(f"{address}/s/power-visit")
        consent = page.locator("[name=guardian_consent]").first
        page.get_by_text("未满 14 周岁", exact=True).click()
        page.locator("[name=csat][value='4']").check(force=True)
        page.locator("[name=nps][value='9']").check(force=True)
        page.click("button.go")
        page.wait_for_load_state()
        assert not store.responses.newest("power-visit", 1)
        assert page.get_by_text("监护人").first.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        consent.check(force=True)
        page.click("button.go")
        page.wait_for_load_state()
        assert len(store.responses.newest("power-visit", 2)) == 1
        context.close()
