"""Which groups may be shown so that no one can be recognised, not even by subtraction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from surveys.anonymity import MINIMUM_COMMENTS, MINIMUM_GROUP

MINIMUM_SCORES = MINIMUM_GROUP  # what is built in; pages ask `minimums`, which the organisation may have raised


@dataclass(frozen=True)
class Disclosure:
    """The groups of a partition that may be shown, those withheld, and whether the total may be shown beside them."""

    shown: tuple[str, ...]
    withheld: tuple[str, ...]
    total_shown: bool

    def allows(self, group: str) -> bool:
        return group in self.shown


def disclosure(
    counts: Mapping[str, int], *, minimum: int = MINIMUM_SCORES, withheld_elsewhere: Collection[str] = ()
) -> Disclosure:
    """What may be shown of a partition: *counts* has the n of every group, and the total is their sum.

    A group with 1 to *minimum* − 1 answers is withheld (primary suppression). If the total less the groups shown would
    still be a group under the minimum or a single group, the next smallest groups are withheld too (complementary
    suppression) until the remainder is several groups of at least *minimum* answers together. Empty groups reveal
    nothing and are shown. When the whole is under the minimum, so is everything. Groups *withheld_elsewhere*, say in
    another table with the same cells, are withheld here too.
    """
    filled = sorted((n, group) for group, n in counts.items() if n > 0)
    if any(n < 0 for n in counts.values()):
        raise ValueError("a group can't have a negative number of answers")
    total = sum(n for n, _ in filled)
    if total < minimum:
        return Disclosure(tuple(g for g, n in counts.items() if n == 0), tuple(g for _, g in filled), total_shown=False)
    withheld = [(n, group) for n, group in filled if n < minimum or group in withheld_elsewhere]
    for candidate in [pair for pair in filled if pair not in withheld]:
        if not withheld or (len(withheld) > 1 and sum(n for n, _ in withheld) >= minimum):
            break
        withheld.append(candidate)
    hidden = {group for _, group in withheld}
    return Disclosure(
        tuple(group for group in counts if group not in hidden),
        tuple(group for group in counts if group in hidden),
        total_shown=True,
    )


def disclosed_unions(
    counts: Mapping[str, int], found: Disclosure, unions: Mapping[str, frozenset[str]], *, minimum: int = MINIMUM_SCORES
) -> frozenset[str]:  # fmt: skip
    """Which unions of groups, by name, may be shown beside the groups *found* and the total.

    Of two unions one holds the other or they have nothing in common, as with the branches of a tree. What each union
    has of withheld groups beyond the unions shown inside it, and the total beyond all of them, is nothing or several
    groups of at least *minimum* answers together: then so is whatever can be computed of them.
    """
    if not found.total_shown:
        return frozenset()
    hidden = {group: counts[group] for group in found.withheld if counts.get(group)}
    shown: dict[str, frozenset[str]] = {}

    def beyond(whole: frozenset[str], inner: Iterable[str]) -> frozenset[str]:
        return whole - frozenset().union(*(unions[name] for name in inner))

    def fits(groups: frozenset[str]) -> bool:
        return not groups or (len(groups) > 1 and sum(hidden[each] for each in groups) >= minimum)

    for name in sorted(unions, key=lambda each: (len(unions[each]), each)):
        inner = [each for each in shown if unions[each] < unions[name]]
        if fits(beyond(unions[name] & hidden.keys(), inner)):
            shown[name] = unions[name] & hidden.keys()
    while not fits(beyond(frozenset(hidden), shown)):
        outer = [name for name in shown if shown[name] and not any(unions[name] < unions[each] for each in shown)]
        del shown[min(outer, key=lambda each: (sum(hidden[group] for group in shown[each]), each))]
    return frozenset(shown)


def disclosed_cells(counts: pd.DataFrame, *, minimum: int = MINIMUM_SCORES) -> pd.DataFrame:
    """Which cells of a table of counts may be shown beside its row and column totals: the same table of True and False.

    The rule of `disclosure` is applied along rows and columns in turn until nothing more has to be withheld. A line
    with a single filled cell has that cell for its total: where the cell is withheld, withhold the line's total too.
    """
    hidden = pd.DataFrame(False, index=counts.index, columns=counts.columns)
    while True:
        wider = _hidden_along_rows(counts.T, _hidden_along_rows(counts, hidden, minimum).T, minimum).T
        if wider.equals(hidden):
            return ~hidden
        hidden = wider


def _hidden_along_rows(counts: pd.DataFrame, hidden: pd.DataFrame, minimum: int) -> pd.DataFrame:
    rows = {}
    for row in counts.index:
        places = {str(place): int(n) for place, n in enumerate(counts.loc[row])}
        elsewhere = [str(place) for place, is_hidden in enumerate(hidden.loc[row]) if is_hidden]
        withheld = disclosure(places, minimum=minimum, withheld_elsewhere=elsewhere).withheld
        rows[row] = [str(place) in withheld for place in range(len(counts.columns))]
    return pd.DataFrame.from_dict(rows, orient="index", columns=counts.columns, dtype=bool).reindex(counts.index)


def recoverable_cells(hidden: Collection[str], published: Iterable[Collection[str]]) -> list[str]:
    """The *hidden* cells whose figure follows from what is *published*, over any number of tables and totals.

    Each member of *published* is a group of cells (a shown cell, a total, a coarser grouping) whose sum is known. A
    cell can be computed exactly when adding and subtracting those groups leaves it alone: when its unit vector lies in
    the space that they span.
    """
    groups = [set(group) for group in published]
    cells = sorted(set(hidden).union(*groups))
    known = np.array([[cell in group for cell in cells] for group in groups], dtype=float).reshape(-1, len(cells))
    # What the projection onto the known space leaves of a unit vector is what stays unknown of its cell.
    projection = np.linalg.pinv(known) @ known if len(known) else np.zeros((len(cells),) * 2)
    return [cell for i, cell in enumerate(cells) if cell in set(hidden) and projection[i, i] > 1 - 1e-9]


def comments_may_be_shown(authors: int, *, minimum: int = MINIMUM_COMMENTS) -> bool:
    """Whether comments of a group of *authors* may be read: words tell more about their author than scores do."""
    return authors >= minimum
