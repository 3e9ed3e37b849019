"""Enter in a one-line field neither sends a form nor loads it anew, with scripts and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from surveys.cases.opinion_boxes import Box
from surveys.definition.survey import Survey
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.browser.conftest import PHONE, session_of
from tests.browser.serving import enrol_tablet, served
from tests.fieldwork.test_personal_links import campaign, invite
from tests.support.front_door import add_account

pytestmark = pytest.mark.browser

QUESTIONS = [
    {"code": "long", "type": "long_text", "title": "先说说"},
    {"code": "said", "type": "short_text", "title": "意见", "required": True},
    {"code": "score", "type": "rating", "title": "打分"},
    {"code": "times", "type": "number", "title": "次数"},
    {"code": "day", "type": "date", "title": "日期"},
    {"code": "last", "type": "short_text", "title": "最后"},
]


def asked(store: Store, **more: object) -> Survey:
    """A survey of one-line fields, in the field."""
    definition = {"code": "lines", "title": "试", "use": "试用", "sections": [{"questions": QUESTIONS}], **more}
    survey = Survey.model_validate(definition)
    store.surveys.save_draft(survey, None, by="test")
    store.surveys.publish("lines", by="test")
    return survey


def way_to(store: Store, kind: str) -> str:
    """The address of a form of this kind over the survey."""
    if kind == "box":
        store.boxes.save(Box("east", "城东意见箱", "repair"), by="test")
        return "/box/east"
    asked(store, **({"audience": "staff"} if kind == "staff" else {}))
    if kind == "personal":
        return f"/i/{invite(store, campaign(store, 'lines'), 'c1', days=36_500)[0]}"
    if kind == "kiosk":
        store.kiosks.set("repair-east", "lines", by="test")
        return "/k/repair-east"
    return "/s/lines"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("kind", ["open", "personal", "staff", "box"])
def test_enter_sends_nothing_and_moves_nothing(chromium: Browser, store: Store, kind: str, *, scripts: bool) -> None:
    """Everywhere in the form, twice: the page stays the one it was, as far down as it was."""
    add_account(store, "wu", Role.STAFF)
    with served(store) as address:
        way = way_to(store, kind)
        context = chromium.new_context(base_url=address, viewport=PHONE, java_script_enabled=scripts)  # type: ignore[arg-type]
        context.add_cookies([{"name": SESSION_COOKIE, "value": session_of(store, "wu"), "url": address}])
        page = context.new_page()
        page.goto(way)
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url) if request.is_navigation_request() else None)
        fields = page.locator("form.answer input:visible:not([type=file]):not(.vh)")
        for number in range(fields.count()):
            fields.nth(number).focus()
            for _ in range(2):
                page.keyboard.press("Enter")
        page.wait_for_timeout(200)
        assert not sent
        expect(page.get_by_role("button", name="提交")).to_be_visible()
        context.close()
    assert not store.responses.amount("lines")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name"))


def test_enter_goes_on_to_the_next_field_but_not_while_an_input_method_has_it(chromium: Browser, store: Store) -> None:
    """A held key goes on once; from the last field it goes nowhere, and the button is not pressed by mistake."""
    asked(store)
    with served(store) as address:
        page = chromium.new_page(base_url=address, viewport=PHONE)  # type: ignore[arg-type]
        page.goto("/s/lines")
        said = page.get_by_label("意见")
        said.focus()
        for event in ("{isComposing: true}", "{keyCode: 229}", "{repeat: true}"):
            said.evaluate(
                "(field, more) => field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true,"
                " ...eval('(' + more + ')')}))",
                event,
            )
            assert focused(page) == "said", event
        page.keyboard.press("Enter")
        assert focused(page) == "score"
        page.get_by_label("次数").press("Enter")
        assert focused(page) == "day"
        page.get_by_label("最后").press("Enter")
        assert focused(page) == "last"
        page.get_by_label("先说说").fill("一")
        page.get_by_label("先说说").press("Enter")
        assert page.get_by_label("先说说").input_value() == "一\n"
        page.close()


def test_enter_at_the_counter_goes_on_but_never_sends(chromium: Browser, store: Store) -> None:
    """One question a screen: the next one comes, and on the last nothing happens."""
    with served(store) as address:
        way = way_to(store, "kiosk")
        page = chromium.new_page(base_url=address, viewport=PHONE, service_workers="block")  # type: ignore[arg-type]
        enrol_tablet(page.context, store, address)
        page.goto(way)
        page.locator(".desk button").last.click()
        page.get_by_label("意见").fill("好")
        page.get_by_label("意见").press("Enter")
        expect(page.locator("[data-q=score]")).to_be_visible()
        for _ in range(3):
            page.locator(".desk button").last.click()
        for _ in range(3):
            page.get_by_label("最后").press("Enter")
        page.wait_for_timeout(200)
        expect(page.get_by_label("最后")).to_be_visible()
        page.close()
    assert not store.responses.amount("lines")
