"""Which wordings a regular expression cannot do without, so that most patterns need not be tried on a text.

Only what is certain is concluded; a pattern about which nothing is known is always tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from analysis.text import ngrams
from analysis.text.phrases import Ints, Occurrences, Phrases

# The parsed form of a pattern has no public door; these few names have been the same in every Python since 2.
_parser = re._parser  # type: ignore[attr-defined]

_MOST = 64
"""Sets larger than this select too little to be worth looking for."""
Needed = frozenset[str]


def requirements(pattern: str) -> list[Needed]:
    """All that is certain about *pattern*, the strictest first: a match contains a wording of each of these sets."""
    parsed = _parser.parse(pattern)
    if parsed.state.flags & re.IGNORECASE:
        return []
    return sorted(set(_required(parsed)), key=_looseness)


def _looseness(needed: Needed) -> tuple[int, int, list[str]]:
    return (-min(map(len, needed)), len(needed), sorted(needed))


def _required(parts: Iterable[tuple[Any, Any]]) -> Iterator[Needed]:
    """What a sequence of parts requires: the stretches whose wordings are all known, and what other parts require."""
    stretch = frozenset([""])
    for operation, value in parts:
        wordings = _wordings(str(operation), value)
        longer = None if wordings is None else _joined(stretch, wordings)
        if longer is None:
            yield from _certain(stretch)
            stretch = frozenset([""]) if wordings is None else wordings
        else:
            stretch = longer
        if wordings is None:
            yield from _required_by(str(operation), value)
    yield from _certain(stretch)


def _certain(stretch: Needed) -> Iterator[Needed]:
    if "" not in stretch:
        yield stretch


def _required_by(operation: str, value: Any) -> Iterator[Needed]:
    """What a single part requires whose wordings cannot be listed."""
    if operation == "SUBPATTERN" and not value[1]:
        yield from _required(value[3])
    elif operation in ("MAX_REPEAT", "MIN_REPEAT") and value[0] >= 1:
        yield from _required(value[2])
    elif operation == "BRANCH":
        each = [min(_required(way), key=_looseness, default=frozenset()) for way in value[1]]
        if all(each):
            yield frozenset().union(*each)


def _wordings(operation: str, value: Any) -> Needed | None:
    """Everything that a part can match, or None where that is too much to list."""
    if operation == "LITERAL":
        return frozenset([chr(value)])
    if operation in ("AT", "ASSERT", "ASSERT_NOT"):
        return frozenset([""])
    if operation == "IN" and len(value) <= _MOST and all(str(kind) == "LITERAL" for kind, _ in value):
        return frozenset(chr(code) for _, code in value)
    if operation == "SUBPATTERN" and not value[1]:
        return _of_sequence(value[3])
    if operation == "BRANCH":
        each = [_of_sequence(way) for way in value[1]]
        known = [wordings for wordings in each if wordings is not None]
        return _small(frozenset().union(*known)) if len(known) == len(each) else None
    if operation in ("MAX_REPEAT", "MIN_REPEAT") and value[1] == 1:
        once = _of_sequence(value[2])
        return None if once is None else _small(once | ({""} if value[0] == 0 else set()))
    return None


def _of_sequence(parts: Iterable[tuple[Any, Any]]) -> Needed | None:
    found: Needed | None = frozenset([""])
    for operation, value in parts:
        wordings = _wordings(str(operation), value)
        if found is None or wordings is None:
            return None
        found = _joined(found, wordings)
    return found


def _joined(some: Needed, others: Needed) -> Needed | None:
    if len(some) * len(others) > _MOST:
        return None
    return frozenset(one + other for one in some for other in others)


def _small(wordings: Needed) -> Needed | None:
    return wordings if len(wordings) <= _MOST else None


class Candidates(NamedTuple):
    """Pattern ``patterns[i]`` may match unit ``units[i]``; in order of unit, then of pattern."""

    units: Ints
    patterns: Ints


class Prefilter:
    """Says which of many patterns could match which of many texts or parts of texts."""

    def __init__(self, patterns: Sequence[str]) -> None:
        needs = [requirements(pattern)[:2] for pattern in patterns]
        self._always = np.array([number for number, need in enumerate(needs) if not need], dtype=np.int64)
        self._needs = np.array([len(need) for need in needs], dtype=np.int64)
        gates = [(number, needed) for number, need in enumerate(needs) for needed in need]
        self._pattern_of = np.array([number for number, _ in gates], dtype=np.int64)
        opened: dict[str, list[int]] = {}
        for gate, (_, needed) in enumerate(gates):
            for wording in needed:
                opened.setdefault(wording, []).append(gate)
        self._phrases = Phrases(list(opened))
        self._gates = np.array([gate for each in opened.values() for gate in each], dtype=np.int64)
        self._opened = np.cumsum([0, *map(len, opened.values())])

    def find(self, laid: ngrams.Batch) -> Occurrences:
        """Where in the batch stand wordings that a pattern cannot do without."""
        return self._phrases.find(laid)

    def candidates(self, found: Occurrences, unit_of: Ints, units: int) -> Candidates:
        """Which patterns have to be tried on which of the *units* of a batch, after what was *found* in it.

        ``unit_of`` has for each place of the batch the number of its unit, or -1 where it lies in none.
        """
        inside = np.flatnonzero(unit_of[found.starts] >= 0)
        phrases, starts = found.phrases[inside], found.starts[inside]
        first, amount = self._opened[phrases], self._opened[phrases + 1] - self._opened[phrases]
        within = np.arange(amount.sum()) - np.repeat(np.cumsum(amount) - amount, amount)
        gates = self._gates[np.repeat(first, amount) + within]
        pairs = np.unique(np.repeat(unit_of[starts], amount) * max(len(self._pattern_of), 1) + gates)
        unit, gate = np.divmod(pairs, max(len(self._pattern_of), 1))
        size = max(len(self._needs), 1)
        met, times = np.unique(unit * size + self._pattern_of[gate], return_counts=True)
        met = met[times == self._needs[met % size]]
        every = (np.arange(units)[:, None] * size + self._always).ravel()
        return Candidates(*np.divmod(np.sort(np.concatenate([met, every])), size))
