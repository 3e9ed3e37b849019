"""Small files that claim much, and what reading them costs: `python -m tests.attacks.hostile_workbooks` prints it."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CELL = '<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def workbook(sheet: Iterator[str], strings: str = "") -> bytes:
    """A workbook of one sheet whose inside is written piece by piece."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        parts = f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        parts += f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
        related = f'<Relationship Id="a" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        if strings:
            parts += f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_KIND}.sharedStrings+xml"/>'
            related += f'<Relationship Id="b" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
            archive.writestr("xl/sharedStrings.xml", f'{_HEAD}<sst xmlns="{_MAIN}">{strings}</sst>')
        archive.writestr("[Content_Types].xml", f'{_HEAD}<Types xmlns="{_TYPES}">{parts}</Types>')
        start = f'<Relationship Id="a" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f'{_HEAD}<Relationships xmlns="{_RELATIONS}">{start}</Relationships>')
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'{_HEAD}<Relationships xmlns="{_RELATIONS}">{related}</Relationships>'
        )
        sheets = f'<sheets><sheet name="survey" sheetId="1" xmlns:r="{_OFFICE}" r:id="a"/></sheets>'
        archive.writestr("xl/workbook.xml", f'{_HEAD}<workbook xmlns="{_MAIN}">{sheets}</workbook>')
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(f'{_HEAD}<worksheet xmlns="{_MAIN}">'.encode())
            for piece in sheet:
                part.write(piece.encode())
            part.write(b"</worksheet>")
    return written.getvalue()


def merged_everywhere(rows: int) -> Iterator[str]:
    """Every cell of the sheet merged into one: a word for each of 16,384 columns in each row."""
    yield "<sheetData>"
    for row in range(1, rows + 1):
        yield f'<row r="{row}">{_CELL.format(place=f"A{row}", text="1")}</row>'
    yield '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'


def wide(rows: int) -> Iterator[str]:
    """The last column filled in each of many rows."""
    yield "<sheetData>"
    for row in range(1, rows + 1):
        yield f'<row r="{row}">{_CELL.format(place=f"XFD{row}", text="1")}</row>'
    yield "</sheetData>"


def endless(rows: int) -> Iterator[str]:
    """A million rows of three cells."""
    yield "<sheetData>"
    for row in range(1, rows + 1):
        yield f'<row r="{row}"><c r="A{row}"><v>1</v></c><c r="B{row}"><v>1</v></c><c r="C{row}"><v>1</v></c></row>'
    yield "</sheetData>"


def long_texts(rows: int) -> Iterator[str]:
    """One text of 32,000 letters in each of many cells, held once and read as often."""
    yield "<sheetData>"
    for row in range(1, rows + 1):
        yield f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>'
    yield "</sheetData>"


def unpacking(megabytes: int) -> Iterator[str]:
    """Blanks without an end."""
    for _ in range(megabytes):
        yield " " * 1_000_000


def long_text(rows: int) -> bytes:
    return workbook(long_texts(rows), f"<si><t>{'长' * 32_000}</t></si>")


MAKERS: dict[str, tuple[Callable[[int], bytes], int]] = {
    "all cells merged": (lambda rows: workbook(merged_everywhere(rows)), 60_000),
    "last column filled": (lambda rows: workbook(wide(rows)), 60_000),
    "a million rows": (lambda rows: workbook(endless(rows)), 1_000_000),
    "one long text everywhere": (long_text, 100_000),
    "700 MB of blanks": (lambda megabytes: workbook(unpacking(megabytes)), 700),
}
"""What makes them, and how large they are at their worst."""

_READ = """
import resource, sys, time
from pathlib import Path
content, way = Path(sys.argv[1]).read_bytes(), sys.argv[2]
from surveys.tables.reading import look_into
from surveys.exchange.definitions import DEFINITION_FORMATS
from surveys.definition.templates import UnfitDefinition, template
from surveys.definition.translations import read_sheet
from surveys.tables.rows import UnfitFile
from surveys.definition.translations.sheets import UnreadableSheet
survey = template("power-visit")
READERS = {
    "table": look_into, "xlsform": lambda data: DEFINITION_FORMATS["xlsform"].read(data, "a.xlsx"),
    "translations": lambda data: read_sheet(survey, data),
}
before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
try:
    READERS[way](content)
    said = "read"
except (UnfitFile, UnfitDefinition, UnreadableSheet) as error:
    said = "refused: " + str(error)
own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
apart = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(f"{own // 1024}\\t{apart // 1024}\\t{time.perf_counter() - begun:.1f}\\t{said[:70]}")
"""
READERS = ("table", "xlsform", "translations")


def cost(content: bytes, reader: str) -> tuple[int, int, float, str]:
    """MB more in the process that asked, MB at most in the one apart, seconds, and what came of it."""
    with TemporaryDirectory() as room:
        path = Path(room) / "hostile.xlsx"
        path.write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-c", _READ, str(path), reader], capture_output=True, text=True, check=True
        )
    own, apart, seconds, said = done.stdout.rstrip("\n").split("\t")
    return int(own), int(apart), float(seconds), said


if __name__ == "__main__":
    print(f"{'file':26} {'KB':>6}  {'reader':13} {'MB own':>7} {'MB apart':>9} {'s':>6}  outcome")
    for name, (make, worst) in MAKERS.items():
        made = make(worst)
        for reader in READERS:
            own, apart, seconds, said = cost(made, reader)
            print(f"{name:26} {len(made) // 1000:6}  {reader:13} {own:7} {apart:9} {seconds:6.1f}  {said}", flush=True)
