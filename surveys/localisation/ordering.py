"""The order in which people list names that no definition puts in order: by the numbers in them, not letter by letter.

2 comes before 10, 第二营业厅 before 第十营业厅, 2 月 before 10 月.
"""

from __future__ import annotations

import math
import re
import unicodedata

_DIGITS = dict(zip("〇零一二三四五六七八九", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_UNITS = {"十": 10, "百": 100}
# Runs are bounded, so that a comment of a thousand digits is no thousand-digit number.
_RUN = re.compile(f"([0-9]{{1,15}}|[{''.join((*_DIGITS, *_UNITS))}]{{1,9}})")

Key = tuple[tuple[bool, float, str], ...]


def natural(name: object) -> Key:
    """What to sort names by: numbers by value and before all words; within words, numbers by value as well."""
    plain = unicodedata.normalize("NFKC", str(name)).strip()
    number = _number(plain)
    if number is not None:
        return ((False, number, plain),)
    parts = _RUN.split(plain)  # words and runs of digits by turns, words first
    return ((True, 0.0, ""), *((True, _value(part) if at % 2 else 0.0, part) for at, part in enumerate(parts)))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _value(run: str) -> float:
    """What a run of digits says, in Arabic or Chinese."""
    if run[0] in "0123456789":
        return float(run)
    total = digit = 0
    for each in run:
        if each in _UNITS:
            total, digit = total + max(digit, 1) * _UNITS[each], 0
        else:
            digit = digit * 10 + _DIGITS[each]
    return float(total + digit)
