"""The analyser as an organisation has made it its own: its topics, its synonyms and what its corrections taught."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from analysis.text import Analyser
from analysis.text.local import LocalLayer
from analysis.text.topics import Topic

TOPICS_SETTING = "comment topics"
LAYER_SETTING = "comment layer"


class Settings(Protocol):
    """Where the organisation keeps its settings."""

    def setting(self, name: str) -> str | None: ...


@dataclass(frozen=True)
class OwnTopic:
    """A topic of the organisation's own, or more words for a topic there is: its code, label and words."""

    code: str
    label: str
    terms: tuple[str, ...]


def analyser_of(settings: Settings) -> Analyser:
    """The analyser for these settings; the same one as long as they stand as they are."""
    return _analyser(settings.setting(TOPICS_SETTING) or "[]", settings.setting(LAYER_SETTING) or "{}")


@lru_cache(maxsize=2)
def _analyser(topics: str, layer: str) -> Analyser:
    return _with(_shipped(), topics, layer)


def made_own(analyser: Analyser, settings: Settings) -> Analyser:
    """Another *analyser*, of an industry or with weights of one's own, with what stands in these settings."""
    return _with(analyser, settings.setting(TOPICS_SETTING) or "[]", settings.setting(LAYER_SETTING) or "{}")


def _with(analyser: Analyser, topics: str, layer: str) -> Analyser:
    own = [Topic(each.code, each.label, each.terms) for each in own_topics(topics)]
    learned = LocalLayer.from_json(layer)
    analyser = analyser.with_topics(own) if own else analyser
    return analyser.with_layer(learned) if learned.models else analyser


@lru_cache(maxsize=1)
def _shipped() -> Analyser:
    return Analyser.load()


def own_topics(kept: str | None) -> list[OwnTopic]:
    """The topics as they are kept in the settings."""
    return [OwnTopic(each["code"], each["label"], tuple(each["terms"])) for each in json.loads(kept or "[]")]


def as_setting(topics: Sequence[OwnTopic]) -> str:
    """The inverse of :func:`own_topics`."""
    return json.dumps([vars(each) for each in topics], ensure_ascii=False)
