"""Whether drivers keep their order when overall satisfaction is taken for what it is, ordered categories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.differences.proportional_odds import fit_proportional_odds
from analysis.drivers.variance_decomposition import johnson_parts
from analysis.scales.pairwise_correlations import positive_definite
from surveys.localisation.wording import Message, saying

MOST_CATEGORIES = 11
MOST_ROWS = 20_000
ALIKE = 0.999


@dataclass(frozen=True)
class OrdinalCheck:
    """How far the order of the drivers agrees (Kendall's τ), the place of the first one then, and of how many."""

    agreement: float
    first: int
    n: int

    def told(self, codes: list[str]) -> tuple[Message, ...]:
        """What the check says, for drivers with these codes."""
        if self.agreement > ALIKE:
            return (saying("把总体评价当作等级再算一遍（有序模型，n={n}），各维度的先后相同", n=self.n),)
        words = "把总体评价当作等级再算一遍（有序模型，n={n}），先后不完全一致（Kendall τ = {tau}），排第一的是“{code}”"
        return (saying(words, n=self.n, tau=f"{self.agreement:.2f}", code=codes[self.first]),)


def ordinal_check(table: np.ndarray, times: np.ndarray, parts: np.ndarray) -> OrdinalCheck | None:
    """The order by *parts* beside that by relative weights of a proportional odds model with the same terms.

    *table*: distinct rows of ratings (missing where not used), overall satisfaction last; *times*: their counts. None
    where overall satisfaction has too many values to be categories. Of many rows an even selection is enough.
    """
    chosen = np.arange(len(table)) if len(table) <= MOST_ROWS else np.linspace(0, len(table) - 1, MOST_ROWS).astype(int)
    rows, counts = table[chosen], times[chosen].astype(float)
    values, ranks = np.unique(rows[:, -1], return_inverse=True)
    if not 2 <= len(values) <= MOST_CATEGORIES:
        return None
    use, ratings = _terms(rows, counts)
    fitted = fit_proportional_odds(np.column_stack([use, ratings]), ranks, counts)
    weights = _latent_weights(use, ratings, fitted.effects[use.shape[1] :], counts)
    if weights is None:
        return None
    found = stats.kendalltau(parts, weights).statistic if len(parts) > 1 else 1.0
    return OrdinalCheck(float(found), int(weights.argmax()), int(counts.sum()))


def _terms(rows: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Indicators of use that say something of their own, and ratings centred among those who gave one."""
    used = ~np.isnan(rows[:, :-1])
    means = (counts @ np.where(used, rows[:, :-1], 0.0)) / (counts @ used)
    ratings = np.where(used, rows[:, :-1] - means, 0.0)
    kept = np.ones((len(rows), 1))
    for column in used[:, ~used.all(axis=0)].T.astype(float):
        wider = np.column_stack([kept, column])
        kept = wider if np.linalg.matrix_rank(wider.T @ wider) == wider.shape[1] else kept
    return kept[:, 1:], ratings


def _latent_weights(use: np.ndarray, ratings: np.ndarray, effects: np.ndarray, counts: np.ndarray) -> np.ndarray | None:
    """Relative weights of the ratings for the variable behind the categories; its scale cancels out."""
    known = np.column_stack([np.ones(len(use)), use])
    root = np.sqrt(counts)[:, None]
    within = ratings - known @ np.linalg.lstsq(known * root, ratings * root, rcond=None)[0]
    covariance = (within * counts[:, None]).T @ within / counts.sum()
    spread = np.sqrt(np.diag(covariance))
    if not (np.isfinite(effects).all() and (spread > 0).all() and np.any(effects)):
        return None
    correlations = positive_definite((covariance / np.outer(spread, spread))[None])[0]
    with_latent = correlations @ (effects * spread)
    whole = np.block([[correlations, with_latent[:, None]], [with_latent[None, :], np.ones((1, 1))]])
    parts = johnson_parts(whole[None])[0]
    return np.asarray(parts / parts.sum())
