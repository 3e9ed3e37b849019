"""What came of everybody who was asked: each person once, by what went furthest, over links, calls and tasks."""

from __future__ import annotations

from datetime import timedelta

from surveys.fieldwork.calls import CallOutcome, CallQueue, CallRules
from surveys.fieldwork.dispositions import Disposition
from surveys.intake.protocols import Progress
from surveys.operations.scheduler import Scheduler
from surveys.people.contact import Secrecy
from surveys.people.visibility import Sight
from surveys.storage import Store
from surveys.storage.sqlite.fieldwork.invitation_rows import use_up
from tests.fieldwork.test_campaigns import people, started
from tests.fieldwork.test_campaigns import send_all as send_waiting
from tests.support.front_door import NOW, Clock
from tests.support.tasks import a_task, give

EVERYTHING = Sight(None, Secrecy.TOP, plain=False)


def send_all(store: Store) -> None:
    Scheduler(store, clock=Clock()).run_due()
    assert send_waiting(store)


def answer(store: Store, invitation: str) -> None:
    """Use a link up, as the transaction that keeps its answer does."""
    with store._connections.writing() as db:
        assert use_up(db, invitation)


def test_links_end_as_far_as_people_came(published: Store) -> None:
    """Finished, begun, opened, turned away, opted out, silent; nothing is asked before the message went out."""
    known = people(published, 6)
    campaign = started(published)
    assert published.dispositions.of("power-visit") == {Disposition.NOT_ASKED: 6}
    send_all(published)
    by_contact = {each.contact: each.id for each in published.invitations.of_campaign(campaign.id)}
    answer(published, by_contact[known[0].id])
    for person, progress in zip(known[1:], (Progress.BEGUN, Progress.OPENED, Progress.TURNED_AWAY), strict=False):
        published.invitations.mark(by_contact[person.id], progress)
    published.contacts.opt_out(known[4].id, by="test")
    assert published.dispositions.of("power-visit") == {
        Disposition.COMPLETE: 1, Disposition.BREAK_OFF: 1, Disposition.REFUSED: 2, Disposition.NOT_ELIGIBLE: 1,
        Disposition.NO_REPLY: 1,
    }  # fmt: skip
    assert published.dispositions.of("power-visit", ["hall"]) == {}
    assert sum(published.dispositions.of("power-visit", ["repair"]).values()) == 6


def test_who_is_called_about_a_link_is_one_person(published: Store) -> None:
    """The call that refuses settles it; a call of somebody without a link is counted beside."""
    people(published, 3)
    campaign = started(published)
    send_all(published)
    queue = CallQueue("q", "回访", "power-visit", "", CallRules())
    published.calls.open_queue_of(queue, campaign.id, by="test", now=NOW)
    call = published.calls.take("voice", EVERYTHING, NOW)
    assert call is not None
    published.calls.report(call.id, "voice", CallOutcome.REFUSED, NOW)
    assert published.dispositions.of("power-visit") == {Disposition.REFUSED: 1, Disposition.NO_REPLY: 2}


def test_the_list_has_everybody_once_and_no_anonymous_campaign(published: Store) -> None:
    known = people(published, 2)
    campaign = started(published)
    send_all(published)
    first = next(each for each in published.invitations.of_campaign(campaign.id) if each.contact == known[0].id)
    answer(published, first.id)
    assert published.dispositions.invited("power-visit") == [(known[0].id, True), (known[1].id, False)]


def test_days_of_messages_are_told_where_all_went_out_together(published: Store) -> None:
    people(published, 2)
    campaign = started(published)
    send_all(published)
    days = published.dispositions.message_days("power-visit")
    assert list(days) == [campaign.id] and len(days[campaign.id]) == 1


def test_days_of_a_campaign_that_goes_out_bit_by_bit_tell_nothing(published: Store) -> None:
    people(published, 2)
    started(published)
    Scheduler(published, clock=Clock()).run_due()
    [first, second] = published.outbox.claim("sms", 10, now=NOW)
    published.outbox.sent(first, now=NOW)
    published.outbox.sent(second, now=NOW + timedelta(days=5))
    assert published.dispositions.message_days("power-visit") == {}


def test_tasks_that_are_not_done_are_people_not_reached(published: Store) -> None:
    """Staff are known and meant; a task that was withdrawn is nobody's."""
    tasks = [a_task("power-visit", contact=f"{number:016x}", subject=f"s{number}") for number in range(3)]
    give(published, *tasks)
    published.tasks.withdraw([tasks[1].id], "离职", by="test")
    assert published.dispositions.of("power-visit") == {Disposition.NO_CONTACT: 2, Disposition.NOT_ELIGIBLE: 1}
