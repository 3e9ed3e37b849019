"""What all engines raise when the database fails."""

from __future__ import annotations

import sqlite3
from pathlib import Path

StorageError = sqlite3.Error  # what any operation raises when the file can't serve


class DatabaseReplaced(sqlite3.OperationalError):
    """The database or its log was removed or replaced while it was open. Nothing is taken until it is back."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path} was removed or replaced while in use; put it back, or stop the program and restore a backup"
        )
