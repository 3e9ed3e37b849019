"""What people read of the answers themselves, from the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from analysis.columns.answered_survey import survey_as_answered
from surveys.definition.survey import Survey
from surveys.intake.submission import StoredResponse
from surveys.storage import Store
from surveys.storage.records.comments import CommentFinding, Review
from surveys.storage.records.withdrawn import WithdrawnAnswer


class StoredEvidence:
    """The `AnswerEvidence` that a store keeps."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def survey(self, code: str) -> Survey:
        return survey_as_answered(self._store, code)

    def findings(self, survey: str) -> Iterable[CommentFinding]:
        return self._store.findings.of(survey)

    def reviews(self, survey: str) -> Iterable[Review]:
        return self._store.reviews.of(survey)

    def withdrawn(self, survey: str) -> Sequence[WithdrawnAnswer]:
        rounds = self._store.rounds.of(survey)
        found = self._store.withdrawn.of(survey)
        return [replace(each, round=rounds.code_of(each.round, each.received_on)) for each in found]

    def rounds_since(self) -> date | None:
        return self._store.rounds.since()

    def dependence(self, survey: str) -> str | None:
        return self._store.organisation.dependence(survey)

    def document(self, response: str) -> StoredResponse | None:
        return self._store.responses.get(response)
