"""The drivers of a survey for those who don't read pages: as lines of text, and as figures for other systems."""

from __future__ import annotations

from typing import Any

from analysis.drivers.drivers import DriverAnalysis
from analysis.drivers.of_dimensions import drivers_of_dimensions, routes_of_dimensions
from analysis.figures import overall_scale
from analysis.frames import item_column, rated_dimensions
from analysis.interpretation.results import interpret
from analysis.interpretation.wordings import Told
from analysis.released.parts import Column, columns_of
from analysis.released.released_answers import ReleasedAnswers
from surveys.localisation.language import in_words


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


def driver_figures(view: ReleasedAnswers) -> dict[str, Any]:
    """The same for other systems: R² of the model with n, and every driver with share, interval, reach and slope."""
    survey = view.record.survey
    overall, dimensions = overall_scale(survey), rated_dimensions(survey)
    if overall is None or len(dimensions) < 2:
        raise NoDrivers(survey.code)
    item, columns = Column(item_column(overall.code)), columns_of(dimensions)
    found = view.ask(drivers_of_dimensions, columns, dimensions, item) or DriverAnalysis((), None, 0)
    why = "too few answers to be shown" if found.n == 0 and view.anonymous else None
    return {
        "n": found.n, "r_squared": found.r_squared, "by_use": found.used if found.ok else None, "method": found.method,
        "refused": in_words(found.refusal, "en") if found.refusal and not why else why,
        "drivers": [
            {"code": each.code, "share": each.share, "low": each.low, "high": each.high, "first": each.first,
             "n": each.n, "reach": each.reach, "slope": each.slope}
            for each in found.drivers
        ],
        "left_out": {
            code: "too few answers" if view.anonymous else in_words(each, "en")
            for code, each in found.left_out.items()
        },
    }  # fmt: skip


def _lines(told: Told) -> str:
    rows = [told.headings, *told.rows] if told.rows else []
    return "\n".join([*map(str, told.sentences), *("\t".join(map(str, row)) for row in rows)])
