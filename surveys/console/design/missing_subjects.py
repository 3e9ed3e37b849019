"""Whether the organisation has what a survey is about; where not, what to do."""

from __future__ import annotations

from surveys.console.kit import session
from surveys.console.kit.words import _, said
from surveys.definition.survey import Survey
from surveys.fieldwork.tasks.doors import by_task_alone
from surveys.localisation.clock import local_day, utc_now
from surveys.organisation.needed_subjects import lacking_subjects


def published_words(survey: Survey, title: str) -> str:
    """What follows once a survey is in the field: links to hand out, or tasks where nothing takes their place."""
    words = _("“{title}”已发布，可以到“发放”取链接和二维码。")
    if by_task_alone(survey):
        words = _("“{title}”已发布。它只按任务填写，没有公开链接：请到“任务”下发，填写人在“我的任务”看到。")
    return words.format(title=title)


def missing_subjects(survey: Survey) -> str:
    """What stands in the way of publishing, and how it is mended; empty for nothing."""
    lacking = lacking_subjects(survey, session.store().subjects, local_day(utc_now()))
    return said(lacking) if lacking else ""
