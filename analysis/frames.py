"""From stored responses to tidy frames: the one way by which answers enter the analysis.

`responses`: one row per response; `response`, `received_at` (time in Asia/Shanghai; the day's beginning where only the
day is kept), `day` (midnight, without zone), `touchpoint`, `district`, `department`, `business_type`, `channel`, then
the columns that the questions name, by `item_column`: `code` for a question of one value, `code.part` for each part of
the others, several choices as 0 and 1 under `code.option`. Numbers are float64 (NaN: not answered or not applicable),
choices and texts object (None: not answered).
`comments`: one row per analysed comment; `response`, `item`, `text`, `kind`, `sentiment`, `score`, `sure`,
`reviewed_by` (None: judged by the model alone).
`mentions`: one row per aspect in a comment; `response`, `item`, `aspect`, `label`, `sentiment`, `start`, `end`,
`evidence`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import pandas as pd

from analysis.satisfaction import Dimension as RatedDimension
from surveys.clock import ZONE
from surveys.definition import Survey
from surveys.intake import StoredResponse
from surveys.questions import Answer, Cell, Measure, Question
from surveys.storage.findings import Finding
from surveys.wording import DEFAULT_LANGUAGE

CONTEXT = ("touchpoint", "district", "department", "business_type", "channel")
COMMENTS = ("response", "item", "text", "kind", "sentiment", "score", "sure", "reviewed_by")
MENTIONS = ("response", "item", "aspect", "label", "sentiment", "start", "end", "evidence")

_OWN = {"response", "received_at", "day", *CONTEXT}
_NO_RATING = {Measure.IMPORTANCE, Measure.EXPECTATION}  # what stands beside a rating in a pair


def response_frame(survey: Survey, responses: Iterable[Iterable[StoredResponse]]) -> pd.DataFrame:
    """One row per response, in the order of receipt; items that only an older version asked are left out."""
    stored = list(chain.from_iterable(responses))
    frame = pd.DataFrame(
        {
            "response": pd.Series([each.id for each in stored], dtype="str"),
            "received_at": _moments(stored),
            "day": pd.to_datetime(pd.Series([each.received_on for each in stored], dtype="object")),
            **{name: pd.Series([getattr(each, name) for each in stored], dtype="str") for name in CONTEXT},
            **{name: column for question in survey.questions() for name, column in _columns(question, stored)},
        }
    )
    return frame.sort_values(["received_at", "response"], ignore_index=True)


def item_column(code: str) -> str:
    """The column of an item: its code, or `item:code` where the code is the name of one of the frame's own columns."""
    return f"item:{code}" if code in _OWN else code


def _moments(stored: list[StoredResponse]) -> pd.Series:
    moments = [each.received_at or pd.Timestamp(each.received_on, tz=ZONE) for each in stored]
    return pd.to_datetime(pd.Series(moments, dtype="object"), utc=True).dt.tz_convert(ZONE)


def _columns(question: Question, stored: list[StoredResponse]) -> Iterator[tuple[str, pd.Series]]:
    filled = [_cells(question, each.answers.get(question.code)) for each in stored]
    for column in question.columns():
        values = pd.Series([cells.get(column.name) for cells in filled], dtype="object")
        # What is no number is `na`, or was answered when an older version asked for something else.
        numbers = pd.to_numeric(values, errors="coerce").astype("float64") if column.numeric else None
        yield item_column(column.name), values if numbers is None else numbers


def _cells(question: Question, answer: Answer | None) -> dict[str, Cell]:
    if answer is None:
        return {}
    try:
        return question.cells(answer)
    except (AttributeError, KeyError, TypeError, ValueError):  # given to a version in which it was of another type
        return {}


def rated_dimensions(survey: Survey, language: str = DEFAULT_LANGUAGE) -> dict[str, RatedDimension]:
    """The dimensions that have ratings, by code and in the survey's order; items on another scale are left out.

    They are named in *language* where the survey says them in it.
    """
    rated = {}
    for dimension in survey.dimensions:
        scales = [found for each in survey.questions() if each.dimension == dimension.code for found in _scale(each)]
        if scales:
            ends = scales[0][1:]
            items = [item for item, *own in scales if tuple(own) == ends]
            rated[dimension.code] = RatedDimension(dimension.label.in_language(language), items, *ends)
    return rated


def _scale(question: Question) -> Iterator[tuple[str, int, int]]:
    """The columns of a question that are ratings, each with its lowest and its highest point."""
    points_in_order = getattr(question, "points_in_order", None)
    if points_in_order is not None:
        points = points_in_order()
        for column in question.columns():
            if column.numeric and column.measure not in _NO_RATING:
                yield item_column(column.name), points[0], points[-1]


def comment_frames(findings: Iterable[Finding], responses: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The comments and the mentions of the given responses; findings of other responses are left out."""
    wanted = set(responses["response"])
    here = [finding for finding in findings if finding.response in wanted]
    comments = pd.DataFrame([_comment(each) for each in here], columns=list(COMMENTS))
    mentions = pd.DataFrame([row for each in here for row in _mentions(each)], columns=list(MENTIONS))
    return comments, mentions


def _comment(finding: Finding) -> dict[str, Any]:
    return {"response": finding.response, "item": finding.item} | {
        name: finding.finding.get(name) for name in COMMENTS[2:]
    }


def _mentions(finding: Finding) -> Iterator[dict[str, Any]]:
    for aspect in finding.finding.get("aspects", ()):
        yield {"response": finding.response, "item": finding.item} | {name: aspect.get(name) for name in MENTIONS[2:]}
