"""What people read of the answers themselves, beyond figures: promised by whatever keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pandas as pd

from analysis.facts import FactValues
from surveys.definition.survey import Survey
from surveys.intake.submission import StoredResponse
from surveys.storage.records.comments import CommentFinding, Review
from surveys.storage.records.withdrawn import WithdrawnAnswer


class AnswerEvidence(Protocol):
    """Definitions, findings, judgements and single answers, as they are kept."""

    def survey(self, code: str) -> Survey:
        """The survey with all that could be answered."""

    def findings(self, survey: str) -> Iterable[CommentFinding]:
        """What the model found in each comment."""

    def reviews(self, survey: str) -> Iterable[Review]:
        """What people said of comments, the oldest first."""

    def withdrawn(self, survey: str) -> Sequence[WithdrawnAnswer]:
        """Anonymous answers that were taken back and figures may still count."""

    def document(self, response: str) -> StoredResponse | None:
        """One response; None where it is gone."""


Compute = Callable[[Callable[..., Any], tuple[Any, ...], Mapping[str, Any]], Any]
"""Where a function is worked out: here, or in a process of its own, to which everything can be handed."""


def compute_here(function: Callable[..., Any], arguments: tuple[Any, ...], settings: Mapping[str, Any]) -> Any:
    """In this thread."""
    return function(*arguments, **settings)


@dataclass(frozen=True)
class PlaceNames:
    """Names of touchpoints and departments by code: what pages call them, no two the same."""

    touchpoint: Mapping[str, str] = field(default_factory=dict)
    department: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, FactValues] = field(default_factory=dict)  # what came along, by column

    def _names(self, column: str) -> Mapping[str, str]:
        known: Mapping[str, Mapping[str, str]] = {"touchpoint": self.touchpoint, "department": self.department}
        return self.facts[column].names if column in self.facts else known.get(column, {})

    def name(self, column: str, code: str) -> str:
        """What a code of this column is called; itself where it has no name."""
        return self._names(column).get(code, code)

    def code(self, column: str, name: str) -> str:
        """The code that is called so."""
        return next((code for code, known in self._names(column).items() if known == name), name)

    def order(self, column: str) -> list[str]:
        """The names that a column may have, where a definition lists them."""
        return list(self.facts[column].names.values()) if column in self.facts else []

    def named(self, column: str, codes: pd.Series) -> pd.Series:
        """The codes of a column by their names; numbers by their bands."""
        if column in self.facts:
            return self.facts[column].named(codes)
        if column not in ("touchpoint", "department"):
            return codes
        return codes.map(lambda code: self.name(column, code), na_action="ignore")
