"""Looks every day whether the promises of the organisation were kept, and has a case made where one was not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from threading import Event

from analysis.improvement.indicator_values import values_of
from analysis.improvement.promises import breaches_of, case_of_breach
from analysis.improvement.stored_indicators import StoredIndicators
from analysis.released.gate import Gate
from surveys.cases.case import Case
from surveys.localisation.clock import Clock, local_day, utc_now
from surveys.operations.cases import fallback_department
from surveys.operations.worker import Lease, Worker
from surveys.storage import Store

PAUSE_SECONDS = 600.0


class PromiseWatch:
    """Looks at every promise once a day, in the background."""

    def __init__(self, store: Store, gate: Gate, *, clock: Clock = utc_now) -> None:
        self._store, self._gate, self._clock = store, gate, clock
        self._looked_on: date | None = None
        self._stopping = Event()

    def worker(self, lease: Lease | None = None) -> Worker:
        """Does that in the background."""
        return Worker("promises", self.look, stopping=self._stopping, pause=PAUSE_SECONDS, lease=lease)

    def look(self) -> int:
        """Make the cases that are due; returns how many are new. At most once a day, for all it has been asked."""
        today = local_day(self._clock())
        if self._looked_on == today:
            return 0
        made = sum(self._store.cases.receive(each) for each in self._due(today))
        self._looked_on = today
        return made

    def _due(self, today: date) -> Iterator[Case]:
        rest = fallback_department(self._store)
        evidence = StoredIndicators(self._store, self._gate, today)
        for indicator in self._store.indicators.all():
            department = indicator.department or rest
            if not indicator.promise or indicator.retired_on is not None or department is None:
                continue
            for value in breaches_of(indicator, values_of(indicator, evidence, most=3)):
                yield case_of_breach(indicator, value, department, today)
