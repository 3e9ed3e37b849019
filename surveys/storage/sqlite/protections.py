"""How each survey's form guards itself."""

from __future__ import annotations

from dataclasses import asdict

from sqlite_utils import Database

from surveys.fieldwork.protection import NO_PROTECTION, Protection
from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections


class ProtectionTable:
    """One row for each survey that has other than the usual protection."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def get(self, survey: str) -> Protection:
        with self._connections.reading() as db:
            return _protection(db, survey)

    def set(self, survey: str, protection: Protection, *, by: str, seen: Protection | Unread = ANY) -> None:
        """Protect a form like this; raises ChangedMeanwhile when it isn't any more what was *seen*."""
        row = {"survey": survey, **asdict(protection)}
        with self._connections.writing() as db:
            assert_as_seen(seen, _protection(db, survey))
            db.table("protections").upsert(row, pk="survey")
            write_audit(db, by, "protect form", survey, _said(protection))


def _protection(db: Database, survey: str) -> Protection:
    query = "SELECT puzzle, once_per_device, kiosk_per_minute FROM protections WHERE survey = ?"
    row = db.execute(query, [survey]).fetchone()
    return Protection(bool(row[0]), bool(row[1]), row[2]) if row else NO_PROTECTION


def _said(protection: Protection) -> str:
    switches = f"puzzle: {protection.puzzle}, once per device: {protection.once_per_device}"
    return f"{switches}, tablets a minute: {protection.kiosk_per_minute}"
