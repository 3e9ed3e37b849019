"""Surveys, versions and drafts as they are read back, and why one is not changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from surveys.definition.survey import Survey
from surveys.fieldwork.availability import ALWAYS_OPEN, Opening
from surveys.storage.changes import ChangedMeanwhile


class UnknownSurvey(LookupError):
    """There is no survey of this code."""


class NotEmpty(RuntimeError):
    """A survey is not deleted, for the sake of what it holds: `kept` names it, as a key of WHAT_KEEPS."""

    def __init__(self, kept: str) -> None:
        super().__init__(kept)
        self.kept = kept


class StillOpen(RuntimeError):
    """A survey in the field, or one whose last answers may still come in, is neither archived nor deleted."""


@dataclass(frozen=True)
class SurveyRecord:
    """A survey as the console lists it; `survey` is the live version, else the newest draft."""

    code: str
    survey: Survey
    version: int
    live: bool  # in the field: it takes answers, or will by itself
    closed: bool  # was in the field; its results stay
    department: str | None
    created_at: datetime
    opening: Opening = ALWAYS_OPEN
    published_at: datetime | None = None  # for the first time
    trial: bool = False  # its forms work, and what is entered never counts

    @property
    def archived(self) -> bool:
        """Whether it was put away: no list and no chooser has it, but its results can be reached."""
        return self.opening.archived


@dataclass(frozen=True)
class Version:
    """One version as the list of versions shows it."""

    number: int
    survey: Survey
    created_at: datetime
    published_at: datetime | None


@dataclass(frozen=True)
class SurveyStanding:
    """What whoever publishes has seen: the version in the field, since when it is closed, the saving of the draft."""

    live_version: int | None = None
    closed_at: str | None = None
    draft: int = 0  # the revision of the draft; 0 where nobody works on one


NOT_PUBLISHED = SurveyStanding()


class DraftChanged(ChangedMeanwhile):
    """Somebody else has saved this draft since it was read."""


@dataclass(frozen=True)
class SavedDraft:
    """A draft as it was last saved. `revision` counts the savings, so that no one overwrites what they never saw."""

    survey: str
    data: Mapping[str, Any]
    department: str | None
    revision: int
    saved_at: datetime
    saved_by: str
