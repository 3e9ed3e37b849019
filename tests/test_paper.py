"""Surveys on paper: every question type is printed with its codes, and what is typed in is checked like a form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from surveys.accounts import Role
from surveys.definition import Survey
from surveys.paper import PaperField, fields_of, paper_fields, read_typed, sheet
from surveys.questions import QUESTION_TYPES, Question
from surveys.storage import Store
from tests.examples import EXAMPLES
from tests.front_door import NOW, TestClient, add_account, be, hidden, visiting

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


def test_a_sheet_is_kept_once(clerk: TestClient, published: Store) -> None:
    """By batch and number, on its day and at its touchpoint; the next empty sheet follows."""
    status, page = type_in(clerk, csat="4", nps="9", comment="师傅很快")
    assert status == 200 and "已保存" in page and 'name="_sheet" value="2"' in page
    assert "之前已经录过" in type_in(clerk, csat="1", nps="0")[1]
    [[response]] = published.responses.responses("power-visit")
    assert (response.channel, response.touchpoint, response.department) == ("paper", "repair-east", "repair")
    assert response.answers["csat"] == 4 and response.answers["comment"] == "师傅很快"
    assert {each["event"]: each["times"] for each in published.responses.tallies("power-visit")} == {
        "opened": 2, "accepted": 1, "duplicate": 1,
    }  # fmt: skip


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


def test_a_sheet_typed_twice_must_agree(clerk: TestClient, published: Store) -> None:
    """Where it does not, the clerk looks again; either typing may have been right."""
    _, second = type_in(clerk, csat="4", nps="9", _double="1")
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
