"""How each survey's form guards itself."""

from __future__ import annotations

from surveys.protection import NO_PROTECTION, Protection
from surveys.storage.accounts import write_audit
from surveys.storage.connection import Connections


class ProtectionTable:
    """One row for each survey that has other than the usual protection."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def get(self, survey: str) -> Protection:
        query = "SELECT puzzle, once_per_device FROM protections WHERE survey = ?"
        with self._connections.reading() as db:
            row = db.execute(query, [survey]).fetchone()
        return Protection(bool(row[0]), bool(row[1])) if row else NO_PROTECTION

    def set(self, survey: str, protection: Protection, *, by: str) -> None:
        row = {"survey": survey, "puzzle": protection.puzzle, "once_per_device": protection.once_per_device}
        with self._connections.writing() as db:
            db.table("protections").upsert(row, pk="survey")
            write_audit(db, by, "protect form", survey, _said(protection))


def _said(protection: Protection) -> str:
    return f"puzzle: {protection.puzzle}, once per device: {protection.once_per_device}"
