"""The browser and the server decide the same: random surveys, random entries, one answer."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from surveys.definition.routing import course, program
from surveys.definition.survey import Survey

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).parents[2] / "surveys/web/html/logic.js"
VALUES = ["1", "2", "3", "na", "a", "b", "c", "4.0", " 2　", "", "-1", "1e3", "١", "10" * 9, "３", "1,280.5元", ".5"]
CASES = 1500


def a_condition(rng: random.Random, fields: list[str], depth: int = 2) -> dict[str, Any]:
    """A condition over fields asked before."""
    kind = rng.choice(["item"] * 4 + ["link", "all", "any", "not"]) if depth and fields else "link"
    if kind in ("all", "any"):
        return {kind: [a_condition(rng, fields, depth - 1) for _ in range(rng.randint(1, 3))]}
    if kind == "not":
        return {"not": a_condition(rng, fields, depth - 1)}
    compare = rng.choice(
        ["equals", "differs", "at_least", "at_most", "includes", "one_of", "answered", "unanswered"],
    )
    named = {"item": rng.choice(fields)} if kind == "item" else {"link": rng.choice(["tp", "biz"])}
    many = [rng.choice(VALUES[:8]) for _ in range(2)]
    value = (
        {} if compare.endswith("answered") else {"value": many if compare == "one_of" else rng.choice([*many, 2, 2.5])}
    )
    return {**named, "is": compare, **value}


def a_question(rng: random.Random, code: str, fields: list[str], choices: list[str]) -> dict[str, Any]:
    """A question of a random type, shown or offered on conditions over what came before."""
    options = [{"code": each, "label": each} for each in "abc"]
    for option in options:
        if rng.random() < 0.3:
            option["show_if"] = a_condition(rng, fields)  # type: ignore[assignment]
    kind = rng.choice(["rating", "single_choice", "multiple_choice", "matrix_rating", "ranking", "number"])
    asked: dict[str, Any] = {"code": code, "type": kind, "title": code}
    if kind in ("single_choice", "multiple_choice", "ranking"):
        asked["options"] = options
    if kind in ("single_choice", "multiple_choice") and choices and rng.random() < 0.4:
        asked["options_from"] = rng.choice(choices)
    if kind == "matrix_rating":
        asked["rows"] = options
    if rng.random() < 0.5:
        asked["show_if"] = a_condition(rng, fields)
    return asked


def a_survey(rng: random.Random) -> Survey:
    """A survey full of logic; it may hold questions no one reaches, which both sides must agree on as well."""
    fields, choices, sections = list[str](), list[str](), []
    amount = rng.randint(1, 4)
    for s in range(amount):
        section: dict[str, Any] = {"code": f"s{s}", "questions": []}
        if rng.random() < 0.3:
            section["show_if"] = a_condition(rng, fields)
        for q in range(rng.randint(1, 3)):
            asked = a_question(rng, f"q{s}_{q}", fields, choices)
            section["questions"].append(asked)
            model = Survey.model_validate({"code": "xx", "title": "x", "use": "x", "sections": [section]})
            fields += list(model.question(asked["code"]).fields())
            choices += [asked["code"]] if asked["type"] == "multiple_choice" else []
        later = [f"s{n}" for n in range(s + 1, amount)] + ["end", "screen_out"]
        section["jumps"] = [
            {"if": a_condition(rng, fields), "to": rng.choice(later)} for _ in range(rng.choice([0, 0, 1, 2]))
        ]
        sections.append(section)
    return Survey.model_validate({"code": "xx", "title": "x", "use": "x", "sections": sections})


def a_case(seed: int) -> tuple[Survey, dict[str, list[str]], dict[str, str]]:
    rng = random.Random(seed)
    survey = a_survey(rng)
    entered = {
        field: [rng.choice(VALUES) for _ in range(rng.choice([0, 1, 1, 1, 2]))]
        for question in survey.questions()
        for field in question.fields()
    }
    return survey, entered, {"tp": rng.choice(VALUES), "biz": rng.choice(VALUES)}


def test_the_browser_decides_as_the_server_does(chromium: Any) -> None:
    """For each case: the same questions with the same parts, the same entries kept, the same ending."""
    cases = [a_case(seed) for seed in range(CASES)]
    data = [[program(survey), entered, link] for survey, entered, link in cases]
    page = chromium.new_page()
    page.add_script_tag(content=SCRIPT.read_text("utf-8"))
    decide_all = "(cases) => JSON.stringify(JSON.parse(cases).map(([p, e, l]) => decide(p, e, l)))"
    decided = json.loads(page.evaluate(decide_all, json.dumps(data)))
    page.close()
    outcomes = set()
    for (survey, entered, link), theirs in zip(cases, decided, strict=True):
        ours = course(survey, entered, link, "seed")
        shown = {question.code: sorted(part.code for part in question.parts()) for question in ours.questions()}
        parts = {question.code: [part.code for part in question.parts()] for question in survey.questions()}
        visible = [code for code, on in theirs["questions"].items() if on]
        offered = {code: sorted(set(parts[code]) - set(theirs["hidden"][code])) for code in visible}
        assert offered == shown
        assert theirs["entered"] == {field: list(values) for field, values in ours.entered.items()}
        assert theirs["ending"] == ours.ending
        outcomes.add((len(visible), theirs["ending"]))
    assert len(outcomes) > 8, "the cases are too much alike to prove anything"
