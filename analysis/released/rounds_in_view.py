"""What the rounds of a survey with answers in view are called, and which stands before which."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.released.released_answers import ReleasedAnswers
from surveys.fieldwork.rounds import code_words
from surveys.localisation.language import in_words


def round_names(found: ReleasedAnswers, language: str) -> dict[str, str]:
    """What the rounds with answers in view are called, by code, the newest first."""
    kept = {each.code: each for each in found.record.opening.rounds.kept}
    begun = {code: f"{each.opens_at:%Y-%m-%d}" for code, each in kept.items() if each.opens_at}
    codes = sorted(found.rounds(), key=lambda code: (begun.get(code, code), code), reverse=True)
    return {code: in_words(kept[code].name if code in kept else code_words(code), language) for code in codes}


def round_before(names: Mapping[str, str], code: str) -> str | None:
    """The round before this one, of those that have names; they stand the newest first."""
    codes = list(names)
    earlier = codes[codes.index(code) + 1 :]
    return earlier[0] if earlier else None
