"""Which cells of a workbook of Excel until 2003 (.xls) hold an error: its reader leaves them empty.

Such a file is a compound file [MS-CFB] whose stream "Workbook" is a row of records [MS-XLS]: a cell that holds an error
is a BoolErr record, and a formula that failed says so in its Formula record.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice

_NAMES = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
_FORMULA, _END, _SHEET, _BOOL_OR_ERROR, _BEGIN = 0x0006, 0x000A, 0x0085, 0x0205, 0x0809
_STREAMS = ("Workbook", "Book")
_ENTRY = 128  # bytes of one entry of the directory
_NO_SECTOR = 0xFFFFFFFA  # this number and higher ones are none

Place = tuple[int, int]  # row and column, from 0


def errors_by_sheet(data: bytes) -> list[dict[Place, str]]:
    """For each sheet, in their order, what stands in the cells that hold an error.

    Raises ValueError or struct.error for what is no such file.
    """
    stream = _workbook_stream(data)
    sheets = [struct.unpack_from("<I", content)[0] for kind, content in _records(stream, 0) if kind == _SHEET]
    return [dict(_errors(stream, at)) for at in sheets]


def _errors(stream: bytes, at: int) -> Iterator[tuple[Place, str]]:
    for kind, content in _records(stream, at):
        if kind == _BOOL_OR_ERROR and content[7:8] == b"\x01":
            code = content[6]
        elif kind == _FORMULA and content[6:7] == b"\x02" and content[12:14] == b"\xff\xff":
            code = content[8]
        else:
            continue
        yield struct.unpack_from("<HH", content), _NAMES.get(code, "#N/A")


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of one part of the stream; those of charts within it are passed over."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


# The compound file


def _workbook_stream(data: bytes) -> bytes:
    size = 1 << struct.unpack_from("<H", data, 0x1E)[0]
    smallest, first_short, first_more = struct.unpack_from("<II4xI", data, 0x38)
    table = _numbers(b"".join(_sector(data, each, size) for each in _table_sectors(data, size, first_more)))
    folder = _chain(data, struct.unpack_from("<I", data, 0x30)[0], table, size)
    entries = [folder[at : at + _ENTRY] for at in range(0, len(folder) - _ENTRY + 1, _ENTRY)]
    found = next((each for name in _STREAMS for each in entries if _name(each) == name), None)
    if found is None:
        raise ValueError("no stream of a workbook")
    start, length = struct.unpack_from("<II", found, 0x74)
    if length >= smallest:
        return _chain(data, start, table, size)[:length]
    shorts = _numbers(_chain(data, first_short, table, size))
    within = _chain(data, struct.unpack_from("<I", entries[0], 0x74)[0], table, size)
    return _chain(within, start, shorts, 64, before=0)[:length]


def _table_sectors(data: bytes, size: int, more: int) -> Iterator[int]:
    """The numbers of the sectors that hold the table of chains."""
    yield from (each for each in _numbers(data[0x4C:0x200]) if each < _NO_SECTOR)
    for _ in range(len(data) // size):
        if more >= _NO_SECTOR:
            return
        *listed, more = _numbers(_sector(data, more, size))
        yield from (each for each in listed if each < _NO_SECTOR)


def _chain(data: bytes, first: int, table: tuple[int, ...], size: int, before: int = 1) -> bytes:
    """The sectors from this one on; *before* is how many stand before the first that counts."""
    return b"".join(_sector(data, each, size, before) for each in islice(_linked(first, table), len(data) // size + 1))


def _linked(first: int, table: tuple[int, ...]) -> Iterator[int]:
    while first < len(table):  # the end of a chain is a higher number, and so is what a damaged file says
        yield first
        first = table[first]


def _sector(data: bytes, number: int, size: int, before: int = 1) -> bytes:
    return data[(number + before) * size : (number + before + 1) * size]


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, 0x40)[0]
    return entry[: max(length - 2, 0)].decode("utf-16-le", "replace")
