"""Whether the organisation has what a survey is about; where not, what to do."""

from __future__ import annotations

from surveys.console.kit import session
from surveys.console.kit.words import said
from surveys.definition.survey import Survey
from surveys.localisation.clock import local_day, utc_now
from surveys.organisation.needed_subjects import lacking_subjects


def missing_subjects(survey: Survey) -> str:
    """What stands in the way of publishing, and how it is mended; empty for nothing."""
    lacking = lacking_subjects(survey, session.store().subjects, local_day(utc_now()))
    return said(lacking) if lacking else ""
