"""The headline figures of a survey as plain data, for other systems: the same that pages show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from analysis.estimates import Estimate
from analysis.released.driver_listing import NoDrivers, driver_figures
from analysis.released.gate import Gate
from analysis.released.rate_listing import rate_figures
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.survey_figures import survey_figures
from surveys.definition.breakdowns.breakdown import OF_ANSWER
from surveys.definition.breakdowns.registry import breakdown_called, part_asked
from surveys.localisation.language import in_words
from surveys.storage.records.responses import NoSuchPart, ResultsPart
from surveys.storage.records.surveys import SurveyRecord


@dataclass(frozen=True)
class ReleasedResults:
    """What the API asks for the results of a survey, as they are released by a day."""

    gate: Gate

    def __call__(self, record: SurveyRecord, today: date, part: ResultsPart) -> list[dict[str, Any]]:
        return summary(part_of(self.gate.answers(record, today=today), part))

    def drivers(self, record: SurveyRecord, today: date, part: ResultsPart) -> dict[str, Any] | None:
        """What goes together with overall satisfaction; None where the survey has nothing to explain."""
        try:
            return driver_figures(part_of(self.gate.answers(record, today=today), part))
        except NoDrivers:
            return None

    def response_rates(self, record: SurveyRecord, *, break_offs_count: bool) -> dict[str, Any] | None:
        """Rates by AAPOR's definitions; None where nobody was asked by name, and of an anonymous survey."""
        found = self.gate.response_rates(record, break_offs_count=break_offs_count)
        return None if found is None else rate_figures(found)

    def split(self, record: SurveyRecord, today: date, part: ResultsPart, by: str) -> dict[str, list[dict[str, Any]]]:
        """The same of each value of *by*, as far as it lies in the part; nothing of those that nobody has."""
        inside = part_of(self.gate.answers(record, today=today), part)
        found = dict(parts_by(inside, by))
        return {value: summary(each) if each is not None and each.n else [] for value, each in found.items()}


def results_of(gate: Gate) -> ReleasedResults:
    """The results of surveys, through a gate."""
    return ReleasedResults(gate)


def part_of(answers: ReleasedAnswers, part: ResultsPart) -> ReleasedAnswers:
    """The answers of a part, by its codes; raises NoSuchPart where it is not to be looked at apart."""
    where = dict(_meant(answers, name, code) for name, code in part.where.items())
    if part.round is not None:
        answers = answers.of_round(_one_of("round", part.round, answers.rounds()))
    if answers.anonymous:
        return _department(answers, where["department"]) if where else answers
    return answers.within(where=where) if where else answers


def parts_by(inside: ReleasedAnswers, by: str) -> Iterator[tuple[str, ReleasedAnswers | None]]:
    """Every value of *by* with its answers among those *inside*; None where it has none. Raises NoSuchPart.

    Of a question with several choices the values are its options, each with those who chose it.
    """
    if by == "round":
        for code in inside.rounds() if inside.round is None else [inside.round]:
            yield code, inside.of_round(code)
        return
    if inside.anonymous:
        _one_of("where", by, ("department",))
        there = inside.segments.get("department")
        known = [each for each in _departments(inside) if there in (None, each)]
        yield from ((each, _department(inside, each)) for each in known)
        return
    options = _options(inside, by)
    for value, (name, code) in options.items():
        yield value, _narrower(inside, name, code)


def _narrower(inside: ReleasedAnswers, name: str, code: str) -> ReleasedAnswers | None:
    present = inside.segments.get(name)
    if present not in (None, code) and not (name == "department" and inside.leads_to(code)):
        return None
    return inside.within(inside.period, inside.before, inside.coded_segments | {name: code})


def _options(answers: ReleasedAnswers, by: str) -> dict[str, tuple[str, str]]:
    """The values that answers are split into, each as the breakdown and the code that it means."""
    found = breakdown_called(answers.breakdowns, by)
    if found is not None:
        return {code: (found.name, code) for code in answers.values(found.name)}
    begin = f"{OF_ANSWER}{by}."
    chosen = [each for name, each in answers.breakdowns.items() if name.startswith(begin) and "1" in each.options]
    if not chosen:
        _one_of("where", by, _names(answers))
    return {each.spoken.removeprefix(f"{by}."): (each.name, "1") for each in chosen}


def _meant(answers: ReleasedAnswers, name: str, code: str) -> tuple[str, str]:
    """The breakdown and the code that are meant; raises NoSuchPart for what there is not."""
    if answers.anonymous:
        _one_of("where", name, ("department",))
        return name, _one_of(name, code, _departments(answers))
    asked = part_asked(answers.breakdowns, name, code)
    if asked is None:
        raise NoSuchPart("where", _names(answers))
    found, wanted = asked
    if found.numeric and found.takes(wanted):
        return found.name, wanted
    return found.name, _one_of(name, wanted, answers.values(found.name))


def _names(answers: ReleasedAnswers) -> list[str]:
    return list(dict.fromkeys(each.spoken for each in answers.breakdowns.values()))


def _departments(answers: ReleasedAnswers) -> list[str]:
    """The departments of an anonymous survey that can be looked at, alone or with all below them."""
    return list(dict.fromkeys([*answers.departments(), *answers.branches()]))


def _department(answers: ReleasedAnswers, code: str) -> ReleasedAnswers:
    """With all below it where that may be looked at."""
    return answers.of_branch(code) if code in answers.branches() else answers.of_department(code)


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
