"""Overall satisfaction explained by which services were used, and by how each that was used is rated.

A rating is missing by design where a service does not apply (不适用). The model has for every service an indicator of
its use and, for those who used it, its centred rating: every answer counts once, no rating is invented, and all figures
come from one regression of all responses. (Correlations over those who rated both of two services come from different
people; put together they claim an R² that nothing has.)

Use goes first (Frisch & Waugh 1933): what ratings explain is told of what is left, so that it doesn't matter at which
value a rating is centred, nor that services nobody combines have indicators that add up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

CELLS_AT_ONCE = 4_000_000
MOST_GROUPS = 2000
FEWEST_CLUSTERS = 5


@dataclass(frozen=True)
class UsageFit:
    """What the model finds, for many weightings at once (the first axis).

    `correlations`: of the ratings and overall satisfaction (last) within use, shape (draws, k + 1, k + 1). `remaining`:
    the part of the variance of overall satisfaction that use doesn't explain. `spread`: standard deviations within use,
    shape (draws, k + 1). `scores`: mean rating of those who used the service, shape (draws, k).
    """

    correlations: np.ndarray
    remaining: np.ndarray
    spread: np.ndarray
    scores: np.ndarray

    @property
    def sound(self) -> np.ndarray:
        """The draws that could be computed."""
        return np.asarray(np.isfinite(self.correlations).all(axis=(1, 2)) & np.isfinite(self.remaining))

    def chosen(self, draws: np.ndarray) -> UsageFit:
        return UsageFit(self.correlations[draws], self.remaining[draws], self.spread[draws], self.scores[draws])


class UsageModel:
    """The sums of products that the model takes, by groups of rows that stand or fall together.

    *table*: one row per response, ratings (missing where not used) with overall satisfaction last, no row without it.
    *times*: how often each row stands there. *clusters*: numbers from 0 of what the rows belong to; None where each
    response stands for itself. Many clusters are put together by chance into `MOST_GROUPS`, whose number and means
    still tell how clusters vary.
    """

    def __init__(self, table: np.ndarray, times: np.ndarray, clusters: np.ndarray | None = None) -> None:
        self.drivers = table.shape[1] - 1
        self.centre = np.nanmean(table, axis=0)
        self.partly = np.flatnonzero(np.isnan(table[:, :-1]).any(axis=0))
        self.width = 2 + len(self.partly) + self.drivers
        self._upper = np.triu_indices(self.width)
        self._table, self._times = table, times.astype(float)
        self._clusters = None if clusters is None else clusters % MOST_GROUPS

    @property
    def parameters(self) -> int:
        """Of the regression, without its constant."""
        return self.drivers + len(self.partly)

    @property
    def groups(self) -> int:
        """Of how many clusters draws are made; 0 where each response stands for itself."""
        return 0 if self._clusters is None else int(self._clusters.max(initial=-1)) + 1

    def fit(self) -> UsageFit:
        """The model of all rows, as one draw."""
        return self._fitted(sum(times @ columns for _rows, times, columns in self._blocks(1))[None, :])

    def redrawn(self, draws: int, rng: np.random.Generator) -> UsageFit:
        """The model of bootstrap samples; those that can't be computed are left out.

        Responses are drawn a Poisson number of times (Hanley & MacGibbon 2006), so that equal rows are drawn together
        and the rows go by in blocks; clusters as a whole, one fewer than there are (Rao & Wu 1988).
        """
        sums = self._by_cluster(draws, rng) if self._clusters is not None else self._by_row(draws, rng)
        fitted = self._fitted(sums)
        return fitted.chosen(fitted.sound)

    def _by_row(self, draws: int, rng: np.random.Generator) -> np.ndarray:
        sums = np.zeros((draws, len(self._upper[0])))
        for _rows, times, columns in self._blocks(draws):
            sums += rng.poisson(times, (draws, len(times))) @ columns
        return sums

    def _by_cluster(self, draws: int, rng: np.random.Generator) -> np.ndarray:
        sums = np.zeros((self.groups, len(self._upper[0])))
        for rows, times, columns in self._blocks(1):
            np.add.at(sums, self._clusters[rows], columns * times[:, None])  # type: ignore[index]
        drawn = rng.multinomial(max(self.groups - 1, 1), np.full(self.groups, 1 / self.groups), draws)
        return drawn @ sums

    def _blocks(self, draws: int) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Rows, how often they stand there, and the products of their columns."""
        most = max(CELLS_AT_ONCE // max(draws, len(self._upper[0])), 1)
        for rows in np.array_split(np.arange(len(self._table)), len(self._table) // most + 1):
            yield rows, self._times[rows], self._products(self._table[rows])

    def _products(self, block: np.ndarray) -> np.ndarray:
        used = ~np.isnan(block[:, :-1])
        values = np.where(np.isnan(block), 0.0, block - self.centre)
        columns = np.column_stack([np.ones(len(block)), used[:, self.partly], values])
        left, right = self._upper
        return np.asarray(columns[:, left] * columns[:, right])

    def _fitted(self, sums: np.ndarray) -> UsageFit:
        square = np.zeros((len(sums), self.width, self.width))
        square[:, self._upper[0], self._upper[1]] = square[:, self._upper[1], self._upper[0]] = sums
        first = 1 + len(self.partly)
        use, across, own = square[:, :first, :first], square[:, :first, first:], square[:, first:, first:]
        with np.errstate(divide="ignore", invalid="ignore"):
            within = own - across.transpose(0, 2, 1) @ np.linalg.pinv(use, rcond=1e-9, hermitian=True) @ across
            n = square[:, 0, 0]
            total = own[:, -1, -1] - across[:, 0, -1] ** 2 / n
            variance, whole = np.einsum("bii->bi", within), np.einsum("bii->bi", own)
            spread = np.sqrt(np.where(variance > 1e-12 * whole, variance, np.nan))
            correlations = within / (spread[:, :, None] * spread[:, None, :])
            remaining = within[:, -1, -1] / total
            return UsageFit(correlations, remaining, spread / np.sqrt(n)[:, None], self._scores(square))

    def _scores(self, square: np.ndarray) -> np.ndarray:
        """Mean ratings of those who used each service."""
        used = np.repeat(square[:, :1, 0], self.drivers, axis=1)
        used[:, self.partly] = square[:, 0, 1 : 1 + len(self.partly)]
        sums = square[:, 0, 1 + len(self.partly) : -1]
        return np.asarray(self.centre[:-1] + sums / used)
