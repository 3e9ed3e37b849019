"""Answers with those that are not counted beside them, told apart: from one file both figures can be had again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from surveys.intake.submission import StoredResponse
from surveys.storage import Store
from surveys.storage.records.set_apart import SetApartWhy


def with_uncounted(store: Store, survey: str) -> Iterator[list[StoredResponse]]:
    """All answers in chunks; those that don't count come last, each with the reason in `uncounted`."""
    yield from store.responses.responses(survey)
    yield [replace(each.response, uncounted=each.reason) for each in store.set_apart.of(survey, SetApartWhy.UNCOUNTED)]
