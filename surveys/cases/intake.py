"""Cases that staff or other systems take in for somebody, each with a code by which that person follows it."""

from __future__ import annotations

from datetime import datetime

from surveys.cases.case import Case, Source, case_id

TYPED_IN = ("phone", "letter", "visit", "round_table", "walk", "reception_day", "inspection")
OF_API = "api"


def typed_case(
    code: str, secret: bytes, source: Source, department: str, category: str, text: str, contact: str, at: datetime
) -> Case:  # fmt: skip
    """The case that is found by this code."""
    return Case(case_id(code, secret), source, department, category, text, contact, at)
