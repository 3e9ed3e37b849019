"""What a breakdown is: one thing that results can be narrowed to and split by, described and nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from surveys.definition.breakdowns.bands import band_ends, band_words, bands_of
from surveys.localisation.language import in_words
from surveys.localisation.wording import Said, Text

OF_FILE = "contact."  # how the names of attributes of files begin
OF_ANSWER = "q-"  # and those of columns of answers; no column of answers begins so


class BreakdownKind(StrEnum):
    """Where a breakdown's values stand, and when they were noted."""

    CIRCUMSTANCE = "circumstance"  # of the answer, as it was then
    FACT = "fact"  # that came along, as it was then
    FILE = "file"  # of the person's file, as it is now
    ANSWER = "answer"


@dataclass(frozen=True)
class Breakdown:
    """One thing that results can be narrowed to and split by.

    `name`: in addresses, options and the interface, and the column by which the analysis knows it. `options`: by code
    and in the order of the definition; none where the values are those that came. `cuts`: where bands of its numbers
    begin; empty where these follow from the numbers there are, None where values are no numbers to be banded.
    """

    name: str
    label: Said
    kind: BreakdownKind
    options: Mapping[str, Said] = field(default_factory=dict)
    cuts: tuple[float, ...] | None = None
    unit: Text | None = None
    question: str = ""  # the code of the question whose answers these are
    title: Text | None = None  # of one part of a question, such as a row

    @property
    def numeric(self) -> bool:
        return self.cuts is not None

    @property
    def column(self) -> str:
        """The column of answers, or what is known by the breakdown's own name."""
        return self.name.removeprefix(OF_ANSWER)

    @property
    def spoken(self) -> str:
        """The name by which other systems ask for it: an answer by the code of its question."""
        return self.column

    def bands(self, cuts: tuple[float, ...] = ()) -> list[str]:
        """The codes of its bands, by its own cuts, else by these."""
        return bands_of(self.cuts or cuts)

    def takes(self, code: str) -> bool:
        """Whether a value can have this code, as far as the definition says."""
        if self.numeric:
            return band_ends(code) not in (None, (None, None))
        return not self.options or code in self.options

    def names(self, language: str, cuts: tuple[float, ...] = ()) -> dict[str, str]:
        """What its values are called, by code and in order."""
        if self.numeric:
            unit = self.unit.in_language(language) if self.unit else ""
            return {band: band_words(band, unit) for band in self.bands(cuts)}
        return {code: in_words(words, language) for code, words in self.options.items()}
