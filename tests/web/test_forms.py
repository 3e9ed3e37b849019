"""The respondent's side: asking, checking, keeping, thanking, taking back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta

import pytest

from surveys.accounts import Account
from surveys.definition.questions.entries import Number, ShortText
from surveys.definition.round_rules import RoundRule
from surveys.definition.survey import Survey
from surveys.fieldwork.rounds import Round
from surveys.intake.submission import Event
from surveys.organisation.departments import Department
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.protection.signing import FormToken
from tests.support.front_door import (
    NOW,
    SECRET,
    Clock,
    TestClient,
    add_account,
    be,
    heading,
    hidden,
    publish,
    receipt,
    sign_in,
    visiting,
)
from tests.support.open_review import publish_review

FORM = "/s/power-visit"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def browser(published: Store, clock: Clock) -> Iterator[TestClient]:
    with visiting(published, clock) as browser:
        yield browser


def stored(store: Store, survey: str = "power-visit") -> list[object]:
    return [response for chunk in store.responses.responses(survey) for response in chunk]


def test_an_answer_is_kept_before_it_is_thanked(browser: TestClient, published: Store, clock: Clock) -> None:
    """Another connection to the file sees the answer when the thanks arrive."""
    fields = hidden(browser.get(f"{FORM}?tp=repair-east").text)
    clock.passes(seconds=40)
    answer = browser.post(FORM, data={**fields, "csat": "4", "nps": "9", "comment": "师傅来得很快\r\n谢谢"})
    assert (answer.status_code, heading(answer.text)) == (200, "感谢您的评价")
    assert receipt(answer.text)
    with sqlite3.connect(published.path) as db:
        assert db.execute("SELECT count(*) FROM responses").fetchone() == (1,)
    [response] = stored(published)
    assert response.answers == {"csat": 4, "nps": 9, "comment": "师傅来得很快\n谢谢"}
    assert (response.touchpoint, response.department, response.district) == ("repair-east", "repair", "城东")
    assert (response.business_type, response.seconds, response.version) == ("故障抢修", 40, 1)


def test_without_a_touchpoint_the_answer_belongs_to_the_survey_s_department(
    browser: TestClient, published: Store
) -> None:  # fmt: skip
    """An unknown touchpoint or business type is no hindrance, and is not kept."""
    page = browser.get(f"{FORM}?tp=nowhere&biz=something")
    browser.post(FORM, data={**hidden(page.text), "csat": "3"})
    [response] = stored(published)
    assert (response.touchpoint, response.department, response.business_type) == (None, "service", None)


def test_a_known_business_type_may_come_with_the_link(browser: TestClient, published: Store) -> None:
    """`?biz=` is kept when the organisation knows it."""
    page = browser.get(f"{FORM}?biz=故障抢修")
    browser.post(FORM, data={**hidden(page.text), "csat": "3"})
    assert stored(published)[0].business_type == "故障抢修"


def test_problems_stand_beside_their_questions_and_nothing_is_lost(browser: TestClient, published: Store) -> None:
    """A missing required answer and a text too long: 422, both named, both still there, linked from the top."""
    long = "长" * 600
    page = browser.post(FORM, data={**hidden(browser.get(FORM).text), "repair": "2", "comment": long})
    assert page.status_code == 422
    assert (
        'href="#csat">第 1 题：请打分' in page.text
        and 'href="#comment">第 8 题：最多 500 字，现在是 600 字' in page.text
    )
    assert '<p class="error" id="e-csat">请打分</p>' in page.text and 'aria-invalid="true"' in page.text
    assert long in page.text and 'name="repair" value="2" checked' in page.text
    assert not stored(published)


def test_a_double_submit_counts_once_and_shows_the_same_receipt(browser: TestClient, published: Store) -> None:
    fields = {**hidden(browser.get(FORM).text), "csat": "5"}
    first, second = browser.post(FORM, data=fields), browser.post(FORM, data=fields)
    assert receipt(first.text) == receipt(second.text) != ""
    assert heading(second.text) == "这份答卷已收到过"
    assert len(stored(published)) == 1


@pytest.mark.parametrize("spoil", ["expired", "tampered", "missing", "of another survey"])
def test_an_unfit_token_gives_the_page_again_with_everything_typed(
    browser: TestClient, published: Store, clock: Clock, spoil: str
) -> None:  # fmt: skip
    """With a fresh token, so that the next try succeeds."""
    publish(published, "key-account")
    fields = {**hidden(browser.get(FORM).text), "csat": "5", "comment": "还在"}
    if spoil == "expired":
        clock.passes(days=8)
    elif spoil == "tampered":
        fields["_token"] = "2" + fields["_token"]
    elif spoil == "missing":
        del fields["_token"]
    else:
        fields["_token"] = hidden(browser.get("/s/key-account").text)["_token"]
    page = browser.post(FORM, data=fields)
    assert page.status_code == 422 and "还在</textarea>" in page.text and 'value="5" checked' in page.text
    assert not stored(published)
    assert browser.post(FORM, data={**fields, **hidden(page.text)}).status_code == 200


def test_a_form_begun_on_version_1_is_finished_on_version_1(
    browser: TestClient, published: Store, visit: Survey
) -> None:  # fmt: skip
    fields = hidden(browser.get(FORM).text)
    second = visit.model_copy(update={"sections": visit.sections[:1]})
    published.surveys.save_draft(second, "service", by="test")
    published.surveys.publish(visit.code, by="test")
    assert "nps" not in browser.get(FORM).text
    browser.post(FORM, data={**fields, "csat": "4", "nps": "10"})
    [response] = stored(published)
    assert (response.version, response.answers) == (1, {"csat": 4, "nps": 10})


@pytest.mark.parametrize("failure", ["database or disk is full", "database is locked", "readonly database"])
def test_when_the_store_fails_nothing_typed_is_lost(
    browser: TestClient, published: Store, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:  # fmt: skip
    """503 with the same form; the next try, under the same number, is kept and thanked."""

    def failing(*_: object) -> None:
        raise sqlite3.OperationalError(failure)

    fields = {**hidden(browser.get(FORM).text), "csat": "4", "comment": "不能丢"}
    with monkeypatch.context() as broken:
        broken.setattr(published.responses, "append", failing)
        page = browser.post(FORM, data=fields)
    assert page.status_code == 503 and "不能丢</textarea>" in page.text and "暂时没能保存" in page.text
    assert hidden(page.text)["_token"] == fields["_token"]
    assert browser.post(FORM, data=fields).status_code == 200
    assert len(stored(published)) == 1


def test_closed_unpublished_and_unknown_surveys_explain_themselves(
    browser: TestClient, published: Store, visit: Survey
) -> None:  # fmt: skip
    published.surveys.save_draft(visit.model_copy(update={"code": "draft"}), None, by="test")
    fields = {**hidden(browser.get(FORM).text), "csat": "4"}
    published.surveys.close("power-visit", by="test")
    assert browser.get(FORM).status_code == browser.post(FORM, data=fields).status_code == 410
    assert heading(browser.get("/s/draft").text) == "这份问卷还没有发布"
    assert browser.get("/s/unknown").status_code == browser.get("/s/Bad%00Code").status_code == 404


def test_what_happens_to_forms_is_counted(published: Store) -> None:
    """Opened, rejected and withdrawn by the pages, accepted by the store; by touchpoint."""
    with visiting(published) as browser:
        fields = hidden(browser.get(f"{FORM}?tp=repair-east").text)
        browser.head(f"{FORM}?tp=repair-east")
        browser.post(FORM, data=fields)
        browser.post(FORM, data={**fields, "csat": "4"})
    counted = {(row["touchpoint"], row["event"]): row["times"] for row in published.responses.tallies("power-visit")}
    assert counted == {("repair-east", each): 1 for each in (Event.OPENED, Event.REJECTED, Event.ACCEPTED)}


def test_a_receipt_takes_the_answer_back(published: Store) -> None:
    """However it is written; once. A wrong one is told so."""
    with visiting(published) as browser:
        code = receipt(browser.post(FORM, data={**hidden(browser.get(FORM).text), "csat": "4"}).text)
        asked = browser.post(f"{FORM}/withdraw", data={"receipt": code.lower().replace("-", " ")})
        assert heading(asked.text) == "确认撤回？" and len(stored(published)) == 1
        gone = browser.post(f"{FORM}/withdraw", data=hidden(asked.text))
        assert heading(gone.text) == "答卷已撤回" and not stored(published)
        assert browser.post(f"{FORM}/withdraw", data=hidden(asked.text)).status_code == 404
        assert browser.post(f"{FORM}/withdraw", data={"receipt": "短"}).status_code == 422
    tallies = published.responses.tallies("power-visit")
    assert [row["times"] for row in tallies if row["event"] == "withdrawn"] == [1]


# Staff


@pytest.fixture
def staff(store: Store) -> Store:
    publish_review(store)
    return store


@pytest.fixture
def wu(staff: Store) -> Account:
    return add_account(staff, "wu", Role.STAFF, ("service",))


def test_a_staff_survey_asks_to_sign_in_first(staff: Store) -> None:
    with visiting(staff) as browser:
        assert browser.get("/s/open-review").headers["location"] == "/login?next=%2Fs%2Fopen-review"
        assert browser.get("/my").headers["location"] == "/login?next=%2Fmy"


def test_nobody_rates_their_own_department_and_each_other_one_once(staff: Store, wu: Account) -> None:
    """The own one is neither offered nor accepted; a rated one is not offered again, and not counted again."""
    with visiting(staff) as browser:
        be(browser, staff, wu)
        page = browser.get("/s/open-review").text
        assert "配网抢修部" in page and "营销服务部" not in page
        own = browser.post("/s/open-review", data={**hidden(page), "department": "service", "overall": "5"})
        assert own.status_code == 422
        rating = {**hidden(page), "department": "repair", "overall": "4"}
        first = browser.post("/s/open-review", data=rating)
        assert receipt(first.text) == receipt(browser.post("/s/open-review", data=rating).text) != ""
        again = browser.get("/s/open-review").text
        assert "配网抢修部" not in again
        twice = browser.post("/s/open-review", data={**hidden(again), "department": "repair", "overall": "1"})
        assert heading(twice.text) == "您之前已经评价过"
        assert "配网抢修部 · 已评价" in browser.get("/my").text
        browser.post("/s/open-review", data={**hidden(again), "department": "connection", "overall": "3"})
        assert browser.get("/s/open-review").status_code == 409
        assert "已全部完成" in browser.get("/my").text
    assert len(stored(staff, "open-review")) == 2


def test_an_anonymous_answer_shows_no_trace_of_its_author(
    staff: Store, wu: Account, caplog: pytest.LogCaptureFixture
) -> None:
    """No time finer than the day, no duration, no place, no account: not in the row, not in the log."""
    with visiting(staff) as browser:
        be(browser, staff, wu)
        page = browser.get("/s/open-review?tp=repair-east&biz=故障抢修").text
        token = FormToken.read(SECRET, "open-review", hidden(page)["_token"])
        assert token is not None and not token.said
        browser.post("/s/open-review", data={**hidden(page), "department": "repair", "overall": "4"})
    [response] = stored(staff, "open-review")
    assert (response.received_at, response.seconds, response.touchpoint, response.business_type) == (None,) * 4
    assert (response.department, response.answers) == ("repair", {"department": "repair", "overall": 4})
    with sqlite3.connect(staff.path) as db:
        row = db.execute("SELECT * FROM kept_responses").fetchone()
        assert [name for name in row if name not in (response.id, "open-review", 1, "repair", "link", None)] == [
            '{"department":"repair","overall":4}', "2026-11-22",
        ]  # fmt: skip
    assert "wu" not in caplog.text and "repair" not in caplog.text


def test_a_session_that_ended_meanwhile_costs_nothing_typed(staff: Store, wu: Account, clock: Clock) -> None:
    """The page comes back with a way to sign in; after it, the same page can be sent."""
    with visiting(staff, clock) as browser:
        be(browser, staff, wu)
        fields = {**hidden(browser.get("/s/open-review").text), "department": "repair", "overall": "4"}
        clock.passes(hours=9)
        page = browser.post("/s/open-review", data={**fields, "comment": "写了很久"})
        assert page.status_code == 403 and "写了很久</textarea>" in page.text and 'href="/login"' in page.text
        sign_in(browser, "wu")
        page = browser.post("/s/open-review", data={**fields, "comment": "写了很久"})
        assert page.status_code == 403 and "请再按一次" in page.text
        assert browser.post("/s/open-review", data={**fields, **hidden(page.text)}).status_code == 200


def test_health_says_whether_the_database_answers(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with visiting(store) as browser:
        assert browser.get("/healthz").json() == {"status": "ok"}
        monkeypatch.setattr(store, "probe", lambda writing: 1 / 0)
        assert browser.get("/healthz").status_code == 503


def test_posters_and_codes_are_for_those_who_give_surveys_out(published: Store) -> None:
    boss, wu = add_account(published, "boss", Role.ADMIN), add_account(published, "wu", Role.STAFF)
    with visiting(published) as browser:
        assert browser.get("/poster/power-visit").status_code == 303
        be(browser, published, wu)
        assert browser.get("/poster/power-visit").status_code == browser.get("/qr/power-visit.svg").status_code == 403
        be(browser, published, boss)
        poster = browser.get("/poster/power-visit?tp=repair-east").text
        assert "https://ask.example/s/power-visit?tp=repair-east" in poster and "城东抢修队" in poster
        assert "style=" not in poster  # the page's policy would not let it count
        assert browser.get("/qr/power-visit.png").content.startswith(b"\x89PNG")
        assert browser.get("/qr/power-visit.svg").text.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
        assert [browser.get(f"/poster/{bad}").status_code for bad in ("nothing", "power-visit?tp=x")] == [404, 404]


def test_a_draft_belongs_to_the_link_with_all_its_values(store: Store) -> None:
    """Begun about one order, it is not restored into another order's form; the name is the same when sent."""
    publish_definition(store, questions=[{"code": "order", "type": "hidden", "title": "工单", "required": True}, TEXT])
    with visiting(store) as browser:
        pages = [browser.get(f"/s/drafted{query}").text for query in ("", "?order=A1", "?order=B2")]
        first, second, third = (page.partition('data-keep="')[2].partition('"')[0] for page in pages)
        assert len({first, second, third}) == 3
        told = browser.post("/s/drafted", data={**hidden(pages[1]), "order": "A1", "said": "好"})
        assert f'data-kept="{second}"' in told.text
        assert heading(browser.post("/s/drafted", data={**hidden(pages[0]), "said": "好"}).text) == "感谢您的评价"


def test_a_form_with_a_file_field_is_taken_when_the_next_version_has_none(store: Store) -> None:
    """What is sent is read by the version it was begun on."""
    publish_definition(store, questions=[TEXT, {"code": "photo", "type": "file", "title": "照片"}])
    with visiting(store) as browser:
        begun = hidden(browser.get("/s/drafted").text)
        publish_definition(store, questions=[TEXT])
        sent = browser.post("/s/drafted", data={**begun, "said": "好"}, files={"photo": ("", b"")})
        assert (sent.status_code, heading(sent.text)) == (200, "感谢您的评价")


TEXT = {"code": "said", "type": "short_text", "title": "意见"}


def publish_definition(store: Store, questions: list[dict[str, object]]) -> None:
    """The next version of a survey of these questions, in the field."""
    definition = {"code": "drafted", "title": "试", "use": "试用", "sections": [{"questions": questions}]}
    store.surveys.save_draft(Survey.model_validate(definition), None, by="test")
    store.surveys.publish("drafted", by="test")


@pytest.mark.parametrize(
    "typed, number", [("３３", 33), ("1,280.50", 1280.5), ("1280.5元", 1280.5), ("￥12", 12), (".5", 0.5)]
)
def test_a_number_is_read_as_people_write_it(typed: str, number: float) -> None:
    """What is kept is a plain number."""
    assert Number(type="number", code="n", title="数", decimals=2).check({"n": [typed]}) == number  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "said", ["REPAIR-EAST%20", "repair-east%E3%80%82", "repair-east%EF%BC%89", "%E3%80%80repair-east%C2%A0",
             "repair-east%E2%80%8B", "repair%E2%80%90east", "ｒepair-east】", "repair-east》、"],
)  # fmt: skip
def test_a_touchpoint_is_known_in_other_letters_and_with_what_came_along(
    browser: TestClient, published: Store, said: str
) -> None:
    """A link that was copied badly keeps its touchpoint."""
    page = browser.get(f"{FORM}?tp={said}").text
    browser.post(FORM, data={**hidden(page), "csat": "3"})
    assert stored(published)[0].touchpoint == "repair-east"


@pytest.mark.parametrize("behind", ["。", "%E3%80%82", "】", "》谢谢您", "）。", "、", "%20", "%E2%80%8B", ".", "!"])
def test_an_open_link_is_found_with_what_a_message_goes_on_with(
    browser: TestClient, published: Store, behind: str
) -> None:
    page = browser.get(f"{FORM}{behind}")
    assert page.status_code == 200
    browser.post(FORM, data={**hidden(page.text), "csat": "3"})
    assert len(stored(published)) == 1


def test_a_touchpoint_that_is_none_is_counted_for_the_administrator(published: Store) -> None:
    """By what the link says, within bounds; the answer is taken all the same, and no row of figures arises from it."""
    with visiting(published) as browser:
        for said in ("repair-west", "repair-west", "<b>" + "x" * 200, *(f"made-up-{number}" for number in range(80))):
            page = browser.get(FORM, params={"tp": said}).text
        browser.post(FORM, data={**hidden(page), "csat": "3"})
    assert stored(published)[0].touchpoint is None
    found = {row["said"]: row["times"] for row in published.responses.unplaced("power-visit")}
    assert found["repair-west"] == 2 and found["<b>" + "x" * 37] == 1
    assert len(found) == 51 and sum(found.values()) == 83
    assert {row["touchpoint"] for row in published.responses.tallies("power-visit")} == {""}


def test_of_an_anonymous_survey_nothing_a_link_says_is_counted(published: Store) -> None:
    """A made-up touchpoint could be a name."""
    survey = published.surveys.get("power-visit").survey.model_copy(update={"anonymous": True})
    published.surveys.save_draft(survey, "service", by="test")
    published.surveys.publish("power-visit", by="test")
    with visiting(published) as browser:
        browser.get(FORM, params={"tp": "zhang-san"})
    assert published.responses.unplaced("power-visit") == []


@pytest.mark.parametrize(
    "written", ["\u200b\u200d", "\u3164", "\uffa0", "\u2800\u2800", "\u00a0\u3000", "\u0301", "\ufe0f", "\u034f"]
)
def test_unseen_letters_are_no_answer(written: str) -> None:
    """A required text is not answered by zero-width characters, fillers, blanks or accents without a letter."""
    text = ShortText(type="short_text", code="t", title="文")  # type: ignore[arg-type]
    assert text.read({"t": [written]}) is None


def test_a_round_for_some_departments_asks_their_people_alone(staff: Store, wu: Account) -> None:
    """With all below them; others neither find it nor can open it, and the rate is of those who were meant."""
    staff.organisation.save([Department("team", "一班", parent="repair")])
    li = add_account(staff, "li", Role.STAFF, ("team",))
    for name in ("zhang", "qian", "sun", "zhou"):
        add_account(staff, name, Role.STAFF, ("repair",))
    one = Round("open-review", "one", None, NOW, NOW + timedelta(days=3), audience=("repair",), created_by="test")
    staff.rounds.set_rule("open-review", RoundRule(), by="test", now=NOW)
    staff.rounds.plan(one, now=NOW)
    with visiting(staff) as browser:
        be(browser, staff, wu)
        assert "/s/open-review" not in browser.get("/my").text
        refused = browser.get("/s/open-review")
        assert refused.status_code == 403 and "这一轮不问您" in refused.text
        be(browser, staff, li)
        assert "/s/open-review" in browser.get("/my").text
        page = browser.get("/s/open-review").text
        rating = {**hidden(page), "department": "service", "overall": "4"}
        assert receipt(browser.post("/s/open-review", data=rating).text)
    counts = staff.rounds.counts("open-review")["one"]
    assert (counts.asked, counts.took_part) == (5, 1)
