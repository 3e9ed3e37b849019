"""A survey as it could be answered over all of its versions."""

from __future__ import annotations

from surveys.definition.survey import Survey, offering
from surveys.definition.versions import with_dropped_options
from surveys.storage import Store


def survey_as_answered(store: Store, code: str) -> Survey:
    """The newest version with all that could be answered: the organisation's places, and dropped options."""
    places = store.organisation.places()
    newest, *older = (offering(survey, places) for survey in versions_of(store, code).values())
    return with_dropped_options(newest, older)


def versions_of(store: Store, code: str) -> dict[int, Survey]:
    """The versions up to the one in the field, or the newest draft; the newest first."""
    newest = store.surveys.get(code).version
    return {number: store.surveys.version(code, number) for number in range(newest, 0, -1)}
