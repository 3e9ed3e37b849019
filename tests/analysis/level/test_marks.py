"""Test questions with right answers and marks: from the definition to marks per person, per question and on average."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from analysis.figures import marked_items
from analysis.level.marks import mean_marks, share_right
from surveys.definition.survey import Audience, Survey
from surveys.definition.templates import template
from surveys.exchange.answers.codebook import CODE_BOOKS
from surveys.exchange.answers.columns import layout_of
from surveys.exchange.definitions import DEFINITION_FORMATS
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words

__all__ = ["open_page"]  # a fixture
pytestmark = pytest.mark.dated

TEST = {
    "code": "quiz", "title": "测验", "use": "培训后", "audience": "customers",
    "sections": [{"questions": [
        {"code": "one", "type": "single_choice", "title": "先做什么？", "marks": 3, "options": [
            {"code": "a", "label": "查记录", "right": True}, {"code": "b", "label": "等"}]},
        {"code": "all", "type": "multiple_choice", "title": "哪些要做？", "marks": 2, "options": [
            {"code": "x", "label": "停电", "right": True}, {"code": "y", "label": "验电", "right": True},
            {"code": "z", "label": "抽烟"}]},
    ]}],
}  # fmt: skip
GIVEN = (  # answers, marks
    ({"one": "a", "all": ["x", "y"]}, 5), ({"one": "a", "all": ["x"]}, 3), ({"one": "b", "all": ["x", "y", "z"]}, 0),
    ({"one": "a"}, 3), ({"all": ["x", "y"]}, 2),
)  # fmt: skip


def quiz(**changes: object) -> Survey:
    return Survey.model_validate(TEST | changes)


def test_the_mean_and_the_share_right_are_those_worked_out_by_hand() -> None:
    """All of several right ones and no other count; what was left out is worth nothing, and is in no share."""
    frame = pd.DataFrame({
        "one": ["a", "a", "b", "a", None, None], "all.x": [1, 1, 1, None, 1, None], "all.y": [1, 0, 1, None, 1, None],
        "all.z": [0, 0, 1, None, 0, None],
    })  # fmt: skip
    items = marked_items(quiz())
    mean = mean_marks(frame, items=tuple(items.values()), low=0, high=5)
    assert (mean.n, mean.value) == (5, pytest.approx(13 / 5)) and 0 <= (mean.low or 0) < 2.6 < (mean.high or 0) <= 5
    assert [(each.n, each.value) for each in (share_right(frame, item=one) for one in items.values())] == [
        (4, 0.75), (4, 0.5),
    ]  # fmt: skip


def test_marks_without_a_right_answer_are_refused() -> None:
    with pytest.raises(ValidationError, match="right: true"):
        options = [{"code": "a", "label": "是"}]
        quiz(sections=[{"questions": [
            {"code": "one", "type": "single_choice", "title": "？", "marks": 3, "options": options}
        ]}])  # fmt: skip


@pytest.mark.parametrize("name", [name for name, each in DEFINITION_FORMATS.items() if each.write])
def test_right_answers_go_through_every_format(name: str) -> None:
    survey, each = quiz(), DEFINITION_FORMATS[name]
    assert each.write is not None
    content, _ = each.write(survey)
    again, _ = each.read(content, f"quiz.{name}")
    assert {one.code: (one.right_codes, one.full_marks) for one in again.questions()} == {  # type: ignore[attr-defined]
        "one": (("a",), 3), "all": (("x", "y"), 2),
    }  # fmt: skip


def test_what_surveyjs_says_of_right_answers_is_read() -> None:
    element = {"type": "radiogroup", "name": "q", "title": "先做什么？", "choices": ["a", "b"], "correctAnswer": "b"}
    found, losses = DEFINITION_FORMATS["surveyjs"].read(
        json.dumps({"title": "t", "elements": [element]}).encode(), "t.json"
    )
    [question] = found.questions()
    assert question.right_codes == ("b",) and not [each for each in losses if "correctAnswer" in str(each)]  # type: ignore[attr-defined]


def test_the_code_book_names_right_answers(tmp_path: Path) -> None:
    CODE_BOOKS["csv"](tmp_path / "book.csv", layout_of({1: quiz()}))
    assert "正确答案：a（本题 3 分）" in (tmp_path / "book.csv").read_text("utf-8-sig")


def test_a_test_is_told_by_question_on_average_and_by_person(store: Store, open_page: Open) -> None:
    """Marks of each answer stand on the page of answers; of an anonymous test nobody's do."""
    add_accounts(store)
    store.surveys.save_draft(quiz(), None, by="boss")
    store.surveys.publish("quiz", by="boss")
    store.responses.bring_in([
        submission(number, survey="quiz", answers=given, received_on=date(2026, 11, 10), received_at=None,
                   touchpoint=None, department=None)
        for number, (given, _) in enumerate(GIVEN * 4)
    ])  # fmt: skip
    shown = words(open_page(store, "boss", "results", survey="quiz", period="all"))
    assert "测试平均得分（满分 5 分）" in shown and "2.6" in shown and "先做什么？" in shown and "75.0%" in shown
    listed = words(open_page(store, "boss", "answers", survey="quiz", period="all"))
    assert "得分（满分 5）" in listed and all(f">{marks}<" in listed for _, marks in GIVEN)


def test_no_right_answer_is_told_to_who_fills_in_and_the_template_of_trainings_has_some() -> None:
    survey = template("training-skills")
    assert len(marked_items(survey)) == 3 and survey.audience is Audience.STAFF
