"""What a fault of design is, and how the checks walk through a survey."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from surveys.definition.consistency import Place
from surveys.definition.questions import Grid, Measure, Option, Pair, Question
from surveys.definition.survey import Survey
from surveys.localisation.wording import DEFAULT_LANGUAGE, Said, Text

EVALUATING = (Measure.RATING, Measure.NPS, Measure.EFFORT)
_BRACKETED = re.compile(r"（[^）]*）|\([^)]*\)|\{[^}]*\}")


@dataclass(frozen=True)
class Fault:
    """Something that is known to spoil answers: where, what, and how to mend it. A hint may well be left."""

    place: Place
    where: Said
    what: Said
    mend: Said
    hint: bool = False
    kind: str = ""  # the check that found it

    def __str__(self) -> str:
        return f"{self.where}：{self.what}。{self.mend}。"


Finding = tuple[Place, Said, Said]  # place, what it is, how to mend it


def one_of(words: str) -> re.Pattern[str]:
    """A pattern that finds any of the expressions, which stand apart by blanks."""
    return re.compile("|".join(words.split()))


def placed_questions(survey: Survey) -> Iterator[tuple[Place, Question]]:
    """Every question with its place."""
    for s, section in enumerate(survey.sections):
        for q, question in enumerate(section.questions):
            yield ("sections", s, "questions", q), question


def chinese(text: Text | None) -> str:
    """The Chinese wording; empty when there is none."""
    return text.root.get(DEFAULT_LANGUAGE, "") if text is not None else ""


def plain(text: Text | None) -> str:
    """The Chinese wording without what stands in brackets."""
    return _BRACKETED.sub("", chinese(text)).strip()


def evaluating_questions(survey: Survey) -> Iterator[tuple[Place, str]]:
    """Each wording that is judged on a scale: the title of a scale, or each row of a grid of ratings."""
    for place, question in placed_questions(survey):
        if isinstance(question, Pair):
            yield (*place, "title"), plain(question.title)
        elif question.measure in EVALUATING:
            rows: tuple[Option, ...] = question.rows if isinstance(question, Grid) else ()
            yield from (((*place, "rows", n, "label"), plain(row.label)) for n, row in enumerate(rows))
            if not rows:
                yield (*place, "title"), plain(question.title)


def asking_questions(survey: Survey) -> Iterator[tuple[Place, str]]:
    """Each wording that asks: titles of questions, without what only informs, and what is judged in rows."""
    for place, question in placed_questions(survey):
        if question.type not in ("statement", "consent", "hidden"):
            yield (*place, "title"), plain(question.title)
    yield from ((place, wording) for place, wording in evaluating_questions(survey) if place[-1] == "label")
