"""Comments in English, and those that are partly so, beside what was found in their Chinese part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.text.comment import CommentAnalysis, Contribution
from analysis.text.segmentation.language import MARKUP, Readable
from analysis.text.sentiment.english import EnglishJudgement, judged_in_english
from surveys.comments import CommentKind, Sentiment

_OPEN = (CommentKind.NO_CONTENT, CommentKind.OTHER_LANGUAGE, CommentKind.STATEMENT)
"""What English says something beside; a wish or a question in Chinese stays one."""


def with_english(found: Sequence[CommentAnalysis], normalised: Sequence[str], given: Readable) -> list[CommentAnalysis]:
    """The analyses with what is said in the parts that are no Chinese, where they are English that can be judged."""
    changed = list(found)
    latin = [number for number, text in enumerate(normalised) if text.isascii() and not text.isspace()]
    for number in {*given.kept, *np.flatnonzero(given.foreign).tolist(), *latin}:
        alone = given.foreign[number] or normalised[number].isascii()
        judged = judged_in_english(_left_out(normalised[number], () if alone else given.kept[number]))
        if judged is not None:
            changed[number] = _together(found[number], judged, alone)
    return changed


def _left_out(text: str, kept: Sequence[int]) -> str:
    """The text with blanks in the place of markup and of what was read as Chinese."""
    letters = list(MARKUP.sub(lambda found: " " * len(found[0]), text))
    for place in kept:
        letters[place] = " "
    return "".join(letters)


def _together(found: CommentAnalysis, english: EnglishJudgement, alone: bool) -> CommentAnalysis:
    """English judges where the Chinese part doesn't; where they are at odds, a person should look."""
    if alone or (found.kind in _OPEN and found.sentiment is Sentiment.NEUTRAL):
        words = [Contribution(found.text[start:end], start, end, strength) for start, end, strength in english.words]
        return replace(
            found, kind=english.kind, sentiment=english.sentiment, score=english.score, sure=english.sure,
            words=tuple(words) if alone else (*found.words, *words),
        )  # fmt: skip
    at_odds = {found.sentiment, english.sentiment} == {Sentiment.POSITIVE, Sentiment.NEGATIVE}
    return replace(found, sure=found.sure and not at_odds)
