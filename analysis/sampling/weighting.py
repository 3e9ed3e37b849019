"""Weights that bring the responses into the proportions of a known population.

Post-stratification for one table of groups, raking (iterative proportional fitting) for several margins. A weight says
how many people a response stands for; it is never a number of responses. `complex_samples` estimates with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from surveys.localisation.ordering import natural
from surveys.localisation.wording import Message, Series, saying

SUM_TOLERANCE = 0.01

# Column of the responses → (category → number of people, or share of them).
Margins = Mapping[str, Mapping[str, float]]


class WeightingProblem(ValueError):
    """The population table and the responses don't fit; `problems` lists every reason."""

    def __init__(self, problems: Sequence[Message]) -> None:
        super().__init__("；".join(str(each) for each in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Weighting:
    """Weights with mean 1 over the weighted responses, and how they came about.

    `weights` has the index of the responses; a response with a missing category has none (missing) and is left out of
    weighted figures. `balance` has one row per column × category with the shares population, before and after.
    """

    weights: pd.Series
    balance: pd.DataFrame
    converged: bool
    iterations: int
    trimmed: int
    caveats: tuple[Message, ...] = ()

    @property
    def design_effect(self) -> float:
        return kish_design_effect(self.weights)

    @property
    def effective_n(self) -> float:
        return effective_n(self.weights)

    def histogram(self, bins: int = 20) -> pd.DataFrame:
        """One row per bin of weights with the columns low, high and n."""
        n, edges = np.histogram(self.weights.dropna(), bins=bins)
        return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "n": n})


def kish_design_effect(weights: pd.Series) -> float:
    """The price of unequal weights alone, 1 + squared coefficient of variation (Kish 1965).

    It knows nothing of clusters: with clustered responses use the design effect of `analysis.sampling.complex_samples`.
    """
    given = weights.dropna().to_numpy(dtype=float)
    return float(len(given) * (given**2).sum() / given.sum() ** 2) if len(given) else 1.0


def effective_n(weights: pd.Series) -> float:
    """How many equally weighted responses these are worth."""
    return float(weights.notna().sum() / kish_design_effect(weights))


def post_stratified(responses: pd.DataFrame, column: str, population: Mapping[str, float]) -> Weighting:
    """Weights in one step from one *column* of groups and the *population* of each."""
    return rake(responses, {column: population}, iterations=1)


def rake(
    responses: pd.DataFrame,
    margins: Margins,
    *,
    base: pd.Series | None = None,
    largest: float | None = None,
    iterations: int = 100,
    tolerance: float = 1e-10,
) -> Weighting:
    """Weights that meet every margin at once (Deming & Stephan 1940), from *base* weights or equal ones.

    *largest* trims weights at that multiple of their mean, within the raking, so that the margins are met as far as
    the limit allows. Raises `WeightingProblem` with all reasons when categories are empty, unknown or without people,
    or when margins disagree on their totals.
    """
    problems = [problem for column, table in margins.items() for problem in _table_problems(responses, column, table)]
    problems += _total_problems(margins)
    if problems or not margins:
        raise WeightingProblem(problems or [saying("没有给出总体数据")])
    caveats = []
    complete = responses[list(margins)].notna().all(axis=1)
    codes, targets = _coded(responses[complete], margins)
    start = np.ones(int(complete.sum())) if base is None else base[complete].to_numpy(dtype=float)
    fitted, steps, gap, trimmed = _fit(start / start.mean(), codes, targets, largest, iterations, tolerance)
    converged = gap <= max(tolerance, 1e-9)
    if not converged:
        caveats.append(saying("加权未完全收敛：与总体占比最多还差 {gap:.2%}", gap=gap))
    if left_out := int((~complete).sum()):
        caveats.append(saying("{left_out} 份答卷缺少分组信息，未加权", left_out=left_out))
    weights = pd.Series(fitted, index=responses.index[complete]).reindex(responses.index)
    return Weighting(weights, _balance(responses[complete], margins, fitted), converged, steps, trimmed, tuple(caveats))


def _table_problems(responses: pd.DataFrame, column: str, table: Mapping[str, float]) -> list[Message]:
    if column not in responses.columns:
        return [saying("答卷中没有“{column}”这一列", column=column)]
    found = set(responses[column].dropna().astype(str))
    problems = [
        saying("“{column}”：总体表中没有“{name}”，答卷中却有", column=column, name=name)
        for name in sorted(found - set(table), key=natural)
    ]
    problems += [
        saying("“{column}”：总体中“{name}”有人，答卷中却没有，请与相近的组合并", column=column, name=name)
        for name, people in table.items()
        if people > 0 and name not in found
    ]
    problems += [
        saying("“{column}”：总体中“{name}”的人数 {people} 不能用", column=column, name=name, people=people)
        for name, people in table.items()
        if not (np.isfinite(people) and people >= 0) or (people == 0 and name in found)
    ]
    return problems


def _total_problems(margins: Margins) -> list[Message]:
    totals = {column: sum(table.values()) for column, table in margins.items()}
    # Tables of shares (sum 1 or 100) may stand beside tables of numbers.
    numbers = {column: total for column, total in totals.items() if min(abs(total - 1), abs(total - 100)) > 0.5}
    if numbers and max(numbers.values()) > min(numbers.values()) * (1 + SUM_TOLERANCE):
        each = (saying("“{column}”合计 {total:g}", column=column, total=total) for column, total in numbers.items())
        return [saying("各总体表的合计不一致：{totals}", totals=Series(tuple(each)))]
    return []


def _coded(responses: pd.DataFrame, margins: Margins) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """For each margin the category number of every response and the share that each category should have."""
    codes, targets = [], []
    for column, table in margins.items():
        names = [name for name, people in table.items() if people > 0]
        codes.append(pd.Categorical(responses[column].astype(str), categories=names).codes.astype(int))
        people = np.array([table[name] for name in names], dtype=float)
        targets.append(people / people.sum())
    return codes, targets


def _fit(
    weights: np.ndarray,
    codes: list[np.ndarray],
    targets: list[np.ndarray],
    largest: float | None,
    iterations: int,
    tolerance: float,
) -> tuple[np.ndarray, int, float, int]:
    """The weights, the steps taken, the largest gap to a target share, and how many weights are at the limit."""
    gap, steps = np.inf, 0
    while gap > tolerance and steps < iterations:
        steps += 1
        for code, target in zip(codes, targets, strict=True):
            weights = weights * (target / _shares(code, weights, len(target)))[code]
        if largest is not None:
            weights = np.minimum(weights / weights.mean(), largest)
        weights = weights / weights.mean()
        gap = max(
            float(np.abs(_shares(code, weights, len(target)) - target).max())
            for code, target in zip(codes, targets, strict=True)
        )
    at_limit = int((weights >= largest * (1 - 1e-6)).sum()) if largest is not None else 0
    return weights, steps, gap, at_limit


def _shares(code: np.ndarray, weights: np.ndarray, categories: int) -> np.ndarray:
    totals = np.bincount(code, weights, minlength=categories)
    return np.asarray(totals / totals.sum())


def _balance(responses: pd.DataFrame, margins: Margins, weights: np.ndarray) -> pd.DataFrame:
    rows = []
    for column, table in margins.items():
        people = sum(table.values())
        for name, number in table.items():
            inside = responses[column].astype(str).eq(name).to_numpy()
            after = weights[inside].sum() / weights.sum()
            rows.append((column, name, number / people, inside.mean(), after, int(inside.sum())))
    return pd.DataFrame(rows, columns=["column", "category", "population", "before", "after", "n"])
