"""From stored responses to tidy frames: the one way by which answers enter the analysis.

`responses`: one row per response; `response`, `received_at` (time in Asia/Shanghai; the day's beginning where only the
day is kept), `day` (midnight, without zone), `touchpoint`, `district`, `department`, `business_type`, `channel`, then
one column per item, named by `item_column`: float for scales (NaN: not answered or not applicable), object for choices
and texts.
`comments`: one row per analysed comment; `response`, `item`, `text`, `kind`, `sentiment`, `score`, `sure`.
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
from surveys.questions import NOT_APPLICABLE, Measure, Question, Scale
from surveys.storage.findings import Finding

CONTEXT = ("touchpoint", "district", "department", "business_type", "channel")
COMMENTS = ("response", "item", "text", "kind", "sentiment", "score", "sure")
MENTIONS = ("response", "item", "aspect", "label", "sentiment", "start", "end", "evidence")

_OWN = {"response", "received_at", "day", *CONTEXT}
_NUMERIC = {Measure.RATING, Measure.NPS}


def response_frame(survey: Survey, responses: Iterable[Iterable[StoredResponse]]) -> pd.DataFrame:
    """One row per response, in the order of receipt; items that only an older version asked are left out."""
    stored = list(chain.from_iterable(responses))
    frame = pd.DataFrame(
        {
            "response": pd.Series([each.id for each in stored], dtype="str"),
            "received_at": _moments(stored),
            "day": pd.to_datetime(pd.Series([each.received_on for each in stored], dtype="object")),
            **{name: pd.Series([getattr(each, name) for each in stored], dtype="str") for name in CONTEXT},
            **{item_column(question.code): _column(question, stored) for question in survey.questions()},
        }
    )
    return frame.sort_values(["received_at", "response"], ignore_index=True)


def item_column(code: str) -> str:
    """The column of an item: its code, or `item:code` where the code is the name of one of the frame's own columns."""
    return f"item:{code}" if code in _OWN else code


def _moments(stored: list[StoredResponse]) -> pd.Series:
    moments = [each.received_at or pd.Timestamp(each.received_on, tz=ZONE) for each in stored]
    return pd.to_datetime(pd.Series(moments, dtype="object"), utc=True).dt.tz_convert(ZONE)


def _column(question: Question, stored: list[StoredResponse]) -> pd.Series:
    answers = [each.answers.get(question.code) for each in stored]
    if question.measure in _NUMERIC:
        numbers = [None if answer == NOT_APPLICABLE else answer for answer in answers]
        return pd.to_numeric(pd.Series(numbers, dtype="object"), errors="coerce").astype("float64")
    return pd.Series(answers, dtype="object")


def rated_dimensions(survey: Survey) -> dict[str, RatedDimension]:
    """The dimensions that have ratings, by code and in the survey's order; items on another scale are left out."""
    rated = {}
    for dimension in survey.dimensions:
        scales = [each for each in survey.questions() if each.dimension == dimension.code and isinstance(each, Scale)]
        if scales:
            low, high = scales[0].low, scales[0].high
            items = [item_column(each.code) for each in scales if (each.low, each.high) == (low, high)]
            rated[dimension.code] = RatedDimension(str(dimension.label), items, low, high)
    return rated


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
