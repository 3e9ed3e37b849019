"""The library of templates: every system has its surveys, and each is worded, weighed and timed as it should be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from surveys.definition.design_checks import faults, longest_minutes
from surveys.definition.questions import QUESTION_TYPES, Choice, Grid, Measure, Question, Scale
from surveys.definition.questions.grids import MatrixRating
from surveys.definition.routing import Ending, course
from surveys.definition.survey import Audience, Survey
from surveys.definition.templates import TEMPLATES, all_templates, problems_of, read_definition, template
from surveys.fieldwork.tasks.doors import by_task_alone
from surveys.localisation.wording import Text

SYSTEMS: dict[str, tuple[str, ...]] = {
    "S1 improvement cycle": ("service-baseline", "improvement-check"),
    "S2 internal satisfaction": ("department-review", "process-step", "employee-satisfaction"),
    "S3 360° appraisal": ("manager-360",),
    "newcomers": ("new-employee",),
    "S4 agent quality": ("call-monitoring",),
    "S5 closed loop": ("work-order", "power-visit"),
    "S6 customer information": ("contact-update",),
    "S8 customer tiers": ("customer-value",),
    "S9 satisfaction and loyalty": ("satisfaction-loyalty",),
    "S10 expectation management": ("expectation-gap", "kano-services"),
    "trade-offs": ("service-priorities",),
    "S11 touchpoint management": ("touchpoint-journey", "touchpoint-spot"),
    "S12 channels": ("counter-kiosk", "phone-interview", "opinion-box", "paper-form", "online-service"),
    "S13 complaints": ("complaint-handled",),
    "S14 timed follow-up": ("property-move-in", "connection-week"),
    "S15 self-check": ("self-check",),
    "S16 inspection": ("site-inspection", "mystery-shopper"),
    "S18 before and after": ("improvement-check",),
    "S19 insurance": ("insurance-short", "insurance-yearly", "insurance-counter"),
    "S20 branch service": ("branch-service", "bank-service"),
    "S21 key accounts": ("key-account",),
    "S23 text message and keypad": ("keypad-reply",),
    "S24 business catalogue": ("new-connection", "account-change", "capacity-change", "site-change"),
    "S25 training": ("training-course", "training-skills"),
    "property management": ("property-service", "property-move-in", "property-handover", "community-life"),
    "visits and round tables": ("visit-record", "round-table"),
    "review of conduct": ("conduct-review",),
    "banking": ("bank-service",),
}

# New connection, capacity increase, and the twelve kinds of change.
BUSINESSES = (
    *("new", "increase", "transfer", "reduce", "suspend", "substitute", "relocate"),
    *("move_meter", "remove", "close", "reclass", "voltage", "merge", "split"),
)

AFTER_ONE_VISIT = (
    *("power-visit", "work-order", "complaint-handled", "connection-week", "improvement-check", "insurance-short"),
    *("counter-kiosk", "touchpoint-spot", "keypad-reply", "online-service", "branch-service"),
    *("account-change", "capacity-change", "site-change"),
)
WITHOUT_OVERALL = {"opinion-box", "contact-update", "kano-services"}
STAFF_RATE_OTHERS = {"department-review", "process-step", "employee-satisfaction", "manager-360", "training-course"}

LIBRARY = {survey.code: survey for survey in all_templates()}

each_template = pytest.mark.parametrize("survey", LIBRARY.values(), ids=LIBRARY)


def texts(value: object, place: str = "") -> Iterator[tuple[str, Text]]:
    """Every text anywhere in a definition, with its place."""
    if isinstance(value, Text):
        yield place, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts(getattr(value, name), f"{place}.{name}")
    elif isinstance(value, tuple):
        for n, part in enumerate(value):
            yield from texts(part, f"{place}[{n}]")


def rated(survey: Survey) -> list[Question]:
    """The items that are judged one by one: not the overall item, recommendation or effort."""
    judged = (Measure.RATING, Measure.KANO)
    return [each for each in survey.questions() if each.measure in judged and each.code != survey.overall]


def seconds(survey: Survey, link: dict[str, str]) -> float:
    """What those take who have nothing to complain about; an optional comment comes on top."""
    asked = course(survey, {}, link, seed="").questions()
    return sum(each.duration() for each in asked if each.required or each.type != "long_text")


def asked_of(survey: Survey, entered: dict[str, list[str]], **link: str) -> list[str]:
    return [each.code for each in course(survey, entered, link, seed="").questions()]


def test_every_system_has_its_templates() -> None:
    """The table names what there is, and all of it."""
    named = {code for codes in SYSTEMS.values() for code in codes}
    assert named == set(LIBRARY)
    assert len(LIBRARY) >= 24


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.yaml")), ids=lambda path: path.stem)
def test_each_file_is_valid_under_its_own_name(path: Path) -> None:
    """No problem is left, and the code is the file's name."""
    assert not list(problems_of(path))
    assert read_definition(path).code == path.stem


@each_template
def test_no_fault_of_design(survey: Survey) -> None:
    """No question asks two things, leads, or comes in the wrong place; hints may be left."""
    assert not [str(fault) for fault in faults(survey) if not fault.hint]


@each_template
def test_every_text_is_in_chinese_and_english(survey: Survey) -> None:
    """Titles, hints, labels, options and rows; what is put into a text is put into both."""
    for place, text in texts(survey):
        assert {"zh-Hans", "en"} <= set(text.root), place
        assert re.search(r"[\u4e00-\u9fff%]", text.root["zh-Hans"]) or "NPS" in text.root["zh-Hans"], place
        assert not re.search(r"[\u4e00-\u9fff，。？]", text.root["en"]), f"{place}: {text.root['en']}"
        assert len({frozenset(re.findall(r"\{.*?\}", words)) for words in text.root.values()}) == 1, place


@each_template
def test_texts_speak_to_those_who_read_them(survey: Survey) -> None:
    """One line says when to take it; there are an introduction and thanks; nothing internal is named."""
    assert all("\n" not in words and len(words) <= 120 for words in survey.use.root.values())
    assert survey.introduction
    assert survey.thanks
    for place, text in texts(survey):
        assert not any(re.search(r"\bS\d{1,2}\b|TODO", words) for words in text.root.values()), place


def test_titles_tell_templates_apart() -> None:
    """In either language."""
    for language in ("zh-Hans", "en"):
        titles = [survey.title.in_language(language) for survey in LIBRARY.values()]
        assert len(set(titles)) == len(titles)


def test_every_question_type_has_its_place() -> None:
    """A designer finds an example of each."""
    used = {question.type for survey in LIBRARY.values() for question in survey.questions()}
    assert used == set(QUESTION_TYPES)


@each_template
def test_indicator_tree(survey: Survey) -> None:
    """Each dimension is measured, each rated item belongs to one, and weights add up."""
    assert survey.dimensions
    assert {each.code for each in survey.dimensions} == {each.dimension for each in survey.questions()} - {None}
    assert not [each.code for each in rated(survey) if each.dimension is None]
    weights = [each.weight for each in survey.dimensions if each.weight is not None]
    assert not weights or sum(weights) == pytest.approx(1)


@each_template
def test_overall_satisfaction(survey: Survey) -> None:
    """There is an overall item, asked of everyone, except where nothing is rated as a whole."""
    assert (survey.overall is None) is (survey.code in WITHOUT_OVERALL)
    if survey.overall:
        assert survey.question(survey.overall).show_if is None


@each_template
def test_nobody_is_kept_long(survey: Survey) -> None:
    """Five minutes at the most, on the longest way."""
    assert longest_minutes(survey) <= 5


@pytest.mark.parametrize("code", AFTER_ONE_VISIT)
def test_a_minute_after_a_visit(code: str) -> None:
    """A follow-up takes a minute, two at the most when there is something to tell, whatever the business was."""
    survey = LIBRARY[code]
    assert max(seconds(survey, {"biz": business}) for business in BUSINESSES) <= 60
    assert longest_minutes(survey) <= 2


@each_template
def test_matrices_are_short(survey: Survey) -> None:
    """Seven rows at the most."""
    assert all(len(question.rows) <= 7 for question in survey.questions() if isinstance(question, Grid))


@each_template
def test_scales_have_their_ends_named(survey: Survey) -> None:
    """Nobody guesses which end is the good one."""
    for question in survey.questions():
        if isinstance(question, Scale):
            assert question.labels or (question.low_label and question.high_label), question.code


def test_staff_rate_others_without_their_names() -> None:
    """Colleagues, superiors and trainers are rated anonymously."""
    assert {code for code, survey in LIBRARY.items() if survey.anonymous} == STAFF_RATE_OTHERS
    for code in STAFF_RATE_OTHERS:
        assert LIBRARY[code].audience is Audience.STAFF


def test_self_check_has_the_indicators_of_the_customers() -> None:
    """The same dimensions, weights, items and points, so that the gap can be told."""
    customers, unit = LIBRARY["service-baseline"], LIBRARY["self-check"]
    assert unit.dimensions == customers.dimensions

    def items(survey: Survey) -> set[tuple[str, int]]:
        return {
            (column.name, question.points)
            for question in survey.questions()
            if isinstance(question, MatrixRating)
            for column in question.columns()
        }

    assert items(unit) == items(customers)


def test_each_business_has_its_follow_up() -> None:
    """Each kind is served by one template: the link names it, or the customer does, to the same end."""
    served: list[str] = []
    for code in SYSTEMS["S24 business catalogue"]:
        question = LIBRARY[code].question("business")
        assert isinstance(question, Choice)
        for option in question.options:
            served.append(option.code)
            by_link = asked_of(LIBRARY[code], {}, biz=option.code)
            by_customer = asked_of(LIBRARY[code], {"business": [option.code]})
            assert [each for each in by_customer if each != "business"] == by_link
            assert "business" in by_customer
    assert sorted(served) == sorted(BUSINESSES)


def test_businesses_of_different_nature_are_asked_different_things() -> None:
    """Closing an account is not asked like a new tariff."""
    close, reclass = (asked_of(template("account-change"), {}, biz=biz) for biz in ("close", "reclass"))
    assert {"close_settlement"} == {each for each in close if each.startswith("close_s")}
    assert not set(reclass) & {"close_settlement", "close_removal", "join_meters"}


def test_paper_has_no_branches() -> None:
    """Nor files, link values or anything that paper can't hold."""
    paper = LIBRARY["paper-form"]
    assert not paper.has_logic()
    assert not {each.type for each in paper.questions()} & {"hidden", "file", "consent", "slider", "drop_down"}


def test_appraisal_asks_eight_items_of_five_groups() -> None:
    """The group comes with the task and is kept as a coarse fact; nobody is asked for it."""
    survey = LIBRARY["manager-360"]
    assert len(rated(survey)) == len(survey.dimensions) == 8
    [relation] = survey.context
    assert [each.code for each in relation.options] == ["superior", "peer", "subordinate", "self", "external"]


# Which forms are filled in by task, about what, and by which rule.
BY_TASK = {
    "department-review": ("department", "others"),
    "process-step": ("step", "neighbours"), "manager-360": ("person", "raters"), "call-monitoring": ("agent", "draw"),
    "training-course": ("session", "participants"), "training-skills": ("session", "participants"),
    "site-inspection": ("site", "each"), "mystery-shopper": ("site", "each"), "self-check": ("department", "own"),
    "new-employee": (None, "dated"),
}  # fmt: skip


@pytest.mark.parametrize("code", BY_TASK)
def test_forms_of_the_staff_name_kinds_and_have_a_rule_of_tasks(code: str) -> None:
    """No code of an organisation stands in them, and they have no open door."""
    survey = LIBRARY[code]
    assert survey.tasks is not None and (survey.about, survey.tasks.by) == BY_TASK[code]
    assert by_task_alone(survey) and survey.audience is Audience.STAFF and survey.subject is None


@pytest.mark.parametrize(
    ("code", "entered", "shown"),
    [
        ("work-order", {"csat": ["2"]}, "why"),
        ("work-order", {"csat": ["5"], "solved": ["partly"]}, "why"),
        ("counter-kiosk", {"csat": ["3"]}, "why"),
        ("online-service", {"ces": ["2"]}, "obstacle"),
        ("service-baseline", {"used": ["repair"]}, "repair"),
        ("touchpoint-journey", {"used.daily": ["phone"]}, "daily"),
        ("opinion-box", {"kind": ["complaint"], "reply": ["wanted"]}, "consent"),
        ("insurance-short", {"matter": ["claim"]}, "papers"),
        ("insurance-counter", {"matter": ["underwriting"]}, "plan"),
    ],
)
def test_more_is_asked_only_of_whom_it_concerns(code: str, entered: dict[str, list[str]], shown: str) -> None:
    """Why after a low score, details of what was used, a contact where a reply is wanted."""
    assert shown in asked_of(LIBRARY[code], entered)
    assert shown not in asked_of(LIBRARY[code], {})


def test_a_phone_interview_ends_politely() -> None:
    """Who refuses is asked nothing more; who is busy is asked only when to call again."""
    survey = LIBRARY["phone-interview"]
    refused = course(survey, {"available": ["call_refused"]}, {}, "")
    assert refused.ending is Ending.SCREENED_OUT
    assert survey.screened_out
    later = asked_of(survey, {"available": ["call_later"]})
    assert later[-2:] == ["back_on", "back_at"]
    assert "csat" not in later
    assert asked_of(survey, {"available": ["now"], "csat": ["5"]})[-1] == "comment"
