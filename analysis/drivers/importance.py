"""What to make of drivers: the quadrant each dimension lies in, and whether it can only anger or only delight.

Mean lines cut any data into four quadrants; what is told here is how probable each quadrant is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
import pandas as pd
from scipy import stats

from analysis.differences.multiplicity import holm
from analysis.drivers.drivers import SEED, DriverAnalysis, relative_weights, shares_of, usable_answers
from analysis.drivers.variance_decomposition import johnson_parts
from analysis.estimates import Estimate, refuse
from analysis.level.satisfaction import RatedDimension, mean_score
from surveys.localisation.wording import saying

SURE = 0.9
SMALLEST_PART = 0.1  # of the range of overall satisfaction: less is no difference worth a label


class Quadrant(Enum):
    """Where a dimension stands on the importance-performance map (Martilla & James 1977)."""

    IMPROVE = saying("重点改进")
    KEEP = saying("继续保持")
    LOW = saying("次要改进")
    ENOUGH = saying("维持即可")


@dataclass(frozen=True)
class MapPlace:
    """A dimension's quadrant with the probability of each; `quadrant` is None when none reaches nine in ten."""

    code: str
    probabilities: Mapping[Quadrant, float]

    @property
    def quadrant(self) -> Quadrant | None:
        best = max(self.probabilities, key=lambda quadrant: self.probabilities[quadrant])
        return best if self.probabilities[best] >= SURE else None


class DriverRole(Enum):
    """How a dimension and overall satisfaction go together at its two ends (Brandt 1987)."""

    BASIC = saying("基本型：做不好与不满相连，做得好看不出加分")
    PERFORMANCE = saying("绩效型：好坏两端都有差别")
    EXCITING = saying("惊喜型：做得好与更满意相连，做不好看不出扣分")
    SAME = saying("有差别，但分不出在哪一端更大")
    NEITHER = saying("两端的差别都不超过一成，可以不计")
    UNSURE = saying("样本不足，两端都还看不出差别")


@dataclass(frozen=True)
class PenaltyReward:
    """Overall satisfaction of those who rate a dimension low or high, less those in between (in overall's points).

    `asymmetry` is the slope of the upper end less that of the lower one, in points of overall satisfaction by point of
    the dimension: 0 where one line goes through both ends. `p` of it is corrected over all dimensions (Holm); a
    dimension is basic or exciting only where they differ.
    """

    code: str
    penalty: Estimate
    reward: Estimate
    role: DriverRole | None
    asymmetry: float | None = None
    p: float | None = None


def quadrants(
    scores: pd.DataFrame,
    overall: pd.Series,
    *,
    draws: int = 500,
    rng: np.random.Generator | None = None,
    clusters: pd.Series | None = None,
) -> list[MapPlace]:
    """The probability of each quadrant, from bootstrap samples that redraw weights, scores and both lines.

    Important is more than an equal share of what is explained; good is better than the median of the other dimensions,
    which one that is far off doesn't move.

    *scores*: one row per response, one column per dimension, all on one scale. Empty when the driver measure has to
    be refused.
    """
    if not relative_weights(scores, overall, draws=0, clusters=clusters).ok:
        return []
    answers = usable_answers(scores, overall, clusters)
    codes, redrawn = answers.codes, answers.model().redrawn(draws, rng or np.random.default_rng(SEED))
    shares, means = shares_of(redrawn, johnson_parts), redrawn.scores
    important = shares > 1 / len(codes)
    good = means > _of_the_others(means)
    parts = {
        Quadrant.IMPROVE: important & ~good,
        Quadrant.KEEP: important & good,
        Quadrant.LOW: ~important & ~good,
        Quadrant.ENOUGH: ~important & good,
    }
    return [
        MapPlace(code, {quadrant: float(inside[:, i].mean()) for quadrant, inside in parts.items()})
        for i, code in enumerate(codes)
    ]


def _of_the_others(means: np.ndarray) -> np.ndarray:
    """For each column the median of the others."""
    every = np.arange(means.shape[1])
    return np.column_stack([np.median(means[:, every != each], axis=1) for each in every])


def penalty_reward(
    scores: pd.DataFrame, overall: pd.Series, dimensions: Mapping[str, RatedDimension], *, confidence: float = 0.95
) -> list[PenaltyReward]:
    """Penalty-reward contrasts of all dimensions at once (Brandt 1987), with robust intervals (HC3).

    Low is the bottom 40 % of the scale (1–2 of 5), high its top point; a dimension that was not answered counts as in
    between and has its own indicator. Dimensions with fewer than ten answers at an end are refused there.
    """
    known = np.isfinite(overall.astype(float))
    ends = {code: _ends(scores.loc[known, code], dimensions[code]) for code in scores.columns}
    columns = {f"{code}·{end}": marks for code, by_end in ends.items() for end, marks in by_end.items()}
    usable = {name: marks for name, marks in columns.items() if marks.sum() >= 10}
    y = overall[known].to_numpy(dtype=float)
    if len(y) < 10 * (len(usable) + 1) or not usable or np.ptp(y) == 0:
        usable = {}
    fitted = _robust_fit(np.column_stack([np.ones(len(y)), *usable.values()]), y) if usable else None
    places = {name: i + 1 for i, name in enumerate(usable)}
    results = []
    for code in scores.columns:
        penalty, reward = (
            _contrast(fitted, places.get(f"{code}·{end}"), int(ends[code][end].sum()), len(y), confidence)
            for end in ("low", "high")
        )
        rated = scores.loc[known, code].to_numpy(dtype=float)
        asymmetry, p = _asymmetry(fitted, [places.get(f"{code}·{end}") for end in ("low", "high")], rated, ends[code])
        results.append(PenaltyReward(code, penalty, reward, None, asymmetry, p))
    smallest = SMALLEST_PART * float(np.ptp(y)) if len(y) else 0.0
    return _with_roles(results, 1 - confidence, smallest)


def _with_roles(results: list[PenaltyReward], alpha: float, smallest: float) -> list[PenaltyReward]:
    tested = [each for each in results if each.p is not None]
    corrected = dict(zip([each.code for each in tested], holm([each.p or 0.0 for each in tested]), strict=True))
    judged = [replace(each, p=corrected.get(each.code)) for each in results]
    return [replace(each, role=_role(each, alpha, smallest)) for each in judged]


def _asymmetry(
    fitted: tuple[np.ndarray, np.ndarray, int] | None, places: list[int | None], ratings: np.ndarray,
    ends: Mapping[str, np.ndarray],
) -> tuple[float | None, float | None]:  # fmt: skip
    """The upper slope less the lower one, and its two-sided p: how far the ends' ratings lie from those in between is
    reckoned with, so that a straight line has none.
    """
    between = ~np.isnan(ratings) & (ends["low"] == 0) & (ends["high"] == 0)
    at = [each for each in places if each is not None]
    if fitted is None or len(at) < len(places) or not between.any():
        return None, None
    coefficients, covariance, degrees = fitted
    away = [float(ratings[ends[end] > 0].mean() - ratings[between].mean()) for end in ("low", "high")]
    contrast = np.array([-1 / away[0], 1 / away[1]])
    value = float(contrast @ coefficients[at])
    error = float(np.sqrt(contrast @ covariance[np.ix_(at, at)] @ contrast))
    return value, float(2 * stats.t.sf(abs(value) / error, degrees)) if error > 0 else 1.0


def stated_beside_derived(stated: pd.DataFrame, drivers: DriverAnalysis, *, low: float, high: float) -> pd.DataFrame:
    """One row per driver: what respondents say matters beside what goes together with their satisfaction.

    *stated*: one column of importance ratings per driver. Columns code, stated, stated_low, stated_high, stated_rank,
    derived, derived_low, derived_high, derived_rank, n; ranks count from 1 for the most important.
    """
    rows = []
    for driver in drivers.drivers:
        estimate = mean_score(stated[driver.code], low=low, high=high) if driver.code in stated.columns else None
        figures = estimate.figures() if estimate is not None and estimate.ok else (None, None, None)
        n = estimate.n if estimate is not None else 0
        rows.append((driver.code, *figures, driver.share, driver.low, driver.high, n))
    names = ["code", "stated", "stated_low", "stated_high", "derived", "derived_low", "derived_high", "n"]
    table = pd.DataFrame(rows, columns=names)
    ranks = {
        f"{side}_rank": table[side].astype(float).rank(ascending=False, method="min") for side in ("stated", "derived")
    }
    return table.assign(**ranks)


def _ends(values: pd.Series, dimension: RatedDimension) -> dict[str, np.ndarray]:
    _, _, low, high = dimension
    numbers = values.to_numpy(dtype=float)
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    return {
        "low": (numbers <= low + 0.4 * (high - low)).astype(float),
        "high": (numbers > high - 0.5).astype(float),
        "missing": np.isnan(numbers).astype(float),
    }


def _robust_fit(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Least squares with HC3 covariance (MacKinnon & White 1985): coefficients, covariance, residual degrees."""
    inverse = np.linalg.pinv(x.T @ x)
    coefficients = inverse @ x.T @ y
    leverage = np.einsum("ij,jk,ik->i", x, inverse, x).clip(max=1 - 1e-9)
    residuals = (y - x @ coefficients) / (1 - leverage)
    scaled = x * residuals[:, None]
    return coefficients, inverse @ scaled.T @ scaled @ inverse, max(len(y) - x.shape[1], 1)


def _contrast(
    fitted: tuple[np.ndarray, np.ndarray, int] | None, place: int | None, at_end: int, n: int, confidence: float
) -> Estimate:
    if fitted is None or place is None:
        reason = saying("只有 {at_end} 份评分在这一端", at_end=at_end)
        return refuse("gap", reason, n=n, unit="score", scale=(-10.0, 10.0))
    coefficients, covariance, degrees = fitted
    value, error = float(coefficients[place]), float(np.sqrt(covariance[place, place]))
    half = float(stats.t.isf((1 - confidence) / 2, degrees)) * error
    return Estimate(
        "gap", value, value - half, value + half, n, "score", standard_error=error, confidence=confidence,
        method="penalty-reward contrast (Brandt 1987), HC3", scale=(-10.0, 10.0),
    )  # fmt: skip


def _role(found: PenaltyReward, alpha: float, smallest: float) -> DriverRole | None:
    penalty, reward = found.penalty, found.reward
    if not (penalty.ok and reward.ok):
        return None
    angers, delights = penalty.figures()[2] < 0, reward.figures()[1] > 0
    if angers and delights:
        return DriverRole.PERFORMANCE
    if not (angers or delights):  # both intervals within what may be neglected: equivalence (Schuirmann 1987)
        close = max(abs(end) for each in (penalty, reward) for end in each.figures()[1:]) <= smallest
        return DriverRole.NEITHER if close else DriverRole.UNSURE
    if found.p is None or found.p >= alpha:
        return DriverRole.SAME
    return DriverRole.BASIC if angers else DriverRole.EXCITING
