"""SQLite behind the protocols: one file a kind of thing; the only SQL there is."""

from __future__ import annotations

import sys
from importlib import import_module


def _load_sqlite_utils() -> None:
    """Without numpy and pandas, which it would take along wherever they are installed, to know their types.

    Nobody gives it any of these, and pandas is half of what a command, or the process of the forms, loads at its start.
    """
    missing = [name for name in ("numpy", "pandas") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(missing))  # type: ignore[arg-type]  # an import then says that there is none
    try:
        import_module("sqlite_utils")
    finally:
        for name in missing:
            del sys.modules[name]


_load_sqlite_utils()
