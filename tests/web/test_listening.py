"""The form listens to what a comment says: asked once, kindly, what it was about; danger is met with a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from analysis.comments.opinions import told_topics
from surveys.definition.consistency import inconsistencies
from surveys.definition.listening import HEARD_LABELS, RISK, VAGUE, follow_ups, hear
from surveys.definition.routing import course, program
from surveys.definition.survey import Survey
from surveys.definition.templates import template
from surveys.definition.versions.conditions import condition_words
from surveys.editing import Draft
from surveys.editing.comparisons import comparables
from surveys.exchange.definitions import DEFINITION_FORMATS
from surveys.storage import Store
from tests.support.front_door import Visitor, hidden, publish, visiting

WHICH: dict[str, Any] = {
    "code": "which", "type": "multiple_choice", "title": "主要是哪一方面？",
    "show_if": {"all": [{"item": "csat", "is": "at_most", "value": 2},
                        {"item": "comment._heard", "is": "includes", "value": VAGUE}]},
    "options": [{"code": "speed", "label": "速度"}, {"code": "manner", "label": "态度"}],
}  # fmt: skip
CALL: dict[str, Any] = {
    "code": "call", "type": "statement", "title": "有危险请马上拨打 95598",
    "show_if": {"item": "comment._heard", "is": "includes", "value": RISK},
}  # fmt: skip


def listening(*more: dict[str, Any], **settings: Any) -> Survey:
    csat = {"code": "csat", "type": "rating", "title": "满意吗", "required": True}
    comment = {"code": "comment", "type": "long_text", "title": "意见"}
    asked = {"questions": [csat, comment, *(more or (CALL, WHICH))]}
    plain = {"code": "short", "title": "短", "use": "测试", "sections": [asked]}
    return Survey.model_validate(plain | settings)


def published_with(store: Store, survey: Survey) -> None:
    store.surveys.save_draft(survey, None, by="test")
    store.surveys.publish(survey.code, by="test")


def sent(browser: Visitor, **answers: str) -> str:
    return browser.post("/s/short", data=hidden(browser.get("/s/short").text) | answers).text


def sent_again(browser: Visitor, page: str, **answers: Any) -> str:
    return browser.post("/s/short", data=hidden(page) | answers).text


def asked_now(page: str) -> list[str]:
    """Codes of the questions that are marked as brought up."""
    tags = re.findall(r"<(?:div|fieldset)[^>]*data-q[^>]*>", page)
    return [re.findall(r'data-q="?(\w+)', tag)[0] for tag in tags if re.search(r"[\" ]new[\" ]", tag)]


@pytest.mark.parametrize("anonymous", [False, True])
def test_a_low_rating_with_bare_words_is_asked_once_what_it_was_about(store: Store, anonymous: bool) -> None:
    """On the same page, without script; whether it is answered or not, sending again keeps the answer."""
    published_with(store, listening(anonymous=anonymous))
    with visiting(store) as browser:
        page = sent(browser, csat="1", comment="太差")
        assert "还有几个问题想请教" in page and asked_now(page) == ["which"] and "太差" in page
        assert not list(store.responses.responses("short"))
        done = sent_again(browser, page, csat="1", comment="太差")
    assert "回执码" in done
    with visiting(store) as browser:
        page = sent(browser, csat="1", comment="太差")
        assert "回执码" in sent_again(browser, page, csat="1", comment="太差", which="manner")
    if not anonymous:
        kept = [each.answers for chunk in store.responses.responses("short") for each in chunk]
        assert {"csat": 1, "comment": "太差", "which": ["manner"]} in kept
        assert {"csat": 1, "comment": "太差"} in kept


@pytest.mark.parametrize(
    ("csat", "comment"), [("1", "师傅态度太差了"), ("5", "太差"), ("1", ""), ("1", "The worst service ever")],
    ids=["it says of what", "the rating is high", "no words", "not understood"],
)  # fmt: skip
def test_nobody_else_is_asked(store: Store, csat: str, comment: str) -> None:
    published_with(store, listening())
    with visiting(store) as browser:
        assert "回执码" in sent(browser, csat=csat, comment=comment)


def test_mention_of_danger_shows_the_number_at_once(store: Store) -> None:
    """Whatever the rating; and the next sending is taken."""
    published_with(store, listening())
    with visiting(store) as browser:
        page = sent(browser, csat="4", comment="电线掉下来冒火花，太危险了")
        assert asked_now(page) == ["call"] and "有危险请马上拨打 95598" in page and "回执码：" not in page
        assert "回执码" in sent_again(browser, page, csat="4", comment="电线掉下来冒火花，太危险了")


def test_the_script_is_told_what_was_heard(store: Store) -> None:
    """Else it would hide again what the server has brought up."""
    published_with(store, listening())
    with visiting(store) as browser:
        page = sent(browser, csat="1", comment="太差")
    assert re.search(r'"comment\._heard": ?\[[^\]]*"vague"', page)
    [section] = program(listening())
    assert [each["fields"] for each in section["questions"]][1] == ["comment", "comment._heard"]


def test_what_is_heard_is_nobodys_to_enter(store: Store) -> None:
    """A hand-made form can't bring questions up, nor keep what was heard as an answer."""
    published_with(store, listening())
    with visiting(store) as browser:
        data = {"csat": "1", "comment": "态度不好", "comment._heard": "vague", "which": "speed"}
        assert "回执码" in browser.post("/s/short", data=hidden(browser.get("/s/short").text) | data).text
    [kept] = [each.answers for chunk in store.responses.responses("short") for each in chunk]
    assert kept == {"csat": 1, "comment": "态度不好"}


def test_a_reading_that_fails_holds_no_answer_back(store: Store) -> None:
    def broken(survey: str, text: str) -> Sequence[str]:
        raise RuntimeError("no weights")

    published_with(store, listening())
    with visiting(store, listener=broken) as browser:
        assert "回执码" in sent(browser, csat="1", comment="太差")


@pytest.mark.parametrize(
    "more",
    [
        (WHICH | {"required": True},),
        (WHICH | {"show_if": None, "options": [
            {"code": "a", "label": "甲", "show_if": CALL["show_if"]}, {"code": "b", "label": "乙"}]},),
    ],
    ids=["required", "an option"],
)  # fmt: skip
def test_a_comment_compels_nothing(more: Any) -> None:
    assert any("comment" in what for _, what in inconsistencies(listening(*more)))


def test_a_survey_that_listens_is_sound_and_says_so_in_words() -> None:
    survey = listening()
    assert not list(inconsistencies(survey))
    assert "“意见”听出太笼统，没说是哪方面" in str(condition_words(survey.question("which").show_if, survey))


def test_the_builder_offers_it_among_what_can_be_compared() -> None:
    draft = Draft.of(listening(dimensions=[{"code": "attitude", "label": "服务态度"}]))
    found = {each.item: each for each in comparables(draft, 0, 3)}
    assert set(HEARD_LABELS) < set(found["comment._heard"].values)
    assert found["comment._heard"].values["topic:attitude"] == "服务态度"


@pytest.mark.parametrize("name", [name for name, each in DEFINITION_FORMATS.items() if each.write])
def test_it_comes_back_from_every_format(name: str) -> None:
    """What another program can't decide stands in the file for us, and is named as what it can't."""
    survey, form = listening(), DEFINITION_FORMATS[name]
    assert form.write is not None
    data, _losses = form.write(survey)
    back, _ = form.read(data, "copy")
    assert back.question("which").show_if == survey.question("which").show_if
    assert back.question("call").show_if == survey.question("call").show_if


def test_hearing_is_plain_data() -> None:
    """No judge in the logic: the codes are handed to the course."""
    survey, entered = listening(), {"csat": ["1"], "comment": ["x"]}
    heard = hear(survey, entered, lambda code, text: [VAGUE])
    assert [each.code for each in course(survey, entered, {}, "", heard).questions()] == ["csat", "comment", "which"]
    assert [each.code for each in course(survey, entered, {}, "").questions()] == ["csat", "comment"]


def test_a_shipped_template_listens(store: Store) -> None:
    publish(store, "touchpoint-spot")
    assert not list(inconsistencies(template("touchpoint-spot")))
    with visiting(store) as browser:
        data = {"csat": "1", "better": "太差"}
        page = browser.post("/s/touchpoint-spot", data=hidden(browser.get("/s/touchpoint-spot").text) | data).text
    assert asked_now(page) == ["better", "which", "photo"]  # without a script all that the rating brings up, too


def test_what_asking_brought_is_counted() -> None:
    """A choice counts where the words name nothing, once; of the question that was followed up alone."""
    survey = listening()
    assert follow_ups(survey) == {"comment": ("which.speed", "which.manner")}
    mentions = pd.DataFrame({"response": ["a"], "item": ["comment"]})
    comments = pd.DataFrame({
        "response": [*list("abcd"), "e"], "item": ["comment"] * 4 + ["other"],
        "which.speed": [None, 1, None, 0, 1], "which.manner": [1, 0, None, 0, None],
    })  # fmt: skip
    told = told_topics(mentions, comments, items=("comment",), columns=("which.speed", "which.manner"))
    assert (told.by_words.value, told.with_follow_up.value, told.answered) == (0.25, 0.5, 1)
