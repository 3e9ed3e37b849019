"""The industries whose topics are shipped, and the topics of several of them taken together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import yaml

from analysis.text.places import DATA
from analysis.text.topics.topics import Topic, load_topics, merge_topics

USUAL_INDUSTRY = "power_supply"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@lru_cache
def industries(data: Path = DATA) -> Mapping[str, str]:
    """The label of each industry that has a topic file, by the file's name; the usual one first."""
    paths = sorted((data / "topics").glob("*.yaml"), key=lambda path: (path.stem != USUAL_INDUSTRY, path.stem))
    return {path.stem: _label(path) for path in paths}


def _label(path: Path) -> str:
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
    return str(raw.get("label") or path.stem)


def topics_of(chosen: Sequence[str], data: Path = DATA) -> tuple[Topic, ...]:
    """The topics of the *chosen* industries; what two of them call alike is one topic with the wordings of both.

    Where they mean different things by a code, it stays with the first of all industries, the usual one before others,
    and the label is added to it elsewhere: what a code means depends neither on the choice nor on its order.
    """
    codes, together = _codes(data), tuple[Topic, ...]()
    for name in chosen:
        own = load_topics(data / "topics" / f"{name}.yaml")
        together = merge_topics(together, [replace(each, code=codes[each.label]) for each in own])
    return together


@lru_cache
def _codes(data: Path) -> Mapping[str, str]:
    """The one code of each topic of any industry, by its label."""
    codes: dict[str, str] = {}
    for name in industries(data):
        for topic in load_topics(data / "topics" / f"{name}.yaml"):
            taken = topic.code in codes.values()
            codes.setdefault(topic.label, f"{topic.code}:{topic.label}" if taken else topic.code)
    return codes
