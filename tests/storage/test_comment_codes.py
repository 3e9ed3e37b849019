"""What older databases hold of comments, in Chinese words, is read in codes after the upgrade; no review is lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from surveys.comments import Aspect, CommentKind, Judgement, Sentiment
from surveys.storage import Store
from surveys.storage.records.comments import CommentFinding, Purpose
from surveys.storage.sqlite.connection import connect
from surveys.storage.sqlite.migrations import migrations

SURVEY = "power-visit"
SAID = "电费太贵，一片负面"
LATE = "2026-05-01T08:00:00+00:00"


def aspect(sentiment: str) -> dict[str, Any]:
    return {"aspect": "price", "label": "正面", "sentiment": sentiment, "start": 0, "end": 4, "evidence": "电费太贵"}


def finding(text: str, sentiment: str, **more: object) -> dict[str, Any]:
    known = {"text": text, "kind": "complaint", "sentiment": sentiment, "score": 0.1, "sure": True}
    return known | {"aspects": [aspect("负面"), aspect("中性")]} | more


FINDINGS: Mapping[str, Mapping[str, Any]] = {
    "a": finding(SAID, "负面"),
    "b": finding("正面", "中性", aspects=[], kind="no_content", sure=False),
    "c": finding("很好", "正面", aspects=[aspect("正面")], kind="praise"),
}
REVIEWS = [
    ("a", "correction", {"sentiment": "正面", "aspects": [aspect("正面")]}),
    ("a", "correction", {"sentiment": "中性", "aspects": []}),
    ("c", "sample", {"sentiment": "负面", "aspects": [aspect("中性")]}),
]


@pytest.fixture
def older(tmp_path: Path) -> Store:
    """A database as it was before codes, with findings and reviews, opened by the product of today."""
    db = connect(tmp_path / "older.db")
    migrations.apply(db, stop_before="m032_codes_of_comments")
    db.execute("INSERT INTO surveys (code, live_version, created_at) VALUES (?, 1, ?)", [SURVEY, LATE])
    for response, document in FINDINGS.items():
        answers = json.dumps({"comment": document["text"]}, ensure_ascii=False)
        db.execute(
            "INSERT INTO responses (id, survey, version, answers, received_on, channel) VALUES (?, ?, 1, ?, ?, 'web')",
            [response, SURVEY, answers, LATE[:10]],
        )
        kept = json.dumps(document, ensure_ascii=False)
        db.execute("INSERT INTO findings VALUES (?, 'comment', 'm', ?)", [response, kept])
    for response, purpose, judgement in REVIEWS:
        kept = json.dumps(judgement, ensure_ascii=False)
        db.execute(
            "INSERT INTO reviews (response, item, purpose, judgement, account, at) "
            "VALUES (?, 'comment', ?, ?, 'boss', ?)",
            [response, purpose, kept, LATE],
        )
    db.conn.commit()
    db.close()
    return Store(tmp_path / "older.db")


def price(sentiment: Sentiment) -> Aspect:
    return Aspect("price", "正面", sentiment, 0, 4, "电费太贵")


def test_findings_of_an_older_database_are_read_in_codes(older: Store) -> None:
    """Only what is said of them changes: not their text, their evidence or a topic that is called like a sentiment."""
    bad, neutral, good = Sentiment
    both = (price(bad), price(neutral))
    assert {each.response: each for each in older.findings.of(SURVEY)} == {
        "a": CommentFinding("a", "comment", "m", SAID, CommentKind.COMPLAINT, bad, 0.1, True, both),
        "b": CommentFinding("b", "comment", "m", "正面", CommentKind.NO_CONTENT, neutral, 0.1, False),
        "c": CommentFinding("c", "comment", "m", "很好", CommentKind.PRAISE, good, 0.1, True, (price(good),)),
    }


def test_no_review_of_an_older_database_is_lost(older: Store) -> None:
    """Every judgement with its order, person, purpose and moment; the model need not read anything again."""
    bad, neutral, good = Sentiment
    kept = list(older.reviews.of(SURVEY))
    assert [(each.response, each.purpose, each.judgement) for each in kept] == [
        ("a", Purpose.CORRECTION, Judgement(good, (price(good),))),
        ("a", Purpose.CORRECTION, Judgement(neutral)),
        ("c", Purpose.SAMPLE, Judgement(bad, (price(neutral),))),
    ]
    assert {(each.by, each.at.isoformat()) for each in kept} == {("boss", LATE)}
    assert not older.findings.waiting(SURVEY, ["comment"], "m", 10)


def test_what_is_kept_from_now_on_is_kept_in_codes(older: Store) -> None:
    """And read back as it was given."""
    [first, *_] = older.findings.of(SURVEY)
    older.findings.save([first])
    assert first in list(older.findings.of(SURVEY))
    older.close()
    db = connect(older.path)
    assert all('"sentiment": "负面"' not in row for [row] in db.execute("SELECT finding FROM findings"))
    db.close()
