"""Which survey the tablet at a touchpoint shows."""

from __future__ import annotations

from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections


class KioskTable:
    """One row for each touchpoint with a tablet."""

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
