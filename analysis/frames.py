"""From stored responses to tidy frames: the one way by which answers enter the analysis.

`responses`: one row per response; `response`, `received_at` (time here; the beginning of the day where only
the day is kept), `day` (midnight, no zone), `touchpoint`, `district`, `department`, `business_type`, `channel`,
`subject` (the code of what it is about, see `Survey.about`), `round` (its code: the kept one, else that of the calendar
round of its day), `campaign` (the id of the one that asked), the facts that came along (`context.NAME`, see
`analysis.facts`), then the columns that the questions name, by `item_column`: `code` for a question of one value,
`code.part` for each part of the others, several choices as 0 and 1 under `code.option`. Numbers are float64 (NaN: not
answered or not applicable), choices and texts object (None: not answered).
`comments`: one row per analysed comment; `response`, `item`, `text`, `kind`, `sentiment`, `score`, `sure`,
`reviewed_by` (missing: judged by the model alone), `signals` (a JSON list, read by `signals_of`); kinds and sentiments
by the codes of `surveys.comments`.
`mentions`: one row per aspect in a comment; `response`, `item`, `aspect`, `label`, `sentiment`, `start`, `end`,
`evidence`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import chain
from typing import Any

import pandas as pd

from analysis.facts import CIRCUMSTANCES, analysed_facts, fact_column
from analysis.facts import item_column as item_column
from analysis.level.satisfaction import RatedDimension
from surveys.comments import Signal, SignalCode
from surveys.definition.questions import Answer, Cell, Measure, Question
from surveys.definition.survey import Survey
from surveys.fieldwork.rounds import NO_ROUNDS, Rounds
from surveys.intake.submission import StoredResponse
from surveys.localisation.clock import zone
from surveys.localisation.wording import DEFAULT_LANGUAGE
from surveys.storage.records.comments import CommentFinding

CONTEXT = CIRCUMSTANCES
PERSON = "person"
"""Whose answer it is, of a named survey: only in frames that ask for it, and in nothing that is given out."""
COMMENTS = ("response", "item", "text", "kind", "sentiment", "score", "sure", "reviewed_by", "signals")
MENTIONS = ("response", "item", "aspect", "label", "sentiment", "start", "end", "evidence")

COMMENT_TYPES = {name: {"score": "float64", "sure": "bool"}.get(name, "str") for name in COMMENTS}
MENTION_TYPES = {name: {"start": "int64", "end": "int64"}.get(name, "str") for name in MENTIONS}

_NO_RATING = {Measure.IMPORTANCE, Measure.EXPECTATION}  # what stands beside a rating in a pair


def response_frame(
    survey: Survey, responses: Iterable[Iterable[StoredResponse]], versions: Mapping[int, Survey] | None = None,
    rounds: Rounds = NO_ROUNDS,
) -> pd.DataFrame:  # fmt: skip
    """One row per response, in the order of receipt; items that only an older version asked are left out.

    With the *versions* by number, an option that a response's own version did not offer is missing in it, not 0.
    """
    stored = list(chain.from_iterable(responses))
    asked = {number: offered_columns(version) for number, version in (versions or {}).items()}
    frame = pd.DataFrame(
        {
            "response": pd.Series([each.id for each in stored], dtype="str"),
            "received_at": _moments(stored),
            "day": pd.to_datetime(pd.Series([each.received_on for each in stored], dtype="object")),
            **{name: pd.Series([getattr(each, name) for each in stored], dtype="str") for name in CONTEXT},
            "round": pd.Series([rounds.code_of(each.round, each.received_on) for each in stored], dtype="str"),
            **{
                name: fact_column(fact, [each.context.get(fact.code) for each in stored])
                for name, fact in analysed_facts(survey).items()
            },
            **{name: column for question in survey.questions() for name, column in _columns(question, stored, asked)},
        }
    )
    return frame.sort_values(["received_at", "response"], ignore_index=True)


def _moments(stored: list[StoredResponse]) -> pd.Series:
    moments = [each.received_at or pd.Timestamp(each.received_on, tz=zone()) for each in stored]
    return pd.to_datetime(pd.Series(moments, dtype="object"), utc=True).dt.as_unit("us").dt.tz_convert(zone())


def _columns(
    question: Question, stored: list[StoredResponse], asked: Mapping[int, frozenset[str]]
) -> Iterator[tuple[str, pd.Series]]:
    filled = [cells_of(question, each.answers.get(question.code)) for each in stored]
    for column in question.columns():
        name = column.name
        unasked = {number for number, names in asked.items() if name not in names}
        values = [
            None if each.version in unasked else cells.get(name) for each, cells in zip(stored, filled, strict=True)
        ]
        yield item_column(name), typed(values, numeric=column.numeric)


def offered_columns(survey: Survey) -> frozenset[str]:
    """The names of the columns that the questions of a version fill."""
    return frozenset(column.name for question in survey.questions() for column in question.columns())


def typed(cells: Sequence[Cell], *, numeric: bool) -> pd.Series:
    """Cells as a column of numbers or of texts.

    What is neither is missing: `na`, or answered when an older version asked for something else.
    """
    if numeric:
        return pd.to_numeric(pd.Series(list[Any](cells), dtype="object"), errors="coerce").astype("float64")
    return pd.Series([cell if isinstance(cell, str) else None for cell in cells], dtype="object")


def cells_of(question: Question, answer: Answer | None) -> dict[str, Cell]:
    """What an answer puts into the columns of a question; nothing where it answers something else."""
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


def comment_frames(findings: Iterable[CommentFinding], responses: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The comments and the mentions of the given responses; findings of other responses are left out."""
    wanted = set(responses["response"])
    here = [finding for finding in findings if finding.response in wanted]
    comments = pd.DataFrame([row for each in here for row in comment_rows(each)], columns=list(COMMENTS))
    mentions = pd.DataFrame([row for each in here for row in mention_rows(each)], columns=list(MENTIONS))
    return comments.astype(COMMENT_TYPES), mentions.astype(MENTION_TYPES)


def comment_rows(finding: CommentFinding) -> Iterator[dict[str, Any]]:
    codes = {"kind": finding.kind.value, "sentiment": finding.sentiment.value}
    signals = json.dumps([asdict(each) for each in finding.signals], ensure_ascii=False)
    yield {name: getattr(finding, name) for name in COMMENTS} | codes | {"signals": signals}


def signals_of(cell: object) -> tuple[Signal, ...]:
    """The signals of a comment, as the column `signals` has them; none where it is missing."""
    kept = json.loads(cell) if isinstance(cell, str) else []
    return tuple(Signal(**{**each, "code": SignalCode(each["code"])}) for each in kept)


def mention_rows(finding: CommentFinding) -> Iterator[dict[str, Any]]:
    for aspect in finding.aspects:
        of = {"response": finding.response, "item": finding.item}
        yield of | {name: getattr(aspect, name) for name in MENTIONS[2:]} | {"sentiment": aspect.sentiment.value}
