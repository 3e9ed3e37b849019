"""How many things items measure, and how well one factor explains them: adequacy, parallel analysis, minres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, stats

from analysis.scales.pairwise_correlations import pairwise_covariance
from surveys.localisation.wording import Message, saying


@dataclass(frozen=True)
class FactorAdequacy:
    """Whether a correlation matrix is worth factoring: KMO overall and by item, and Bartlett's test of sphericity."""

    kmo: float
    kmo_by_item: dict[str, float]
    chi_square: float
    degrees: int
    p: float
    n: int


def factor_adequacy(items: pd.DataFrame) -> FactorAdequacy | None:
    """KMO (Kaiser 1974) and Bartlett (1951); None when the items can't be used."""
    covariance, n, reason = usable_covariance(items)
    if reason is not None:
        return None
    correlations = correlations_of(covariance)
    sign, log_determinant = np.linalg.slogdet(correlations)
    if sign <= 0:
        return None
    inverse = np.linalg.inv(correlations)
    scale = np.sqrt(np.diag(inverse))
    partial = (-inverse / np.outer(scale, scale)) ** 2
    plain = correlations**2
    np.fill_diagonal(partial, 0)
    np.fill_diagonal(plain, 0)
    k = len(correlations)
    degrees = k * (k - 1) // 2
    chi_square = float(-(n - 1 - (2 * k + 5) / 6) * log_determinant)
    by_item = plain.sum(axis=0) / (plain.sum(axis=0) + partial.sum(axis=0))
    return FactorAdequacy(
        kmo=float(plain.sum() / (plain.sum() + partial.sum())),
        kmo_by_item=dict(zip(map(str, items.columns), by_item.tolist(), strict=True)),
        chi_square=chi_square,
        degrees=degrees,
        p=float(stats.chi2.sf(chi_square, degrees)),
        n=n,
    )


def parallel_analysis(
    items: pd.DataFrame, *, draws: int = 100, quantile: float = 0.95, rng: np.random.Generator | None = None
) -> int | None:
    """How many factors stand out of chance: eigenvalues above those of random data of the same size (Horn 1965).

    Eigenvalues of the correlations reduced to minres communalities; None when the items can't be used.
    """
    covariance, n, reason = usable_covariance(items)
    if reason is not None:
        return None
    rng = rng or np.random.default_rng(1965)
    observed = _reduced_eigenvalues(correlations_of(covariance))
    noise = (rng.normal(size=(n, items.shape[1])) for _ in range(draws))
    chance = np.array([_reduced_eigenvalues(np.asarray(np.corrcoef(random, rowvar=False))) for random in noise])
    above = observed > np.quantile(chance, quantile, axis=0)
    return int(np.argmin(np.append(above, False)))


def one_factor_loadings(correlations: np.ndarray) -> np.ndarray:
    """Loadings on one factor that leave the smallest squared residual correlations (minres, Harman & Jones 1966)."""
    uniqueness = _minres_uniqueness(correlations)
    values, vectors = np.linalg.eigh(correlations - np.diag(uniqueness))
    loadings = vectors[:, -1] * np.sqrt(max(values[-1], 0.0))
    return np.asarray(loadings * np.sign(loadings.sum() or 1.0))


def _minres_uniqueness(correlations: np.ndarray) -> np.ndarray:
    k = len(correlations)
    off_diagonal = ~np.eye(k, dtype=bool)

    def residual(loadings: np.ndarray) -> np.ndarray:
        return np.asarray((correlations - np.outer(loadings, loadings))[off_diagonal])

    values, vectors = np.linalg.eigh(correlations)
    start = vectors[:, -1] * np.sqrt(values[-1]) * 0.9
    fitted = optimize.least_squares(residual, start, bounds=(-0.9975, 0.9975), xtol=1e-14, ftol=1e-14, gtol=1e-14)
    return np.asarray(1 - fitted.x**2)


def _reduced_eigenvalues(correlations: np.ndarray) -> np.ndarray:
    """Eigenvalues, largest first, with squared minres loadings of one factor in place of the ones."""
    reduced = correlations - np.diag(_minres_uniqueness(correlations))
    return np.linalg.eigvalsh(reduced)[::-1]


def usable_covariance(items: pd.DataFrame) -> tuple[np.ndarray, int, Message | None]:
    """Pairwise covariance, number of complete rows, and the reason for refusing the items."""
    covariance, n = pairwise_covariance(items.to_numpy(dtype=float, na_value=np.nan))
    if items.shape[1] < 2:
        return np.empty((0, 0)), n, saying("题目不足两个")
    if n < 3:
        return np.empty((0, 0)), n, saying("只有 {n} 份完整答卷", n=n)
    if not np.isfinite(covariance).all() or (np.diag(covariance) <= 0).any():
        return covariance, n, saying("有题目的答案全部相同")
    if covariance.sum() <= 0:
        return covariance, n, saying("题目之间呈负相关，请核对方向")
    return covariance, n, None


def correlations_of(covariance: np.ndarray) -> np.ndarray:
    spread = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(spread, spread))
