"""Who is unhappy is asked, on the page of thanks, whether to be contacted: a case with a due day, or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from surveys.cases.categories import CALLBACK
from surveys.definition.design_checks import faults
from surveys.definition.templates import all_templates
from surveys.exchange.definitions import DEFINITION_FORMATS
from surveys.operations.cases import make_due_cases
from surveys.organisation.departments import Department
from surveys.permissions import Role
from surveys.storage import Store
from tests.support.front_door import NOW, Visitor, add_account, be, hidden, visiting
from tests.web.test_thanks import LOW, a_survey, published_with

ASKED = "要我们联系您吗"
OFFER: dict[str, Any] = LOW | {"contact": True}
ONWARD: dict[str, Any] = {
    "code": "happy", "when": {"item": "csat", "is": "at_least", "value": 5}, "text": "谢谢！",
    "link": "https://reviews.example.cn/p?id=1", "link_label": "去公开评价",
}  # fmt: skip


def thanked(browser: Visitor, point: str) -> Any:
    page = browser.get("/s/short").text
    return browser.post("/s/short", data=hidden(page) | {"csat": point})


def cases(store: Store) -> list[tuple[str, str, bool]]:
    return [(each.category, each.contact, each.due_on is not None) for each in store.cases.all()]


@pytest.fixture
def asking(store: Store) -> Store:
    store.organisation.save([Department("service", "客服中心")])
    published_with(store, a_survey(OFFER, ONWARD))
    return store


def test_a_number_left_is_one_case_with_a_due_day(asking: Store) -> None:
    """Without script; sent twice it is one case still, and the page says by when."""
    with visiting(asking) as browser:
        page = thanked(browser, "1")
        assert ASKED in page.text and "回执码" in page.text
        done = browser.post(str(page.url), data={"contact": " 13800001111 "})
        again = browser.post(str(page.url), data={"contact": "13800001111"})
    [(category, contact, due)] = cases(asking)
    assert (category, contact, due) == (CALLBACK, "13800001111", True)
    [case] = asking.cases.all()
    assert f"我们会在 {case.due_on} 之前联系您" in done.text and ASKED not in done.text
    assert again.status_code == 200 and "满意吗：1" in case.text.replace(" ", "") and case.response
    make_due_cases(asking, NOW)
    assert len(cases(asking)) == 1


def test_who_is_happy_is_led_on_and_not_asked(asking: Store) -> None:
    with visiting(asking) as browser:
        page = thanked(browser, "5")
        assert ASKED not in page.text
        button = '<a class="go" href="https://reviews.example.cn/p?id=1" rel="noopener">去公开评价</a>'
        assert button in page.text
        refused = browser.post(str(page.url), data={"contact": "13800001111"})
    assert refused.status_code == 410 and not cases(asking)


@pytest.mark.parametrize("contact", ["", "  ", "12", "x" * 61])
def test_what_nobody_could_be_contacted_by_is_asked_for_again(asking: Store, contact: str) -> None:
    with visiting(asking) as browser:
        page = browser.post(str(thanked(browser, "1").url), data={"contact": contact})
    assert page.status_code == 422 and 'aria-invalid="true"' in page.text and not cases(asking)


def test_nobody_is_asked_where_nobody_could_call(tmp_path: Path) -> None:
    """Without a department the case would be nobody's: the words stand alone."""
    bare = Store(tmp_path / "bare.db")
    published_with(bare, a_survey(OFFER))
    with visiting(bare) as browser:
        page = thanked(browser, "1")
        assert ASKED not in page.text and "很抱歉。" in page.text


def test_an_answer_taken_back_makes_no_case(asking: Store) -> None:
    with visiting(asking) as browser:
        page = thanked(browser, "1")
        [kept] = [each for chunk in asking.responses.responses("short") for each in chunk]
        asking.responses.withdraw("short", kept.id, NOW.date())
        assert browser.post(str(page.url), data={"contact": "13800001111"}).status_code == 410
    assert not cases(asking)


def test_an_anonymous_survey_offers_it_to_nobody(store: Store) -> None:
    """A case that only the unhappy can have would say who answered so; the check of the design says why."""
    survey = a_survey(OFFER, anonymous=True)
    assert "contact_in_anonymous" in [each.kind for each in faults(survey)]
    with visiting(store) as browser:
        store.surveys.save_draft(survey, None, by="test")
        store.surveys.publish("short", by="test")
        page = thanked(browser, "1")
        assert ASKED not in page.text
        assert browser.post(str(page.url), data={"contact": "13800001111"}).status_code == 410
    assert not cases(store)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://x.cn", 'https://x.cn/"><script>', "//x.cn"])
def test_only_pages_of_the_web_are_led_on_to(address: str) -> None:
    with pytest.raises(ValueError, match="link"):
        a_survey(ONWARD | {"link": address})


@pytest.mark.parametrize("name", [name for name, each in DEFINITION_FORMATS.items() if each.write])
def test_offers_come_back_from_every_format(name: str) -> None:
    survey, form = a_survey(OFFER, ONWARD), DEFINITION_FORMATS[name]
    assert form.write is not None
    back, _ = form.read(form.write(survey)[0], "copy")
    assert back.thanks_by_answer == survey.thanks_by_answer


def test_templates_offer_contact_to_the_unhappy() -> None:
    """Those for customers after a service; what their words promise, the offer keeps."""
    offering = [each for each in all_templates() if any(thanks.contact for thanks in each.thanks_by_answer)]
    codes = {each.code for each in offering}
    assert {"power-visit", "complaint-handled", "key-account", "work-order", "property-move-in"} <= codes
    assert not any(each.anonymous for each in offering)


def test_the_preview_says_that_some_are_asked(asking: Store) -> None:
    with visiting(asking) as browser:
        be(browser, asking, add_account(asking, "maker", Role.DESIGNER))
        page = browser.get("/preview/short").text
    assert f"其中有的会问：<br><b>{ASKED}？" in page
