"""What the organisation has learned: what happened, why, what helped and how much; signed off by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from surveys.localisation.language import marked
from surveys.localisation.wording import Message, saying

LONGEST_TITLE = 80
LONGEST_PART = 2000
LONGEST_STAGE = 40


class LessonSource(StrEnum):
    """What a lesson was learned from."""

    CASE = "case"
    MEASURE = "measure"
    PROJECT = "project"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _SOURCES[self]


_SOURCES = {
    LessonSource.CASE: marked("工单"), LessonSource.MEASURE: marked("改进措施"),
    LessonSource.PROJECT: marked("项目阶段"), LessonSource.OTHER: marked("其他"),
}  # fmt: skip


@dataclass(frozen=True)
class Lesson:
    """One lesson. `reference`: the case or measure it is of, by its id; `stage`: of a project, in its own words.

    It is everybody's to read once it is signed, by somebody who has not written it; `effect` says how it was measured.
    """

    code: str
    title: str
    happened: str
    cause: str
    helped: str
    effect: str = ""
    source: LessonSource = LessonSource.OTHER
    reference: str = ""
    stage: str = ""
    department: str | None = None
    written_by: str = ""
    written_on: date | None = None
    signed_by: str = ""
    signed_on: date | None = None

    @property
    def signed(self) -> bool:
        return self.signed_on is not None

    @property
    def text(self) -> str:
        """All that it says, to be looked for."""
        return "\n".join(filter(None, (self.title, self.happened, self.cause, self.helped, self.effect, self.stage)))


class LessonErrors(ValueError):
    """All that is wrong with a lesson, in words."""

    def __init__(self, errors: list[Message]) -> None:
        super().__init__(errors[0], *errors[1:])
        self.errors = errors


def assert_lesson(lesson: Lesson) -> None:
    """Raise `LessonErrors` with everything that is missing or too long."""
    errors = []
    needed = {"title": marked("标题"), "happened": marked("发生了什么"), "helped": marked("什么办法有用")}
    for name, label in needed.items():
        if not getattr(lesson, name).strip():
            errors.append(saying("请写明“{what}”", what=Message(label)))
    if len(lesson.title) > LONGEST_TITLE:
        errors.append(saying("标题最多 {most} 个字", most=LONGEST_TITLE))
    if any(len(each) > LONGEST_PART for each in (lesson.happened, lesson.cause, lesson.helped, lesson.effect)):
        errors.append(saying("每一项最多 {most} 个字", most=LONGEST_PART))
    if len(lesson.stage) > LONGEST_STAGE:
        errors.append(saying("阶段最多 {most} 个字", most=LONGEST_STAGE))
    if errors:
        raise LessonErrors(errors)
