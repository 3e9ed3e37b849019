"""From stored responses to tidy frames."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.frames import CONTEXT, comment_frames, item_column, rated_dimensions, response_frame
from surveys.comments import Aspect, CommentKind, Sentiment
from surveys.definition.survey import Survey
from surveys.storage import Store
from surveys.storage.records.comments import CommentFinding
from tests.conftest import submission
from tests.support.examples import EXAMPLES
from tests.support.open_review import OPEN_REVIEW
from tests.support.random_answers import stored


def test_one_row_per_response_in_the_order_of_receipt(published: Store, visit: Survey) -> None:
    """Scales are numbers with 没有接触 missing; times are shown in Asia/Shanghai; the rest stays as stored."""
    published.responses.append(
        [
            submission(1, answers={"csat": 5, "repair": "na", "nps": 0, "comment": "好"}),
            submission(2, answers={"csat": 1}, received_at=None, received_on=date(2026, 11, 20), touchpoint=None),
        ]
    )
    frame = response_frame(visit, published.responses.responses(visit.code))
    assert list(frame["csat"]) == [1.0, 5.0]
    assert frame["repair"].isna().all() and frame["repair"].dtype == "float64"
    assert list(frame["nps"].dropna()) == [0.0]
    assert frame["received_at"].iloc[1] == pd.Timestamp("2026-11-22 10:30", tz="Asia/Shanghai")
    assert list(frame["day"]) == [pd.Timestamp("2026-11-20"), pd.Timestamp("2026-11-22")]
    assert frame["touchpoint"].isna().tolist() == [True, False]
    assert frame["comment"].iloc[1] == "好"


def test_no_responses_give_an_empty_frame_of_the_same_shape(published: Store, visit: Survey) -> None:
    """So that no page needs a case of its own for it."""
    empty = response_frame(visit, published.responses.responses(visit.code))
    published.responses.append([submission(1)])
    full = response_frame(visit, published.responses.responses(visit.code))
    assert len(empty) == 0
    assert list(empty.columns) == list(full.columns)
    assert set(CONTEXT) < set(empty.columns)
    assert empty["csat"].dtype == full["csat"].dtype


def test_comments_and_mentions_of_the_responses_in_sight(published: Store, visit: Survey) -> None:
    """What a filter leaves out is left out of the comments too."""
    published.responses.append([submission(1), submission(2)])
    said, good = "师傅来得很快", Sentiment.POSITIVE
    known = (said, CommentKind.PRAISE, good, 0.9, True, (Aspect("repair", "抢修服务", good, 0, 6, said),))
    waiting = published.findings.waiting(visit.code, ["comment"], "m", 10)
    published.findings.save([CommentFinding(each.response, each.item, "m", *known) for each in waiting])
    responses = response_frame(visit, published.responses.responses(visit.code))
    comments, mentions = comment_frames(published.findings.of(visit.code), responses.head(1))
    assert list(comments["sentiment"]) == ["positive"]
    assert list(comments["response"]) == list(responses["response"].head(1))
    assert mentions[["aspect", "start", "end"]].to_numpy().tolist() == [["repair", 0, 6]]
    none, nothing = comment_frames([], responses)
    assert list(none.columns) == list(comments.columns) and list(nothing.columns) == list(mentions.columns)


def test_an_item_named_like_a_column_of_the_frame_keeps_out_of_its_way(published: Store) -> None:
    """The departments' review asks about "response" and "department"; ids and departments stay what they are."""
    review = OPEN_REVIEW
    answers = {"department": "service", "overall": 4, "response": 2}
    published.surveys.save_draft(review, None, by="test")
    published.surveys.publish(review.code, by="test")
    published.responses.append([submission(1, survey=review.code, answers=answers)])
    frame = response_frame(review, published.responses.responses(review.code))
    assert frame.loc[0, ["response", "department"]].tolist() == [submission(1).id, "repair"]
    assert frame.loc[0, [item_column(code) for code in answers]].tolist() == ["service", 4.0, 2.0]
    assert rated_dimensions(review)["response"].items == ["item:response"]


EVERY_TYPE = Survey.model_validate(
    {
        "code": "everything",
        "title": "全部题型",
        "use": "测试",
        "sections": [
            {
                "questions": [
                    {"type": name, "code": f"{name}_{number}", "title": "题目", **options}
                    for name, examples in EXAMPLES.items()
                    for number, (options, _) in enumerate(examples)
                ]
            }
        ],
    }
)
ANSWERS = {
    f"{name}_{number}": answer
    for name, examples in EXAMPLES.items()
    for number, (_, answer) in enumerate(examples)
    if answer is not None
}


def test_every_type_has_its_columns() -> None:
    """Numbers are float64 with `na` missing, the rest object; a column for every part, filled with its cell."""
    frame = response_frame(EVERY_TYPE, [[stored(answers=ANSWERS), stored(id="f" * 32)]])
    for question in EVERY_TYPE.questions():
        cells = question.cells(ANSWERS.get(question.code))
        for column in question.columns():
            values, cell = frame[column.name], cells.get(column.name)
            assert values.dtype == ("float64" if column.numeric else "object")
            assert pd.isna(values[1])
            assert pd.isna(values[0]) if cell in (None, "na") else values[0] == cell
    assert frame.loc[0, ["multiple_choice_0.bill", "multiple_choice_0.hall"]].tolist() == [1.0, 0.0]


def test_an_answer_to_another_type_is_missing() -> None:
    """An older version may have asked something else under the same code."""
    frame = response_frame(EVERY_TYPE, [[stored(answers={"matrix_rating_0": "好", "nps_0": ["x"], "ranking_0": 3})]])
    names = ["matrix_rating_0.bill", "nps_0", "ranking_0.bill"]
    assert frame[names].isna().all(axis=None)


def test_rows_of_a_matrix_and_satisfaction_in_a_pair_are_rated() -> None:
    """They measure a dimension as a single rating does; importance and expectation don't."""
    survey = Survey.model_validate(
        {
            "code": "rated", "title": "评分", "use": "测试", "dimensions": [{"code": "care", "label": "态度"}],
            "sections": [{"questions": [
                {"type": "matrix_rating", "code": "m", "title": "评分", "rows": [{"code": "a", "label": "甲"}],
                 "dimension": "care"},
                {"type": "importance_satisfaction", "code": "p", "title": "成对", "dimension": "care"},
                {"type": "nps", "code": "nps", "title": "推荐", "dimension": "care"},
                {"type": "long_text", "code": "say", "title": "意见", "dimension": "care"},
            ]}],
        }
    )  # fmt: skip
    care = rated_dimensions(survey)["care"]
    assert (care.items, care.low, care.high) == (["m.a", "p.satisfaction"], 1, 5)
