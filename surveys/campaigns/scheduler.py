"""Turns due invitations and reminders into messages, in the background; the sender of the channels does the rest.

All state is in the tables and every message has an id that follows from what it says to whom. So a run may be
repeated, cut off or happen twice at once: nothing is sent twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Event, Thread

from surveys.campaigns.campaign import NAME, Campaign, MessageText, State
from surveys.campaigns.giving_out import address_by
from surveys.campaigns.invitations import Invitation, Standing, link_token, personal_link
from surveys.channels import Links, OutboxMessage, message_id
from surveys.clock import Clock, utc_now
from surveys.people.contact import Contact
from surveys.storage import Store
from surveys.storage.contacts import Wanted

BATCH = 1000
PAUSE_SECONDS = 5.0
# Who is not reminded has answered, and answers carry their day. Of an anonymous survey a reminder therefore waits
# while it would single out fewer people than this.
FEWEST = 5

_log = logging.getLogger(__name__)


class Scheduler:
    """Looks for what is due until it is stopped; a failure costs a pause, never the thread."""

    def __init__(
        self, store: Store, *, clock: Clock = utc_now, batch: int = BATCH, pause: float = PAUSE_SECONDS
    ) -> None:
        self._store, self._clock, self._batch, self._pause = store, clock, batch, pause
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="campaigns", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Ask the thread to end after its batch, and wait for it."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def run_due(self) -> int:
        """One batch for every running campaign; returns how many messages wait to be sent now."""
        now = self._clock()
        queued = 0
        for campaign in self._store.campaigns.all():
            if self._stopped.is_set():
                break
            if campaign.state in (State.RUNNING, State.PAUSED) and campaign.over(now):
                self._store.campaigns.bring(campaign.id, State.ENDED, by="schedule", now=now)
            elif campaign.state is State.RUNNING and campaign.plan.schedule.awake(now) == now:
                queued += self._invite(campaign, now) + self._remind(campaign, now)
        return queued

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                idle = self.run_due() == 0
            except Exception as error:  # whatever it was, what is due later must still go out
                _log.warning("campaigns pause after %s", type(error).__name__)
                idle = True
            self._stopped.wait(self._pause if idle else 0.01)

    def _invite(self, campaign: Campaign, now: datetime) -> int:
        due = self._store.invitations.due(campaign.id, now, self._batch)
        return self._queue(campaign, due, campaign.plan.message, 0, now)

    def _remind(self, campaign: Campaign, now: datetime) -> int:
        queued = 0
        for number, days in enumerate(campaign.plan.reminders, 1):
            if campaign.anonymous and 0 < self._store.invitations.answered_before(campaign.id, number) < FEWEST:
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
        address = address_by(campaign.plan.channel)
        wanted = Wanted(ids=[each.contact for each in due])
        contacts = {each.id: each for each in self._store.contacts.all(wanted)}
        there = [(each, contacts[each.contact]) for each in due if _reachable(contacts.get(each.contact), address)]
        self._store.outbox.put(
            (written(campaign, text, *each, str(address(each[1])), number) for each in there), now=now
        )  # fmt: skip
        self._store.invitations.queued([each.id for each, _ in there], number, now)
        # Who opted out or was deleted since they were drawn is not asked any more.
        self._store.invitations.revoke([each.id for each in due if not _reachable(contacts.get(each.contact), address)])
        return len(due)


def _reachable(contact: Contact | None, address: Callable[[Contact], str | None]) -> bool:
    return contact is not None and contact.opted_out_at is None and address(contact) is not None


def written(
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
        known = store.invitations.get(invitation)
        if known is None or known.standing(clock()) is not Standing.OPEN:
            return None
        link = personal_link(base_url, link_token(secret, invitation))
        return Links(link, f"{link}/stop", one_click=True)

    return links
