"""The score card of one call, from the answers of who listened to it: points by dimension and of the whole card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import mean

from surveys.definition.survey import Survey
from surveys.intake.submission import StoredResponse

CALL, VETO, NO_VETO, ADVICE = "call", "critical", "none", "coaching"


@dataclass(frozen=True)
class ScoreCard:
    """Points of 100. `vetoed`: a critical failure, with which the whole card has none."""

    task: str
    agent: str
    call: str
    round: str
    day: date
    dimensions: Mapping[str, float]
    score: float
    vetoed: bool
    advice: str


def monitors_calls(survey: Survey) -> bool:
    """Whether a survey is a score card: named, about agents, and told which call it is of."""
    return not survey.anonymous and survey.about == "agent" and any(each.code == CALL for each in survey.context)


def score_cards(survey: Survey, answers: Iterable[StoredResponse]) -> list[ScoreCard]:
    """The cards that count and have points, by day."""
    found = [card for each in answers if not each.uncounted and (card := _card(survey, each)) is not None]
    return sorted(found, key=lambda each: (each.day, each.call))


def _card(survey: Survey, answer: StoredResponse) -> ScoreCard | None:
    points: dict[str, list[float]] = {each.code: [] for each in survey.dimensions}
    for question in survey.questions():
        top, given = getattr(question, "points", 0), answer.answers.get(question.code)
        if question.dimension in points and top > 1 and given is not None:
            numbers = [each for each in question.cells(given).values() if isinstance(each, int | float)]
            points[question.dimension] += [(float(each) - 1) / (top - 1) * 100 for each in numbers]
    means = {code: mean(own) for code, own in points.items() if own}
    if not means or answer.subject is None:
        return None
    weights = {each.code: each.weight or 1 / len(points) for each in survey.dimensions}
    total = sum(weights[code] for code in means)
    vetoes = answer.answers.get(VETO)
    vetoed = isinstance(vetoes, list | tuple) and any(each != NO_VETO for each in vetoes)
    whole = 0.0 if vetoed else sum(weights[code] * value for code, value in means.items()) / total
    return ScoreCard(
        answer.task or answer.id, answer.subject, answer.context.get(CALL, ""), answer.round or "", answer.received_on,
        means, whole, vetoed, str(answer.answers.get(ADVICE) or ""),
    )  # fmt: skip
