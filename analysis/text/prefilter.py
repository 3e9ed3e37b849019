"""Which characters a regular expression cannot do without, so that most patterns need not be tried on a text.

Only what is certain is concluded; a pattern about which nothing is known is always tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_ATOM = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\(\?[:!=]|\(\?<[!=]|\(|\)|\||.", re.S)
_OPTIONAL = re.compile(r"[?*]|\{0?,")
_COUNT = re.compile(r"(?:[?*+]|\{[0-9]*,?[0-9]*\})[?+]?")
_SPECIAL = frozenset("^$.")

Needed = frozenset[str]


def alternatives(pattern: str) -> list[str]:
    """The parts of *pattern* that its outermost bars divide."""
    parts, depth, since = [], 0, 0
    for atom in _ATOM.finditer(pattern):
        depth += atom[0].startswith("(") - (atom[0] == ")")
        if atom[0] == "|" and not depth:
            parts.append(pattern[since : atom.start()])
            since = atom.end()
    return [*parts, pattern[since:]]


def needed_characters(pattern: str) -> Needed:
    """Characters of which every match contains at least one; empty when nothing is certain.

    The smallest such set that is found, since it lets the fewest texts through.
    """
    every = [_needed_by_one(alternative) for alternative in alternatives(pattern)]
    return frozenset().union(*every) if all(every) else frozenset()


def _needed_by_one(pattern: str) -> Needed:
    return min(filter(None, _requirements(pattern)), key=len, default=frozenset())


def _requirements(pattern: str) -> Iterator[Needed]:
    """What each part of a pattern without outer bars requires."""
    place = 0
    while place < len(pattern):
        atom = _ATOM.match(pattern, place)
        assert atom is not None  # noqa: S101 - the last alternative of _ATOM matches any character
        end = _closing(pattern, atom.end()) if atom[0].startswith("(") else atom.end()
        count = _COUNT.match(pattern, end)
        if not (count and _OPTIONAL.match(count[0])):
            yield _of_atom(atom[0], pattern[atom.end() : end - 1])
        place = count.end() if count else end


def _of_atom(atom: str, inside: str) -> Needed:
    if atom in ("(?:", "("):
        return needed_characters(inside)
    if atom.startswith("(") or atom in _SPECIAL:
        return frozenset()
    if atom.startswith("["):
        simple = atom[1] != "^" and "-" not in atom and "\\" not in atom
        return frozenset(atom[1:-1]) if simple else frozenset()
    if atom.startswith("\\"):
        return frozenset(atom[1]) if not atom[1].isalnum() else frozenset()
    return frozenset(atom)


def _closing(pattern: str, place: int) -> int:
    """The place after the bracket that closes the group whose inside begins at *place*."""
    depth = 1
    for atom in _ATOM.finditer(pattern, place):
        depth += atom[0].startswith("(") - (atom[0] == ")")
        if not depth:
            return atom.end()
    return len(pattern)


def requirements(pattern: str) -> list[Needed]:
    """All that is certain about *pattern*, the strictest first: a match has a character of each of these sets."""
    if len(alternatives(pattern)) > 1:
        return [needed] if (needed := needed_characters(pattern)) else []
    return sorted(set(filter(None, _requirements(pattern))), key=lambda needed: (len(needed), sorted(needed)))


class Prefilter:
    """Says which of many patterns could match a text."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._always: list[int] = []
        self._by_character: dict[str, list[tuple[int, Sequence[Needed]]]] = {}
        for number, pattern in enumerate(patterns):
            strictest, *others = requirements(pattern) or [frozenset()]
            for character in strictest:
                self._by_character.setdefault(character, []).append((number, others))
            if not strictest:
                self._always.append(number)
        self._known = frozenset(self._by_character)

    def candidates(self, text: Iterable[str]) -> list[int]:
        """The numbers of the patterns that may match a text with these characters, in order."""
        characters, found = set(text), set(self._always)
        for character in self._known & characters:
            for number, others in self._by_character[character]:
                for needed in others:
                    if needed.isdisjoint(characters):
                        break
                else:
                    found.add(number)
        return sorted(found)
