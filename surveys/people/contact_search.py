"""Which contacts are wanted: a search as data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from surveys.people.contact import ContactKind, Secrecy


@dataclass(frozen=True)
class ContactSearch:
    """Which files to read; what is left as it is narrows nothing."""

    departments: Collection[str] | None = None
    levels: Collection[Secrecy] | None = None  # those that hold on *today*
    today: date | None = None
    text: str = ""  # within name, customer number or phone
    kind: ContactKind | None = None
    tier: str | None = None
    not_updated_since: datetime | None = None
    ids: Collection[str] | None = None


EVERYONE = ContactSearch()
