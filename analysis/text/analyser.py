"""The analyser: all steps from a comment to its analysis, for a batch of comments at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from analysis.text import ngrams
from analysis.text.aspects import aspects, relearned
from analysis.text.clauses import Clauses, clauses
from analysis.text.comment import Aspect, CommentAnalysis, Contribution, Sentiment
from analysis.text.context import clause_scores
from analysis.text.contributions import contributions, ruled_sums
from analysis.text.lexicon import Hits, Lexicon
from analysis.text.local import NOTHING_LEARNED, LocalLayer
from analysis.text.normalise import normalised
from analysis.text.places import DATA
from analysis.text.rules import RULES_UP_TO
from analysis.text.sentiment import Judgements, clause_sentiments, judge
from analysis.text.signs import signs
from analysis.text.topics import Mention, Topic, TopicFinder, load_topics, merged
from analysis.text.transformer import Transformer
from analysis.text.weights import WeightTable
from analysis.text.words import Segmenter, domain_words, placed_words, segmenter

CODE_VERSION = "2"
"""Raise it when a change of the code changes what is found."""
_AT_ONCE = 2_000
Floats = npt.NDArray[Any]
_IMPLIED: dict[Sentiment, float] = {"负面": -2.0, "中性": 0.0, "正面": 2.0}


class Analyser:
    """Analyses comments; made by :meth:`load`, offline, and without changing anything outside itself."""

    def __init__(
        self,
        table: WeightTable,
        lexicon: Lexicon,
        finder: TopicFinder,
        words: Sequence[str],
        version: str,
        layer: LocalLayer = NOTHING_LEARNED,
        transformer: Transformer | None = None,
    ) -> None:
        self.table = table
        self.lexicon = lexicon
        self.finder = finder
        self.version = version
        self.layer = layer
        self.transformer = transformer
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
        version = _digest(f"{self.version} {finder.topics}")
        return self._changed(version, finder=finder)

    def with_layer(self, layer: LocalLayer) -> Self:
        """An analyser that finds aspects as an organisation's corrections taught the *layer*."""
        version = _digest(f"{self.version} {layer.to_json()}")
        return self._changed(version, layer=layer)

    def with_transformer(self, transformer: Transformer) -> Self:
        """An analyser that takes the sentiment of comments from a model of one's own; all else stays."""
        return self._changed(_digest(f"{self.version} {transformer.version}"), transformer=transformer)

    def _changed(
        self,
        version: str,
        *,
        finder: TopicFinder | None = None,
        layer: LocalLayer | None = None,
        transformer: Transformer | None = None,
    ) -> Self:
        return type(self)(
            self.table,
            self.lexicon,
            finder or self.finder,
            self._domain_words,
            version,
            layer or self.layer,
            transformer or self.transformer,
        )

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
        sums = np.concatenate([[0.0], np.cumsum(added, dtype=np.float64)])
        words = placed_words(laid.joined, self.segmenter)
        found = clauses(laid)
        mentions = _in_words(self.finder.placed_mentions(texts, laid), laid, found)
        hits = self.lexicon.hits(laid, found, words.alone()).with_implied(_implied(mentions, found))
        if not self.layer.models:
            hits = hits.within(_read_closely(laid, found, mentions))
        parts = clause_scores(laid, found, hits, sums, self.table)
        raw, ruled_texts = self._raw(texts, laid, added)
        special, calibration = signs(texts, laid, found), self.table.calibration
        judged = judge(ruled_texts, laid, raw, found, parts, special, calibration)
        ruled = ruled_sums(hits, found, parts, ruled_texts, len(laid.codes))
        moving = contributions(originals, laid, words, sums, self.table.scale(laid.lengths), ruled)
        about = clause_sentiments(laid, raw, found, parts, special[1], calibration)
        named = aspects(originals, laid, found, mentions, about, self.finder.labels)
        if self.layer.models:
            named = relearned(self.layer, originals, laid, found, named, about, self.finder.labels)
        return _analyses(originals, judged, moving, named)

    def _raw(self, texts: Sequence[str], laid: ngrams.Batch, added: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """The raw score of each text, and whether the rules may correct it: only what the table says of short ones."""
        if self.transformer is None:
            return self.table.scores(laid, added), laid.lengths <= RULES_UP_TO
        raw = self.table.calibration.raw(self.transformer.log_odds(texts))
        return raw, np.zeros(len(texts), dtype=bool)


def _in_words(mentions: Sequence[Mention], laid: ngrams.Batch, clauses: Clauses) -> Sequence[Mention]:
    """The mentions in comments that have a clause; one of signs alone says nothing of a topic, whatever its words."""
    worded = clauses.first[1:] > clauses.first[:-1]
    if worded.all():
        return mentions
    return [mention for mention in mentions if worded[laid.owners[mention.start]]]


def _read_closely(laid: ngrams.Batch, clauses: Clauses, mentions: Sequence[Mention]) -> npt.NDArray[np.bool_]:
    """The clauses whose opinion words matter: all of short comments; of long ones those with a topic, and the next."""
    starts = np.array([mention.start for mention in mentions], dtype=np.int64)
    named = np.maximum(clauses.around(starts), 0)
    wanted = np.append((laid.lengths <= RULES_UP_TO)[clauses.owners], [True, True])
    wanted[named] = wanted[named + 1] = True
    return wanted[:-2]


def _implied(mentions: Sequence[Mention], clauses: Clauses) -> Hits:
    """Judgements that wordings of the topic list imply, as opinion words of the clause they stand in."""
    implied = [mention for mention in mentions if mention.implied]
    starts = np.array([mention.start for mention in implied], dtype=np.int64)
    ends = np.array([mention.end for mention in implied], dtype=np.int64)
    strengths = np.array([_IMPLIED[mention.implied] for mention in implied if mention.implied], dtype=np.float64)
    inside = clauses.around(starts)
    whole = (inside >= 0) & (ends <= np.append(clauses.ends, -1)[inside])
    flags = np.ones(int(whole.sum()), dtype=bool)
    return Hits(starts[whole], ends[whole], strengths[whole], flags, inside[whole])


def _analyses(
    originals: Sequence[str],
    judged: Judgements,
    moving: Sequence[tuple[Contribution, ...]],
    named: Sequence[tuple[Aspect, ...]],
) -> list[CommentAnalysis]:
    """The outcome as plain values; a comment that says nothing has neither words nor aspects."""
    columns = zip(
        originals, judged.kind_names, judged.sentiment_names, judged.scores.tolist(), judged.sure.tolist(),
        moving, named, strict=True,
    )  # fmt: skip
    return [
        CommentAnalysis(text, kind, sentiment, score, sure, *(((), ()) if kind == "no_content" else (words, about)))
        for text, kind, sentiment, score, sure, words, about in columns
    ]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _version(table: WeightTable, files: Iterable[Path]) -> str:
    digest = hashlib.sha256(f"{CODE_VERSION} {table.version}".encode())
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
