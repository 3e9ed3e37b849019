"""Which process does which job in the background, and until when."""

from __future__ import annotations

import secrets
from datetime import timedelta

from surveys.localisation.clock import Clock, utc_now
from surveys.storage.sqlite.connection import Connections

LASTS = timedelta(seconds=20)  # the job of a process that died is taken up after this long and a pause of the others


class LeaseTable:
    """One row for each job. Whoever asks does so for this process."""

    def __init__(self, connections: Connections, *, clock: Clock = utc_now) -> None:
        self._connections, self._clock = connections, clock
        self._holder = secrets.token_hex(8)

    def hold(self, job: str) -> bool:
        """Take or renew the lease; False while another process has it.

        One that ends later than any could be given now is from before the clock was set back, and counts no more.
        """
        now = self._clock()
        values = {"job": job, "holder": self._holder, "now": now.isoformat(), "until": (now + LASTS).isoformat()}
        with self._connections.writing() as db:
            return db.execute(_HOLD, values).rowcount == 1

    def release(self, job: str) -> None:
        """Leave it to others; nothing happens where another process has it."""
        with self._connections.writing() as db:
            db.execute("DELETE FROM leases WHERE job = ? AND holder = ?", [job, self._holder])


_HOLD = """
INSERT INTO leases (job, holder, until) VALUES (:job, :holder, :until)
ON CONFLICT (job) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE leases.holder = excluded.holder OR leases.until <= :now OR leases.until > excluded.until"""
