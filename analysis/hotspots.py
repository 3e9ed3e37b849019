"""Where a dimension is clearly worst, or clearly fell: one search over all segments with one error budget.

Every dimension × segment is looked at twice: its level against the rest, and its recent days against the earlier
ones. All these Welch tests are one family, corrected by Holm, so that a page which looks at hundreds of cells shows a
hot spot on unchanged data at most once in twenty times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from analysis.comparison import holm, mean_change
from analysis.estimates import Change, Verdict
from analysis.satisfaction import Dimension

Finding = Literal["level", "fall"]

SMALLEST_SEGMENT = 10
# A difference of less than a twentieth of the scale sends no one out, however sure it is.
SMALLEST_PART_OF_SCALE = 0.05


@dataclass(frozen=True)
class HotSpot:
    """A segment in which a dimension is clearly worse.

    `finding` "level": *before* of the change is the rest, *after* the segment; "fall": *before* is the segment's
    earlier days, *after* its recent ones. p_adjusted is corrected for all segments and dimensions looked at.
    """

    dimension: str
    kind: str
    segment: str
    finding: Finding
    change: Change


@dataclass(frozen=True)
class Eras:
    """Which rows make up the view (`current`), and which of all rows are `recent` and which `earlier`.

    The words are how users read the two sides of the comparison over time.
    """

    current: pd.Series
    recent: pd.Series
    earlier: pd.Series
    recent_words: str
    earlier_words: str


def eras_of(responses: pd.DataFrame, previous: pd.DataFrame | None) -> tuple[pd.DataFrame, Eras]:
    """All rows, renumbered, and the two sides of every comparison over time."""
    if previous is not None and 3 * len(previous) >= len(responses) > 0:
        rows = pd.concat([responses, previous], ignore_index=True)
        current = pd.Series(rows.index < len(responses), index=rows.index)
        return rows, Eras(current, current, ~current, "本期", "上期")
    rows = responses.reset_index(drop=True)
    everyone = pd.Series(True, index=rows.index)
    if not rows["day"].notna().any():
        return rows, Eras(everyone, ~everyone, ~everyone, "", "")
    first, last = rows["day"].min(), rows["day"].max()
    days = (last - first).days + 1
    third = days // 3
    recent = rows["day"] > last - pd.Timedelta(days=third)
    return rows, Eras(everyone, recent, ~recent, f"最近 {third} 天", f"此前 {days - third} 天")


def hot_spots(
    values: pd.DataFrame,
    segments: pd.DataFrame,
    eras: Eras,
    dimensions: Mapping[str, Dimension],
    *,
    alpha: float = 0.05,
) -> list[HotSpot]:
    """All segments that are clearly worse, the surest first.

    *values*: one row per response, one column per dimension; *segments*: the same rows, one column per kind of segment.
    """
    tests = pd.DataFrame(
        _tests(values, segments, eras), columns=["dimension", "kind", "segment", "finding", "gap", "p"]
    )
    tests = tests[tests["p"].notna()]
    tests["p_adjusted"] = holm(tests["p"].tolist())
    ranges = tests["dimension"].map({code: high - low for code, (_, _, low, high) in dimensions.items()})
    clear = tests[(tests["p_adjusted"] < alpha) & (tests["gap"] <= -SMALLEST_PART_OF_SCALE * ranges.astype(float))]
    family = f"{len(tests)} 次分组比较（Holm）"
    ordered = clear.sort_values(["p_adjusted", "p", "gap", "segment"])
    spots = [_hot_spot(row, values, segments, eras, dimensions, family) for _, row in ordered.iterrows()]
    return [spot for spot in spots if spot.change.ok]


def _tests(values: pd.DataFrame, segments: pd.DataFrame, eras: Eras) -> Iterator[tuple[object, ...]]:
    sound = values.where(np.isfinite(values))
    for kind in segments.columns:
        now, recent, earlier = (
            _Moments.of(sound[era], segments.loc[era, kind]) for era in (eras.current, eras.recent, eras.earlier)
        )
        yield from _rows(kind, "level", now, now.rest())
        common = recent.n.index.intersection(earlier.n.index)
        yield from _rows(kind, "fall", recent.at(common), earlier.at(common))


@dataclass(frozen=True)
class _Moments:
    """n, mean and sum of squared deviations: one row per segment, one column per dimension."""

    n: pd.DataFrame
    mean: pd.DataFrame
    squares: pd.DataFrame

    @classmethod
    def of(cls, values: pd.DataFrame, segments: pd.Series) -> _Moments:
        grouped = values.groupby(segments.astype(object))
        n, variance = grouped.count().astype(float), grouped.var()
        return cls(n, grouped.mean().fillna(0.0), variance.fillna(0.0) * (n - 1))

    def at(self, segments: pd.Index) -> _Moments:
        return _Moments(self.n.loc[segments], self.mean.loc[segments], self.squares.loc[segments])

    def rest(self) -> _Moments:
        """For each segment the same of all other segments together."""
        n = self.n.sum() - self.n
        mean = ((self.n * self.mean).sum() - self.n * self.mean) / n.where(n > 0)
        about_zero = self.squares + self.n * self.mean**2
        squares = about_zero.sum() - about_zero - n * mean**2
        return _Moments(n, mean, squares.clip(lower=0.0))


def _rows(kind: str, finding: Finding, here: _Moments, there: _Moments) -> Iterator[tuple[object, ...]]:
    """One row per segment and dimension with enough answers on both sides."""
    sides = (here.n, here.mean, here.squares, there.n, there.mean, there.squares)
    p = welch_p(*(side.to_numpy(dtype=float) for side in sides))
    gap = (here.mean - there.mean).to_numpy(dtype=float)
    enough = ((here.n >= SMALLEST_SEGMENT) & (there.n >= SMALLEST_SEGMENT)).to_numpy(dtype=bool)
    for row, column in zip(*np.nonzero(enough), strict=True):
        yield here.n.columns[column], kind, here.n.index[row], finding, gap[row, column], p[row, column]


def welch_p(
    n1: np.ndarray, mean1: np.ndarray, squares1: np.ndarray, n2: np.ndarray, mean2: np.ndarray, squares2: np.ndarray
) -> np.ndarray:
    """Two-sided p of Welch's t test from n, means and sums of squared deviations; missing where neither side varies."""
    with np.errstate(divide="ignore", invalid="ignore"):
        error1, error2 = squares1 / (n1 - 1) / n1, squares2 / (n2 - 1) / n2
        degrees = (error1 + error2) ** 2 / (error1**2 / (n1 - 1) + error2**2 / (n2 - 1))
        t = (mean1 - mean2) / np.sqrt(error1 + error2)
        p: np.ndarray = 2 * stats.t.sf(np.abs(t), degrees)
    return p


def _hot_spot(
    row: pd.Series,
    values: pd.DataFrame,
    segments: pd.DataFrame,
    eras: Eras,
    dimensions: Mapping[str, Dimension],
    family: str,
) -> HotSpot:
    code, kind, finding = str(row["dimension"]), str(row["kind"]), row["finding"]
    inside = segments[kind].eq(row["segment"]).fillna(False).astype(bool)
    if finding == "level":
        before, after = eras.current & segments[kind].notna() & ~inside, eras.current & inside
    else:
        before, after = eras.earlier & inside, eras.recent & inside
    _, _, low, high = dimensions[code]
    change = mean_change(values.loc[before, code], values.loc[after, code], low=low, high=high)
    p_adjusted = float(row["p_adjusted"])
    change = replace(change, p_adjusted=p_adjusted, family=family, verdict=Verdict.CLEAR)
    return HotSpot(code, kind, str(row["segment"]), "level" if finding == "level" else "fall", change)
