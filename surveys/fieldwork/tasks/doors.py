"""Which surveys are filled by task alone: no open link, tablet, message or file takes the place of a task."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from surveys.definition.survey import Survey
from surveys.fieldwork.rounds import Rounds, calendar_round
from surveys.localisation.clock import local_day
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


def round_of_tasks(rounds: Rounds, now: datetime) -> tuple[str, date]:
    """Code and first day of the round for which tasks are made now."""
    kept, today = rounds.open_at(now), local_day(now)
    if kept is not None and kept.opens_at is not None:
        return kept.code, local_day(kept.opens_at)
    found = calendar_round(rounds.rule, today)
    return found.code, found.first


def round_takes(rounds: Rounds, code: str, now: datetime, grace: timedelta = timedelta()) -> bool:
    """Whether a task of this round may be filled in: a round that was opened and is closed takes nothing any more.

    Of calendar rounds what is late is still taken, for the round that it was made for.
    """
    kept = None if rounds.rule.by_calendar else next((each for each in rounds.kept if each.code == code), None)
    return kept is None or kept.covers(now) or (kept.ends_at is not None and kept.ends_at <= now < kept.ends_at + grace)
