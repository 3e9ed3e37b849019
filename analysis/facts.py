"""The facts that came along with answers, as columns: `context.NAME`, texts by their codes, numbers as numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from surveys.definition.context.coarsening import bands
from surveys.definition.context.declared import OF_THE_DOOR, USUAL, declared
from surveys.definition.context.fields import Coarse, ContextField
from surveys.definition.context.kinds import is_numeric
from surveys.definition.survey import Survey

OF_CONTEXT = "context."
_NAME = re.compile(r"context\.([a-z][a-z0-9_]{0,39})")
_BAND = re.compile(r"(-?[\d.]+)?\.\.(-?[\d.]+)?")
_NO_COLUMN = {"reference"}  # another one with every answer


def analysed_facts(survey: Survey) -> dict[str, ContextField]:
    """The facts of a survey by the name of their column; none of an anonymous one, which shows its answers in sum."""
    if survey.anonymous:
        return {}
    known = {name: USUAL[name] for name in OF_THE_DOOR} | declared(survey)
    return {f"{OF_CONTEXT}{name}": fact for name, fact in known.items() if name not in _NO_COLUMN}


def is_fact(column: str) -> bool:
    """Whether this is the name of such a column."""
    return _NAME.fullmatch(column) is not None


def fact_of(column: str) -> str:
    """The name of the fact in a column."""
    return column.removeprefix(OF_CONTEXT)


def fact_column(fact: ContextField, texts: Sequence[str | None]) -> pd.Series:
    """What came for a fact, as a column: float64, or texts; what is none of its kind is missing."""
    if is_numeric(fact):
        return pd.to_numeric(pd.Series(list(texts), dtype="object"), errors="coerce").astype("float64")
    return pd.Series(list(texts), dtype="str")


@dataclass(frozen=True)
class FactValues:
    """What the values of a fact are called, in the order of the definition, and how its numbers are cut into bands."""

    names: Mapping[str, str]  # by code; of a number by band
    numeric: bool = False

    def named(self, values: pd.Series) -> pd.Series:
        """The values by their names; numbers by the band they fall into, or all missing where there is none."""
        if self.numeric:
            return pd.Series([self._band(each) for each in values], index=values.index, dtype="object")
        return values.map(lambda code: self.names.get(code, code), na_action="ignore")

    def _band(self, value: float) -> str | None:
        return next((name for band, name in self.names.items() if _holds(band, value)), None)


def values_of(fact: ContextField, language: str) -> FactValues:
    """The names of the values of a fact in a language: labels of options; bands such as `1..24` as 1 – 24."""
    if is_numeric(fact):
        return FactValues({band: _words(band, fact, language) for band in bands(fact.bands)}, numeric=True)
    if fact.coarse is Coarse.BAND:
        return FactValues({band: _words(band, fact, language) for band in bands(fact.bands)})
    return FactValues({option.code: option.label.in_language(language) for option in fact.options})


def _words(band: str, fact: ContextField, language: str) -> str:
    low, _, high = band.partition("..")
    said = f"{low} – {high}" if low and high else f"≥ {low}" if low else f"< {high}"
    return f"{said} {fact.unit.in_language(language)}" if fact.unit else said


def band_ends(band: str) -> tuple[float | None, float | None] | None:
    """Where a band begins, and before which number it ends; None for what is no band."""
    found = _BAND.fullmatch(band)
    return (_number(found[1]), _number(found[2])) if found else None


def _number(text: str | None) -> float | None:
    return float(text) if text else None


def _holds(band: str, value: float) -> bool:
    low, high = band_ends(band) or (None, None)
    return value == value and (low is None or value >= low) and (high is None or value < high)
