"""Ratings as a sum of crossed random effects (units, raters, kinds of people), by restricted maximum likelihood.

Everything is worked out from counts of the cells that answers fall into, so that a million of them cost as much as the
different combinations there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import linalg, optimize

_MOST_LEVELS = 1500  # of all factors together: the equations are dense
_TRIED = np.array([0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0, 1.3, 1.7, 2.5])  # of the noise


class TooManyLevels(ValueError):
    """More levels than equations that can be solved in a moment."""


@dataclass(frozen=True)
class MixedModel:
    """Mean, standard deviations (`spread` by factor, `noise` of an answer), and every level's effect.

    `covariance`: of the mean and then all effects, in the order of `levels` (factor by factor); it takes the standard
    deviations for known.
    """

    mean: float
    spread: Mapping[str, float]
    noise: float
    levels: Mapping[str, tuple[str, ...]]
    effects: np.ndarray
    covariance: np.ndarray
    n: int

    def place(self, factor: str, level: str) -> int | None:
        """Where a level's effect stands behind the mean; None of one that nobody answered for."""
        before = 1
        for name, own in self.levels.items():
            if name == factor:
                return before + own.index(level) if level in own else None
            before += len(own)
        return None

    def combined(self, parts: np.ndarray) -> tuple[float, float]:
        """A linear combination of mean and effects, with its standard error."""
        value = float(parts @ np.concatenate([[self.mean], self.effects]))
        return value, float(np.sqrt(max(parts @ self.covariance @ parts, 0.0)))


@dataclass(frozen=True)
class _Cells:
    """What the equations need of the answers: levels, counts of pairs of levels, sums by level around the mean."""

    levels: Mapping[str, tuple[str, ...]]
    squares: np.ndarray
    with_y: np.ndarray
    with_one: np.ndarray
    n: int
    total: float
    centre: float

    @property
    def sizes(self) -> list[int]:
        return [len(each) for each in self.levels.values()]


def crossed_effects(values: pd.Series, factors: pd.DataFrame) -> MixedModel:
    """A random intercept for every column of *factors* (R: `lmer(y ~ 1 + (1|a) + (1|b))`), after Bates et al. (2015).

    Rows with anything missing are left out. Raises TooManyLevels, and ValueError where answers don't vary.
    """
    cells = _cells_of(values, factors)
    return _model(cells, _relative_spread(cells))[1]


def averaged_effects(values: pd.Series, factors: pd.DataFrame, over: str) -> list[tuple[float, MixedModel]]:
    """The same for several deviations of one factor, each with its weight by the restricted likelihood (flat prior).

    So that what isn't known of the spread widens what is told of its levels: it may be estimated as 0 by chance.
    """
    cells = _cells_of(values, factors)
    best = _relative_spread(cells)
    at = list(cells.levels).index(over)
    tried = np.unique(np.concatenate([_TRIED, [best[at]]]))
    found = [_model(cells, np.where(np.arange(len(best)) == at, each, best)) for each in tried]
    steps = np.gradient(tried)
    deviances = np.array([deviance for deviance, _model_ in found])
    weights = steps * np.exp(-(deviances - deviances.min()) / 2)
    return [(float(part), each) for part, (_deviance, each) in zip(weights / weights.sum(), found, strict=True)]


def _cells_of(values: pd.Series, factors: pd.DataFrame) -> _Cells:
    known = values.notna() & factors.notna().all(axis=1)
    y = values[known].to_numpy(dtype=float)
    coded = {str(name): pd.factorize(factors[name][known]) for name in factors.columns}
    levels = {name: tuple(map(str, found)) for name, (_codes, found) in coded.items()}
    sizes = [len(each) for each in levels.values()]
    if sum(sizes) > _MOST_LEVELS:
        raise TooManyLevels(f"{sum(sizes)} levels")
    if len(y) < 3 or not np.var(y) > 0:
        raise ValueError("answers do not vary")
    squares, with_y, with_one = _products([codes for codes, _found in coded.values()], sizes, y)
    centre = float(y.mean())
    return _Cells(
        levels, squares, with_y - centre * with_one, with_one, len(y), float(((y - centre) ** 2).sum()), centre
    )  # fmt: skip


def _model(cells: _Cells, theta: np.ndarray) -> tuple[float, MixedModel]:
    """The restricted deviance and the model at these deviations relative to the noise."""
    deviance, mean, spherical, noise, inverse = _fitted(theta, cells)
    scale = np.repeat(theta, cells.sizes)
    both = np.concatenate([[1.0], scale])
    spread = {name: float(each * noise) for name, each in zip(cells.levels, theta, strict=True)}
    covariance = inverse * np.outer(both, both) * noise**2
    return deviance, MixedModel(
        float(mean + cells.centre), spread, float(noise), cells.levels, scale * spherical, covariance, cells.n
    )  # fmt: skip


def _relative_spread(cells: _Cells) -> np.ndarray:
    """The deviations relative to the noise that the restricted likelihood is largest at.

    Sought as ratios of variances: of deviations the likelihood is flat at 0, where a search would stay.
    """
    found = optimize.minimize(
        lambda ratios: _fitted(np.sqrt(ratios), cells)[0], np.full(len(cells.levels), 0.05),
        bounds=[(0.0, 400.0)] * len(cells.levels), method="L-BFGS-B",
        options={"ftol": 1e-14, "gtol": 1e-7, "maxiter": 200},
    )  # fmt: skip
    return np.asarray(np.sqrt(found.x))


def _products(
    codes: Sequence[np.ndarray], sizes: Sequence[int], y: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts of every pair of levels, and the sums of answers and the counts of each level."""
    rows = [
        [np.bincount(a * m + b, minlength=n * m).reshape(n, m) for b, m in zip(codes, sizes, strict=True)]
        for a, n in zip(codes, sizes, strict=True)
    ]
    sums = [np.bincount(each, y, minlength=n) for each, n in zip(codes, sizes, strict=True)]
    counts = [np.bincount(each, minlength=n) for each, n in zip(codes, sizes, strict=True)]
    return np.block(rows).astype(float), np.concatenate(sums), np.concatenate(counts).astype(float)


def _fitted(theta: np.ndarray, cells: _Cells) -> tuple[float, float, np.ndarray, float, np.ndarray]:
    """The restricted deviance at relative deviations *theta*; mean, spherical effects, noise, inverse of equations."""
    scale, n = np.repeat(theta, cells.sizes), cells.n
    whole = np.empty((len(scale) + 1, len(scale) + 1))
    whole[0, 0], whole[0, 1:] = n, scale * cells.with_one
    whole[1:, 0], whole[1:, 1:] = whole[0, 1:], scale[:, None] * cells.squares * scale + np.eye(len(scale))
    right = np.concatenate([[0.0], scale * cells.with_y])
    factor = linalg.cho_factor(whole, lower=True)
    solved = linalg.cho_solve(factor, right)
    rest = max(cells.total - float(right @ solved), 1e-12)
    noise = rest / (n - 1)
    deviance = 2 * float(np.log(np.diag(factor[0])).sum()) + (n - 1) * (1 + np.log(2 * np.pi * noise))
    return deviance, solved[0], solved[1:], float(np.sqrt(noise)), linalg.cho_solve(factor, np.eye(len(whole)))
