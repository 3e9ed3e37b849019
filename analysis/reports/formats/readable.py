"""Text as every format can hold it: what XML forbids is left out, and so is what would turn a line around."""

from __future__ import annotations

import re

# XML 1.0, production 2 (Char); halves of characters; and the marks that make text run the other way unseen.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
)


def readable(text: str) -> str:
    """The text without these characters."""
    return _UNFIT.sub("", text)
