"""The arithmetic of PLS path models, on the covariance matrix of the items.

Blocks of items stand for latent variables; `arrows` is True at [source, target] of every path between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Items:
    """The answers, one row per response, and which columns belong to which latent variable."""

    values: np.ndarray
    blocks: Sequence[Sequence[str]]
    scale: tuple[float, float]

    @property
    def places(self) -> list[np.ndarray]:
        sizes = [len(block) for block in self.blocks]
        return np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])

    @property
    def covariance(self) -> np.ndarray:
        return np.asarray(np.cov(self.values, rowvar=False))


class InnerScheme(StrEnum):
    """How neighbours count in the estimate of a latent variable: by the sign of their correlation, by the correlation,
    or by regression of it on its sources and by correlation with its targets (Lohmöller 1989)."""

    CENTROID = "centroid"
    FACTOR = "factor"
    PATH = "path"


@dataclass(frozen=True)
class PathSettings:
    """The scheme, and whether items are taken as answered or each as far as it spreads (standardised)."""

    scheme: InnerScheme = InnerScheme.CENTROID
    standardised: bool = False


USUAL_SETTINGS = PathSettings()


@dataclass(frozen=True)
class Fit:
    weights: list[np.ndarray]
    loadings: list[np.ndarray]
    paths: np.ndarray
    r_squared: np.ndarray
    converged: bool
    totals: np.ndarray


def fit(
    covariance: np.ndarray,
    places: Sequence[np.ndarray],
    arrows: np.ndarray,
    *,
    settings: PathSettings = USUAL_SETTINGS,
    steps: int = 300,
    tolerance: float = 1e-10,
) -> Fit:
    """Outer weights in turn with inner ones, then paths by least squares.

    Weights apply to the items as answered and give each latent variable unit variance; those of standardised items are
    found from correlations.
    """
    spread = np.sqrt(np.diag(covariance)) if settings.standardised else np.ones(len(covariance))
    weights, converged = _weights(covariance / np.outer(spread, spread), places, arrows, settings, steps, tolerance)
    own = [weight / spread[place] for weight, place in zip(weights, places, strict=True)]
    return _structure(covariance, places, arrows, own, converged)


def _weights(
    covariance: np.ndarray, places: Sequence[np.ndarray], arrows: np.ndarray, settings: PathSettings, steps: int,
    tolerance: float,
) -> tuple[list[np.ndarray], bool]:  # fmt: skip
    neighbours = arrows | arrows.T
    weights = [_scaled(np.ones(len(place)), covariance[np.ix_(place, place)]) for place in places]
    converged = False
    for _ in range(steps):
        inner = _inner(_latent_correlations(covariance, places, weights), arrows, settings.scheme)
        renewed = []
        for j, place in enumerate(places):
            others = np.flatnonzero(neighbours[j]).tolist()
            with_proxy = sum(inner[j, k] * covariance[np.ix_(place, places[k])] @ weights[k] for k in others)
            renewed.append(_scaled(np.asarray(with_proxy), covariance[np.ix_(place, place)]))
        change = max(float(np.abs(np.abs(new) - np.abs(old)).max()) for new, old in zip(renewed, weights, strict=True))
        weights = renewed
        if change < tolerance:
            converged = True
            break
    return weights, converged


def _inner(correlations: np.ndarray, arrows: np.ndarray, scheme: InnerScheme) -> np.ndarray:
    """How much each variable (column) counts in the estimate of another (row)."""
    neighbours = arrows | arrows.T
    if scheme is InnerScheme.CENTROID:
        return np.asarray(np.sign(correlations) * neighbours)
    inner = correlations * neighbours
    if scheme is InnerScheme.PATH:
        for target in np.flatnonzero(arrows.any(axis=0)):
            sources = np.flatnonzero(arrows[:, target])
            inner[target, sources] = np.linalg.solve(
                correlations[np.ix_(sources, sources)], correlations[sources, target]
            )  # fmt: skip
    return np.asarray(inner)


def _structure(
    covariance: np.ndarray, places: Sequence[np.ndarray], arrows: np.ndarray, weights: list[np.ndarray], converged: bool
) -> Fit:
    spread = np.sqrt(np.diag(covariance))
    loadings = []
    for j, place in enumerate(places):
        loading = covariance[np.ix_(place, place)] @ weights[j] / spread[place]
        # The sign of a latent variable is free; high shall mean satisfied.
        sign = 1.0 if loading.sum() >= 0 else -1.0
        weights[j], loading = sign * weights[j], sign * loading
        loadings.append(loading)
    correlations = _latent_correlations(covariance, places, weights)
    paths, r_squared = np.zeros(arrows.shape), np.full(len(places), np.nan)
    for target in np.flatnonzero(arrows.any(axis=0)):
        sources = np.flatnonzero(arrows[:, target])
        coefficients = np.linalg.solve(correlations[np.ix_(sources, sources)], correlations[sources, target])
        paths[sources, target] = coefficients
        r_squared[target] = coefficients @ correlations[sources, target]
    totals = np.linalg.inv(np.eye(len(places)) - paths) - np.eye(len(places))
    return Fit(weights, loadings, paths, r_squared, converged, totals)


def _scaled(weights: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    return np.asarray(weights / np.sqrt(weights @ covariance @ weights))


def _latent_correlations(
    covariance: np.ndarray, places: Sequence[np.ndarray], weights: Sequence[np.ndarray]
) -> np.ndarray:
    spread = np.zeros((len(covariance), len(places)))
    for j, place in enumerate(places):
        spread[place, j] = weights[j]
    return np.asarray(spread.T @ covariance @ spread)


def bootstrap(
    answers: Items, arrows: np.ndarray, draws: int, rng: np.random.Generator,
    settings: PathSettings = USUAL_SETTINGS,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Paths, total effects and indices in samples of the rows, each with the draws along the first axis."""
    paths, totals, indices = [], [], []
    # The same responses in another order must give the same intervals.
    values = answers.values[np.lexsort(answers.values.T)]
    for _ in range(draws):
        drawn = Items(values[rng.integers(0, len(values), len(values))], answers.blocks, answers.scale)
        if (np.ptp(drawn.values, axis=0) == 0).any():
            continue
        fitted = fit(drawn.covariance, drawn.places, arrows, settings=settings, tolerance=1e-6)
        paths.append(fitted.paths)
        totals.append(fitted.totals)
        indices.append(indices_of(drawn, fitted))
    return np.array(paths), np.array(totals), np.array(indices)


def indices_of(answers: Items, fitted: Fit) -> np.ndarray:
    """Weighted mean of each block's items on 0–100; an item with a negative weight counts for nothing."""
    means, (low, high) = answers.values.mean(axis=0), answers.scale
    weights = [np.clip(weight, 0, None) for weight in fitted.weights]
    raw = [weight @ means[place] / weight.sum() for place, weight in zip(answers.places, weights, strict=True)]
    return (np.array(raw) - low) / (high - low) * 100


def heterotrait_monotrait(covariance: np.ndarray, places: Sequence[np.ndarray], names: Sequence[str]) -> pd.DataFrame:
    """Heterotrait-monotrait ratios of correlations (Henseler, Ringle & Sarstedt 2015)."""
    correlations = np.abs(correlations_of(covariance))
    within = [
        correlations[np.ix_(place, place)][np.triu_indices(len(place), 1)].mean() if len(place) > 1 else 1.0
        for place in places
    ]
    ratios = [
        [
            1.0 if i == j else float(correlations[np.ix_(first, second)].mean() / np.sqrt(within[i] * within[j]))
            for j, second in enumerate(places)
        ]
        for i, first in enumerate(places)
    ]
    return pd.DataFrame(ratios, index=list(names), columns=list(names))


def goodness_of_fit(fitted: Fit, arrows: np.ndarray) -> float | None:
    """Geometric mean of the mean communality (of blocks with several items) and the mean R² (Tenenhaus et al. 2004).

    None where every variable has a single item, which says nothing about how well it is measured.
    """
    blocks = [loading**2 for loading in fitted.loadings if len(loading) > 1]
    if not blocks:
        return None
    return float(np.sqrt(np.concatenate(blocks).mean() * fitted.r_squared[arrows.any(axis=0)].mean()))


def standardised_alpha(correlations: np.ndarray) -> float | None:
    k = len(correlations)
    return float(k / (k - 1) * (1 - k / correlations.sum())) if k > 1 else None


def composite_reliability(loadings: np.ndarray) -> float:
    common = loadings.sum() ** 2
    return float(common / (common + (1 - loadings**2).sum()))


def first_component(correlations: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(correlations)
    return np.asarray(np.abs(vectors[:, -1]) * np.sqrt(values[-1]))


def correlations_of(covariance: np.ndarray) -> np.ndarray:
    spread = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(spread, spread))
