"""What comments are about, from frames of comments: terms, also of one place, suggestions, and what no topic covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.text.personal_data import personal_data
from analysis.text.segmentation.normalise import normalise_texts
from analysis.text.topics.duplicates import near_duplicates
from analysis.text.topics.themes import term_frequencies, uncovered_terms
from analysis.text.topics.topics import Topic, TopicFinder
from surveys.comments import CommentKind


def terms_of(comments: pd.DataFrame) -> pd.DataFrame:
    """One row per term, with the number of comments that use it, in all and by sentiment (`term_frequencies`)."""
    return term_frequencies(comments["text"], comments["sentiment"])


def terms_at(comments: pd.DataFrame, kind: str, place: str) -> pd.DataFrame:
    """The terms of the comments of one place; *kind*: the column that places stand in."""
    return terms_of(comments[comments[kind] == place])


def comments_by_place(comments: pd.DataFrame, kinds: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many comments each place of each kind has, the most first."""
    return {kind: {str(name): int(n) for name, n in comments[kind].value_counts().items()} for kind in kinds}


def suggestions_of(comments: pd.DataFrame) -> list[tuple[str, int]]:
    """Each suggestion once, with how many comments say nearly the same; the most frequent first."""
    texts = comments.loc[comments["kind"] == CommentKind.SUGGESTION, "text"].tolist()
    groups = near_duplicates(texts)
    grouped = {position for group in groups for position in group}
    alone = [(text, 1) for position, text in enumerate(texts) if position not in grouped]
    return [(texts[group[0]], len(group)) for group in groups] + alone


def uncovered_of(comments: pd.DataFrame, mentions: pd.DataFrame) -> list[tuple[str, int, list[str]]]:
    """Terms of comments that mention no aspect, as `uncovered_terms` gives them."""
    named = set(zip(mentions["response"], mentions["item"], strict=True))
    pairs = zip(comments["response"], comments["item"], strict=True)
    return uncovered_terms(comments["text"].tolist(), [pair in named for pair in pairs])


def with_personal_data(comments: pd.DataFrame) -> int:
    """How many comments hold personal data."""
    return sum(bool(personal_data(text)) for text in comments["text"])


def comment_amounts(comments: pd.DataFrame) -> dict[str, int]:
    """How many comments there are of each kind, and under "" how many authors they have."""
    kinds = {str(kind): int(n) for kind, n in comments["kind"].value_counts().items()}
    return kinds | {"": int(comments["response"].nunique())}


@dataclass(frozen=True)
class CaughtBy:
    """The comments in which the words of a topic stand: how many of how many, and some with the places."""

    amount: int
    of: int
    examples: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]


def caught_by(comments: pd.DataFrame, words: Sequence[str], most: int) -> CaughtBy:
    """Which comments a topic of these words would have, *most* of them as examples."""
    texts = comments["text"].astype(str).tolist()
    finder = TopicFinder([Topic("own", "own", tuple(words))])
    placed = [(text, finder.mentions(plain)) for text, plain in zip(texts, normalise_texts(texts), strict=True)]
    caught = [(text, tuple((each.start, each.end) for each in found)) for text, found in placed if found]
    return CaughtBy(len(caught), len(texts), tuple(caught[:most]))
