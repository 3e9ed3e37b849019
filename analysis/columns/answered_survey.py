"""A survey as it could be answered over all of its versions."""

from __future__ import annotations

from functools import lru_cache

from surveys.definition.survey import Survey, offering
from surveys.definition.versions import with_dropped_options
from surveys.storage import Store


class SameObjects:
    """Objects as a key of what was worked out of them: equal where they are the very same ones, which it keeps."""

    def __init__(self, *objects: object) -> None:
        self.objects = objects
        self._numbers = tuple(map(id, objects))

    def __hash__(self) -> int:
        return hash(self._numbers)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameObjects) and self._numbers == other._numbers


def survey_as_answered(store: Store, code: str) -> Survey:
    """The newest version with all that could be answered: the organisation's places, and dropped options."""
    return _as_answered(SameObjects(store.organisation.places(), *versions_of(store, code).values()))


@lru_cache(maxsize=256)
def _as_answered(made_of: SameObjects) -> Survey:
    places, *versions = made_of.objects
    newest, *older = (offering(survey, places) for survey in versions)  # type: ignore[arg-type]
    return with_dropped_options(newest, older)


def versions_of(store: Store, code: str) -> dict[int, Survey]:
    """The versions up to the one in the field, or the newest draft; the newest first."""
    newest = store.surveys.get(code).version
    return {number: store.surveys.version(code, number) for number in range(newest, 0, -1)}
