"""Surveys on paper: every question type is printed with its codes, and what is typed in is checked like a form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from surveys.definition.questions import QUESTION_TYPES, Question
from surveys.definition.survey import Survey
from surveys.fieldwork.paper import PaperField, fields_of, paper_fields, read_typed, sheet
from surveys.intake.reconciliation import typed_share
from surveys.organisation.departments import Department, Touchpoint
from surveys.permissions import Role
from surveys.storage import Store
from tests.conftest import submission
from tests.support.examples import EXAMPLES
from tests.support.front_door import NOW, TestClient, add_account, be, hidden, visiting

CASES = [(kind, settings, answer) for kind, examples in EXAMPLES.items() for settings, answer in examples]


def question(kind: str, settings: dict[str, object]) -> Question:
    made = {"type": kind, "code": "q", "title": "题目", **settings}
    return QUESTION_TYPES[kind].model_validate(made)


def typed_for(fields: tuple[PaperField, ...], entered: dict[str, list[str]]) -> dict[str, str]:
    """What a clerk types to enter this."""
    codes = {field.name: {mark.value: mark.code for mark in field.marks} for field in fields}
    return {
        field.name: " ".join(codes[field.name].get(value, value) for value in entered.get(field.name, ()))
        for field in fields
    }


@pytest.mark.parametrize(("kind", "settings", "answer"), CASES, ids=[f"{c[0]} {n}" for n, c in enumerate(CASES)])
def test_every_type_is_typed_in_from_its_codes(kind: str, settings: dict[str, object], answer: object) -> None:
    """Codes lead to the answer they are printed beside; files, links and drawn signatures are not on paper."""
    asked = question(kind, settings)
    fields = paper_fields(asked)
    if kind in ("file", "hidden", "statement"):
        assert fields == ()
        return
    if isinstance(answer, dict) and "strokes" in answer:
        answer = {"name": "张三"}
    entered, problems = read_typed(fields, typed_for(fields, asked.entered_from(answer)))
    assert not problems and asked.read(entered) == answer
    for field in fields:
        assert len({mark.code for mark in field.marks}) == len(field.marks)


def test_a_code_that_is_not_printed_is_refused() -> None:
    """And named."""
    fields = paper_fields(question("multiple_choice", EXAMPLES["multiple_choice"][0][0]))
    entered, problems = read_typed(fields, {"q": "1，9"})
    assert not entered and "9" in str(problems["q"])


def test_numbers_run_through_the_sheet(visit: Survey) -> None:
    """One for each question that asks something."""
    numbers = [each.number for section in sheet(visit) for each in section.questions if each.number]
    assert numbers == list(range(1, len(numbers) + 1)) and len(list(fields_of(visit))) >= len(numbers)


# The pages


def test_a_placeholder_breaks_no_page(clerk: TestClient, published: Store, visit: Survey) -> None:
    """Neither the sheet nor the page it is typed in on; both say the same."""
    draft = visit.model_dump(mode="json", exclude_none=True)
    draft["sections"][0]["questions"][0] |= {"title": "工单“{link.order}”怎么样？"}
    published.surveys.save_draft(Survey.model_validate(draft), "service", by="test")
    published.surveys.publish(visit.code, by="test")
    be(clerk, published, add_account(published, "maker", Role.DESIGNER))
    for page in ("paper", "typing"):
        assert "1. 工单怎么样？" in clerk.get(f"/{page}/power-visit").text
        assert "1. 工单“A&lt;7”怎么样？" in clerk.get(f"/{page}/power-visit", params={"order": "A<7"}).text


def test_what_a_sheet_is_printed_for_is_typed_in_alike(clerk: TestClient, published: Store, visit: Survey) -> None:
    """A question for some values of the link has its number on the sheet and on the page that takes it, or none."""
    draft = visit.model_dump(mode="json", exclude_none=True)
    draft["sections"][0]["questions"][0]["show_if"] = {"link": "tier", "value": "gold"}
    published.surveys.save_draft(Survey.model_validate(draft), "service", by="test")
    published.surveys.publish(visit.code, by="test")
    page = clerk.get("/typing/power-visit").text
    assert 'name="k.csat"' not in page and "<legend>1." in page
    page = clerk.get("/typing/power-visit?tier=gold").text
    assert 'name="k.csat"' in page and 'action="/typing/power-visit?tier=gold"' in page


@pytest.fixture
def clerk(published: Store) -> Iterator[TestClient]:
    with visiting(published) as browser:
        be(browser, published, add_account(published, "clerk", Role.AGENT))
        yield browser


def type_in(browser: TestClient, page: str | None = None, sheet: str = "1", **keys: str) -> tuple[int, str]:
    """Send a sheet as the page would; returns status and page."""
    page = page or browser.get("/typing/power-visit").text
    fields = {
        **hidden(page), "_batch": "十一月 城东", "_sheet": sheet, "_day": NOW.date().isoformat(), "_tp": "repair-east",
        **{name if name.startswith("_") else f"k.{name}": value for name, value in keys.items()},
    }  # fmt: skip
    answer = browser.post("/typing/power-visit", data=fields)
    return answer.status_code, answer.text


def settle(browser: TestClient, page: str | None = None, sheet: str = "1", **keys: str) -> tuple[int, str]:
    """Type a sheet in, and say of what is asked about that it stands so on paper."""
    status, again = type_in(browser, page, sheet, **keys)
    return type_in(browser, again, sheet, _left="1", **keys) if 'name="_left"' in again else (status, again)


def test_a_sheet_is_kept_once(clerk: TestClient, published: Store) -> None:
    """By batch and number, on its day and at its touchpoint; the next empty sheet follows."""
    status, page = settle(clerk, csat="4", nps="9", comment="师傅很快")
    assert status == 200 and "已保存" in page and 'name="_sheet" value="2"' in page
    assert "4 · 9 · 师傅很快" in page  # read back, to be held against the sheet
    again = settle(clerk, csat="1", nps="0")[1]
    assert "之前已经录过" in again and 'class="note bad"' in again
    [[response]] = published.responses.responses("power-visit")
    assert (response.channel, response.touchpoint, response.department) == ("paper", "repair-east", "repair")
    assert response.answers["csat"] == 4 and response.answers["comment"] == "师傅很快"
    assert {each["event"]: each["times"] for each in published.responses.tallies("power-visit")} == {
        "opened": 2, "accepted": 1, "duplicate": 1,
    }  # fmt: skip


def test_an_anonymous_sheet_is_of_the_day_on_which_it_is_typed_in(
    clerk: TestClient, published: Store, visit: Survey
) -> None:
    """Among those of the day on which it was filled in, which figures count already, it would stand out."""
    published.surveys.save_draft(visit.model_copy(update={"anonymous": True}), None, by="test")
    published.surveys.publish("power-visit", by="test")
    earlier = (NOW.date() - timedelta(days=5)).isoformat()
    status, page = settle(clerk, _day=earlier, csat="4", nps="9")
    assert status == 200 and "已保存" in page
    published.responses.settle(date.max)
    [[response]] = published.responses.responses("power-visit")
    assert response.received_on == NOW.date()


def test_what_does_not_fit_is_shown_again(clerk: TestClient, published: Store) -> None:
    """A code out of range, a batch without a name, a day to come; nothing typed is lost, nothing is kept."""
    status, page = type_in(clerk, csat="8", comment="还在", _batch=" ", _day="2031-01-01")
    assert status == 422 and "没有编号 8" in page and "还在" in page and "批次" in page and "收到日期" in page
    assert published.responses.amount("power-visit") == 0


def test_a_required_question_left_empty_on_paper(clerk: TestClient, published: Store) -> None:
    """Is asked about, and kept as missing when the clerk says so."""
    status, page = type_in(clerk, comment="只写了意见")
    assert status == 422 and 'name="_left"' in page
    assert type_in(clerk, page, comment="只写了意见", _left="1")[0] == 200
    [[response]] = published.responses.responses("power-visit")
    assert "csat" not in response.answers


def test_closed_questions_left_empty_are_asked_about(clerk: TestClient, published: Store) -> None:
    """Each is named, also where no answer is required; what was settled holds for these alone."""
    status, page = type_in(clerk, csat="5")
    assert status == 422 and page.count("没有键入编号") >= 2 and published.responses.amount("power-visit") == 0
    status, page = type_in(clerk, page, csat="", nps="9", _left="1")
    assert status == 422 and 'name="_left"' in page and 'href="#f-csat"' in page
    assert published.responses.amount("power-visit") == 0
    assert type_in(clerk, page, csat="", nps="9", _left="1")[0] == 200


def test_codes_of_a_wide_keyboard_are_taken() -> None:
    """５ is 5, and every code that is not printed is named."""
    fields = paper_fields(question("multiple_choice", EXAMPLES["multiple_choice"][0][0]))
    entered, problems = read_typed(fields, {"q": "１ ２"})
    assert not problems and len(entered["q"]) == 2
    assert "8、9" in str(read_typed(fields, {"q": "1 8 9"})[1]["q"])


def test_an_answer_that_was_not_to_be_given_is_asked_about(clerk: TestClient, published: Store, visit: Survey) -> None:
    """Where earlier answers leave a question out, what stands there on paper is not dropped unsaid."""
    draft = visit.model_dump(mode="json", exclude_none=True)
    for section in draft["sections"]:
        for each in section["questions"]:
            if each["code"] == "nps":
                each["show_if"] = {"item": "csat", "is": "at_most", "value": "2"}
    published.surveys.save_draft(Survey.model_validate(draft), "service", by="test")
    published.surveys.publish(visit.code, by="test")
    status, page = type_in(clerk, csat="5", nps="9")
    assert status == 422 and "按前面的回答不用答这一题" in page
    assert type_in(clerk, page, csat="5", nps="9", _left="1")[0] == 200
    [[response]] = published.responses.responses("power-visit")
    assert "nps" not in response.answers


def test_a_sheet_typed_twice_must_agree(clerk: TestClient, published: Store) -> None:
    """Where it does not, the clerk looks again; either typing may have been right."""
    _, second = settle(clerk, csat="4", nps="9", _double="1")
    assert "第二遍" in second and published.responses.amount("power-visit") == 0
    status, third = type_in(clerk, second, csat="5", nps="9", _double="1")
    assert status == 422 and "第一遍是“4”" in third
    assert type_in(clerk, third, csat="3", nps="9", _double="1")[0] == 422
    assert type_in(clerk, third, csat="5", nps="9", _double="1")[0] == 200
    [[response]] = published.responses.responses("power-visit")
    assert response.answers["csat"] == 5


@pytest.mark.parametrize(
    "forged",
    [
        {"_version": "9" * 40}, {"_version": "٣"}, {"_first": "[" * 100_000}, {"_first": '{"csat": {"a": 1}}'},
        {"_sheet": "9" * 40}, {"_day": "2026-13-45"}, {"_tp": "nowhere"}, {"_batch": "x" * 9000}, {"nobody": "1"},
    ],
    ids=lambda forged: next(iter(forged)),
)  # fmt: skip
def test_what_no_page_of_ours_sends(clerk: TestClient, forged: dict[str, str]) -> None:
    """Is refused or left out, with a page that says so."""
    status, page = type_in(clerk, csat="4", nps="9", **forged)
    assert status in (200, 404, 422) and "<h1>" in page


def test_who_may(clerk: TestClient, published: Store) -> None:
    """Print, type, and not from another site's page; staff only rate for themselves."""
    assert clerk.get("/paper/power-visit").status_code == 403
    assert clerk.post("/typing/power-visit", data={"_batch": "x", "k.csat": "4"}).status_code == 403
    be(clerk, published, add_account(published, "maker", Role.DESIGNER))
    printed = clerk.get("/paper/power-visit")
    assert printed.status_code == 200 and "录入用的编号" in printed.text
    assert clerk.get("/typing/nothing").status_code == clerk.get("/paper/nothing").status_code == 404
    be(clerk, published, add_account(published, "hand", Role.STAFF))
    assert clerk.get("/typing/power-visit").status_code == 403
    clerk.cookies.clear()
    assert clerk.get("/typing/power-visit").status_code == 303


# Whose sheets one may type in


@pytest.fixture
def divided(published: Store) -> Store:
    """The survey is the service department's; each department has a touchpoint."""
    published.organisation.save(touchpoints=[Touchpoint("hall", "营业厅", "service")])
    return published


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AGENT])
def test_only_sheets_of_one_s_own_departments_are_typed_in(divided: Store, role: Role) -> None:
    """Neither by a touchpoint chosen on the page, nor by one that the page doesn't offer, nor without any."""
    with visiting(divided) as browser:
        be(browser, divided, add_account(divided, "hand", role, ("repair",)))
        page = browser.get("/typing/power-visit").text
        assert "城东抢修队" in page and "营业厅" not in page
        for elsewhere in ("hall", ""):
            status, again = settle(browser, csat="5", nps="10", _tp=elsewhere)
            assert status == 422 and "您只能录入自己部门的" in again
        assert divided.responses.amount("power-visit") == 0
        assert settle(browser, csat="5", nps="10")[0] == 200
    [[response]] = divided.responses.responses("power-visit")
    assert response.department == "repair"


def test_who_has_no_part_in_a_survey_gets_no_page_to_type_on(divided: Store) -> None:
    divided.organisation.save([Department("empty", "无触点部门")])
    with visiting(divided) as browser:
        be(browser, divided, add_account(divided, "hand", Role.MANAGER, ("empty",)))
        assert browser.get("/typing/power-visit").status_code == 403


def test_the_audit_says_who_typed_which_sheet(clerk: TestClient, published: Store) -> None:
    """Before it is kept; and the account says how much of what is there was typed in."""
    settle(clerk, csat="4", nps="9")
    settle(clerk, csat="4", nps="9", sheet="2")
    lines = [(each.account, each.object, each.detail) for each in published.accounts.audit(2)]
    assert lines == [("clerk", "power-visit", f"batch 十一月 城东, {number}") for number in (2, 1)]
    published.responses.append([submission()])
    assert typed_share(published.responses.kept("power-visit")) == (2, 3)


@pytest.mark.parametrize(
    "page", ["/poster/power-visit", "/cards/power-visit", "/qr/power-visit.svg", "/paper/power-visit"]
)
def test_what_is_handed_out_is_that_of_one_s_own_departments(divided: Store, page: str) -> None:
    """Another department's touchpoints, its whole, and its survey without a touchpoint."""
    with visiting(divided) as browser:
        be(browser, divided, add_account(divided, "head", Role.MANAGER, ("repair",)))
        foreign = ["", "?tp=hall", "?dept=service"] if "paper" not in page else [""]
        assert [browser.get(page + query).status_code for query in foreign] == [403] * len(foreign)
        if "paper" not in page:
            assert browser.get(f"{page}?tp=repair-east").status_code == 200
        be(browser, divided, add_account(divided, "chief", Role.MANAGER, ("service",)))
        assert browser.get(page).status_code == 200
