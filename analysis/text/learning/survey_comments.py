"""The comments of one survey as something to adapt to: drawn by chance, with content, and how their authors rated."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from analysis.text.analyser import Analyser
from analysis.text.learning.adaptation import LEAST_AUTHORS, MOST_COMMENTS, adapted
from analysis.text.sentiment.adapted import AdaptedTable
from surveys.comments import CommentKind

LEAST_RATINGS = 100
"""From so many ratings beside comments on they tell the share of positives better than the words do."""
_WITHOUT = (CommentKind.NO_CONTENT, CommentKind.OTHER_LANGUAGE)
_DRAWN = 2 * MOST_COMMENTS  # so that enough are left when those without content are not counted


class RatedComment(NamedTuple):
    """A comment, who wrote it, and on which side of the middle of the scale they rated: 1, 0, in the middle .5."""

    author: str
    text: str
    side: float | None = None


def side_of(rating: float | None, low: float, high: float) -> float | None:
    """The side of the middle of a scale from *low* to *high*; None without a rating on it."""
    if rating is None or not low <= rating <= high:
        return None
    middle = (low + high) / 2
    return 0.5 if rating == middle else float(rating > middle)


def drawn(comments: Iterable[RatedComment]) -> list[RatedComment]:
    """So many comments as are needed, the same ones each time, by a hash: in no order that tells when they came."""
    return heapq.nsmallest(_DRAWN, comments, key=_chance)


def adapt(
    analyser: Analyser, comments: Sequence[RatedComment], least_authors: int = LEAST_AUTHORS
) -> AdaptedTable | None:
    """What *drawn* comments add to the table of the *analyser*; None of too few, or where they teach nothing."""
    kinds = [found.kind for found in analyser.analyse([each.text for each in comments])]
    kept = [each for each, kind in zip(comments, kinds, strict=True) if kind not in _WITHOUT][:MOST_COMMENTS]
    return adapted(
        [each.text for each in kept], analyser.table,
        share=rated_share(kept), authors=[each.author for each in kept], least_authors=least_authors,
    )  # fmt: skip


def rated_share(comments: Iterable[RatedComment]) -> float | None:
    """The share of those rated on the better side (0–1), the middle counting half; None of too few ratings."""
    sides = [each.side for each in comments if each.side is not None]
    return sum(sides) / len(sides) if len(sides) >= LEAST_RATINGS else None


def _chance(comment: RatedComment) -> bytes:
    return hashlib.sha256(f"{comment.author}\n{comment.text}".encode(errors="surrogatepass")).digest()
