"""Whether the organisation has what a survey is about; where not, what to do."""

from __future__ import annotations

from surveys.console.kit import session
from surveys.console.kit.words import _, join_names
from surveys.definition.survey import Survey
from surveys.localisation.clock import local_day, utc_now
from surveys.organisation.subjects import SUBJECT_KINDS, SubjectSource

_OWN_TABS = (SubjectSource.DEPARTMENTS, SubjectSource.TOUCHPOINTS)


def missing_subjects(survey: Survey) -> str:
    """What stands in the way of publishing, and how it is mended; empty for nothing."""
    if survey.about is None:
        return ""
    kind = SUBJECT_KINDS.get(survey.about)
    if kind is None:
        known = join_names(SUBJECT_KINDS)
        return _("没有“{kind}”这种评价对象，请从这些中选一种：{known}。").format(kind=survey.about, known=known)
    if session.store().subjects.of_kind(kind.code, on=local_day(utc_now())):
        return ""
    if kind.source in _OWN_TABS:
        words = _("这份问卷评价“{kind}”，但还没有任何{kind}。请系统管理员先在“组织 → {kind}”里新增或从文件导入。")
    else:
        words = _("这份问卷评价“{kind}”，但还没有任何{kind}。请系统管理员先在“组织 → 对象”里新增或从文件导入。")
    return words.format(kind=_(kind.label))
