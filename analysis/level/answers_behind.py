"""The answers that a figure is made of: those to a question or a dimension, of all values or of some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.level.satisfaction import RatedDimension, dimension_values

_DIMENSION = "dimension:"
_MOST_VALUES = 60


def of_dimension(code: str) -> str:
    """How a dimension is named among the questions."""
    return f"{_DIMENSION}{code}"


def answers_to(responses: pd.DataFrame, question: str, dimensions: Mapping[str, RatedDimension]) -> pd.Series:
    """What each of *responses* says to a question (by its column) or a dimension (by `of_dimension`)."""
    if not question.startswith(_DIMENSION):
        return responses[question]
    code = question.removeprefix(_DIMENSION)
    return dimension_values(responses, {code: dimensions[code]})[code]


def behind(answers: pd.Series, values: Sequence[str] = ()) -> pd.Series:
    """True where an answer was given, and is one of *values* where there are any; values are named by `value_names`."""
    given = answers.notna()
    if not values:
        return given
    return given & answers.map(name_value, na_action="ignore").isin(list(values))


def value_names(answers: pd.Series) -> list[str]:
    """The values that were given, in their order; none where there are too many to choose from."""
    given = answers.dropna().unique()
    if len(given) > _MOST_VALUES:
        return []
    return [name_value(each) for each in sorted(given, key=lambda each: (isinstance(each, str), each))]


def count_answers(answers: pd.Series) -> int:
    """How many answered."""
    return int(answers.notna().sum())


def value_names_of(responses: pd.DataFrame, question: str, dimensions: Mapping[str, RatedDimension]) -> list[str]:
    """The `value_names` of what *responses* say to a question or a dimension."""
    return value_names(answers_to(responses, question, dimensions))


def answers_by_dimension(responses: pd.DataFrame, dimensions: Mapping[str, RatedDimension]) -> dict[str, int]:
    """How many responses rate each dimension."""
    return {str(code): count_answers(each) for code, each in dimension_values(responses, dimensions).items()}


def distinct_answers(responses: pd.DataFrame) -> dict[str, int]:
    """How many different answers each column has."""
    return {str(column): int(n) for column, n in responses.nunique().items()}


def name_value(value: object) -> str:
    """A value as it stands in an address: whole numbers without a decimal point."""
    return f"{value:g}" if isinstance(value, int | float) else str(value)
