"""What a sheet of paper says instead of what a form does: when to answer, where to go on, what is left out."""

from __future__ import annotations

import random
from typing import Any

import pytest

from surveys.definition.conditions import Condition
from surveys.definition.questions import Hidden, Statement
from surveys.definition.routing import course
from surveys.definition.survey import Survey
from surveys.fieldwork.paper import PaperQuestion, PaperSection, fields_of, sheet
from surveys.fieldwork.paper_instructions import decide_on_paper, on_paper
from surveys.localisation.language import in_words
from surveys.web.forms.rendered_questions import render_sections
from tests.support.examples import EXAMPLES

SOLVED = {
    "type": "single_choice", "code": "solved", "title": "解决了吗？",
    "options": [{"code": "yes", "label": {"zh-Hans": "解决了", "en": "Solved"}},
                {"code": "no", "label": {"zh-Hans": "没有解决", "en": "Not solved"}}],
}  # fmt: skip
USED = {
    "type": "multiple_choice", "code": "used", "title": "用过哪些？",
    "options": [{"code": "app", "label": "掌厅"}, {"code": "hall", "label": "营业厅"}],
}  # fmt: skip
CSAT = {"type": "rating", "code": "csat", "title": "满意吗？", "not_applicable": "没有接触"}
GRID = {
    "type": "matrix_rating", "code": "grid", "title": "各方面",
    "rows": [{"code": "a", "label": "态度"}, {"code": "b", "label": "速度"}],
}  # fmt: skip
TIMES = {"type": "number", "code": "times", "title": "几次？"}
WORDS = {"type": "short_text", "code": "words", "title": "哪里？"}
TIER = {"type": "hidden", "code": "tier", "title": "等级"}
ASKED = [CSAT, SOLVED, USED, GRID, TIMES, WORDS]


def survey(*sections: list[dict[str, Any]] | dict[str, Any]) -> Survey:
    parts = [each if isinstance(each, dict) else {"questions": each} for each in sections]
    coded = [{"code": f"s{number}", **part} for number, part in enumerate(parts, 1)]
    return Survey.model_validate({"code": "paper", "title": "纸", "use": "试", "sections": coded})


def printed(made: Survey, **link: str) -> list[PaperSection]:
    return sheet(on_paper(made, link), link)


def last(made: Survey, **link: str) -> PaperQuestion:
    return printed(made, **link)[-1].questions[-1]


def said(condition: dict[str, Any], language: str = "zh-Hans") -> str:
    """How a question's condition is printed."""
    made = survey(ASKED, [{"type": "nps", "code": "nps", "title": "推荐？", "show_if": condition}])
    when = last(made).when
    assert when is not None
    return in_words(when, language)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"item": "solved", "value": "no"}, "第 2 题选“没有解决”"),
        ({"item": "solved", "is": "differs", "value": "no"}, "第 2 题选的不是“没有解决”"),
        ({"item": "solved", "is": "one_of", "value": ["yes", "no"]}, "第 2 题选“解决了”或“没有解决”"),
        ({"item": "used", "is": "includes", "value": "app"}, "第 3 题选“掌厅”"),
        ({"item": "used", "value": "app"}, "第 3 题只选“掌厅”"),
        ({"item": "csat", "is": "at_least", "value": 4}, "第 1 题打 4 分或更高"),
        ({"item": "csat", "is": "at_most", "value": 2}, "第 1 题打 2 分或更低"),
        ({"item": "csat", "is": "one_of", "value": [1, 2]}, "第 1 题打 1或2 分"),
        ({"item": "csat", "value": "na"}, "第 1 题选“没有接触”"),
        ({"item": "grid.a", "is": "at_most", "value": 3}, "第 4 题“态度”打 3 分或更低"),
        ({"item": "times", "is": "at_least", "value": 3.0}, "第 5 题填的不小于 3"),
        ({"item": "words", "value": "城东"}, "第 6 题填 “城东”"),
        ({"item": "words", "is": "answered"}, "第 6 题已作答"),
        ({"item": "solved", "is": "unanswered"}, "第 2 题没有作答"),
        ({"not": {"item": "solved", "value": "no"}}, "并非（第 2 题选“没有解决”）"),
        ({"all": [{"item": "solved", "value": "no"}, {"item": "csat", "is": "at_most", "value": 2}]},
         "第 2 题选“没有解决”，并且第 1 题打 2 分或更低"),
        ({"any": [{"item": "solved", "value": "no"}, {"all": [{"item": "words", "is": "answered"},
                                                            {"item": "csat", "value": 1}]}]},
         "第 2 题选“没有解决”，或者（第 6 题已作答，并且第 1 题打 1 分）"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)  # fmt: skip
def test_conditions_are_said_with_numbers_and_labels(condition: dict[str, Any], words: str) -> None:
    """As a person at a table reads them."""
    assert said(condition) == words


def test_conditions_are_said_in_the_language_of_the_sheet() -> None:
    """Labels and our own words alike."""
    assert said({"item": "solved", "value": "no"}, "en") == "question 2 is “Not solved”"
    assert said({"item": "solved", "value": "no"}, "zh-Hant") == "第 2 題選「没有解决」"


@pytest.mark.parametrize(
    ("jumps", "words"),
    [
        ([{"to": "s3"}], []),
        ([{"when": {"item": "solved", "value": "yes"}, "to": "s3"}], ["若第 1 题选“解决了”，请跳到第 3 题。"]),
        ([{"when": {"item": "solved", "value": "yes"}, "to": "end"}],
         ["若第 1 题选“解决了”，请到此结束，后面的题不用填写。"]),
        ([{"when": {"item": "solved", "value": "no"}, "to": "screen_out"}, {"to": "s3"}, {"to": "end"}],
         ["若第 1 题选“没有解决”，请到此结束，后面的题不用填写。"]),
        ([{"when": {"link": "x", "value": "1"}, "to": "end"}], []),
    ],
    ids=["nothing between", "on a condition", "to the end", "always taken, so the last", "on a link without it"],
)  # fmt: skip
def test_jumps_say_where_to_go_on(jumps: list[dict[str, Any]], words: list[str]) -> None:
    """With the number of the question there."""
    later = [[CSAT], [{"type": "statement", "code": "hello", "title": "谢谢"}, TIMES]]
    made = survey({"questions": [SOLVED], "jumps": jumps}, *later)
    assert [in_words(each, "zh-Hans") for each in printed(made)[0].jumps] == words


def test_a_jump_that_is_always_taken_leads_over_what_others_answer() -> None:
    """A part that only another jump leads to is printed, and those who come by are led over it."""
    first = {"questions": [SOLVED], "jumps": [{"when": {"item": "solved", "value": "no"}, "to": "s3"}]}
    made = survey(first, {"questions": [CSAT], "jumps": [{"to": "s4"}]}, [TIMES], [USED])
    assert [[in_words(each, "zh-Hans") for each in part.jumps] for part in printed(made)] == [
        ["若第 1 题选“没有解决”，请跳到第 3 题。"], ["答完这一部分，请跳到第 4 题。"], [], [],
    ]  # fmt: skip


def test_a_part_for_some_says_where_the_others_go_on() -> None:
    """By the number of the first question behind it, or to the end."""
    for_some = {"questions": [CSAT], "show_if": {"item": "solved", "value": "no"}}
    first = printed(survey([SOLVED], for_some, [TIMES]))[1]
    assert first.when and in_words(first.when, "zh-Hans") == "第 1 题选“没有解决”"
    assert in_words(first.otherwise, "zh-Hans") == "请跳到第 3 题"
    assert "到此结束" in in_words(printed(survey([SOLVED], for_some))[1].otherwise, "zh-Hans")


def test_options_carried_forward_and_options_for_some_are_explained() -> None:
    """The first in one sentence, the second each by itself."""
    best = {
        "type": "single_choice",
        "code": "best",
        "title": "最好的？",
        "options_from": "used",
        "options": USED["options"],
    }
    found = last(survey([USED, best]))
    assert found.offered and in_words(found.offered, "zh-Hans") == "只在您第 1 题选了的各项中选"
    rows = [{**each, "show_if": {"item": "used", "is": "includes", "value": "hall"}} for each in GRID["rows"][1:]]
    grid = last(survey([USED, {**GRID, "rows": [GRID["rows"][0], *rows]}]))
    assert [each.when and in_words(each.when, "zh-Hans") for each in grid.fields] == [None, "第 1 题选“营业厅”"]


@pytest.mark.parametrize(
    ("title", "link", "words"),
    [
        ("工单“{link.order}”怎么样？", {"order": "A7"}, "工单“A7”怎么样？"),
        ("工单“{link.order}”怎么样？", {}, "工单怎么样？"),
        ("{link.name}，您好", {}, "您好"),
        ("尊敬的{link.name}（{link.order}）：", {"name": "王女士"}, "尊敬的王女士："),
        ("{link.name}", {}, "…"),
        ("您选了{solved}，为什么？", {}, "您选了（第 1 题的回答），为什么？"),
        ("等级 {tier}", {"tier": "gold"}, "等级 gold"),
        ("{link.order} {solved}", {"order": "{solved}"}, "{solved} （第 1 题的回答）"),
    ],
)
def test_placeholders_are_filled_or_left_out(title: str, link: dict[str, str], words: str) -> None:
    """By the values of the link in the sheet's address, without empty brackets; an answer by its question's number."""
    made = survey([TIER, SOLVED], [{**WORDS, "title": title, "hint": title}])
    question = last(made, **link).question
    assert str(question.title) == str(question.hint) == words


def test_what_is_never_asked_is_not_printed() -> None:
    """Hidden questions, questions for other links, parts nobody reaches, options of those left out."""
    made = survey(
        {"questions": [TIER, SOLVED, {**WORDS, "show_if": {"item": "tier", "value": "gold"}}], "jumps": [{"to": "s3"}]},
        [CSAT],
        [{**TIMES, "show_if": {"item": "csat", "is": "answered"}},
         {**USED, "show_if": {"not": {"item": "words", "is": "answered"}}}],
    )  # fmt: skip
    codes = [q.question.code for part in printed(made) for q in part.questions]
    assert codes == ["solved", "used"]
    assert printed(made)[-1].questions[-1].when is None
    gold = [q.question.code for part in printed(made, tier="gold") for q in part.questions]
    assert gold == ["solved", "words", "used"]


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_every_type_can_be_what_a_condition_is_about(kind: str) -> None:
    """Its fields are named by number, and no sentence is left without words."""
    settings, _answer = EXAMPLES[kind][0]
    first = {"type": kind, "code": "q", "title": "题目", **settings}
    conditions: list[dict[str, Any]] = []
    made = survey([first])
    for name in next(iter(made.questions())).fields():
        conditions += [{"item": name, "is": "answered"}, {"item": name, "value": "1"}]
        conditions += [{"item": name, "is": kind, "value": "1"} for kind in ("differs", "at_least", "includes")]
    for condition in conditions:
        when = last(survey([first], [{**TIMES, "show_if": condition}])) if kind not in ("hidden", "file") else None
        words = in_words(when.when, "zh-Hans") if when and when.when else "第 1 题"
        assert words.startswith("第 1 题") and "None" not in words and "{" not in words


def test_numbers_are_those_of_the_screen() -> None:
    """What asks nothing has none, on paper as on a form that shows all."""
    made = survey([{"type": "statement", "code": "hi", "title": "您好"}, TIER, SOLVED], [USED, CSAT])
    form = render_sections(course(made, {}, {}, ""), {}, {})
    shown = {
        each.question.code: each.number for part in form for each in part.questions
        if not isinstance(each.question, Hidden | Statement)
    }  # fmt: skip
    assert shown == {q.question.code: q.number for part in printed(made) for q in part.questions if q.number}


def test_a_decision_made_beforehand_is_the_one_of_the_form() -> None:
    """For random conditions over the link and marks: what is left of them holds for the same marks."""
    chance = random.Random(11)

    def condition(depth: int) -> dict[str, Any]:
        if depth == 0 or chance.random() < 0.4:
            name = chance.choice([{"item": "csat"}, {"item": "times"}, {"link": "x"}, {"link": "y"}])
            kind = chance.choice(["equals", "differs", "at_least", "answered", "unanswered"])
            bare = {"is": kind} if kind in ("answered", "unanswered") else {"is": kind, "value": chance.randint(1, 3)}
            return {**name, **bare}
        if chance.random() < 0.3:
            return {"not": condition(depth - 1)}
        return {chance.choice(["all", "any"]): [condition(depth - 1) for _ in range(chance.randint(1, 3))]}

    for _ in range(400):
        made = Condition.model_validate(condition(3))
        known = {f"link.{name}": [str(chance.randint(1, 3))] for name in "xy" if chance.random() < 0.6}
        left = decide_on_paper(made, {"csat", "times"}, known)
        for _marks in range(6):
            marks = {name: [str(chance.randint(1, 3))] for name in ("csat", "times") if chance.random() < 0.7}
            assert (left if isinstance(left, bool) else left.holds(marks)) == made.holds({**known, **marks})


def test_what_a_form_may_ask_is_printed() -> None:
    """Whatever is entered into a form without values in its link: each question it shows is on the sheet."""
    made = survey(
        {"questions": ASKED[:3],
         "jumps": [{"when": {"item": "csat", "is": "at_least", "value": 4}, "to": "s3"}, {"to": "s2"}]},
        {"questions": [GRID], "jumps": [{"to": "end"}]}, [TIMES, {**WORDS, "show_if": {"item": "grid.a", "value": 1}}],
    )  # fmt: skip
    on_sheet = {field.name for field in fields_of(on_paper(made))}
    chance = random.Random(3)
    for _ in range(200):
        entered = {"csat": [str(chance.randint(1, 5))], "grid.a": ["1"], "solved": [chance.choice(["yes", "no"])]}
        for question in course(made, entered, {}, "").questions():
            assert set(question.fields()) <= on_sheet
