"""Scores by segment: the cells of a heat map, and what may be shown of a partition."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.disclosure import MINIMUM_SCORES
from analysis.satisfaction import Dimension, dimension_values, mean_score

CELLS = ["row", "column", "value", "low", "high", "n"]


def score_cells(
    responses: pd.DataFrame,
    segments: pd.Series,
    dimensions: Mapping[str, Dimension],
    *,
    minimum: int = MINIMUM_SCORES,
) -> pd.DataFrame:
    """One row per segment × dimension with the mean score; columns row, column, value, low, high, n.

    Figures are missing where fewer than *minimum* rated the dimension there. Responses without a segment are left out.
    """
    values = dimension_values(responses, dimensions)
    rows: list[tuple[object, ...]] = []
    for segment, inside in values.groupby(segments.astype(object)):
        for code, dimension in dimensions.items():
            estimate = mean_score(inside[code], low=dimension.low, high=dimension.high)
            figures = estimate.figures() if estimate.ok and estimate.n >= minimum else (None, None, None)
            rows.append((str(segment), dimension.label, *figures, estimate.n))
    return pd.DataFrame(rows, columns=CELLS).astype({"value": float, "low": float, "high": float})
