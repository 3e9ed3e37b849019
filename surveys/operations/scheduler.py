"""Turns due invitations and reminders into messages, and plans rounds that recur; senders of channels do the rest.

All state is in the tables and every message has an id that follows from what it says to whom. So a run may be
repeated, cut off or happen twice at once: nothing is sent twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from threading import Event

from surveys.anonymity import minimums
from surveys.channels import Links, OutboxMessage, message_id
from surveys.fieldwork.availability import Availability as Openness
from surveys.fieldwork.campaigns.campaign import NAME, Campaign, CampaignState, MessageText
from surveys.fieldwork.campaigns.invitations import Invitation, InvitationStanding, link_token, personal_link
from surveys.fieldwork.campaigns.schedule import Schedule
from surveys.localisation.clock import Clock, local_day, utc_now
from surveys.operations.cases import make_due_cases
from surveys.operations.file_dates import FileDates
from surveys.operations.launch import address_book
from surveys.operations.messages.of_cases import tell_of_cases
from surveys.operations.messages.of_reports import tell_of_reports
from surveys.operations.messages.to_authors import tell_authors
from surveys.operations.task_reminders import OF_TASK, escalate_due, remind_due, task_links, tell_of_handing_on
from surveys.operations.tasks import make_due_tasks
from surveys.operations.worker import Lease, Worker
from surveys.people.contact import Contact
from surveys.people.contact_search import ContactSearch
from surveys.storage import Store

BATCH = 1000
PAUSE_SECONDS = 5.0


class Scheduler:
    """Looks for what is due."""

    def __init__(
        self, store: Store, *, clock: Clock = utc_now, batch: int = BATCH, base_url: str | None = None,
        secret: bytes | None = None,
    ) -> None:  # fmt: skip
        self._store, self._clock, self._batch, self._base_url = store, clock, batch, base_url
        self._secret = secret
        self._file_dates = None if secret is None else FileDates(store, secret)
        self._reminded_on: date | None = None  # what was sent on a day is sent once, also by another process
        self._told_on: date | None = None  # of cases
        self._stopping = Event()

    def worker(self, lease: Lease | None = None) -> Worker:
        """Does that in the background."""
        return Worker("campaigns", self.run_due, stopping=self._stopping, pause=PAUSE_SECONDS, lease=lease)

    def run_due(self) -> int:
        """One batch for every running campaign; returns how many messages wait to be sent now."""
        now = self._clock()
        self._store.surveys.note_turns(now)
        self._store.rounds.keep_up(now)
        self._store.withdrawn.forget(local_day(now))
        queued = self._tasks(now) + self._cases(now) + self._reports(now)
        for campaign in self._store.campaigns.all():
            if self._stopping.is_set():
                break
            if campaign.state in (CampaignState.RUNNING, CampaignState.PAUSED) and campaign.over(now):
                self._store.campaigns.bring(campaign.id, CampaignState.ENDED, by="schedule", now=now)
            elif (
                campaign.state is CampaignState.RUNNING
                and campaign.plan.schedule.awake(now) == now
                and self._open(campaign)
            ):
                if self._file_dates is not None:
                    self._file_dates.invite_due(campaign, now)
                queued += self._invite(campaign, now) + self._remind(campaign, now)
        return queued

    def _cases(self, now: datetime) -> int:
        """Cases that follow from answers; who has some to answer is told once a day, when people are awake."""
        made, today = make_due_cases(self._store, now), local_day(now)
        if self._base_url is not None:
            made += tell_authors(self._store, self._base_url, now)
        if self._told_on == today or self._base_url is None or Schedule().awake(now) != now:
            return made
        self._told_on = today
        return made + tell_of_cases(self._store, self._base_url, now)

    def _reports(self, now: datetime) -> int:
        """Links to reports whose turn has come, for those who may read them."""
        return 0 if self._base_url is None else tell_of_reports(self._store, self._base_url, now)

    def _tasks(self, now: datetime) -> int:
        """Tasks of rounds that have opened; reminders and what is late once a day."""
        made = make_due_tasks(self._store, now, self._secret)
        if self._base_url is not None and Schedule().awake(now) == now:
            made += tell_of_handing_on(self._store, self._base_url, now)
        today = local_day(now)
        if self._reminded_on == today or self._base_url is None:
            return made
        sent = remind_due(self._store, self._base_url, now) + escalate_due(self._store, self._base_url, now)
        self._reminded_on = today
        return made + sent

    def _open(self, campaign: Campaign) -> bool:
        """Whether who follows the link of a message can answer; else it waits."""
        return takes_answers(self._store, campaign.survey, self._clock())

    def _invite(self, campaign: Campaign, now: datetime) -> int:
        due = self._store.invitations.due(campaign.id, now, self._batch)
        return self._queue(campaign, due, campaign.plan.message, 0, now)

    def _remind(self, campaign: Campaign, now: datetime) -> int:
        queued = 0
        for number, days in enumerate(campaign.plan.reminders, 1):
            # Who is not reminded has answered, and answers carry their day. Of an anonymous survey a reminder therefore
            # waits while it would single out fewer people than that.
            answered = self._store.invitations.answered_before(campaign.id, number) if campaign.anonymous else 0
            if 0 < answered < minimums().group:
                break
            due = self._store.invitations.to_remind(campaign.id, number, now - timedelta(days=days), now, self._batch)
            queued += self._queue(campaign, due, campaign.plan.reminder or campaign.plan.message, number, now)
        return queued

    def _queue(
        self, campaign: Campaign, due: Sequence[Invitation], text: MessageText, number: int, now: datetime
    ) -> int:  # fmt: skip
        """Put the messages into the outbox, then note that they are there: a run cut off between repeats itself."""
        if not due:
            return 0
        wanted = ContactSearch(ids=[each.contact for each in due])
        contacts = {each.id: each for each in self._store.contacts.all(wanted)}
        book = address_book(self._store, campaign.plan.channel, list(contacts.values()))
        reached = [(each, contacts[each.contact]) for each in due if book.reaches(contacts.get(each.contact))]
        places = {each.id: str(book.place(contact)) for each, contact in reached}
        taken = self._store.invitations.taken_addresses(campaign.id, places)
        there = [(each, contact) for each, contact in reached if each.id not in taken]
        self._store.outbox.put(
            (write_message(campaign, text, *each, str(book.address(each[1])), number) for each in there), now=now
        )  # fmt: skip
        asked = [each.id for each, _ in there]
        self._store.invitations.queued(asked, number, now)
        # Who opted out or was deleted since they were drawn, or now shares an address, is not asked any more.
        self._store.invitations.revoke([each.id for each in due if each.id not in set(asked)])
        return len(due)


def takes_answers(store: Store, survey: str, now: datetime) -> bool:
    """Whether a survey is open at this moment."""
    return store.surveys.get(survey).opening.state(now) is Openness.OPEN


def write_message(
    campaign: Campaign, text: MessageText, invitation: Invitation, contact: Contact, address: str, number: int
) -> OutboxMessage:  # fmt: skip
    """The message for one person, its link still to be put in; *number* 0 invites, later ones remind."""
    return OutboxMessage(
        id=invitation_message(invitation.id, number), channel=campaign.plan.channel, address=address,
        subject=in_name_of(text.subject, contact.name), body=in_name_of(text.body, contact.name),
        invitation=invitation.id, send_before=invitation.expires_at,
    )  # fmt: skip


def in_name_of(text: str, name: str) -> str:
    """The text with the person's name in it; braces in a name must not become a place for a link."""
    return text.replace(NAME, name.replace("{", "").replace("}", ""))


def invitation_message(invitation: str, number: int = 0) -> str:
    """The id of an invitation's message, or of its reminder of this number."""
    return message_id("invitation", invitation, str(number))


def links_of(store: Store, secret: bytes, base_url: str, *, clock: Clock = utc_now) -> Callable[[str], Links | None]:
    """What the sender puts into a message at the last moment; None when there is no more reason to send it."""

    def links(invitation: str) -> Links | None:
        if invitation.startswith(OF_TASK):
            return task_links(store, secret, base_url, invitation, clock())
        known = store.invitations.get(invitation)
        if known is None or known.standing(clock()) is not InvitationStanding.OPEN:
            return None
        campaign, contact = store.campaigns.get(known.campaign), store.contacts.get(known.contact)
        if contact is None or not takes_answers(store, known.survey, clock()):
            return None
        if address_book(store, campaign.plan.channel, [contact]).leaves(contact):
            return None
        link = personal_link(base_url, link_token(secret, invitation))
        return Links(link, f"{link}/stop", one_click=True)

    return links
