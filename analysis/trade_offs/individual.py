"""Utilities of each respondent: what a few choices say of a person, drawn towards what is usual (empirical Bayes).

Utilities of people are taken as normal about those of the population, with a full covariance; both are learned from the
answers by simulated EM (Train 2009, ch. 14): the same quasi-random people are weighed, for each respondent, by how well
they explain what that respondent chose. Respondents are looked at in sum only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.trade_offs.choices import Choices
from analysis.trade_offs.utilities import softmax

MOST_PEOPLE = 2000  # of whom the population is learned; evenly spread over the answers
_CANDIDATES = 1024  # people made up, of whom each respondent may be one
_ROUNDS, _NEAR, _FLOOR = 60, 2e-3, 1e-3
_FEWEST_FITTING = 8  # made-up people that must fit a respondent, for most of them


@dataclass(frozen=True)
class People:
    """Made-up people with utilities (candidates × items), and how likely each respondent is each of them.

    `weights`: respondents × candidates, each row adding up to 1. `spread`: the standard deviation of each item's
    utility between people.
    """

    candidates: np.ndarray
    weights: np.ndarray
    spread: np.ndarray

    @property
    def fitting(self) -> float:
        """How many candidates fit a respondent, at the median."""
        return float(np.median(1 / (self.weights**2).sum(axis=1)))

    @property
    def ok(self) -> bool:
        """Whether enough candidates fit for the weights to mean something."""
        return self.fitting >= _FEWEST_FITTING

    def expected(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of what each candidate has: each respondent's expectation, and the variance left open."""
        means = self.weights @ values
        return means, np.clip(self.weights @ values**2 - means**2, 0, None)


def sampled(choices: Choices) -> Choices:
    """All respondents, or as many as are needed, evenly spread."""
    if choices.n <= MOST_PEOPLE:
        return choices
    return choices.part(np.linspace(0, choices.n - 1, MOST_PEOPLE).astype(int))


def people(choices: Choices) -> People:
    """What is usual, how much people differ, and who each respondent may be."""
    basis, made_up = _basis(choices.items), _made_up(choices.items - 1)
    chosen = _chosen(choices)
    mean, covariance = np.zeros(choices.items - 1), np.eye(choices.items - 1)
    for _round in range(_ROUNDS):
        free = mean + made_up @ np.linalg.cholesky(covariance).T
        weights = _weights(chosen, choices, free @ basis.T)
        usual = weights.mean(axis=0)
        before, mean = (mean, covariance), usual @ free
        apart = free - mean
        covariance = (apart * usual[:, None]).T @ apart + _FLOOR * np.eye(len(mean))
        if max(np.abs(mean - before[0]).max(), np.abs(covariance - before[1]).max()) < _NEAR:
            break
    return People(free @ basis.T, weights, np.sqrt(np.diag(basis @ covariance @ basis.T)))


def _basis(items: int) -> np.ndarray:
    """Orthonormal columns that each add up to 0 (Helmert)."""
    basis = np.zeros((items, items - 1))
    for column in range(items - 1):
        basis[: column + 1, column], basis[column + 1, column] = 1, -(column + 1)
    return basis / np.linalg.norm(basis, axis=0)


def _made_up(dimensions: int) -> np.ndarray:
    """Standard normal points, evenly spread and always the same, with mean 0 and covariance 1 exactly."""
    even = stats.qmc.Sobol(dimensions, seed=20).random(_CANDIDATES)
    points = stats.norm.ppf(np.clip(even, 1e-6, 1 - 1e-6))
    points = points - points.mean(axis=0)
    return np.asarray(points @ np.linalg.inv(np.linalg.cholesky(points.T @ points / len(points))).T)


def _chosen(choices: Choices) -> np.ndarray:
    """Respondents × every answer that a set can have, 1 where it was given."""
    return np.hstack([
        (codes[:, None] == np.arange(len(each) ** 2)).astype(float)
        for each, codes in zip(choices.sets, choices.codes.T, strict=True)
    ])  # fmt: skip


def _weights(chosen: np.ndarray, choices: Choices, candidates: np.ndarray) -> np.ndarray:
    likely = np.hstack([_log_likelihood(candidates[:, list(each)]) for each in choices.sets])
    return softmax(chosen @ likely.T)


def _log_likelihood(values: np.ndarray) -> np.ndarray:
    """Of each candidate (row) the log probability of every pair of best and worst of a set, in the order of codes."""
    size = values.shape[1]
    best = np.log(softmax(values))
    against = np.exp(-values - (-values).max(axis=1, keepdims=True))
    left = against.sum(axis=1, keepdims=True) - against  # of what is left when each was best
    worst = np.log(np.clip(against[:, None, :], 1e-300, None)) - np.log(np.clip(left[:, :, None], 1e-300, None))
    return np.asarray((best[:, :, None] + worst).reshape(len(values), size * size))
