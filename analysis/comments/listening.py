"""What a form hears in a comment while it is answered: by the analyser of its survey, on this machine."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence

from analysis.comments.organisation_analyser import AnalysedStore, survey_analyser
from analysis.text.comment import CommentAnalysis
from surveys.comments import RISKS, CommentKind
from surveys.definition.listening import RISK, TOPIC, VAGUE

LONGEST_VAGUE = 20  # characters; who writes more than that has said something, whether or not we know what of
_UNTOLD = (CommentKind.NO_CONTENT, CommentKind.OTHER_LANGUAGE)
_MOST_KEPT = 256


def heard_codes(found: CommentAnalysis) -> tuple[str, ...]:
    """Sentiment, topics, signals, `risk` for any signal of danger, and `vague` of a short comment without a topic."""
    if found.kind in _UNTOLD:
        return ()
    topics = tuple(dict.fromkeys(f"{TOPIC}{each.aspect}" for each in found.aspects))
    signals = tuple(dict.fromkeys(each.code.value for each in found.signals))
    risky = (RISK,) if any(each.code in RISKS for each in found.signals) else ()
    vague = not topics and not risky and len(found.text.strip()) <= LONGEST_VAGUE
    return (found.sentiment.value, *topics, *signals, *risky, *((VAGUE,) if vague else ()))


class CommentListener:
    """Reads comments by the analysers of a store; what was heard last is known by its hash, not by its words."""

    def __init__(self, store: AnalysedStore) -> None:
        self._store = store
        self._heard = OrderedDict[bytes, tuple[str, ...]]()

    def __call__(self, survey: str, text: str) -> Sequence[str]:
        """The codes of what is heard in a comment of a survey."""
        analyser = survey_analyser(self._store, survey)
        key = hashlib.blake2b(f"{survey}\0{id(analyser)}\0{text}".encode("utf-8", "replace"), digest_size=16).digest()
        if key not in self._heard:
            [found] = analyser.analyse([text])
            self._heard[key] = heard_codes(found)
            if len(self._heard) > _MOST_KEPT:
                self._heard.popitem(last=False)
        return self._heard[key]
