"""Crosstabs as market research prints them: a banner of columns, shares with intervals, and column letters."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.answer_order import in_order, list_options, plain_code
from analysis.differences.clustered_columns import ClusteredColumns, clustered_columns
from analysis.differences.crosstabs import SMALLEST_BASE, CrossSums, cross_sums, letters_of
from analysis.estimates import Estimate, refuse
from analysis.intervals.shares import share_of
from analysis.sampling.clustered_figures import alone_where_missing
from surveys.localisation.wording import saying

TOTAL = "total"


@dataclass(frozen=True)
class BannerTable:
    """One row per answer, one column per group of respondents, the total first.

    `cells`: an Estimate each; `letters`: the columns a cell is significantly higher than, "—" where the base is too
    small to be compared; `heads`: the letter of each column, none for the total; `n`, `effective_n` and, where they
    are counted by clusters, `clusters` (from how many the answers come) by column.
    """

    cells: pd.DataFrame
    letters: pd.DataFrame
    heads: pd.Series
    n: pd.Series
    effective_n: pd.Series
    weighted: bool
    minimum: int
    strict: float
    loose: float
    clusters: pd.Series | None = None


def marks_of(answers: pd.Series, options: Sequence[str] = ()) -> pd.DataFrame:
    """One column of True and False per answer; False everywhere where not answered.

    *options*: all that could be answered, in the order of the definition, also what nobody chose. Answers that are none
    of them come last, in the order of `surveys.localisation.ordering`.
    """
    places, given = pd.factorize(answers)
    codes = [plain_code(each) for each in given]
    return _columns_of(answers.index, places, codes, in_order(codes, options))


def members_of(
    segments: pd.DataFrame, values: Mapping[str, Sequence[str]] = MappingProxyType({}), whole: Collection[str] = ()
) -> pd.DataFrame:
    """One column of True and False per segment, of all kinds of segment side by side: "kind · segment".

    In the order of their *values*; of kinds that are *whole* also those that nobody has.
    """
    kinds = []
    for kind in segments.columns:
        places, given = pd.factorize(segments[kind])
        codes = [plain_code(each) for each in given]
        listed = [each for each in values.get(str(kind), ()) if kind in whole or each in set(codes)]
        marks = _columns_of(segments.index, places, codes, in_order(codes, listed))
        kinds.append(marks.add_prefix(f"{kind} · "))
    return pd.concat(kinds, axis=1) if kinds else pd.DataFrame(index=segments.index, dtype=bool)


def _columns_of(index: pd.Index, places: np.ndarray, given: Sequence[object], wanted: Sequence[object]) -> pd.DataFrame:
    """A column of True and False for each that is *wanted*; *places* is where each row's stands in *given*, or −1."""
    column = {each: place for place, each in enumerate(wanted)}
    targets = np.array([*(column[each] for each in given), -1])[places]
    marks = np.zeros((len(targets), len(wanted)), dtype=bool)
    known = targets >= 0
    marks[np.flatnonzero(known), targets[known]] = True
    return pd.DataFrame(marks, index=index, columns=list(wanted))


def banner_of(
    answers: pd.Series, segments: pd.DataFrame, codes: Sequence[str], names: Mapping[str, str],
    values: Mapping[str, Sequence[str]] = MappingProxyType({}), whole: Sequence[str] = (),
    *, clusters: pd.Series | None = None,
) -> tuple[BannerTable, int]:  # fmt: skip
    """The banner table of a question by *segments*, whose columns are headed by *names*, and how many of its options
    (*codes*) were chosen by nobody and are not listed. *values* of segments stand in this order, of those
    that are *whole* all of them. *clusters*: what answers that resemble each other belong to."""
    options, unlisted = list_options(codes, answers.dropna().unique())
    alone = None if clusters is None else pd.Series(alone_where_missing(clusters), index=clusters.index)
    alike = _counted(answers, segments, [] if alone is None else [alone])
    given, times, own = alike.iloc[:, 0], alike.iloc[:, -1], None if alone is None else alike.iloc[:, -2]
    kinds = alike.iloc[:, 1 : 1 + segments.shape[1]]
    members = members_of(
        kinds.set_axis([names[kind] for kind in segments.columns], axis=1),
        {names[kind]: each for kind, each in values.items()}, [names[kind] for kind in whole],
    )  # fmt: skip
    return banner_table(given.notna(), marks_of(given, options), members, times=times, clusters=own), unlisted


def _counted(answers: pd.Series, segments: pd.DataFrame, more: Sequence[pd.Series]) -> pd.DataFrame:
    """Each combination of answer, segments and what is *more* once, in the last column how many responses have it."""
    columns = [answers, *(segments[kind] for kind in segments.columns), *more]
    rows = pd.concat(columns, axis=1, keys=range(len(columns)))
    return rows.groupby(list(rows.columns), dropna=False, sort=False).size().reset_index(name="times")


def banner_table(
    answered: pd.Series,
    chosen: pd.DataFrame,
    members: pd.DataFrame,
    *,
    weights: pd.Series | None = None,
    times: pd.Series | None = None,
    clusters: pd.Series | None = None,
    strict: float = 0.05,
    loose: float = 0.10,
    minimum: int = SMALLEST_BASE,
    confidence: float = 0.95,
) -> BannerTable:
    """Shares of *chosen* (one column of True/False per answer) in every column of *members*.

    *answered*: True for those who answered the question, the base of every share. Weighted shares have Wilson
    intervals and letters from their effective n. *times*: how many responses each row stands for, where it isn't one.
    Intervals and letters of answers that come from *clusters* hold for how these vary; columns that are a cluster by
    themselves are not compared.
    """
    inside = answered.astype(bool)
    if weights is not None:
        inside &= weights.gt(0)
    w, many = (None if each is None else each[inside] for each in (weights, times))
    chosen, members = chosen[inside], members[inside]
    everyone = pd.DataFrame({TOTAL: True}, index=members.index)
    columns = pd.concat([everyone, members], axis=1)
    sums = cross_sums(chosen, columns, w, many)
    of_clusters = None
    if clusters is not None:
        counted = np.ones(len(columns)) if w is None else w.to_numpy(dtype=float)
        counted = counted if many is None else counted * many.to_numpy(dtype=float)
        of_clusters = clustered_columns(chosen, columns, counted, clusters[inside])
    n = (columns.sum() if many is None else columns.mul(many, axis=0).sum()).astype(int)
    worth = np.diag(sums.bases)
    cells = {
        column: _column(sums, place, int(amount), of_clusters, confidence)
        for place, (column, amount) in enumerate(n.items())
    }
    letters = sums.without_first().letters(
        list(chosen.columns), list(members.columns), strict=strict, loose=loose, minimum=minimum,
        clustered=of_clusters and of_clusters.without_first(),
    )  # fmt: skip
    letters.insert(0, TOTAL, "")
    return BannerTable(
        cells=pd.DataFrame(cells, index=chosen.columns, dtype=object),
        letters=letters,
        heads=pd.Series(["", *letters_of(members.shape[1])], index=columns.columns),
        n=n,
        effective_n=pd.Series(worth / (of_clusters.effects(worth) if of_clusters else 1), index=columns.columns),
        weighted=w is not None,
        minimum=minimum,
        strict=strict,
        loose=loose,
        clusters=None if of_clusters is None else pd.Series(of_clusters.reach, index=columns.columns),
    )


def _column(
    sums: CrossSums, place: int, n: int, clustered: ClusteredColumns | None, confidence: float
) -> list[Estimate]:  # fmt: skip
    shares, worth = sums.shares[:, place], float(sums.bases[place, place])
    if n < 2:
        reason = saying("只有 {n} 个答案", n=n)
        return [refuse("share", reason, n=n) for _ in shares]
    if clustered is not None:
        return list(clustered.cells(place, n, worth, confidence))
    return [share_of(float(part), n, effective_n=worth, confidence=confidence) for part in shares]
