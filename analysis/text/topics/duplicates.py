"""Comments that are nearly the same, put together."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.text.segmentation.normalise import normalise_texts
from analysis.text.sentiment.kind import without_ornament

_SHINGLE = 3
_MOST_COMMON = 200


def near_duplicates(comments: Sequence[str], *, least: float = 0.6) -> list[list[int]]:
    """Groups of positions of comments that say nearly the same, the largest group first.

    Two comments belong together when they share at least the part *least* of their three-character stretches
    (Jaccard). Comments that stand alone are not listed. Stretches that very many comments share decide nothing
    about which pairs are compared, so the time stays in proportion to the number of comments.
    """
    shingles = [_shingles(text) for text in normalise_texts(list(comments))]
    leader = list(range(len(shingles)))
    seen: dict[str, list[int]] = {}
    for position, own in enumerate(shingles):
        others = {other for shingle in own for other in seen.get(shingle, ())}
        for other in others:
            if _likeness(own, shingles[other]) >= least:
                leader[_first(leader, position)] = _first(leader, other)
        for shingle in own:
            if len(where := seen.setdefault(shingle, [])) < _MOST_COMMON:
                where.append(position)
    groups: dict[int, list[int]] = {}
    for position in range(len(shingles)):
        groups.setdefault(_first(leader, position), []).append(position)
    return sorted((group for group in groups.values() if len(group) > 1), key=lambda group: (-len(group), group))


def _shingles(text: str) -> frozenset[str]:
    bare = without_ornament(text)
    if len(bare) <= _SHINGLE:
        return frozenset([bare] if bare else ())
    return frozenset(bare[start : start + _SHINGLE] for start in range(len(bare) - _SHINGLE + 1))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _first(leader: list[int], position: int) -> int:
    """The first member of the group of *position*; shortens the way there."""
    while leader[position] != position:
        leader[position] = leader[leader[position]]
        position = leader[position]
    return position
