"""How far raters of the same thing agree, and how surely their mean tells one thing from another.

Agreement within a group is that of James, Demaree & Wolf (1984), r_wg, against three distributions of answers without
any agreement, and the mean deviation of Burke & Dunlap (2002). Reliability between groups are the intraclass
correlations ICC(1) and ICC(k) with the intervals of Shrout & Fleiss (1979).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimates import Estimate, refuse
from analysis.scales.mixed_model import TooManyLevels, crossed_effects
from surveys.localisation.ordering import natural
from surveys.localisation.wording import Message, saying

FEWEST_RATERS = 3
RELIABLE = 0.7
_SLIGHT_SKEW = (0.05, 0.15, 0.20, 0.35, 0.25)  # of five points (James, Demaree & Wolf 1984)
METHOD = "ICC(1), ICC(k) by one-way analysis of variance (Shrout & Fleiss 1979)"
LENIENCY = "crossed random effects of raters and subjects, REML (Bates et al. 2015)"


@dataclass(frozen=True)
class SubjectAgreement:
    """One thing that was rated: how many rated it, their mean, and how far they agree.

    `r_wg` by the null distribution that was reckoned with (uniform, slight skew, triangular): 1 where all agree, 0
    where they agree no better than by it. `deviation`: the mean distance from their mean, in points.
    """

    n: int
    mean: float
    deviation: float
    r_wg: Mapping[str, float]


@dataclass(frozen=True)
class RaterAgreement:
    """Agreement by subject, and the reliability of single ratings and of a mean of `raters` (the usual number).

    `needed`: how many raters of a subject make its mean as reliable as .70; None where no number does. `practical`:
    a mean deviation above it is no agreement (a sixth of the points of the scale).
    """

    subjects: Mapping[str, SubjectAgreement]
    single: Estimate
    mean: Estimate
    raters: float
    needed: int | None
    practical: float
    n: int
    refusal: Message | None = None


def null_variances(points: int) -> dict[str, float]:
    """The variance of answers on so many points without agreement: uniform, slightly skewed, triangular."""
    x = np.arange(1.0, points + 1)
    slope = np.minimum(x, points + 1 - x)
    # The skew of five points, stretched over as many as there are.
    edges = np.interp(np.linspace(0, 5, points + 1), np.arange(6), np.r_[0.0, np.cumsum(_SLIGHT_SKEW)])
    return {
        "uniform": (points**2 - 1) / 12,
        "slight skew": _variance(x, np.diff(edges)),
        "triangular": _variance(x, slope / slope.sum()),
    }


def _variance(x: np.ndarray, p: np.ndarray) -> float:
    return float(p @ x**2 - (p @ x) ** 2)


def agreement(values: pd.Series, groups: pd.Series, *, low: float = 1, high: float = 5) -> RaterAgreement:
    """*values*: a rating per answer on whole points from *low* to *high*; *groups*: what each is of.

    Subjects with fewer than `FEWEST_RATERS` are left out; refused where fewer than two are left.
    """
    numbers = values.astype(float)
    known = np.isfinite(numbers) & groups.notna()
    y, of = numbers[known], groups[known].astype(str)
    enough = of.map(of.value_counts()) >= FEWEST_RATERS
    y, of = y[enough], of[enough]
    practical = (high - low + 1) / 6
    if of.nunique() < 2:
        reason = saying("至少要有两个对象，各有 {least} 份评分", least=FEWEST_RATERS)
        nothing = refuse("icc_single", reason, n=len(y), unit="score")
        return RaterAgreement({}, nothing, nothing, 0.0, None, practical, len(y), reason)
    nulls = null_variances(round(high - low) + 1)
    subjects = {str(name): _subject(own.to_numpy(), nulls) for name, own in y.groupby(of)}
    single, mean, raters = one_way_icc(y, of)
    return RaterAgreement(
        dict(sorted(subjects.items(), key=lambda each: natural(each[0]))), single, mean, raters,
        raters_needed(single.value), practical, len(y),
    )  # fmt: skip


def _subject(ratings: np.ndarray, nulls: Mapping[str, float]) -> SubjectAgreement:
    spread, mean = float(ratings.var(ddof=1)), float(ratings.mean())
    within = {name: min(max(1 - spread / null, 0.0), 1.0) for name, null in nulls.items()}
    return SubjectAgreement(len(ratings), mean, float(np.abs(ratings - mean).mean()), within)


def one_way_icc(y: pd.Series, of: pd.Series, confidence: float = 0.95) -> tuple[Estimate, Estimate, float]:
    """ICC(1), ICC(k), and k: the number of raters, of unequal numbers the one they are worth (Bliese 2000)."""
    sizes, means = of.value_counts(), y.groupby(of).transform("mean")
    n, m = len(y), len(sizes)
    if m < 2:
        few = refuse("icc_single", saying("至少要有两个对象，各有 {least} 份评分", least=2), n=n, unit="score")
        return few, few, 0.0
    k = float((n - (sizes**2).sum() / n) / (m - 1))
    between = float(((means - y.mean()) ** 2).sum()) / (m - 1)
    within = float(((y - means) ** 2).sum()) / (n - m)
    if not within > 0:
        reason = saying("评价同一对象的人答得完全一样，算不出信度")
        nothing = refuse("icc_single", reason, n=n, unit="score")
        return nothing, nothing, k
    ratio, tail = between / within, (1 - confidence) / 2
    ends = ratio / float(stats.f.isf(tail, m - 1, n - m)), ratio * float(stats.f.isf(tail, n - m, m - 1))
    single = [(each - 1) / (each + k - 1) for each in (ratio, *ends)]
    mean = [1 - 1 / each if each > 0 else -1.0 for each in (ratio, *ends)]
    return _estimate("icc_single", single, n, confidence), _estimate("icc_mean", mean, n, confidence), k


def _estimate(measure: str, figures: list[float], n: int, confidence: float) -> Estimate:
    value, low, high = figures
    return Estimate(
        measure, value, low, high, n, "score", confidence=confidence, method=METHOD, scale=(-1.0, 1.0)
    )  # fmt: skip


def raters_needed(single: float | None, reliability: float = RELIABLE) -> int | None:
    """How many raters make a mean so reliable (Spearman 1910; Brown 1910); None where single ratings tell nothing."""
    if single is None or single <= 0:
        return None
    return max(ceil(reliability * (1 - single) / ((1 - reliability) * single) - 1e-9), 1)


@dataclass(frozen=True)
class Leniency:
    """How much higher (or lower) each rater rates than the others do the same things, in points, with its interval."""

    raters: Mapping[str, Estimate]
    p: float | None
    n: int
    refusal: Message | None = None


def leniency(values: pd.Series, subjects: pd.Series, raters: pd.Series, confidence: float = 0.95) -> Leniency:
    """Raters' effects beside those of what they rated, both random (R: `ranef` of `lmer`), as drawn to the mean rater.

    Refused where raters don't overlap: whoever rates what nobody else of the others rates may be lenient, or may have
    had better things to rate. `p` is of the raters' fixed effects given the subjects' (F).
    """
    known = values.notna() & subjects.notna() & raters.notna()
    y = values[known].to_numpy(dtype=float)
    of, names = pd.factorize(subjects[known].astype(str))[0], sorted(raters[known].astype(str).unique(), key=natural)
    by = raters[known].astype(str).map({name: place for place, name in enumerate(names)}).to_numpy(dtype=int)
    if len(names) < 2 or not _overlap(of, by):
        return Leniency({}, None, len(y), saying("评价者没有评价过共同的对象，分不清是手松还是对象本来就好"))
    degrees = len(y) - (int(of.max()) + len(names))
    if degrees < 1:
        return Leniency({}, None, len(y), saying("评分太少，分不清评价者与对象"))
    try:
        model = crossed_effects(values[known], pd.DataFrame({"subject": subjects[known], "rater": raters[known]}))
    except TooManyLevels:
        return Leniency({}, None, len(y), saying("评价者与对象太多，一次比不了"))
    except ValueError:
        return Leniency({}, None, len(y), saying("所有评分都一样，看不出松紧"))
    half = float(stats.norm.isf((1 - confidence) / 2))
    found = {}
    for at, name in enumerate(names):
        place = model.place("rater", name)
        parts = np.zeros(1 + len(model.effects))
        parts[place] = 1.0
        value, error = model.combined(parts)
        found[name] = Estimate(
            "leniency", value, value - half * error, value + half * error, int((by == at).sum()), "score",
            standard_error=error, confidence=confidence, method=LENIENCY, scale=(-10.0, 10.0),
        )  # fmt: skip
    return Leniency(found, _raters_differ(y, of, by, degrees), len(y))


def leniency_of(
    answers: pd.DataFrame, column: str, subject: str, rater: str, confidence: float = 0.95
) -> Leniency:  # fmt: skip
    """The same of the columns of a frame."""
    return leniency(answers[column], answers[subject], answers[rater], confidence)


def _raters_differ(y: np.ndarray, of: np.ndarray, by: np.ndarray, degrees: int) -> float:
    """Whether raters differ at all, given what they rated: F of the larger model against subjects alone."""
    rest = _within_both(y, of, by)
    alone = y - (np.bincount(of, y) / np.maximum(np.bincount(of), 1))[of]
    small, large = float(rest @ rest), float(alone @ alone)
    if small <= 1e-12 * max(large, 1.0):
        return 0.0 if large > 0 else 1.0
    f = (large - small) / int(by.max()) / (small / degrees)
    return float(stats.f.sf(f, int(by.max()), degrees))


def _within_both(y: np.ndarray, of: np.ndarray, by: np.ndarray) -> np.ndarray:
    """What is left of the answers after least squares on subjects and raters; by counts of pairs, raters solved for."""
    m, k = int(of.max()) + 1, int(by.max()) + 1
    pairs = np.bincount(of * k + by, minlength=m * k).reshape(m, k).astype(float)
    times = np.maximum(pairs.sum(axis=1), 1)
    means = np.bincount(of, y, minlength=m) / times
    left = np.diag(pairs.sum(axis=0)) - (pairs / times[:, None]).T @ pairs
    effects = np.linalg.pinv(left) @ (np.bincount(by, y, minlength=k) - pairs.T @ means)
    levels = means - (pairs @ effects) / times
    return np.asarray(y - levels[of] - effects[by])


def _overlap(of: np.ndarray, by: np.ndarray) -> bool:
    """Whether all raters hang together by what they rated in common."""
    reached, grown = {int(by[0])}, True
    while grown:
        things = np.unique(of[np.isin(by, list(reached))])
        wider = set(by[np.isin(of, things)].tolist())
        reached, grown = wider, wider > reached
    return len(reached) == len(np.unique(by))
