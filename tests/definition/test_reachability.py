"""What no one can come to is refused before anyone is asked, also where it takes several items to see it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition.consistency import inconsistencies, unfit_references, unreachable_questions
from surveys.definition.questions import NotAcceptable
from surveys.definition.routing import course, link_names
from surveys.definition.survey import Survey
from surveys.definition.templates import TEMPLATES, read_definition
from surveys.editing.problems import in_chinese

Settings = dict[str, Any]


def survey(*sections: Settings) -> Survey:
    return Survey.model_validate({"code": "trial", "title": "试", "use": "试", "sections": list(sections)})


def choice(code: str, *options: str, **more: Any) -> Settings:
    listed = [{"code": each, "label": each} for each in options or ("1", "2", "3")]
    return {"type": "single_choice", "code": code, "title": code, "options": listed} | more


def several(code: str, at_least: int = 0, at_most: int | None = None, **more: Any) -> Settings:
    listed = [{"code": each, "label": each, "exclusive": each == "none"} for each in ("a", "b", "c", "none")]
    limits = {"at_least": at_least} | ({} if at_most is None else {"at_most": at_most})
    return {"type": "multiple_choice", "code": code, "title": code, "options": listed} | limits | more


def number(code: str, **more: Any) -> Settings:
    return {"type": "number", "code": code, "title": code} | more


def when(item: str, value: Any = None, compare: str = "equals") -> Settings:
    return {"item": item, "is": compare} | ({} if value is None else {"value": value})


A_1, A_2 = when("a", "1"), when("a", "2")
NEVER: dict[str, list[Settings]] = {
    "two questions deep": [
        {"questions": [choice("a"), choice("b", show_if=A_1), choice("c", show_if={"all": [A_2, when("b", "1")]})]}
    ],
    "two questions deep, not by name": [
        {
            "questions": [
                choice("a"),
                choice("b", show_if=A_1),
                choice("c", show_if={"all": [A_2, when("b", None, "answered")]}),
            ]
        }
    ],
    "against the condition of its section": [
        {"questions": [choice("a")]},
        {"show_if": A_1, "questions": [choice("b"), choice("c", show_if=when("a", "1", "differs"))]},
    ],
    "against the section of what it refers to": [
        {"questions": [choice("a")]},
        {"show_if": A_1, "questions": [choice("b")]},
        {"questions": [choice("c", show_if={"all": [when("b", "1"), {"not": A_1}]})]},
    ],
    "against a jump": [
        {"questions": [choice("a")], "jumps": [{"if": A_1, "to": "end"}]},
        {"questions": [choice("b"), choice("c", show_if=A_1)]},
    ],
    "its section against a jump": [
        {"questions": [choice("a")], "jumps": [{"if": {"any": [A_1, A_2]}, "to": "end"}]},
        {"show_if": when("a", ["1", "2"], "one_of"), "questions": [choice("c")]},
    ],
    "between jumps for every answer given": [
        {"questions": [choice("a")], "jumps": [{"if": when("a", None, "answered"), "to": "end"}]},
        {"show_if": when("a", "1", "differs"), "questions": [choice("c")]},
    ],
    "more than the limit of choices": [
        {
            "questions": [
                several("a", at_most=2),
                choice("c", show_if={"all": [when("a", each, "includes") for each in "abc"]}),
            ]
        }
    ],
    "fewer than must be chosen": [{"questions": [several("a", at_least=2), choice("c", show_if=when("a", "a"))]}],
    "together with what is chosen alone": [
        {
            "questions": [
                several("a"),
                choice("c", show_if={"all": [when("a", "none", "includes"), when("a", "b", "includes")]}),
            ]
        }
    ],
    "an option that is not offered then": [
        {
            "questions": [
                choice("a"),
                choice("b", options=[{"code": "x", "label": "x", "show_if": A_1}, {"code": "y", "label": "y"}]),
                choice("c", show_if={"all": [A_2, when("b", "x")]}),
            ]
        }
    ],
    "carried forward from what was not chosen": [
        {
            "questions": [
                several("a", at_most=1),
                several("b", options_from="a"),
                choice("c", show_if={"all": [when("a", "a", "includes"), when("b", "b", "includes")]}),
            ]
        }
    ],
    "a number between neighbours": [
        {
            "questions": [
                number("a"),
                choice(
                    "c",
                    show_if={
                        "all": [
                            {"not": when("a", 3, "at_most")},
                            {"not": when("a", 4, "at_least")},
                            when("a", None, "answered"),
                        ]
                    },
                ),
            ]
        }
    ],
    "a number beyond its limit": [
        {"questions": [number("a", maximum=9), choice("c", show_if=when("a", 10, "at_least"))]}
    ],
    "two values of a link": [
        {
            "questions": [
                choice("a"),
                choice("c", show_if={"all": [{"link": "v", "value": "x"}, {"link": "v", "value": "y"}]}),
            ]
        }
    ],
    "two texts at once": [
        {
            "questions": [
                {"type": "short_text", "code": "a", "title": "a"},
                choice("c", show_if={"all": [when("a", "x"), when("a", "y")]}),
            ]
        }
    ],
}


@pytest.mark.parametrize("name", NEVER)
def test_what_no_one_can_be_asked_is_found(name: str) -> None:
    """At the question that is never shown, in words for the builder, and nowhere else."""
    [(place, what)] = inconsistencies(survey(*NEVER[name]))
    sections = NEVER[name]
    assert place[-1] == "show_if"
    asked = sections[int(place[1])]["questions"]
    assert asked[int(place[3]) if len(place) > 3 else 0]["code"] == "c"
    assert in_chinese(what) != what


SOMETIMES: dict[str, list[Settings]] = {
    "a jump that its own section may be skipped before": [
        {"questions": [choice("a")]},
        {"show_if": A_1, "questions": [choice("b")], "jumps": [{"to": "end"}]},
        {"questions": [choice("c")]},
    ],
    "a jump after one that leads here": [
        {
            "questions": [choice("a")],
            "jumps": [{"if": A_1, "to": "here"}, {"if": when("a", None, "answered"), "to": "end"}],
        },
        {"code": "here", "questions": [choice("c", show_if=A_1)]},
    ],
    "a jump of a section that another leads past": [
        {"questions": [choice("a")], "jumps": [{"if": A_1, "to": "here"}]},
        {"questions": [choice("b")], "jumps": [{"to": "end"}]},
        {"code": "here", "questions": [choice("c", show_if=A_1)]},
    ],
    "unanswered though required": [
        {
            "questions": [
                choice("a", required=True),
                {"type": "statement", "code": "c", "title": "c", "show_if": when("a", None, "unanswered")},
            ]
        }
    ],
    "a warning of too few": [
        {
            "questions": [
                several("a", at_least=2),
                {"type": "statement", "code": "c", "title": "c", "show_if": when("a", "a")},
            ]
        }
    ],
    "alone, though two must be chosen": [
        {"questions": [several("a", at_least=2), choice("c", show_if=when("a", "none"))]}
    ],
    "a date, of which little is known": [
        {
            "questions": [
                {"type": "date", "code": "a", "title": "a"},
                choice("c", show_if=when("a", "2026-01-01", "at_least")),
            ]
        }
    ],
    "a number between two": [
        {
            "questions": [
                number("a", decimals=1),
                choice(
                    "c",
                    show_if={
                        "all": [
                            {"not": when("a", 3, "at_most")},
                            {"not": when("a", 4, "at_least")},
                            when("a", None, "answered"),
                        ]
                    },
                ),
            ]
        }
    ],
}


@pytest.mark.parametrize("name", SOMETIMES)
def test_what_some_can_be_asked_passes(name: str) -> None:
    """However narrow the way to it."""
    assert not list(inconsistencies(survey(*SOMETIMES[name])))


VALUES = ("1", "2", "a", "none", 1, 3, 1.5)
LINKED = ["", "0", "1", "1.2", "1.5", "1.7", "2", "2.5", "3", "4", "a", "none", "something else"]


@st.composite
def conditions(draw: st.DrawFn, fields: list[str], depth: int = 2) -> Settings:
    if depth and draw(st.integers(0, 2)):
        inner = conditions(fields, depth - 1)
        if draw(st.integers(0, 3)) == 0:
            return {"not": draw(inner)}
        return {draw(st.sampled_from(["all", "all", "any"])): draw(st.lists(inner, min_size=1, max_size=3))}
    subject: Settings = (
        {"item": draw(st.sampled_from(fields))} if bool(fields) and draw(st.integers(0, 5)) else {"link": "v"}
    )
    compare = draw(st.sampled_from(["equals", "differs", "at_least", "at_most", "includes", "answered", "unanswered"]))
    bare = compare.endswith("answered")
    return subject | {"is": compare} | ({} if bare else {"value": draw(st.sampled_from(VALUES))})


@st.composite
def small_surveys(draw: st.DrawFn, jumping: bool) -> Survey:
    fields: list[str] = []
    asked = 0
    sections: list[Settings] = []
    for s in range(draw(st.integers(1, 3))):
        section: Settings = {"code": f"s{s}", "questions": []}
        if bool(fields) and draw(st.booleans()):
            section["show_if"] = draw(conditions(fields))
        for _ in range(draw(st.integers(1, 2))):
            asked += 1
            question = draw(st.sampled_from(MAKERS))(f"q{asked}")
            if bool(fields) and draw(st.booleans()):
                question["show_if"] = draw(conditions(fields))
            parts = question.get("options", [])
            for part in parts if jumping and bool(fields) and draw(st.integers(0, 2)) == 0 else []:
                part["show_if"] = draw(conditions(fields, 1))
            section["questions"].append(question)
            fields += [question["code"]] if question["type"] != "statement" else []
        if jumping and draw(st.booleans()):
            targets = st.sampled_from([*(f"s{n}" for n in range(s + 1, 3)), "end", "screen_out"])
            jumps = draw(st.lists(st.tuples(st.none() | conditions(fields), targets), max_size=2))
            section["jumps"] = [{"to": to} | ({"if": each} if each else {}) for each, to in jumps]
        sections.append(section)
    known = {section["code"] for section in sections} | {"end", "screen_out"}
    for section in sections:
        section["jumps"] = [jump for jump in section.get("jumps", []) if jump["to"] in known]
    return survey(*sections)


MAKERS = (
    lambda code: choice(code, "1", "2"),
    lambda code: several(code, at_least=2),
    lambda code: several(code, at_most=1),
    lambda code: number(code, minimum=1, maximum=3),
    lambda code: {"type": "statement", "code": code, "title": code},
)
SUBSETS = [[each for each, taken in zip(("a", "b", "c", "none"), bits, strict=True) if taken]
           for bits in product((0, 1), repeat=4)]  # fmt: skip
ENTRIES: dict[str, list[list[str]]] = {
    "single_choice": [[], ["1"], ["2"]],
    "multiple_choice": SUBSETS,
    "number": [[], ["1"], ["2"], ["3"]],
    "statement": [[]],
}


def _links(tested: Survey) -> list[str]:
    return LINKED if link_names(tested) else [""]


def _courses(tested: Survey) -> Iterator[set[str]]:
    """What is shown for every way to fill the survey in; where that could not be sent, the statements alone."""
    questions = list(tested.questions())
    for link, *entries in product(_links(tested), *(ENTRIES[question.type] for question in questions)):
        entered = dict(zip((question.code for question in questions), entries, strict=True))
        taken = course(tested, entered, {"v": str(link)}, "seed")
        try:
            for asked in taken.questions():
                asked.read(taken.entered)
        except NotAcceptable:
            yield {each.code for each in taken.questions() if each.type == "statement"}
        else:
            yield {each.code for each in taken.questions()}


def _shown(tested: Survey) -> set[str]:
    return {code for shown in _courses(tested) for code in shown}


def _told(tested: Survey) -> set[str]:
    """The codes of the questions that are said never to be shown."""
    told: set[str] = set()
    for place, _ in unreachable_questions(tested):
        section = tested.sections[int(place[1])]
        inside = section.questions if len(place) < 4 else [section.questions[int(place[3])]]
        told |= {question.code for question in inside}
    return told


def _amount(tested: Survey) -> int:
    amount = len(_links(tested))
    for question in tested.questions():
        amount *= len(ENTRIES[question.type])
    return amount


@settings(max_examples=settings().max_examples * 2)
@given(small_surveys(jumping=True).filter(lambda each: _amount(each) < 700))
def test_nothing_is_refused_that_an_answer_leads_to(tested: Survey) -> None:
    """Held against every way to fill a small survey in."""
    assert not list(unfit_references(tested))
    assert not _told(tested) & _shown(tested)


@settings(max_examples=settings().max_examples * 2)
@given(small_surveys(jumping=False).filter(lambda each: _amount(each) < 700))
def test_all_that_conditions_never_show_is_found(tested: Survey) -> None:
    """Where neither jumps nor options of their own conditions are about, nothing is overlooked."""
    assert _told(tested) == {question.code for question in tested.questions()} - _shown(tested)


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_templates_pass(path: Any) -> None:
    """All of them."""
    assert not list(inconsistencies(read_definition(path)))


def _seconds_for(length: int) -> float:
    """Processor time of questions that each hang on those before, and of a quarter as many sections with jumps."""
    chain = [choice("q0")] + [
        choice(f"q{n}", show_if={"all": [when(f"q{n - 1}", "1"), when(f"q{n // 2}", "2", "differs")]})
        for n in range(1, length)
    ]
    jumping = [
        {"questions": [choice(f"r{n}", show_if=when(f"r{n - 1}", "1") if n else None)],
         "jumps": [{"if": when(f"r{n}", "3"), "to": "end"}]}
        for n in range(length // 4)
    ]  # fmt: skip
    long = survey({"questions": chain}, *jumping)
    began = time.process_time()
    assert not list(inconsistencies(long))
    return time.process_time() - began


def test_the_check_grows_with_the_survey_and_not_with_its_paths() -> None:
    """Four times as many questions, and as many more jumps, cost at most their square: the paths double with each."""
    assert _seconds_for(200) < 2 * 16 * max(_seconds_for(50), 0.01)


def test_as_many_must_be_chosen_as_go_together_of_what_is_offered() -> None:
    """Whoever is offered one option and "none of these" may choose the one."""
    asked = several("b", at_least=2)
    for option in asked["options"][1:3]:
        option["show_if"] = A_1
    tested = survey({"questions": [choice("a"), asked]})
    [_, offered] = course(tested, {"a": ["2"]}, {}, "seed").questions()
    assert offered.read({"b": ["a"]}) == ["a"]
    [_, offered] = course(tested, {"a": ["1"]}, {}, "seed").questions()
    with pytest.raises(NotAcceptable):
        offered.read({"b": ["a"]})
