"""Utilities of items in the population: a conditional logit of best, then worst of what is left.

P(best i of A) = exp(u_i) / Σ_A exp(u); P(worst j of A without i) = exp(−u_j) / Σ exp(−u) (Marley & Louviere 2005,
sequential). In R: `survival::clogit(chosen ~ items + strata(choice), cluster = respondent)`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.trade_offs.choices import Choices

_STEPS, _NEAR, _FARTHEST = 60, 1e-10, 12.0


@dataclass(frozen=True)
class Utilities:
    """Utilities that add up to 0, with the covariance of their estimates, robust to dependence within clusters."""

    values: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    groups: int


def utilities(choices: Choices) -> Utilities | None:
    """The estimates; None where there are none: an item never weighed against the rest, or always best or worst."""
    counts = _counted(choices)
    free = np.zeros(choices.items - 1)
    for _step in range(_STEPS):
        gradient, information, _likelihood = _derivatives(choices, counts, np.append(free, 0.0))
        try:
            step = np.linalg.solve(information[:-1, :-1], gradient[:-1])
        except np.linalg.LinAlgError:
            return None
        free = free + step / max(1.0, float(np.abs(step).max()) / 2)
        if not np.isfinite(free).all() or np.ptp(np.append(free, 0.0)) > _FARTHEST:
            return None
        if np.abs(step).max() < _NEAR:
            return _estimated(choices, counts, np.append(free, 0.0))
    return None


def _counted(choices: Choices) -> list[np.ndarray]:
    """Of each set how often each pair of best and worst was chosen."""
    return [
        np.bincount(codes[codes >= 0], minlength=len(each) ** 2).reshape(len(each), len(each))
        for each, codes in zip(choices.sets, choices.codes.T, strict=True)
    ]


def _derivatives(
    choices: Choices, counts: list[np.ndarray], values: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:  # fmt: skip
    gradient, information, likelihood = np.zeros_like(values), np.zeros((len(values), len(values))), 0.0
    for each, chosen in zip(choices.sets, counts, strict=True):
        likelihood += _choice(np.array(each), chosen.sum(axis=1), values, 1, gradient, information)
        for place in np.flatnonzero(chosen.sum(axis=1)):
            left = np.delete(np.array(each), place)
            likelihood += _choice(left, np.delete(chosen[place], place), values, -1, gradient, information)
    return gradient, information, likelihood


def _choice(
    offered: np.ndarray, chosen: np.ndarray, values: np.ndarray, sign: int,
    gradient: np.ndarray, information: np.ndarray,
) -> float:  # fmt: skip
    """Adds one kind of choice to gradient and information; gives its log likelihood."""
    p, n = softmax(sign * values[offered]), chosen.sum()
    gradient[offered] += sign * (chosen - n * p)
    information[np.ix_(offered, offered)] += n * (np.diag(p) - np.outer(p, p))
    return float((chosen * np.log(p)).sum())


def softmax(values: np.ndarray) -> np.ndarray:
    """Shares that follow from utilities, along the last axis."""
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _estimated(choices: Choices, counts: list[np.ndarray], values: np.ndarray) -> Utilities | None:
    _gradient, information, likelihood = _derivatives(choices, counts, values)
    centring = np.eye(len(values)) - 1 / len(values)
    bread = np.zeros_like(information)
    try:
        bread[:-1, :-1] = np.linalg.inv(information[:-1, :-1])
    except np.linalg.LinAlgError:
        return None
    scores = choices.sums(_scores(choices, values))
    groups = len(scores)
    meat = scores.T @ scores * (groups / (groups - 1) if groups > 1 else np.nan)
    covariance = centring @ bread @ meat @ bread @ centring.T
    return Utilities(centring @ values, covariance, likelihood, groups)


def _scores(choices: Choices, values: np.ndarray) -> np.ndarray:
    """The derivative of each respondent's log likelihood by the utilities."""
    scores = np.zeros((choices.n, len(values)))
    for each, codes in zip(choices.sets, choices.codes.T, strict=True):
        answered = codes >= 0
        scores[answered] += _score_table(np.array(each), values)[codes[answered]]
    return scores


def _score_table(items: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The score of each answer that a set can have, by its code."""
    size = len(items)
    table = np.zeros((size * size, len(values)))
    best = softmax(values[items])
    for b in range(size):
        left = np.delete(items, b)
        worst = softmax(-values[left])
        for w in (place for place in range(size) if place != b):
            row = table[b * size + w]
            row[items] -= best
            row[items[b]] += 1
            row[left] += worst
            row[items[w]] -= 1
    return table
