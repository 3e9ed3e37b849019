"""English comments, by a small path of their own: a word list, negation, degree and contrast; no topics.

Only what is made of words known here is judged. French, Latin spellings of Chinese and whatever has too few known
words stays not judged, and so does English without any word of praise or blame.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from analysis.text.places import DATA
from surveys.comments import CommentKind, Sentiment

ENGLISH = DATA / "english.tsv"
_TOKEN = re.compile(r"[a-zß-öø-ɏ]+(?:['’-][a-zß-öø-ɏ]+)*")
_CLAUSE = re.compile(r"[.!?;,:\n]|\b(?=but\b|however\b|although\b|though\b|yet\b)")
_KNOWN_SHARE, _FEW = 0.6, 2
_REACH, _LONGEST = 4, 4
_TURNED, _BEFORE_CONTRAST = -0.8, 0.4
_SLOPE, _NEUTRAL, _SURE = 1.2, 0.3, 1.5
_TURNING, _CONCEDING = {"but", "however", "yet"}, {"although", "though"}
_ASKING = re.compile(
    r"\b(?:please|should|could you|can you|suggest|hope|wish|would like|it would|need more"
    r"|would be (?:nice|better|good|great))\b"
)
_KINDS = {
    Sentiment.NEGATIVE: CommentKind.COMPLAINT,
    Sentiment.NEUTRAL: CommentKind.STATEMENT,
    Sentiment.POSITIVE: CommentKind.PRAISE,
}


class EnglishWord(NamedTuple):
    """A word or phrase of praise or blame, and how far it counts where it stands."""

    start: int
    end: int
    strength: float


@dataclass(frozen=True)
class EnglishJudgement:
    """What an English text says; *score* is the probability that it is positive."""

    kind: CommentKind
    sentiment: Sentiment
    score: float
    sure: bool
    words: tuple[EnglishWord, ...]


class _Words(NamedTuple):
    """The word list: strengths of what praises and blames, degrees, denials, and words that only show the language."""

    strengths: dict[str, float]
    degrees: dict[str, float]
    denials: frozenset[str]
    known: frozenset[str]


@cache
def _words() -> _Words:
    rows = [line.split("\t") for line in ENGLISH.read_text(encoding="utf-8").splitlines() if line]
    strengths = {word: float(value) for sort, value, words in rows if sort == "said" for word in words.split(", ")}
    degrees = {word: float(value) for sort, value, words in rows if sort == "degree" for word in words.split(", ")}
    plain = {sort: frozenset(words.split(", ")) for sort, _, words in rows if sort in ("denial", "known")}
    known = {part for group in (strengths, degrees, *plain.values()) for word in group for part in word.split()}
    return _Words(strengths, degrees, plain["denial"], frozenset(known))


def judged_in_english(text: str) -> EnglishJudgement | None:
    """What a normalised text says in English; None where it isn't English, or says nothing that is known here."""
    plain = text.replace("’", "'")
    if not _is_english(_TOKEN.findall(plain)):
        return None
    found, wishes = _weighed(plain), bool(_ASKING.search(plain))
    if not found:
        return _unjudging(plain, wishes)
    total = sum(each.strength for each in found)
    sentiment = Sentiment.NEUTRAL if abs(total) < _NEUTRAL else Sentiment.POSITIVE if total > 0 else Sentiment.NEGATIVE
    wishing = wishes and sentiment is not Sentiment.POSITIVE
    kind = CommentKind.SUGGESTION if wishing else _KINDS[sentiment]
    mixed = min(each.strength for each in found) < 0 < max(each.strength for each in found)
    sure = abs(total) >= _SURE and not (mixed or wishes or "?" in plain)
    return EnglishJudgement(kind, sentiment, 1 / (1 + math.exp(-_SLOPE * total)), sure, tuple(found))


def _unjudging(text: str, wishes: bool) -> EnglishJudgement | None:
    """A wish or a question without a word of praise or blame; None of anything else, about which nothing is known."""
    asks = text.rstrip().endswith("?")
    kind = CommentKind.SUGGESTION if wishes else CommentKind.QUESTION
    return EnglishJudgement(kind, Sentiment.NEUTRAL, 0.5, asks and not wishes, ()) if wishes or asks else None


def _is_english(tokens: Sequence[str]) -> bool:
    """Whether most words are known; of a few, all."""
    known = sum(token in _words().known or token.endswith(("n't", "'s", "'m", "'re", "'ve", "'ll")) for token in tokens)
    return bool(tokens) and known >= (len(tokens) if len(tokens) <= _FEW else _KNOWN_SHARE * len(tokens))


def _weighed(text: str) -> list[EnglishWord]:
    """Words of praise and blame; what a contrast follows counts less, and so does what is conceded."""
    found: list[EnglishWord] = []
    start, ends = 0, [match.span() for match in _CLAUSE.finditer(text)]
    for stop, following in [*ends, (len(text), len(text))]:
        clause = list(_TOKEN.finditer(text, start, stop))
        first = clause[0][0] if clause else ""
        own = _of_clause(clause)
        if first in _TURNING:
            found = [each._replace(strength=each.strength * _BEFORE_CONTRAST) for each in found]
        if first in _CONCEDING:
            own = [each._replace(strength=each.strength * _BEFORE_CONTRAST) for each in own]
        found += own
        start = following
    return found


def _of_clause(clause: Sequence[re.Match[str]]) -> list[EnglishWord]:
    words, found, place = _words(), list[EnglishWord](), 0
    tokens = [match[0] for match in clause]
    while place < len(tokens):
        sizes = range(min(_LONGEST, len(tokens) - place), 0, -1)
        size = next((n for n in sizes if " ".join(tokens[place : place + n]) in words.strengths), 0)
        if size:
            strength = words.strengths[" ".join(tokens[place : place + size])]
            before = tokens[max(0, place - _REACH) : place]
            for token in before:
                strength *= words.degrees.get(token, 1.0)
            if any(token in words.denials or token.endswith("n't") for token in before):
                strength *= _TURNED
            if " ".join(tokens[max(0, place - 1) : place + 1]) == "would like":
                place += 1
                continue
            found.append(EnglishWord(clause[place].start(), clause[place + size - 1].end(), strength))
        place += size or 1
    return found
