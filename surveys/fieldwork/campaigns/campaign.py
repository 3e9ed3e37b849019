"""A campaign: one survey version, given out to an audience by one channel, on a schedule, until it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from surveys.definition.survey import Quota
from surveys.fieldwork.campaigns.audience import AudienceRule
from surveys.fieldwork.campaigns.schedule import Schedule
from surveys.localisation.language import marked

LINK = "{link}"
NAME = "{name}"
SUBJECT = marked("请您评价我们的服务")
BODY = marked("{name}，您好！请花一分钟告诉我们您的感受：{link}")


class CampaignState(StrEnum):
    """Where a campaign stands. A paused one sends nothing, but its links go on working."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]


_STATE_LABELS = {
    CampaignState.DRAFT: marked("草稿"),
    CampaignState.RUNNING: marked("进行中"),
    CampaignState.PAUSED: marked("已暂停"),
    CampaignState.ENDED: marked("已结束"),
}


class MessageText(BaseModel):
    """What an invitation says. `{link}` stands for the personal link, `{name}` for the person's name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: Annotated[str, Field(max_length=120)] = SUBJECT
    body: Annotated[str, Field(max_length=2000)] = BODY

    @model_validator(mode="after")
    def _carries_the_link(self) -> MessageText:
        if self.body.count(LINK) != 1:
            raise ValueError('the body must carry "{link}" exactly once: it becomes the personal link')
        return self


class Plan(BaseModel):
    """What whoever makes a campaign decides."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=80)]
    channel: str
    audience: AudienceRule = AudienceRule()
    message: MessageText = MessageText()
    reminder: MessageText | None = None  # what a reminder says; None: the same again
    schedule: Schedule = Schedule()
    reminders: Annotated[tuple[Annotated[int, Field(ge=1, le=90)], ...], Field(max_length=5)] = ()  # days after sending
    quotas: tuple[Quota, ...] = ()  # on top of the survey's own; an answer takes a place in each that counts it
    ends_at: AwareDatetime | None = None
    exempt_because: Annotated[str, Field(max_length=200)] = ""  # why it asks who was asked lately; empty: it doesn't
    link_days: Annotated[int, Field(ge=1, le=400)] = 30  # a link is good for so long after it is due

    @model_validator(mode="after")
    def _reminders_follow_each_other(self) -> Plan:
        if list(self.reminders) != sorted(set(self.reminders)):
            raise ValueError(f"`reminders` {self.reminders}: give days after sending, each later than the one before")
        return self


@dataclass(frozen=True)
class Campaign:
    """A plan with the survey version it gives out, and where it stands."""

    id: str
    survey: str
    version: int
    anonymous: bool
    department: str | None  # whose managers see it; None: those who see all departments
    plan: Plan
    state: CampaignState
    created_at: datetime
    created_by: str
    started_at: datetime | None = None
    ended_at: datetime | None = None

    def over(self, now: datetime) -> bool:
        """Whether its end has come."""
        return self.plan.ends_at is not None and now.astimezone(UTC) >= self.plan.ends_at
