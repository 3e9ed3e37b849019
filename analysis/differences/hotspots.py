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

from analysis.differences.clustered_sides import Side, clustered_p, clusters_to_count
from analysis.differences.comparison import mean_change
from analysis.differences.multiplicity import holm
from analysis.estimates import Change, Verdict
from analysis.intervals.constant_answers import variance_of_equal
from analysis.level.satisfaction import RatedDimension
from analysis.sampling.clustered_figures import alone_where_missing
from surveys.localisation.wording import Message, saying

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
    recent_words: Message
    earlier_words: Message


def eras_of(responses: pd.DataFrame, previous: pd.DataFrame | None) -> tuple[pd.DataFrame, Eras]:
    """All rows, renumbered, and the two sides of every comparison over time."""
    if previous is not None and 3 * len(previous) >= len(responses) > 0:
        rows = pd.concat([responses, previous], ignore_index=True)
        current = pd.Series(rows.index < len(responses), index=rows.index)
        now, before = (_dated(words, each["day"]) for words, each in ((_NOW, responses), (_BEFORE, previous)))
        return rows, Eras(current, current, ~current, now, before)
    rows = responses.reset_index(drop=True)
    everyone = pd.Series(True, index=rows.index)
    if not rows["day"].notna().any():
        return rows, Eras(everyone, ~everyone, ~everyone, saying(""), saying(""))
    first, last = rows["day"].min(), rows["day"].max()
    days = (last - first).days + 1
    third = days // 3
    recent = rows["day"] > last - pd.Timedelta(days=third)
    recent_words = saying("最近 {days} 天", days=third)
    earlier_words = saying("此前 {days} 天", days=days - third)
    now, before = (
        _dated(words, rows.loc[inside, "day"]) for words, inside in ((recent_words, recent), (earlier_words, ~recent))
    )
    return rows, Eras(everyone, recent, ~recent, now, before)


_NOW, _BEFORE = saying("本期"), saying("上期")


def _dated(words: Message, days: pd.Series) -> Message:
    """The words with the first and the last day on which answers came."""
    if not days.notna().any():
        return words
    first, last = f"{days.min():%Y-%m-%d}", f"{days.max():%Y-%m-%d}"
    return saying("{period}（{first} 至 {last}）", period=words, first=first, last=last)


def hot_spots(
    values: pd.DataFrame,
    segments: pd.DataFrame,
    eras: Eras,
    dimensions: Mapping[str, RatedDimension],
    *,
    alpha: float = 0.05,
    part: float = 1.0,
    clusters: pd.Series | None = None,
) -> list[HotSpot]:
    """All segments that are clearly worse, the surest first.

    *values*: one row per response, one column per dimension; *segments*: the same rows, one column per kind of segment.
    *part* is the part of the error budget *alpha* that this search has when it shares a page with other tests. Where
    answers come from *clusters* (the same rows), a segment is worse only if it is by how these vary; one that is a
    cluster by itself is not set against the rest, from which it can't be told by chance or not.
    """
    scales = np.array([dimensions[code][2:] for code in values.columns], dtype=float).reshape(-1, 2)
    tests = pd.DataFrame(
        _tests(values, segments, eras, scales, clusters),
        columns=["dimension", "kind", "segment", "finding", "gap", "p"],
    )
    tests = tests[tests["p"].notna()]
    tests["p_adjusted"] = [min(p / part, 1.0) for p in holm(tests["p"].tolist())]
    ranges = tests["dimension"].map({code: high - low for code, (_, _, low, high) in dimensions.items()})
    clear = tests[(tests["p_adjusted"] < alpha) & (tests["gap"] <= -SMALLEST_PART_OF_SCALE * ranges.astype(float))]
    family = saying("{count} 次分组比较（Holm）", count=len(tests))
    ordered = clear.sort_values(["p_adjusted", "p", "gap", "segment"])
    spots = [_hot_spot(row, values, segments, eras, dimensions, family, clusters) for _, row in ordered.iterrows()]
    return [spot for spot in spots if spot.change.ok]


def _tests(
    values: pd.DataFrame, segments: pd.DataFrame, eras: Eras, scales: np.ndarray, clusters: pd.Series | None
) -> Iterator[tuple[object, ...]]:
    own = None if clusters is None else alone_where_missing(clusters)
    table = values.to_numpy(dtype=float)
    table = np.where(np.isfinite(table), table, np.nan)
    for kind in segments.columns:
        codes, names = pd.factorize(segments[kind].astype(object), sort=True)
        insides = [era.to_numpy() & (codes >= 0) for era in (eras.current, eras.recent, eras.earlier)]
        now, recent, earlier = (_Moments.of(table[inside], codes[inside], len(names)) for inside in insides)
        findings: dict[Finding, tuple[_Moments, _Moments]] = {"level": (now, now.rest()), "fall": (recent, earlier)}
        sides = None if own is None else _sides(table, codes, own, insides, len(names))
        for finding, (here, there) in findings.items():
            of_clusters = None if sides is None else sides[finding]
            for row, column, gap, p in _compared(here.on(scales), there.on(scales), of_clusters):
                yield values.columns[column], kind, names[row], finding, gap, p


def _sides(
    table: np.ndarray, codes: np.ndarray, own: np.ndarray, insides: list[np.ndarray], segments: int
) -> dict[Finding, list[tuple[Side, Side]]]:  # fmt: skip
    """Both sides of each segment's comparisons by cluster, of one dimension after the other."""
    shape = (segments, clusters_to_count(own))
    now, recent, earlier = (
        [Side.of(column[inside], codes[inside], own[inside], shape) for column in table.T] for inside in insides
    )
    return {"level": [(each, each.rest()) for each in now], "fall": list(zip(recent, earlier, strict=True))}


@dataclass(frozen=True)
class _Moments:
    """n, mean and sum of squared deviations: one row per segment, one column per dimension."""

    n: np.ndarray
    mean: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, codes: np.ndarray, segments: int) -> _Moments:
        given = ~np.isnan(values)
        filled = np.where(given, values, 0.0)
        n = _sums(given.astype(float), codes, segments)
        mean = _sums(filled, codes, segments) / np.maximum(n, 1)
        away = np.where(given, filled - mean[codes], 0.0)
        return cls(n, mean, _sums(away**2, codes, segments))

    def rest(self) -> _Moments:
        """For each segment the same of all other segments together."""
        n = self.n.sum(axis=0) - self.n
        mean = ((self.n * self.mean).sum(axis=0) - self.n * self.mean) / np.maximum(n, 1)
        about_zero = self.squares + self.n * self.mean**2
        squares = about_zero.sum(axis=0) - about_zero - n * mean**2
        # What is left of rounding is no variation.
        return _Moments(n, mean, np.where(squares > 1e-9 * np.maximum(n * mean**2, 1.0), squares, 0.0))

    def on(self, scales: np.ndarray) -> _Moments:
        """The same, equal answers with the variance of `constant_answers`; *scales*: both ends by column."""
        low, high = scales.T
        n = np.maximum(self.n, 2)
        assumed = (n - 1) * variance_of_equal(self.mean, n, low, high)
        return _Moments(self.n, self.mean, np.where(self.squares > 0, self.squares, assumed))


def _sums(values: np.ndarray, codes: np.ndarray, segments: int) -> np.ndarray:
    columns = [np.bincount(codes, column, minlength=segments) for column in values.T]
    return np.array(columns, dtype=float).reshape(len(columns), segments).T


def _compared(
    here: _Moments, there: _Moments, sides: list[tuple[Side, Side]] | None
) -> Iterator[tuple[int, int, float, float]]:
    """Row, column, difference and p of every segment and dimension with enough answers on both sides."""
    p = welch_p(here.n, here.mean, here.squares, there.n, there.mean, there.squares)
    if sides is not None:
        p = np.column_stack([clustered_p(*each, p[:, place]) for place, each in enumerate(sides)])
    enough = (here.n >= SMALLEST_SEGMENT) & (there.n >= SMALLEST_SEGMENT)
    for row, column in np.argwhere(enough).tolist():
        yield row, column, float(here.mean[row, column] - there.mean[row, column]), float(p[row, column])


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
    dimensions: Mapping[str, RatedDimension],
    family: Message,
    clusters: pd.Series | None,
) -> HotSpot:
    code, kind, finding = str(row["dimension"]), str(row["kind"]), row["finding"]
    inside = segments[kind].eq(row["segment"]).fillna(False).astype(bool)
    if finding == "level":
        before, after = eras.current & segments[kind].notna() & ~inside, eras.current & inside
    else:
        before, after = eras.earlier & inside, eras.recent & inside
    _, _, low, high = dimensions[code]
    own = [None if clusters is None else clusters[side] for side in (before, after)]
    change = mean_change(
        values.loc[before, code], values.loc[after, code], low=low, high=high, clusters_before=own[0], clusters=own[1]
    )
    p_adjusted = float(row["p_adjusted"])
    change = replace(change, p_adjusted=p_adjusted, family=family, verdict=Verdict.CLEAR)
    return HotSpot(code, kind, str(row["segment"]), "level" if finding == "level" else "fall", change)
