"""Which few options together reach most people: total unduplicated reach and frequency (TURF, Miaoulis et al. 1990)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.estimates import Estimate
from analysis.trade_offs.choices import ComparedItems, choices_of
from analysis.trade_offs.individual import people, sampled
from surveys.localisation.wording import Message, saying

METHOD = "TURF (Miaoulis et al. 1990), bootstrap of respondents"
MOST_EXACT = 20  # options: of as many every combination is tried
FEWEST = 30  # respondents
_CANDIDATES, _RESAMPLES, _LISTED = 300, 400, 6


@dataclass(frozen=True)
class Combination:
    """Options that are offered together: the share of people who take one or more, and how many on average."""

    options: tuple[str, ...]
    reach: Estimate
    frequency: float


@dataclass(frozen=True)
class TurfStep:
    """The best combination of a size, and those that may be as good.

    `tied` counts the other combinations that can't be told from the best, itself left out; `others` are the first of
    them. `added` is what the best reaches beyond the best that is one smaller.
    """

    size: int
    best: Combination
    tied: int
    others: tuple[Combination, ...]
    added: float | None


@dataclass(frozen=True)
class TurfResult:
    """The best combinations by size. `exact`: whether every combination was tried. Refused: none, and why."""

    n: int
    steps: tuple[TurfStep, ...] = ()
    exact: bool = True
    options: int = 0
    refusal: Message | None = None

    @property
    def ok(self) -> bool:
        """Whether there are figures."""
        return self.refusal is None


def turf(
    responses: pd.DataFrame, options: Sequence[str], clusters: pd.Series | None = None, *, sizes: Sequence[int] = (),
    confidence: float = 0.95,
) -> TurfResult:  # fmt: skip
    """The best combinations of options; *responses* has a column of 0 and 1 for each of them, in their order.

    Who answered none of the columns is left out; who chose none of the options is never reached. Sizes: 1 to 5 unless
    named.
    """
    taken = responses.iloc[:, : len(options)].astype(float)
    answered = taken.notna().any(axis=1)
    chosen = taken[answered].fillna(0).to_numpy() > 0
    belong = None if clusters is None else clusters[answered]
    return _found(chosen, list(options), belong, sizes, confidence)


def turf_of_utilities(
    responses: pd.DataFrame, comparison: ComparedItems, clusters: pd.Series | None = None, *, sizes: Sequence[int] = (),
    wanted: int = 2, confidence: float = 0.95,
) -> TurfResult:  # fmt: skip
    """The same from best-worst answers: somebody is reached by an item among the *wanted* that they value most.

    What a person values most is taken from the utilities that are expected of them; intervals don't hold how far these
    are from the true ones.
    """
    choices = sampled(choices_of(responses, comparison, clusters))
    if choices.n < FEWEST:
        return TurfResult(choices.n, refusal=saying("只有 {n} 个答案", n=choices.n))
    found = people(choices)
    utility, _left = found.expected(found.candidates)
    valued = utility >= np.sort(utility, axis=1)[:, [-wanted]]
    belong = None if clusters is None else pd.Series(choices.clusters)
    return _found(valued, list(comparison.items), belong, sizes, confidence)


def _found(
    chosen: np.ndarray, options: list[str], clusters: pd.Series | None, sizes: Sequence[int], confidence: float
) -> TurfResult:  # fmt: skip
    if len(chosen) < FEWEST:
        return TurfResult(len(chosen), refusal=saying("只有 {n} 个答案", n=len(chosen)))
    if len(options) < 2 or not chosen.any():
        return TurfResult(len(chosen), refusal=saying("没有可以组合的选项"))
    wanted = sizes or range(1, min(5, len(options) - 1) + 1)
    exact = len(options) <= MOST_EXACT
    reached = _reach_of_all(chosen) if exact else None
    units, sums = _units(chosen, clusters)
    steps: list[TurfStep] = []
    before: tuple[int, ...] = ()
    for size in wanted:
        tried = _best_exact(reached, len(options), size) if reached is not None else _greedy(chosen, before, size)
        before = tried[0]
        smaller = steps[-1].best.reach.value if steps else None
        steps.append(_step(chosen, options, tried, units, sums, smaller, confidence))
    return TurfResult(len(chosen), tuple(steps), exact, len(options))


def _reach_of_all(chosen: np.ndarray) -> np.ndarray:
    """How many people each combination reaches, by its bits: sums over subsets of those who chose nothing else."""
    options = chosen.shape[1]
    within = np.bincount(chosen @ (1 << np.arange(options)), minlength=1 << options)
    for option in range(options):
        halves = within.reshape(-1, 2, 1 << option)
        halves[:, 1] += halves[:, 0]
    return len(chosen) - within[::-1]  # of a combination's complement


def _best_exact(reached: np.ndarray, options: int, size: int) -> list[tuple[int, ...]]:
    """The combinations of a size that reach most, the best first."""
    if comb(options, size) <= _CANDIDATES:
        every = list(combinations(range(options), size))
        return sorted(every, key=lambda each: (-reached[sum(1 << option for option in each)], each))
    bits = np.arange(len(reached), dtype=np.uint32)
    of_size = np.flatnonzero(np.bitwise_count(bits) == size)
    first = of_size[np.argsort(-reached[of_size], kind="stable")[:_CANDIDATES]]
    return [tuple(option for option in range(options) if int(each) >> option & 1) for each in first]


def _greedy(chosen: np.ndarray, before: tuple[int, ...], size: int) -> list[tuple[int, ...]]:
    """The options so far, with that which reaches most of the rest; and every exchange of one option."""
    best = list(before)
    while len(best) < size:
        left = ~chosen[:, best].any(axis=1)
        gains = chosen[left].sum(axis=0)
        gains[best] = -1
        best.append(int(gains.argmax()))
    others = [option for option in range(chosen.shape[1]) if option not in best]
    exchanged = [tuple(sorted([*best[:at], *best[at + 1 :], other])) for at in range(size) for other in others]
    return [tuple(best), *exchanged[: _CANDIDATES - 1]]


def _units(chosen: np.ndarray, clusters: pd.Series | None) -> tuple[np.ndarray, np.ndarray]:
    """What is drawn again in the bootstrap: for each person the number of their unit, and the size of each unit."""
    if clusters is None:
        _different, unit, counts = np.unique(chosen, axis=0, return_inverse=True, return_counts=True)
        return unit.ravel(), counts
    alone = pd.Series(range(len(clusters)), index=clusters.index).map("alone {}".format)
    unit = pd.factorize(clusters.astype("str").where(clusters.notna(), alone))[0]
    return unit, np.zeros(0, dtype=int)


def _step(
    chosen: np.ndarray, options: list[str], tried: list[tuple[int, ...]], unit: np.ndarray, counts: np.ndarray,
    smaller: float | None, confidence: float,
) -> TurfStep:  # fmt: skip
    reached = np.column_stack([chosen[:, list(each)].any(axis=1) for each in tried])
    shares = reached.mean(axis=0)
    order = np.argsort(-shares, kind="stable")
    tried, reached, shares = [tried[place] for place in order], reached[:, order], shares[order]
    again = _resampled(reached, unit, counts)
    reach = _selected_reach(again, shares, len(chosen), confidence)
    tied = _not_worse(again, shares, confidence)
    found = [
        Combination(
            tuple(options[option] for option in tried[place]),
            reach if place == 0 else _reach(again[:, place], float(shares[place]), 0.0, len(chosen), confidence),
            float(chosen[:, list(tried[place])].sum(axis=1).mean()),
        )
        for place in (0, *tied[: _LISTED - 1])
    ]
    added = None if smaller is None else float(shares[0]) - smaller
    return TurfStep(len(tried[0]), found[0], len(tied), tuple(found[1:]), added)


def _resampled(reached: np.ndarray, unit: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Reach of each combination (columns) in samples drawn again, always the same draws."""
    chance = np.random.default_rng(20)
    sums = np.zeros((int(unit.max()) + 1, reached.shape[1]))
    np.add.at(sums, unit, reached)
    people_of = np.bincount(unit)
    if len(counts):  # units are kinds of people
        drawn = chance.multinomial(len(unit), counts / counts.sum(), size=_RESAMPLES)
        return np.asarray(drawn @ (sums / people_of[:, None]) / len(unit))
    drawn = chance.multinomial(len(people_of), np.full(len(people_of), 1 / len(people_of)), size=_RESAMPLES)
    return np.asarray((drawn @ sums) / (drawn @ people_of)[:, None])


def _selected_reach(again: np.ndarray, shares: np.ndarray, n: int, confidence: float) -> Estimate:
    """The reach of the best combination; its interval reaches lower by what the best owes to chance."""
    winners = again.argmax(axis=1)
    by_chance = float((again[np.arange(len(again)), winners] - shares[winners]).mean())
    return _reach(again[:, 0], float(shares[0]), max(0.0, by_chance), n, confidence)


def _reach(again: np.ndarray, share: float, by_chance: float, n: int, confidence: float) -> Estimate:
    """A share with an interval in log odds from its values in samples drawn again.

    What it may owe to chance is taken off below alone: where it is truly the best, it owes nothing to it.
    """
    error = float(again.std())
    low, high = (_end(share - off, error, way, n, confidence) for way, off in ((-1, by_chance), (1, 0.0)))
    return Estimate(
        "turf_reach", share, min(low, share), max(high, share), n, "share", error, confidence, method=METHOD
    )


def _end(share: float, error: float, way: int, n: int, confidence: float) -> float:
    kept = min(max(share, 0.5 / n), 1 - 0.5 / n)
    wide = float(stats.norm.ppf((1 + confidence) / 2)) * max(error, 0.5 / n) / (kept * (1 - kept))
    return float(special.expit(special.logit(kept) + way * wide))


def _not_worse(again: np.ndarray, shares: np.ndarray, confidence: float) -> list[int]:
    """Places of the combinations that can't be told from the best, which is none of them (Hsu's comparison with the
    best, judged by the greatest difference over all of them)."""
    behind = shares[0] - shares
    errors = (again[:, [0]] - again) - behind
    spread = errors.std(axis=0)
    standard = np.divide(-errors, spread, out=np.zeros_like(errors), where=spread > 1e-12)
    critical = float(np.quantile(standard.max(axis=1), confidence))
    return [place for place in range(1, len(shares)) if behind[place] <= critical * spread[place] + 1e-12]
