"""How long a survey takes: the longest way through it, and a typical one."""

from __future__ import annotations

from surveys.definition.design_checks.fault import chinese
from surveys.definition.questions import Question
from surveys.definition.survey import Section, Survey

CHARACTERS_A_SECOND = 8
HALF = 0.5  # what is shown on a condition is counted for half of the people, and so are jumps taken


def minutes(survey: Survey) -> float:
    """Minutes a typical respondent takes: what hangs on a condition counts half."""
    return _seconds(survey, HALF) / 60


def longest_minutes(survey: Survey) -> float:
    """Minutes of the longest way through the survey."""
    return _seconds(survey, 1.0) / 60


def _seconds(survey: Survey, shown: float) -> float:
    """Seconds from the first section to the end, over the ways that jumps open, counted from the last section back."""
    codes = {section.code: s for s, section in enumerate(survey.sections) if section.code}
    after = [0.0] * (len(survey.sections) + 1)
    for s in reversed(range(len(survey.sections))):
        section = survey.sections[s]
        part = shown if section.show_if else 1.0
        after[s] = part * _section_seconds(section, shown) + _onward(section, s, codes, after, shown)
    return len(chinese(survey.introduction)) / CHARACTERS_A_SECOND + after[0]


def _onward(section: Section, s: int, codes: dict[str, int], after: list[float], shown: float) -> float:
    """Seconds after a section, whichever way it goes on: the longest, or the mean of jumping and going on."""
    onward = after[s + 1]
    for jump in reversed(section.jumps):
        if jump.to == "screen_out":
            continue  # those who are asked are not screened out
        target = after[codes[jump.to]] if jump.to in codes else 0.0
        if jump.when is None and section.show_if is None:
            onward = target
        else:
            onward = max(onward, target) if shown == 1.0 else (onward + target) / 2
    return onward


def _section_seconds(section: Section, shown: float) -> float:
    return len(chinese(section.title)) / CHARACTERS_A_SECOND + sum(
        (shown if question.show_if else 1.0) * _question_seconds(question) for question in section.questions
    )


def _question_seconds(question: Question) -> float:
    return question.duration() + len(chinese(question.hint)) / CHARACTERS_A_SECOND
