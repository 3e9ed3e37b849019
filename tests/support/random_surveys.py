"""Random valid surveys over every question type, with conditions, for property tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from surveys.definition.consistency import inconsistencies
from surveys.definition.questions import QUESTION_TYPES, Question
from surveys.definition.survey import Survey
from tests.support.examples import EXAMPLES

Settings = dict[str, Any]

_CHARACTERS = "满意度电费抢修一二三 abcXYZ019,.?!<>&'\"=\n{}$_-，。👍"
WORDS = st.text(st.sampled_from(_CHARACTERS), min_size=1, max_size=12).filter(str.strip)
PLAIN_WORDS = WORDS.filter(lambda words: "{" not in words)
LANGUAGES = st.sampled_from([("zh-Hans",), ("zh-Hans", "en"), ("en",), ("zh-Hans", "zh-Hant", "en"), ("en", "de")])
PART_CODES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_\-]{0,5}", fullmatch=True)


@st.composite
def texts(draw: st.DrawFn) -> Settings:
    """A text in one or several languages."""
    return {language: draw(PLAIN_WORDS) for language in draw(LANGUAGES)}


@st.composite
def options(draw: st.DrawFn, least: int = 1, most: int = 4) -> list[Settings]:
    """Options or rows with codes of their own."""
    codes = draw(st.lists(PART_CODES, min_size=least, max_size=most, unique=True))
    return [{"code": code, "label": draw(texts())} for code in codes]


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _choices(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[Settings]:
    return st.fixed_dictionaries({"options": listed(), "shuffle": st.booleans()}, optional=more)


@st.composite
def listed(draw: st.DrawFn) -> list[Settings]:
    """Options of a choice: at most one asks for text, some exclude the others."""
    found = draw(options(1, 5))
    other = draw(st.sampled_from([None, *range(len(found))]))
    for n, option in enumerate(found):
        option |= {"asks_text": True} if n == other else {}
        option |= {"exclusive": True} if draw(st.integers(0, 4)) == 0 else {}
    return found


def _scale(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[Settings]:
    ends = {name: texts() for name in ("low_label", "high_label", "not_applicable")}
    return st.fixed_dictionaries({}, optional=ends | more)


def _grid(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[Settings]:
    optional = {"shuffle": st.booleans()} | more
    return st.fixed_dictionaries({"rows": options()}, optional=optional)


def _fields(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[Settings]:
    return st.fixed_dictionaries({}, optional=more)


PLACES = st.lists(
    st.fixed_dictionaries({"code": PART_CODES, "path": st.lists(PLAIN_WORDS, min_size=1, max_size=3)}),
    max_size=3,
    unique_by=lambda place: place["code"],
)
LENGTHS = st.integers(1, 2000)
POINTS = st.integers(2, 11)

# What each type may be set to, besides what all share; a type that is not named here is set as in its examples.
SETTINGS: dict[str, st.SearchStrategy[Settings]] = {
    "single_choice": _choices(),
    "drop_down": _choices(),
    "multiple_choice": _choices(at_most=st.integers(1, 5)),
    "ranking": st.fixed_dictionaries({"options": options(2, 4)}, optional={"at_most": st.integers(1, 3)}),
    "rating": _scale(points=POINTS, look=st.sampled_from(["numbers", "stars", "faces"])),
    "nps": _scale(),
    "ces": _scale(points=st.integers(5, 7)),
    "slider": _scale(minimum=st.integers(-50, 0), maximum=st.integers(1, 50), unit=texts()),
    "matrix_single": _grid(choices=options()),
    "matrix_multiple": _grid(choices=options()),
    "matrix_rating": _grid(points=POINTS, low_label=texts(), high_label=texts(), not_applicable=texts()),
    "constant_sum": _grid(total=st.integers(1, 1000), unit=texts()),
    "importance_satisfaction": _scale(points=POINTS),
    "expectation_perception": _scale(points=POINTS),
    "kano": _fields(),
    "number": _fields(
        minimum=st.integers(-9, 0) | st.floats(-9, 0), maximum=st.floats(1, 9), decimals=st.integers(0, 6), unit=texts()
    ),
    "date": _fields(earliest=st.just("2025-01-01"), latest=st.dates().filter(lambda day: day.year > 2025).map(str)),
    "time": _fields(earliest=st.just("08:00"), latest=st.just("18:30")),
    "short_text": _fields(max_length=LENGTHS, pattern=st.sampled_from(["phone", "email", "customer_number"])),
    "long_text": _fields(max_length=LENGTHS),
    "region": _fields(places=PLACES),
    "hidden": _fields(parameter=st.just("order"), max_length=LENGTHS),
    "file": _fields(
        accept=st.sampled_from([["image"], ["pdf"], ["image", "pdf", "office"]]),
        at_most=st.integers(1, 10),
        megabytes=st.sampled_from([1, 2.5, 20]),
    ),
    "consent": _fields(agreement=texts()),
    "signature": _fields(),
    "statement": _fields(),
}


def _settings(kind: str) -> st.SearchStrategy[Settings]:
    return SETTINGS[kind] if kind in SETTINGS else st.sampled_from([settings for settings, _ in EXAMPLES[kind]])


@st.composite
def questions(draw: st.DrawFn, code: str) -> Settings:
    """The settings of one question of any type."""
    kind = draw(st.sampled_from(list(QUESTION_TYPES)))
    settings: Settings = {"type": kind, "code": code, "title": draw(texts())} | draw(_settings(kind))
    if kind in ("matrix_single", "matrix_multiple"):
        settings.setdefault("choices", [{"code": "a", "label": "甲"}])
    if hint := draw(_maybe(texts())):
        settings["hint"] = hint
    if kind != "statement" and draw(st.booleans()):
        settings["required"] = True
    return settings


VALUES = st.sampled_from(["a", "1", "A-b", "na"]) | st.integers(0, 11) | st.sampled_from([1.5, 4.0])


@st.composite
def conditions(draw: st.DrawFn, fields: Sequence[str], depth: int = 2) -> Settings:
    """A condition over these fields and over link values."""
    if depth and draw(st.integers(0, 2)) == 0:
        inner = conditions(fields, depth - 1)
        if draw(st.booleans()):
            return {"not": draw(inner)}
        return {draw(st.sampled_from(["all", "any"])): draw(st.lists(inner, min_size=1, max_size=3))}
    asked = bool(fields) and draw(st.integers(0, 5)) > 0
    subject = {"item": draw(st.sampled_from(fields))} if asked else {"link": "channel"}
    compare = draw(st.sampled_from(["equals", "differs", "at_least", "at_most", "includes", "one_of", "answered"]))
    if compare == "answered":
        return subject | {"is": draw(st.sampled_from(["answered", "unanswered"]))}
    several = compare in ("includes", "one_of") and draw(st.booleans())
    return subject | {"is": compare, "value": draw(st.lists(VALUES, min_size=1, max_size=3) if several else VALUES)}


def _fields_of(settings: Settings) -> list[str]:
    question: Question = QUESTION_TYPES[settings["type"]].model_validate(settings)
    return list(question.fields())


@st.composite
def surveys(draw: st.DrawFn, most_questions: int = 6) -> Survey:
    """A valid survey: conditions look back, texts refer to earlier questions, jumps lead forward."""
    fields: list[str] = []
    sections: list[Settings] = []
    asked: list[Settings] = []
    for number in range(draw(st.integers(1, 3))):
        section: Settings = {"questions": []} | draw(st.fixed_dictionaries({}, optional={"title": texts()}))
        if draw(st.booleans()):
            section["code"] = f"part_{number}"
        if draw(st.integers(0, 3)) == 0:
            section["show_if"] = draw(conditions(fields))
        for _ in range(draw(st.integers(1, max(1, most_questions // 3)))):
            question = draw(_placed(f"q{len(asked) + 1}", fields, asked))
            section["questions"].append(question)
            asked.append(question)
            fields += _fields_of(question)
        sections.append(section)
    _jump(draw, sections, fields)
    settings: Settings = {"code": "random-survey", "title": draw(texts()), "use": draw(texts()), "sections": sections}
    spoken = {name: texts() for name in ("introduction", "thanks", "screened_out", "quota_full")}
    settings |= draw(st.fixed_dictionaries({}, optional=spoken))
    if draw(st.integers(0, 3)) == 0:
        settings["quotas"] = [
            {"code": f"quota_{n}", "label": draw(texts()), "limit": draw(st.integers(1, 9999)), "when": when}
            for n, when in enumerate(draw(st.lists(conditions(fields), min_size=1, max_size=2)))
        ]
    return _valid(settings)


@st.composite
def _placed(draw: st.DrawFn, code: str, fields: Sequence[str], asked: Sequence[Settings]) -> Settings:
    question = draw(questions(code))
    if draw(st.integers(0, 2)) == 0:
        question["show_if"] = draw(conditions(fields))
    parts = _parts(question)
    if bool(parts) and QUESTION_TYPES[question["type"]].parts_by_condition and draw(st.integers(0, 3)) == 0:
        parts[-1]["show_if"] = draw(conditions(fields))
    if asked and draw(st.integers(0, 3)) == 0:
        question["title"]["en"] = f"About {{{draw(st.sampled_from(asked))['code']}}} via {{link.channel}}"
    choices = [each for each in asked if each["type"] in ("single_choice", "multiple_choice", "drop_down")]
    if "options" in question and question["type"] not in ("ranking", "best_worst") and choices and draw(st.booleans()):
        origin = draw(st.sampled_from(choices))
        question |= {"options": [{"code": o["code"], "label": o["label"]} for o in origin["options"]]}
        question["options_from"] = origin["code"]
    return question


def _jump(draw: st.DrawFn, sections: list[Settings], fields: Sequence[str]) -> None:
    if len(sections) > 1 and draw(st.integers(0, 2)) == 0:
        target = sections[-1].get("code", "end")
        to = draw(st.sampled_from([target, "end", "screen_out"]))
        sections[0]["jumps"] = [{"if": draw(conditions([])), "to": to}]


def _valid(settings: Settings) -> Survey:
    """The survey without the conditions that could never hold."""
    survey = Survey.model_validate(settings)
    while problems := list(inconsistencies(survey)):
        for place, _ in problems:
            _mend(settings, place)
        survey = Survey.model_validate(settings)
    return survey


def _mend(settings: Settings, place: Sequence[str | int]) -> None:
    """Take out what is wrong there; what leads past a section are the jumps before it."""
    here: Any = settings
    for step in place[:-1]:
        part = isinstance(here, dict) and step not in here
        here = next(each for each in _parts(here) if each["code"] == step) if part else here[step]
    if isinstance(here, list):
        for section in settings["sections"]:
            section.pop("jumps", None)
    else:
        own = ("options_from", "when", "required", "maximum", "max_length", "at_least")
        here.pop(place[-1] if place[-1] in own else "show_if", None)


def _parts(question: Settings) -> list[Settings]:
    parts: list[Settings] = question.get("options") or question.get("rows") or []
    return parts
