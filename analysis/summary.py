"""The headline figures of a survey as plain data, for other systems: the same that pages show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from analysis.estimates import Estimate
from analysis.released.gate import Gate
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.survey_figures import survey_figures
from surveys.localisation.language import in_words
from surveys.storage.records.surveys import SurveyRecord


def results_of(gate: Gate) -> Callable[[SurveyRecord, date], list[dict[str, Any]]]:
    """What the API asks for the results of a survey, as they are released by a day."""

    def results(record: SurveyRecord, today: date) -> list[dict[str, Any]]:
        return summary(gate.answers(record, today=today))

    return results


def summary(answers: ReleasedAnswers) -> list[dict[str, Any]]:
    """One entry per figure: measure, item, value, low, high, confidence, n, unit, method, refused.

    All figures of the catalogue that are of answers: `analysis.figures`. Of an anonymous survey no figure of fewer
    than the minimum of answers.
    """
    return [_entry(each.item.code, each.estimate, answers) for each in survey_figures(answers)]


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
