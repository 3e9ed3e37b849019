"""What people said about a comment themselves: corrections, and judgements of a random sample."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from surveys.storage.records.comments import Purpose, Review
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.comments.comment_json import judgement_as_json, judgement_from_json
from surveys.storage.sqlite.connection import Connections


class ReviewTable:
    """Every judgement ever made, none overwritten; they go with the response they speak of."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(self, review: Review) -> bool:
        """Keep a judgement; False where the response has been withdrawn meanwhile."""
        row = {
            "response": review.response, "item": review.item, "purpose": review.purpose.value,
            "judgement": judgement_as_json(review.judgement), "account": review.by, "at": review.at.isoformat(),
        }  # fmt: skip
        with self._connections.writing() as db:
            kept = db.execute(_ADD, row).rowcount == 1
            if kept:
                write_audit(db, review.by, "review comment", f"{review.response}:{review.item}", review.purpose)
        return kept

    def of(self, survey: str) -> Iterator[Review]:
        """The judgements of a survey's comments, the oldest first."""
        with self._connections.reading() as db:
            for row in db.query(_OF_SURVEY, [survey]):
                judgement, at = judgement_from_json(row["judgement"]), datetime.fromisoformat(row["at"])
                purpose = Purpose(row["purpose"])
                yield Review(row["response"], row["item"], purpose, judgement, row["account"], at)


_ADD = """
INSERT INTO reviews (response, item, purpose, judgement, account, at)
SELECT :response, :item, :purpose, :judgement, :account, :at WHERE EXISTS
    (SELECT 1 FROM responses WHERE id = :response)"""

_OF_SURVEY = """
SELECT reviews.* FROM reviews JOIN responses ON responses.id = reviews.response
WHERE responses.survey = ? ORDER BY reviews.id"""
