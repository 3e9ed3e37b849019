"""What comments are about: the terms that stand in them, counted by sentiment."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

import pandas as pd

from analysis.text.places import DATA
from analysis.text.segmentation.language import KNOWN, readable
from analysis.text.segmentation.normalise import normalise_texts
from analysis.text.segmentation.words import Segmenter, domain_words, shipped_segmenter
from analysis.text.sentiment.kind import is_suggestion
from analysis.text.topics.emerging import emerging_terms
from surveys.comments import Sentiment

_WORD = re.compile(r"[\u4e00-\u9fff]+|[a-z][a-z0-9+-]+")
_BOUND_TO_NEXT = frozenset("不没未无太")
_EXAMPLES = 3
_BY_SENTIMENT = [each.value for each in Sentiment]
_COLUMNS = ["term", "comments", *_BY_SENTIMENT]


def terms(text: str, cutter: Segmenter, stop_words: Collection[str]) -> list[str]:
    """The words worth counting in a comment. 不, 没, 未, 无 and 太 are joined to the word they change,
    so that 不方便 is never counted as 方便."""
    found, held = [], ""
    for word in cutter.cut(text):
        if not _WORD.fullmatch(word):
            held = ""
        elif word in _BOUND_TO_NEXT:
            held += word
        elif word in stop_words:
            continue
        else:
            if len(held + word) > 1:
                found.append(held + word)
            held = ""
    return found


def term_frequencies(
    comments: Iterable[str],
    sentiments: Iterable[Sentiment],
    *,
    cutter: Segmenter | None = None,
    stop_words: Collection[str] | None = None,
) -> pd.DataFrame:
    """How many comments each term stands in.

    One row per term, the most frequent first; columns ``term``, ``comments`` (number of comments), and
    by the codes of sentiments the number of comments of that sentiment. A term counts once per comment.
    """
    cutter = cutter or shipped_segmenter()
    stop_words = shipped_stop_words() if stop_words is None else stop_words
    counted: dict[str, list[int]] = {}
    for text, sentiment in zip(_read(list(comments)), sentiments, strict=True):
        for term in set(terms(text, cutter, stop_words)):
            counted.setdefault(term, [0, 0, 0])[_BY_SENTIMENT.index(sentiment)] += 1
    frame = pd.DataFrame([[term, sum(row), *row] for term, row in counted.items()], columns=_COLUMNS)
    return frame.sort_values(["comments", "term"], ascending=[False, True], ignore_index=True)


def holding(term: str, comments: Sequence[str] | pd.Series) -> list[bool]:
    """Which comments :func:`term_frequencies` counts for this term: it is a word of theirs, and no piece of one."""
    cutter, stop_words = shipped_segmenter(), shipped_stop_words()
    return [term in terms(text, cutter, stop_words) for text in _read(list(comments))]


def frequencies_of(frame: pd.DataFrame, sentiment: Sentiment | None = None, *, most: int = 80) -> dict[str, float]:
    """The *most* frequent terms of :func:`term_frequencies` as a mapping for the word cloud,
    for one sentiment or for all comments."""
    column = sentiment or "comments"
    chosen = frame[frame[column] > 0].nlargest(most, column, keep="first")
    return dict(zip(chosen["term"], chosen[column].astype(float), strict=True))


def _read(comments: Sequence[str]) -> list[str]:
    """The comments in analysis spelling without markup, addresses, and sentences of another language."""
    return readable(normalise_texts(comments), KNOWN).texts


def shipped_stop_words() -> frozenset[str]:
    """The words that say nothing of what a comment is about."""
    return frozenset(domain_words(DATA / "stop_words.txt"))


def uncovered_terms(
    comments: Sequence[str],
    covered: Sequence[bool],
    *,
    least: int = 5,
    most: int = 8,
    q: float = 0.05,
    cutter: Segmenter | None = None,
) -> list[tuple[str, int, list[str]]]:
    """Terms that mark comments which speak of no known topic: candidates for new topics.

    *covered* says of each comment whether a topic was found. A term is put forward when at least *least* uncovered
    comments hold it and it is used more there than in covered ones (log odds with prior, false discovery rate below
    *q*). Returns (term, number of uncovered comments, up to three of them), the clearest first, *most* at most.
    """
    cutter = cutter or shipped_segmenter()
    stop_words = shipped_stop_words()
    counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    examples: dict[str, list[str]] = {}
    for original, text, known in zip(comments, _read(comments), covered, strict=True):
        for term in set(terms(text, cutter, stop_words)):
            counts[known][term] += 1
            if not known and len(kept := examples.setdefault(term, [])) < _EXAMPLES:
                kept.append(original)
    compared = emerging_terms(counts[False], counts[True])
    found = compared[(compared["q"] < q) & (compared["log_odds"] > 0) & (compared["now"] >= least)]
    named = [(str(row.term), int(str(row.now))) for row in found.itertuples() if _could_be_a_theme(str(row.term))]
    return [(term, amount, examples[term]) for term, amount in named[:most]]


def _could_be_a_theme(term: str) -> bool:
    """Denials and words of wishing stand in comments on anything."""
    return term[0] not in _BOUND_TO_NEXT and not is_suggestion(term)
