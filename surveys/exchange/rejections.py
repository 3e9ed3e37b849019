"""Rows of a file that were left out, each with its reasons, and the report that goes back to who sent the file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from surveys.localisation.wording import Said
from surveys.tables import Row
from surveys.tables.cells import harmless

Reason = Said


class UnfitRow(ValueError):
    """A row that can't be taken; carries all its reasons."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("；".join(map(str, reasons)))


@dataclass(frozen=True)
class RejectedRow:
    """A row that was left out, and why."""

    row: Row
    reasons: tuple[Reason, ...]

    def __str__(self) -> str:
        return f"第 {self.row.number} 行：{self._why}"

    @property
    def cells(self) -> list[str]:
        """The row as the report has it: number, reasons, and what stood in it."""
        return [str(self.row.number), self._why, *map(harmless, self.row.cells)]

    @property
    def _why(self) -> str:
        return "；".join(map(str, self.reasons))


REPORT_ENCODING = "utf-8-sig"  # Excel needs the mark; bytes that were no characters become question marks


def report_writer(file: TextIO, header: Sequence[str]) -> Any:
    """A CSV writer that has written the head of the report; give it the `cells` of each rejected row."""
    writer = csv.writer(file)
    writer.writerow(["行号", "原因", *map(harmless, header)])
    return writer


def report(file: TextIO, header: Sequence[str], rejected: Iterable[RejectedRow]) -> None:
    """Write the whole report."""
    report_writer(file, header).writerows(row.cells for row in rejected)
