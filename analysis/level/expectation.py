"""Expectation against perception, and what kind of expectation a feature meets (Kano).

Gap: perception less expectation of the same respondent, so that a negative gap is unmet expectation. Kano: paired
questions how one would feel with the feature and without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimates import Estimate, answers, refuse
from analysis.intervals.shares import share
from analysis.level.satisfaction import mean_of_equal
from analysis.scales.reliability import cronbach_alpha
from surveys.definition.questions.pairs import Kano
from surveys.localisation.ordering import natural
from surveys.localisation.wording import Message, saying

# Answers to both questions: 1 like, 2 expect, 3 neutral, 4 live with, 5 dislike (Kano et al. 1984).
PLACES = {code: place for place, code in enumerate(Kano.answers, 1)}
KANO_TABLE = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
CATEGORIES = "AOMIRQ"
FONG_Z = 1.65

CATEGORY_WORDS: dict[str, Message] = {
    "A": saying("魅力属性"),
    "O": saying("期望属性"),
    "M": saying("基本属性"),
    "I": saying("无差异属性"),
    "R": saying("反向属性"),
    "Q": saying("可疑答案"),
}


@dataclass(frozen=True)
class KanoResult:
    """Counts by category, and what they say.

    `category` is the most frequent one; it is `separable` from the second when their counts differ by more than
    `critical` (Fong 1996). Strengths are shares: category strength the lead over the second category, total strength
    the part that is A, O or M.
    """

    counts: Mapping[str, int]
    category: str | None
    second: str | None
    critical: float | None
    separable: bool
    better: Estimate
    worse: Estimate
    category_strength: float | None
    total_strength: float | None
    n: int


def gap(
    expectation: pd.Series, perception: pd.Series, *, low: float = 1, high: float = 5, confidence: float = 0.95
) -> Estimate:
    """Mean of perception less expectation over those who answered both, with the paired t interval."""
    both = expectation.notna() & perception.notna()
    scale = (low - high, high - low)
    for side in (expectation[both], perception[both]):
        given, reason = answers(side, low, high)
        if reason is not None:
            return refuse("gap", reason, n=len(given), unit="score", scale=scale)
    difference = (perception[both] - expectation[both]).to_numpy(dtype=float)
    n = len(difference)
    if np.ptp(difference) == 0:
        low, high = scale
        return mean_of_equal(float(difference[0]), n, low=low, high=high, confidence=confidence, measure="gap")
    mean, error = float(difference.mean()), float(difference.std(ddof=1) / sqrt(n))
    half = float(stats.t.isf((1 - confidence) / 2, n - 1)) * error
    return Estimate(
        "gap", mean, max(mean - half, scale[0]), min(mean + half, scale[1]), n, "score", standard_error=error,
        confidence=confidence, effective_n=float(n), method="paired t interval", scale=scale,
    )  # fmt: skip


def gap_table(
    expectations: pd.DataFrame,
    perceptions: pd.DataFrame,
    importance: Mapping[str, float] | None = None,
    *,
    low: float = 1,
    high: float = 5,
) -> pd.DataFrame:
    """One row per dimension (the columns both frames share), the widest weighted shortfall first.

    Columns dimension, gap, low, high, n, refusal (`Message` or None), weight (importance over their sum, equal when not
    given) and weighted (gap × weight); figures are missing where refused.
    """
    shared = [column for column in expectations.columns if column in perceptions.columns]
    weights = {name: float((importance or {}).get(name, 0.0 if importance else 1.0)) for name in shared}
    total = sum(weights.values()) or 1.0
    rows = []
    for name in shared:
        estimate = gap(expectations[name], perceptions[name], low=low, high=high)
        figures = estimate.figures() if estimate.ok else (None, None, None)
        weight = weights[name] / total
        weighted = figures[0] * weight if figures[0] is not None else None
        rows.append((name, *figures, estimate.n, estimate.refusal, weight, weighted))
    columns = ["dimension", "gap", "low", "high", "n", "refusal", "weight", "weighted"]
    table = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(("gap", "low", "high", "weighted"), float))
    return table.sort_values(["weighted", "dimension"], ignore_index=True)


def reliability_of_difference(expectations: pd.DataFrame, perceptions: pd.DataFrame) -> float | None:
    """How reliable the gaps of a scale are (Lord 1963): two reliable but similar scales can have unreliable gaps.

    One column per item on each side; alpha of each side stands for its reliability. None when refused.
    """
    first, second = cronbach_alpha(expectations).value, cronbach_alpha(perceptions).value
    sides = pd.concat([expectations.mean(axis=1), perceptions.mean(axis=1)], axis=1).dropna()
    if first is None or second is None or len(sides) < 3:
        return None
    covariance = np.cov(sides.to_numpy(dtype=float), rowvar=False)
    spread = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    if spread <= 0:
        return None
    return float((covariance[0, 0] * first + covariance[1, 1] * second - 2 * covariance[0, 1]) / spread)


def kano_categories(functional: pd.Series, dysfunctional: pd.Series) -> pd.Series:
    """The category letter of each respondent; missing where either question was not answered.

    *functional*: how it would be with the feature, *dysfunctional*: without it, both as the question's codes or as
    numbers from 1 (like) to 5 (dislike).
    """
    with_it, without = _places(functional), _places(dysfunctional)
    both = with_it.notna() & without.notna()
    letters = [KANO_TABLE[row - 1][column - 1] for row, column in zip(with_it[both], without[both], strict=True)]
    return pd.Series(letters, index=functional.index[both], dtype=object).reindex(functional.index)


def _places(answers: pd.Series) -> pd.Series:
    """From 1 to 5; missing where the answer is none of the five."""
    coded = answers.map(PLACES)
    places = pd.to_numeric(coded.where(coded.notna(), answers), errors="coerce")
    return places.where(places.isin(range(1, 6))).astype("Int64")


def kano_of_answers(functional: pd.Series, dysfunctional: pd.Series, *, confidence: float = 0.95) -> KanoResult:
    """`kano` from the two questions of a feature."""
    return kano(kano_categories(functional, dysfunctional), confidence=confidence)


def kano_by_segment(categories: pd.Series, segments: pd.Series) -> dict[str, KanoResult]:
    """What a feature is to each segment: what delights one can be taken for granted by another."""
    known = categories.notna() & segments.notna()
    parts = dict(iter(categories[known].groupby(segments[known].astype(str))))
    return {name: kano(parts[name]) for name in sorted(map(str, parts), key=natural)}


def kano(categories: pd.Series, *, confidence: float = 0.95) -> KanoResult:
    """What the category letters of the respondents say about a feature; call it per segment to compare segments."""
    counted = categories.value_counts()
    return kano_of_counts({letter: int(counted.get(letter, 0)) for letter in CATEGORIES}, confidence=confidence)


def kano_of_counts(counts: Mapping[str, int], *, confidence: float = 0.95) -> KanoResult:
    """As `kano`, from the number of respondents in each category A, O, M, I, R and Q."""
    n = sum(counts.values())
    attractive, one_dimensional, must_be = (counts.get(letter, 0) for letter in "AOM")
    base = attractive + one_dimensional + must_be + counts.get("I", 0)
    better = share(attractive + one_dimensional, base, measure="better", confidence=confidence)
    worse = _negative(share(one_dimensional + must_be, base, measure="worse", confidence=confidence))
    if n < 2:
        return KanoResult(counts, None, None, None, False, better, worse, None, None, n)
    (largest, first), (next_largest, second) = sorted(
        ((counts.get(letter, 0), letter) for letter in CATEGORIES),
        key=lambda pair: (-pair[0], CATEGORIES.index(pair[1])),
    )[:2]
    both = largest + next_largest
    critical = FONG_Z * sqrt(both * (2 * n - both) / (2 * n))
    return KanoResult(
        counts=counts,
        category=first,
        second=second,
        critical=critical,
        separable=largest - next_largest > critical,
        better=better,
        worse=worse,
        category_strength=(largest - next_largest) / n,
        total_strength=(attractive + one_dimensional + must_be) / n,
        n=n,
    )


def _negative(estimate: Estimate) -> Estimate:
    """The coefficient of dissatisfaction is told with a minus sign (Berger et al. 1993)."""
    if not estimate.ok:
        return estimate
    value, low, high = estimate.figures()
    return Estimate(
        estimate.measure, -value, -high, -low, estimate.n, "share", standard_error=estimate.standard_error,
        confidence=estimate.confidence, effective_n=estimate.effective_n, method=estimate.method, scale=(-1.0, 0.0),
    )  # fmt: skip
