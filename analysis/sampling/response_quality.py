"""Signs of careless answering: flags with their measures, and results with and without the flagged responses.

A flag is a question to the data, never a deletion: nothing here removes a response.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimates import Estimate, refuse
from analysis.intervals.shares import share
from analysis.sampling.near_duplicates import duplicates_beyond_chance
from surveys.localisation.wording import Message, saying


@dataclass(frozen=True)
class Thresholds:
    """From where on a measure is flagged, as the literature on careless responding has it (Meade & Craig 2012).

    Patterns over items are judged only for responses with at least `items` answers: five equal answers to five
    questions are an opinion.
    """

    items: int = 8
    long_string_part: float = 0.8
    variability: float = 0.2
    mahalanobis_p: float = 0.001
    even_odd: float = 0.3
    synonym_r: float = 0.6
    synonyms: float = 0.0
    seconds_part: float = 1 / 3
    duplicate_chance: float = 0.005


FLAGS: dict[str, Message] = {
    "long_string": saying("连续选同一档"),
    "variability": saying("答案几乎没有差别"),
    "mahalanobis": saying("答案组合异常"),
    "even_odd": saying("前后不一致"),
    "synonyms": saying("同义题答案矛盾"),
    "speeder": saying("作答过快"),
    "duplicate": saying("与另一份答卷几乎相同"),
}


UNJUDGED = saying("没有答卷能按这一条判断")
SWEEPING = 1 / 3  # far beyond the tenth of respondents found careless by Meade & Craig (2012)


def quality_measures(
    items: pd.DataFrame,
    *,
    scales: Mapping[str, Sequence[str]] | None = None,
    seconds: pd.Series | None = None,
    thresholds: Thresholds | None = None,
) -> pd.DataFrame:
    """One row per response with the measure behind each flag; missing where it can't be judged.

    *items*: answers on one common scale in the order asked, as given (not reverse-scored). *scales*: which items
    belong together, for the even-odd consistency. *seconds*: time taken. Columns answered, long_string (longest run of
    equal answers), variability (standard deviation within the response), mahalanobis (p of the distance from the
    others), even_odd, synonyms (both within-person correlations), seconds_part (of the median), duplicate (1 when
    another response differs in at most one answer; missing where so many answer alike that chance would make one).
    """
    limits = thresholds or Thresholds()
    answers = items.to_numpy(dtype=float)
    answers = np.where(np.isfinite(answers), answers, np.nan)
    answered = (~np.isnan(answers)).sum(axis=1)
    median = seconds.median() if seconds is not None else np.nan
    measures = {
        "answered": answered,
        "long_string": _longest_runs(answers),
        "variability": _spread_within(answers),
        "mahalanobis": _mahalanobis_p(answers),
        "even_odd": _even_odd(items, scales or {}),
        "synonyms": _synonym_consistency(answers, limits.synonym_r),
        "seconds_part": seconds / median if seconds is not None and median > 0 else np.nan,
        "duplicate": duplicates_beyond_chance(answers, limits.duplicate_chance),
    }
    return pd.DataFrame(measures, index=items.index)


def quality_flags(measures: pd.DataFrame, thresholds: Thresholds | None = None) -> pd.DataFrame:
    """One row per response, one column of True and False per name in `FLAGS`; what can't be judged isn't flagged."""
    limits = thresholds or Thresholds()
    enough = measures["answered"] >= limits.items
    flags = {
        "long_string": enough & (measures["long_string"] >= limits.long_string_part * measures["answered"]),
        "variability": enough & (measures["variability"] < limits.variability),
        "mahalanobis": enough & (measures["mahalanobis"] < limits.mahalanobis_p),
        "even_odd": enough & (measures["even_odd"] < limits.even_odd),
        "synonyms": enough & (measures["synonyms"] < limits.synonyms),
        "speeder": measures["seconds_part"] < limits.seconds_part,
        "duplicate": enough & (measures["duplicate"] == 1),
    }
    return pd.DataFrame(flags, index=measures.index).fillna(False).astype(bool)


def quality_judged(measures: pd.DataFrame, thresholds: Thresholds | None = None) -> pd.DataFrame:
    """One row per response, one column per name in `FLAGS`: whether the response can be judged by it at all."""
    enough = measures["answered"] >= (thresholds or Thresholds()).items
    columns = {
        name: measures["seconds_part"].notna() if name == "speeder" else enough & measures[name].notna()
        for name in FLAGS
    }
    return pd.DataFrame(columns, index=measures.index)


def flagged_shares(items: pd.DataFrame) -> dict[str, Estimate]:
    """The share of responses under each flag of `FLAGS`, and under any; nothing is deleted."""
    measures = quality_measures(items)
    return shares_of_flags(quality_flags(measures), quality_judged(measures))


def shares_of_flags(flags: pd.DataFrame, judged: pd.DataFrame) -> dict[str, Estimate]:
    """The share under any flag, and under each, of the responses that can be judged by it; refused where none can.

    *flags* as `quality_flags`, *judged* as `quality_judged` gives them.
    """
    shares = {"any": share(int(flags.any(axis=1).sum()), int(judged.any(axis=1).sum()))}
    shares |= {name: share(int(flags[name].sum()), int(judged[name].sum())) for name in FLAGS}
    return {name: each if each.n else refuse("share", UNJUDGED) for name, each in shares.items()}


def sweeping(shares: Mapping[str, Estimate]) -> list[str]:
    """The flags that so many responses are under that they tell of the questions rather than of careless answers."""
    return [name for name in FLAGS if name in shares and (shares[name].value or 0) > SWEEPING]


def with_and_without(
    values: pd.Series, flagged: pd.Series, measure: Callable[[pd.Series], Estimate]
) -> tuple[Estimate, Estimate]:
    """The figure over all responses, and over those without a flag."""
    return measure(values), measure(values[~flagged])


def _longest_runs(answers: np.ndarray) -> np.ndarray:
    """Length of the longest run of equal consecutive answers; a missing answer ends a run."""
    longest = np.zeros(len(answers), dtype=int)
    run = np.zeros(len(answers), dtype=int)
    before = np.full(len(answers), np.nan)
    for column in answers.T:
        run = np.where(np.isnan(column), 0, np.where(column == before, run + 1, 1))
        longest = np.maximum(longest, run)
        before = column
    return longest


def _spread_within(answers: np.ndarray) -> np.ndarray:
    n = (~np.isnan(answers)).sum(axis=1)
    filled = np.nan_to_num(answers)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = filled.sum(axis=1) / n
        squares = np.where(np.isnan(answers), 0, (answers - mean[:, None]) ** 2).sum(axis=1)
        return np.where(n > 1, np.sqrt(squares / (n - 1)), np.nan)


def _mahalanobis_p(answers: np.ndarray) -> np.ndarray:
    """p of the squared distance from the mean of all; missing answers leave their dimension out."""
    result = np.full(len(answers), np.nan)
    if len(answers) < 3:
        return result
    given = ~np.isnan(answers)
    frame = pd.DataFrame(answers)
    covariance, mean = frame.cov().to_numpy(), frame.mean().to_numpy()
    usable = np.isfinite(np.diag(covariance)) & (np.diag(covariance) > 0)
    if not np.isfinite(covariance[np.ix_(usable, usable)]).all():
        return result
    patterns, which = np.unique(given[:, usable], axis=0, return_inverse=True)
    places = np.flatnonzero(usable)
    for number, pattern in enumerate(patterns):
        columns, rows = places[pattern], np.flatnonzero(which.ravel() == number)
        if len(columns) < 2:
            continue
        inverse = np.linalg.pinv(covariance[np.ix_(columns, columns)], hermitian=True)
        away = answers[np.ix_(rows, columns)] - mean[columns]
        result[rows] = stats.chi2.sf(np.einsum("ij,jk,ik->i", away, inverse, away), len(columns))
    return result


def _even_odd(items: pd.DataFrame, scales: Mapping[str, Sequence[str]]) -> np.ndarray:
    """Correlation, within each response, of the scales' odd and even halves, stepped up by Spearman-Brown.

    Needs three scales of at least two items.
    """
    split = [list(names) for names in scales.values() if len(names) >= 2]
    if len(split) < 3:
        return np.full(len(items), np.nan)
    odd = np.column_stack([items[names[0::2]].astype(float).mean(axis=1) for names in split])
    even = np.column_stack([items[names[1::2]].astype(float).mean(axis=1) for names in split])
    r = _row_correlations(odd, even)
    stepped = np.where(r > -1, 2 * r / (1 + np.where(r > -1, r, 0)), -1.0)
    return np.where(np.isnan(r), np.nan, stepped)  # halves that don't differ can't be judged


def _synonym_consistency(answers: np.ndarray, smallest_r: float) -> np.ndarray:
    """Correlation, within each response, over the pairs of items that correlate highly among all; needs five pairs."""
    if len(answers) < 3:
        return np.full(len(answers), np.nan)
    correlations = pd.DataFrame(answers).corr().to_numpy()
    first, second = np.nonzero(np.triu(np.nan_to_num(correlations) > smallest_r, 1))
    if len(first) < 5:
        return np.full(len(answers), np.nan)
    return _row_correlations(answers[:, first], answers[:, second])


def _row_correlations(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Correlation of two rows of numbers, response by response, over the places that both have (three at least)."""
    both = ~(np.isnan(left) | np.isnan(right))
    n = both.sum(axis=1)
    x, y = np.where(both, left, 0.0), np.where(both, right, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        sx, sy = x.sum(axis=1), y.sum(axis=1)
        covariance = (x * y).sum(axis=1) - sx * sy / n
        spread = np.sqrt(((x**2).sum(axis=1) - sx**2 / n) * ((y**2).sum(axis=1) - sy**2 / n))
        return np.where((n >= 3) & (spread > 1e-12), covariance / spread, np.nan)
