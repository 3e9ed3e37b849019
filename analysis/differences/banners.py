"""Crosstabs as market research prints them: a banner of columns, shares with intervals, and column letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.answer_order import in_order, list_options, plain_code
from analysis.differences.crosstabs import SMALLEST_BASE, column_letters, letters_of
from analysis.estimates import Estimate, refuse
from analysis.level.shares import share_of
from analysis.sampling.weighting import effective_n
from surveys.localisation.ordering import natural
from surveys.localisation.wording import saying

TOTAL = "total"


@dataclass(frozen=True)
class BannerTable:
    """One row per answer, one column per group of respondents, the total first.

    `cells`: an Estimate each; `letters`: the columns a cell is significantly higher than, "—" where the base is too
    small to be compared; `heads`: the letter of each column, none for the total; `n` and `effective_n` by column.
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


def marks_of(answers: pd.Series, options: Sequence[str] = ()) -> pd.DataFrame:
    """One column of True and False per answer; False everywhere where not answered.

    *options*: all that could be answered, in the order of the definition, also what nobody chose. Answers that are none
    of them come last, in the order of `surveys.localisation.ordering`.
    """
    named = answers.map(plain_code, na_action="ignore")
    return pd.DataFrame({name: named.eq(name) for name in in_order(named.dropna(), options)}, index=answers.index)


def members_of(segments: pd.DataFrame) -> pd.DataFrame:
    """One column of True and False per segment, of all kinds of segment side by side: "kind · segment"."""
    parts = {
        f"{kind} · {name}": segments[kind].eq(name)
        for kind in segments.columns
        for name in sorted(segments[kind].dropna().unique(), key=natural)
    }
    return pd.DataFrame(parts, index=segments.index, dtype=bool)


def banner_of(
    answers: pd.Series, segments: pd.DataFrame, codes: Sequence[str], names: Mapping[str, str]
) -> tuple[BannerTable, int]:  # fmt: skip
    """The banner table of a question by *segments*, whose columns are headed by *names*, and how many of its options
    (*codes*) were chosen by nobody and are not listed."""
    options, unlisted = list_options(codes, answers.dropna())
    members = members_of(segments.rename(columns=names))
    return banner_table(answers.notna(), marks_of(answers, options), members), unlisted


def banner_table(
    answered: pd.Series,
    chosen: pd.DataFrame,
    members: pd.DataFrame,
    *,
    weights: pd.Series | None = None,
    strict: float = 0.05,
    loose: float = 0.10,
    minimum: int = SMALLEST_BASE,
    confidence: float = 0.95,
) -> BannerTable:
    """Shares of *chosen* (one column of True/False per answer) in every column of *members*.

    *answered*: True for those who answered the question, the base of every share. Weighted shares have Wilson
    intervals and letters from their effective n.
    """
    inside = answered.astype(bool)
    if weights is not None:
        inside &= weights.gt(0)
    w = None if weights is None else weights[inside]
    chosen, members = chosen[inside], members[inside]
    everyone = pd.DataFrame({TOTAL: True}, index=members.index)
    columns = pd.concat([everyone, members], axis=1)
    cells = {column: _column(chosen, columns[column], w, confidence) for column in columns}
    letters = column_letters(chosen, members, weights=w, strict=strict, loose=loose, minimum=minimum)
    letters.insert(0, TOTAL, "")
    unit = pd.Series(1.0, index=members.index) if w is None else w
    return BannerTable(
        cells=pd.DataFrame(cells, index=chosen.columns, dtype=object),
        letters=letters,
        heads=pd.Series(["", *letters_of(members.shape[1])], index=columns.columns),
        n=columns.sum().astype(int),
        effective_n=pd.Series(
            {name: effective_n(unit[columns[name]]) if columns[name].any() else 0.0 for name in columns}
        ),
        weighted=w is not None,
        minimum=minimum,
        strict=strict,
        loose=loose,
    )


def _column(chosen: pd.DataFrame, inside: pd.Series, weights: pd.Series | None, confidence: float) -> list[Estimate]:
    n = int(inside.sum())
    if n < 2:
        reason = saying("只有 {n} 个答案", n=n)
        return [refuse("share", reason, n=n) for _ in chosen.columns]
    w = np.ones(n) if weights is None else weights[inside].to_numpy(dtype=float)
    worth = float(n) if weights is None else effective_n(weights[inside])
    parts = w @ chosen[inside].to_numpy(dtype=float) / w.sum()
    return [share_of(float(part), n, effective_n=worth, confidence=confidence) for part in parts]
