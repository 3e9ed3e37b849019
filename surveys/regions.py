"""The organisation's list of places, read from a table with every bad row told."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from surveys.questions import Place

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


@dataclass(frozen=True)
class BadRow:
    """A row that can't be taken: its line in the file, and what is wrong with it."""

    line: int
    problem: str

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.problem}"


class UnfitPlaces(ValueError):
    """A list of places that can't be taken; every reason is in `rows`."""

    def __init__(self, rows: Sequence[BadRow]) -> None:
        self.rows = tuple(rows)
        super().__init__("\n".join(map(str, rows)))


def places_from_csv(content: bytes) -> list[Place]:
    """The places of a CSV file with the columns code, province, city, district; raises UnfitPlaces.

    The columns of the path may be left empty from the right: a city without districts, a province without cities.
    """
    rows = list(csv.reader(io.StringIO(_text(content), newline="")))
    if not rows:
        raise UnfitPlaces([BadRow(1, "文件是空的")])
    columns = _columns(rows[0])
    found: list[tuple[int, Place]] = []
    bad: list[BadRow] = []
    for line, row in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in row):
            cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
            problems = list(_problems(cells))
            bad += [BadRow(line, problem) for problem in problems]
            if not problems:
                found.append((line, _place(cells)))
    bad += _repeated(found)
    if not found and not bad:
        bad.append(BadRow(2, "没有地区"))
    if len(found) > MOST_PLACES:
        bad.append(BadRow(found[MOST_PLACES][0], f"最多 {MOST_PLACES} 个地区，请只保留服务范围内的"))
    if bad:
        raise UnfitPlaces(sorted(bad, key=lambda each: each.line))
    return [place for _, place in found]


def _text(content: bytes) -> str:
    """The text of a file as Excel and others save it here."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnfitPlaces([BadRow(1, "读不出文字，请另存为 UTF-8 编码的 CSV")])


def _columns(heading: Sequence[str]) -> dict[str, int]:
    """The position of each column; raises UnfitPlaces when one that is needed is not there."""
    said = [cell.strip().lower() for cell in heading]
    at = {name: next((said.index(each) for each in names if each in said), None) for name, names in _COLUMNS.items()}
    missing = [name for name in ("code", "province") if at[name] is None]
    if missing:
        raise UnfitPlaces([BadRow(1, f"没有“{_COLUMNS[name][1]}”（{name}）这一列") for name in missing])
    return {name: position for name, position in at.items() if position is not None}


def _problems(cells: dict[str, str]) -> Iterator[str]:
    if not _CODE.fullmatch(cells["code"]):
        yield f"编码“{cells['code']}”只能用字母、数字、- 和 _，最长 60 位"
    path = [cells.get(name, "") for name in ("province", "city", "district")]
    if not path[0]:
        yield "省份是空的"
    if path[2] and not path[1]:
        yield "有区县，却没有城市"
    if any(len(name) > LONGEST_NAME for name in path):
        yield f"名称最长 {LONGEST_NAME} 字"


def _place(cells: dict[str, str]) -> Place:
    path = (cells.get(name, "") for name in ("province", "city", "district"))
    return Place(code=cells["code"], path=tuple(name for name in path if name))


def _repeated(found: Sequence[tuple[int, Place]]) -> Iterator[BadRow]:
    codes: dict[str, int] = {}
    paths: dict[tuple[str, ...], int] = {}
    for line, place in found:
        if place.code in codes:
            yield BadRow(line, f"编码“{place.code}”在第 {codes[place.code]} 行已经有了")
        elif place.path in paths:
            yield BadRow(line, f"“{' '.join(place.path)}”在第 {paths[place.path]} 行已经有了")
        codes.setdefault(place.code, line)
        paths.setdefault(place.path, line)
