"""Answers out of a frame: a source for the gate that costs nothing, and a gate over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from analysis.answer_order import plain_code
from analysis.columns.source import Slice, SourceState
from analysis.frames import COMMENTS, CONTEXT, MENTIONS
from analysis.released.evidence import PlaceNames
from analysis.released.gate import Gate
from analysis.released.released_answers import ReleasedAnswers
from surveys.definition.breakdowns.bands import holds
from surveys.definition.breakdowns.breakdown import Breakdown
from surveys.definition.breakdowns.registry import breakdowns_of
from surveys.definition.survey import Survey
from surveys.fieldwork.dispositions import Disposition
from surveys.intake.submission import StoredResponse
from surveys.storage.records.comments import CommentFinding, Review
from surveys.storage.records.surveys import SurveyRecord
from surveys.storage.records.withdrawn import WithdrawnAnswer

MOMENT = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass
class FrameAnswers:
    """Implements `AnswerSource` and `AnswerEvidence` over frames; `read`: how often responses were asked for."""

    definition: Survey
    frame: pd.DataFrame
    said: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COMMENTS)))
    mentioned: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(MENTIONS)))
    name: str = "one"
    read: int = 0
    taken_back: Sequence[WithdrawnAnswer] = ()
    since: date | None = None
    unit: str | None = None
    asked: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["answered"]))

    def state(self, survey: str) -> SourceState:
        return SourceState(self.name, MOMENT)

    def stands(self, survey: str) -> bool:
        return True

    def columns(self, survey: str) -> tuple[str, ...]:
        return tuple(self.frame.columns)

    def responses(self, wanted: Slice, columns: Sequence[str]) -> pd.DataFrame:
        self.read += 1
        return self._inside(wanted)[list(columns)].reset_index(drop=True)

    def counts(self, wanted: Slice, by: Sequence[str]) -> pd.DataFrame:
        return self._inside(wanted).groupby(list(by), dropna=False, sort=False).size().rename("n").reset_index()

    def spread(self, wanted: Slice, columns: Sequence[str]) -> dict[str, tuple[Any, Any]]:
        given = {name: self._inside(wanted)[name].dropna() for name in columns}
        return {name: (each.min(), each.max()) if len(each) else (None, None) for name, each in given.items()}

    def quartiles(self, wanted: Slice, columns: Sequence[str]) -> dict[str, tuple[float | None, list[float] | None]]:
        given = {name: self._inside(wanted)[name].dropna().astype(float) for name in columns}
        cuts = [0.25, 0.5, 0.75]
        return {n: (each.min(), list(each.quantile(cuts))) if len(each) else (None, None) for n, each in given.items()}

    def breakdowns(self, survey: Survey) -> Mapping[str, Breakdown]:
        return breakdowns_of(survey)

    def parents(self) -> Mapping[str, str | None]:
        return {}

    def comments(self, wanted: Slice) -> pd.DataFrame:
        return self.said[self.said["response"].isin(self._inside(wanted)["response"])].reset_index(drop=True)

    def mentions(self, wanted: Slice) -> pd.DataFrame:
        return self.mentioned[self.mentioned["response"].isin(self._inside(wanted)["response"])].reset_index(drop=True)

    def survey(self, code: str) -> Survey:
        return self.definition

    def findings(self, survey: str) -> list[CommentFinding]:
        return []

    def reviews(self, survey: str) -> list[Review]:
        return []

    def invited(self, survey: str, departments: Sequence[str] | None) -> pd.DataFrame:
        return self.asked

    def dispositions(self, survey: str, departments: Sequence[str] | None) -> Mapping[Disposition, int]:
        return {}

    def dependence(self, survey: str) -> str | None:
        return self.unit

    def withdrawn(self, survey: str) -> Sequence[WithdrawnAnswer]:
        return self.taken_back

    def rounds_since(self) -> date | None:
        return self.since

    def document(self, response: str) -> StoredResponse | None:
        return None

    def _inside(self, wanted: Slice) -> pd.DataFrame:
        rows = self.frame
        if wanted.departments is not None:
            rows = rows[rows["department"].isin(wanted.departments)]
        if wanted.rounds is not None:
            rows = rows[rows["round"].isin(wanted.rounds)]
        for column, code in wanted.where:
            rows = rows[[_has(each, code) for each in rows[column]]]
        if wanted.first is not None:
            rows = rows[rows["day"] >= pd.Timestamp(wanted.first)]
        if wanted.last is not None:
            rows = rows[rows["day"] <= pd.Timestamp(wanted.last)]
        return rows

    def gate(self) -> Gate:
        return Gate(self, self)

    def answers(
        self, departments: Sequence[str] | None = None, today: date = date(2027, 1, 1), gate: Gate | None = None,
        names: PlaceNames | None = None,
    ) -> ReleasedAnswers:  # fmt: skip
        record = SurveyRecord(self.definition.code, self.definition, 1, True, False, None, MOMENT)
        return (gate or self.gate()).answers(record, departments, names, today=today)


def _has(value: object, code: str) -> bool:
    """Whether a value is the one of a code, or lies in its band."""
    if isinstance(value, str) or value is None:
        return value == code
    return holds(code, float(value)) if ".." in code else plain_code(value) == code  # type: ignore[arg-type]


def frame_of(days: Sequence[date], departments: Sequence[str | None], **items: Sequence[object]) -> pd.DataFrame:
    """One row per response, with these items as columns."""
    n = len(days)
    empty = {name: pd.Series([None] * n, dtype="object") for name in CONTEXT}
    return pd.DataFrame(
        {
            "response": [f"{number:04}" for number in range(n)],
            "received_at": pd.to_datetime(pd.Series(days)).dt.tz_localize("Asia/Shanghai"),
            "day": pd.to_datetime(pd.Series(days)),
            **empty,
            "department": pd.Series(list(departments), dtype="object"),
            **{name: pd.Series(list(values)) for name, values in items.items()},
        }
    )
