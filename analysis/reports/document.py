"""What a report says, before any format: sections of paragraphs, lists, tables and charts, in the reader's language.

A format writes every kind of block; a part of a report knows no format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from analysis.estimates import Estimate, figure

Tone = Literal["lead", "plain", "soft"]


@dataclass(frozen=True)
class ReportParagraph:
    """Running text. "lead": the message, read first; "soft": what is to be known beside it."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class ReportList:
    """Points one below the other."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class EstimateCell:
    """A figure in a table; `span` is its interval in words, `letters` the columns it is significantly above.

    A workbook gives value, ends and n columns of their own; `why` stands where there is no value.
    """

    estimate: Estimate
    span: str = ""
    letters: str = ""
    why: str = ""

    @property
    def words(self) -> str:
        """As it is read: value, interval, n."""
        if not self.estimate.ok:
            return f"— {self.why}".strip()
        n = f"n={self.estimate.n}"
        return " ".join(filter(None, (self.estimate.shown(), self.letters, f"[{self.span}]" if self.span else "", n)))

    @property
    def ends(self) -> tuple[str, str]:
        """Low and high as users read them; empty where there is no value."""
        if not self.estimate.ok:
            return "", ""
        _, low, high = self.estimate.figures()
        return figure(low, self.estimate.unit), figure(high, self.estimate.unit)


Cell = str | int | float | EstimateCell


@dataclass(frozen=True)
class ReportTable:
    """A table under its caption; every row has a cell for every heading. `note` stands below it."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.headings) for row in self.rows):
            raise ValueError(f"table {self.caption!r}: a row has not as many cells as there are headings")


@dataclass(frozen=True)
class ReportChart:
    """A Vega-Lite chart that can stand alone; `alternative` says in words what it shows."""

    caption: str
    alternative: str
    spec: Mapping[str, Any]


Block = ReportParagraph | ReportList | ReportTable | ReportChart


@dataclass(frozen=True)
class ReportSection:
    """A headed part; parts of it are one level below. `apart`: it begins on a new page where there are pages."""

    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[ReportSection, ...] = ()
    apart: bool = False

    @property
    def empty(self) -> bool:
        return not self.blocks and all(each.empty for each in self.sections)


@dataclass(frozen=True)
class Report:
    """A whole report. `scope` says whose answers, of when; `facts` are lines of (name, value) below the title."""

    title: str
    scope: str
    language: str
    organisation: str
    facts: tuple[tuple[str, str], ...] = ()
    sections: tuple[ReportSection, ...] = ()
    short: bool = False  # to fit one page of paper

    def blocks(self) -> Iterator[Block]:
        """Every block, in reading order."""
        for _, section in self.walk():
            yield from section.blocks

    def walk(self) -> Iterator[tuple[int, ReportSection]]:
        """Every section with its level, 1 at the top, in reading order."""
        waiting = [(1, each) for each in reversed(self.sections)]
        while waiting:
            level, section = waiting.pop()
            yield level, section
            waiting += [(level + 1, each) for each in reversed(section.sections)]
