"""Which responses are wanted: a search as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ResponseSearch:
    """Which answers to read; what is left as it is narrows nothing. Times as text in ISO 8601 with their zone."""

    since: str | None = None
    until: str | None = None
    touchpoint: str | None = None
    department: str | None = None
    business_type: str | None = None
    channel: str | None = None


ALL = ResponseSearch()
