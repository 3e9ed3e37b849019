"""Answers as JSON lines: one object per response with the answers exactly as they are stored, or one per cell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, time
from itertools import chain
from pathlib import Path
from typing import Any

from surveys.exchange.answers.columns import Layout, Losses
from surveys.exchange.answers.delivery import Chunks, ExportRequest, Shape, Written
from surveys.exchange.answers.shapes import rows_of
from surveys.intake.submission import StoredResponse


def write_json_lines(path: Path, layout: Layout, responses: Chunks, wanted: ExportRequest) -> Written:
    """Write a line per response: what is known of it under `_id`, `_received_on`, …, and its `answers`."""
    losses, written = Losses(), 0
    table = rows_of(layout, wanted)

    def objects(response: StoredResponse) -> Iterator[dict[str, Any]]:
        if wanted.shape is Shape.WIDE:
            yield {**layout.known(response), "answers": response.answers}
        else:
            yield from (dict(zip(table.heading, row, strict=True)) for row in table.rows(response, losses))

    with path.open("w", encoding="utf-8", newline="\n") as file:
        for response in chain.from_iterable(responses):
            written += 1
            file.writelines(json.dumps(each, ensure_ascii=False, default=_said) + "\n" for each in objects(response))
    return Written(written, losses.told())


def _said(value: date | time) -> str:
    return value.isoformat()  # of a moment too, with its distance from UTC
