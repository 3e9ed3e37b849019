"""Which comments and clauses of a batch hold wordings that the rules know: wishes, questions, irony, experiences…

The expressions are tried only where a wording stands that they cannot do without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.text.segmentation import ngrams
from analysis.text.segmentation.clauses import Clauses
from analysis.text.segmentation.prefilter import Candidates, Prefilter
from analysis.text.sentiment import experiences, kind, rules

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Signs:
    """What each text or each clause shows."""

    suggesting: Flags
    asking: Flags
    rhetorical: Flags
    bitter: Flags
    ambivalent: Flags
    lukewarm: Flags
    turning: Flags
    empty: Flags
    failed: Flags
    served: Flags
    stating: Flags


class _Sign(NamedTuple):
    """A test, the expression that it cannot do without, and whether it is made of texts and of clauses."""

    name: str
    pattern: str
    shows: Callable[[str], bool]
    of_texts: bool = True
    of_clauses: bool = True
    of_long: bool = True  # also where the comment is too long for rules


def _is_bitter(text: str) -> bool:
    return rules.is_ironic(text) or kind.is_outcry(text)


_SIGNS = (
    _Sign("suggesting", kind.SUGGESTION.pattern, kind.is_suggestion, of_texts=False),
    _Sign("asking", kind.QUESTION.pattern, kind.is_question),
    _Sign("rhetorical", kind.RHETORICAL.pattern, kind.is_rhetorical),
    _Sign("bitter", f"(?:{rules.IRONY.pattern})|(?:{kind.OUTCRY.pattern})", _is_bitter),
    _Sign("ambivalent", rules.AMBIVALENT.pattern, rules.is_ambivalent),
    _Sign("lukewarm", rules.NEUTRAL.pattern, rules.is_lukewarm),
    _Sign("turning", f"(?:{rules.CONTRAST.pattern})|(?:{rules.SET_ASIDE.pattern})", rules.is_turn, of_texts=False),
    _Sign("empty", kind.NOTHING.pattern, kind.is_empty_answer, of_clauses=False),
    _Sign("failed", experiences.FAILED.pattern, experiences.is_failure, of_long=False),
    _Sign("served", experiences.SERVED.pattern, experiences.is_service, of_long=False),
    _Sign("stating", kind.FACT.pattern, kind.is_plain_fact, of_clauses=False, of_long=False),
)


@cache
def _prefilter() -> Prefilter:
    return Prefilter([sign.pattern for sign in _SIGNS])


def signs(texts: Sequence[str], laid: ngrams.Batch, clauses: Clauses) -> tuple[Signs, Signs]:
    """The signs of normalised comments and those of their clauses."""
    found = _prefilter().find(laid)
    amount = len(clauses.starts)
    in_texts = _prefilter().candidates(found, laid.owners, len(texts))
    in_clauses = _prefilter().candidates(found, clauses.of_places(len(laid.codes)), amount)
    parts = [laid.joined[start:end] for start, end in zip(clauses.starts.tolist(), clauses.ends.tolist(), strict=True)]
    short = laid.lengths <= rules.RULES_UP_TO
    of_texts = _tested(texts, in_texts, [sign.of_texts for sign in _SIGNS], short)
    # Punctuation, digits or a letter held down say nothing either, and hold no wording that could tell.
    for text in np.flatnonzero(~_worded(laid)).tolist():
        of_texts.empty[text] = kind.is_empty_answer(texts[text])
    return of_texts, _tested(parts, in_clauses, [sign.of_clauses for sign in _SIGNS], short[clauses.owners])


def _tested(units: Sequence[str], possible: Candidates, wanted: Iterable[bool], short: Flags) -> Signs:
    flags = [np.zeros(len(units), dtype=bool) for _ in _SIGNS]
    of_long = np.array([sign.of_long for sign in _SIGNS])
    tried = np.array(list(wanted))[possible.patterns] & (of_long[possible.patterns] | short[possible.units])
    for unit, sign in zip(possible.units[tried].tolist(), possible.patterns[tried].tolist(), strict=True):
        flags[sign][unit] = _SIGNS[sign].shows(units[unit])
    return Signs(**{sign.name: flag for sign, flag in zip(_SIGNS, flags, strict=True)})


def _worded(laid: ngrams.Batch) -> Flags:
    """Whether each text holds an ideograph."""
    ideographs = (laid.codes >= 0x4E00) & (laid.codes < 0xA000)
    return np.logical_or.reduceat(ideographs, laid.starts)
