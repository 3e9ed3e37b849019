"""Correlations of columns with missing cells: each over the rows that have both, for many weightings at once."""

from __future__ import annotations

import numpy as np

ROWS_AT_ONCE = 50_000


def pairwise_correlations(table: np.ndarray) -> np.ndarray:
    """Pairwise-complete correlations of the columns: shape (1, m, m)."""
    centre = np.nanmean(table, axis=0)
    sums = sum(
        pair_columns(block - centre).sum(axis=0) for block in np.array_split(table, max(len(table) // ROWS_AT_ONCE, 1))
    )
    return correlations_of(np.asarray(sums)[None, :], table.shape[1])


def pairwise_covariance(table: np.ndarray) -> tuple[np.ndarray, int]:
    """Pairwise-complete covariance of the columns, shape (m, m), and the number of complete rows.

    Cells that are missing or infinite are left out. Block by block, so that a large table is not copied.
    """
    m, complete = table.shape[1], 0
    count, sums, products = np.zeros((m, m)), np.zeros((m, m)), np.zeros((m, m))
    # A value of the column itself keeps the digits of the sums, and a constant column at exactly no variance.
    first = np.isfinite(table).argmax(axis=0) if len(table) else np.zeros(m, dtype=int)
    centre = np.nan_to_num(table[first, np.arange(m)], posinf=0.0, neginf=0.0) if len(table) else np.zeros(m)
    for block in np.array_split(table, max(len(table) // ROWS_AT_ONCE, 1)):
        given = np.isfinite(block)
        there = given.astype(float)
        filled = np.where(given, block, centre) - centre
        complete += int(given.all(axis=1).sum())
        count += there.T @ there
        sums += filled.T @ there
        products += filled.T @ filled
    with np.errstate(divide="ignore", invalid="ignore"):
        return (products - sums * sums.T / count) / (count - 1), complete


def pair_columns(centred: np.ndarray) -> np.ndarray:
    """All terms whose sums the correlations of all pairs need, so that many draws are one matrix product."""
    given = ~np.isnan(centred)
    filled = np.where(given, centred, 0.0)
    left, right = np.triu_indices(centred.shape[1], 1)
    both = (given[:, left] & given[:, right]).astype(float)
    x, y = filled[:, left] * both, filled[:, right] * both
    return np.hstack([both, x, y, x * x, y * y, x * y])


def correlations_of(sums: np.ndarray, m: int) -> np.ndarray:
    """Correlations from the sums of the `pair_columns`, one row per draw: shape (draws, m, m)."""
    count, sum_x, sum_y, sum_xx, sum_yy, sum_xy = np.split(sums, 6, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance = sum_xy - sum_x * sum_y / count
        spread = np.sqrt((sum_xx - sum_x**2 / count) * (sum_yy - sum_y**2 / count))
        r = covariance / spread
    left, right = np.triu_indices(m, 1)
    correlations = np.broadcast_to(np.eye(m), (len(sums), m, m)).copy()
    correlations[:, left, right] = correlations[:, right, left] = r.clip(-1, 1)
    return correlations


def positive_definite(correlations: np.ndarray, *, smallest: float = 1e-6) -> np.ndarray:
    """The same matrices with negative eigenvalues raised, as pairwise correlations can contradict each other.

    Matrices that are positive definite already are returned unchanged. Shape (draws, m, m).
    """
    values, vectors = np.linalg.eigh(correlations)
    wanting = values.min(axis=1) < smallest
    if not wanting.any():
        return correlations
    raised = (vectors * values.clip(min=smallest)[:, None, :]) @ vectors.transpose(0, 2, 1)
    spread = np.sqrt(np.einsum("bii->bi", raised))
    return np.where(wanting[:, None, None], raised / (spread[:, :, None] * spread[:, None, :]), correlations)


def distinct_rows(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct rows of a sorted table and how many times each stands there; missing equals missing."""
    filled = np.nan_to_num(table, nan=-np.inf)
    starts = np.flatnonzero(np.r_[True, (filled[1:] != filled[:-1]).any(axis=1)])
    return table[starts], np.diff(np.r_[starts, len(table)])
