"""The topics as an organisation arranges them: more words, topics of its own, one merged into another or split off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.text.segmentation.normalise import normalise_texts
from analysis.text.topics.topics import Topic, merge_topics


@dataclass(frozen=True)
class OwnTopic:
    """A topic of the organisation's own, or a change of one there is.

    ``terms`` are words for it; ``into`` the code of the topic that it is merged into; ``out_of`` that of the topic
    which its words are taken from.
    """

    code: str
    label: str
    terms: tuple[str, ...] = ()
    into: str = ""
    out_of: str = ""


def arranged(topics: Sequence[Topic], own: Sequence[OwnTopic]) -> tuple[Topic, ...]:
    """The *topics* as the changes of the organisation leave them, whatever their order.

    What is merged into a topic that isn't there, such as one of an industry that was put aside, or in a circle, stays.
    """
    together = merge_topics(topics, [Topic(each.code, each.label, each.terms) for each in own])
    known = {topic.code: topic for topic in together}
    for each in own:
        if each.out_of in known and each.out_of != each.code:
            known[each.out_of] = _without(known[each.out_of], each.terms)
    ends = {code: _end(code, {each.code: each.into for each in own if each.into in known}) for code in known}
    kept = [topic for code, topic in known.items() if ends[code] == code]
    moved = [
        replace(topic, code=ends[code], label=known[ends[code]].label)
        for code, topic in known.items()
        if ends[code] != code
    ]
    return tuple(topic for topic in merge_topics(kept, moved) if topic.terms or topic.patterns or topic.implied)


def _end(code: str, into: Mapping[str, str]) -> str:
    """The code under which a topic is counted in the end; its own in a circle."""
    passed, here = {code}, code
    while here in into:
        here = into[here]
        if here in passed:
            return code
        passed.add(here)
    return here


def _without(topic: Topic, terms: Sequence[str]) -> Topic:
    """The topic without these words, however they are spelled."""
    gone = set(normalise_texts(terms))
    return replace(topic, terms=tuple(_others(topic.terms, gone)))


def _others(terms: Sequence[str], gone: set[str]) -> Iterator[str]:
    for term, plain in zip(terms, normalise_texts(terms), strict=True):
        if plain not in gone:
            yield term
