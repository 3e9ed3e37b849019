"""Brings a campaign under way: draws its audience, gives everyone an invitation, and answers events with follow-ups."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from surveys.channels import CHANNELS
from surveys.definition.survey import Survey
from surveys.fieldwork.campaigns.audience import AudienceSelection, LeftOutReason, audience, wants_none
from surveys.fieldwork.campaigns.campaign import Campaign, Plan
from surveys.fieldwork.campaigns.invitations import Invitation, link_token, new_invitation_id
from surveys.fieldwork.tasks.doors import by_task_alone
from surveys.localisation.language import marked
from surveys.localisation.wording import Message
from surveys.operations.happenings import Happening, kept_of, listening, survey_of
from surveys.people.contact import Contact
from surveys.people.contact_search import ContactSearch
from surveys.people.facts import facts_of_contact
from surveys.storage import Store
from surveys.storage.records.surveys import SurveyRecord

FATIGUE = "fatigue_days"  # the setting; 0 turns the rule off
USUAL_FATIGUE = 30


class Unfit(ValueError):
    """A campaign that can't be given out like this; carries a message for whoever makes it."""

    def __init__(self, wording: str, **values: object) -> None:
        super().__init__(Message(wording, values))


class AudienceChanged(RuntimeError):
    """Others are to be asked than whoever starts the campaign was told of; `people` is how many they are now."""

    def __init__(self, people: int) -> None:
        super().__init__(people)
        self.people = people


@dataclass(frozen=True)
class Followed:
    """What came of an event: how many running campaigns wait for its kind, how many invitations they gave, and why
    others gave none.
    """

    listening: int
    invitations: int
    held_back: Mapping[LeftOutReason, int] = field(default_factory=dict)


def fatigue(store: Store) -> timedelta:
    """How long no one is asked again, over all campaigns."""
    days = store.organisation.setting(FATIGUE)
    return timedelta(days=int(days) if days is not None else USUAL_FATIGUE)


def apart(store: Store, plan: Plan) -> timedelta:
    """How long before and after a campaign leaves alone whom others ask: not at all where it is exempt."""
    return timedelta() if plan.exempt_because else fatigue(store)


def plan_campaign(store: Store, plan: Plan, survey: str, *, department: str | None, by: str, now: datetime) -> Campaign:
    """A new campaign for the live version of a survey, as a draft; raises Unfit."""
    record = _in_the_field(store, survey)
    _assert_fit(plan, record.survey)
    return store.campaigns.add(
        plan, survey, record.version, anonymous=record.survey.anonymous, department=department, by=by, now=now
    )


def replan_campaign(store: Store, campaign: Campaign, plan: Plan, *, by: str) -> None:
    """Change the plan of a draft, which from then on gives out the live version of its survey.

    *campaign* is the draft as it was shown: raises Unfit, NotNow when it was started, and ChangedMeanwhile.
    """
    record = _in_the_field(store, campaign.survey)
    _assert_fit(plan, record.survey)
    store.campaigns.replan(
        campaign.id, plan, by=by, seen=campaign.plan, version=record.version, anonymous=record.survey.anonymous
    )


def copy_campaign(store: Store, campaign: Campaign, name: str, *, by: str, now: datetime) -> Campaign:
    """A new draft with the same plan under another name, without anybody invited; raises Unfit."""
    plan = campaign.plan.model_copy(update={"name": name})
    return plan_campaign(store, plan, campaign.survey, department=campaign.department, by=by, now=now)


def _in_the_field(store: Store, survey: str) -> SurveyRecord:
    record = store.surveys.get(survey)
    if not record.live:
        raise Unfit(marked("问卷“{survey}”没有在收集，请先发布"), survey=record.survey.title)
    if record.trial:
        raise Unfit(marked("问卷“{survey}”还在试填，正式开始之后才能邀请"), survey=record.survey.title)
    return record


def _assert_fit(plan: Plan, survey: Survey) -> None:
    if plan.channel not in CHANNELS:
        raise Unfit(
            marked("没有渠道“{channel}”，可以用：{known}"), channel=plan.channel, known="、".join(CHANNELS)
        )  # fmt: skip
    if survey.anonymous and plan.schedule.one_by_one and plan.reminders:
        raise Unfit(
            marked("匿名问卷由事件或档案里的日期触发时不能提醒：谁没有收到提醒会透露谁何时答过，请去掉提醒")
        )  # fmt: skip
    if by_task_alone(survey):
        raise Unfit(marked("这份问卷按任务填写，不能用邀请代替；请在“任务”里下发"))
    if survey.subject:
        raise Unfit(marked("这份问卷由员工登录后逐个部门评价，请直接发给他们“我的问卷”的地址"))


@dataclass(frozen=True)
class AddressBook:
    """Where one channel reaches people, and who is left alone there."""

    store: Store
    channel: str
    left_alone: Container[str]  # keys of addresses
    bound_elsewhere: Container[str] = ()  # keys of addresses whose people want another channel

    def address(self, contact: Contact) -> str | None:
        """Where the channel reaches someone; None where it doesn't."""
        kind = CHANNELS[self.channel]
        text = str(getattr(contact, kind.contact_field))
        return text if text and kind.fits(text) else None

    def place(self, contact: Contact) -> str | None:
        """The same for all whom a message to that address reaches."""
        text = self.address(contact)
        return None if text is None else self.store.wishes.key(CHANNELS[self.channel].contact_field, text)

    def leaves(self, contact: Contact) -> bool:
        """Whether this person, or whoever else has the address, wants no invitations, or none by this channel."""
        return self.leaves_alone(contact) or self.leaves_to_another(contact)

    def leaves_alone(self, contact: Contact) -> bool:
        """Whether this person, or whoever else has the address, wants no invitations at all."""
        return wants_none(contact) or self.place(contact) in self.left_alone

    def leaves_to_another(self, contact: Contact) -> bool:
        """Whether this person, or whoever else has the address, wants to be asked by another channel only."""
        return contact.only_channel not in ("", self.channel) or self.place(contact) in self.bound_elsewhere

    def reaches(self, contact: Contact | None) -> bool:
        """Whether someone may be written to and can be."""
        return contact is not None and self.address(contact) is not None and not self.leaves(contact)


def address_book(store: Store, channel: str, people: Collection[Contact] | None = None) -> AddressBook:
    """The book for a channel; of these *people* only, where they are few."""
    if people is None:
        return AddressBook(store, channel, store.wishes.all(), store.wishes.bound_elsewhere(channel))
    places = [place for each in people if (place := AddressBook(store, channel, ()).place(each))]
    return AddressBook(store, channel, store.wishes.among(places), store.wishes.bound_elsewhere(channel, places))


def reach_audience(store: Store, plan: Plan, department: str | None, due: datetime) -> AudienceSelection:
    """Whom a plan would ask if they were asked *due*; of one department only, where the campaign is a department's."""
    wanted = ContactSearch(kind=plan.audience.kind, departments=[department] if department else None)
    asked, book = store.invitations.asked_around(due, fatigue(store)), address_book(store, plan.channel)

    def asked_lately(contact: Contact) -> bool:
        return contact.id in asked.contacts or book.place(contact) in asked.addresses

    def to_rest(contact: Contact) -> bool:
        return not plan.exempt_because and asked_lately(contact)

    found = audience(
        store.contacts.all(wanted), plan.audience, book.place, to_rest, book.leaves_alone, book.leaves_to_another
    )
    return replace(found, despite_rest=sum(map(asked_lately, found.people)) if plan.exempt_because else 0)


def start(
    store: Store, campaign: Campaign, secret: bytes, *, by: str, now: datetime, expected: int | None = None
) -> int:  # fmt: skip
    """Let a draft run; everyone asked at a set time gets an invitation now, which waits to be sent.

    Returns how many wait. *expected* is how many whoever starts it was told of: raises AudienceChanged when they are
    not so many any more, and Unfit.
    """
    plan, due = campaign.plan, campaign.plan.schedule.due(now)
    _in_the_field(store, campaign.survey)
    if plan.ends_at is not None and plan.ends_at <= due:
        raise Unfit(marked("活动在发出之前就结束了，请把结束时间改晚"))
    invitations: Sequence[Invitation] = ()
    if not plan.schedule.one_by_one:
        people = reach_audience(store, plan, campaign.department, due).people
        if not people:
            raise Unfit(marked("没有可以邀请的人，请放宽条件或更换渠道"))
        if expected is not None and len(people) != expected:
            raise AudienceChanged(len(people))
        survey = survey_of(store, campaign)
        invitations = [
            replace(
                _invitation(campaign, each, due),
                context={} if campaign.anonymous else facts_of_contact(survey, each, store.subjects.of_kind),
            )
            for each in people
        ]
    tokens = {each.id: link_token(secret, each.id) for each in invitations}
    return store.campaigns.start(
        campaign.id, invitations, tokens, apart=apart(store, plan), by=by, now=now, seen=campaign.plan,
        rest=fatigue(store),
    )  # fmt: skip


def follow_up(store: Store, secret: bytes, happening: Happening, *, now: datetime) -> int:
    """Invite who had to do with an event; returns how many invitations, see `followed`."""
    return follow_up_event(store, secret, happening, now=now).invitations


def follow_up_event(store: Store, secret: bytes, happening: Happening, *, now: datetime) -> Followed:
    """Invite who had to do with an event, by every running campaign that waits for it.

    The same happening, reported again, invites no one twice.
    """
    contact = store.contacts.get(happening.contact)
    waiting = listening(store, happening.event, now)
    came = [invite_after(store, secret, each, contact, happening, now) for each in waiting] if contact else []
    held_back = Counter(each for each in came if each is not None)
    return Followed(len(waiting), len(came) - held_back.total(), held_back)


def why_not_asked(store: Store, campaign: Campaign, contact: Contact, department: str | None) -> LeftOutReason | None:
    """Why a campaign doesn't ask somebody, whoever asks when; None for whom it may ask."""
    plan, book = campaign.plan, address_book(store, campaign.plan.channel, [contact])
    if campaign.department is not None and department != campaign.department:
        return LeftOutReason.NOT_MEANT
    found = audience([contact], plan.audience, book.address, lambda _: False, book.leaves_alone, book.leaves_to_another)
    return None if found.people else next(iter(found.left_out), LeftOutReason.NOT_MEANT)


def invite_after(
    store: Store, secret: bytes, campaign: Campaign, contact: Contact, happening: Happening, now: datetime
) -> LeftOutReason | None:  # fmt: skip
    """Invite by one campaign after something has happened; returns why not, None for who is invited."""
    plan, department = campaign.plan, happening.department or contact.department
    due = max(plan.schedule.due(now, happening.at), plan.schedule.awake(now))
    reason = why_not_asked(store, campaign, contact, department)
    if reason is not None:
        return reason
    if plan.ends_at is not None and due >= plan.ends_at:
        return LeftOutReason.TOO_LATE
    if store.invitations.follows(campaign.id, happening.key):
        return LeftOutReason.KNOWN_EVENT
    # Of an anonymous survey nothing of the event is kept: it would narrow down who has answered.
    about = {} if campaign.anonymous else kept_of(store, survey_of(store, campaign), happening, contact)
    at_home = contact.department if campaign.anonymous else department
    invitation = replace(_invitation(campaign, contact, due), department=at_home, context=about)
    tokens = {invitation.id: link_token(secret, invitation.id)}
    added = store.invitations.add(
        [invitation], tokens, apart=apart(store, plan), event=happening.key, rest=fatigue(store)
    )
    return None if added else LeftOutReason.ASKED_LATELY


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
