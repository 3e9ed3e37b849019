"""From raw scores and rules to one judgement per comment."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.text import kind, rules
from analysis.text.clauses import Clause
from analysis.text.comment import Kind, Sentiment
from analysis.text.ngrams import LONGEST
from analysis.text.rules import Reading
from analysis.text.weights import Calibration

RULES_UP_TO = 30
"""Longest comment in characters that the rules may touch; on longer ones the table alone is better."""
UNIT = 10.0
"""What a unit of strength adds to the raw score before the length correction: about what the table gives it."""
_TURNED = 1.1
_DOUBTED = 0.5
_DOUBT_BELOW = 0.7
_MOST = 12.0
_NEUTRAL_LOW, _NEUTRAL_HIGH = 0.42, 0.58
_ASPECT_NEUTRAL = 0.08
_SURE = 0.85
_OPINION = 1.5
_UNOPINIONED = 0.9


@dataclass(frozen=True, slots=True)
class ClauseScore:
    """A clause with its raw table score and its opinion words in their context.

    ``strength`` is the sum of the words' strengths, ``correction`` what their context changes of the table's score.
    """

    clause: Clause
    text: str
    table: float
    readings: Sequence[Reading]
    strength: float
    correction: float

    @property
    def score(self) -> float:
        """The table's score, corrected for what stands around the opinion words."""
        return self.table + self.correction


def clause_score(
    clause: Clause, text: str, found: Sequence[Reading], added: Callable[[int, int], float], scale: float, bias: float
) -> ClauseScore:
    """Score a clause; ``added(start, end)`` is what the table adds for that stretch of it before *scale*."""
    table = added(0, len(text)) * scale + bias
    strength = sum(reading.strength for reading in found)
    correction = sum(_correction(reading, added) for reading in found) * scale
    if strength and not correction and math.copysign(table, table * strength) < _DOUBT_BELOW:
        correction = _DOUBTED * UNIT * strength * scale
    return ClauseScore(clause, text, table, found, strength, max(-_MOST, min(_MOST, correction)))


def _correction(reading: Reading, added: Callable[[int, int], float]) -> float:
    """What is to be added so that a turned word counts as the opposite and its negation not at all."""
    hit = reading.hit
    if hit.implied or hit.end - hit.start > LONGEST:
        there = added(hit.start, hit.end)
        return UNIT * reading.strength - (there if there * reading.strength < 0 else 0.0)
    if not reading.is_turned:
        return 0.0
    size = max(abs(added(hit.start, hit.end)), UNIT * abs(reading.strength))
    return math.copysign(_TURNED * size, reading.strength) - added(reading.since, hit.end)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome for one comment."""

    kind: Kind
    sentiment: Sentiment
    score: float
    sure: bool


def judge(text: str, table: float, parts: Sequence[ClauseScore], calibration: Calibration) -> Judgement:
    """Judge a normalised comment from its raw table score and its clauses."""
    texts = [part.text for part in parts]
    form = kind.form(text, texts)
    if form == "no_content":
        return Judgement("no_content", "中性", 0.5, True)
    short = len(text) <= RULES_UP_TO
    score = _with_rules(text, table, parts) if short else table
    probability = _probability(score, calibration)
    if form == "suggestion" and short:
        return _suggestion(probability, parts)
    sentiment = _sentiment(probability)
    if short and (_asks_only(form, parts) or _has_no_opinion(text, parts, probability)):
        sentiment = "中性"
    sure = sentiment == "中性" or max(probability, 1 - probability) >= _SURE
    return Judgement(_kind(form, sentiment), sentiment, probability, sure and not _contradicts(table, score))


def sentiment_of(part: ClauseScore, calibration: Calibration) -> Sentiment:
    """The judgement of one clause by itself."""
    probability = _probability(part.score, calibration)
    if kind.is_suggestion(part.text) or _has_no_opinion(part.text, [part], probability):
        return "中性"
    return "中性" if abs(probability - 0.5) < _ASPECT_NEUTRAL else _sentiment(probability)


def _with_rules(text: str, table: float, parts: Sequence[ClauseScore]) -> float:
    texts = [part.text for part in parts]
    weights = rules.clause_weights(texts, [part.strength for part in parts])
    if rules.is_ironic(text) or kind.is_outcry(text):
        return min(-2.0, -abs(sum(part.strength for part in parts)))
    if all(weight == 1.0 for weight in weights):
        return table + sum(part.correction for part in parts)
    total = sum(weight * part.score for weight, part in zip(weights, parts, strict=True))
    return total / math.sqrt(sum(weights))


def _probability(score: float, calibration: Calibration) -> float:
    logit = max(-30.0, min(30.0, calibration.slope * score + calibration.offset))
    return 1.0 / (1.0 + math.exp(-logit))


def _sentiment(probability: float) -> Sentiment:
    if probability > _NEUTRAL_HIGH:
        return "正面"
    return "负面" if probability < _NEUTRAL_LOW else "中性"


def _suggestion(probability: float, parts: Sequence[ClauseScore]) -> Judgement:
    """A wish by itself is neutral; what is said beside it may praise or blame."""
    beside = sum(part.strength for part in parts if not kind.is_suggestion(part.text))
    if abs(beside) >= _OPINION and max(probability, 1 - probability) >= _SURE and (probability > 0.5) == (beside > 0):
        return Judgement("suggestion", _sentiment(probability), probability, False)
    return Judgement("suggestion", "中性", probability, True)


def _has_no_opinion(text: str, parts: Sequence[ClauseScore], probability: float) -> bool:
    if rules.is_ambivalent(text):
        return True
    if any(abs(part.strength) >= _OPINION for part in parts):
        return False
    if rules.is_lukewarm(text):
        return True
    if any(part.strength for part in parts) or rules.is_ironic(text) or kind.is_outcry(text):
        return False
    return max(probability, 1 - probability) < _UNOPINIONED


def _asks_only(form: kind.Form, parts: Sequence[ClauseScore]) -> bool:
    return form == "question" and not any(part.strength for part in parts)


def _kind(form: kind.Form, sentiment: Sentiment) -> Kind:
    if form == "question" or form == "suggestion":
        return form
    kinds: dict[Sentiment, Kind] = {"正面": "praise", "负面": "complaint", "中性": "statement"}
    return kinds[sentiment]


def _contradicts(table: float, score: float) -> bool:
    return table * score < 0 and abs(table) > 1.0
