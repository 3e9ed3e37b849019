"""Whether a version only corrects another's typing errors, and whether answers fit a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from surveys.definition.questions import Answer, Question, Region
from surveys.definition.survey import Survey
from surveys.definition.translations import by_place, with_texts
from surveys.definition.versions.difference import DifferenceKind
from surveys.definition.versions.differences import differences
from surveys.definition.versions.likeness import describe_correction
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said, Text, saying

_BLANK = Text.model_validate("…")


@dataclass(frozen=True)
class CorrectionVerdict:
    """Yes, or no with the reasons."""

    reasons: tuple[Said, ...] = ()

    def __bool__(self) -> bool:
        return not self.reasons


def is_correction(before: Survey, after: Survey) -> CorrectionVerdict:
    """Whether only typing errors were mended, so that answers to both versions are answers to the same questions.

    Structure, codes, types, options, logic, scales and what is required must be the same. A wording may be touched
    but not turned around: same negations, degrees and numbers, most characters kept. Translations may be added.
    """
    reasons: list[Said] = [each.said for each in differences(before, after) if each.kind is not DifferenceKind.REWORDED]
    old, new = by_place(before), by_place(after)
    reasons += [
        saying(marked("添加了原来没有的文字“{text}”"), text=text)
        for place, text in new.items()
        if place not in old and not reasons
    ]
    reasons += [
        saying(marked("去掉了文字“{text}”"), text=text)
        for place, text in old.items()
        if place not in new and not reasons
    ]
    reasons += [why for place, text in old.items() if place in new and (why := describe_correction(text, new[place]))]
    if not reasons and _without_words(before) != _without_words(after):
        reasons.append(marked("除文字外还有其他变化"))
    return CorrectionVerdict(tuple(dict.fromkeys(reasons)))


def _without_words(survey: Survey) -> Survey:
    return with_texts(survey, lambda place, text: _BLANK)


def misfits(answers: Mapping[str, Answer], version: Survey) -> dict[str, Said]:
    """Why answers, by question code, are none to this version; nothing for those that fit.

    What is required is not asked for, because a condition may have hidden it.
    """
    questions = {question.code: question for question in version.questions()}
    checked = {code: _misfit(questions.get(code), answer) for code, answer in answers.items()}
    return {code: why for code, why in checked.items() if why}


def answers_fit(answers: Mapping[str, Answer], version: Survey) -> bool:
    """Whether each of these answers could have been given to this version."""
    return not misfits(answers, version)


def _misfit(question: Question | None, answer: Answer) -> Said:
    if question is None:
        return marked("这一版没有这道题")
    if isinstance(question, Region) and not question.places:
        return ""  # its places come from the organisation's list
    try:
        same = bool(question.read(question.entered_from(answer)) == answer)
    except (ValueError, ArithmeticError, TypeError, AttributeError, KeyError):
        same = False
    return (
        ""
        if same
        else saying(marked("“{answer}”不是这道{label}题的答案"), answer=answer, label=Message(question.label))
    )
