"""Lessons with full-text search over their words, which come cut: the engine knows no Chinese."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

from sqlite_utils import Database

from surveys.improvement.lessons import Lesson, LessonSource, assert_lesson
from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections

MOST_WORDS = 60  # of a text that others like it are looked for with
_NAMES = tuple(each.name for each in fields(Lesson))
_KEEP = f"""
INSERT INTO lessons ({", ".join(_NAMES)}) VALUES ({", ".join(f":{name}" for name in _NAMES)})
ON CONFLICT (code) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _NAMES if name != "code")}"""  # noqa: S608  names of fields
_FIND = """
SELECT lessons.* FROM lesson_words JOIN lessons ON lessons.code = lesson_words.lesson
WHERE lesson_words MATCH ? ORDER BY bm25(lesson_words), lessons.code"""


class LessonTable:
    """Signed lessons are everybody's; what is not signed yet is of its department, and of its author."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def all(self) -> list[Lesson]:
        """The newest first, signed or not."""
        with self._connections.reading() as db:
            return [_lesson(row) for row in db.query("SELECT * FROM lessons ORDER BY written_on DESC, code")]

    def get(self, code: str) -> Lesson | None:
        with self._connections.reading() as db:
            return _found(db, code)

    def keep(
        self, lesson: Lesson, words: Iterable[str], *, by: str, day: date, seen: Lesson | Unread | None = ANY
    ) -> Lesson:
        """Add or change one; who changes a signed one takes its signature off. Raises LessonErrors, ChangedMeanwhile.

        *words*: those of its text, by which it is found.
        """
        assert_lesson(lesson)
        with self._connections.writing() as db:
            present = _found(db, lesson.code)
            assert_as_seen(seen, present)
            author, written = (present.written_by, present.written_on) if present else (by, day)
            kept = replace(lesson, written_by=author, written_on=written, signed_by="", signed_on=None)
            db.execute(_KEEP, _row(kept))
            db.execute("DELETE FROM lesson_words WHERE lesson = ?", [lesson.code])
            db.execute("INSERT INTO lesson_words (lesson, words) VALUES (?, ?)", [lesson.code, " ".join(words)])
            write_audit(db, by, "change lesson" if present else "add lesson", lesson.code)
        return kept

    def sign(self, seen: Lesson, *, by: str, day: date) -> None:
        """Sign what was *seen*; raises ValueError for one's own, ChangedMeanwhile."""
        with self._connections.writing() as db:
            assert_as_seen(seen, _found(db, seen.code))
            if by == seen.written_by:
                raise ValueError(f"lesson {seen.code}: nobody signs their own")
            db.execute(_KEEP, _row(replace(seen, signed_by=by, signed_on=day)))
            write_audit(db, by, "sign lesson", seen.code)

    def remove(self, code: str, *, by: str) -> None:
        """Delete one with its words; raises KeyError."""
        with self._connections.writing() as db:
            if not db.execute("DELETE FROM lessons WHERE code = ?", [code]).rowcount:
                raise KeyError(code)
            db.execute("DELETE FROM lesson_words WHERE lesson = ?", [code])
            write_audit(db, by, "delete lesson", code)

    def like(self, words: Sequence[str], *, every: bool = False, most: int = 50) -> list[Lesson]:
        """Those with any of these words, what shares most of the rare ones first (Okapi BM25); *every*: with all."""
        wanted = list(dict.fromkeys(words))[:MOST_WORDS]
        if not wanted:
            return []
        query = (" AND " if every else " OR ").join('"{}"'.format(each.replace('"', '""')) for each in wanted)
        with self._connections.reading() as db:
            return [_lesson(row) for row in db.query(f"{_FIND} LIMIT {int(most)}", [query])]


def seen_by(lessons: Iterable[Lesson], account: str, departments: Collection[str] | None) -> list[Lesson]:
    """Those that somebody may read who sees these *departments* (None: all)."""
    return [
        each for each in lessons
        if each.signed or each.written_by == account or departments is None or each.department in departments
    ]  # fmt: skip


def _found(db: Database, code: str) -> Lesson | None:
    row = next(db.query("SELECT * FROM lessons WHERE code = ?", [code]), None)
    return _lesson(row) if row else None


def _row(lesson: Lesson) -> dict[str, Any]:
    own = {name: getattr(lesson, name) for name in _NAMES}
    days = {name: own[name].isoformat() if own[name] else None for name in ("written_on", "signed_on")}
    return own | days | {"source": lesson.source.value}


def _lesson(row: Mapping[str, Any]) -> Lesson:
    days = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("written_on", "signed_on")}
    return Lesson(**{name: row[name] for name in _NAMES} | days | {"source": LessonSource(row["source"])})
