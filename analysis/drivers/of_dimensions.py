"""Drivers of a survey's dimensions, from the answers to their items."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.drivers.drivers import DriverAnalysis, relative_weights
from analysis.drivers.importance import stated_beside_derived
from analysis.drivers.routes import DriversByRoute, drivers_by_route
from analysis.level.satisfaction import RatedDimension, dimension_values


def drivers_of_dimensions(
    responses: pd.DataFrame,
    dimensions: Mapping[str, RatedDimension],
    overall: pd.Series,
    *,
    clusters: pd.Series | None = None,
) -> DriverAnalysis:
    """The relative weight of each dimension for *overall* satisfaction, from *responses* with its items as columns."""
    return relative_weights(dimension_values(responses, dimensions), overall, clusters=clusters)


def routes_of_dimensions(
    responses: pd.DataFrame,
    dimensions: Mapping[str, RatedDimension],
    overall: pd.Series,
    *,
    clusters: pd.Series | None = None,
) -> DriversByRoute:
    """The same within each set of services that were used together."""
    return drivers_by_route(dimension_values(responses, dimensions), overall, clusters=clusters)


def stated_importance_table(
    responses: pd.DataFrame, stated: Mapping[str, RatedDimension], drivers: DriverAnalysis
) -> pd.DataFrame:  # fmt: skip
    """`stated_beside_derived`, where *stated* has for each dimension the items that ask how important it is."""
    scale = next(iter(stated.values()))
    return stated_beside_derived(dimension_values(responses, stated), drivers, low=scale.low, high=scale.high)
