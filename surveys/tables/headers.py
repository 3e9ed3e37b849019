"""Where a table's header is: below titles and notes, perhaps over two rows, perhaps with a row of units under it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from surveys.tables.rows import Row
from surveys.tables.workbooks import Merge

LOOKED_AT = 40  # rows that are not empty, in which a header is looked for

_UNIT = re.compile(
    r"[(（\[【].{0,20}[)）\]】]|单位[:：].{0,20}|[¥￥%％$€]|元|万元|分|秒|分钟|小时|天|日|月|年|度|次|个|人|户|岁|千?瓦时?|kwh?|kw·?h|mwh|必填|选填|文本|数字",
    re.IGNORECASE,
)

Known = Callable[[str], bool]
"""Whether a heading is one that the person importing may mean something by."""


@dataclass(frozen=True)
class Head:
    """The header as it was found: one name for each column, and the rows that it takes, by their numbers."""

    names: tuple[str, ...]
    first: int
    last: int
    units: int = 0  # the last row under it that only explains it; 0 for none

    @property
    def data_after(self) -> int:
        """The number of the last row before the data."""
        return max(self.last, self.units)


def head_found(rows: Sequence[Row], known: Known, merges: Sequence[Merge] = ()) -> Head:
    """The header among a table's first rows, of which there is one at least.

    The row with the most known headings, unless a row above it is as wide and known too; where no heading is known, the
    first row that is about as wide as the table.
    """
    candidates = [(_score(rows, at, head, known), head) for at in range(len(rows)) for head in _heads(rows, at, merges)]
    best, head = max(candidates, key=lambda each: each[0])
    return _with_units(head if best else _first_wide(rows, merges), rows)


def head_at(rows: Sequence[Row], number: int, merges: Sequence[Merge] = ()) -> Head | None:
    """The header that begins in a row of this number, as the person importing says; None when that row is empty."""
    for at, row in enumerate(rows):
        if row.number == number:
            return _with_units(_heads(rows, at, merges)[-1], rows)
    return None


def names_in(row: Row) -> tuple[str, ...]:
    """The headings in a row, without empty ends."""
    names = [" ".join(cell.split()) if "\n" in cell else cell.strip() for cell in row.cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _heads(rows: Sequence[Row], at: int, merges: Sequence[Merge]) -> list[Head]:
    """The header that this row would be by itself, and the one with the row under it, whose headings it groups."""
    row = rows[at]
    alone = Head(names_in(row), row.number, row.number)
    across = [merge for merge in merges if merge.top == row.number == merge.bottom and merge.left < merge.right]
    if not across or row.filled < 2 or at + 1 >= len(rows) or rows[at + 1].number != row.number + 1:
        return [alone]
    upper, lower = list(row.cells), names_in(rows[at + 1])
    upper += [""] * (len(lower) - len(upper))
    for merge in across:
        upper[merge.left : merge.right] = [upper[merge.left - 1]] * (min(merge.right, len(upper)) - merge.left)
    joined = tuple(
        _joined(above.strip(), below) for above, below in zip(upper, _padded(lower, len(upper)), strict=False)
    )
    return [alone, Head(joined, row.number, row.number + 1)]


def _padded(names: Sequence[str], width: int) -> list[str]:
    return [*names, *[""] * (width - len(names))]


def _joined(above: str, below: str) -> str:
    return f"{above}：{below}" if above and below and above != below else above or below


def _score(rows: Sequence[Row], at: int, head: Head, known: Known) -> int:
    """How many headings of this header are known; 0 for a row that hides a header or data above it."""
    names = [name for name in head.names if name]
    found = sum(known(name) for name in names)
    above = rows[:at]
    narrower = all(row.filled < len(names) for row in above)
    telling = found >= 2 and found >= len(names) / 2 and not any(known(name) for row in above for name in names_in(row))
    return found if found and (narrower or telling) else 0


def _first_wide(rows: Sequence[Row], merges: Sequence[Merge]) -> Head:
    [(usual, _)] = Counter(row.filled for row in rows).most_common(1)
    at = next((at for at, row in enumerate(rows) if usual < 2 or row.filled > max(1, usual / 3)), 0)
    return _heads(rows, at, merges)[-1]


def _with_units(head: Head, rows: Sequence[Row]) -> Head:
    under = next((row for row in rows if row.number > head.last), None)
    cells = [cell.strip() for cell in under.cells if cell.strip()] if under else []
    bracketed = [cell for cell in cells if cell[0] in "(（[【单"]
    if under and len(cells) > 1 and bracketed and all(_UNIT.fullmatch(cell) for cell in cells):
        return Head(head.names, head.first, head.last, under.number)
    return head


def passed_over(rows: Iterable[Row], head: Head) -> tuple[Row, ...]:
    """The rows beside the header that are no data."""
    return tuple(row for row in rows if row.number <= head.data_after and not head.first <= row.number <= head.last)
