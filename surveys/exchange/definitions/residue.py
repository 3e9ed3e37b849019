"""What a format itself can't hold of a survey: found by reading back what was written, and kept in its extension room.

So a writer needs to know only how to write each thing; whether it reads back is measured, not promised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from surveys.definition.places import WHOLE
from surveys.definition.survey import Survey
from surveys.exchange.definitions.assembly import canonical, settle
from surveys.exchange.definitions.drafts import ImportedDraft
from surveys.exchange.definitions.extension import Extension, difference, path_words
from surveys.exchange.definitions.losses import Loss
from surveys.localisation.language import marked
from surveys.localisation.wording import Said, saying

INSTEAD = marked("这种格式不能完整写出，记在扩展栏里，只有心声读得懂")


@dataclass
class Residue:
    """The extension of the survey, of each section by position, of each question by code."""

    survey: Extension = field(default_factory=Extension)
    sections: list[Extension] = field(default_factory=list)
    questions: dict[str, Extension] = field(default_factory=dict)

    def losses(self) -> Iterator[Loss]:
        """One line for everything that only the extension says."""
        yield from _losses(WHOLE, self.survey)
        for number, extension in enumerate(self.sections, start=1):
            yield from _losses(saying(marked("第 {number} 部分"), number=number), extension)
        for code, extension in self.questions.items():
            yield from _losses(saying(marked("题目 {code}"), code=code), extension)


def _losses(place: Said, extension: Extension) -> Iterator[Loss]:
    if extension.type:
        yield Loss(
            place, saying(marked("题型 {kind}"), kind=extension.type), marked("写成最接近的题型；心声读回时仍是原题型")
        )
    for path in extension.settings:
        if path != "type":
            yield Loss(place, path_words(path), INSTEAD)


def residue(survey: Survey, read_back: ImportedDraft, hints: Mapping[str, str]) -> Residue:
    """What is missing from *read_back*, the draft of what was written. *hints* are the types named by question code."""
    settle(read_back)
    settings = canonical(survey)
    found = Residue(Extension(settings=difference(read_back.settings, _without(settings, "sections"))))
    for section, draft in zip(survey.sections, read_back.sections, strict=True):
        missing = difference(draft.settings, _without(canonical(section), "questions", "type"))
        found.sections.append(Extension(settings=missing))
        for question, said in zip(section.questions, draft.questions, strict=True):  # a name may be another there
            missing = difference(said.settings, canonical(question))
            found.questions[question.code] = Extension(hints.get(question.code), missing)
    return found


def _without(settings: dict[str, object], *names: str) -> dict[str, object]:
    return {name: value for name, value in settings.items() if name not in names}
