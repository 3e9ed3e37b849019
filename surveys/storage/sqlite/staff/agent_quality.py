"""Marks of agents by month, talks with them, and their objections to score cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from surveys.intake.submission import StoredResponse
from surveys.quality.agent_quality import AgentMarks, AgentNote, NoteKind
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.answers.response_rows import stored
from surveys.storage.sqlite.connection import Connections

_KEEP_MARKS = """
INSERT INTO agent_marks (agent, period, test, attendance, talk_minutes, available)
VALUES (:agent, :period, :test, :attendance, :talk_minutes, :available)
ON CONFLICT (agent, period) DO UPDATE SET test = coalesce(excluded.test, agent_marks.test),
  attendance = coalesce(excluded.attendance, agent_marks.attendance),
  talk_minutes = coalesce(excluded.talk_minutes, agent_marks.talk_minutes),
  available = coalesce(excluded.available, agent_marks.available)"""
_WRITE = """
INSERT INTO agent_notes (id, kind, agent, about, words, written_by, written_on, due_on)
VALUES (:id, :kind, :agent, :about, :words, :by, :day, :due) ON CONFLICT DO NOTHING"""
_ABOUT = "SELECT * FROM kept_responses WHERE survey = ? AND subject = ? ORDER BY id"
_ANSWER = """
UPDATE agent_notes SET answer = :answer, answered_by = :by, answered_on = :day
WHERE id = :id AND kind = 'objection' AND answered_on IS NULL"""


class AgentQualityTables:
    """Implements `surveys.storage.records.protocols.AgentQuality` on SQLite."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def keep_marks(self, marks: Mapping[tuple[str, str], AgentMarks], *, by: str) -> None:
        """By agent and month; what a file leaves out stays as it is."""
        rows = [{"agent": agent, "period": period} | asdict(each) for (agent, period), each in marks.items()]
        with self._connections.writing() as db:
            db.conn.executemany(_KEEP_MARKS, rows)
            write_audit(db, by, "import agent marks", "", str(len(rows)))

    def marks(self, period: str) -> dict[str, AgentMarks]:
        """By agent."""
        with self._connections.reading() as db:
            rows = db.query("SELECT * FROM agent_marks WHERE period = ? ORDER BY agent", [period])
            return {
                row["agent"]: AgentMarks(row["test"], row["attendance"], row["talk_minutes"], row["available"])
                for row in rows
            }

    def answers(self, survey: str, agent: str) -> list[StoredResponse]:
        """What a named survey holds about an agent."""
        with self._connections.reading() as db:
            return [stored(row) for row in db.query(_ABOUT, [survey, agent])]

    def notes(self, agent: str | None = None) -> list[AgentNote]:
        """The newest first."""
        query = """
            SELECT * FROM agent_notes WHERE CAST(:agent AS text) IS NULL OR agent = :agent
            ORDER BY written_on DESC, id"""
        with self._connections.reading() as db:
            return [_note(row) for row in db.query(query, {"agent": agent})]

    def write(self, note: AgentNote) -> bool:
        """Keep a talk or an objection; False for a second objection to one card."""
        row = {"id": note.id, "kind": note.kind.value, "agent": note.agent, "about": note.about, "words": note.words}
        days = {"day": note.on.isoformat(), "due": note.due_on.isoformat() if note.due_on else None}
        done = "note coaching" if note.kind is NoteKind.COACHING else "object to score card"
        with self._connections.writing() as db:
            kept = db.conn.execute(_WRITE, row | days | {"by": note.by}).rowcount
            if kept:
                write_audit(db, note.by, done, note.agent, note.about)
        return bool(kept)

    def answer(self, note: str, words: str, *, by: str, day: date) -> bool:
        """Answer an objection once; False where it is answered, or there is none."""
        with self._connections.writing() as db:
            row = {"id": note, "answer": words, "by": by, "day": day.isoformat()}
            kept = db.conn.execute(_ANSWER, row).rowcount
            if kept:
                write_audit(db, by, "answer score card objection", note)
        return bool(kept)


def _note(row: Mapping[str, Any]) -> AgentNote:
    due, answered = (date.fromisoformat(row[name]) if row[name] else None for name in ("due_on", "answered_on"))
    return AgentNote(
        row["id"], NoteKind(row["kind"]), row["agent"], row["about"], row["words"], row["written_by"],
        date.fromisoformat(row["written_on"]), due, row["answer"], row["answered_by"] or "", answered,
    )  # fmt: skip
