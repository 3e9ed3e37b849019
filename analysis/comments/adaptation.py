"""What the comments of a survey teach the analysis: once there are enough of them by itself, again when people ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from analysis.comments.organisation_analyser import AnalyserSettings, SurveyAdaptations, analyser_of
from analysis.text.learning.adaptation import LEAST_AUTHORS, LEAST_COMMENTS
from analysis.text.learning.survey_comments import RatedComment, adapt, drawn, side_of
from analysis.text.sentiment.adapted import AdaptedTable
from surveys.anonymity import minimums
from surveys.definition.questions import Measure, Scale
from surveys.intake.submission import StoredResponse
from surveys.localisation.clock import local_day, utc_now
from surveys.storage.records.comments import Adaptation
from surveys.storage.records.surveys import SurveyRecord

_MORE = 1.2
"""Where comments were too few, so many times as many are waited for before it is tried again."""


class KeptAdaptations(SurveyAdaptations, Protocol):
    """Where it is kept what was learned."""

    def keep(self, adaptation: Adaptation, *, by: str = "") -> bool: ...


class KeptResponses(Protocol):
    """Where the answers are."""

    def responses(self, survey: str) -> Iterable[Sequence[StoredResponse]]: ...


class CommentedStore(Protocol):
    """What is needed of the store to learn from its comments."""

    @property
    def organisation(self) -> AnalyserSettings: ...
    @property
    def adaptations(self) -> KeptAdaptations: ...
    @property
    def responses(self) -> KeptResponses: ...


class Adapting:
    """Has the analysis learn from the comments of surveys."""

    def __init__(self, store: CommentedStore) -> None:
        self._store = store
        self._tried: dict[str, float] = {}

    def adapt_when_due(self, record: SurveyRecord, analysed: int) -> bool:
        """Learn where nothing is learned yet and *analysed* comments are there; whether anything was.

        What was learned is left as it is from then on, so that rounds and segments stay comparable; it is learned anew
        only when the shipped weights, which it is a part of, are others.
        """
        kept = self._store.adaptations.of(record.code)
        if analysed < max(LEAST_COMMENTS, self._tried.get(record.code, 0)) or not self._is_due(kept):
            return False
        self._tried[record.code] = _MORE * analysed
        return learn_from(self._store, record, kept)

    def _is_due(self, kept: Adaptation | None) -> bool:
        if kept is None:
            return True
        if kept.learned is None:
            return False
        return AdaptedTable.from_bytes(kept.learned).base != analyser_of(self._store.organisation).table.version


def learn_from(store: CommentedStore, record: SurveyRecord, kept: Adaptation | None, by: str = "") -> bool:
    """Learn from what there is of a survey's comments, in the place of what is *kept*; False where nothing came of it.

    An n-gram is only learned when so many people wrote it as an anonymous survey asks for before comments are read.
    """
    least = minimums().comments if record.survey.anonymous else LEAST_AUTHORS
    learned = adapt(analyser_of(store.organisation), drawn(_rated_comments(store, record)), least)
    if learned is None:
        return False
    number = kept.number + 1 if kept else 1
    found = Adaptation(record.code, number, local_day(utc_now()), learned.comments, learned.to_bytes())
    return store.adaptations.keep(found, by=by)


def unlearn(store: CommentedStore, kept: Adaptation, by: str) -> bool:
    """Have the comments of a survey read as everywhere; False where others have changed it meanwhile."""
    given_up = Adaptation(kept.survey, kept.number + 1, local_day(utc_now()), 0, None)
    return store.adaptations.keep(given_up, by=by)


def _rated_comments(store: CommentedStore, record: SurveyRecord) -> Iterator[RatedComment]:
    survey = record.survey
    items = [question.code for question in survey.with_measure(Measure.TEXT)]
    overall = survey.question(survey.overall) if survey.overall else None
    scale = overall if isinstance(overall, Scale) else None
    for chunk in store.responses.responses(record.code):
        for response in chunk:
            rating = response.answers.get(scale.code) if scale else None
            side = side_of(rating, scale.low, scale.high) if scale and isinstance(rating, int | float) else None
            for item in items:
                if isinstance(text := response.answers.get(item), str) and text.strip():
                    yield RatedComment(response.id, text, side)
