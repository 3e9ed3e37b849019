"""Findings and judgements as JSON documents, which is how the database keeps them; nobody else sees these."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from surveys.comments import Aspect, CommentKind, Judgement, Sentiment, Signal, SignalCode
from surveys.storage.records.comments import CommentFinding


def finding_as_json(finding: CommentFinding) -> str:
    return _as_json({
        "text": finding.text, "kind": finding.kind, "sentiment": finding.sentiment, "score": finding.score,
        "sure": finding.sure, "aspects": [asdict(each) for each in finding.aspects],
        "signals": [asdict(each) for each in finding.signals],
    })  # fmt: skip


def finding_from_json(response: str, item: str, model: str, document: str) -> CommentFinding:
    kept = json.loads(document)
    return CommentFinding(
        response, item, model, kept["text"], CommentKind(kept["kind"]), Sentiment(kept["sentiment"]),
        float(kept["score"]), bool(kept["sure"]), _aspects(kept),
        signals=_signals(kept),
    )  # fmt: skip


def judgement_as_json(judgement: Judgement) -> str:
    aspects = [asdict(each) for each in judgement.aspects]
    return _as_json({"sentiment": judgement.sentiment, "aspects": aspects})


def judgement_from_json(document: str) -> Judgement:
    kept = json.loads(document)
    return Judgement(Sentiment(kept["sentiment"]), _aspects(kept))


def _aspects(kept: Mapping[str, Any]) -> tuple[Aspect, ...]:
    return tuple(Aspect(**{**each, "sentiment": Sentiment(each["sentiment"])}) for each in kept["aspects"])


def _signals(kept: Mapping[str, Any]) -> tuple[Signal, ...]:
    return tuple(Signal(**{**each, "code": SignalCode(each["code"])}) for each in kept["signals"])


def _as_json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False)
