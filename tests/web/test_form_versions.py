"""A form that was begun can be sent: by the version it was given out in, whatever is in the field by then."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import pytest
from PIL import Image

from surveys.definition.survey import Survey
from surveys.fieldwork.protection import Protection
from surveys.permissions import Role
from surveys.storage import Store
from tests.fieldwork.test_personal_links import campaign, invite
from tests.intake.test_evidence import picture
from tests.support.front_door import add_account, be, be_tablet, heading, hidden, visiting

SAID = {"code": "said", "type": "short_text", "title": "意见", "required": True}
PHOTO = {"code": "photo", "type": "file", "title": "照片", "at_most": 3, "megabytes": 5}
CLOSED = "这份问卷已经结束"


def version(store: Store, *questions: dict[str, Any], **more: Any) -> None:
    """The next version, in the field."""
    definition = {"code": "drafted", "title": "试", "use": "试", "sections": [{"questions": questions}], **more}
    store.surveys.save_draft(Survey.model_validate(definition), None, by="test")
    store.surveys.publish("drafted", by="test")


def ways(store: Store, kind: str) -> str:
    """The address of the survey of this kind; its version 1 must be in the field."""
    if kind == "personal":
        return f"/i/{invite(store, campaign(store, 'drafted'), 'c-1')[0]}"
    if kind == "kiosk":
        store.kiosks.set("repair-east", "drafted", by="test")
        return "/k/repair-east"
    return "/embed/drafted" if kind == "embed" else "/s/drafted"


@lru_cache
def heavy_picture() -> bytes:
    """Of more than a megabyte."""
    drawn = io.BytesIO()
    Image.effect_noise((1500, 1500), 100).save(drawn, "jpeg", quality=95)
    assert drawn.tell() > 1024 * 1024
    return drawn.getvalue()


LATER = {
    "without files": [SAID],
    "with fewer and smaller ones": [SAID, {**PHOTO, "at_most": 1, "megabytes": 1}],
    "with another question required": [SAID, {**SAID, "code": "new"}],
    "with the question gone": [{**SAID, "code": "new"}],
    "with other conditions": [SAID, {**PHOTO, "show_if": {"item": "said", "is": "equals", "value": "不"}}],
}


@pytest.mark.parametrize("kind", ["open", "personal", "embed"])
@pytest.mark.parametrize("later", LATER)
def test_photos_of_version_1_are_taken_by_version_1(store: Store, kind: str, later: str) -> None:
    """Three of them, however few and small ones the next version takes."""
    version(store, SAID, PHOTO)
    way, big = ways(store, kind), heavy_picture()
    with visiting(store) as browser:
        begun = hidden(browser.get(way).text)
        version(store, *LATER[later])
        files = [("photo", (f"{n}.jpg", big, "image/jpeg")) for n in range(3)]
        sent = browser.post(way, data={**begun, "said": "好"}, files=files)
    assert (sent.status_code, heading(sent.text)) == (200, "感谢您的评价")
    [[kept]] = list(store.responses.responses("drafted"))
    assert kept.version == 1 and kept.answers["said"] == "好" and len(kept.answers["photo"]) == 3


def test_quotas_endings_and_thanks_are_those_of_version_1(store: Store) -> None:
    """Who was not screened out, and had a place, is thanked as the form promised."""
    version(store, SAID, thanks={"zh-Hans": "旧的谢词"})
    jumps = [{"questions": [SAID], "jumps": [{"to": "screen_out"}]}]
    full = {"quotas": [{"code": "none", "label": "一份", "limit": 1}]}
    with visiting(store) as browser:
        begun = [hidden(browser.get("/s/drafted").text) for _ in range(2)]
        version(store, sections=jumps, thanks={"zh-Hans": "新的谢词"}, **full)
        sent = [browser.post("/s/drafted", data={**each, "said": "好"}).text for each in begun]
    assert all("旧的谢词" in page for page in sent) and store.responses.amount("drafted") == 2


def test_a_form_for_customers_is_sent_when_the_next_version_is_for_staff(store: Store) -> None:
    """In a frame too, where forms for staff are not shown; and one for staff still asks who sends it."""
    version(store, SAID)
    with visiting(store) as browser:
        for way in ("/s/drafted", "/embed/drafted"):
            begun = hidden(browser.get(way).text)
            version(store, SAID, audience="staff")
            assert heading(browser.post(way, data={**begun, "said": "好"}).text) == "感谢您的评价"
            version(store, SAID)
        version(store, SAID, audience="staff")
        assert browser.get("/embed/drafted").status_code == 403
        be(browser, store, add_account(store, "wu", Role.STAFF))
        begun = hidden(browser.get("/s/drafted").text)
        version(store, SAID)
        browser.cookies.clear()
        assert browser.post("/s/drafted", data={**begun, "said": "好"}).status_code == 403
        assert browser.post("/embed/drafted", data={**begun, "said": "好"}).status_code == 403


def test_a_puzzle_that_is_asked_for_meanwhile_is_asked_with_everything_typed(store: Store) -> None:
    version(store, SAID)
    with visiting(store) as browser:
        begun = hidden(browser.get("/s/drafted").text)
        store.protections.set("drafted", Protection(puzzle=True), by="test")
        page = browser.post("/s/drafted", data={**begun, "said": "还在"})
        assert page.status_code == 422 and 'value="还在"' in page.text and "请算一算" in page.text


@pytest.mark.parametrize("kind", ["open", "personal", "embed"])
@pytest.mark.parametrize("photo", [True, False], ids=["with a photo", "without"])
def test_a_survey_closed_meanwhile_is_said_to_be_closed(store: Store, kind: str, *, photo: bool) -> None:
    """To who sends a form, to who opens one, and to a script that saves one."""
    version(store, SAID, PHOTO)
    way = ways(store, kind)
    with visiting(store) as browser:
        begun = hidden(browser.get(way).text)
        store.surveys.close("drafted", by="test")
        files = {"photo": ("p.jpg", picture(), "image/jpeg")} if photo else {"photo": ("", b"")}
        for answer in (browser.post(way, data={**begun, "said": "好"}, files=files), browser.get(way)):
            assert (answer.status_code, heading(answer.text)) == (410, CLOSED)
        if kind == "personal":
            assert browser.post(f"{way}/draft", data={"said": "好"}).status_code == 410
    assert store.responses.amount("drafted") == 0


def test_staff_and_tablets_hear_that_a_survey_is_closed(store: Store) -> None:
    """Signed in or not any more; a tablet keeps the answer for when it is open again."""
    version(store, SAID)
    way = ways(store, "kiosk")
    with visiting(store) as browser:
        be_tablet(browser, store, "repair-east")
        begun = hidden(browser.get(way).text)
        version(store, SAID, audience="staff")
        be(browser, store, add_account(store, "wu", Role.STAFF))
        theirs = hidden(browser.get("/s/drafted").text)
        store.surveys.close("drafted", by="test")
        told = {**begun, "_survey": "drafted", "_id": "0" * 32, "_age": "0", "_took": "9", "said": "好"}
        assert browser.post(way, data=told).json()["outcome"] == "refused"
        assert heading(browser.get(way).text) == CLOSED
        for _ in range(2):
            sent = browser.post("/s/drafted", data={**theirs, "said": "好"})
            assert (sent.status_code, heading(sent.text)) == (410, CLOSED)
            browser.cookies.clear()
