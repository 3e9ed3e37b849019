"""Which survey the tablets at a touchpoint show, and which tablets these are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import uuid4

from surveys.fieldwork.tablets import ENROLMENT_LASTS, Tablet
from surveys.localisation.clock import local_day
from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections


class KioskTable:
    """One row for each touchpoint with a tablet, and one for each tablet."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def survey_at(self, touchpoint: str) -> str | None:
        """The code of the survey; None where no tablet is set up."""
        with self._connections.reading() as db:
            row = db.execute("SELECT survey FROM kiosks WHERE touchpoint = ?", [touchpoint]).fetchone()
        return row[0] if row else None

    def showing(self, survey: str) -> list[str]:
        """The touchpoints whose tablets show a survey."""
        with self._connections.reading() as db:
            query = "SELECT touchpoint FROM kiosks WHERE survey = ? ORDER BY touchpoint"
            return [row[0] for row in db.execute(query, [survey])]

    def set(
        self, touchpoint: str, survey: str | None, *, by: str, seen: str | Unread | None = ANY
    ) -> None:  # fmt: skip
        """Show this survey there from now on, or none; raises ChangedMeanwhile when another than *seen* is shown."""
        with self._connections.writing() as db:
            row = db.execute("SELECT survey FROM kiosks WHERE touchpoint = ?", [touchpoint]).fetchone()
            assert_as_seen(seen, row[0] if row else None)
            db.execute("DELETE FROM kiosks WHERE touchpoint = ?", [touchpoint])
            if survey is not None:
                db.table("kiosks").insert({"touchpoint": touchpoint, "survey": survey})
            write_audit(db, by, "set up kiosk", touchpoint, survey or "")

    def invite_tablet(self, touchpoint: str, code_hash: str, *, by: str, now: datetime) -> None:
        """Let whoever opens the link with this code become a tablet of the touchpoint, once and for a day."""
        row = {
            "id": uuid4().hex, "touchpoint": touchpoint, "code_hash": code_hash, "created_by": by,
            "created_on": local_day(now).isoformat(), "until": (now + ENROLMENT_LASTS).isoformat(),
        }  # fmt: skip
        with self._connections.writing() as db:
            db.execute("DELETE FROM tablets WHERE token_hash IS NULL AND until < ?", [now.isoformat()])
            db.table("tablets").insert(row)
            write_audit(db, by, "invite tablet", touchpoint)

    def enrol_tablet(self, touchpoint: str, code_hash: str, token_hash: str, now: datetime) -> bool:
        """Make the holder of the token a tablet of the touchpoint; False when the code is used up, or too old."""
        query = "SELECT id, created_by FROM tablets WHERE code_hash = ? AND touchpoint = ? AND until >= ?"
        with self._connections.writing() as db:
            row = db.execute(query, [code_hash, touchpoint, now.isoformat()]).fetchone()
            if row is None:
                return False
            known: dict[str, str | None] = {
                "code_hash": None, "token_hash": token_hash, "last_seen": local_day(now).isoformat(),
            }  # fmt: skip
            db.table("tablets").update(row[0], known)
            write_audit(db, row[1], "enrol tablet", touchpoint)
        return True

    def tablet_of(self, touchpoint: str, token_hash: str, today: date) -> str | None:
        """The tablet of the touchpoint that holds this token; notes on which day it was last seen."""
        query = "SELECT id, last_seen FROM tablets WHERE token_hash = ? AND touchpoint = ?"
        with self._connections.reading() as db:
            row = db.execute(query, [token_hash, touchpoint]).fetchone()
        if row is None:
            return None
        if row[1] != today.isoformat():
            with self._connections.writing() as db:
                db.execute("UPDATE tablets SET last_seen = ? WHERE id = ?", [today.isoformat(), row[0]])
        return str(row[0])

    def tablets(self, touchpoints: Collection[str], now: datetime) -> list[Tablet]:
        """The tablets of these touchpoints, and the links that may still become one."""
        query = "SELECT * FROM tablets WHERE token_hash IS NOT NULL OR until >= ? ORDER BY touchpoint, created_on, id"
        with self._connections.reading() as db:
            rows = list(db.query(query, [now.isoformat()]))
        return [_tablet(row) for row in rows if row["touchpoint"] in touchpoints]

    def revoke_tablet(self, tablet: str, *, by: str) -> None:
        """Take no more answers from it; what it has not delivered stays on it."""
        with self._connections.writing() as db:
            row = db.execute("SELECT touchpoint FROM tablets WHERE id = ?", [tablet]).fetchone()
            if row is not None:
                db.execute("DELETE FROM tablets WHERE id = ?", [tablet])
                write_audit(db, by, "revoke tablet", row[0])


def _tablet(row: dict[str, str | None]) -> Tablet:
    seen = row["last_seen"]
    return Tablet(
        id=str(row["id"]), touchpoint=str(row["touchpoint"]), by=str(row["created_by"]),
        on=date.fromisoformat(str(row["created_on"])), enrolled=row["token_hash"] is not None,
        last_seen=date.fromisoformat(seen) if seen else None,
    )  # fmt: skip
