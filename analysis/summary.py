"""The headline figures of a survey as plain data, for other systems: the same that pages show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from analysis.estimates import Estimate
from analysis.frames import item_column, rated_dimensions
from analysis.level.satisfaction import customer_effort, dimension_scores, mean_score, net_promoter_score, top_two_box
from analysis.released.gate import Gate
from analysis.released.parts import Column, columns_of
from analysis.released.released_answers import ReleasedAnswers
from surveys.definition.questions import Measure, Scale
from surveys.localisation.language import in_words
from surveys.storage.records.surveys import SurveyRecord


def results_of(gate: Gate) -> Callable[[SurveyRecord, date], list[dict[str, Any]]]:
    """What the API asks for the results of a survey, as they are released by a day."""

    def results(record: SurveyRecord, today: date) -> list[dict[str, Any]]:
        return summary(gate.answers(record, today=today))

    return results


def summary(answers: ReleasedAnswers) -> list[dict[str, Any]]:
    """One entry per figure: measure, item, value, low, high, confidence, n, unit, method, refused.

    The overall item's top-two-box and mean, each NPS and effort question, each dimension. Of an anonymous survey no
    figure of fewer than the minimum of answers.
    """
    return [_entry(item, each, answers) for item, each in _estimates(answers)]


def _estimates(answers: ReleasedAnswers) -> Iterator[tuple[str, Estimate]]:
    survey = answers.record.survey
    overall = survey.question(survey.overall) if survey.overall else None
    if isinstance(overall, Scale):
        ratings = Column(item_column(overall.code))
        yield overall.code, answers.ask(top_two_box, ratings, low=overall.low, high=overall.high)
        yield overall.code, answers.ask(mean_score, ratings, low=overall.low, high=overall.high)
    for question in survey.with_measure(Measure.NPS):
        yield question.code, answers.ask(net_promoter_score, Column(item_column(question.code)))
    for question in survey.with_measure(Measure.EFFORT):
        if isinstance(question, Scale):
            ratings = Column(item_column(question.code))
            yield question.code, answers.ask(customer_effort, ratings, low=question.low, high=question.high)
    dimensions = rated_dimensions(survey)
    yield from answers.ask(dimension_scores, columns_of(dimensions), dimensions).items()


def _entry(item: str, estimate: Estimate, answers: ReleasedAnswers) -> dict[str, Any]:
    too_few = answers.anonymous and estimate.n < answers.minimum
    why = in_words(estimate.refusal, "en") if estimate.refusal else None
    refused = "too few answers to be shown" if too_few else why
    return {
        "measure": estimate.measure, "item": item, "n": 0 if too_few else estimate.n, "unit": estimate.unit,
        "value": None if too_few else estimate.value, "low": None if too_few else estimate.low,
        "high": None if too_few else estimate.high, "confidence": estimate.confidence, "method": estimate.method,
        "refused": refused,
    }  # fmt: skip
