"""Which groups may be shown so that no one can be recognised, not even by subtraction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MINIMUM_SCORES = 5
MINIMUM_COMMENTS = 10


@dataclass(frozen=True)
class Disclosure:
    """The groups of a partition that may be shown, those withheld, and whether the total may be shown beside them."""

    shown: tuple[str, ...]
    withheld: tuple[str, ...]
    total_shown: bool

    def allows(self, group: str) -> bool:
        return group in self.shown


def disclosure(counts: Mapping[str, int], *, minimum: int = MINIMUM_SCORES) -> Disclosure:
    """What may be shown of a partition: *counts* has the n of every group, and the total is their sum.

    A group with 1 to *minimum* − 1 answers is withheld (primary suppression). If the total less the groups shown would
    still be a group under the minimum or a single group, the next smallest groups are withheld too (complementary
    suppression) until the remainder is several groups of at least *minimum* answers together. Empty groups reveal
    nothing and are shown. When the whole is under the minimum, so is everything.
    """
    filled = sorted((n, group) for group, n in counts.items() if n > 0)
    if any(n < 0 for n in counts.values()):
        raise ValueError("a group can't have a negative number of answers")
    total = sum(n for n, _ in filled)
    if total < minimum:
        return Disclosure(tuple(g for g, n in counts.items() if n == 0), tuple(g for _, g in filled), total_shown=False)
    withheld = [(n, group) for n, group in filled if n < minimum]
    for candidate in filled[len(withheld) :]:
        if not withheld or (len(withheld) > 1 and sum(n for n, _ in withheld) >= minimum):
            break
        withheld.append(candidate)
    hidden = {group for _, group in withheld}
    return Disclosure(
        tuple(group for group in counts if group not in hidden),
        tuple(group for group in counts if group in hidden),
        total_shown=True,
    )


def comments_may_be_shown(authors: int, *, minimum: int = MINIMUM_COMMENTS) -> bool:
    """Whether comments of a group of *authors* may be read: words tell more about their author than scores do."""
    return authors >= minimum
