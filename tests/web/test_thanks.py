"""What is said at the end differs by what was answered, and promises nothing that does not follow."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from surveys import editing
from surveys.definition.consistency import inconsistencies
from surveys.definition.survey import Audience, Survey
from surveys.definition.templates import template
from surveys.definition.versions.differences import differences
from surveys.editing import Draft
from surveys.exchange.definitions import DEFINITION_FORMATS
from surveys.permissions import Role
from surveys.storage import Store
from tests.support.front_door import add_account, be, be_tablet, hidden, visiting
from tests.web.test_api import clock, system

__all__ = ["clock", "system"]

TEMPLATES = sorted(path.stem for path in (Path(__file__).parents[2] / "survey_templates").glob("*.yaml"))
LOW: dict[str, Any] = {"code": "low", "when": {"item": "csat", "is": "at_most", "value": 2}, "text": "很抱歉。"}
VISITOR: dict[str, Any] = {"code": "shop", "when": {"link": "from", "value": "shop"}, "text": "欢迎再来店里。"}


def a_survey(*thanks: dict[str, Any], **settings: Any) -> Survey:
    csat = {"code": "csat", "type": "rating", "title": "满意吗", "required": True}
    plain = {"code": "short", "title": "短", "use": "测试", "thanks": "谢谢您。", "sections": [{"questions": [csat]}]}
    return Survey.model_validate(plain | {"thanks_by_answer": thanks} | settings)


def published_with(store: Store, survey: Survey) -> None:
    store.surveys.save_draft(survey, None, by="test")
    store.surveys.publish(survey.code, by="test")


@pytest.mark.parametrize("anonymous", [False, True])
@pytest.mark.parametrize(
    ("address", "point", "said", "unsaid"),
    [
        ("/s/short", "1", "很抱歉。", "谢谢您。"),
        ("/s/short", "5", "谢谢您。", "很抱歉。"),
        ("/s/short?from=shop", "5", "欢迎再来店里。", "谢谢您。"),
        ("/s/short?from=shop", "1", "很抱歉。", "欢迎再来店里。"),
    ],
)  # fmt: skip
def test_a_one_is_thanked_with_other_words_than_a_five(
    store: Store, anonymous: bool, address: str, point: str, said: str, unsaid: str
) -> None:
    """The first that holds is said, by answers and by the link; the form itself shows none of it beforehand."""
    published_with(store, a_survey(LOW, VISITOR, anonymous=anonymous))
    with visiting(store) as browser:
        page = browser.get(address).text
        thanks = browser.post("/s/short", data=hidden(page) | {"csat": point}).text
    assert said in thanks and unsaid not in thanks
    assert said not in page and unsaid not in page


def test_the_thanks_of_one_are_not_the_next_ones(store: Store) -> None:
    """What is drawn once for many goes by its words, so nobody learns what another has answered."""
    published_with(store, a_survey(LOW, anonymous=True))
    with visiting(store) as browser:
        said = [
            browser.post("/s/short", data=hidden(browser.get("/s/short").text) | {"csat": point}).text
            for point in "151"
        ]
    assert ["很抱歉。" in each for each in said] == [True, False, True]


def test_without_words_for_the_rest_there_are_the_usual_ones(store: Store) -> None:
    published_with(store, a_survey(LOW, thanks=None))
    with visiting(store) as browser:
        page = browser.get("/s/short").text
        assert "您的意见已收到" in browser.post("/s/short", data=hidden(page) | {"csat": "5"}).text


@pytest.mark.parametrize(("text", "reply"), [("1", "很抱歉。"), ("5", "谢谢您。")])
def test_a_reply_by_message_is_thanked_by_its_answer(
    system: TestClient, published: Store, text: str, reply: str
) -> None:  # fmt: skip
    published_with(published, a_survey(LOW))
    assert system.post("/sms", json={"id": text, "survey": "short", "text": text}).json()["reply"] == reply
    assert system.post("/ivr", json={"id": text, "survey": "short", "keys": [text]}).json()["reply"] == reply


def test_a_tablet_has_all_words_with_what_decides_about_them(store: Store) -> None:
    """It may be without network when it thanks."""
    published_with(store, a_survey(LOW))
    store.kiosks.set("repair-east", "short", by="test")
    with visiting(store) as browser:
        be_tablet(browser, store, "repair-east")
        page = browser.get("/k/repair-east").text
    assert "谢谢您。" in page and re.search(r"data-thanks hidden>很抱歉。", page)
    [guide] = re.findall(r'id="?guide"?>(.*?)</script>', page)
    assert json.loads(guide)["thanks"] == [{"field": "csat", "is": "at_most", "value": ["2"]}]


@pytest.mark.parametrize(
    ("thanks", "told"),
    [
        ([{**LOW, "when": {"item": "gone", "value": 1}}], 'no question has the answer field "gone"'),
        ([{**LOW, "when": {"item": "csat", "is": "at_least", "value": 9}}], "no one reads this"),
        ([LOW, LOW], 'thanks code "low" is used more than once'),
    ],
)
def test_thanks_that_no_one_would_read_are_told(thanks: list[dict[str, Any]], told: str) -> None:
    [(place, what), *_] = inconsistencies(a_survey(*thanks))
    assert place[0] == "thanks_by_answer" and told in what


def test_thanks_are_set_step_by_step_and_go_with_the_question_they_depend_on() -> None:
    """They begin with an apology for a low score of the overall item."""
    draft = editing.add_thanks(editing.add_thanks(Draft.of(a_survey())))
    first, second = editing.finish_draft(draft).thanks_by_answer
    assert (first.code, second.code, list(first.when.fields())) == ("thanks", "thanks_2", ["csat"])
    draft = editing.change_thanks(draft, "thanks", "text", {"zh-Hans": "对不起"})
    assert str(editing.finish_draft(draft).thanks_by_answer[0].text) == "对不起"
    draft = editing.delete_thanks(draft, "thanks_2")
    assert [each.code for each in editing.finish_draft(draft).thanks_by_answer] == ["thanks"]
    assert [each["code"] for each in editing.add_thanks(draft).data["thanks_by_answer"]] == ["thanks", "thanks_3"]
    further = editing.add_question(draft, "long_text", 0)
    assert editing.delete_question(further, "csat").data["thanks_by_answer"] == []


def test_what_differs_in_thanks_is_told_between_versions() -> None:
    before, after = a_survey(LOW), a_survey({**LOW, "text": "对不起。"}, VISITOR)
    told = [str(each) for each in differences(before, after)]
    assert any("由“很抱歉。”改为“对不起。”" in each for each in told)
    assert any("添加了按回答不同的结束语“欢迎再来店里。”" in each for each in told)


@pytest.mark.parametrize("name", [name for name, each in DEFINITION_FORMATS.items() if each.write])
def test_thanks_by_answer_come_back_from_every_format(name: str) -> None:
    """What can't hold them says so."""
    survey, form = a_survey(LOW, VISITOR), DEFINITION_FORMATS[name]
    assert form.write is not None
    data, losses = form.write(survey)
    back, _ = form.read(data, "copy")
    assert back.thanks_by_answer == survey.thanks_by_answer
    assert any("结束语" in str(each) for each in losses) == (name == "xlsform")


def test_thanks_of_another_program_are_read_with_their_condition() -> None:
    """One whose condition can't be said is left out and told: it would be for everyone."""
    rating = {"type": "rating", "name": "csat", "title": "满意吗"}
    entries = [
        {"expression": "{csat} <= 2", "html": "<p>Sorry</p>"}, {"expression": "age({csat}) > 3", "html": "Odd"},
        {"html": "Bare"},
    ]  # fmt: skip
    file = {"title": "x", "pages": [{"elements": [rating]}], "completedHtmlOnCondition": entries}
    survey, losses = DEFINITION_FORMATS["surveyjs"].read(json.dumps(file).encode(), "copy")
    [thanks] = survey.thanks_by_answer
    assert (str(thanks.text), thanks.when.holds({"csat": ["2"]})) == ("Sorry", True)
    told = "\n".join(map(str, losses))
    assert "Odd" in told and "没有条件或文字的结束语" in told


# Templates

PROMISES = re.compile(
    r"尽快|会(?:再)?与您联系|会跟进|会就您|我们会|将首先|逐条阅读|工作日内|重新处理|will (?!be )|get back"
)


@pytest.mark.parametrize("code", TEMPLATES)
def test_templates_promise_only_what_happens(code: str) -> None:
    """Nobody calls back because of an answer, and no order is made of one."""
    survey = template(code)
    texts = [survey.introduction, survey.thanks, *(each.text for each in survey.thanks_by_answer)]
    found = [words for text in texts if text for words in text.root.values() if PROMISES.search(words)]
    assert not found


@pytest.mark.parametrize("code", TEMPLATES)
def test_unhappy_customers_get_an_apology_and_happy_ones_none(code: str) -> None:
    survey = template(code)
    if survey.audience is Audience.STAFF or survey.overall != "csat":
        return
    low, high = (survey.thanks_after({"csat": [point]}) for point in "15")
    assert "抱歉" in str(low) and "抱歉" not in str(high)


def test_the_questionnaire_of_opinions_says_that_it_is_no_box() -> None:
    survey = template("opinion-box")
    assert "意见箱" not in str(survey.title) and "不逐条答复" in str(survey.introduction)
    assert "不会自动受理投诉" in str(survey.thanks_after({"kind": ["complaint"]}))


# Preview


@pytest.mark.parametrize("fit", [True, False])
def test_the_preview_shows_the_thanks_and_no_unfit_one_keeps_it_closed(store: Store, fit: bool) -> None:
    """With whose answers lead to each, and its words escaped."""
    low = {**LOW, "text": "很抱歉<b>。"} if fit else {"code": "low", "text": {"zh-Hans": "很抱歉。"}}
    data = Draft.of(a_survey()).data | {"thanks_by_answer": [low]}
    if fit:
        published_with(store, a_survey(low))
    else:
        store.drafts.save("short", data, by="test", step="x")
    with visiting(store) as browser:
        be(browser, store, add_account(store, "maker", Role.DESIGNER))
        page = browser.get("/preview/short")
    assert page.status_code == 200 and "满意吗" in page.text
    assert ("很抱歉&lt;b&gt;。" in page.text and "不大于" in page.text) == fit
