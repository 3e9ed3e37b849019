"""Cut a comment into clauses, keeping their place in it."""

from __future__ import annotations

import re
from typing import NamedTuple

_ENDS = "\\n\\r,。!?;、~…:|｡"
_BREAK = re.compile(
    f"[{_ENDS}]+|\\.(?![0-9])|(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])"
    "|(?<=[\u4e00-\u9fff])(?=但是|但愿|不过|可是|然而|只不过|美中不足|可惜|遗憾的是)"
    "|(?<=[\u4e00-\u9fff])(?=但(?!凡))"
)
_BLANK = " \t()[]【】《》"


class Clause(NamedTuple):
    """A stretch of the comment, ``text[start:end]``, without the punctuation around it."""

    start: int
    end: int


def clauses(text: str) -> list[Clause]:
    """The clauses of a normalised comment in order; a comment of punctuation alone has none."""
    found: list[Clause] = []
    start = 0
    for gap in _BREAK.finditer(text):
        _append(found, text, start, gap.start())
        start = gap.end()
    _append(found, text, start, len(text))
    return found


def _append(found: list[Clause], text: str, start: int, end: int) -> None:
    while start < end and text[start] in _BLANK:
        start += 1
    while end > start and text[end - 1] in _BLANK:
        end -= 1
    if end > start:
        found.append(Clause(start, end))
