"""Consent apart: contact data goes with its tick alone, and can be taken back while the ratings stay."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from surveys.definition.design_checks.structure import all_or_nothing_consent
from surveys.definition.survey import Survey
from surveys.intake.receipts import response_id
from surveys.storage import Store
from tests.support.front_door import NOW, Clock, heading, hidden, receipt, visiting
from tests.web.test_form_versions import heavy_picture

pytestmark = pytest.mark.dated

AGREE = {"code": "agree", "type": "consent", "title": "联系方式只用于回访"}
UNDER = {"show_if": {"item": "agree", "value": "yes"}}
PHONE = {"code": "phone", "type": "short_text", "pattern": "phone", "title": "联系电话", "required": True, **UNDER}
PLACE = {
    "code": "place", "type": "single_choice", "title": "在哪办的",
    "options": [{"code": "hall", "label": "营业厅"}, {"code": "other", "label": "别处", "asks_text": True}],
}  # fmt: skip
QUESTIONS = [
    {"code": "csat", "type": "rating", "title": "满意吗"}, PLACE,
    {"code": "said", "type": "long_text", "title": "意见"},
    {"code": "photo", "type": "file", "title": "照片", "megabytes": 5},
    AGREE, PHONE,
    {"code": "ill", "type": "single_choice", "title": "健康状况", "options": [{"code": "a", "label": "好"}], **UNDER},
]  # fmt: skip
GIVEN = {
    "csat": "4", "place": "other", "place._text": "张三家楼下", "said": "我是张三", "agree": "yes",
    "phone": "13800138000", "ill": "a", "_asked": "csat place said photo agree phone ill",
}  # fmt: skip


def ask(store: Store, **more: Any) -> Survey:
    definition = {"code": "asked", "title": "试", "use": "试", "sections": [{"questions": QUESTIONS}], **more}
    survey = Survey.model_validate(definition)
    store.surveys.save_draft(survey, None, by="test")
    store.surveys.publish("asked", by="test")
    return survey


def answers(store: Store) -> dict[str, Any]:
    [[kept]] = list(store.responses.responses("asked"))
    return dict(kept.answers)


def test_without_the_tick_the_rest_is_taken_and_nothing_of_the_person(store: Store) -> None:
    """Also where a forged form sends the fields all the same."""
    ask(store)
    with visiting(store) as browser:
        begun = hidden(browser.get("/s/asked").text)
        sent = browser.post("/s/asked", data={**begun, **GIVEN, "agree": ""})
    assert heading(sent.text) == "感谢您的评价"
    assert set(answers(store)) == {"csat", "place", "said"}


@pytest.mark.parametrize("anonymous", [False, True])
@pytest.mark.parametrize("days", [0, 2])
def test_consent_is_taken_back_and_the_ratings_stay(store: Store, anonymous: bool, days: int) -> None:
    """Held back still or moved on: what was said is nowhere in the file, and no picture in its folder."""
    ask(store, anonymous=anonymous)
    clock = Clock()
    with visiting(store, clock=clock) as browser:
        begun = hidden(browser.get("/s/asked").text)
        files = [("photo", ("1.jpg", heavy_picture(), "image/jpeg"))]
        code = receipt(browser.post("/s/asked", data={**begun, **GIVEN}, files=files).text)
        clock.now += timedelta(days=days)
        store.responses.settle((NOW + timedelta(days=days)).date())
        asked = browser.post("/s/asked/withdraw", data={"receipt": code})
        assert "打分和选择题留下" in asked.text
        gone = browser.post("/s/asked/withdraw", data={**hidden(asked.text), "receipt": code, "what": "personal"})
        assert heading(gone.text) == "已撤回同意"
        kept = store.responses.get(response_id("asked", code))
        assert kept is not None and dict(kept.answers) == {"csat": 4, "place": "other"}
        assert not [each for each in (store.path.parent / "uploads").rglob("*") if each.is_file()]
        raw = b"".join(each.read_bytes() for each in store.path.parent.glob(f"{store.path.name}*"))
        assert not any(each.encode() in raw for each in ("13800138000", "我是张三", "张三家楼下"))
        again = browser.post("/s/asked/withdraw", data={"receipt": code})
        browser.post("/s/asked/withdraw", data={**hidden(again.text), "receipt": code})
    assert not store.responses.has("asked", response_id("asked", code))


def test_a_wrong_code_takes_nothing_back(store: Store) -> None:
    ask(store)
    with visiting(store) as browser:
        browser.post("/s/asked", data={**hidden(browser.get("/s/asked").text), **GIVEN})
        asked = browser.post("/s/asked/withdraw", data={"receipt": "ABCDABCDABCD"})
        wrong = {**hidden(asked.text), "receipt": "ABCDABCDABCD", "what": "personal"}
        answer = browser.post("/s/asked/withdraw", data=wrong)
    assert answer.status_code == 404 and answers(store)["phone"] == "13800138000"


def test_a_consent_that_holds_all_back_is_brought_up() -> None:
    """Required of everyone before contact data that is not; not where that waits for it, or is the point."""

    def brought_up(agree: dict[str, Any], phone: dict[str, Any]) -> bool:
        sections = [{"questions": [QUESTIONS[0], {**AGREE, **agree}, phone]}]
        definition = {"code": "asked", "title": "试", "use": "试", "sections": sections}
        return bool(list(all_or_nothing_consent(Survey.model_validate_json(json.dumps(definition)))))

    free = {name: value for name, value in PHONE.items() if name != "show_if"} | {"required": False}
    assert brought_up({"required": True}, free)
    assert not brought_up({"required": True}, {**free, "required": True})
    assert not brought_up({"required": False}, free)
    assert not brought_up({"required": True}, PHONE)
