"""What readers of each language of a survey would find unsaid, or said of an earlier wording."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from surveys.definition.survey import Survey
from surveys.definition.translations.languages import Missing, languages, missing, original
from surveys.definition.translations.walk import by_place, texts
from surveys.localisation.wording import DEFAULT_LANGUAGE


@dataclass(frozen=True)
class Gap:
    """What one language lacks of all the texts of a survey."""

    language: str
    lacking: Sequence[Missing]
    total: int


def gaps(survey: Survey) -> list[Gap]:
    """The languages somebody wrote in that don't say everything, whichever of them came first."""
    total = len(by_place(survey))
    found = (Gap(tag, missing(survey, tag), total) for tag in languages(survey))
    return [each for each in found if each.lacking]


def outdated_translations(before: Survey, after: Survey) -> Iterator[tuple[str, Missing]]:
    """Language and place of each translation left as it was although its original says something else now."""
    earlier = by_place(before)
    for place, text in texts(after):
        known = earlier.get(place)
        if known is None or original(known) == original(text):
            continue
        for tag, wording in text.root.items():
            if tag != DEFAULT_LANGUAGE and len(text.root) > 1 and known.root.get(tag) == wording != original(text):
                yield tag, Missing(place, original(text))
