"""What has changed since the columnar copy of the answers was last written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class ChangedDay:
    """A day of a survey on which answers, findings or corrections are not as the copy has them.

    `mark` is random and new with every change, so that a change during the export is not taken for the one before it.
    Whatever changed, and how often, is not noted: nothing here tells in which order anonymous answers came.
    """

    survey: str
    day: date  # on which the answers were received, not on which they changed
    mark: int


# The columns of what `RawAnswers` gives, in their order; all as the database has them, documents as JSON text.
RESPONSE_COLUMNS = (
    "id", "version", "answers", "received_on", "received_at", "seconds", "touchpoint", "department", "district",
    "business_type", "channel", "subject", "flags", "context", "round", "notice", "campaign", "contact",
)  # fmt: skip
FINDING_COLUMNS = ("response", "item", "model", "finding")
REVIEW_COLUMNS = ("response", "item", "purpose", "judgement", "account", "at")
