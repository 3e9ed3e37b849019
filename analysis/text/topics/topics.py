"""The topics of an industry, read from a YAML file, and where they stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import yaml

from analysis.text.errors import UnusableInput
from analysis.text.segmentation import ngrams
from analysis.text.segmentation.normalise import normalise_texts
from analysis.text.segmentation.phrases import Ints, Phrases
from analysis.text.segmentation.prefilter import Prefilter
from analysis.text.segmentation.words import PlacedWords, lookalikes, placed_words, shipped_segmenter
from surveys.comments import BY_LABEL, Sentiment

_ALLOWED = {"code", "label", "terms", "patterns", "implied"}
_WINDOW = 500
"""Patterns see this many characters at a time: a clumsy one must not take for ever on a very long comment."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, where it was built


class TopicsUnusable(UnusableInput):
    """A topic file has mistakes; the message lists all of them."""


@dataclass(frozen=True)
class Topic:
    """One aspect: the words that name it, patterns, and wordings that imply a judgement."""

    code: str
    label: str
    terms: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    implied: Mapping[Sentiment, tuple[str, ...]] = field(default_factory=dict)


class Mention(NamedTuple):
    """A topic named at ``text[start:end]``; ``implied`` is the judgement that the wording itself carries."""

    start: int
    end: int
    code: str
    implied: Sentiment | None


def load_topics(path: Path) -> tuple[Topic, ...]:
    """Read a topic file; raises TopicsUnusable with every mistake in it."""
    if not path.is_file():
        known = "、".join(sorted(other.stem for other in path.parent.glob("*.yaml")))
        raise TopicsUnusable(f"没有主题文件 {path.name}；现有：{known}")
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
    except yaml.YAMLError as problem:
        raise TopicsUnusable(f"{path.name}：不是合法的 YAML（{problem}）") from problem
    entries = raw.get("aspects") if isinstance(raw, dict) else None
    if not isinstance(entries, list):
        raise TopicsUnusable(f"{path.name}：缺少 aspects 列表")
    problems = [f"{path.name} · {problem}" for entry in entries for problem in _problems(entry)]
    if problems:
        raise TopicsUnusable("\n".join(problems))
    return tuple(_topic(entry) for entry in entries)


def _problems(entry: Any) -> Iterator[str]:
    if not isinstance(entry, dict) or not entry.get("code") or not entry.get("label"):
        yield f"主题需要 code 和 label：{entry!r}"
        return
    name = entry["code"]
    for setting in sorted(set(entry) - _ALLOWED):
        yield f"{name}：没有“{setting}”这个设置"
    implied = entry.get("implied") or {}
    for sentiment in sorted(set(implied) - set(BY_LABEL)):
        yield f"{name}：implied 只能是 {'、'.join(BY_LABEL)}，不是“{sentiment}”"
    for pattern in [*(entry.get("patterns") or ()), *(p for group in implied.values() for p in group)]:
        try:
            re.compile(pattern)
        except re.error as problem:
            yield f"{name}：表达式 {pattern!r} 有误（{problem}）"


def _topic(entry: Mapping[str, Any]) -> Topic:
    implied = {BY_LABEL[key]: tuple(group) for key, group in (entry.get("implied") or {}).items()}
    terms = tuple(map(str, entry.get("terms") or ()))
    return Topic(str(entry["code"]), str(entry["label"]), terms, tuple(entry.get("patterns") or ()), implied)


def merge_topics(topics: Sequence[Topic], own: Sequence[Topic]) -> tuple[Topic, ...]:
    """*topics* with the wordings of *own* added to those of the same code, and new topics at the end."""
    known = {topic.code: topic for topic in topics}
    for topic in own:
        there = known.get(topic.code, Topic(topic.code, topic.label))
        polarities = dict.fromkeys([*there.implied, *topic.implied])  # in one order, or the version would change
        implied = {key: (*there.implied.get(key, ()), *topic.implied.get(key, ())) for key in polarities}
        terms, patterns = (*there.terms, *topic.terms), (*there.patterns, *topic.patterns)
        known[topic.code] = Topic(topic.code, topic.label, terms, patterns, implied)
    return tuple(known.values())


class TopicFinder:
    """Finds the mentions of several topics in normalised texts."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self.topics = tuple(topics)
        self.labels = {topic.code: topic.label for topic in topics}
        codes: dict[str, list[str]] = {}
        for topic in topics:
            for term in filter(None, normalise_texts(topic.terms)):
                codes.setdefault(term, []).append(topic.code)
        self._terms = Phrases(list(codes))
        self._codes = list(codes.values())
        single = list(_single_patterns(topics))
        self._patterns = [(re.compile(pattern), code, implied) for pattern, code, implied in single]
        self._prefilter = Prefilter([pattern for pattern, _, _ in single])

    def mentions(self, text: str) -> list[Mention]:
        """The mentions in a single normalised text."""
        laid = ngrams.batch([text])
        return self.placed_mentions([text], laid, placed_words(laid.joined, shipped_segmenter()))

    def placed_mentions(self, texts: Sequence[str], laid: ngrams.Batch, words: PlacedWords) -> list[Mention]:
        """Every mention in the batch of *texts* in order of place; of two that overlap only the longer one is kept.

        A term is a word or several, and no piece of the *words* of the batch that happens to read like it.
        """
        found = [*self._named(laid, words), *self._matched(texts, laid)]
        found.sort(key=_in_order)
        return list(_without_shadowed(found))

    def _named(self, laid: ngrams.Batch, words: PlacedWords) -> Iterator[Mention]:
        phrases, starts = self._terms.find(laid)
        ends = starts + self._terms.lengths[phrases]
        whole = ~_torn(laid.joined, starts, ends, words)
        phrases, starts, ends = phrases[whole], starts[whole], ends[whole]
        for phrase, start, end in zip(phrases.tolist(), starts.tolist(), ends.tolist(), strict=True):
            for code in self._codes[phrase]:
                yield Mention(start, end, code, None)

    def _matched(self, texts: Sequence[str], laid: ngrams.Batch) -> Iterator[Mention]:
        numbers, wanted_patterns = self._prefilter.candidates(self._prefilter.find(laid), laid.owners, len(texts))
        columns = (numbers, wanted_patterns, laid.starts[numbers])
        for number, wanted, begin in zip(*(column.tolist() for column in columns), strict=True):
            text, (pattern, code, implied) = texts[number], self._patterns[wanted]
            for since in range(0, len(text), _WINDOW):
                for match in pattern.finditer(text, since, since + _WINDOW):
                    if match.end() > match.start():
                        yield Mention(begin + match.start(), begin + match.end(), code, implied)


def _torn(joined: str, starts: Ints, ends: Ints, words: PlacedWords) -> npt.NDArray[np.bool_]:
    """Which of the stretches tear a word: begin or end within one that goes on, or stand in one of another sense."""
    first = np.searchsorted(words.starts, starts, side="right") - 1
    last = np.searchsorted(words.starts, ends, side="left") - 1
    begins, finishes = words.starts[first] < starts, words.ends[last] > ends
    torn = (begins | finishes) & (first != last)
    for number in np.flatnonzero((begins | finishes) & ~torn).tolist():
        word = first[number]
        torn[number] = joined[words.starts[word] : words.ends[word]] in lookalikes()
    return torn


def _in_order(mention: Mention) -> tuple[int, int, bool]:
    """By place, of those that begin together the longest first, and of the same the one that implies something."""
    return mention.start, -mention.end, mention.implied is None


def _single_patterns(topics: Sequence[Topic]) -> Iterator[tuple[str, str, Sentiment | None]]:
    for topic in topics:
        yield from ((pattern, topic.code, None) for pattern in topic.patterns)
        for sentiment, group in topic.implied.items():
            yield from ((pattern, topic.code, sentiment) for pattern in group)


def _without_shadowed(found: Iterable[Mention]) -> Iterator[Mention]:
    """Leave out what is only a part of a longer mention, and what is said of the same topic in the same place.

    *found* is in order of start, of equal starts the longest first.
    """
    longest: tuple[int, int] = (-1, -1)
    codes: set[str] = set()
    for mention in found:
        span = (mention.start, mention.end)
        if mention.end > longest[1]:
            longest, codes = span, set()
        if span == longest and mention.code not in codes:
            codes.add(mention.code)
            yield mention
