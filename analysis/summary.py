"""The headline figures of a survey as plain data, for other systems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pandas as pd

from analysis.disclosure import release
from analysis.estimates import Estimate
from analysis.frames import item_column, rated_dimensions, response_frame
from analysis.level.satisfaction import customer_effort, dimension_scores, mean_score, net_promoter_score, top_two_box
from surveys.anonymity import minimums
from surveys.definition.questions import Measure, Scale
from surveys.definition.survey import Survey
from surveys.intake.submission import StoredResponse
from surveys.localisation.language import in_words


def summary(survey: Survey, responses: Iterable[list[StoredResponse]], today: date) -> list[dict[str, Any]]:
    """One entry per figure: measure, item, value, low, high, confidence, n, unit, method, refused.

    The overall item's top-two-box and mean, each NPS and effort question, each dimension. Of an anonymous survey only
    what may be released by *today*, and no figure of fewer than the minimum of answers.
    """
    frame = response_frame(survey, responses)
    if survey.anonymous:
        frame = release(frame, pd.Timestamp(today), minimums())
    minimum = minimums().group if survey.anonymous else 0
    return [_entry(item, each, minimum) for item, each in _estimates(survey, frame)]


def _estimates(survey: Survey, frame: pd.DataFrame) -> Iterator[tuple[str, Estimate]]:
    overall = survey.question(survey.overall) if survey.overall else None
    if isinstance(overall, Scale):
        ratings = frame[item_column(overall.code)]
        yield overall.code, top_two_box(ratings, low=overall.low, high=overall.high)
        yield overall.code, mean_score(ratings, low=overall.low, high=overall.high)
    for question in survey.with_measure(Measure.NPS):
        yield question.code, net_promoter_score(frame[item_column(question.code)])
    for question in survey.with_measure(Measure.EFFORT):
        if isinstance(question, Scale):
            ratings = frame[item_column(question.code)]
            yield question.code, customer_effort(ratings, low=question.low, high=question.high)
    yield from dimension_scores(frame, rated_dimensions(survey)).items()


def _entry(item: str, estimate: Estimate, minimum: int) -> dict[str, Any]:
    too_few = estimate.n < minimum
    refused = (
        "too few answers to be shown" if too_few else in_words(estimate.refusal, "en") if estimate.refusal else None
    )
    shown = not too_few
    return {
        "measure": estimate.measure, "item": item, "n": estimate.n if shown else 0, "unit": estimate.unit,
        "value": estimate.value if shown else None, "low": estimate.low if shown else None,
        "high": estimate.high if shown else None, "confidence": estimate.confidence, "method": estimate.method,
        "refused": refused,
    }  # fmt: skip
