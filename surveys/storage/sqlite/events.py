"""Events that other systems have reported: their numbers, so that one number stands for one event."""

from __future__ import annotations

from datetime import date, timedelta

from surveys.storage.sqlite.connection import Connections

KEPT_FOR = timedelta(days=400)


class EventTable:
    """Numbers of events, each with the digest of what was reported under it."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def first_or_same(self, key: str, body: str, day: date) -> bool:
        """Note an event; False when its number stands for another one already."""
        with self._connections.writing() as db:
            db.execute("DELETE FROM events WHERE day < ?", [(day - KEPT_FOR).isoformat()])
            db.execute("INSERT OR IGNORE INTO events (key, body, day) VALUES (?, ?, ?)", [key, body, day.isoformat()])
            [known] = db.execute("SELECT body FROM events WHERE key = ?", [key]).fetchone()
        return bool(known == body)
