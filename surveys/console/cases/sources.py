"""What the sources of cases are called; a source that is added gets its names here."""

from __future__ import annotations

from surveys.cases.case import Source
from surveys.cases.opinion_boxes import from_box
from surveys.console.kit import session


def source_names() -> dict[Source, str]:
    """The name of every source that has one; boxes by the names they were given."""
    return {from_box(each.code): each.name for each in session.store().boxes.all()}
