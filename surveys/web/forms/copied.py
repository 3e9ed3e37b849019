"""Codes in addresses: what a message or a mail goes on with behind a link is no part of it."""

from __future__ import annotations

import re

_CODE = re.compile(r"[\w\-]+", re.ASCII)
_UNSEEN = "\u200b\u2060\ufeff\u202a\u202c "


def copied_code(segment: str) -> str:
    """The code that a part of an address begins with: power-visit。谢谢 is power-visit."""
    found = _CODE.match(segment.lstrip(_UNSEEN))
    return found[0] if found else segment
