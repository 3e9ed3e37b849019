"""What all engines raise when the database fails."""

from __future__ import annotations

import sqlite3

StorageError = sqlite3.Error  # what any operation raises when the file can't serve
