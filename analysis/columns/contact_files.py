"""What stands in the files of those who answered, as it is now: a table to be joined to their answers.

Only files that no level of secrecy closes, and no attribute that the organisation counts among personal data.
"""

from __future__ import annotations

from threading import Lock

import pyarrow as pa

from analysis.columns.originals import Originals
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.result_breakdowns import attributes_of

TABLE = "files_of_people"


class ContactFiles:
    """The attributes of people's files, read again when files have changed."""

    def __init__(self, originals: Originals) -> None:
        self._originals, self._lock = originals, Lock()
        self._known: tuple[object, tuple[str, ...], pa.Table] | None = None

    def stamp(self) -> str:
        """Another one whenever a file has changed; a look costs microseconds."""
        return self._originals.people_stamp()

    def attributes(self) -> tuple[str, ...]:
        """`tier`, `department`, then those of files by name, as far as anybody has them."""
        return self._read()[0]

    def table(self) -> pa.Table:
        """`file` (the id), and a column by `stored_attribute` for each of the attributes."""
        return self._read()[1]

    def stored_attribute(self, attribute: str) -> str | None:
        """The column of the table; None for what nobody has."""
        names = self.attributes()
        return f"of_file_{names.index(attribute)}" if attribute in names else None

    def _read(self) -> tuple[tuple[str, ...], pa.Table]:
        key = self.stamp(), local_day(utc_now())
        with self._lock:
            if self._known is None or self._known[0] != key:
                self._known = (key, *self._made())
            return self._known[1], self._known[2]

    def _made(self) -> tuple[tuple[str, ...], pa.Table]:
        files = self._originals.people()
        found: dict[str, dict[int, str | float]] = {}
        for place, each in enumerate(files):
            for name, value in attributes_of(each).items():
                found.setdefault(name, {})[place] = value
        names = self._originals.telling(found)
        columns = {
            f"of_file_{number}": pa.array(
                [found[name].get(place) for place in range(len(files))],
                pa.float64() if name.startswith("worth.") else pa.string(),
            )
            for number, name in enumerate(names)
        }
        return names, pa.table({"file": pa.array([each.id for each in files], pa.string()), **columns})
