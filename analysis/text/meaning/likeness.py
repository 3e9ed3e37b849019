"""Comments alike: the nearest to given words, and groups of them named by the terms that mark them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.text.meaning.encoders import Encoder, Vectors, unit
from analysis.text.segmentation.normalise import normalise_texts
from analysis.text.segmentation.words import shipped_segmenter
from analysis.text.topics.emerging import emerging_terms
from analysis.text.topics.themes import shipped_stop_words, terms

_TO_A_GROUP, _MOST_GROUPS, _LEAST = 25, 12, 5
_ROUNDS = 25
_NAMES, _EXAMPLES = 4, 3


class LikeGroup(NamedTuple):
    """Comments that say the like: the terms that mark them, how many they are, and those nearest to its middle."""

    terms: tuple[str, ...]
    places: tuple[int, ...]
    examples: tuple[int, ...]


class LikeComment(NamedTuple):
    """The place of a comment, and how like it is: the cosine of centred vectors, at most 1."""

    place: int
    likeness: float


def centred(vectors: Vectors) -> tuple[Vectors, Vectors]:
    """The vectors without what they all have in common, and that mean: encoders put texts of a kind in one corner."""
    mean = vectors.mean(axis=0, keepdims=True) if len(vectors) else vectors
    return unit(vectors - mean), mean


def nearest(words: str, encoder: Encoder, vectors: Vectors, most: int = 10) -> list[LikeComment]:
    """The comments nearest to *words*, those first that are most alike; none that is no more alike than any."""
    if not len(vectors) or not words.strip():
        return []
    known, mean = centred(vectors)
    likeness = (known @ unit(encoder.vectors([words]) - mean).T)[:, 0]
    order = np.argsort(-likeness, kind="stable")[:most]
    return [LikeComment(int(place), float(likeness[place])) for place in order if likeness[place] > 0]


def groups(texts: Sequence[str], vectors: Vectors) -> list[LikeGroup]:
    """Groups of at least `_LEAST` comments, the largest first, each named by its distinctive terms.

    Spherical k-means (Dhillon & Modha 2001), begun at comments far from each other, always the same way. A group that
    no term marks is told of nobody: what holds it together can't be said.
    """
    many = min(_MOST_GROUPS, len(texts) // _TO_A_GROUP)
    if many < 2:
        return []
    known, _mean = centred(vectors)
    owners, middles = _clustered(known, many)
    words = _terms_of(texts)
    every = Counter(term for own in words for term in own)
    found = [_group(np.flatnonzero(owners == number), middles[number], known, words, every) for number in range(many)]
    return sorted((each for each in found if each.terms and len(each.places) >= _LEAST), key=lambda g: -len(g.places))


def _clustered(known: Vectors, many: int) -> tuple[npt.NDArray[np.int64], Vectors]:
    middles = known[_far_apart(known, many)]
    owners = np.zeros(len(known), dtype=np.int64)
    for _ in range(_ROUNDS):
        new = np.argmax(known @ middles.T, axis=1)
        if (new == owners).all():
            break
        owners = new
        middles = unit(np.stack([known[owners == number].sum(axis=0) for number in range(many)]))
    return owners, middles


def _far_apart(known: Vectors, many: int) -> list[int]:
    """Where to begin (k-means++, Arthur & Vassilvitskii 2007), with a seed of its own."""
    draw = np.random.default_rng(0)
    chosen = [int(draw.integers(len(known)))]
    while len(chosen) < many:
        away = np.clip(1 - (known @ known[chosen].T).max(axis=1), 0, None).astype(np.float64) ** 2
        total = away.sum()
        chosen.append(int(draw.choice(len(known), p=away / total if total > 0 else None)))
    return chosen


def _terms_of(texts: Sequence[str]) -> list[set[str]]:
    cutter, stop_words = shipped_segmenter(), shipped_stop_words()
    return [set(terms(text, cutter, stop_words)) for text in normalise_texts(list(texts))]


def _group(
    places: npt.NDArray[np.int64], middle: Vectors, known: Vectors, words: list[set[str]], every: Counter[str]
) -> LikeGroup:
    inside = Counter(term for place in places for term in words[place])
    outside = every - inside
    compared = emerging_terms(inside, outside)
    marked = compared[(compared["log_odds"] > 0) & (compared["now"] >= min(3, len(places)))]
    near = places[np.argsort(-(known[places] @ middle), kind="stable")]
    names = tuple(str(term) for term in marked["term"].head(_NAMES))
    return LikeGroup(names, tuple(map(int, near)), tuple(map(int, near[:_EXAMPLES])))
