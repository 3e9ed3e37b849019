"""What the text analysis found in each open comment, by the version of the model that found it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from surveys.storage.records.comments import CommentFinding, OpenComment
from surveys.storage.sqlite.comments.comment_json import finding_as_json, finding_from_json
from surveys.storage.sqlite.connection import Connections


class FindingTable:
    """Findings by response and item. A new model's findings replace the old ones."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def waiting(self, survey: str, items: Sequence[str], model: str, limit: int) -> list[OpenComment]:
        """Comments of these items without a finding by this model, in no telling order."""
        values = {"survey": survey, "items": json.dumps(items), "model": model, "limit": limit}
        with self._connections.reading() as db:
            return [OpenComment(**row) for row in db.query(_WAITING, values)]

    def save(self, findings: Iterable[CommentFinding]) -> None:
        rows = [[each.response, each.item, each.model, finding_as_json(each)] for each in findings]
        with self._connections.writing() as db:
            db.conn.executemany(_SAVE, rows)
            db.conn.executemany(_ANALYSED, [row[:3] for row in rows])

    def of(self, survey: str) -> Iterator[CommentFinding]:
        """All findings of a survey."""
        with self._connections.reading() as db:
            for row in db.query(_OF_SURVEY, [survey]):
                yield finding_from_json(row["response"], row["item"], row["model"], row["finding"])

    def progress(self, survey: str, items: Sequence[str], model: str) -> tuple[int, int]:
        """(comments analysed by this model, comments in all)."""
        with self._connections.reading() as db:
            values = {"survey": survey, "items": json.dumps(items), "model": model}
            done, total = db.execute(_PROGRESS, values).fetchone()
        return int(done), int(total)


# Those that no model has read stand under '': by the index, what waits is on both sides of what is done.
_WAITING_BESIDE = """
SELECT response, item FROM open_comments
WHERE survey = :survey AND model {side} :model AND item IN (SELECT value FROM json_each(:items))"""
_WAITING = f"""
SELECT waiting.response, waiting.item, comment.value AS text
FROM ({_WAITING_BESIDE.format(side="<")} UNION ALL {_WAITING_BESIDE.format(side=">")}) AS waiting
CROSS JOIN responses ON responses.id = waiting.response
JOIN json_each(responses.answers) AS comment ON comment.key = waiting.item AND comment.type = 'text'
LIMIT :limit"""  # noqa: S608  put together of what stands here

_PROGRESS = """
SELECT coalesce(sum(times) FILTER (WHERE model = :model), 0), coalesce(sum(times), 0) FROM comment_counts
WHERE survey = :survey AND item IN (SELECT value FROM json_each(:items))"""

# A response may be withdrawn while its comment is being analysed: then there is nothing to keep.
_SAVE = """
INSERT INTO findings (response, item, model, finding) SELECT ?1, ?2, ?3, ?4 FROM responses WHERE id = ?1
ON CONFLICT (response, item) DO UPDATE SET model = excluded.model, finding = excluded.finding"""

_ANALYSED = """
INSERT INTO open_comments (response, item, survey, model) SELECT id, ?2, survey, ?3 FROM responses WHERE id = ?1
ON CONFLICT (response, item) DO UPDATE SET model = excluded.model"""

_OF_SURVEY = """
SELECT findings.* FROM findings JOIN responses ON responses.id = findings.response WHERE responses.survey = ?"""
