"""Which surveys are filled by task alone: no open link, tablet, message or file takes the place of a task."""

from __future__ import annotations

from surveys.definition.survey import Survey
from surveys.localisation.language import marked
from surveys.organisation.subjects import SUBJECT_KINDS

BY_TASK = (
    marked("这份问卷按任务填写"),
    marked("请登录后在“我的任务”里打开分配给您的任务；没有账号的，请打开发给您本人的链接。公开链接不能代替任务。"),
)


def by_task_alone(survey: Survey) -> bool:
    """Whether an answer must fulfil a task: it is about a person, or tasks are made for it by a rule."""
    kind = SUBJECT_KINDS.get(survey.about or "")
    return survey.tasks is not None or (kind is not None and kind.person)
