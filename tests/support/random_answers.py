"""Random answers to any question, and random texts that spreadsheets and readers take for something else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from surveys.definition.questions import AnswerColumn, Measure, NotAcceptable, Question
from surveys.definition.survey import Survey
from surveys.intake.submission import StoredResponse
from tests.support.examples import EXAMPLES

WILD = ["=1+1", "'=1+1", "''", "-5", "+", "@a", "＝1", "na", "#N/A", "1e5", "001", "True", "_x0041_", "a;b", "\ufffe"]
wild_text = st.one_of(st.text(max_size=40), st.sampled_from(WILD), st.text("=+-@'\"\t\n ;,_x0AF好😀", max_size=12))

_SOME = {Measure.DATE: ["2026-03-05", "09:30"], Measure.TEXT: ["13800001111", "a@example.com", "0012345678"]}


def _entries(column: AnswerColumn) -> st.SearchStrategy[str]:
    if column.measure is Measure.MULTIPLE:
        return st.sampled_from(["0", "1"])
    known = [*column.labels, *_SOME.get(column.measure, ())]
    numbers = st.integers(0, 11).map(str) | st.sampled_from(["100", "-2.25", "50"])
    some = numbers if column.numeric else wild_text
    return st.sampled_from(known) | some if known else some


def answers_to(question: Question) -> st.SearchStrategy[Any]:
    """Something a respondent can have answered to a question, None for nothing."""
    examples = [answer for settings, answer in EXAMPLES[question.type] if _fits(question, answer)]
    columns = question.columns()
    if not columns:
        return st.none()
    cells = st.fixed_dictionaries({}, optional={column.name: _entries(column) for column in columns})
    found = cells.map(lambda drawn: _answer(question, drawn))
    return found | st.sampled_from(examples) if examples else found


def _answer(question: Question, cells: dict[str, str]) -> Any:
    try:
        return question.model_copy(update={"required": False}).from_cells(cells)
    except NotAcceptable:
        return None


def _fits(question: Question, answer: Any) -> bool:
    try:
        return question.check(question.entered_from(answer)) == answer
    except (NotAcceptable, KeyError):
        return False


@st.composite
def responses_to(draw: st.DrawFn, survey: Survey) -> StoredResponse:
    """A response to version 1 of a survey, answers and circumstances."""
    moment = draw(st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2026, 11, 1)))  # noqa: DTZ001
    answers = {question.code: draw(answers_to(question)) for question in survey.questions()}
    known: dict[str, Any] = {
        "id": draw(st.integers(0, 2**128 - 1)).to_bytes(16, "big").hex(),
        "answers": {code: answer for code, answer in answers.items() if answer is not None},
        "received_on": date(2026, 11, 2),
        "received_at": moment and moment.replace(tzinfo=UTC, microsecond=0),
        "seconds": draw(st.none() | st.integers(0, 10_000)),
        "district": draw(st.sampled_from([None, "城东", "=城南"])),
    }
    return stored(survey.code, **known)


def stored(survey: str = "everything", **changes: Any) -> StoredResponse:
    """A response as it is read from the store."""
    values: dict[str, Any] = {
        "id": f"{1:032x}", "survey": survey, "version": 1, "answers": {}, "received_on": date(2026, 11, 22),
        "received_at": None, "seconds": None, "touchpoint": "repair-east", "department": "repair", "district": "城东",
        "business_type": None, "channel": "link",
    }  # fmt: skip
    return StoredResponse(**(values | changes))
