"""Judgements of people beside those of the model: they win, and they tell how good the model is here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.estimates import Estimate
from analysis.shares import share
from surveys.storage.findings import Finding
from surveys.storage.reviews import Purpose, Review

Key = tuple[str, str]  # response and item


def corrected(findings: Iterable[Finding], reviews: Iterable[Review]) -> Iterator[Finding]:
    """The findings with what people said last about a comment in the place of what the model says.

    A corrected finding is sure, and `reviewed_by` names the person.
    """
    said = {_key(review): review for review in reviews}
    for finding in findings:
        review = said.get(_key(finding))
        yield finding if review is None else replace(finding, finding=_with(finding.finding, review))


def _with(finding: dict[str, Any], review: Review) -> dict[str, Any]:
    return finding | review.judgement | {"sure": True, "reviewed_by": review.by}


def to_label(findings: Iterable[Finding], reviews: Iterable[Review]) -> list[Finding]:
    """The comments of the random sample in the order in which chance brings them up, those already judged left out.

    The order comes from a hash, so that neither a person nor the model has a say in it, and stays the same.
    """
    judged = {_key(review) for review in reviews if review.purpose is Purpose.SAMPLE}
    waiting = [finding for finding in findings if _key(finding) not in judged]
    return sorted(waiting, key=lambda finding: hashlib.sha256("\n".join(_key(finding)).encode()).digest())


@dataclass(frozen=True)
class MeasuredAccuracy:
    """How often the model and the person who judged the random sample agree: on the sentiment, and on which aspects
    are spoken of (every aspect of the comment the same); shares with their Wilson intervals."""

    sentiment: Estimate
    aspects: Estimate


def measured_accuracy(findings: Iterable[Finding], reviews: Iterable[Review]) -> MeasuredAccuracy:
    """The model's own findings, uncorrected, against the judgements of the random sample.

    Corrections are not counted: people correct what they see is wrong, so these would make the model look worse.
    """
    said = {_key(review): review.judgement for review in reviews if review.purpose is Purpose.SAMPLE}
    pairs = [(finding.finding, said[_key(finding)]) for finding in findings if _key(finding) in said]
    sentiments = sum(found["sentiment"] == person["sentiment"] for found, person in pairs)
    aspects = sum(_aspects(found) == _aspects(person) for found, person in pairs)
    return MeasuredAccuracy(share(sentiments, len(pairs)), share(aspects, len(pairs)))


@dataclass(frozen=True)
class Taught:
    """What people said about comments, for a model to learn from: texts, and the aspects of each."""

    texts: Sequence[str]
    aspects: Sequence[frozenset[str]]


def taught(findings: Iterable[Finding], reviews: Iterable[Review]) -> Taught:
    """Every judged comment with its last judgement. The random sample is kept apart, to measure what was learned."""
    said = {_key(review): review for review in reviews}
    kept = [(f.finding["text"], said[_key(f)]) for f in findings if _key(f) in said]
    learned = [(text, _aspects(review.judgement)) for text, review in kept if review.purpose is Purpose.CORRECTION]
    return Taught([text for text, _ in learned], [aspects for _, aspects in learned])


def _aspects(judged: dict[str, Any]) -> frozenset[str]:
    return frozenset(aspect["aspect"] for aspect in judged.get("aspects", ()))


def _key(about: Finding | Review) -> Key:
    return about.response, about.item
