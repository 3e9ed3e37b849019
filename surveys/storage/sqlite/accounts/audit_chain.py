"""How a line of the audit trail is chained to the one before it."""

from __future__ import annotations

import hashlib
import json

BEGINNING = ""
"""What the first line is chained to."""


def chained(before: str, number: int, words: tuple[str, ...]) -> str:
    """The hash of a line, over that of the line before."""
    return hashlib.sha256(json.dumps([before, number, *words], ensure_ascii=False).encode()).hexdigest()
