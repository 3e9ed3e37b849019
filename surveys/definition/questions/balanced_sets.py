"""Which items stand together in the sets of a best-worst question: a balanced (near) incomplete block design.

Every item is shown as often as any other (or once more), pairs meet as evenly as can be, and places in a set are
shared out evenly. The same numbers always give the same design: answers name their sets, and are read years later.
Sets in a multiple of the number of items come from the best cyclic difference family, of which the balanced incomplete
block designs for 7, 13 or 21 items are cases (Bose 1939); other numbers from exchanges in a fixed random order.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, islice

import numpy as np

Sets = tuple[tuple[int, ...], ...]  # of places in the list of items

MOST_SETS = 24  # that one person is asked
_LONG = 15  # as many sets tire; equal exposure then may be off by one
_EXPOSURES = 3  # of each item, at least, where nothing else is set (Orme 2005)
_STARTS, _RELABELLINGS, _BASES = 16, 60, 4000


def sensible_size(items: int) -> int:
    """Items in a set: three of few, four of most, five of very many."""
    return 3 if items < 8 else 4 if items <= 16 else 5


def sensible_sets(items: int, size: int) -> int:
    """The fewest sets that show each item three times or more and all equally often, unless they would be too many."""
    least = -(-_EXPOSURES * items // size)
    equal = next(sets for sets in range(least, least + items + 1) if sets * size % items == 0)
    return equal if equal <= _LONG else min(least, MOST_SETS)


@lru_cache(maxsize=256)
def balanced_sets(items: int, size: int, sets: int, versions: int = 1) -> tuple[Sets, ...]:
    """The sets of each version; all versions together balance pairs better than one."""
    chance = random.Random(f"{items} {size} {sets}")  # noqa: S311  a design is no secret
    first = _cyclic(items, size, sets // items) if sets % items == 0 else _exchanged(items, size, sets, chance)
    found, together = [first], _pairs(items, first)
    for _version in range(1, versions):
        renamed = [_renamed(first, chance.sample(range(items), items)) for _each in range(_RELABELLINGS)]
        best = min(renamed, key=lambda each: _unevenness(together + _pairs(items, each)))
        found.append(best)
        together = together + _pairs(items, best)
    return tuple(found)


def _renamed(sets: Sets, names: Sequence[int]) -> Sets:
    return tuple(tuple(names[item] for item in each) for each in sets)


def _pairs(items: int, sets: Sequence[Sequence[int]]) -> np.ndarray:
    """How often each pair meets."""
    shown = np.zeros((len(sets), items), dtype=int)
    for row, each in enumerate(sets):
        shown[row, list(each)] = 1
    met = shown.T @ shown
    np.fill_diagonal(met, 0)
    return met


def _unevenness(met: np.ndarray) -> int:
    return int((met**2).sum())


def _cyclic(items: int, size: int, rounds: int) -> Sets:
    """One or more base sets, each turned through all items, so that each item stands once in every place."""
    chosen: list[tuple[int, ...]] = []
    together = np.zeros(items, dtype=int)
    for _round in range(rounds):
        base = min(_bases(items, size), key=lambda each: int(((together + _differences(items, each)) ** 2).sum()))
        chosen.append(base)
        together = together + _differences(items, base)
    return tuple(tuple((place + turn) % items for place in base) for turn in range(items) for base in chosen)


def _bases(items: int, size: int) -> Iterator[tuple[int, ...]]:
    return ((0, *rest) for rest in islice(combinations(range(1, items), size - 1), _BASES))


def _differences(items: int, base: Sequence[int]) -> np.ndarray:
    found = np.zeros(items, dtype=int)
    for one in base:
        for other in base:
            if one != other:
                found[(one - other) % items] += 1
    return found


def _exchanged(items: int, size: int, sets: int, chance: random.Random) -> Sets:
    """The best of several starts, each improved by exchanges until none helps."""
    starts = [_improved(items, _dealt(items, size, sets, chance)) for _start in range(_STARTS)]
    best = min(starts, key=lambda each: _unevenness(_pairs(items, each)))
    return _placed(items, best)


def _dealt(items: int, size: int, sets: int, chance: random.Random) -> list[list[int]]:
    """Sets of those that were shown least so far, drawn at random among equals."""
    shown = [0] * items
    dealt = []
    for _set in range(sets):
        order = sorted(range(items), key=lambda item: (shown[item], chance.random()))
        dealt.append(order[:size])
        for item in order[:size]:
            shown[item] += 1
    return dealt


def _improved(items: int, sets: list[list[int]]) -> list[list[int]]:
    """Items exchanged between sets while pairs become more even; how often each is shown stays."""
    met = _pairs(items, sets).tolist()
    better = True
    while better:
        better = False
        for one, other in combinations(sets, 2):
            better |= _exchange(met, one, other)
    return sets


def _exchange(met: list[list[int]], one: list[int], other: list[int]) -> bool:
    """Whether an item of one set changed places with one of the other for the better; both and *met* follow."""
    for a, mine in enumerate(one):
        for b, yours in enumerate(other):
            if mine in other or yours in one:
                continue
            rest, others = one[:a] + one[a + 1 :], other[:b] + other[b + 1 :]
            lost = [(mine, each) for each in rest] + [(yours, each) for each in others]
            won = [(yours, each) for each in rest] + [(mine, each) for each in others]
            if sum(met[i][j] + 1 for i, j in won) < sum(met[i][j] for i, j in lost):
                one[a], other[b] = yours, mine
                _count(met, lost, -1)
                _count(met, won, 1)
                return True
    return False


def _count(met: list[list[int]], pairs: Sequence[tuple[int, int]], by: int) -> None:
    for one, other in pairs:
        met[one][other] += by
        met[other][one] += by


def _placed(items: int, sets: Sequence[Sequence[int]]) -> Sets:
    """Within each set the places that its items held least so far."""
    size = len(sets[0])
    held = np.zeros((items, size), dtype=int)
    placed = []
    for each in sets:
        order: list[int] = []
        for place in range(size):
            left = [item for item in each if item not in order]
            order.append(min((int(held[item, place]), -int(held[item].sum()), item) for item in left)[2])
            held[order[-1], place] += 1
        placed.append(tuple(order))
    return tuple(placed)
