"""How much answers of one branch, agent or day resemble each other, and what that makes of their number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

LEAST_UNITS = 10  # fewer are no basis to propose them by
NOTABLE_EFFECT = 1.1


@dataclass(frozen=True)
class Resemblance:
    """`n` answers of so many `units`; `icc`: the part of the variance that lies between units, 0 where none shows.

    `design_effect`: how many answers one that stands for itself is worth (Kish 1965).
    """

    n: int
    units: int
    icc: float
    design_effect: float

    @property
    def notable(self) -> bool:
        """Whether figures should be counted by these units."""
        return self.units >= LEAST_UNITS and self.design_effect > NOTABLE_EFFECT


def resemblance(values: pd.Series, units: pd.Series) -> Resemblance:
    """The intraclass correlation of *values* within *units* by analysis of variance (Donner 1986)."""
    known = values.notna() & units.notna()
    y, of = values[known].astype(float), units[known].astype(str)
    sizes = of.value_counts()
    n, k = len(y), len(sizes)
    if k < 2 or n <= k:
        return Resemblance(n, k, 0.0, 1.0)
    means = y.groupby(of).transform("mean")
    between = float(((means - y.mean()) ** 2).sum()) / (k - 1)
    within = float(((y - means) ** 2).sum()) / (n - k)
    usual = (n - float((sizes**2).sum()) / n) / (k - 1)
    total = between + (usual - 1) * within
    icc = float(np.clip((between - within) / total, 0.0, 1.0)) if total > 0 else 0.0
    return Resemblance(n, k, icc, 1 + (float((sizes**2).sum()) / n - 1) * icc)
