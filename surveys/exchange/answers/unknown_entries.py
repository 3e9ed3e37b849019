"""What stands in a table's answers and is none of a question's choices, so that a person can say what is meant."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from surveys.exchange.answers.answer_import import Destination
from surveys.exchange.answers.column_mapping import ColumnMapping
from surveys.tables import Table

MOST_ROWS = 100_000  # that are looked through
MOST_ENTRIES = 1_000  # different ones of one column; beyond that it is no list of choices

Entries = dict[str, Counter[str]]


def unknown_entries(destination: Destination, mapping: ColumnMapping, table: Table) -> Entries:
    """By target the entries that its question does not know, and in how many rows each stands."""
    reader = destination.readers(mapping.source.manner)[destination.live]
    found: dict[str, Counter[str]] = {}
    for row in islice(table.rows, MOST_ROWS):
        if len(row.cells) != len(table.header) or row.garbled:
            continue
        for target, text in mapping.entries(row.cells).items():
            if target in mapping.targets and reader.takes(target):
                entries = found.setdefault(target, Counter())
                if len(entries) < MOST_ENTRIES:
                    entries.update(dict.fromkeys(reader.not_understood(target, text), 1))
    return {target: entries for target, entries in found.items() if entries}
