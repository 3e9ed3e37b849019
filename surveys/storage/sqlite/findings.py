"""What the text analysis found in each open comment, by the version of the model that found it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from surveys.storage.records.comments import CommentFinding, OpenComment
from surveys.storage.sqlite.comment_json import finding_as_json, finding_from_json
from surveys.storage.sqlite.connection import Connections


class FindingTable:
    """Findings by response and item. A new model's findings replace the old ones."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def waiting(self, survey: str, items: Sequence[str], model: str, limit: int) -> list[OpenComment]:
        """Comments of these items without a finding by this model."""
        with self._connections.reading() as db:
            rows = db.query(_WAITING, {"survey": survey, "items": json.dumps(items), "model": model, "limit": limit})
            return [OpenComment(**row) for row in rows]

    def save(self, findings: Iterable[CommentFinding]) -> None:
        rows = [[each.response, each.item, each.model, finding_as_json(each)] for each in findings]
        with self._connections.writing() as db:
            db.conn.executemany(_SAVE, rows)

    def of(self, survey: str) -> Iterator[CommentFinding]:
        """All findings of a survey."""
        with self._connections.reading() as db:
            for row in db.query(_OF_SURVEY, [survey]):
                yield finding_from_json(row["response"], row["item"], row["model"], row["finding"])

    def progress(self, survey: str, items: Sequence[str], model: str) -> tuple[int, int]:
        """(comments analysed by this model, comments in all)."""
        with self._connections.reading() as db:
            values = {"survey": survey, "items": json.dumps(items), "model": model}
            row = next(db.query(_PROGRESS, values))
        return int(row["done"] or 0), int(row["total"])


_COMMENTS = """
FROM responses
JOIN json_each(:items) AS wanted
JOIN json_each(responses.answers) AS item ON item.key = wanted.value AND item.type = 'text'
LEFT JOIN findings ON findings.response = responses.id AND findings.item = item.key AND findings.model = :model
WHERE responses.survey = :survey"""

_WAITING = f"""
SELECT responses.id AS response, item.key AS item, item.value AS text {_COMMENTS}
AND findings.response IS NULL LIMIT :limit"""

_PROGRESS = f"SELECT count(*) AS total, count(findings.response) AS done {_COMMENTS}"

# A response may be withdrawn while its comment is being analysed: then there is nothing to keep.
_SAVE = """
INSERT OR REPLACE INTO findings (response, item, model, finding)
SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM responses WHERE id = ?1)"""

_OF_SURVEY = """
SELECT findings.* FROM findings JOIN responses ON responses.id = findings.response WHERE responses.survey = ?"""
