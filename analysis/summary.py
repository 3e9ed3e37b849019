"""The headline figures of a survey as plain data, for other systems: the same that pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from analysis.estimates import Estimate
from analysis.released.gate import Gate
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.survey_figures import survey_figures
from surveys.localisation.language import in_words
from surveys.storage.records.responses import NoSuchPart, ResultsPart
from surveys.storage.records.surveys import SurveyRecord


@dataclass(frozen=True)
class ReleasedResults:
    """What the API asks for the results of a survey, as they are released by a day."""

    gate: Gate

    def __call__(self, record: SurveyRecord, today: date, part: ResultsPart) -> list[dict[str, Any]]:
        return summary(part_of(self.gate.answers(record, today=today), part))

    def split(self, record: SurveyRecord, today: date, part: ResultsPart, by: str) -> dict[str, list[dict[str, Any]]]:
        """The same of each value of *by*; nothing of those that nobody has."""
        answers = self.gate.answers(record, today=today)
        values = answers.rounds() if by == "round" else _values(answers, by)
        return {each: _of_value(answers, part, by, each) for each in values}


def _of_value(answers: ReleasedAnswers, part: ResultsPart, by: str, value: str) -> list[dict[str, Any]]:
    narrower = replace(part, round=value) if by == "round" else replace(part, where={**part.where, by: value})
    found = part_of(answers, narrower)
    return summary(found) if found.n else []


def results_of(gate: Gate) -> ReleasedResults:
    """The results of surveys, through a gate."""
    return ReleasedResults(gate)


def part_of(answers: ReleasedAnswers, part: ResultsPart) -> ReleasedAnswers:
    """The answers of a part, by its codes; raises NoSuchPart where it is not to be looked at apart."""
    if part.round is not None:
        answers = answers.of_round(_one_of("round", part.round, answers.rounds()))
    for name, code in part.where.items():
        _one_of(name, code, _values(answers, name))
    if answers.anonymous:
        department = part.where.get("department")
        return answers if department is None else answers.of_department(department)
    return answers.within(where=part.where) if part.where else answers


def _values(answers: ReleasedAnswers, name: str) -> list[str]:
    """The codes that answers can be narrowed to under this name; raises NoSuchPart for another name."""
    names = ("department",) if answers.anonymous else ("department", *answers.may_split)
    _one_of("where", name, names)
    return answers.departments() if answers.anonymous else answers.values(name)


def _one_of(what: str, wanted: str, known: Sequence[str]) -> str:
    if wanted not in known:
        raise NoSuchPart(what, known)
    return wanted


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
