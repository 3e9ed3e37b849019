"""Brings a campaign under way: draws its audience, gives everyone an invitation, and answers events with follow-ups."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from surveys.campaigns.audience import Audience, audience
from surveys.campaigns.campaign import Campaign, Plan, State
from surveys.campaigns.invitations import Invitation, link_token, new_invitation_id
from surveys.channels import CHANNELS
from surveys.definition import Survey
from surveys.language import marked
from surveys.people.contact import Contact
from surveys.storage import Store
from surveys.storage.contacts import Wanted
from surveys.wording import Message

FATIGUE = "fatigue_days"  # the setting; 0 turns the rule off
USUAL_FATIGUE = 30


class Unfit(ValueError):
    """A campaign that can't be given out like this; carries a message for whoever makes it."""

    def __init__(self, wording: str, **values: object) -> None:
        super().__init__(Message(wording, values))


@dataclass(frozen=True)
class Happening:
    """Something that another system reports; `key` is its number there, the same however often it is reported."""

    event: str
    key: str
    contact: str
    at: datetime


def fatigue(store: Store) -> timedelta:
    """How long no one is asked again, over all campaigns."""
    days = store.organisation.setting(FATIGUE)
    return timedelta(days=int(days) if days is not None else USUAL_FATIGUE)


def planned(store: Store, plan: Plan, survey: str, *, department: str | None, by: str, now: datetime) -> Campaign:
    """A new campaign for the live version of a survey, as a draft; raises Unfit."""
    record = store.surveys.get(survey)
    if not record.live:
        raise Unfit(marked("问卷“{survey}”没有在收集，请先发布"), survey=record.survey.title)
    _assert_fit(plan, record.survey)
    return store.campaigns.add(
        plan, survey, record.version, anonymous=record.survey.anonymous, department=department, by=by, now=now
    )


def _assert_fit(plan: Plan, survey: Survey) -> None:
    if plan.channel not in CHANNELS:
        raise Unfit(
            marked("没有渠道“{channel}”，可以用：{known}"), channel=plan.channel, known="、".join(CHANNELS)
        )  # fmt: skip
    if survey.anonymous and plan.schedule.event is not None and plan.reminders:
        raise Unfit(
            marked("匿名问卷由事件触发时不能提醒：谁没有收到提醒会透露谁何时答过，请去掉提醒")
        )  # fmt: skip
    if survey.subject:
        raise Unfit(marked("这份问卷由员工登录后逐个部门评价，请直接发给他们“我的问卷”的地址"))


def address_by(channel: str) -> Callable[[Contact], str | None]:
    """Where a channel reaches someone; None where it doesn't."""
    kind = CHANNELS[channel]

    def address(contact: Contact) -> str | None:
        text = str(getattr(contact, kind.contact_field))
        return text if text and kind.fits(text) else None

    return address


def reached(store: Store, plan: Plan, department: str | None, due: datetime) -> Audience:
    """Whom a plan would ask if they were asked *due*; of one department only, where the campaign is a department's."""
    wanted = Wanted(kind=plan.audience.kind, departments=[department] if department else None)
    asked = store.invitations.asked_around(due, fatigue(store))
    return audience(
        store.contacts.all(wanted), plan.audience, address_by(plan.channel), lambda contact: contact.id in asked
    )


def start(store: Store, campaign: Campaign, secret: bytes, *, by: str, now: datetime) -> int:
    """Let a draft run; everyone asked at a set time gets an invitation now. Returns how many were invited."""
    plan, due = campaign.plan, campaign.plan.schedule.due(now)
    if plan.ends_at is not None and plan.ends_at <= due:
        raise Unfit(marked("活动在发出之前就结束了，请把结束时间改晚"))
    invitations: Sequence[Invitation] = ()
    if plan.schedule.event is None:
        people = reached(store, plan, campaign.department, due).people
        if not people:
            raise Unfit(marked("没有可以邀请的人，请放宽条件或更换渠道"))
        invitations = [_invitation(campaign, each, due) for each in people]
    tokens = {each.id: link_token(secret, each.id) for each in invitations}
    return store.campaigns.start(campaign.id, invitations, tokens, apart=fatigue(store), by=by, now=now)


def follow_up(store: Store, secret: bytes, happening: Happening, *, now: datetime) -> int:
    """Invite who had to do with an event, by every running campaign that waits for it; returns how many invitations.

    The same happening, reported again, invites no one twice.
    """
    contact = store.contacts.get(happening.contact)
    waiting = [
        each for each in store.campaigns.all()
        if each.state is State.RUNNING and each.plan.schedule.event == happening.event and not each.over(now)
    ]  # fmt: skip
    return sum(_follow_up(store, secret, each, contact, happening, now) for each in waiting) if contact else 0


def _follow_up(
    store: Store, secret: bytes, campaign: Campaign, contact: Contact, happening: Happening, now: datetime
) -> int:  # fmt: skip
    plan = campaign.plan
    due = max(plan.schedule.due(now, happening.at), plan.schedule.awake(now))
    found = audience([contact], plan.audience, address_by(plan.channel), lambda _: False)
    elsewhere = campaign.department is not None and contact.department != campaign.department
    if not found.people or elsewhere or (plan.ends_at is not None and due >= plan.ends_at):
        return 0
    invitation = _invitation(campaign, contact, due)
    tokens = {invitation.id: link_token(secret, invitation.id)}
    return store.invitations.add([invitation], tokens, apart=fatigue(store), event=happening.key)


def _invitation(campaign: Campaign, contact: Contact, due: datetime) -> Invitation:
    plan = campaign.plan
    expires = due + timedelta(days=plan.link_days)
    return Invitation(
        new_invitation_id(), campaign.id, campaign.survey, campaign.version, campaign.anonymous, contact.id, due,
        contact.department, plan.audience.segment(contact), min(expires, plan.ends_at) if plan.ends_at else expires,
    )  # fmt: skip


def new_seed() -> int:
    """A seed for a sample, short enough to be written down."""
    return secrets.randbelow(1_000_000)
