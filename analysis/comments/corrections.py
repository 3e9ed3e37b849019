"""Judgements of people beside those of the model: they win, and they tell how good the model is here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from analysis.estimates import Estimate
from analysis.intervals.shares import share
from surveys.comments import Aspect, CommentKind, Sentiment
from surveys.storage.records.comments import CommentFinding, Purpose, Review

Key = tuple[str, str]  # response and item
_JUDGED_AS = {
    Sentiment.NEGATIVE: CommentKind.COMPLAINT,
    Sentiment.NEUTRAL: CommentKind.STATEMENT,
    Sentiment.POSITIVE: CommentKind.PRAISE,
}


def apply_corrections(findings: Iterable[CommentFinding], reviews: Iterable[Review]) -> Iterator[CommentFinding]:
    """The findings with what people said last about a comment in the place of what the model says.

    A corrected finding is sure, and `reviewed_by` names the person.
    """
    said = {_key(review): review for review in reviews}
    for finding in findings:
        review = said.get(_key(finding))
        yield finding if review is None else _with(finding, review)


def _with(finding: CommentFinding, review: Review) -> CommentFinding:
    said = review.judgement
    # What is in another language somebody has judged now.
    kind = finding.kind if _is_judged(finding) else _JUDGED_AS[said.sentiment]
    by = review.by
    return replace(finding, kind=kind, sentiment=said.sentiment, aspects=said.aspects, sure=True, reviewed_by=by)


def to_label(findings: Iterable[CommentFinding], reviews: Iterable[Review]) -> list[CommentFinding]:
    """The comments of the random sample in the order in which chance brings them up, those already judged left out,
    and those that the model doesn't judge.

    The order comes from a hash, so that neither a person nor the model has a say in it, and stays the same.
    """
    judged = {_key(review) for review in reviews if review.purpose is Purpose.SAMPLE}
    waiting = [finding for finding in findings if _is_judged(finding) and _key(finding) not in judged]
    return sorted(waiting, key=lambda finding: hashlib.sha256("\n".join(_key(finding)).encode()).digest())


@dataclass(frozen=True)
class MeasuredAccuracy:
    """How often the model and the person who judged the random sample agree: on the sentiment, and on which aspects
    are spoken of (every aspect of the comment the same); shares with their Wilson intervals."""

    sentiment: Estimate
    aspects: Estimate


def measured_accuracy(findings: Iterable[CommentFinding], reviews: Iterable[Review]) -> MeasuredAccuracy:
    """The model's own findings, uncorrected, against the judgements of the random sample.

    Corrections are not counted: people correct what they see is wrong, so these would make the model look worse. Nor
    are comments in another language, which the model doesn't judge.
    """
    said = {_key(review): review.judgement for review in reviews if review.purpose is Purpose.SAMPLE}
    judged = [finding for finding in findings if _is_judged(finding)]
    pairs = [(finding, said[_key(finding)]) for finding in judged if _key(finding) in said]
    sentiments = sum(found.sentiment is person.sentiment for found, person in pairs)
    aspects = sum(_topics(found.aspects) == _topics(person.aspects) for found, person in pairs)
    return MeasuredAccuracy(share(sentiments, len(pairs)), share(aspects, len(pairs)))


@dataclass(frozen=True)
class Taught:
    """What people said about comments, for a model to learn from: texts, and the aspects of each."""

    texts: Sequence[str]
    aspects: Sequence[frozenset[str]]


def taught(findings: Iterable[CommentFinding], reviews: Iterable[Review]) -> Taught:
    """Every judged comment with its last judgement. The random sample is kept apart, to measure what was learned."""
    said = {_key(review): review for review in reviews}
    kept = [(f.text, said[_key(f)]) for f in findings if _key(f) in said]
    learned = [(text, r.judgement.aspects) for text, r in kept if r.purpose is Purpose.CORRECTION]
    return Taught([text for text, _ in learned], [_topics(aspects) for _, aspects in learned])


def _topics(aspects: Iterable[Aspect]) -> frozenset[str]:
    return frozenset(each.aspect for each in aspects)


def _is_judged(finding: CommentFinding) -> bool:
    return finding.kind is not CommentKind.OTHER_LANGUAGE


def _key(about: CommentFinding | Review) -> Key:
    return about.response, about.item
