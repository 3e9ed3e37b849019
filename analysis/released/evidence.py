"""What people read of the answers themselves, beyond figures: promised by whatever keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol

import pandas as pd

from analysis.facts import FactValues
from surveys.definition.breakdowns.breakdown import Breakdown
from surveys.definition.survey import Survey
from surveys.fieldwork.dispositions import Disposition
from surveys.intake.submission import StoredResponse
from surveys.organisation.department_tree import with_below
from surveys.storage.records.comments import CommentFinding, Review
from surveys.storage.records.withdrawn import WithdrawnAnswer


class AnswerEvidence(Protocol):
    """Definitions, findings, judgements and single answers, as they are kept."""

    def survey(self, code: str) -> Survey:
        """The survey with all that could be answered."""

    def breakdowns(self, survey: Survey) -> Mapping[str, Breakdown]:
        """What its results can be narrowed to and split by, by name; nothing of an anonymous survey."""

    def parents(self) -> Mapping[str, str | None]:
        """The department above each, by code."""

    def findings(self, survey: str) -> Iterable[CommentFinding]:
        """What the model found in each comment."""

    def reviews(self, survey: str) -> Iterable[Review]:
        """What people said of comments, the oldest first."""

    def withdrawn(self, survey: str) -> Sequence[WithdrawnAnswer]:
        """Anonymous answers that were taken back and figures may still count."""

    def rounds_since(self) -> date | None:
        """The day from which on anonymous answers are released by rounds; None: they always were."""

    def dependence(self, survey: str) -> str | None:
        """The column of what answers that resemble each other belong to; None where each stands for itself."""

    def invited(self, survey: str, departments: Sequence[str] | None) -> pd.DataFrame:
        """Everybody whom a named survey has written to: `answered` (0 or 1), and what stands in their files.

        One row per person, with columns as results are split by them (`contact.tier`); nobody's name.
        """

    def dispositions(self, survey: str, departments: Sequence[str] | None) -> Mapping[Disposition, int]:
        """How many of those whom links, calls and tasks have asked ended how."""

    def document(self, response: str) -> StoredResponse | None:
        """One response; None where it is gone."""


Compute = Callable[[Callable[..., Any], tuple[Any, ...], Mapping[str, Any]], Any]
"""Where a function is worked out: here, or in a process of its own, to which everything can be handed."""


def compute_here(function: Callable[..., Any], arguments: tuple[Any, ...], settings: Mapping[str, Any]) -> Any:
    """In this thread."""
    return function(*arguments, **settings)


@dataclass(frozen=True)
class PlaceNames:
    """Names of touchpoints and departments by code: what pages call them, no two the same; and who is below whom."""

    touchpoint: Mapping[str, str] = field(default_factory=dict)
    department: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, FactValues] = field(default_factory=dict)  # of breakdowns whose values are no places
    parents: Mapping[str, str | None] = field(default_factory=dict)  # the department above, by code
    subject: Mapping[str, str] = field(default_factory=dict)  # of the kind that the survey is about
    homes: Mapping[str, str | None] = field(default_factory=dict)  # the department of each subject

    def by_subject(self) -> PlaceNames:
        """With subjects in the place of departments."""
        return replace(self, department=self.subject, parents={})

    def subjects_of(self, departments: Iterable[str] | None) -> tuple[str, ...] | None:
        """The subjects of these departments; None for all."""
        own = None if departments is None else set(departments)
        return None if own is None else tuple(code for code, home in self.homes.items() if home in own)

    def branch(self, department: str) -> frozenset[str]:
        """A department and all below it."""
        return with_below([department], self.parents)

    def branches(self) -> dict[str, frozenset[str]]:
        """Every department that others are below, with these."""
        return {code: self.branch(code) for code in sorted({above for above in self.parents.values() if above})}

    def leading(self, departments: Iterable[str], inside: Sequence[str] | None) -> list[str]:
        """These departments and those above them, all of them *inside* where that is given."""
        found, last = set(departments), set(departments)
        while last:
            last = {above for code in last if (above := self.parents.get(code))} - found
            found |= last
        return sorted(code for code in found if inside is None or code in inside)

    def _names(self, column: str) -> Mapping[str, str]:
        known: Mapping[str, Mapping[str, str]] = {
            "touchpoint": self.touchpoint, "department": self.department, "subject": self.subject,
        }  # fmt: skip
        return self.facts[column].names if column in self.facts else known.get(column, {})

    def name(self, column: str, code: str) -> str:
        """What a code of this column is called; itself where it has no name."""
        if column in self.facts:
            return self.facts[column].called(code)
        return self._names(column).get(code, code)

    def code(self, column: str, name: str) -> str:
        """The code that is called so."""
        if column in self.facts:
            return self.facts[column].code(name)
        return next((code for code, known in self._names(column).items() if known == name), name)

    def named_codes(self, column: str) -> dict[str, str]:
        """The names of a column by their codes, as far as these are no names themselves."""
        names = self._names(column)
        return {code: name for code, name in names.items() if code not in names.values()}

    def order(self, column: str) -> list[str]:
        """The names that a column may have, where a definition lists them."""
        return list(self.facts[column].names.values()) if column in self.facts else []

    def named(self, column: str, codes: pd.Series) -> pd.Series:
        """The codes of a column by their names; numbers by their bands."""
        if column in self.facts:
            return self.facts[column].named(codes)
        if column not in ("touchpoint", "department", "subject"):
            return codes
        return codes.map(lambda code: self.name(column, code), na_action="ignore")
