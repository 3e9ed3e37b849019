"""Where released answers are got from: one gate for all accounts of a process, so that figures are computed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache

from analysis.caching.shared_results import SharedResults
from analysis.columns.answers import ColumnarAnswers
from analysis.columns.copies import Copies
from analysis.columns.originals import Originals
from analysis.columns.source import AnswerSource
from analysis.comments.corrections import Taught, taught
from analysis.facts import coded_values, has_values
from analysis.nonresponse.response_rates import ResponseRates, response_rates
from analysis.released.anonymous import unit_of
from analysis.released.answers_in_view import AnswersRead
from analysis.released.evidence import AnswerEvidence, Compute, PlaceNames, compute_here
from analysis.released.ready_figures import PATIENCE, ReadyFigures
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.released_rows import PartInView
from analysis.released.stored_evidence import StoredEvidence
from surveys.anonymity import minimums
from surveys.definition.breakdowns.breakdown import Breakdown, BreakdownKind
from surveys.localisation.clock import local_day, utc_now
from surveys.settings import Settings
from surveys.storage import Store
from surveys.storage.records.surveys import SurveyRecord

_MOST = 2000
"""Results that are kept: figures and tables are small."""
_MOST_ROWS = 24


class Gate:
    """Gives each account what it may see of a survey. Functions are worked out by *compute*.

    So many seconds of *patience* readers have with figures of before, while the newest are worked out.
    """

    def __init__(
        self, source: AnswerSource, evidence: AnswerEvidence, *, compute: Compute = compute_here, most: int = _MOST,
        patience: float = 0.0,
    ) -> None:  # fmt: skip
        self._ready = ReadyFigures(source.state, patience)
        self._source, self._evidence, self._compute = source, evidence, compute
        self._remembered, self._kept_rows = SharedResults(most), SharedResults(_MOST_ROWS)

    def answers(
        self,
        record: SurveyRecord,
        departments: Iterable[str] | None = None,
        names: PlaceNames | None = None,
        today: date | None = None,
        *,
        files: bool = True,
    ) -> ReleasedAnswers:
        """All that who sees these *departments* (codes; all of them where None) may know of a survey's answers.

        Without *files* nothing of what stands in people's files.
        """
        whole = replace(record, survey=self._evidence.survey(record.code))
        breakdowns = {
            name: each for name, each in self._evidence.breakdowns(whole.survey).items()
            if files or each.kind is not BreakdownKind.FILE
        }  # fmt: skip
        reading = AnswersRead(
            self._source, self._evidence, self._ready, cache(lambda: self._ready.state(record.code)),
            self._remembered, self._kept_rows, self._compute, minimums(), today or local_day(utc_now()),
            self._evidence.dependence(record.code), breakdowns,
        )  # fmt: skip
        names = _with_codes(names or PlaceNames(parents=self._evidence.parents()), breakdowns)
        if whole.survey.anonymous and unit_of(whole.survey) == "subject":
            departments, names = names.subjects_of(departments), names.by_subject()
        own = None if departments is None else tuple(sorted(departments))
        return ReleasedAnswers(reading, whole, PartInView(own), names)

    def response_rates(self, record: SurveyRecord, *, break_offs_count: bool = False) -> ResponseRates | None:
        """Of everybody who was asked by name; None where nobody was.

        Nor of an anonymous survey: two looks would show when somebody answered.
        """
        if record.survey.anonymous:
            return None
        found = response_rates(self._evidence.dispositions(record.code, None), break_offs_count=break_offs_count)
        return found if found.asked else None

    def breakdowns(self, record: SurveyRecord) -> Mapping[str, Breakdown]:
        """What the results of a survey can be narrowed to and split by."""
        return self._evidence.breakdowns(self._evidence.survey(record.code))

    def taught(self, surveys: Iterable[str]) -> Taught:
        """What people's corrections of comments say in these surveys, for a model to learn from."""
        each = [taught(self._evidence.findings(code), self._evidence.reviews(code)) for code in surveys]
        return Taught([text for one in each for text in one.texts], [found for one in each for found in one.aspects])


def _with_codes(names: PlaceNames, breakdowns: Mapping[str, Breakdown]) -> PlaceNames:
    """The names, and codes for the values of every breakdown that they name nothing of."""
    coded = {name: coded_values(each) for name, each in breakdowns.items() if has_values(each)}
    return replace(names, facts=coded | dict(names.facts))


@lru_cache(maxsize=4)
def gate_of(store: Store) -> Gate:
    """The process's gate to the answers of a store."""
    age = Settings.from_environment().figures_age
    source = ColumnarAnswers(copies_of(store), age=age)
    patience = min(PATIENCE, age.total_seconds())  # 0: every look is as of now
    return Gate(source, StoredEvidence(store, copies_of(store).files), patience=patience)


@lru_cache(maxsize=4)
def copies_of(store: Store) -> Copies:
    """The process's copies of the answers of a store."""
    return Copies(Originals(store))
