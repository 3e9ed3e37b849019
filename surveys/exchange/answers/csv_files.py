"""Answers as CSV: after RFC 4180, in UTF-8 with the mark Excel needs to see that."""

from __future__ import annotations

import csv
from itertools import chain
from pathlib import Path

from surveys.exchange.answers.columns import Layout, Losses
from surveys.exchange.answers.delivery import Chunks, ExportRequest, Written
from surveys.exchange.answers.shapes import rows_of
from surveys.tables.cells import spreadsheet_value


def write_csv(path: Path, layout: Layout, responses: Chunks, wanted: ExportRequest) -> Written:
    """Write a CSV file, a response at a time."""
    table, losses, written = rows_of(layout, wanted), Losses(), 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([spreadsheet_value(name) for name in table.heading])
        for response in chain.from_iterable(responses):
            written += 1
            writer.writerows([spreadsheet_value(value) for value in row] for row in table.rows(response, losses))
    return Written(written, losses.told())
