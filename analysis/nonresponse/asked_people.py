"""Who of the list that was asked has answered: by what is known of everybody, and how alike both are as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.differences.multiplicity import holm
from analysis.estimates import Estimate, refuse
from analysis.intervals.shares import share
from surveys.localisation.ordering import natural
from surveys.localisation.wording import saying

ANSWERED = "answered"
"""The column of the list that says who answered, 0 or 1."""
MOST_VALUES = 12  # of a kind: beyond them it tells people apart rather than groups
_LEAST = 30
_DRAWS = 400


@dataclass(frozen=True)
class AnsweredBy:
    """How many of each value of one attribute answered, and whether they differ beyond chance among all attributes."""

    attribute: str
    values: Mapping[str, Estimate]
    p: float | None
    p_adjusted: float | None

    @property
    def differs(self) -> bool:
        return self.p_adjusted is not None and self.p_adjusted < 0.05


@dataclass(frozen=True)
class AskedAndAnswered:
    """The list by each attribute, and Schouten's R-indicator over those that take part in it.

    `likeness`: 1 where everybody is as likely to answer, 0 where who answers is settled by what is known of them.
    """

    n: int
    answered: int
    by: tuple[AnsweredBy, ...]
    likeness: Estimate


def asked_and_answered(people: pd.DataFrame) -> AskedAndAnswered:
    """*people*: one row per person asked, `answered` (0 or 1), and a column of texts for each attribute.

    Attributes with one value or more than a dozen are left out: they tell nothing, or tell single people.
    """
    kinds = [name for name in people.columns if name != ANSWERED and 2 <= people[name].nunique() <= MOST_VALUES]
    cells = _cells(people, kinds)
    counts = {name: cells.groupby(name, sort=False)[["size", "sum"]].sum().drop("", errors="ignore") for name in kinds}
    ps = {name: _p(each) for name, each in counts.items()}
    tested = {name: p for name, p in ps.items() if p is not None}
    adjusted = dict(zip(tested, holm(list(tested.values())), strict=True)) if tested else {}
    by = tuple(AnsweredBy(name, _shares(counts[name]), ps[name], adjusted.get(name)) for name in kinds)
    return AskedAndAnswered(len(people), int(people[ANSWERED].sum()), by, _likeness_of(cells, kinds))


def _cells(people: pd.DataFrame, kinds: list[str]) -> pd.DataFrame:
    """How many were asked (`size`) and answered (`sum`) of each combination; what isn't known is empty."""
    if not kinds:
        return pd.DataFrame({"size": [len(people)], "sum": [int(people[ANSWERED].sum())]})
    found = people.groupby(kinds, dropna=False, sort=False, observed=True)[ANSWERED].agg(["size", "sum"]).reset_index()
    return found.assign(**{name: found[name].astype(object).where(found[name].notna(), "") for name in kinds})


def _shares(counts: pd.DataFrame) -> dict[str, Estimate]:
    """By value, with intervals that hold for few people too."""
    return {
        str(value): share(int(row["sum"]), int(row["size"]), measure="answered", interval="holding")
        for value, row in sorted(counts.iterrows(), key=lambda each: natural(str(each[0])))
    }


def _p(counts: pd.DataFrame) -> float | None:
    table = np.column_stack([counts["sum"], counts["size"] - counts["sum"]])
    if len(table) < 2 or not table.sum(axis=0).all():
        return None
    return float(stats.chi2_contingency(table, correction=False).pvalue)


def representativity(people: pd.DataFrame) -> Estimate:
    """Schouten, Cobben & Bethlehem (2009): R = 1 − 2 S(ρ), ρ from a logistic model of the attributes' main effects.

    S is freed of what chance adds (their section 4 in its simplest form: the variance that *k* parameters take up by
    themselves). The interval is bootstrapped over the cells of the list.
    """
    kinds = [name for name in people.columns if name != ANSWERED]
    return _likeness_of(_cells(people, kinds), kinds)


def _likeness_of(cells: pd.DataFrame, kinds: list[str]) -> Estimate:
    n, answered = int(cells["size"].sum()), int(cells["sum"].sum())
    if n < _LEAST or not 0 < answered < n or not kinds:
        return refuse("likeness", saying("名单太短，或没有可比的特征"), n=n, unit="score")
    design = pd.get_dummies(cells[kinds], columns=kinds, drop_first=True).to_numpy(dtype=float)
    x = _independent(np.column_stack([np.ones(len(cells)), design]))
    asked, yes = cells["size"].to_numpy(float), cells["sum"].to_numpy(float)
    value = _likeness(x, asked, yes)
    rng = np.random.default_rng(2009)
    drawn = rng.multinomial(n, np.concatenate([yes, asked - yes]) / n, _DRAWS).astype(float)
    again = [_likeness(x, each[: len(yes)] + each[len(yes) :], each[: len(yes)]) for each in drawn]
    error = float(np.std(again, ddof=1))
    half = float(stats.norm.isf(0.025)) * error
    return Estimate(
        "likeness", value, max(value - half, 0.0), min(value + half, 1.0), n, "score", standard_error=error,
        method="R-indicator (Schouten, Cobben & Bethlehem 2009)",
    )  # fmt: skip


def _likeness(x: np.ndarray, asked: np.ndarray, yes: np.ndarray) -> float:
    chances = _propensities(x, asked, yes)
    n, mean = asked.sum(), float(yes.sum() / asked.sum())
    spread = float(asked @ (chances - mean) ** 2) / (n - 1)
    by_chance = mean * (1 - mean) * (x.shape[1] - 1) / n
    return 1 - 2 * float(np.sqrt(max(spread - by_chance, 0.0)))


def _propensities(x: np.ndarray, asked: np.ndarray, yes: np.ndarray, steps: int = 25) -> np.ndarray:
    """Logistic regression on counts by Newton's method, held by a trace of ridge where a cell never answers."""
    effects = np.zeros(x.shape[1])
    ridge = np.full(x.shape[1], 1e-3)
    ridge[0] = 0.0
    for _ in range(steps):
        chances = 1 / (1 + np.exp(-np.clip(x @ effects, -30, 30)))
        score = x.T @ (yes - asked * chances) - ridge * effects
        information = (x * (asked * chances * (1 - chances))[:, None]).T @ x + np.diag(ridge + 1e-9)
        step = np.linalg.solve(information, score)
        effects = effects + np.clip(step, -3, 3)
        if np.abs(step).max() < 1e-8:
            break
    return 1 / (1 + np.exp(-np.clip(x @ effects, -30, 30)))


def _independent(x: np.ndarray) -> np.ndarray:
    """Its columns without those that others say already."""
    kept = x[:, :1]
    for column in x[:, 1:].T:
        wider = np.column_stack([kept, column])
        kept = wider if np.linalg.matrix_rank(wider) == wider.shape[1] else kept
    return kept


def frame_margins(people: pd.DataFrame, answered: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """The list as a population table for weights: columns column, category, people.

    Only attributes that say something of everybody take part, and values that somebody of those who *answered* has;
    *names*: words by attribute.
    """
    rows = []
    for name, words in names.items():
        if name not in people or name not in answered or people[name].nunique() > MOST_VALUES:
            continue
        here = set(answered[name].dropna().astype(str))
        counts = people[name].dropna().astype(str).value_counts()
        told = [(words, value, int(counts[value])) for value in sorted(here & set(counts.index), key=natural)]
        rows += told if len(told) > 1 and here <= set(counts.index) else []
    return pd.DataFrame(rows, columns=["column", "category", "people"])
