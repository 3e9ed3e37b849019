"""What answers are narrowed to and split by, as columns: facts that came along, and what the values of each are called.

`context.NAME`: a fact that came along, texts by their codes, numbers as numbers. `contact.NAME`: an attribute of the
person's file as it is now. `q-COLUMN`: a column of answers by its categories, beside the column itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from analysis.answer_order import plain_code
from surveys.definition.breakdowns.bands import band_words, bands_of, cuts_between, holds
from surveys.definition.breakdowns.breakdown import OF_ANSWER, OF_FILE, Breakdown, BreakdownKind
from surveys.definition.breakdowns.registry import facts_of
from surveys.definition.context.fields import ContextField
from surveys.definition.context.kinds import is_numeric
from surveys.definition.survey import Survey
from surveys.localisation.language import gettext

OF_CONTEXT = "context."
CIRCUMSTANCES = ("touchpoint", "district", "department", "business_type", "channel", "subject", "round", "campaign")
"""The columns that tell where an answer came from and what it is about."""
_OWN = {"response", "received_at", "day", *CIRCUMSTANCES}
_NAME = re.compile(r"context\.([a-z][a-z0-9_]{0,39})")


def analysed_facts(survey: Survey) -> dict[str, ContextField]:
    """The facts of a survey by the name of their column; none of an anonymous one, which shows its answers in sum."""
    return {} if survey.anonymous else facts_of(survey)


def is_fact(column: str) -> bool:
    """Whether this is the name of a column of facts."""
    return _NAME.fullmatch(column) is not None


def fact_of(column: str) -> str:
    """The name of the fact in a column."""
    return column.removeprefix(OF_CONTEXT)


def is_of_file(column: str) -> bool:
    """Whether this is an attribute of the person's file."""
    return column.startswith(OF_FILE)


def item_column(code: str) -> str:
    """The column of an item: its code, or `item:code` where the code is the name of one of the frame's own columns."""
    return f"item:{code}" if code in _OWN or is_fact(code) else code


def stored_name(column: str) -> str:
    """The column that a breakdown is read from: answers by their categories are answers."""
    return item_column(column.removeprefix(OF_ANSWER)) if column.startswith(OF_ANSWER) else column


def is_breakdown(column: str) -> bool:
    """Whether values of this column are called by names of their own, beside those of places."""
    return column.startswith((OF_ANSWER, OF_FILE)) or is_fact(column)


def fact_column(fact: ContextField, texts: Sequence[str | None]) -> pd.Series:
    """What came for a fact, as a column: float64, or texts; what is none of its kind is missing."""
    if is_numeric(fact):
        return pd.to_numeric(pd.Series(list(texts), dtype="object"), errors="coerce").astype("float64")
    return pd.Series(list(texts), dtype="str")


@dataclass(frozen=True)
class FactValues:
    """What the values of a breakdown are called, in the order of the definition, and how numbers are cut into bands.

    `unit`: of numbers whose bands follow from the answers there are; `formerly`: other names of the same codes, such
    as those in other languages.
    """

    names: Mapping[str, str]  # by code; of a number by band
    numeric: bool = False
    unit: str = ""
    formerly: Mapping[str, str] = field(default_factory=dict)
    coded: bool = False  # every value is called by its code

    @property
    def open(self) -> bool:
        """Whether its bands are to be found first."""
        return self.numeric and not self.names

    def named(self, values: pd.Series) -> pd.Series:
        """The values by their names; numbers by the band they fall into, or all missing where there is none."""
        if self.numeric:
            return pd.Series([self._band(each) for each in values], index=values.index, dtype="object")
        known = {code: self.names.get(plain_code(code), plain_code(code)) for code in values.dropna().unique()}
        return values.map(known, na_action="ignore")

    def _band(self, value: float) -> str | None:
        return next((name for band, name in self.names.items() if holds(band, value)), None)

    def called(self, code: str) -> str:
        """The name of a code; of a band that is none of its own, how it reads."""
        if self.numeric and code not in self.names:
            return band_words(code, self.unit) if ".." in code and not self.coded else code
        return self.names.get(code, code)

    def code(self, name: str) -> str:
        """The code that is called so, here or elsewhere; what is none is taken for a code."""
        return next((code for code, known in self.names.items() if known == name), self.formerly.get(name, name))


def has_values(breakdown: Breakdown) -> bool:
    """Whether its values are called by names of its own: those of places are called as these are."""
    return breakdown.kind is not BreakdownKind.CIRCUMSTANCE or bool(breakdown.options)


def breakdown_values(breakdown: Breakdown, language: str, others: Collection[str] = ()) -> FactValues:
    """The names of the values of a breakdown in a language, no two alike; with those that they have in *others*."""
    names = _distinct(breakdown.names(language), gettext("{name}（{code}）", language))
    elsewhere = {name: code for each in others for code, name in breakdown.names(each).items()}
    unit = breakdown.unit.in_language(language) if breakdown.unit else ""
    return FactValues(names, breakdown.numeric, unit, elsewhere)


def banded(values: FactValues, lowest: float | None, quartiles: Sequence[float] | None) -> FactValues:
    """The same with bands near the quartiles of the numbers there are; with none where there are none."""
    cuts = cuts_between(quartiles, lowest) if quartiles and lowest is not None else ()
    bands = bands_of(cuts)
    return replace(values, names={each: each if values.coded else band_words(each, values.unit) for each in bands})


def coded_values(breakdown: Breakdown) -> FactValues:
    """The same for other systems: every value by its code, in the order of the definition."""
    codes = breakdown.bands() if breakdown.numeric else list(breakdown.options)
    return FactValues({code: code for code in codes}, breakdown.numeric, coded=True)


def _distinct(names: Mapping[str, str], both: str) -> dict[str, str]:
    times = Counter(names.values())
    alone = {code: times[name] == 1 and (name == code or name not in names) for code, name in names.items()}
    return {code: name if alone[code] else both.format(name=name, code=code) for code, name in names.items()}
