"""Behind their own link people see what is kept of them, and take it back; of anonymous answers they hear why not."""

from __future__ import annotations

import pytest

from surveys.definition.survey import Survey
from surveys.storage import Store
from tests.fieldwork.test_personal_links import ANSWERS, PHONE, campaign, invite, send
from tests.support.front_door import TestClient, heading, receipt, visiting

SURVEY = "power-visit"


def kept(store: Store, survey: str = SURVEY) -> list[dict[str, object]]:
    return [dict(each.answers) for chunk in store.responses.responses(survey) for each in chunk]


def press(browser: TestClient, token: str, what: str) -> str:
    """Press a button of the page, and say that one is sure."""
    asked = browser.post(f"/i/{token}/mine", data={"what": what})
    assert heading(asked.text) == "确认撤回？" and 'name="sure"' in asked.text
    return str(browser.post(f"/i/{token}/mine", data={"what": what, "sure": "1"}).text)


@pytest.mark.parametrize("what", ["all", "personal"])
def test_one_sees_one_s_own_answer_and_takes_it_back_without_a_receipt(published: Store, what: str) -> None:
    """Nobody else's; the used link leads there. Asked alone, nothing is deleted yet."""
    mine, others = invite(published, campaign(published), "c-1", "c-2")
    with visiting(published) as browser:
        assert "没有保存您的答卷" in browser.get(f"/i/{mine}/mine").text
        assert receipt(send(browser, mine)) and receipt(send(browser, others, {**ANSWERS, "comment": "别人写的"}))
        used = browser.get(f"/i/{mine}", headers=PHONE)
        assert used.status_code == 410 and f"/i/{mine}/mine" in used.text
        page = browser.get(f"/i/{mine}/mine")
        assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
        assert "师傅来得很快" in page.text and "别人写的" not in page.text
        browser.post(f"/i/{mine}/mine", data={"what": what})
        assert len(kept(published)) == 2 and all("comment" in each for each in kept(published))
        done = press(browser, mine, what)
        assert "已经删除" in done and "师傅来得很快" not in done
        assert "师傅来得很快" not in browser.get(f"/i/{mine}/mine").text
        assert browser.get(f"/i/{mine}", headers=PHONE).status_code == 410, "a link takes one answer all the same"
    left = kept(published)
    assert {"别人写的"} == {each["comment"] for each in left if "comment" in each}
    assert len(left) == (1 if what == "all" else 2)
    contacts = {each.contact for chunk in published.responses.responses(SURVEY) for each in chunk}
    assert contacts == ({"c-2"} if what == "all" else {"c-2", None})


def test_what_was_half_filled_in_is_deleted_by_itself(published: Store) -> None:
    [token] = invite(published, campaign(published), "c-1")
    with visiting(published) as browser:
        assert browser.post(f"/i/{token}/draft", data={"csat": "2", "comment": "想说又没有说的话"}).status_code == 204
        assert "没填完的内容" in browser.get(f"/i/{token}/mine").text
        assert "已经删除" in press(browser, token, "draft")
        assert "想说又没有说的话" not in browser.get(f"/i/{token}", headers=PHONE).text
        assert receipt(send(browser, token)), "the form is still open"


def test_of_an_anonymous_survey_one_is_told_why_nobody_can(store: Store, visit: Survey) -> None:
    """And where the receipt does it. No button, and one that is forged deletes nothing."""
    store.surveys.save_draft(visit.model_copy(update={"anonymous": True}), "service", by="test")
    store.surveys.publish(SURVEY, by="test")
    [token] = invite(store, campaign(store), "c-1")
    with visiting(store) as browser:
        assert receipt(send(browser, token))
        page = browser.get(f"/i/{token}/mine").text
        assert "匿名" in page and f"/s/{SURVEY}/withdraw" in page and 'name="what"' not in page
        assert "师傅来得很快" not in page
        for what in ("all", "personal", "draft", "everything", ""):
            browser.post(f"/i/{token}/mine", data={"what": what, "sure": "1"})
    assert len(kept(store)) == 1 and kept(store)[0]["comment"] == "师傅来得很快"


def test_a_link_that_is_none_shows_nothing(published: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveys.web.forms.personal_links.ANSWER_AFTER", 0.0)
    with visiting(published) as browser:
        assert browser.get("/i/AAAAAAAAAAAAAAAAAAAAAA/mine").status_code == 404
        assert browser.post("/i/AAAAAAAAAAAAAAAAAAAAAA/mine", data={"what": "all", "sure": "1"}).status_code == 404


def test_it_speaks_the_languages_of_the_form(published: Store) -> None:
    [token] = invite(published, campaign(published), "c-1")
    with visiting(published) as browser:
        assert receipt(send(browser, token))
        page = browser.get(f"/i/{token}/mine?lang=en").text
        assert heading(page) == "What we keep of you" and "Delete personal information only" in page
