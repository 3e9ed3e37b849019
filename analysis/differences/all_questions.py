"""All questions of a survey set against the same groups at once: of those named a stated part may be chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.differences.groups import kruskal_wallis
from analysis.differences.multiplicity import benjamini_hochberg
from analysis.differences.significance import SignificanceTest

FALSELY_NAMED = 0.05


@dataclass(frozen=True)
class QuestionDifference:
    """A question's test of its groups; `q` is the false discovery rate at which it would be named, None where no p."""

    column: str
    test: SignificanceTest
    q: float | None

    @property
    def named(self) -> bool:
        return self.q is not None and self.q < FALSELY_NAMED


def differences_of_all(
    rows: pd.DataFrame, columns: Sequence[str], segment: str, *, clusters: pd.Series | None = None
) -> list[QuestionDifference]:  # fmt: skip
    """Each of *columns* by the groups of *segment* (Kruskal & Wallis 1952), the surest difference first.

    p is corrected over all of them (Benjamini & Hochberg 1995). *clusters*: what answers that resemble each other
    belong to.
    """
    tests = {column: kruskal_wallis(rows[column], rows[segment], clusters=clusters) for column in columns}
    told = {column: test.p for column, test in tests.items() if test.p is not None}
    rates = dict(zip(told, benjamini_hochberg(list(told.values())) if told else [], strict=True))
    found = [QuestionDifference(column, test, rates.get(column)) for column, test in tests.items()]
    return sorted(found, key=lambda each: (2.0 if each.q is None else each.q, each.column))
