"""The analyser: all steps from a comment to its analysis, for a batch of comments at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from analysis.text import ngrams
from analysis.text.aspects import aspects
from analysis.text.clauses import Clause, clauses
from analysis.text.comment import Aspect, CommentAnalysis, Contribution, Sentiment
from analysis.text.lexicon import Hit, Lexicon
from analysis.text.normalise import normalised
from analysis.text.places import DATA
from analysis.text.rules import readings
from analysis.text.sentiment import RULES_UP_TO, ClauseScore, Judgement, clause_score, judge, sentiment_of
from analysis.text.topics import Mention, Topic, TopicFinder, load_topics, merged
from analysis.text.weights import WeightTable
from analysis.text.words import Segmenter, Word, domain_words, placed_words, segmenter

CODE_VERSION = "1"
"""Raise it when a change of the code changes what is found."""
_SHOWN = 6
_MOVED = 0.05
_AT_ONCE = 2_000
_IMPLIED: dict[Sentiment, float] = {"负面": -2.0, "中性": 0.0, "正面": 2.0}


class Analyser:
    """Analyses comments; made by :meth:`load`, offline, and without changing anything outside itself."""

    def __init__(self, table: WeightTable, lexicon: Lexicon, finder: TopicFinder, words: Sequence[str], version: str):
        self.table = table
        self.lexicon = lexicon
        self.finder = finder
        self.version = version
        self._domain_words = tuple(words)

    @classmethod
    def load(cls, industry: str = "power_supply", *, weights: Path | None = None, data: Path = DATA) -> Self:
        """The analyser of an industry, with the shipped weights or those of the file *weights*.

        Raises TopicsUnusable for an unknown industry and WeightsUnreadable for a wrong weight file.
        """
        table = WeightTable.load(weights or data / "weights.npz")
        topics = data / "topics" / f"{industry}.yaml"
        finder = TopicFinder(load_topics(topics))
        lists = [data / "lexicon.tsv", data / "words.txt"]
        return cls(table, Lexicon.load(lists[0]), finder, domain_words(lists[1]), _version(table, [*lists, topics]))

    def with_topics(self, own: Sequence[Topic]) -> Self:
        """An analyser that also knows an organisation's *own* topics: new ones, and more wordings for known codes."""
        finder = TopicFinder(merged(self.finder.topics, own))
        version = hashlib.sha256(f"{self.version} {finder.topics}".encode()).hexdigest()[:16]
        return type(self)(self.table, self.lexicon, finder, self._domain_words, version)

    @cached_property
    def segmenter(self) -> Segmenter:
        """The word segmenter, made when it is first needed."""
        return segmenter(self._domain_words)

    def analyse(self, texts: Iterable[str]) -> list[CommentAnalysis]:
        """One analysis per text, in the same order; no text is refused, however odd."""
        every = list(texts)
        chunks = (every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE))
        return [analysis for chunk in chunks for analysis in self._analyse_chunk(chunk)]

    def _analyse_chunk(self, originals: Sequence[str]) -> list[CommentAnalysis]:
        texts = normalised(originals)
        laid = ngrams.batch(texts)
        added = self.table.character_weights(laid)
        scores = self.table.scores(laid, added).tolist()
        starts = laid.starts.tolist()
        sums = np.concatenate([[0.0], np.cumsum(added, dtype=np.float64)])
        return [
            self._analyse_one(original, text, score, sums[start : start + len(text) + 1].tolist())
            for original, text, score, start in zip(originals, texts, scores, starts, strict=True)
        ]

    def _analyse_one(self, original: str, text: str, score: float, sums: Sequence[float]) -> CommentAnalysis:
        found = clauses(text)
        words = placed_words(text, self.segmenter)
        mentions = self.finder.mentions(text)
        parts = self._clause_scores(text, found, words, sums, mentions)
        judgement = judge(text, score, parts, self.table.calibration)
        return CommentAnalysis(
            text=original,
            kind=judgement.kind,
            sentiment=judgement.sentiment,
            score=judgement.score,
            sure=judgement.sure,
            words=self._contributions(original, words, sums, parts, judgement),
            aspects=self._aspects(original, mentions, found, parts, judgement),
        )

    def _clause_scores(
        self,
        text: str,
        found: Sequence[Clause],
        words: Sequence[Word],
        sums: Sequence[float],
        mentions: Sequence[Mention],
    ) -> list[ClauseScore]:
        single = {word.start for word in words if len(word.word) == 1}
        parts = []
        for start, end in found:
            clause = text[start:end]
            hits = self.lexicon.hits(clause, single, start) or _implied(mentions, start, end)
            scale = (4.0 * (end - start) + 8.0) ** -self.table.power

            def added(since: int, until: int, start: int = start) -> float:
                return sums[start + until] - sums[start + since]

            found_here = readings(clause, hits) if hits else ()
            parts.append(clause_score(Clause(start, end), clause, found_here, added, scale, self.table.bias))
        return parts

    def _contributions(
        self,
        original: str,
        words: Sequence[Word],
        sums: Sequence[float],
        parts: Sequence[ClauseScore],
        judgement: Judgement,
    ) -> tuple[Contribution, ...]:
        """The words that moved the score most: their share of the table and, in short comments, of the rules."""
        if judgement.kind == "no_content":
            return ()
        scale = (4.0 * len(original) + 8.0) ** -self.table.power
        ruled = _ruled_characters(parts) if len(original) <= RULES_UP_TO else {}
        moved = []
        for word, start in words:
            end = start + len(word)
            weight = (sums[end] - sums[start]) * scale
            if ruled:
                weight += sum([ruled.get(place, 0.0) for place in range(start, end)])
            if (weight >= _MOVED or weight <= -_MOVED) and not word.isspace():
                moved.append((abs(weight), start, end, weight))
        moved.sort(reverse=True)
        return tuple(
            [
                Contribution(original[start:end], start, end, round(weight, 3))
                for _, start, end, weight in moved[:_SHOWN]
            ]
        )

    def _aspects(
        self,
        original: str,
        mentions: Sequence[Mention],
        found: Sequence[Clause],
        parts: Sequence[ClauseScore],
        judgement: Judgement,
    ) -> tuple[Aspect, ...]:
        if judgement.kind == "no_content":
            return ()

        def sentiment(position: int) -> Sentiment:
            return sentiment_of(parts[position], self.table.calibration)

        return aspects(original, mentions, found, sentiment, self.finder.labels)


def _implied(mentions: Sequence[Mention], start: int, end: int) -> list[Hit]:
    """Judgements that wordings of the topic list imply, as opinion words of the clause ``start:end``."""
    return [
        Hit(mention.start - start, mention.end - start, _IMPLIED[mention.implied], True)
        for mention in mentions
        if mention.implied and start <= mention.start and mention.end <= end
    ]


def _ruled_characters(parts: Sequence[ClauseScore]) -> dict[int, float]:
    """What the context of the opinion words adds in each clause, spread over their characters."""
    added: dict[int, float] = {}
    for part in parts:
        correction = part.correction
        if not correction:
            continue
        spans = [(reading.hit.start, reading.hit.end) for reading in part.readings]
        size = sum(end - start for start, end in spans)
        for start, end in spans:
            for place in range(start, end):
                added[part.clause.start + place] = correction / size
    return added


def _version(table: WeightTable, files: Iterable[Path]) -> str:
    digest = hashlib.sha256(f"{CODE_VERSION} {table.version}".encode())
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
