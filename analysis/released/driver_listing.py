"""The drivers of a survey as lines of text: shares with reach and slope, and R² within each route."""

from __future__ import annotations

from analysis.drivers.of_dimensions import drivers_of_dimensions, routes_of_dimensions
from analysis.figures import overall_scale
from analysis.frames import item_column, rated_dimensions
from analysis.interpretation.results import interpret
from analysis.interpretation.wordings import Told
from analysis.released.parts import Column, columns_of
from analysis.released.released_answers import ReleasedAnswers


class NoDrivers(ValueError):
    """The survey has nothing to explain, or nothing to explain it by."""


def driver_listing(view: ReleasedAnswers, language: str = "zh") -> str:
    """What the page of drivers says of the answers in *view*, apart by tabs; raises NoDrivers."""
    survey = view.record.survey
    overall, dimensions = overall_scale(survey), rated_dimensions(survey, language)
    if overall is None or len(dimensions) < 2:
        raise NoDrivers(survey.code)
    item, columns = Column(item_column(overall.code)), columns_of(dimensions)
    names = {code: each.label for code, each in dimensions.items()}
    found = [view.ask(each, columns, dimensions, item) for each in (drivers_of_dimensions, routes_of_dimensions)]
    return "\n\n".join(_lines(interpret(each, language, names)) for each in found)


def _lines(told: Told) -> str:
    rows = [told.headings, *told.rows] if told.rows else []
    return "\n".join([*map(str, told.sentences), *("\t".join(map(str, row)) for row in rows)])
