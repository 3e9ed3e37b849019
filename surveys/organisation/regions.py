"""The organisation's list of places, read from a table with every bad row told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from surveys.definition.questions import Place
from surveys.localisation.language import marked
from surveys.localisation.wording import Message
from surveys.tables import Guide, Reading, Row, Table, opened_table

# What a column may be called; the path of a place leads from province to district.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("code", "编码", "代码", "区划代码"),
    "province": ("province", "省", "省份"),
    "city": ("city", "市", "城市"),
    "district": ("district", "区县", "区", "县"),
}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-]{0,59}", re.ASCII)
LONGEST_NAME = 40
MOST_PLACES = 5000  # what one list on a page can hold
EXAMPLE = "code,province,city,district\n330102,浙江,杭州,上城\n330103,浙江,杭州,拱墅\n3302,浙江,宁波,\n"
_GARBLED = marked("有读不出的字符，请另存为 UTF-8 编码的 CSV，或用 XLSX")
_TOO_MANY = marked("最多 {most} 个地区，请只保留服务范围内的")


@dataclass(frozen=True)
class BadRow:
    """A row that can't be taken: its line in the file, and what is wrong with it."""

    line: int
    problem: Message

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.problem}"


class UnfitPlaces(ValueError):
    """A list of places that can't be taken; every reason is in `rows`."""

    def __init__(self, rows: Iterable[BadRow]) -> None:
        self.rows = tuple(rows)
        super().__init__("\n".join(map(str, self.rows)))


def places_from(table: Table, columns: Mapping[str, int] | None = None) -> list[Place]:
    """The places of a table with the columns code, province, city, district; raises UnfitPlaces.

    *columns* says at which position each is, where the headings don't.
    The columns of the path may be left empty from the right: a city without districts, a province without cities.
    """
    columns = _complete(place_columns(table.header) if columns is None else columns, table.header_row)
    found: list[tuple[int, Place]] = []
    bad: list[BadRow] = []
    for row in table.rows:
        cells = {name: row.cells[at].strip() if at < len(row.cells) else "" for name, at in columns.items()}
        problems = [Message(_GARBLED)] if row.garbled else [*_faults(row, columns), *_problems(cells)]
        bad += [BadRow(row.number, problem) for problem in problems]
        if not problems:
            found.append((row.number, _place(cells)))
        if len(found) > MOST_PLACES:
            bad.append(BadRow(row.number, Message(_TOO_MANY, {"most": MOST_PLACES})))
            break
    bad += _repeated(found)
    if not found and not bad:
        bad.append(BadRow(table.header_row + 1, Message(marked("没有地区"))))
    if bad:
        raise UnfitPlaces(sorted(bad, key=lambda each: each.line))
    return [place for _, place in found]


def read_places(path: Path, reading: Reading = Reading()) -> list[Place]:  # noqa: B008
    """The places of a CSV, XLSX or XLS file; raises UnfitPlaces, UnfitFile, OSError."""
    with opened_table(path, reading, PLACES_GUIDE) as table:
        return places_from(table)


PLACES_GUIDE = Guide(lambda name: any(name.strip().lower() in names for names in _COLUMNS.values()))
"""What helps to find the header of such a table."""


def place_columns(heading: Sequence[str]) -> dict[str, int]:
    """The position of each column that has a heading of its kind."""
    said = [cell.strip().lower() for cell in heading]
    at = {name: next((said.index(each) for each in names if each in said), None) for name, names in _COLUMNS.items()}
    return {name: position for name, position in at.items() if position is not None}


def _complete(columns: Mapping[str, int], header_row: int) -> Mapping[str, int]:
    """The same; raises UnfitPlaces when one that is needed is not there."""
    missing = [name for name in ("code", "province") if name not in columns]
    if missing:
        wording = marked("没有“{column}”（{code}）这一列")
        raise UnfitPlaces(
            BadRow(header_row, Message(wording, {"column": _COLUMNS[name][1], "code": name})) for name in missing
        )
    return columns


def _faults(row: Row, columns: Mapping[str, int]) -> list[Message]:
    """Cells that are no values, among those that are needed."""
    return [
        Message(marked("{column}：{why}"), {"column": _COLUMNS[name][1], "why": row.faults[at]})
        for name, at in columns.items()
        if at in row.faults
    ]


def _problems(cells: dict[str, str]) -> Iterator[Message]:
    if not _CODE.fullmatch(cells["code"]):
        yield Message(marked("编码“{code}”只能用字母、数字、- 和 _，最长 60 位"), {"code": cells["code"]})
    path = [cells.get(name, "") for name in ("province", "city", "district")]
    if not path[0]:
        yield Message(marked("省份是空的"))
    if path[2] and not path[1]:
        yield Message(marked("有区县，却没有城市"))
    if any(len(name) > LONGEST_NAME for name in path):
        yield Message(marked("名称最长 {most} 字"), {"most": LONGEST_NAME})


def _place(cells: dict[str, str]) -> Place:
    path = (cells.get(name, "") for name in ("province", "city", "district"))
    return Place(code=cells["code"], path=tuple(name for name in path if name))


def _repeated(found: Sequence[tuple[int, Place]]) -> Iterator[BadRow]:
    codes: dict[str, int] = {}
    paths: dict[tuple[str, ...], int] = {}
    for line, place in found:
        if place.code in codes:
            yield _known(line, place.code, codes[place.code])
        elif place.path in paths:
            yield _known(line, " ".join(place.path), paths[place.path])
        codes.setdefault(place.code, line)
        paths.setdefault(place.path, line)


def _known(line: int, name: str, first: int) -> BadRow:
    return BadRow(line, Message(marked("“{name}”在第 {line} 行已经有了"), {"name": name, "line": first}))
