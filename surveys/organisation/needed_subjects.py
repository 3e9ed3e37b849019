"""Whether the organisation has what a survey is about; where not, what to do. Every door that publishes asks here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from surveys.definition.survey import Survey
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said, Series, saying
from surveys.organisation.subjects import SUBJECT_KINDS, Subject, SubjectSource

_OWN_TABS = (SubjectSource.DEPARTMENTS, SubjectSource.TOUCHPOINTS)


class KnownSubjects(Protocol):
    """What the organisation has."""

    def of_kind(self, kind: str, *, on: date | None = None) -> Sequence[Subject]:
        """Those in use on a day."""


def lacking_subjects(survey: Survey, known: KnownSubjects, today: date) -> Said | None:
    """What stands in the way of publishing, and how it is mended; None for nothing."""
    if survey.about is None:
        return None
    kind = SUBJECT_KINDS.get(survey.about)
    if kind is None:
        words = marked("没有“{kind}”这种评价对象，请从这些中选一种：{known}。")
        return saying(words, kind=survey.about, known=Series(tuple(SUBJECT_KINDS)))
    if known.of_kind(kind.code, on=today):
        return None
    if kind.source in _OWN_TABS:
        words = marked("这份问卷评价“{kind}”，但还没有任何{kind}。请系统管理员先在“组织 → {kind}”里新增或从文件导入。")
    else:
        words = marked("这份问卷评价“{kind}”，但还没有任何{kind}。请系统管理员先在“组织 → 对象”里新增或从文件导入。")
    return saying(words, kind=Message(kind.label))
