"""Best-worst scaling (MaxDiff): what people value more when they must choose, in the order of their preference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimates import Estimate
from analysis.trade_offs.choices import Choices, ComparedItems, choices_of
from analysis.trade_offs.individual import People, people, sampled
from analysis.trade_offs.ranks import rank_intervals
from analysis.trade_offs.utilities import Utilities, utilities
from analysis.trade_offs.utilities import softmax as shares_of
from surveys.localisation.wording import Message, saying

METHOD = "sequential best-worst conditional logit (Marley & Louviere 2005)"
PEOPLE = "hierarchical logit, empirical Bayes by simulated EM (Train 2009)"
COUNTS = "best minus worst (Louviere, Flynn & Marley 2015)"
FEWEST = 10  # respondents
FEWEST_PEOPLE = 100  # respondents, before anything is said of how they differ


@dataclass(frozen=True)
class ItemWorth:
    """One item: how often it was best and worst of how often it was shown, and what it is worth.

    `score` is (best − worst) / shown; `utility` adds up to 0 over the items; `share` is the share of preference in
    the population, adding up to 1; `first` the share of people who value it most, and `spread` the standard deviation
    of its utility between people, both from `FEWEST_PEOPLE` on.
    """

    code: str
    shown: int
    best: int
    worst: int
    score: Estimate
    utility: Estimate
    share: Estimate
    rank: tuple[int, int]
    first: Estimate | None = None
    spread: float | None = None


@dataclass(frozen=True)
class BestWorstResult:
    """Items from the most to the least valued; refused: none, and why. `looked_at`: people whose own utilities count.

    `fit` is McFadden's R²: the gain in log likelihood over choosing at random.
    """

    n: int
    items: tuple[ItemWorth, ...] = ()
    sets: int = 0
    groups: int = 0
    fit: float | None = None
    looked_at: int = 0
    refusal: Message | None = None

    @property
    def ok(self) -> bool:
        """Whether there are figures."""
        return self.refusal is None

    @property
    def leading(self) -> tuple[ItemWorth, ...]:
        """Those that may be first: one alone, or several that can't be told apart."""
        return tuple(each for each in self.items if each.rank[0] == 1)

    @property
    def trailing(self) -> tuple[ItemWorth, ...]:
        """Those that may be last."""
        return tuple(each for each in self.items if each.rank[1] == len(self.items))


def best_worst(
    responses: pd.DataFrame, comparison: ComparedItems, clusters: pd.Series | None = None, *, confidence: float = 0.95
) -> BestWorstResult:  # fmt: skip
    """What a best-worst question found; *responses* has the columns of the comparison, a row per respondent.

    Intervals hold for respondents as clusters, or for what they belong to. Every item is judged by the sets that were
    answered: who left some out counts with the others.
    """
    choices = choices_of(responses, comparison, clusters)
    if choices.n < FEWEST or choices.groups < 3:
        return BestWorstResult(choices.n, refusal=saying("只有 {n} 个答案", n=choices.n))
    found = utilities(choices)
    if found is None:
        return BestWorstResult(choices.n, refusal=saying("有的项目从未或总是被选，算不出效用，要有更多答卷"))
    ranks = rank_intervals(found.values, found.covariance, choices.groups, confidence=confidence)
    scores, counts = _scores(choices, confidence), _counts(choices)
    apart = _people(choices, confidence)
    quantile = float(stats.t.ppf((1 + confidence) / 2, choices.groups - 1))
    shares = _shares(found, quantile, choices.n, confidence)
    items = []
    for place, code in enumerate(comparison.items):
        shown, best, worst = (int(each) for each in counts[:, place])
        first, spread = apart[place] if apart else (None, None)
        utility = _utility(found, place, quantile, choices.n, confidence)
        items.append(
            ItemWorth(code, shown, best, worst, scores[place], utility, shares[place], ranks[place], first, spread)
        )
    ordered = tuple(sorted(items, key=lambda each: -each.utility.figures()[0]))
    looked_at = min(choices.n, sampled(choices).n) if apart else 0
    return BestWorstResult(
        choices.n, ordered, _asked(choices), choices.groups, 1 - found.log_likelihood / _by_chance(choices), looked_at
    )


def _asked(choices: Choices) -> int:
    """The most sets that anyone answered."""
    return int((choices.codes >= 0).sum(axis=1).max())


def _by_chance(choices: Choices) -> float:
    """The log likelihood of choosing at random."""
    sizes = np.array([len(each) for each in choices.sets])
    return float(-((choices.codes >= 0).sum(axis=0) * np.log(sizes * (sizes - 1))).sum())


def _tallies(choices: Choices) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each respondent and item: how often shown, best and worst."""
    shown, best, worst = (np.zeros((choices.n, choices.items)) for _each in range(3))
    for each, codes in zip(choices.sets, choices.codes.T, strict=True):
        rows, items = np.flatnonzero(codes >= 0), np.array(each)
        first, last = np.divmod(codes[rows], len(items))
        shown[np.ix_(rows, items)] += 1
        best[rows, items[first]] += 1
        worst[rows, items[last]] += 1
    return shown, best, worst


def _counts(choices: Choices) -> np.ndarray:
    return np.array([each.sum(axis=0) for each in _tallies(choices)])


def _scores(choices: Choices, confidence: float) -> list[Estimate]:
    """(Best − worst) / shown: ratios, with errors by linearisation over clusters."""
    shown, best, worst = _tallies(choices)
    total = shown.sum(axis=0)
    scores = (best - worst).sum(axis=0) / total
    errors = np.sqrt(_variance(choices, (best - worst - scores * shown))) / total
    quantile = float(stats.t.ppf((1 + confidence) / 2, choices.groups - 1))
    return [
        Estimate("best_worst_score", float(value), max(-1.0, float(value - quantile * error)),
                 min(1.0, float(value + quantile * error)), choices.n, "score", float(error), confidence, method=COUNTS,
                 scale=(-1.0, 1.0))
        for value, error in zip(scores, errors, strict=True)
    ]  # fmt: skip


def _variance(choices: Choices, deviations: np.ndarray) -> np.ndarray:
    """The variance of the sum of deviations, by clusters."""
    sums = choices.sums(deviations)
    return np.asarray((sums**2).sum(axis=0) * len(sums) / (len(sums) - 1))


def _utility(found: Utilities, place: int, quantile: float, n: int, confidence: float) -> Estimate:
    value, error = float(found.values[place]), float(np.sqrt(found.covariance[place, place]))
    ends = value - quantile * error, value + quantile * error
    return Estimate("best_worst_utility", value, *ends, n, "score", error, confidence, method=METHOD, scale=(-6, 6))


def _shares(found: Utilities, quantile: float, n: int, confidence: float) -> list[Estimate]:
    """Shares of preference, their intervals on the scale of log odds."""
    shares = shares_of(found.values)
    slopes = np.diag(shares) - np.outer(shares, shares)
    errors = np.sqrt(np.diag(slopes @ found.covariance @ slopes))
    return [
        _share_estimate("preference_share", float(share), float(error), quantile, n, confidence, METHOD)
        for share, error in zip(shares, errors, strict=True)
    ]


def _share_estimate(
    measure: str, share: float, error: float, quantile: float, n: int, confidence: float, method: str
) -> Estimate:  # fmt: skip
    """A share with an interval that is symmetric in log odds."""
    kept = min(max(share, 1e-9), 1 - 1e-9)
    odds, wide = np.log(kept / (1 - kept)), quantile * error / (kept * (1 - kept))
    low, high = (float(1 / (1 + np.exp(-np.clip(odds + way * wide, -700, 700)))) for way in (-1, 1))
    return Estimate(measure, share, low, high, n, "share", error, confidence, method=method)


def _people(choices: Choices, confidence: float) -> list[tuple[Estimate, float]] | None:
    """Of each item the share of people who value it most, and how much people differ."""
    some = sampled(choices)
    if some.n < FEWEST_PEOPLE or some.groups < FEWEST:
        return None
    made_up = people(some)
    if not made_up.ok:
        return None
    utility = made_up.candidates
    top = (utility == utility.max(axis=1, keepdims=True)).astype(float)
    firsts = _of_people(some, made_up, top, confidence, "first_choice_share")
    return [(firsts[item], float(made_up.spread[item])) for item in range(choices.items)]


def _of_people(
    choices: Choices, made_up: People, values: np.ndarray, confidence: float, measure: str
) -> list[Estimate]:
    """The mean over people of something that each candidate (row) has of each item.

    What is known of a person is drawn towards the mean, so that the spread of people's values is too small by the
    share of it that answers tell (reliability); errors are put right by it.
    """
    means, left = made_up.expected(values)
    value, between = means.mean(axis=0), means.var(axis=0)
    reliability = np.clip(between / np.maximum(between + left.mean(axis=0), 1e-12), 0.05, 1)
    variances = _variance(choices, means - value) / (choices.n * reliability) ** 2
    worth = np.minimum(value * (1 - value) / np.maximum(variances, 1e-12), choices.n * reliability)
    return [
        _wilson(measure, float(v), max(float(w), 1.0), choices.n, confidence) for v, w in zip(value, worth, strict=True)
    ]


def _wilson(measure: str, share: float, worth: float, n: int, confidence: float) -> Estimate:
    """A share with Wilson's interval at what n is *worth*."""
    squared = float(stats.norm.ppf((1 + confidence) / 2)) ** 2
    middle = (share + squared / (2 * worth)) / (1 + squared / worth)
    half = np.sqrt(squared * (share * (1 - share) / worth + squared / (4 * worth**2))) / (1 + squared / worth)
    low, high = max(0.0, float(middle - half)), min(1.0, float(middle + half))
    error = float(np.sqrt(share * (1 - share) / worth))
    return Estimate(measure, share, low, high, n, "share", error, confidence, worth, n / worth, PEOPLE)
