"""Logic in the form: what is shown, brought up, left out, put into texts, shuffled, and whom it is not for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition.routing import course
from surveys.definition.survey import Survey
from surveys.intake.submission import Event
from surveys.storage import Store
from surveys.web.forms.rendered_questions import check_answers
from surveys.web.protection.signing import FormToken
from tests.console.design.test_question_pages import FORM, ask, stored
from tests.support.front_door import SECRET, heading, hidden, receipt, visiting
from tests.support.random_surveys import surveys
from tests.support.rendered import Rendered

USED: dict[str, Any] = {
    "code": "used", "type": "multiple_choice", "title": "您用过哪些渠道？",
    "options": [{"code": "hall", "label": "营业厅"}, {"code": "app", "label": "网上国网"}],
}  # fmt: skip
CSAT: dict[str, Any] = {"code": "csat", "type": "rating", "title": "满意吗？", "required": True}
WHY = {
    "code": "why", "type": "long_text", "title": "您给了{csat}分，为什么？", "required": True,
    "show_if": {"item": "csat", "is": "at_most", "value": 2},
}  # fmt: skip
BEST = {
    "code": "best", "type": "single_choice", "title": "其中最好的是？", "options": USED["options"],
    "options_from": "used",
}  # fmt: skip


def test_without_a_script_the_server_brings_up_what_follows(store: Store) -> None:
    """Sent once: the next question appears, marked, with everything typed kept; sent again: stored."""
    ask(store, CSAT, WHY, USED)
    with visiting(store) as browser:
        page = Rendered(browser.get(FORM).text)
        assert page.shown == ["csat", "used"]
        more = browser.post(FORM, data=page.filled({"csat": ["2"], "used": ["app"]}))
        again = Rendered(more.text)
        assert more.status_code == 200 and "还有几个问题想请教" in more.text and not stored(store)
        assert again.shown == ["csat", "why", "used"] and again.sent()["used"] == ["app"]
        assert 'data-q="why" tabindex="-1" autofocus' in more.text and 'class="error"' not in more.text
        assert '<span data-fill="csat">2</span>' in more.text
        missing = browser.post(FORM, data=again.sent())
        assert missing.status_code == 422 and "第 2 题：请填写" in missing.text
        assert browser.post(FORM, data=Rendered(missing.text).filled({"why": ["等了太久"]})).status_code == 200
    assert stored(store)[0].answers == {"csat": 2, "why": "等了太久", "used": ["app"]}


def test_what_was_seen_is_not_brought_up_again(store: Store) -> None:
    """A script keeps `_asked` current, so that one sending is enough."""
    ask(store, CSAT, {**WHY, "required": False})
    with visiting(store) as browser:
        fields = hidden(browser.get(FORM).text)
        thanks = browser.post(FORM, data={**fields, "_asked": "csat why", "csat": "1"})
    assert heading(thanks.text) == "感谢您的评价"


def test_problems_come_first_and_not_of_what_was_never_seen(store: Store) -> None:
    """What was brought up just now is required too, but nobody has missed it yet."""
    ask(store, CSAT, WHY, {"code": "must", "type": "number", "title": "几次？", "required": True})
    with visiting(store) as browser:
        page = browser.post(FORM, data={**hidden(browser.get(FORM).text), "csat": "1"})
    assert page.status_code == 422
    assert "请填写数字" in page.text and 'id="e-why"' not in page.text and "why" in Rendered(page.text).shown


def test_hidden_answers_are_never_stored(store: Store) -> None:
    """Neither of a hidden question nor of an option or row that is not offered."""
    rows = [{"code": "a", "label": "甲"}, {"code": "b", "label": "乙", "show_if": {"item": "csat", "value": 1}}]
    ask(store, CSAT, WHY, {"code": "grid", "type": "matrix_rating", "title": "各项", "rows": rows})
    with visiting(store) as browser:
        fields = {**hidden(browser.get(FORM).text), "csat": "5", "why": "留在页上", "grid.a": "4", "grid.b": "1"}
        assert browser.post(FORM, data=fields).status_code == 200
    assert stored(store)[0].answers == {"csat": 5, "grid": {"a": 4}}


def test_chosen_options_are_carried_into_the_next_question(store: Store) -> None:
    """The question appears with what was chosen; another option is no answer."""
    ask(store, USED, BEST)
    with visiting(store) as browser:
        page = Rendered(browser.get(FORM).text)
        more = Rendered(browser.post(FORM, data=page.filled({"used": ["app"]})).text)
        assert more.shown == ["used", "best"]
        assert [each.value for each in more.controls if each.name == "best" and not each.hidden] == ["app"]
        browser.post(FORM, data={**more.sent(), "best": "hall"})
    assert stored(store)[0].answers == {"used": ["app"]}


def sections(store: Store, *parts: dict[str, Any], **settings: Any) -> Survey:
    return ask(store, CSAT, **({"sections": list(parts)} | settings))


def test_who_is_not_asked_hears_it_kindly_and_leaves_nothing(store: Store) -> None:
    """Screened out: no answer, no receipt, a tally."""
    asked_of = {"code": "customer", "type": "single_choice", "title": "您是我们的客户吗？", "options": [
        {"code": "yes", "label": "是"}, {"code": "no", "label": "不是"},
    ]}  # fmt: skip
    out = {"if": {"item": "customer", "value": "no"}, "to": "screen_out"}
    sections(store, {"questions": [asked_of], "jumps": [out]}, {"questions": [CSAT]}, screened_out="谢谢，这次不问您。")
    with visiting(store) as browser:
        page = browser.post(FORM, data={**hidden(browser.get(FORM).text), "customer": "no", "csat": "1"})
        assert page.status_code == 200 and "谢谢，这次不问您。" in page.text and not receipt(page.text)
    assert not stored(store)
    assert Event.SCREENED_OUT in {row["event"] for row in store.responses.tallies("try")}


def test_values_of_the_link_decide_and_are_put_into_texts(store: Store) -> None:
    """They are carried along, shortened, escaped; one that nothing refers to is not."""
    crew = {
        "code": "crew",
        "type": "rating",
        "title": "{link.who}，抢修如何？",
        "show_if": {"link": "biz", "value": "fix"},
    }
    ask(store, CSAT, crew, {"code": "order", "type": "hidden", "title": "工单"})
    with visiting(store) as browser:
        assert "crew" not in Rendered(browser.get(FORM).text).shown
        html = browser.get(f"{FORM}?biz=fix&who=<b>{'张' * 300}&other=1&order=WO-1").text
        page = Rendered(html)
        assert "crew" in page.shown and "<b>张" not in html
        token = FormToken.read(SECRET, "try", page.sent()["_token"][0])
        assert token is not None and token.said["who"] == "<b>" + "张" * 197 and "other" not in token.said
        browser.post(FORM, data=page.filled({"csat": ["3"], "crew": ["5"]}))
    assert stored(store)[0].answers == {"csat": 3, "crew": 5, "order": "WO-1"}


def test_a_random_order_is_recorded_and_stays(store: Store) -> None:
    """The page that comes back has the order of the first one; the seed kept with the answer gives it again."""
    options = [{"code": f"o{n}", "label": str(n)} for n in range(8)]
    survey = ask(store, {**USED, "options": options, "shuffle": True}, CSAT)
    with visiting(store) as browser:
        page = Rendered(browser.get(FORM).text)
        again = Rendered(browser.post(FORM, data=page.sent()).text)
        browser.post(FORM, data=again.filled({"csat": ["3"]}))
    order = [each.value for each in page.controls if each.name == "used"]
    assert order == [each.value for each in again.controls if each.name == "used"]
    [response] = stored(store)
    assert response.seed and response.seed not in page.sent()["_token"][0]
    assert [part.code for part in course(survey, {}, {}, response.seed).questions()[0].parts()] == order


def test_no_seed_is_kept_where_nothing_is_shuffled(store: Store) -> None:
    ask(store, CSAT)
    with visiting(store) as browser:
        browser.post(FORM, data={**hidden(browser.get(FORM).text), "csat": "3"})
    assert stored(store)[0].seed is None


def test_a_plain_survey_brings_no_logic(store: Store) -> None:
    """Nor a list of what was asked: its page stays small."""
    ask(store, CSAT)
    with visiting(store) as browser:
        html = browser.get(FORM).text
    assert "decide" not in html and "_asked" not in html and "data-s=" not in html


ENTRIES = st.sampled_from(
    ["a", "1", "2", "na", "A-b", "yes", "like", "dislike", "2026-01-01", "9" * 30, " 1 ", "", "甲"]
)


@settings(max_examples=settings().max_examples * 2)
@given(data=st.data(), survey=surveys(), seed=st.text(max_size=4))
def test_nothing_is_stored_that_is_not_shown_and_all_of_it_reads_back(
    data: st.DataObject, survey: Survey, seed: str
) -> None:  # fmt: skip
    """Over random surveys and random entries, hidden fields filled in as well."""
    fields = [name for question in survey.questions() for name in question.fields()]
    known = [part.code for question in survey.questions() for part in question.parts()]
    values = st.lists(ENTRIES | st.sampled_from(known or [""]), max_size=2)
    entered: Mapping[str, Sequence[str]] = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(fields, values)))
    interview = course(survey, entered, {"channel": data.draw(ENTRIES)}, seed)
    answers, problems = check_answers(interview)
    shown = {question.code: question for question in interview.questions()}
    assert set(answers) | set(problems) <= set(shown)
    for code, answer in answers.items():
        question, kept = shown[code], json.loads(json.dumps(answer))
        assert question.read(question.entered_from(kept)) == answer
        offered = {part.code for part in question.parts()}
        if offered and isinstance(answer, (dict, list)) and not (isinstance(answer, dict) and "chosen" in answer):
            assert set(answer) <= offered


@pytest.mark.parametrize("asked", ["", "csat why used nothing", "x" * 5000, "csat\x00why", "why.a csat.b"])
def test_a_forged_list_of_what_was_asked_breaks_nothing(store: Store, asked: str) -> None:
    """At worst a question is brought up once more, or not at all."""
    ask(store, CSAT, WHY)
    with visiting(store) as browser:
        page = browser.post(FORM, data={**hidden(browser.get(FORM).text), "_asked": asked, "csat": "5"})
        assert page.status_code == 200
