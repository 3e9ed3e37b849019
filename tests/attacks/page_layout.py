"""What a copy of the disk tells of the order in which rows were written: cells as they lie in pages."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LEAVES = {0x0A: 8, 0x0D: 8}  # leaf of an index or a table without rowids, leaf of a table: size of the header


@dataclass(frozen=True)
class Cell:
    """One cell of a leaf page: its place within the file, and its bytes up to the next one."""

    page: int
    offset: int
    content: bytes


def leaf_cells(database: Path) -> Iterator[list[Cell]]:
    """The cells of each leaf page, the one that was written first before the others: a page is filled from its end."""
    data = database.read_bytes()
    [size] = struct.unpack(">H", data[16:18])
    size = 65536 if size == 1 else size
    for number in range(len(data) // size):
        page = data[number * size : (number + 1) * size]
        head = 100 if number == 0 else 0
        if page[head] in _LEAVES:
            [count] = struct.unpack(">H", page[head + 3 : head + 5])
            start = head + _LEAVES[page[head]]
            offsets = sorted(struct.unpack(f">{count}H", page[start : start + 2 * count]), reverse=True)
            ends = [size, *offsets][:count]
            yield [Cell(number + 1, at, page[at:end]) for at, end in zip(offsets, ends, strict=True)]


def order_in_pages(database: Path, marks: list[bytes]) -> list[list[int]]:
    """For each page in which at least two of the marks stand: their numbers, in the order in which cells were written.

    A mark is what tells a row: its key, or words of it.
    """
    orders = []
    for cells in leaf_cells(database):
        found = [number for cell in cells for number, mark in enumerate(marks) if mark in cell.content]
        if len(set(found)) > 1:
            orders.append(list(dict.fromkeys(found)))
    return orders


def concordance(orders: list[list[int]], truth: list[int]) -> float:
    """The share of pairs that a page has in the true order (`truth[number]` is when it came); 0.5 is chance."""
    pairs = [
        truth[first] < truth[second]
        for order in orders for place, first in enumerate(order) for second in order[place + 1 :]
    ]  # fmt: skip
    return sum(pairs) / len(pairs) if pairs else 0.5
