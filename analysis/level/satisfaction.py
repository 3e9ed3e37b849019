"""The level of satisfaction: top-two-box, mean, NPS, effort, favourability, response rate, dimension scores.

Every function takes one column of answers (missing = not answered or 不适用, left out) and returns an `Estimate`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from analysis.answer_order import in_order, plain_code
from analysis.estimates import Estimate, answers, refuse
from analysis.intervals.constant_answers import METHOD as EQUAL
from analysis.intervals.constant_answers import limits_of_equal, limits_of_nearly_equal, variance_of_equal
from analysis.intervals.promoters import PASSIVES_FROM, PROMOTERS_FROM
from analysis.intervals.shares import share
from analysis.level.multinomial_limits import METHOD as HOLDING
from analysis.level.multinomial_limits import multinomial_limits, trinomial_limits
from analysis.sampling.clustered_figures import within_clusters
from surveys.localisation.wording import saying

Part = Callable[[np.ndarray], np.ndarray]
_NO_SCALE = saying("所有答案相同而这道题没有上下限，区间按“其余的人最多相差一倍”计")


class RatedDimension(NamedTuple):
    """A group of items that measure one thing on one scale."""

    label: str
    items: Collection[str]
    low: float
    high: float


def top_two_box(
    ratings: pd.Series,
    *,
    low: float = 1,
    high: float = 5,
    boxes: int = 2,
    confidence: float = 0.95,
    clusters: pd.Series | None = None,
) -> Estimate:
    """Share of those who chose one of the *boxes* highest points of a whole-numbered scale."""
    return _share_of(ratings, low, high, lambda given: given > high - boxes, "top_two_box", confidence, clusters)


def favourability(
    ratings: pd.Series,
    *,
    low: float = 1,
    high: float = 5,
    neutral: Collection[float] | None = None,
    confidence: float = 0.95,
    clusters: pd.Series | None = None,
) -> dict[str, Estimate]:
    """Shares of favourable, neutral and unfavourable answers.

    *neutral* lists the points that count as neutral; without it that is the midpoint, so a scale with an even number
    of points has none.
    """
    middle = [(low + high) / 2] if neutral is None else sorted(neutral)
    limits = (middle[0], middle[-1]) if middle else ((low + high) / 2,) * 2
    parts: dict[str, Part] = {
        "favourable": lambda given: (given > limits[1]) & ~np.isin(given, middle),
        "neutral": lambda given: np.isin(given, middle),
        "unfavourable": lambda given: (given < limits[0]) & ~np.isin(given, middle),
    }
    return {name: _share_of(ratings, low, high, part, name, confidence, clusters) for name, part in parts.items()}


def mean_score(
    ratings: pd.Series,
    *,
    low: float = 1,
    high: float = 5,
    confidence: float = 0.95,
    interval: Literal["holding", "t", "bca"] = "holding",
    measure: str = "mean_score",
    clusters: pd.Series | None = None,
) -> Estimate:
    """Mean with its interval, kept within the scale; *clusters*: what answers that resemble each other belong to.

    "holding": Student's interval, or the wider limits of `multinomial_limits` where few answers or a lopsided shape
    would make it too narrow. "t": Student's interval alone. "bca": the bias-corrected accelerated bootstrap (Efron
    1987). Where all answers are the same the interval is that of `constant_answers`, where nearly all are it takes that
    in.
    """
    given, reason = answers(ratings, low, high)
    if reason is not None:
        return refuse(measure, reason, n=len(given), unit="score", scale=(low, high))
    plain = _mean_of(given, low, high, confidence, interval, measure)
    return within_clusters(plain, ratings, clusters)


def _mean_of(
    given: np.ndarray, low: float, high: float, confidence: float, interval: Literal["holding", "t", "bca"],
    measure: str,
) -> Estimate:  # fmt: skip
    n = len(given)
    if np.ptp(given) == 0:
        return mean_of_equal(float(given[0]), n, low=low, high=high, confidence=confidence, measure=measure)
    mean, error = float(given.mean()), float(given.std(ddof=1) / np.sqrt(n))
    below, above = _bca_limits(given, confidence) if interval == "bca" else _t_limits(given, confidence)
    below, above = limits_of_nearly_equal(given, below, above, low, high, confidence=confidence)
    method = "mean with BCa bootstrap interval (Efron 1987)" if interval == "bca" else "mean with t interval"
    if interval == "holding" and (wider := multinomial_limits(given, low, high, confidence=confidence)) is not None:
        method = HOLDING if wider[0] < below or wider[1] > above else method
        below, above = min(below, wider[0]), max(above, wider[1])
    return Estimate(
        measure,
        mean,
        max(below, low),
        min(above, high),
        n,
        "score",
        standard_error=error,
        confidence=confidence,
        effective_n=float(n),
        method=method,
        scale=(low, high),
    )


def mean_of_equal(
    value: float, n: int, *, low: float, high: float, confidence: float = 0.95, measure: str = "mean_score"
) -> Estimate:
    """The mean of *n* answers that are all *value*, with the limits of `analysis.intervals.constant_answers`."""
    below, above = limits_of_equal(value, n, low, high, confidence=confidence)
    return Estimate(
        measure, value, below, above, n, "score",
        standard_error=float(np.sqrt(variance_of_equal(value, n, low, high) / n)), confidence=confidence,
        effective_n=float(n), method=EQUAL, scale=(low, high),
    )  # fmt: skip


def _t_limits(given: np.ndarray, confidence: float) -> tuple[float, float]:
    n, mean = len(given), float(given.mean())
    half = float(stats.t.isf((1 - confidence) / 2, n - 1) * given.std(ddof=1) / np.sqrt(n))
    return mean - half, mean + half


def _bca_limits(given: np.ndarray, confidence: float) -> tuple[float, float]:
    # Sorted and with a fixed seed, so that the same answers always have the same interval.
    found = stats.bootstrap(
        (np.sort(given),), np.mean, n_resamples=4999, confidence_level=confidence, rng=np.random.default_rng(1987)
    ).confidence_interval
    mean = float(given.mean())
    return min(float(found.low), mean), max(float(found.high), mean)


def choice_shares(
    answers: pd.Series,
    *,
    options: Sequence[str] = (),
    confidence: float = 0.95,
    clusters: pd.Series | None = None,
) -> dict[str, Estimate]:
    """The share of each option among those who chose one, each with its Wilson interval.

    *options*: all that could be chosen, in the order in which they were offered; one that nobody chose has its share of
    0. Answers that are none of them come last, in the order of `surveys.localisation.ordering`.
    """
    codes = answers.map(plain_code, na_action="ignore")
    counts = codes.value_counts()
    n = int(counts.sum())
    plain = {
        name: share(int(counts.get(name, 0)), n, confidence=confidence) for name in in_order(counts.index, options)
    }
    if clusters is None:
        return plain
    marks = {name: (codes == name).astype(float).where(codes.notna()) for name in plain}
    return {name: within_clusters(each, marks[name], clusters) for name, each in plain.items()}


def chosen_share(marks: pd.Series, *, confidence: float = 0.95, clusters: pd.Series | None = None) -> Estimate:
    """The share of 1 in a column of 0 and 1: those who ticked one option of several."""
    return _share_of(marks, 0, 1, lambda given: given == 1, "share", confidence, clusters)


def mean_of_numbers(values: pd.Series, *, confidence: float = 0.95, clusters: pd.Series | None = None) -> Estimate:
    """Mean of numbers without a scale (ages, ranks, amounts) with its t interval.

    Where all are the same, those not asked are taken to lie between nothing and twice as much, and a caveat says so.
    """
    largest = sys.float_info.max
    given, reason = answers(values, -largest, largest)
    if reason is not None or np.ptp(given) > 0:
        return mean_score(
            values, low=-largest, high=largest, confidence=confidence, measure="mean_number", clusters=clusters
        )
    value, reach = float(given[0]), max(abs(float(given[0])), 1.0)
    found = mean_of_equal(
        value, len(given), low=value - reach, high=value + reach, confidence=confidence, measure="mean_number"
    )
    return replace(within_clusters(found, values, clusters), caveats=(_NO_SCALE,))


def customer_effort(
    ratings: pd.Series,
    *,
    low: float = 1,
    high: float = 7,
    confidence: float = 0.95,
    clusters: pd.Series | None = None,
) -> Estimate:
    """Mean agreement that it was easy (high = easy), with its t interval."""
    return mean_score(
        ratings, low=low, high=high, confidence=confidence, measure="customer_effort", clusters=clusters
    )


def net_promoter_score(
    ratings: pd.Series, *, confidence: float = 0.95, clusters: pd.Series | None = None
) -> Estimate:
    """Promoters (9–10) minus detractors (0–6) in points, over those who answered."""
    given, reason = answers(ratings, 0, 10)
    if reason is not None:
        return refuse("net_promoter_score", reason, n=len(given), unit="points", scale=(-100, 100))
    plain = net_promoter_score_of_counts(*net_promoter_counts(given), confidence=confidence)
    return plain if clusters is None else within_clusters(plain, promoter_points(ratings), clusters)


def promoter_points(ratings: pd.Series) -> pd.Series:
    """100 for a promoter, −100 for a detractor, else 0: their mean is the NPS."""
    numbers = ratings.astype(float)
    points = (numbers >= PROMOTERS_FROM).astype(float) - (numbers < PASSIVES_FROM).astype(float)
    return (100 * points).where(numbers.notna())


def net_promoter_counts(given: np.ndarray) -> tuple[int, int, int]:
    """Numbers of promoters, passives and detractors among answers from 0 to 10."""
    promoters, detractors = int((given >= PROMOTERS_FROM).sum()), int((given < PASSIVES_FROM).sum())
    return promoters, len(given) - promoters - detractors, detractors


def promoter_counts(ratings: pd.Series) -> tuple[int, int, int]:
    """`net_promoter_counts` of those who answered."""
    return net_promoter_counts(ratings.dropna().to_numpy(dtype=float))


def net_promoter_score_of_counts(
    promoters: int, passives: int, detractors: int, *, confidence: float = 0.95
) -> Estimate:
    """NPS with the adjusted Wald interval (Rocks 2016): +¾ promoters, +1½ passives, +¾ detractors, clipped at ±100.

    Where the limits of the three shares together reach further, those are taken: of few answers that are nearly all
    alike the former held in 91 % of samples.
    """
    n = promoters + passives + detractors
    scale = (-100.0, 100.0)
    if n < 2:
        return refuse("net_promoter_score", saying("只有 {n} 个答案", n=n), n=n, unit="points", scale=scale)
    centre, error = adjusted_net_promoter(promoters, passives, detractors)
    value, half = (promoters - detractors) / n * 100, float(stats.norm.isf((1 - confidence) / 2)) * error
    low, high = min(max(centre - half, -100.0), value), max(min(centre + half, 100.0), value)
    if (wider := trinomial_limits(promoters, passives, detractors, confidence=confidence)) is not None:
        low, high = min(low, wider[0] * 100), max(high, wider[1] * 100)
    return Estimate(
        "net_promoter_score",
        value,
        low,
        high,
        n,
        "points",
        standard_error=error,
        confidence=confidence,
        effective_n=float(n),
        method="adjusted Wald interval (Rocks 2016)",
        scale=scale,
    )


def adjusted_net_promoter(promoters: float, passives: float, detractors: float) -> tuple[float, float]:
    """Centre and standard error, in points, after the adjusted Wald's three pseudo-answers are added."""
    n = promoters + passives + detractors + 3
    up, down = (promoters + 0.75) / n, (detractors + 0.75) / n
    return (up - down) * 100, float(np.sqrt((up + down - (up - down) ** 2) / n)) * 100


def response_rate(answered: int, invited: int, *, confidence: float = 0.95) -> Estimate:
    """Share of the invited who answered, with the Wilson interval; refused when more answered than were invited."""
    if invited < 2 or not 0 <= answered <= invited:
        reason = saying("邀请 {invited} 人、回收 {answered} 份，无法计算", invited=invited, answered=answered)
        return refuse("response_rate", reason, n=max(invited, 0))
    return share(answered, invited, measure="response_rate", confidence=confidence)


def completion_rate(accepted: int, opened: int, *, confidence: float = 0.95) -> Estimate:
    """Share of the opened forms that were sent and accepted, with the Wilson interval: no response rate.

    Who never opened the form is not in it, and who opened it twice is in it twice. Refused as `response_rate` is.
    """
    if opened < 2 or not 0 <= accepted <= opened:
        reason = saying("打开 {opened} 次、收下 {accepted} 份，无法计算", opened=opened, accepted=accepted)
        return refuse("completion_rate", reason, n=max(opened, 0))
    return share(accepted, opened, measure="completion_rate", confidence=confidence)


def dimension_values(responses: pd.DataFrame, dimensions: Mapping[str, RatedDimension]) -> pd.DataFrame:
    """One row per response, one column per dimension: the mean of the dimension's items that were answered.

    Dimensions whose items are not among the columns are all missing.
    """
    columns = {}
    for code, dimension in dimensions.items():
        _, items, _, _ = dimension
        present = [item for item in items if item in responses.columns]
        columns[code] = responses[present].astype(float).mean(axis=1)
    return pd.DataFrame(columns, index=responses.index, dtype=float)


def dimension_score(
    ratings: pd.DataFrame,
    *,
    low: float = 1,
    high: float = 5,
    confidence: float = 0.95,
    clusters: pd.Series | None = None,
) -> Estimate:
    """The mean score of one dimension, whose items are the columns, over those who rated at least one of them."""
    means = ratings.astype(float).mean(axis=1)
    return mean_score(means, low=low, high=high, confidence=confidence, clusters=clusters)


def dimension_scores(
    responses: pd.DataFrame,
    dimensions: Mapping[str, RatedDimension],
    *,
    confidence: float = 0.95,
    clusters: pd.Series | None = None,
) -> dict[str, Estimate]:
    """The mean score of each dimension over the responses that rated at least one of its items."""
    values = dimension_values(responses, dimensions)
    return {
        code: mean_score(values[code], low=low, high=high, confidence=confidence, clusters=clusters)
        for code, (_, _, low, high) in dimensions.items()
    }


def _share_of(
    ratings: pd.Series, low: float, high: float, chosen: Part, measure: str, confidence: float,
    clusters: pd.Series | None,
) -> Estimate:  # fmt: skip
    given, reason = answers(ratings, low, high)
    if reason is not None:
        return refuse(measure, reason, n=len(given))
    plain = share(int(chosen(given).sum()), len(given), measure=measure, confidence=confidence, interval="holding")
    return plain if clusters is None else within_clusters(plain, _hits(ratings, chosen), clusters)


def _hits(ratings: pd.Series, chosen: Part) -> pd.Series:
    """1 for those who chose it, 0 for those who chose something else."""
    numbers = ratings.astype(float)
    return pd.Series(chosen(numbers.to_numpy()), index=ratings.index).astype(float).where(numbers.notna())
