"""What people read of the answers themselves, from the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

import pandas as pd

from analysis.columns.answered_survey import SameObjects, survey_as_answered
from analysis.columns.contact_files import ContactFiles
from analysis.columns.originals import Originals
from analysis.nonresponse.asked_people import ANSWERED
from surveys.definition.breakdowns.breakdown import OF_FILE, Breakdown
from surveys.definition.breakdowns.registry import BreakdownMaterial, breakdowns_of
from surveys.definition.survey import Survey
from surveys.fieldwork.dispositions import Disposition
from surveys.intake.submission import StoredResponse
from surveys.localisation.wording import Said
from surveys.operations.result_breakdowns import surroundings_of
from surveys.organisation.department_tree import parents_of
from surveys.storage import Store
from surveys.storage.records.comments import CommentFinding, Review
from surveys.storage.records.withdrawn import WithdrawnAnswer


class StoredEvidence:
    """The `AnswerEvidence` that a store keeps."""

    def __init__(self, store: Store, files: ContactFiles | None = None) -> None:
        self._store, self._files = store, files or ContactFiles(Originals(store))

    def survey(self, code: str) -> Survey:
        return survey_as_answered(self._store, code)

    def breakdowns(self, survey: Survey) -> Mapping[str, Breakdown]:
        if survey.anonymous:
            return {}
        around = surroundings_of(self._store, survey, self._files.attributes())
        told = tuple(around.campaigns.items()), tuple(around.attributes), tuple(around.departments.items())
        return _breakdowns(SameObjects(survey), *told, around.subject)

    def parents(self) -> Mapping[str, str | None]:
        return parents_of(self._store.organisation.departments())

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

    def invited(self, survey: str, departments: Sequence[str] | None) -> pd.DataFrame:
        found = self._store.dispositions.invited(survey, departments)
        people = pd.DataFrame(found, columns=["file", ANSWERED]).astype({ANSWERED: "int64"})
        files = self._files.table().to_pandas()
        names = [f"{OF_FILE}{each}" for each in self._files.attributes()]
        return people.merge(files.set_axis(["file", *names], axis=1), on="file", how="left").drop(columns="file")

    def dispositions(self, survey: str, departments: Sequence[str] | None) -> Mapping[Disposition, int]:
        return self._store.dispositions.of(survey, departments)

    def document(self, response: str) -> StoredResponse | None:
        return self._store.responses.get(response)


@lru_cache(maxsize=256)
def _breakdowns(
    made_of: SameObjects, campaigns: tuple[tuple[str, str], ...], attributes: tuple[str, ...],
    departments: tuple[tuple[str, str], ...], subject: Said | None,
) -> Mapping[str, Breakdown]:  # fmt: skip
    [survey] = made_of.objects
    around = BreakdownMaterial(dict(campaigns), attributes, dict(departments), subject)
    return breakdowns_of(survey, around)  # type: ignore[arg-type]
