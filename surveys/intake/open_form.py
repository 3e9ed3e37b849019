"""A survey in the field, as its form needs it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from surveys.definition.design_checks import minutes
from surveys.definition.routing import is_shuffled, link_names, link_parameters
from surveys.definition.survey import Survey
from surveys.fieldwork.availability import ALWAYS_OPEN, Opening
from surveys.fieldwork.protection import NO_PROTECTION, Protection


@dataclass(frozen=True)
class OpenForm:
    """A survey in the field: what a form shows and where its answers belong."""

    survey: Survey
    version: int
    department: str | None
    protection: Protection = NO_PROTECTION
    prize: bool = False
    opening: Opening = ALWAYS_OPEN
    trial: bool = False  # what is entered is kept apart and never counts

    # Worked out once for all who open it; of a survey narrowed for one person they hold too.

    @cached_property
    def guided(self) -> bool:
        """Whether what is asked depends on what was answered."""
        return self.survey.has_logic()

    @cached_property
    def minutes(self) -> int:
        """Whole minutes that most people need; 0 of what takes a moment."""
        return round(minutes(self.survey))

    @cached_property
    def shuffled(self) -> bool:
        """Whether any order in it is random."""
        return is_shuffled(self.survey)

    @cached_property
    def link_names(self) -> frozenset[str]:
        """The link values that conditions and texts refer to."""
        return frozenset(link_names(self.survey))

    @cached_property
    def declared(self) -> frozenset[str]:
        """The facts that the survey itself says come along."""
        return frozenset(fact.code for fact in self.survey.context)

    @cached_property
    def heard_of_link(self) -> frozenset[str]:
        """All that the form goes by of what its link says; whence an anonymous answer comes only if it asks that."""
        asked = self.link_names | frozenset(link_parameters(self.survey).values()) | self.declared
        whence = frozenset({"tp", "biz"})
        return asked | (asked & whence and whence if self.survey.anonymous else whence)
