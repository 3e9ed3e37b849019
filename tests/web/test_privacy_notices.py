"""What people are told of their personal information: versions, of which an answer keeps the one it was given to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pyarrow import parquet
from starlette.applications import Starlette
from starlette.testclient import TestClient

from analysis.columns.copies import Copies
from analysis.columns.originals import Originals
from analysis.released.gate import gate_of
from analysis.released.summary import results_of
from surveys.api_keys import ApiScope, new_key
from surveys.definition.survey import Survey
from surveys.exchange.answers.columns import layout_of
from surveys.fieldwork.privacy_notices import EVERYWHERE
from surveys.localisation.clock import local_day
from surveys.localisation.wording import Text
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.api import api
from tests.console.test_console import Open, add_accounts, open_page
from tests.support.front_door import NOW, SECRET, Clock, add_account, be, heading, hidden, visiting

__all__ = ["open_page"]
pytestmark = pytest.mark.dated

SURVEY = "power-visit"
RATED = {"csat": "5"}


def tell(store: Store, survey: str, text: str, days: int) -> None:
    """Another version, so many days ago; empty ends the notice."""
    said = Text({"zh-Hans": text, "en": f"({text})"}) if text else None
    store.privacy_notices.set(survey, said, by="boss", now=NOW - timedelta(days=days))


def send(browser: TestClient, form: dict[str, str], survey: str = SURVEY) -> None:
    sent = browser.post(f"/s/{survey}", data={**form, **RATED})
    assert sent.status_code == 200, sent.text


def kept(store: Store, survey: str = SURVEY) -> list[str | None]:
    return sorted(each.notice or "" for chunk in store.responses.responses(survey) for each in chunk)


def test_an_answer_keeps_the_version_that_its_form_showed(published: Store) -> None:
    """Begun before the change and sent after it, it was given to the old one."""
    clock = Clock()
    tell(published, EVERYWHERE, "旧说明", 30)
    with visiting(published, clock=clock) as browser:
        page = browser.get(f"/s/{SURVEY}").text
        assert "/notice/_all/1" in page
        begun = hidden(page)
        published.privacy_notices.set(EVERYWHERE, Text({"zh-Hans": "新说明"}), by="boss", now=clock.now)
        clock.now += timedelta(minutes=5)
        send(browser, begun)
        page = browser.get(f"/s/{SURVEY}").text
        assert "/notice/_all/2" in page and "/notice/_all/1" not in page
        send(browser, hidden(page))
        assert kept(published) == ["_all/1", "_all/2"]
        assert "旧说明" in browser.get("/notice/_all/1").text and "新说明" in browser.get("/notice/_all/2").text
        assert "(旧说明)" in browser.get("/notice/_all/1?lang=en").text


def test_a_form_given_out_anew_shows_the_notice_of_now(published: Store) -> None:
    """Too old to be taken, it comes back with a new number: what is sent then was given to the new notice."""
    clock = Clock()
    tell(published, EVERYWHERE, "旧说明", 30)
    with visiting(published, clock=clock) as browser:
        begun = hidden(browser.get(f"/s/{SURVEY}").text)
        published.privacy_notices.set(EVERYWHERE, Text({"zh-Hans": "新说明"}), by="boss", now=clock.now)
        clock.now += timedelta(days=8)
        again = browser.post(f"/s/{SURVEY}", data={**begun, **RATED})
        assert "/notice/_all/2" in again.text and kept(published) == []
        send(browser, hidden(again.text))
    assert kept(published) == ["_all/2"]


def test_a_survey_s_own_notice_goes_before_and_ends(published: Store) -> None:
    tell(published, EVERYWHERE, "单位的", 9)
    for text, days in (("问卷的", 8), ("问卷的", 7), ("", 2)):
        tell(published, SURVEY, text, days)
    at = [NOW - timedelta(days=days) for days in (10, 8.5, 5, 1)]
    given = [published.privacy_notices.given(SURVEY, each) for each in at]
    assert [each.name if each else None for each in given] == [None, "_all/1", f"{SURVEY}/1", "_all/1"]
    changes = [(each.action, each.detail) for each in published.accounts.audit(10) if "notice" in each.action]
    assert sorted(changes) == [
        ("end privacy notice", f"{SURVEY}/2"), ("set privacy notice", "_all/1"), ("set privacy notice", f"{SURVEY}/1"),
    ]  # fmt: skip


def test_an_anonymous_answer_keeps_none(store: Store) -> None:
    """It would tell in which time it came; the form links to the notice all the same."""
    asked = {"code": "csat", "type": "rating", "title": "满意吗"}
    definition = {"code": "quiet", "title": "试", "use": "试", "anonymous": True, "sections": [{"questions": [asked]}]}
    store.surveys.save_draft(Survey.model_validate(definition), None, by="test")
    store.surveys.publish("quiet", by="test")
    tell(store, EVERYWHERE, "单位的", 9)
    with visiting(store) as browser:
        page = browser.get("/s/quiet").text
        assert "/notice/_all/1" in page
        send(browser, hidden(page), "quiet")
    assert kept(store, "quiet") == [""]


def test_a_notice_that_there_is_not_is_not_found(published: Store) -> None:
    """An ended one neither: there is nothing to be read."""
    tell(published, SURVEY, "问卷的", 8)
    tell(published, SURVEY, "", 2)
    with visiting(published) as browser:
        for name in ("_all/9", "none/1", "_all/x", "_all/-1", "_all/٣", "_all/99999999999", f"{SURVEY}/2"):
            answer = browser.get(f"/notice/{name}")
            assert answer.status_code == 404 and heading(answer.text), name


def test_versions_are_published_in_the_console(published: Store, open_page: Open) -> None:
    """In each language or none; an ended one stays in the list."""
    add_accounts(published)
    app = open_page(published, "boss", "settings", tab="notice")

    def publish(number: int, *texts: str) -> str:
        for tag, text in zip(("zh-Hans", "en"), texts, strict=True):
            app.text_area(key=f"notice  {tag} {number}").set_value(text)
        app.button(key="save notice ").click().run()
        assert not app.exception
        return " ".join(each.value for each in (*app.error, *app.success))

    assert "简体中文" in publish(0, "", "English alone")
    assert published.privacy_notices.versions() == []
    assert "已发布" in publish(0, "说明", "Notice")
    assert "已停用" in publish(1, "", "")
    newest_first = [(each.number, each.text is None) for each in published.privacy_notices.versions()]
    assert newest_first == [(2, True), (1, False)]


def test_the_export_names_the_version(published: Store) -> None:
    tell(published, EVERYWHERE, "单位的", 9)
    with visiting(published) as browser:
        send(browser, hidden(browser.get(f"/s/{SURVEY}").text))
    [[answer]] = list(published.responses.responses(SURVEY))
    versions = {each.number: each.survey for each in published.surveys.versions(SURVEY)}
    assert layout_of(versions).known(answer)["_notice"] == "_all/1"


def copied_notices(store: Store, survey: str = SURVEY) -> list[str | None]:
    """What the columnar copy keeps of them."""
    copy = Copies(Originals(store), lambda: NOW + timedelta(days=400)).current(survey, timedelta(0))
    tables = [parquet.read_table(file) for file in copy.folder.glob("answers-*.parquet")]
    return sorted((each for table in tables for each in table["notice"].to_pylist()), key=str)


def test_a_system_says_which_version_it_showed_and_reads_it_back(published: Store) -> None:
    """One of this survey or of the organisation; the columnar copy has it too."""
    tell(published, EVERYWHERE, "单位的", 9)
    tell(published, "another", "别人的", 9)
    key, text = new_key("orders", frozenset(ApiScope), local_day(NOW))
    published.api_keys.add(key, by="test")
    app = Starlette(routes=[api(published, SECRET, results_of(gate_of(published)), clock=Clock())])
    system = TestClient(app, "http://testserver/api/v1", headers={"Authorization": f"Bearer {text}"})

    def hand_in(number: int, **more: str) -> int:
        body = {"survey": SURVEY, "answers": {"csat": 5}, **more}
        return system.post("/responses", json=body, headers={"Idempotency-Key": str(number)}).status_code

    assert [hand_in(1, notice="_all/1"), hand_in(2)] == [200, 200]
    assert [hand_in(3, notice=each) for each in ("_all/2", "another/1", "_all", "_all/0", "../1")] == [422] * 5
    read = system.get(f"/surveys/{SURVEY}/responses").json()["responses"]
    assert [each["notice"] for each in read] == ["_all/1", None]
    assert copied_notices(published) == [None, "_all/1"]


def test_a_sheet_says_the_notice_in_full_and_keeps_its_version(published: Store) -> None:
    """Paper has no links. Whoever types it in chooses the version at its foot; the newest is chosen to begin with."""
    tell(published, EVERYWHERE, "旧说明第一段\n第二段", 30)
    with visiting(published) as browser:
        be(browser, published, add_account(published, "clerk", Role.DESIGNER))
        printed = browser.get(f"/paper/{SURVEY}").text
        assert "旧说明第一段" in printed and "第二段" in printed and "隐私说明 _all/1" in printed
        tell(published, EVERYWHERE, "新说明", 3)
        tell(published, "another", "别人的", 3)
        page = browser.get(f"/typing/{SURVEY}").text
        assert "<option selected>_all/2</option>" in page and "another/1" not in page

        def type_in(sheet: str, notice: str) -> str:
            fields = {**hidden(page), "_batch": "一", "_sheet": sheet, "_day": NOW.date().isoformat(), "_tp": "",
                      "_notice": notice, "k.csat": "4", "k.nps": "9"}  # fmt: skip
            sent = browser.post(f"/typing/{SURVEY}", data=fields).text
            if 'name="_left"' in sent:
                sent = browser.post(f"/typing/{SURVEY}", data=fields | hidden(sent) | {"_left": "1"}).text
            return sent

        assert "已保存" in type_in("1", "_all/1") and "已保存" in type_in("2", "")
        assert "没有这一版隐私说明" in type_in("3", "another/1")
    assert kept(published) == ["", "_all/1"]
