"""The analyser: all steps from a comment to its analysis, for a batch of comments at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from analysis.text.comment import CommentAnalysis, Contribution
from analysis.text.english_comments import with_english
from analysis.text.places import DATA
from analysis.text.segmentation import ngrams
from analysis.text.segmentation.clauses import Clauses, clauses
from analysis.text.segmentation.language import KNOWN, Readable, latin_words, readable
from analysis.text.segmentation.normalise import normalise_texts
from analysis.text.segmentation.words import PlacedWords, Segmenter, domain_words, placed_words, segmenter
from analysis.text.sentiment.adapted import AdaptedTable
from analysis.text.sentiment.context import ClauseScores, clause_scores
from analysis.text.sentiment.contributions import contributions, ruled_sums
from analysis.text.sentiment.english import ENGLISH
from analysis.text.sentiment.judgement import (
    Judgements,
    asking_clauses,
    clause_sentiments,
    findings_of,
    judge,
    retold,
)
from analysis.text.sentiment.lexicon import Hits, Lexicon
from analysis.text.sentiment.local import NOTHING_LEARNED, LocalLayer
from analysis.text.sentiment.pragmatics import Pragmatics
from analysis.text.sentiment.rules import RULES_UP_TO
from analysis.text.sentiment.signs import Signs, signs
from analysis.text.sentiment.transformer import Transformer
from analysis.text.sentiment.weights import WeightTable
from analysis.text.signals import SignalFinder
from analysis.text.topics.aspects import aspects, relearn
from analysis.text.topics.industries import USUAL_INDUSTRY, topics_of
from analysis.text.topics.polarity import Context, PolarityHead, head_of
from analysis.text.topics.topics import Mention, Topic, TopicFinder, load_topics, merge_topics
from surveys.comments import Aspect, CommentKind, Sentiment, Signal

CODE_VERSION = "7"
"""Raise it when a change of the code changes what is found."""
_AT_ONCE = 2_000
Floats = npt.NDArray[Any]
_SAYS_NOTHING = (CommentKind.NO_CONTENT, CommentKind.OTHER_LANGUAGE)
_IMPLIED = {Sentiment.NEGATIVE: -2.0, Sentiment.NEUTRAL: 0.0, Sentiment.POSITIVE: 2.0}


class _Reading(NamedTuple):
    """What table and rules have found in a batch; *findings* is what the layer of pragmatics learns from."""

    laid: ngrams.Batch
    words: PlacedWords
    clauses: Clauses
    mentions: Sequence[Mention]
    hits: Hits
    parts: ClauseScores
    signs: tuple[Signs, Signs]
    shipped: Floats
    moved: Floats
    raw: Floats
    ruled: npt.NDArray[np.bool_]
    judged: Judgements
    findings: Floats

    @property
    def turning(self) -> npt.NDArray[np.bool_]:
        """The comments that the layer of pragmatics may speak of; an outcry is told as what it is."""
        return np.asarray(self.ruled & self.judged.open_to_turns & ~self.signs[0].bitter)


class Analyser:
    """Analyses comments; made by :meth:`load`, offline, and without changing anything outside itself."""

    def __init__(
        self,
        table: WeightTable,
        lexicon: Lexicon,
        finder: TopicFinder,
        words: Sequence[str],
        version: str,
        signals: SignalFinder,
        pragmatics: Pragmatics,
        layer: LocalLayer = NOTHING_LEARNED,
        transformer: Transformer | None = None,
        adapted: AdaptedTable | None = None,
        polarity: PolarityHead | None = None,
    ) -> None:
        self.table = table
        self.lexicon = lexicon
        self.finder = finder
        self.version = version
        self.signals = signals
        self.pragmatics = pragmatics
        self.layer = layer
        self.transformer = transformer
        self.adapted = adapted
        self.polarity = polarity
        self._domain_words = tuple(words)

    @classmethod
    def load(cls, industry: str = USUAL_INDUSTRY, *, weights: Path | None = None, data: Path = DATA) -> Self:
        """The analyser of an industry, with the shipped weights or those of the file *weights*.

        Raises TopicsUnusable for an unknown industry and WeightsUnreadable for a wrong weight file.
        """
        table = WeightTable.load(weights or data / "weights.npz")
        topics = data / "topics" / f"{industry}.yaml"
        finder = TopicFinder(load_topics(topics))
        lists = [data / name for name in ("lexicon.tsv", "words.txt", "stop_words.txt", "lookalikes.txt")]
        calling = data / "signals.yaml"
        turns = [data / "pragmatics" / name for name in ("cues.yaml", "weights.json")]
        head = head_of(industry, data)
        version = _version(table, [*lists, calling, *turns, ENGLISH, topics], head)
        words = [*domain_words(lists[1]), *domain_words(lists[3])]
        lexicon, signals = Lexicon.load(lists[0]), SignalFinder.load(calling)
        layers = Pragmatics.load(turns[0].parent), NOTHING_LEARNED, None, None, head
        return cls(table, lexicon, finder, words, version, signals, *layers)

    def with_topics(self, own: Sequence[Topic]) -> Self:
        """An analyser that also knows an organisation's *own* topics: new ones, and more wordings for known codes."""
        return self.of_topics(merge_topics(self.finder.topics, own))

    def of_topics(self, topics: Sequence[Topic]) -> Self:
        """An analyser that knows these *topics* and no others, of the same industry."""
        finder = TopicFinder(topics)
        version = _digest(f"{self.version} {finder.topics}")
        return self._changed(version, finder=finder, polarity=self.polarity)

    def of_industries(self, chosen: Sequence[str], data: Path = DATA) -> Self:
        """An analyser that knows the topics of these industries and no others, and the head of a single one."""
        topics, head = topics_of(chosen, data), head_of(chosen[0], data) if len(chosen) == 1 else None
        version = _digest(f"{self.version} of {topics} {head.version if head else ''}")
        return self._changed(version, finder=TopicFinder(topics), polarity=head)

    def with_layer(self, layer: LocalLayer) -> Self:
        """An analyser that finds aspects as an organisation's corrections taught the *layer*."""
        version = _digest(f"{self.version} {layer.to_json()}")
        return self._changed(version, layer=layer)

    def with_transformer(self, transformer: Transformer) -> Self:
        """An analyser that takes the sentiment of comments from a model of one's own; all else stays."""
        return self._changed(_digest(f"{self.version} {transformer.version}"), transformer=transformer)

    def with_adapted(self, adapted: AdaptedTable) -> Self:
        """An analyser for one survey, whose comments have taught it; how aspects are spoken of stays."""
        return self._changed(_digest(f"{self.version} {adapted.version}"), adapted=adapted)

    def with_pragmatics(self, pragmatics: Pragmatics) -> Self:
        """An analyser that reads turns of speech by another layer."""
        return self._changed(_digest(f"{self.version} {pragmatics.weights}"), pragmatics=pragmatics)

    def pragmatic_features(self, texts: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Which of a few Chinese *texts* hold a turn of speech, and the features from which the layer learns it."""
        given = readable(normalise_texts(texts), self._foreign_words)
        read = self._read(given)
        return self.pragmatics.features(given.texts, read.laid, read.findings, read.turning)

    def mentions_in_context(self, texts: Sequence[str]) -> tuple[Sequence[Mention], Context]:
        """The topics named in a few Chinese *texts*, and what is said around them, from which polarity is learned."""
        read = self._read(readable(normalise_texts(texts), self._foreign_words))
        return read.mentions, self._context(read)

    def _changed(
        self,
        version: str,
        *,
        finder: TopicFinder | None = None,
        layer: LocalLayer | None = None,
        transformer: Transformer | None = None,
        adapted: AdaptedTable | None = None,
        pragmatics: Pragmatics | None = None,
        polarity: PolarityHead | None = None,
    ) -> Self:
        return type(self)(
            self.table,
            self.lexicon,
            finder or self.finder,
            self._domain_words,
            version,
            self.signals,
            pragmatics or self.pragmatics,
            layer or self.layer,
            transformer or self.transformer,
            adapted or self.adapted,
            polarity or (None if finder else self.polarity),
        )

    @cached_property
    def _foreign_words(self) -> frozenset[str]:
        """The foreign words that this analyser understands."""
        terms = normalise_texts([term for topic in self.finder.topics for term in topic.terms])
        return KNOWN | latin_words(self.lexicon.words) | latin_words(terms)

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
        normalised = normalise_texts(originals)
        given = readable(normalised, self._foreign_words)
        parts = list(originals)
        for number, kept in given.kept.items():
            parts[number] = "".join([originals[number][place] for place in kept])
        found = self._analyse_read(parts, given)
        for number, kept in given.kept.items():
            found[number] = _placed(found[number], originals[number], kept)
        return with_english(found, normalised, given)

    def _analyse_read(self, originals: Sequence[str], given: Readable) -> list[CommentAnalysis]:
        """The analyses of those parts of the *originals* that can be read, which are *given* in analysis spelling."""
        read = self._read(given)
        laid, found = read.laid, read.clauses
        spoken = self.pragmatics.spoken(given.texts, laid, read.findings, read.turning)
        judged = retold(read.judged, spoken)
        ruled = ruled_sums(read.hits, found, read.parts, read.ruled, len(laid.codes))
        moving = contributions(originals, laid, read.words, _summed(read.moved), self.table.scale(laid.lengths), ruled)
        context, labels = self._context(read), self.finder.labels
        turns = np.full(len(originals), -1)
        turns[spoken.rows] = spoken.classes
        named = aspects(originals, context, read.mentions, turns, labels, self.polarity)
        if self.layer.models:
            named = relearn(self.layer, originals, laid, found, named, context.judged, labels)
        return _analyses(originals, judged, moving, named, self.signals.find(laid, found, originals))

    def _context(self, read: _Reading) -> Context:
        """What is said around the topics that are named."""
        calibration, in_clauses = self.table.calibration, read.signs[1]
        whole = read.raw if self.transformer else read.shipped
        judged = clause_sentiments(read.laid, whole, read.clauses, read.parts, in_clauses, calibration)
        asking = asking_clauses(read.laid, read.clauses, in_clauses) | in_clauses.bitter  # an outcry praises nothing
        odds = calibration.log_odds(read.parts.scores), calibration.log_odds(whole)
        return Context(read.laid, read.clauses, read.parts, judged, in_clauses.suggesting, asking, *odds)

    def _read(self, given: Readable) -> _Reading:
        """What table and rules say of what is *given*, and all that was found for it."""
        texts = given.texts
        laid = ngrams.batch(texts)
        added = self.table.character_weights(laid)
        words = placed_words(laid.joined, self.segmenter)
        added = _without(added, *self.lexicon.torn(laid, words))
        found = clauses(laid)
        mentions = _in_words(self.finder.placed_mentions(texts, laid, words), laid, found)
        hits = self.lexicon.hits(laid, found, words).with_implied(_implied(mentions, found))
        if not self.layer.models:
            hits = hits.within(_read_closely(laid, found, mentions))
        parts = clause_scores(laid, found, hits, _summed(added), self.table)
        shipped = self.table.scores(laid, added)
        moved = self.adapted.character_weights(laid, added) if self.adapted else added
        raw, ruled = self._raw(texts, laid, moved)
        special, calibration = signs(texts, laid, found), self.table.calibration
        judged = judge(ruled, laid, raw, found, parts, special, calibration, given)
        findings = findings_of(judged, laid, raw, found, parts, special, calibration)
        return _Reading(
            laid, words, found, mentions, hits, parts, special, shipped, moved, raw, ruled, judged, findings
        )  # fmt: skip

    def _raw(self, texts: Sequence[str], laid: ngrams.Batch, added: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """The raw score of each text, and whether the rules may correct it: only what the table says of short ones."""
        if self.transformer is None:
            own = self.adapted.scores(laid, added, self.table.bias) if self.adapted else self.table.scores(laid, added)
            return own, laid.lengths <= RULES_UP_TO
        raw = self.table.calibration.raw(self.transformer.log_odds(texts))
        return raw, np.zeros(len(texts), dtype=bool)


def _summed(added: Floats) -> npt.NDArray[np.float64]:
    """The sum of what all characters before each place add."""
    return np.concatenate([[0.0], np.cumsum(added, dtype=np.float64)])


def _without(added: Floats, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> Floats:
    """What each letter adds, but nothing for these stretches: their letters mean something else together."""
    if not len(starts):
        return added
    steps = np.zeros(len(added) + 1, dtype=np.int64)
    np.add.at(steps, starts, 1)
    np.add.at(steps, ends, -1)
    return np.where(np.cumsum(steps[:-1]) > 0, np.float32(0), added)


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
    calling: Sequence[tuple[Signal, ...]],
) -> list[CommentAnalysis]:
    """The outcome as plain values; one that says nothing we can read has neither words, aspects nor signals."""
    columns = zip(
        originals, judged.kind_names, judged.sentiment_names, judged.scores.tolist(), judged.sure.tolist(),
        zip(moving, named, calling, strict=True), strict=True,
    )  # fmt: skip
    return [
        CommentAnalysis(text, kind, sentiment, score, sure, *(((), (), ()) if kind in _SAYS_NOTHING else found))
        for text, kind, sentiment, score, sure, found in columns
    ]


def _placed(found: CommentAnalysis, original: str, kept: Sequence[int]) -> CommentAnalysis:
    """The analysis of a part of a comment, with the places in the whole one."""

    def span(start: int, end: int) -> tuple[int, int]:
        return kept[start], kept[end - 1] + 1

    words = [(span(each.start, each.end), each.weight) for each in found.words]
    named = [(span(each.start, each.end), each) for each in found.aspects]
    calling = [(span(each.start, each.end), each) for each in found.signals]
    return replace(
        found,
        text=original,
        words=tuple(Contribution(original[start:end], start, end, weight) for (start, end), weight in words),
        aspects=tuple(
            replace(each, start=start, end=end, evidence=original[start:end]) for (start, end), each in named
        ),
        signals=tuple(
            replace(each, start=start, end=end, evidence=original[start:end]) for (start, end), each in calling
        ),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _version(table: WeightTable, files: Iterable[Path], head: PolarityHead | None) -> str:
    digest = hashlib.sha256(f"{CODE_VERSION} {table.version} {head.version if head else ''}".encode())
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
