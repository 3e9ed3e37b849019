"""Which wordings a regular expression cannot do without, read off its text by a grammar.

Only what is certain is concluded. Nothing is concluded about an expression that says more than the grammar knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from lark import Lark, Transformer
from lark.exceptions import UnexpectedInput

_MOST = 64
"""Sets larger than this select too little to be worth looking for."""
Needed = frozenset[str]
_NOTHING: Needed = frozenset([""])

_GRAMMAR = r"""
start: alternatives
alternatives: sequence ("|" sequence)*
sequence: part*
?part: atom
    | atom QUANTIFIER             -> repeated
?atom: CHARACTER                  -> character
    | ESCAPED                     -> escaped
    | CHOICE                      -> choice
    | ANY                         -> unknown
    | PLACE                       -> place
    | _LOOK alternatives ")"      -> place
    | _FLAGGED alternatives ")"   -> unknown
    | _GROUP alternatives ")"     -> group

QUANTIFIER.3: /(?:[*+?]|\{(?:\d+(?:,\d*)?|,\d*)\})[?+]?/
_LOOK.3: /\(\?<?[=!]/
_FLAGGED.3: /\(\?[aimsu]*(?:-[ims]+)?:(?<!\(\?:)/
_GROUP.2: /\((?:\?:|\?P<\w+>|(?!\?))/
CHOICE.2: /\[\^?\]?(?:\\.|[^\]\\])*\]/
PLACE.2: /\\[bBAZ]|[\^$]/
ANY.2: /\\[dDsSwW]|\./
ESCAPED.2: /\\[^\w\s]/
CHARACTER.1: /[^\\()|*+?\[]/
"""


class Part(NamedTuple):
    """Part of an expression: everything that it can match, None if that is too much to list, and what it requires."""

    wordings: Needed | None
    required: tuple[Needed, ...] = ()


_UNKNOWN = Part(None)


@lru_cache(maxsize=4096)  # every analyser has some hundreds, nearly all of them the same ones
def requirements(pattern: str) -> tuple[Needed, ...]:
    """All that is certain about *pattern*, the strictest first: a match contains a wording of each of these sets."""
    try:
        whole: Any = _grammar().parse(pattern)  # what the transformer makes of the tree
    except UnexpectedInput:
        return ()
    return tuple(sorted(set(whole.required), key=_looseness))


def _looseness(needed: Needed) -> tuple[int, int, list[str]]:
    return (-min(map(len, needed)), len(needed), sorted(needed))


class _Requirements(Transformer[str, Part]):
    """What each rule of the grammar says of the wordings of a match."""

    def start(self, parts: list[Part]) -> Part:
        return parts[0]

    def alternatives(self, ways: list[tuple[Part, ...]]) -> Part:
        shared = _shared(ways)
        rests = [_sequence(way[shared:]) for way in ways]
        return _sequence([*ways[0][:shared], _one_of(rests)])

    def sequence(self, parts: list[Part]) -> tuple[Part, ...]:
        return tuple(parts)

    def repeated(self, parts: list[object]) -> Part:
        once, (least, most) = parts[0], _times(str(parts[1]))
        assert isinstance(once, Part)  # noqa: S101  the grammar has it so
        if most == 1 and once.wordings is not None:
            listed = once.wordings | (_NOTHING if least == 0 else frozenset())
            return _known(listed)
        return Part(None, once.required if least else ())

    def character(self, parts: list[str]) -> Part:
        return _known(frozenset(parts[0]))

    def escaped(self, parts: list[str]) -> Part:
        return _known(frozenset(parts[0][1]))

    def choice(self, parts: list[str]) -> Part:
        inside = parts[0][1:-1]
        if inside.startswith("^") or "\\" in inside or "-" in inside[1:-1] or len(inside) > _MOST:
            return _UNKNOWN
        return _known(frozenset(inside))

    def unknown(self, _: list[object]) -> Part:
        return _UNKNOWN

    def place(self, _: list[object]) -> Part:
        return Part(_NOTHING)

    def group(self, parts: list[Part]) -> Part:
        return parts[0]


@cache
def _grammar() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer="basic", transformer=_Requirements())


def _times(quantifier: str) -> tuple[int, int | None]:
    """How often at least and at most; None where there is no end to it."""
    sign = quantifier[0]
    if sign != "{":
        return (1 if sign == "+" else 0), (1 if sign == "?" else None)
    least, comma, most = quantifier[1 : quantifier.index("}")].partition(",")
    return int(least or 0), int(most) if most else None if comma else int(least)


def _shared(ways: Sequence[tuple[Part, ...]]) -> int:
    """How many parts all ways begin with."""
    if len(ways) == 1:
        return len(ways[0])
    return next((n for n, parts in enumerate(zip(*ways, strict=False)) if len(set(parts)) > 1), min(map(len, ways)))


def _one_of(ways: Sequence[Part]) -> Part:
    known = [way.wordings for way in ways if way.wordings is not None]
    wordings: Needed = frozenset().union(*known)
    if len(known) == len(ways) and len(wordings) <= _MOST:
        return _known(wordings)
    each = [min(way.required, key=_looseness, default=frozenset()) for way in ways]
    return Part(None, (frozenset[str]().union(*each),) if all(each) else ())


def _sequence(parts: Iterable[Part]) -> Part:
    parts = list(parts)
    found: Needed | None = _NOTHING
    for part in parts:
        found = None if found is None or part.wordings is None else _joined(found, part.wordings)
    return Part(found, tuple(_required(parts)))


def _required(parts: Iterable[Part]) -> Iterator[Needed]:
    """What a sequence requires: the stretches whose wordings are all known, and what its other parts require."""
    stretch = _NOTHING
    for part in parts:
        longer = None if part.wordings is None else _joined(stretch, part.wordings)
        if longer is None:
            yield from _certain(stretch)
            stretch = _NOTHING if part.wordings is None else part.wordings
        else:
            stretch = longer
        if part.wordings is None:
            yield from part.required
    yield from _certain(stretch)


def _known(wordings: Needed) -> Part:
    return Part(wordings, tuple(_certain(wordings)))


def _certain(wordings: Needed) -> Iterator[Needed]:
    if "" not in wordings:
        yield wordings


def _joined(some: Needed, others: Needed) -> Needed | None:
    if len(some) * len(others) > _MOST:
        return None
    return frozenset(one + other for one in some for other in others)
