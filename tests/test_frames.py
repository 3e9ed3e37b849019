"""From stored responses to tidy frames."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.frames import CONTEXT, comment_frames, item_column, rated_dimensions, response_frame
from surveys.definition import Survey
from surveys.storage import Store
from surveys.storage.findings import Finding
from surveys.templates import template
from tests.conftest import submission


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
    aspect = {
        "aspect": "repair",
        "label": "抢修服务",
        "sentiment": "正面",
        "start": 0,
        "end": 6,
        "evidence": "师傅来得很快",
    }
    finding = {"text": "师傅来得很快", "kind": "praise", "sentiment": "正面", "score": 0.9, "aspects": [aspect]}
    waiting = published.findings.waiting(visit.code, ["comment"], "m", 10)
    published.findings.save([Finding(each.response, each.item, "m", finding) for each in waiting])
    responses = response_frame(visit, published.responses.responses(visit.code))
    comments, mentions = comment_frames(published.findings.of(visit.code), responses.head(1))
    assert list(comments["sentiment"]) == ["正面"]
    assert list(comments["response"]) == list(responses["response"].head(1))
    assert mentions[["aspect", "start", "end"]].to_numpy().tolist() == [["repair", 0, 6]]
    none, nothing = comment_frames([], responses)
    assert list(none.columns) == list(comments.columns) and list(nothing.columns) == list(mentions.columns)


def test_an_item_named_like_a_column_of_the_frame_keeps_out_of_its_way(published: Store) -> None:
    """The departments' review asks about "response" and "department"; ids and departments stay what they are."""
    review = template("department-review")
    answers = {"department": "service", "overall": 4, "response": 2}
    published.surveys.save_draft(review, None, by="test")
    published.surveys.publish(review.code, by="test")
    published.responses.append([submission(1, survey=review.code, answers=answers)])
    frame = response_frame(review, published.responses.responses(review.code))
    assert frame.loc[0, ["response", "department"]].tolist() == [submission(1).id, "repair"]
    assert frame.loc[0, [item_column(code) for code in answers]].tolist() == ["service", 4.0, 2.0]
    assert rated_dimensions(review)["response"].items == ["item:response"]
