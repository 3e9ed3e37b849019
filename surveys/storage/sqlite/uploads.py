"""The files that came with answers: contents in a folder beside the database, what is known of them in a table."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path

from sqlite_utils import Database

from surveys.intake.attachments import Evidence
from surveys.localisation.clock import zone
from surveys.private_files import FILE_MODE, private_folder
from surveys.storage.records.uploads import Upload
from surveys.storage.sqlite.answers.key_order import rewrite
from surveys.storage.sqlite.connection import Connections


def take_files(db: Database, responses: Sequence[str], cases: Sequence[str] = ()) -> list[str]:
    """Forget the files of these answers and cases, within the transaction that deletes them.

    Returns the keys of the files to be unlinked after the commit.
    """
    among = "(SELECT value FROM json_each(?))"
    held = f"SELECT file.value FROM held_responses, json_each(files) AS file WHERE held_responses.id IN {among}"  # noqa: S608
    apart = f"SELECT file.value FROM set_apart, json_each(beside, '$.files') AS file WHERE set_apart.id IN {among}"  # noqa: S608
    held = f"{held} UNION ALL {apart}"
    query = f"SELECT key FROM uploads WHERE response IN {among} OR key IN ({held}) OR matter IN {among}"  # noqa: S608
    values = [json.dumps(list(each)) for each in (responses, responses, responses, cases)]
    keys = [row[0] for row in db.conn.execute(query, values)]
    db.conn.executemany("DELETE FROM uploads WHERE key = ?", [[key] for key in keys])
    return keys


def place_of(folder: Path, key: str) -> Path:
    """Where a file lies; raises FileNotFoundError for what is no key."""
    if not re.fullmatch(r"[0-9a-f]{32}", key):
        raise FileNotFoundError(key)
    return folder / key[:2] / key


class Uploads:
    """Files under random keys, outside of everything that is served."""

    def __init__(self, connections: Connections, folder: Path) -> None:
        self._connections = connections
        self._folder = folder

    def keep(self, evidence: Evidence, survey: str | None, form: str, at: datetime | None, day: str) -> str:
        """Keep a file that came with a form; returns its key. It stays when an answer or a case with it is kept.

        *survey* is None for an opinion box. Of an anonymous survey *at* is None: no time finer than the day.
        """
        key = secrets.token_hex(16)
        self._write(key, evidence.content, date.fromisoformat(day))
        row = {
            "key": key, "survey": survey, "name": evidence.name, "kind": evidence.kind, "form": form,
            "size": len(evidence.content), "created_at": at.isoformat(timespec="seconds") if at else day,
        }  # fmt: skip
        with self._connections.writing() as db:
            db.table("uploads").insert(row)
            if at is None:
                rewrite(db, "uploads", "survey = ? AND response IS NULL", [survey])
        if at is None:
            self._touch_all(survey)
            self._connections.empty_log()
        return key

    def _write(self, key: str, content: bytes, day: date) -> None:
        """On disk when it returns. Its times tell the day alone: beside sign-ins, the second would tell who it was."""
        path = self._path(key)
        private_folder(path.parent)
        part = path.with_suffix(".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        midnight = datetime.combine(day, time(), zone()).timestamp()
        os.utime(part, (midnight, midnight))
        part.replace(path)
        for folder in (path.parent, self._folder):
            os.utime(folder, (midnight, midnight))

    def _touch_all(self, survey: str | None) -> None:
        """The moment of its last change, which a file system keeps for itself, is then the same of all that wait."""
        with self._connections.reading() as db:
            rows = db.execute("SELECT key FROM uploads WHERE survey = ? AND response IS NULL", [survey]).fetchall()
        for (key,) in rows:
            path = self._path(key)
            with suppress(FileNotFoundError):  # withdrawn meanwhile
                os.utime(path, (path.stat().st_mtime, path.stat().st_mtime))

    def of_form(self, form: str) -> set[str]:
        """Keys of the files that came with a form."""
        with self._connections.reading() as db:
            return {row["key"] for row in db.query("SELECT key FROM uploads WHERE form = ?", [form])}

    def get(self, key: str) -> Upload | None:
        """What is known of a file; None when there is none under this key."""
        query = (
            "SELECT key, uploads.survey, name, kind, size, coalesce(uploads.response, uploads.matter) AS owner, "
            "coalesce(responses.department, cases.department) AS department FROM uploads "
            "LEFT JOIN responses ON responses.id = uploads.response "
            "LEFT JOIN cases ON cases.id = uploads.matter WHERE key = ?"
        )
        with self._connections.reading() as db:
            return next((Upload(**row) for row in db.query(query, [key])), None)

    def content(self, key: str) -> bytes:
        """The file itself; raises OSError when it is not there."""
        return self._path(key).read_bytes()

    def remove_orphans(self, before: datetime) -> int:
        """Delete what came before this moment and belongs to no answer; returns how many files."""
        with self._connections.writing() as db:
            query = (
                "SELECT key FROM uploads WHERE response IS NULL AND matter IS NULL AND created_at < ? "
                "AND key NOT IN (SELECT file.value FROM held_responses, json_each(files) AS file) "
                "AND key NOT IN (SELECT file.value FROM set_apart, json_each(beside, '$.files') AS file)"
            )
            keys = [row["key"] for row in db.query(query, [before.isoformat(timespec="seconds")])]
            db.conn.executemany("DELETE FROM uploads WHERE key = ?", [[key] for key in keys])
        self._connections.remove_files(keys)
        return len(keys)

    def _path(self, key: str) -> Path:
        return place_of(self._folder, key)
