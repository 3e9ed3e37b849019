"""Two choices against each other: is there an association, how strong, and which columns differ in which row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, stats

from analysis.answer_order import in_order, plain_code
from analysis.differences.clustered_columns import ClusteredColumns
from analysis.differences.significance import SignificanceTest
from analysis.estimates import Estimate, refuse
from analysis.sampling.complex_samples import Design, degrees_of_freedom, linearised_covariance
from surveys.localisation.wording import saying

SMALLEST_BASE = 30


@dataclass(frozen=True)
class Association:
    """How strongly rows and columns of a table go together: Cramér's V, plain and corrected for bias.

    `strength` is the corrected V with its interval.
    """

    test: SignificanceTest
    cramers_v: float | None
    bias_corrected_v: float | None
    smallest_expected: float | None
    strength: Estimate


def count_table(rows: pd.Series, columns: pd.Series, *, options: Sequence[str] = ()) -> pd.DataFrame:
    """How many responses chose each pair; those that answered only one of the two are left out.

    *options*: all that could be answered in the rows, in the order of the definition; see `analysis.answer_order`.
    """
    known = rows.notna() & columns.notna()
    said, of = (each[known].map(plain_code).astype(object) for each in (rows, columns))
    return pd.crosstab(said, of).reindex(index=in_order(said, options), columns=in_order(of), fill_value=0)


def association(counts: pd.DataFrame) -> Association:
    """Pearson chi-square of a table of counts; Fisher's exact test for a 2 × 2 table with an expected count under 1,
    N − 1 chi-square (Campbell 2007) for other 2 × 2 tables. V corrected for bias by Bergsma (2013).

    Empty rows and columns are left out.
    """
    table = counts.to_numpy(dtype=float)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    n = table.sum()
    if min(table.shape) < 2 or n < 2:
        reason = saying("表中不足两行两列")
        unknown = refuse("cramers_v", reason, n=int(n), unit="score")
        return Association(SignificanceTest(None, (), None, int(n), "chi-square", reason), None, None, None, unknown)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    chi_square = float(((table - expected) ** 2 / expected).sum())
    rows, columns = table.shape
    return Association(
        _association_test(table, chi_square, float(expected.min())),
        cramers_v=float(np.sqrt(chi_square / n / (min(rows, columns) - 1))),
        bias_corrected_v=_bias_corrected_v(chi_square / n, rows, columns, n),
        smallest_expected=float(expected.min()),
        strength=_strength(chi_square, rows, columns, n),
    )


def rao_scott(rows: pd.Series, columns: pd.Series, design: Design) -> SignificanceTest:
    """Independence of two choices under a sampling design, second-order F (Rao & Scott 1984)."""
    method = "Rao-Scott F (Rao & Scott 1984)"
    known = rows.notna() & columns.notna() & design.weights.gt(0)
    r, c = (pd.factorize(choice.where(known), sort=True)[0] for choice in (rows, columns))
    n_rows, n_columns = int(r.max(initial=-1)) + 1, int(c.max(initial=-1)) + 1
    n = int(known.sum())
    if min(n_rows, n_columns) < 2:
        return SignificanceTest(None, (), None, n, method, saying("表中不足两行两列"))
    cells = np.zeros((len(known), n_rows * n_columns))
    cells[np.flatnonzero(known), (r * n_columns + c)[known]] = 1.0
    weights = design.weights.where(known, 0.0).to_numpy(dtype=float)
    shares = weights @ cells / weights.sum()
    influence = (cells - shares) * weights[:, None] / weights.sum()
    effects = _generalised_effects(shares, linearised_covariance(influence, design), n_rows, n_columns, n)
    table = shares.reshape(n_rows, n_columns)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    f = n * ((table - expected) ** 2 / expected).sum() / np.trace(effects)
    first = np.trace(effects) ** 2 / np.trace(effects @ effects)
    degrees = (float(first), float(first * degrees_of_freedom(design)))
    return SignificanceTest(float(f), degrees, float(stats.f.sf(f, *degrees)), n, method)


def column_letters(
    chosen: pd.DataFrame,
    members: pd.DataFrame,
    *,
    weights: pd.Series | None = None,
    strict: float = 0.05,
    loose: float = 0.10,
    minimum: int = SMALLEST_BASE,
) -> pd.DataFrame:
    """For each row and column the letters of the columns it is significantly higher than.

    *chosen*: one row per response, one column of True/False per answer (the table's rows); *members*: the same rows,
    one column of True/False per banner column, which may overlap (a respondent in two columns is counted as such in
    the error). Capital letters at *strict*, small ones at *loose*, Bonferroni over the pairs of columns in a row, as
    pooled z tests. With *weights* the shares are weighted and each base is its effective n. Columns with a base under
    *minimum* are neither compared nor lettered ("—").
    """
    sums = cross_sums(chosen, members, weights)
    return sums.letters(list(chosen.columns), list(members.columns), strict=strict, loose=loose, minimum=minimum)


@dataclass(frozen=True)
class CrossSums:
    """What a table of shares takes of the responses, so that they are gone through once, however many columns it has.

    `both`: the weights of those who stand in two columns, and `squares` of them, by column and column; `hits`: the
    weights by row and column.
    """

    both: np.ndarray
    squares: np.ndarray
    hits: np.ndarray

    @property
    def bases(self) -> np.ndarray:
        """The effective n of every pair of columns; that of a column itself stands on the diagonal."""
        return self.both**2 / np.where(self.squares > 0, self.squares, np.inf)

    @property
    def shares(self) -> np.ndarray:
        """By row and column; 0 in a column that nobody stands in."""
        weights = np.diag(self.both)
        return self.hits / np.where(weights > 0, weights, np.inf)

    def without_first(self) -> CrossSums:
        """The same without the first column."""
        return CrossSums(self.both[1:, 1:], self.squares[1:, 1:], self.hits[:, 1:])

    def letters(
        self, rows: Sequence[object], columns: Sequence[object], *, strict: float, loose: float, minimum: int,
        clustered: ClusteredColumns | None = None,
    ) -> pd.DataFrame:  # fmt: skip
        """As `column_letters` gives them, for these names of rows and columns.

        Of *clustered* answers a pair differs where it does both by the answers and by the variation of their clusters.
        """
        bases, names = self.bases, letters_of(len(columns))
        own = np.diag(bases)
        worth = own if clustered is None else own / clustered.effects(own)
        large = np.flatnonzero(worth >= minimum)
        first, second = (large[each] for each in np.triu_indices(len(large), 1))
        if clustered is not None:
            by_clusters, within = clustered.comparable()
            able = (by_clusters | within)[first, second]
            first, second = first[able], second[able]
            large = np.union1d(first, second) if len(own) > 1 else large
        marks = [["" if place in large else "—" for place in range(len(columns))] for _ in rows]
        shared = bases[first, second]
        for row, shares in enumerate(self.shares):
            hits = shares * own
            z = column_z(hits[first], own[first], hits[second], own[second], both=shared)
            p = 2 * stats.norm.sf(np.abs(z))
            if clustered is not None:
                p = np.where(by_clusters[first, second], np.maximum(p, clustered.p(row)[first, second]), p)
            p = np.minimum(p * len(first), 1.0)
            for pair in np.flatnonzero(p < loose):
                higher, lower = (first[pair], second[pair])[:: 1 if z[pair] > 0 else -1]
                marks[row][higher] += names[lower] if p[pair] < strict else names[lower].lower()
        return pd.DataFrame(marks, index=list(rows), columns=list(columns), dtype=object)


_AT_ONCE = 50_000  # responses


def cross_sums(
    chosen: pd.DataFrame, members: pd.DataFrame, weights: pd.Series | None = None, times: pd.Series | None = None
) -> CrossSums:
    """The sums over *chosen* and *members* (see `column_letters`), a part of the responses after the other.

    *times*: how many responses each row stands for, where it isn't one.
    """
    rows, columns = chosen.to_numpy(dtype=bool), members.to_numpy(dtype=bool)
    w = np.ones(len(columns)) if weights is None else weights.to_numpy(dtype=float)
    many = np.ones(len(columns)) if times is None else times.to_numpy(dtype=float)
    both, squares = (np.zeros((columns.shape[1], columns.shape[1])) for _ in range(2))
    hits = np.zeros((rows.shape[1], columns.shape[1]))
    for start in range(0, len(columns), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        inside, chose = columns[part].astype(float), rows[part].astype(float)
        weighted = inside * (w * many)[part, None]
        both += inside.T @ weighted
        squares += inside.T @ (weighted * w[part, None])
        hits += chose.T @ weighted
    return CrossSums(both, squares, hits)


def letters_of(columns: int) -> list[str]:
    """A, B … Z, then A2, B2 …: a name for each of so many columns."""
    rounds = range(columns // len(ascii_uppercase) + 1)
    return [f"{each}{at + 1 if at else ''}" for at in rounds for each in ascii_uppercase][:columns]


def column_z(first_hits: Any, first_n: Any, second_hits: Any, second_n: Any, *, both: Any = 0.0) -> np.ndarray:
    """z of the difference of two column shares with pooled variance; *both* respondents stand in both columns.

    Numbers, or arrays of them.
    """
    p1, p2 = first_hits / first_n, second_hits / second_n
    pooled = (first_hits + second_hits) / (first_n + second_n)
    variance = pooled * (1 - pooled) * (1 / first_n + 1 / second_n - 2 * both / (first_n * second_n))
    varies = np.asarray(variance > 0)
    return np.where(varies, (p1 - p2) / np.sqrt(np.where(varies, variance, 1.0)), 0.0)


def _association_test(table: np.ndarray, chi_square: float, smallest_expected: float) -> SignificanceTest:
    n, two_by_two = int(table.sum()), table.shape == (2, 2)
    if two_by_two and smallest_expected < 1:
        exact = stats.fisher_exact(table)
        return SignificanceTest(float(exact.statistic), (), float(exact.pvalue), n, "Fisher exact test (Fisher 1922)")
    degrees = (table.shape[0] - 1) * (table.shape[1] - 1)
    statistic = chi_square * (n - 1) / n if two_by_two else chi_square
    method = "N−1 chi-square (Campbell 2007)" if two_by_two else "chi-square (Pearson 1900)"
    return SignificanceTest(statistic, (float(degrees),), float(stats.chi2.sf(statistic, degrees)), n, method)


def _bias_corrected_v(phi_square: float, rows: int, columns: int, n: float) -> float:
    corrected = max(phi_square - (rows - 1) * (columns - 1) / (n - 1), 0.0)
    fewer = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1))
    return float(np.sqrt(corrected / (fewer - 1))) if fewer > 1 else 0.0


def _strength(chi_square: float, rows: int, columns: int, n: float, confidence: float = 0.95) -> Estimate:
    """V corrected for bias; its limits are those of the noncentrality of chi-square, corrected alike."""
    degrees, tail = (rows - 1) * (columns - 1), (1 - confidence) / 2

    def limit(quantile: float) -> float:
        def beyond(noncentrality: float) -> float:
            return float(stats.ncx2.cdf(chi_square, degrees, noncentrality)) - quantile

        if float(stats.chi2.cdf(chi_square, degrees)) <= quantile:
            return 0.0
        most = 4 * chi_square + 100.0
        return float(optimize.brentq(beyond, 1e-12, most, xtol=1e-10)) if beyond(most) < 0 else most

    # A sample's phi² overstates the table's by degrees/n; a noncentrality is free of that, so it is added back.
    low, high = (_bias_corrected_v((limit(q) + degrees) / n, rows, columns, n) for q in (1 - tail, tail))
    value = _bias_corrected_v(chi_square / n, rows, columns, n)
    return Estimate(
        "cramers_v", value, min(low, value), min(max(high, value), 1.0), int(n), "score", confidence=confidence,
        effective_n=float(n), method="Cramér's V (Bergsma 2013), noncentral χ² interval (Smithson 2003)",
    )  # fmt: skip


def _generalised_effects(shares: np.ndarray, covariance: np.ndarray, rows: int, columns: int, n: int) -> np.ndarray:
    """Design effects of the interaction contrasts: their covariance under the design over that of simple sampling."""
    effect_r = np.repeat(np.eye(rows), columns, axis=0)
    effect_c = np.tile(np.eye(columns), (rows, 1))
    main = np.hstack([effect_r, effect_c[:, 1:]])
    interaction = (effect_r[:, 1:, None] * effect_c[:, None, 1:]).reshape(rows * columns, -1)
    contrasts = interaction - main @ np.linalg.lstsq(main, interaction, rcond=None)[0]
    # An empty cell, as a unanimous group has, neither varies nor adds: its inverse is taken as 0, as survey does in R.
    scaled = contrasts * np.where(shares > 0, 1 / np.where(shares > 0, shares, 1.0), 0.0)[:, None]
    simple = contrasts.T @ scaled / n
    return np.asarray(np.linalg.lstsq(simple, scaled.T @ covariance @ scaled)[0])
