"""The course of an interview: what is shown, carried forward, skipped, filled in, shuffled, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.definition.consistency import inconsistencies
from surveys.definition.questions import Region
from surveys.definition.routing import Ending, course
from surveys.definition.survey import Survey
from surveys.editing.problems import in_chinese

OPTIONS = [
    {"code": "hall", "label": "营业厅"},
    {"code": "app", "label": "网上国网"},
    {"code": "none", "label": "都没有"},
]


def survey(*sections: dict[str, Any], **settings: Any) -> Survey:
    return Survey.model_validate({"code": "test", "title": "测试", "use": "测试", "sections": sections, **settings})


def rating(code: str, **settings: Any) -> dict[str, Any]:
    return {"code": code, "type": "rating", "title": code, **settings}


def choice(code: str, **settings: Any) -> dict[str, Any]:
    return {"code": code, "type": "multiple_choice", "title": code, "options": OPTIONS, **settings}


def asked(
    tested: Survey, entered: dict[str, list[str]], link: dict[str, str] | None = None, seed: str = "1"
) -> list[str]:
    return [question.code for question in course(tested, entered, link or {}, seed).questions()]


def test_a_question_is_shown_when_its_condition_holds() -> None:
    """And its answer is dropped when it does not, also for what depends on it in turn."""
    why = rating("why", show_if={"item": "csat", "is": "at_most", "value": 2})
    more = rating("more", show_if={"item": "why", "is": "answered"})
    tested = survey({"questions": [rating("csat"), why, more]})
    assert asked(tested, {"csat": ["2"], "why": ["1"]}) == ["csat", "why", "more"]
    stale = {"csat": ["5"], "why": ["1"], "more": ["1"]}
    assert asked(tested, stale) == ["csat"]
    assert course(tested, stale, {}, "1").entered == {"csat": ["5"]}


def test_link_values_decide_too() -> None:
    """A question for one business type only."""
    tested = survey({"questions": [rating("csat"), rating("crew", show_if={"link": "biz", "value": "repair"})]})
    assert asked(tested, {}, {"biz": "repair"}) == ["csat", "crew"]
    assert asked(tested, {}, {"biz": "billing"}) == ["csat"]


def test_sections_are_skipped_and_the_interview_ends_early() -> None:
    """A jump leads over what lies between; screening out ends it."""
    tested = survey(
        {"questions": [choice("used")], "jumps": [
            {"if": {"item": "used", "is": "includes", "value": "none"}, "to": "screen_out"},
            {"if": {"not": {"item": "used", "is": "includes", "value": "hall"}}, "to": "app"},
        ]},
        {"code": "hall", "questions": [rating("waiting")]},
        {"code": "app", "questions": [rating("speed")]},
    )  # fmt: skip
    assert asked(tested, {"used": ["hall"]}) == ["used", "waiting", "speed"]
    assert asked(tested, {"used": ["app"]}) == ["used", "speed"]
    out = course(tested, {"used": ["none"], "waiting": ["1"]}, {}, "1")
    assert (out.ending, dict(out.entered)) == (Ending.SCREENED_OUT, {"used": ["none"]})


def test_chosen_options_are_carried_forward() -> None:
    """Only what was chosen is offered; a choice that is no longer offered is dropped; nothing chosen, nothing asked."""
    tested = survey({"questions": [choice("used"), choice("best", options_from="used")]})
    interview = course(tested, {"used": ["hall", "app"], "best": ["app", "none"]}, {}, "1")
    assert [part.code for part in interview.questions()[1].parts()] == ["hall", "app"]
    assert interview.entered["best"] == ["app"]
    assert asked(tested, {}) == ["used"]


def test_rows_depend_on_answers_as_well() -> None:
    """A hidden row's answer is dropped."""
    rows = [OPTIONS[0], OPTIONS[1] | {"show_if": {"item": "used", "is": "includes", "value": "app"}}]
    tested = survey(
        {"questions": [choice("used"), {"code": "grid", "type": "matrix_rating", "title": "x", "rows": rows}]}
    )
    entered = {"used": ["hall"], "grid.hall": ["4"], "grid.app": ["1"]}
    assert course(tested, entered, {}, "1").entered == {"used": ["hall"], "grid.hall": ["4"]}


def test_earlier_answers_and_link_values_are_put_into_texts() -> None:
    """In each language; an ellipsis stands for what is not known yet; other braces stay."""
    title = {"zh-Hans": "您选了{used}，{link.name}，{未知}", "en": "You chose {used}"}
    tested = survey({"questions": [choice("used"), rating("next") | {"title": title}]})
    text = course(tested, {"used": ["hall", "app"]}, {"name": "张先生"}, "1").questions()[1].title
    assert text.root == {"zh-Hans": "您选了营业厅；网上国网，张先生，{未知}", "en": "You chose 营业厅；网上国网"}
    assert "您选了…" in str(course(tested, {}, {}, "1").questions()[1].title)


@given(st.text(min_size=1, max_size=8))
def test_a_seed_decides_every_order_and_loses_nothing(seed: str) -> None:
    """The same seed gives the same order; "none of these" stays last."""
    options = [*OPTIONS[:2], {"code": "bill", "label": "账单"}, OPTIONS[2] | {"exclusive": True}]
    tested = survey(
        {"shuffle": True, "questions": [choice("a", options=options, shuffle=True), rating("b"), rating("c")]},
        {"questions": [rating("d")]},
        shuffle_sections=True,
    )
    interview = course(tested, {}, {}, seed)
    assert interview == course(tested, {}, {}, seed)
    assert sorted(question.code for question in interview.questions()) == ["a", "b", "c", "d"]
    [shuffled] = [question for question in interview.questions() if question.code == "a"]
    assert {part.code for part in shuffled.parts()} == {"hall", "app", "bill", "none"}
    assert shuffled.parts()[-1].code == "none"


def test_seeds_differ_in_the_order_they_give() -> None:
    """Otherwise nothing would be random."""
    tested = survey({"shuffle": True, "questions": [rating(code) for code in "abcdef"]})
    assert len({tuple(asked(tested, {}, seed=str(seed))) for seed in range(20)}) > 10


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        ([{"questions": [rating("a", show_if={"item": "b", "value": 1}), rating("b")]}], '"b" is asked only later'),
        ([{"questions": [rating("a", show_if={"item": "a", "value": 1})]}], '"a" decides about itself'),
        ([{"questions": [rating("a"), rating("b", show_if={"item": "x", "value": 1})]}], 'answer field "x"'),
        ([{"questions": [rating("a"), rating("b", show_if={"item": "a", "value": 9})]}], "this can never hold"),
        ([{"questions": [rating("a") | {"title": "{b}"}, rating("b")]}], '"b" is asked only later'),
        ([{"questions": [choice("b", options_from="a")]}], '"a" is no earlier choice question'),
        ([{"questions": [rating("a")], "jumps": [{"to": "x"}]}], 'no section has the code "x"'),
        ([{"code": "s", "questions": [rating("a")], "jumps": [{"to": "s"}]}], '"s" does not come later'),
        (
            [{"questions": [rating("a")], "jumps": [{"to": "end"}]}, {"questions": [rating("b")]}],
            "every way leads past it",
        ),
    ],
    ids=["backward", "circular", "unknown", "impossible", "text", "carry", "nowhere", "back", "unreachable"],
)
def test_a_course_no_one_can_follow_is_refused(sections: list[dict[str, Any]], told: str) -> None:
    """The problem is named with its remedy."""
    assert any(told in message for _, message in inconsistencies(survey(*sections)))


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ({"item": "x", "value": 1}, 'no question has the answer field "x"'),
        ({"any": [{"item": "a", "value": 9}]}, "this can never hold"),
        ({"link": "channel", "value": "sms"}, ""),
        ({"item": "a", "is": "at_most", "value": 2}, ""),
    ],
    ids=["unknown", "impossible", "link", "fit"],
)
def test_a_quota_counts_what_is_asked(when: dict[str, Any], told: str) -> None:
    """Any answer of the survey and link values; what is never given is refused."""
    quota = {"code": "east", "label": "东区", "when": when, "limit": 100}
    problems = list(inconsistencies(survey({"questions": [rating("a")]}, quotas=[quota])))
    assert [place for place, _ in problems] == ([("quotas", 0, "when")] if told else [])
    assert all(told in message for _, message in problems)


def test_a_quota_knows_its_answers() -> None:
    """Without a condition every answer takes a place; its link values are kept with the answer."""
    everyone, unhappy = survey(
        {"questions": [rating("a")]},
        quotas=[
            {"code": "all", "label": "全部", "limit": 500},
            {"code": "low", "label": "不满意", "when": {"all": [{"item": "a", "is": "at_most", "value": 2},
                                                        {"link": "area", "value": "east"}]}, "limit": 1},
        ],
    ).quotas  # fmt: skip
    answers = [{"a": ["2"], "link.area": ["east"]}, {"a": ["2"]}, {}]
    assert [[quota.counts(each) for each in answers] for quota in (everyone, unhappy)] == [
        [True, True, True],
        [True, False, False],
    ]


def test_every_problem_is_named_at_once() -> None:
    """Not only the first."""
    tested = survey(
        {"questions": [rating("a", show_if={"item": "b", "value": 1}), rating("b", dimension="x"), rating("b")]},
        overall="none",
    )
    places = [place for place, _ in inconsistencies(tested)]
    assert len(places) == 4


SMALL = [{"code": code, "label": code, "exclusive": code != "one"} for code in ("one", "none", "unknown")]


@pytest.mark.parametrize(
    ("question", "setting"),
    [
        ({"type": "hidden", "required": True}, "required"),
        ({"type": "number", "minimum": 0.2, "maximum": 0.8}, "maximum"),
        ({"type": "number", "minimum": 0.25, "maximum": 0.28, "decimals": 1}, "maximum"),
        ({"type": "short_text", "pattern": "customer_number", "max_length": 9}, "max_length"),
        ({"type": "multiple_choice", "options": SMALL, "at_least": 2}, "at_least"),
        ({"type": "rating", "show_if": {"all": [{"item": "a", "value": 1}, {"item": "a", "value": 2}]}}, "show_if"),
        ({"type": "rating", "show_if": {"all": [{"item": "a", "is": "at_least", "value": 4},
                                                {"item": "a", "is": "at_most", "value": 2}]}}, "show_if"),
        ({"type": "rating", "show_if": {"all": [{"item": "a", "is": "answered"},
                                                {"item": "a", "is": "unanswered"}]}}, "show_if"),
    ],
    ids=["hidden", "no whole number", "no tenth", "too short", "not together", "two at once", "a gap", "and not"],
)  # fmt: skip
def test_what_nobody_can_fill_in_is_refused(question: dict[str, Any], setting: str) -> None:
    """In a file, on the command line and in the builder, where it is said in Chinese."""
    asked = {"code": "b", "title": "题", **question}
    problems = list(inconsistencies(survey({"questions": [rating("a"), asked]})))
    assert [place[-1] for place, _ in problems] == [setting]
    assert in_chinese(problems[0][1]) != problems[0][1]


@pytest.mark.parametrize(
    "question",
    [
        {"type": "hidden"},
        {"type": "number", "minimum": 0.2, "maximum": 1},
        {"type": "number", "minimum": 0.25, "maximum": 0.3, "decimals": 1},
        {"type": "short_text", "pattern": "customer_number", "max_length": 10},
        {"type": "multiple_choice", "options": SMALL, "at_least": 1},
        {"type": "rating", "show_if": {"all": [{"item": "a", "is": "at_least", "value": 2},
                                               {"item": "a", "is": "at_most", "value": 2}]}},
        {"type": "rating", "show_if": {"any": [{"item": "a", "value": 1}, {"item": "a", "value": 2}]}},
    ],
)  # fmt: skip
def test_what_somebody_can_fill_in_is_not(question: dict[str, Any]) -> None:
    asked = {"code": "b", "title": "题", **question}
    assert not list(inconsistencies(survey({"questions": [rating("a"), asked]})))


def test_a_list_of_regions_that_is_empty_is_asked_of_nobody() -> None:
    """Required or not: there is nothing to choose."""
    assert Region(type="region", code="r", title="地区", required=True).check({}) is None  # type: ignore[arg-type]
