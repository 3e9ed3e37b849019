"""Places with too few answers for a hot spot to be looked for in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.differences.groups import left_out
from analysis.level.satisfaction import RatedDimension, dimension_values


def small_places(
    responses: pd.DataFrame, dimensions: Mapping[str, RatedDimension], kinds: Sequence[str], minimum: int
) -> dict[tuple[str, str], int]:
    """(kind, name) → how many rated anything there, of the places with fewer than *minimum*."""
    rated = dimension_values(responses, dimensions).notna().any(axis=1).astype(float)
    given = rated.where(rated > 0)
    return {(kind, name): n for kind in kinds for name, n in left_out(given, responses[kind], minimum=minimum).items()}
