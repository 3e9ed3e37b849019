"""Answers as the database keeps them, turned into frames once for every state of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import pandas as pd

from analysis.columns.source import Slice, SourceState
from analysis.comments.corrections import apply_corrections
from analysis.frames import comment_frames, response_frame
from analysis.shared_results import SharedResults
from surveys.definition.survey import Survey, offering
from surveys.definition.versions import with_dropped_options
from surveys.intake.submission import StoredResponse
from surveys.localisation.clock import utc_now, zone
from surveys.storage import Store
from surveys.storage.records.comments import CommentFinding, Review
from surveys.storage.records.withdrawn import WithdrawnAnswer

_STATES = 1000
Frames = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


class StoredAnswers:
    """An `AnswerSource` and the `AnswerEvidence` behind it, over one store; the frames of *most* surveys are kept."""

    def __init__(self, store: Store, *, most: int = 12) -> None:
        self._store = store
        self._frames = SharedResults(most)
        self._since = SharedResults(_STATES)

    def state(self, survey: str) -> SourceState:
        record = self._store.surveys.get(survey)
        looks = (self._store.path, survey, record.version, self._store.responses.stamp(survey), zone())
        name = "·".join(map(str, looks))
        as_of: datetime = self._since.get(name, utc_now)
        return SourceState(name, as_of)

    def survey(self, code: str) -> Survey:
        """The survey with all that could be answered: the organisation's places, and dropped options."""
        return survey_as_answered(self._store, code, self._store.surveys.get(code).version)

    def columns(self, survey: str) -> tuple[str, ...]:
        return tuple(self._read(survey)[0].columns)

    def responses(self, wanted: Slice, columns: Sequence[str]) -> pd.DataFrame:
        rows = self._inside(wanted)
        return rows[list(columns)].reset_index(drop=True)

    def counts(self, wanted: Slice, by: Sequence[str]) -> pd.DataFrame:
        return self._inside(wanted).groupby(list(by), dropna=False, sort=False).size().rename("n").reset_index()

    def comments(self, wanted: Slice) -> pd.DataFrame:
        return self._of_slice(wanted, 1)

    def mentions(self, wanted: Slice) -> pd.DataFrame:
        return self._of_slice(wanted, 2)

    # The evidence

    def findings(self, survey: str) -> Iterable[CommentFinding]:
        return self._store.findings.of(survey)

    def reviews(self, survey: str) -> Iterable[Review]:
        return self._store.reviews.of(survey)

    def withdrawn(self, survey: str) -> Sequence[WithdrawnAnswer]:
        return self._store.withdrawn.of(survey)

    def document(self, response: str) -> StoredResponse | None:
        return self._store.responses.get(response)

    # Reading

    def _read(self, survey: str) -> Frames:
        frames: Frames = self._frames.get(self.state(survey).name, lambda: self._made(survey))
        return frames

    def _made(self, code: str) -> Frames:
        versions = versions_of(self._store, code, self._store.surveys.get(code).version)
        responses = response_frame(self.survey(code), self._store.responses.responses(code), versions)
        corrected = apply_corrections(self.findings(code), self.reviews(code))
        return responses, *comment_frames(corrected, responses)

    def _inside(self, wanted: Slice) -> pd.DataFrame:
        rows = self._read(wanted.survey)[0]
        if wanted.departments is not None:
            rows = rows[rows["department"].isin(wanted.departments)]
        for column, code in wanted.where:
            rows = rows[rows[column] == code]
        if wanted.first is not None:
            rows = rows[rows["day"] >= pd.Timestamp(wanted.first)]
        if wanted.last is not None:
            rows = rows[rows["day"] <= pd.Timestamp(wanted.last)]
        if wanted.until is not None:
            last = rows["department"].fillna("").map({name: pd.Timestamp(day) for name, day in wanted.until})
            rows = rows[rows["day"] <= last]
        return rows

    def _of_slice(self, wanted: Slice, place: int) -> pd.DataFrame:
        frame = self._read(wanted.survey)[place]
        return frame[frame["response"].isin(self._inside(wanted)["response"])].reset_index(drop=True)


def survey_as_answered(store: Store, code: str, version: int) -> Survey:
    """This version of a survey with all that could be answered: the organisation's places, and dropped options."""
    newest, *older = (
        offering(survey, store.organisation.places()) for survey in versions_of(store, code, version).values()
    )
    return with_dropped_options(newest, older)


def versions_of(store: Store, code: str, newest: int) -> dict[int, Survey]:
    """The versions up to this one, the newest first."""
    return {number: store.surveys.version(code, number) for number in range(newest, 0, -1)}
