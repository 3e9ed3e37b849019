"""Scores by segment: the cells of a heat map, and what may be shown of a partition."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.disclosure import MINIMUM_SCORES
from analysis.level.satisfaction import RatedDimension, dimension_values, mean_score
from surveys.localisation.ordering import natural

CELLS = ["row", "column", "value", "low", "high", "n"]


def score_cells(
    responses: pd.DataFrame,
    segments: pd.Series,
    dimensions: Mapping[str, RatedDimension],
    *,
    minimum: int = MINIMUM_SCORES,
    clusters: pd.Series | None = None,
) -> pd.DataFrame:
    """One row per segment × dimension with the mean score; columns row, column, value, low, high, n.

    Figures are missing where fewer than *minimum* rated the dimension there. Responses without a segment are left out.
    """
    values = dimension_values(responses, dimensions)
    rows: list[tuple[object, ...]] = []
    by_segment = dict(iter(values.groupby(segments.astype(object))))
    for segment, inside in sorted(by_segment.items(), key=lambda each: natural(each[0])):
        for code, dimension in dimensions.items():
            own = None if clusters is None else clusters[inside.index]
            estimate = mean_score(inside[code], low=dimension.low, high=dimension.high, clusters=own)
            figures = estimate.figures() if estimate.ok and estimate.n >= minimum else (None, None, None)
            rows.append((str(segment), dimension.label, *figures, estimate.n))
    return pd.DataFrame(rows, columns=CELLS).astype({"value": float, "low": float, "high": float})
