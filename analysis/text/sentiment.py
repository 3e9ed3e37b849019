"""From raw scores and rules to one judgement per comment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.text import kind, rules
from analysis.text.clauses import Clause
from analysis.text.comment import Kind, Sentiment
from analysis.text.lexicon import Hit
from analysis.text.weights import Calibration

RULES_UP_TO = 40
"""Longest comment in characters that the rules may touch; on longer ones the table alone is better."""
_TABLE_SHARE = 0.5
_RULE_SHARE = 1.1
_STRONGEST = 4.0
_NEUTRAL_LOW, _NEUTRAL_HIGH = 0.42, 0.58
_SURE = 0.85
_UNOPINIONED = 0.9


@dataclass(frozen=True, slots=True)
class ClauseScore:
    """A clause with its raw table score and what its opinion words say."""

    clause: Clause
    text: str
    table: float
    hits: Sequence[Hit]
    strength: float

    @property
    def score(self) -> float:
        """Table and opinion words together; the table alone where there is no opinion word."""
        if not self.hits:
            return self.table
        return _TABLE_SHARE * self.table + _RULE_SHARE * max(-_STRONGEST, min(_STRONGEST, self.strength))


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
    if form == "suggestion":
        return _suggestion(probability, parts, calibration)
    sentiment = _sentiment(probability)
    if short and _has_no_opinion(text, parts, probability):
        sentiment = "中性"
    if sentiment == "中性":
        probability = _towards_middle(probability)
    sure = sentiment == "中性" or max(probability, 1 - probability) >= _SURE
    return Judgement(_kind(form, sentiment), sentiment, probability, sure and not _contradicts(table, score))


def sentiment_of(part: ClauseScore, calibration: Calibration) -> Sentiment:
    """The judgement of one clause by itself."""
    probability = _probability(part.score, calibration)
    if kind.is_suggestion(part.text) or _has_no_opinion(part.text, [part], probability):
        return "中性"
    return _sentiment(probability)


def _with_rules(text: str, table: float, parts: Sequence[ClauseScore]) -> float:
    texts = [part.text for part in parts]
    weights = [rules.clause_weight(texts, position) for position in range(len(parts))]
    if rules.is_ironic(text) or kind.is_outcry(text):
        return min(-2.0, -abs(sum(part.strength for part in parts)))
    if all(weight == 1.0 for weight in weights) and not any(part.hits for part in parts):
        return table
    total = sum(weight * part.score for weight, part in zip(weights, parts, strict=True))
    return total / math.sqrt(sum(weights))


def _probability(score: float, calibration: Calibration) -> float:
    logit = max(-30.0, min(30.0, calibration.slope * score + calibration.offset))
    return 1.0 / (1.0 + math.exp(-logit))


def _sentiment(probability: float) -> Sentiment:
    if probability > _NEUTRAL_HIGH:
        return "正面"
    return "负面" if probability < _NEUTRAL_LOW else "中性"


def _suggestion(probability: float, parts: Sequence[ClauseScore], calibration: Calibration) -> Judgement:
    """A wish by itself is neutral; what is said beside it may praise or blame."""
    others = [part for part in parts if part.hits and not kind.is_suggestion(part.text)]
    strongest = max((part.score for part in others), key=abs, default=0.0)
    beside = _probability(strongest, calibration)
    if max(beside, 1 - beside) >= _SURE:
        return Judgement("suggestion", _sentiment(beside), beside, False)
    return Judgement("suggestion", "中性", _towards_middle(probability), True)


def _has_no_opinion(text: str, parts: Sequence[ClauseScore], probability: float) -> bool:
    if rules.is_ambivalent(text):
        return True
    if any(abs(part.strength) >= 1.5 for part in parts):
        return False
    if rules.is_lukewarm(text):
        return True
    if any(part.strength for part in parts) or rules.is_ironic(text) or kind.is_outcry(text):
        return False
    return max(probability, 1 - probability) < _UNOPINIONED


def _towards_middle(probability: float) -> float:
    """The same side of one half, but as undecided as a neutral comment is."""
    return 0.4 + 0.2 * probability


def _kind(form: kind.Form, sentiment: Sentiment) -> Kind:
    if form == "question":
        return "question"
    kinds: dict[Sentiment, Kind] = {"正面": "praise", "负面": "complaint", "中性": "statement"}
    return kinds[sentiment]


def _contradicts(table: float, score: float) -> bool:
    return table * score < 0 and abs(table) > 1.0
