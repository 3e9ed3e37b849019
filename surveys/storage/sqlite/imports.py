"""What came in with which import, so that one can be taken back as a batch. No order or time of a row is kept."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from surveys.anonymity import minimums
from surveys.intake.submission import Event
from surveys.storage.records.imports import ImportBatch, ImportKind, TakenBack, TooFew
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.answers.withdrawn import note_all_withdrawn
from surveys.storage.sqlite.connection import Connections
from surveys.storage.sqlite.uploads import take_files

KEPT_FOR = timedelta(days=90)  # what stood in files before an import is not kept longer than this
_ATTRIBUTES = ("who", "does", "worth")
_UNCOUNTED = {"id", "opted_out_at", "only_channel", "created_at", "updated_at", "tier"}  # what no import has put there


class ImportTable:
    """The imports of the last months."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def begin(self, kind: ImportKind, survey: str, file: str, *, by: str, now: datetime) -> str:
        """A new batch; what is older than 90 days can't be taken back any more."""
        batch = {
            "id": secrets.token_hex(8), "kind": kind.value, "survey": survey, "file": file[:120], "at": _text(now),
            "by": by,
        }  # fmt: skip
        with self._connections.writing() as db:
            db.execute("DELETE FROM imports WHERE at < ?", [_text(now - KEPT_FOR)])
            db.table("imports").insert(batch)
        return str(batch["id"])

    def all(self, kind: ImportKind, survey: str = "") -> list[ImportBatch]:
        """The imports of which something is there, the newest first."""
        with self._connections.reading() as db:
            return [_batch(row) for row in db.query(_BATCHES, [kind.value, survey])]

    def take_back_answers(self, batch: str, *, anonymous: bool, by: str, day: date) -> int:
        """Delete the answers of an import; returns how many there were.

        Anonymous ones of days that are over leave figures as those do that their authors take back.

        Raises TooFew for fewer than `minimums().group` anonymous ones among others: what figures lose by it would tell
        what they were.
        """
        with self._connections.writing() as db:
            survey, ids = db.execute(_ANSWERS, [batch]).fetchone()
            if anonymous and len(json.loads(ids)) < minimums().group and _has_others(db, survey, ids):
                raise TooFew(batch)
            if anonymous and _has_others(db, survey, ids):
                note_all_withdrawn(db, survey, json.loads(ids), day)
            files = take_files(db, json.loads(ids))
            gone = db.execute(_DELETE, [ids])
            places = [row[0] or "" for row in gone.fetchall()]
            db.conn.executemany(_COUNT, [[survey, day.isoformat(), each, Event.TAKEN_BACK.value] for each in places])
            db.execute("DELETE FROM imports WHERE id = ?", [batch])
            write_audit(db, by, "take back answers", survey, f"{len(places)} responses")
        self._connections.remove_files(files)
        self._connections.empty_log()
        return len(places)

    def take_back_people(self, batch: str, *, by: str) -> TakenBack:
        """Remove the files an import has made and restore those it has changed, as far as nothing came after."""
        with self._connections.writing() as db:
            rows = db.execute(_PEOPLE, [batch]).fetchall()
            ends = [_undone(db, contact, json.loads(before), json.loads(after)) for contact, before, after in rows]
            db.execute("DELETE FROM imports WHERE id = ?", [batch])
            taken = TakenBack(*(ends.count(end) for end in ("removed", "restored", "partly", "left")))
            detail = f"removed {taken.removed}, restored {taken.restored}, in part {taken.partly}, left {taken.left}"
            write_audit(db, by, "take back contacts", "contacts", detail)
        return taken


_BATCHES = """
SELECT imports.*, (SELECT count(*) FROM imported_responses WHERE import = imports.id)
    + (SELECT count(*) FROM imported_contacts WHERE import = imports.id) AS rows
FROM imports WHERE kind = ? AND survey = ? AND rows > 0 ORDER BY at DESC, id"""

_ANSWERS = """
SELECT survey, (SELECT json_group_array(response) FROM imported_responses WHERE import = imports.id)
FROM imports WHERE id = ?"""

_DELETE = "DELETE FROM responses WHERE id IN (SELECT value FROM json_each(?)) RETURNING touchpoint"

_PEOPLE = "SELECT contact, before, after FROM imported_contacts WHERE import = ?"

_COUNT = """
INSERT INTO tallies (survey, day, touchpoint, event, times) VALUES (?, ?, ?, ?, 1)
ON CONFLICT DO UPDATE SET times = times + 1"""

_IN_USE = """
SELECT 1 WHERE EXISTS (SELECT 1 FROM invitations WHERE contact = :id)
  OR EXISTS (SELECT 1 FROM responses WHERE contact = :id) OR EXISTS (SELECT 1 FROM calls WHERE contact = :id)
  OR EXISTS (SELECT 1 FROM tasks WHERE contact = :id) OR EXISTS (SELECT 1 FROM set_apart WHERE contact = :id)"""


def note_answers(db: Database, batch: str, responses: Iterable[str]) -> None:
    """Note what has come in by an import, in the transaction that keeps it."""
    rows = [(batch, each) for each in responses]
    db.conn.executemany("INSERT INTO imported_responses (import, response) VALUES (?, ?)", rows)


def files_of(db: Database, contacts: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Files as they stand in their table, by id."""
    query = "SELECT * FROM contacts WHERE id IN (SELECT value FROM json_each(?))"
    return {row["id"]: row for row in db.query(query, [json.dumps(list(contacts))])}


def note_people(
    db: Database, batch: str, before: Mapping[str, dict[str, Any]], after: Mapping[str, dict[str, Any]]
) -> None:  # fmt: skip
    """Note what an import has made of files, in the transaction that keeps it; null stands for a file not there."""
    rows = [(batch, each, json.dumps(before.get(each)), json.dumps(now)) for each, now in after.items()]
    db.conn.executemany("INSERT OR IGNORE INTO imported_contacts VALUES (?, ?, ?, ?)", rows)


def _has_others(db: Database, survey: str, ids: str) -> bool:
    query = "SELECT 1 FROM kept_responses WHERE survey = ? AND id NOT IN (SELECT value FROM json_each(?)) LIMIT 1"
    return db.execute(query, [survey, ids]).fetchone() is not None


def _undone(db: Database, contact: str, before: dict[str, Any] | None, after: dict[str, Any]) -> str:
    """What became of one file: removed, restored, partly or left."""
    now = files_of(db, [contact])[contact]
    if before is None:
        changed = any(now[name] != after[name] for name in after if name not in _UNCOUNTED)
        if changed or db.execute(_IN_USE, {"id": contact}).fetchone():
            return "left"
        db.execute("DELETE FROM contacts WHERE id = ?", [contact])
        return "removed"
    values, wanted, given = restore_fields(before, after, now)
    if values:
        db.table("contacts").update(contact, values)
    return "restored" if given == wanted else "partly" if given else "left"


def restore_fields(
    before: Mapping[str, Any], after: Mapping[str, Any], now: Mapping[str, Any]
) -> tuple[dict[str, Any], int, int]:  # fmt: skip
    """The columns to set back, how many values an import changed, and how many of them are still as it left them."""
    old, new, present = _flat(before), _flat(after), _flat(now)
    changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    back = [name for name in changed if present.get(name) == new.get(name)]
    values: dict[str, Any] = {}
    for name in back:
        column, _, key = name.partition(".")
        if not key:
            values[column] = old.get(name)
            continue
        attributes = json.loads(values.get(column, now[column]))
        if name in old:
            attributes[key] = old[name]
        else:
            attributes.pop(key, None)
        values[column] = json.dumps(attributes, ensure_ascii=False)
    return values, len(changed), len(back)


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in row.items() if name not in _UNCOUNTED and name not in _ATTRIBUTES}
    return plain | {f"{kind}.{key}": value for kind in _ATTRIBUTES for key, value in json.loads(row[kind]).items()}


def _batch(row: Mapping[str, Any]) -> ImportBatch:
    return ImportBatch(
        row["id"], ImportKind(row["kind"]), row["survey"], row["file"], datetime.fromisoformat(row["at"]), row["by"],
        row["rows"],
    )  # fmt: skip


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
