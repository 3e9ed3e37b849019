"""Reads tables that other programs wrote: CSV in the usual encodings and delimiters, XLSX and XLS."""

from surveys.tables.encodings import ENCODINGS, encoding_of
from surveys.tables.reading import Guide, Look, Reading, look_into, opened_bytes, opened_table
from surveys.tables.rows import Row, Table, UnfitFile, breaking_off_told, shown_cells

__all__ = [
    "ENCODINGS",
    "Guide",
    "Look",
    "Reading",
    "Row",
    "Table",
    "UnfitFile",
    "breaking_off_told",
    "encoding_of",
    "look_into",
    "opened_bytes",
    "opened_table",
    "shown_cells",
]
