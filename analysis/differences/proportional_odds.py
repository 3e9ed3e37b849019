"""The cumulative logit model for several covariates, fitted by Fisher scoring on counted rows.

Where categories are separated perfectly the likelihood has no greatest value: scoring stops when it rises no more, with
effects that are large and of no meaning beyond their sign.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

MOST_STEPS = 60
CLOSE = 1e-8


@dataclass(frozen=True)
class ProportionalOdds:
    """Thresholds and effects (logit P(Y ≤ j) = θⱼ − xβ), their covariance, and the log-likelihood."""

    thresholds: np.ndarray
    effects: np.ndarray
    covariance: np.ndarray
    log_likelihood: float


def fit_proportional_odds(x: np.ndarray, y: np.ndarray, times: np.ndarray) -> ProportionalOdds:
    """*x*: rows × covariates (full column rank, without a constant), *y*: ranks from 0, *times*: rows' counts."""
    cuts = int(y.max())
    reached = np.cumsum(np.bincount(y, times, cuts + 1))[:-1] / times.sum()
    parameters = np.r_[special.logit(reached), np.zeros(x.shape[1])]
    likelihood, score, information = _terms(parameters, cuts, x, y, times)
    for _step in range(MOST_STEPS):
        move = np.linalg.lstsq(information, score, rcond=None)[0]
        for _halving in range(30):
            tried = parameters + move
            if (np.diff(tried[:cuts]) > 0).all():
                found = _terms(tried, cuts, x, y, times)
                if found[0] >= likelihood - 1e-12 * abs(likelihood):
                    break
            move = move / 2
        else:
            break
        gained, parameters = found[0] - likelihood, tried
        likelihood, score, information = found
        if gained < CLOSE:
            break
    covariance = np.linalg.pinv(information)
    return ProportionalOdds(parameters[:cuts], parameters[cuts:], covariance, likelihood)


def _terms(
    parameters: np.ndarray, cuts: int, x: np.ndarray, y: np.ndarray, times: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log-likelihood, its gradient and the expected information."""
    predicted = x @ parameters[cuts:]
    reached = special.expit(parameters[:cuts][None, :] - predicted[:, None])
    padded = np.column_stack([np.zeros(len(x)), reached, np.ones(len(x))])
    chances = np.diff(padded, axis=1).clip(min=1e-300)
    slopes = np.column_stack([np.zeros(len(x)), reached * (1 - reached), np.zeros(len(x))])
    likelihood = float(times @ np.log(chances[np.arange(len(x)), y]))
    score = np.zeros(cuts + x.shape[1])
    information = np.zeros((len(score),) * 2)
    for rank in range(cuts + 1):
        # How the chance of this rank moves with the thresholds around it and with the effects.
        moves = np.zeros((len(x), len(score)))
        if rank < cuts:
            moves[:, rank] = slopes[:, rank + 1]
        if rank > 0:
            moves[:, rank - 1] = -slopes[:, rank]
        moves[:, cuts:] = -x * (slopes[:, rank + 1] - slopes[:, rank])[:, None]
        chance = chances[:, rank]
        score += ((times * (y == rank) / chance)[:, None] * moves).sum(axis=0)
        information += (moves * (times / np.maximum(chance, 1e-12))[:, None]).T @ moves
    return likelihood, score, information
