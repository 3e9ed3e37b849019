"""What monitoring is told of the database: sums, and nothing of anybody."""

from __future__ import annotations

from datetime import datetime

from surveys.storage.records.workload import Workload
from surveys.storage.sqlite.connection import Connections


class WorkloadTables:
    """Read from where the work itself is noted."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def now(self) -> Workload:
        """As it stands."""
        with self._connections.reading() as db:
            oldest = db.execute(_OLDEST).fetchone()[0]
            return Workload(
                forms=dict(db.execute("SELECT event, sum(times) FROM tallies GROUP BY event").fetchall()),
                messages={(channel, state): times for channel, state, times in db.execute(_MESSAGES)},
                oldest_waiting=datetime.fromisoformat(oldest) if oldest else None,
                comments_waiting=int(db.execute(_COMMENTS).fetchone()[0]),
                answers_held=int(db.execute("SELECT count(*) FROM held_responses").fetchone()[0]),
                days_to_copy=int(db.execute("SELECT count(*) FROM changed_days").fetchone()[0]),
            )


_MESSAGES = "SELECT channel, state, count(*) FROM outbox GROUP BY channel, state"
_OLDEST = "SELECT min(next_try_at) FROM outbox WHERE state = 'waiting'"
_COMMENTS = "SELECT coalesce(sum(times), 0) FROM comment_counts WHERE model = ''"
