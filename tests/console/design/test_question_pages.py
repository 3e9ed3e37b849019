"""Every question type on its page: asked, filled in as a browser does it, refused with its reason, kept, read back."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image

from surveys.definition.questions import QUESTION_TYPES
from surveys.definition.survey import Survey
from surveys.intake.submission import StoredResponse
from surveys.storage import Store
from tests.support.examples import EXAMPLES
from tests.support.front_door import TestClient, visiting
from tests.support.rendered import Rendered

CASES = [
    pytest.param(name, settings, answer, id=f"{name}-{number}")
    for name in QUESTION_TYPES
    for number, (settings, answer) in enumerate(EXAMPLES[name])
]
FORM = "/s/try"


def ask(store: Store, *questions: dict[str, Any], **settings: Any) -> Survey:
    """A survey of these questions, in the field."""
    sections = [{"questions": list(questions)}]
    survey = Survey.model_validate({"code": "try", "title": "试", "use": "试", "sections": sections} | settings)
    store.surveys.save_draft(survey, None, by="test")
    store.surveys.publish(survey.code, by="test")
    return survey


def item(name: str, **settings: Any) -> dict[str, Any]:
    return {"type": name, "code": "item", "title": "问题", "hint": "提示", **settings}


MUST = {"type": "short_text", "code": "must", "title": "必答", "required": True}


def stored(store: Store) -> list[StoredResponse]:
    return [response for chunk in store.responses.responses("try") for response in chunk]


def opened(browser: TestClient, query: str = "") -> Rendered:
    return Rendered(browser.get(FORM + query).text)


@pytest.mark.parametrize(("name", "settings", "answer"), [case for case in CASES if case.values[0] != "file"])
def test_what_is_entered_into_the_page_is_kept(store: Store, name: str, settings: dict[str, Any], answer: Any) -> None:
    """define → publish → render → fill → refused, nothing lost → sent again → stored → read back, equal."""
    survey = ask(store, item(name, **settings), MUST)
    question = survey.question("item")
    query = f"?item={answer}" if name == "hidden" else ""
    with visiting(store) as browser:
        page = opened(browser, query)
        entry = {} if name == "hidden" else question.entered_from(answer)
        fields = page.filled(entry)
        refused = browser.post(FORM, data=fields)
        assert refused.status_code == 422 and 'href="#must">' in refused.text
        again = Rendered(refused.text)
        assert again.sent() == fields, "the page that comes back would send something else"
        assert browser.post(FORM, data={**again.sent(), "must": "有"}).status_code == 200
    [response] = stored(store)
    assert response.answers.get("item") == answer
    assert question.entered_from(response.answers.get("item")) == question.entered_from(answer)


@pytest.mark.parametrize("name", [name for name in QUESTION_TYPES if name not in ("statement", "hidden")])
def test_a_missing_answer_is_asked_for_beside_its_question(store: Store, name: str) -> None:
    """422, the reason at the top and at the question; the link from the top leads to a control."""
    ask(store, item(name, **EXAMPLES[name][0][0], required=True))
    with visiting(store) as browser:
        refused = browser.post(FORM, data=opened(browser).sent())
    page = Rendered(refused.text)
    assert refused.status_code == 422
    assert "第 1 题：请" in refused.text and 'id="e-item">请' in refused.text
    assert 'href="#item"' in refused.text and page.ids.count("item") == 1
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    assert not stored(store)


@pytest.mark.parametrize("name", QUESTION_TYPES)
def test_a_page_names_only_what_it_has(store: Store, name: str) -> None:
    """Descriptions and labels refer to elements that are there; nothing says None."""
    for settings, _ in EXAMPLES[name]:
        ask(store, item(name, **settings), MUST)
        with visiting(store) as browser:
            html = browser.post(FORM, data=opened(browser).sent()).text
        page = Rendered(html)
        named = re.findall(r'(?:aria-describedby|aria-labelledby|for)="([^"]+)"', html)
        assert {each for names in named for each in names.split()} <= set(page.ids)
        assert "None" not in html and "{" not in re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.DOTALL)


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(drawn, "jpeg")
    return drawn.getvalue()


def test_a_file_survives_a_refusal_and_is_kept_with_its_answer(store: Store) -> None:
    """It is sent once; the page that comes back offers it as a ticked box."""
    ask(store, item("file"), MUST)
    with visiting(store) as browser:
        page = opened(browser)
        assert [each.kind for each in page.controls if each.name == "item"] == ["file"]
        refused = browser.post(FORM, data=page.sent(), files={"item": ("门口.jpg", picture(), "image/jpeg")})
        again = Rendered(refused.text).sent()
        assert refused.status_code == 422 and len(again["item"]) == 1
        assert browser.post(FORM, data={**again, "must": "有"}).status_code == 200
    [response] = stored(store)
    assert response.answers["item"] == again["item"]


def test_a_rating_may_be_asked_with_stars_and_faces(store: Store) -> None:
    """Another look, the same controls; each page brings only its own sheet."""
    pages = {}
    for look in ("numbers", "stars", "faces"):
        ask(store, item("rating", look=look))
        with visiting(store) as browser:
            pages[look] = browser.get(FORM).text
    sent = {
        look: [each.value for each in Rendered(html).controls if each.name == "item"] for look, html in pages.items()
    }
    assert len({tuple(values) for values in sent.values()}) == 1
    assert [(".stars" in html, ".faces" in html) for html in pages.values()] == [
        (False, False), (True, False), (False, True),
    ]  # fmt: skip


def test_the_policy_knows_what_each_page_brings(store: Store) -> None:
    """The hashes are of the sheet and script that stand in the page, whatever types it asks."""
    import hashlib
    from base64 import b64encode

    ask(store, item("slider"), {**MUST, "show_if": {"item": "item", "is": "answered"}})
    with visiting(store) as browser:
        answer = browser.get(FORM)
    policy = answer.headers["content-security-policy"]
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL)
        assert text is not None
        digest = b64encode(hashlib.sha256(text[1].encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
