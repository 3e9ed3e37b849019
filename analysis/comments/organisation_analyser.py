"""The analyser as an organisation has made it its own: its industries, topics, synonyms, what corrections taught."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from analysis.text import Analyser
from analysis.text.sentiment.adapted import AdaptedTable
from analysis.text.sentiment.local import LocalLayer
from analysis.text.topics.arrangement import OwnTopic, arranged
from analysis.text.topics.industries import USUAL_INDUSTRY, industries
from surveys.storage.records.comments import Adaptation

INDUSTRIES_SETTING = "comment industries"
TOPICS_SETTING = "comment topics"
LAYER_SETTING = "comment layer"


class AnalyserSettings(Protocol):
    """Where the organisation keeps its settings."""

    def setting(self, name: str) -> str | None: ...


def analyser_of(settings: AnalyserSettings) -> Analyser:
    """The analyser for these settings; the same one as long as they stand as they are."""
    return _analyser(
        chosen_industries(settings.setting(INDUSTRIES_SETTING)),
        settings.setting(TOPICS_SETTING) or "[]",
        settings.setting(LAYER_SETTING) or "{}",
    )


class SurveyAdaptations(Protocol):
    """Where it is kept what the comments of each survey have taught."""

    def of(self, survey: str) -> Adaptation | None: ...


class AnalysedStore(Protocol):
    """What an analyser of the organisation's own is made from."""

    @property
    def organisation(self) -> AnalyserSettings: ...
    @property
    def adaptations(self) -> SurveyAdaptations: ...


def survey_analyser(store: AnalysedStore, survey: str) -> Analyser:
    """The analyser for the comments of a survey, which may have taught it; the same one as long as all stands so."""
    plain = analyser_of(store.organisation)
    learned = usable(store.adaptations.of(survey), plain)
    return _adapted(plain, learned) if learned is not None else plain


def usable(kept: Adaptation | None, analyser: Analyser) -> bytes | None:
    """What was learned from a survey, where people use it and it belongs to the weights of the *analyser*."""
    if kept is None or kept.learned is None or AdaptedTable.from_bytes(kept.learned).base != analyser.table.version:
        return None
    return kept.learned


@lru_cache(maxsize=8)
def _adapted(plain: Analyser, learned: bytes) -> Analyser:
    return plain.with_adapted(AdaptedTable.from_bytes(learned))


@lru_cache(maxsize=2)
def _analyser(chosen: tuple[str, ...], topics: str, layer: str) -> Analyser:
    return _with(_shipped(chosen), topics, layer)


def without_layer(settings: AnalyserSettings) -> Analyser:
    """The analyser with the organisation's topics, which is what a layer has to beat."""
    chosen = chosen_industries(settings.setting(INDUSTRIES_SETTING))
    return _with(_shipped(chosen), settings.setting(TOPICS_SETTING) or "[]", "{}")


def made_own(analyser: Analyser, settings: AnalyserSettings) -> Analyser:
    """Another *analyser*, of an industry or with weights of one's own, with what stands in these settings."""
    return _with(analyser, settings.setting(TOPICS_SETTING) or "[]", settings.setting(LAYER_SETTING) or "{}")


def _with(analyser: Analyser, topics: str, layer: str) -> Analyser:
    own, learned = own_topics(topics), LocalLayer.from_json(layer)
    analyser = analyser.of_topics(arranged(analyser.finder.topics, own)) if own else analyser
    # What was merged into another topic is not to be found by what was learned of it before.
    known = LocalLayer({code: model for code, model in learned.models.items() if code in analyser.finder.labels})
    return analyser.with_layer(known) if known.models else analyser


@lru_cache(maxsize=2)
def _shipped(chosen: tuple[str, ...]) -> Analyser:
    return of_industries(Analyser.load(), chosen)


def of_industries(analyser: Analyser, chosen: tuple[str, ...]) -> Analyser:
    """The *analyser* of the usual industry with the topics of those *chosen* instead."""
    return analyser if chosen == (USUAL_INDUSTRY,) else analyser.of_industries(chosen)


def chosen_industries(kept: str | None) -> tuple[str, ...]:
    """The industries as they are kept in the settings, in the order of the list; the usual one where none is left."""
    wanted = set(json.loads(kept or "[]"))
    return tuple(name for name in industries() if name in wanted) or (USUAL_INDUSTRY,)


def industries_as_setting(chosen: Sequence[str]) -> str:
    """The inverse of :func:`chosen_industries`."""
    return json.dumps(sorted(chosen))


def own_topics(kept: str | None) -> list[OwnTopic]:
    """The topics as they are kept in the settings."""
    return [OwnTopic(**{**each, "terms": tuple(each["terms"])}) for each in json.loads(kept or "[]")]


def as_setting(topics: Sequence[OwnTopic]) -> str:
    """The inverse of :func:`own_topics`."""
    return json.dumps([vars(each) for each in topics], ensure_ascii=False)
