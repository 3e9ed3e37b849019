"""Texts that other programs keep as HTML, as the plain texts they are here; and back."""

from __future__ import annotations

import html
import re

_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/tr|/h\d)\b[^<>]*+>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]*+>")
_PLAIN = re.compile(r"</?(?:p|br|div|span)\s*/?>", re.IGNORECASE)


def plain_text(words: str) -> tuple[str, bool]:
    """The text without its tags, and whether they said more than where a line ends."""
    if "<" not in words and "&" not in words:
        return words, False
    rich = any(not _PLAIN.fullmatch(tag) for tag in _TAG.findall(words))
    lines = html.unescape(_TAG.sub("", _BREAK.sub("\n", words))).replace("\xa0", " ").split("\n")
    return "\n".join(line.strip() for line in lines).strip(), rich


def as_html(words: str) -> str:
    """The plain text as HTML: the inverse of `plain_text`."""
    return html.escape(words, quote=False).replace("\n", "<br>")
