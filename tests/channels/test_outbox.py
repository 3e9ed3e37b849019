"""Messages wait, are taken by one sender at a time, and end in one state; nothing is put twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from surveys.channels.message import Links, MessageState, OutboxMessage, message_id, outgoing
from surveys.storage import Store

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
SOON, LATER = NOW + timedelta(seconds=1), NOW + timedelta(minutes=6)


def message(number: int = 0, **changes: object) -> OutboxMessage:
    values: dict[str, object] = {
        "id": message_id("test", str(number)), "channel": "mail", "address": f"n{number}@example.com",
        "subject": "回访", "body": "请点 {link}", "invitation": f"{number:032x}",
    }  # fmt: skip
    return OutboxMessage(**(values | changes))  # type: ignore[arg-type]


def put(store: Store, *numbers: int, **changes: object) -> None:
    store.outbox.put([message(number, **changes) for number in numbers], now=NOW)


def test_a_message_waits_once(store: Store) -> None:
    """However often it is put, and even when its words differ; the first one holds."""
    assert store.outbox.put([message(1), message(2)], now=NOW) == 2
    assert store.outbox.put([message(1, body="别的"), message(3)], now=LATER) == 1
    assert store.outbox.counts() == {("mail", MessageState.WAITING): 3}
    entry = store.outbox.get(message(1).id)
    assert entry is not None and entry.message == message(1) and entry.created_at == NOW


def test_an_id_that_fits_no_return_address_is_refused() -> None:
    """Ids are made by message_id, always the same for the same parts and never the same for others."""
    with pytest.raises(ValueError, match="message_id"):
        message(id="invitation 1")
    assert message_id("a", "bc") == message_id("a", "bc") != message_id("ab", "c")


def test_two_senders_share_the_messages(store: Store) -> None:
    """Sixteen at once take three hundred messages: each message goes to one of them."""
    put(store, *range(300))

    def work(_: int) -> list[str]:
        taken = []
        while batch := store.outbox.claim("mail", 7, now=SOON):
            taken += [each.message.id for each in batch]
        return taken

    with ThreadPoolExecutor(16) as threads:
        taken = [each for batch in threads.map(work, range(16)) for each in batch]
    assert len(taken) == len(set(taken)) == 300


def test_what_a_dead_sender_had_in_hand_comes_due_again(store: Store) -> None:
    """After the lease, and what the first one reports then no longer counts."""
    put(store, 1)
    [first] = store.outbox.claim("mail", 10, now=SOON)
    assert store.outbox.claim("mail", 10, now=SOON) == []
    [second] = store.outbox.claim("mail", 10, now=LATER)
    assert (first.tries, second.tries) == (1, 2)
    assert not store.outbox.failed(first, "refused")
    assert store.outbox.sent(second, now=LATER)
    assert store.outbox.counts() == {("mail", MessageState.SENT): 1}


def test_messages_are_due_by_channel_and_time(store: Store) -> None:
    """Neither one for later nor one of another channel is taken."""
    put(store, 1, send_after=LATER)
    put(store, 2, channel="sms")
    assert store.outbox.claim("mail", 10, now=SOON) == []
    assert [each.message.id for each in store.outbox.claim("mail", 10, now=LATER)] == [message(1).id]


def test_a_postponed_message_keeps_count_of_its_tries(store: Store) -> None:
    """Unless the channel was at fault."""
    put(store, 1)
    for counts, tries in ((True, 1), (False, 2), (True, 2)):
        [taken] = store.outbox.claim("mail", 10, now=SOON)
        assert taken.tries == tries
        assert store.outbox.postpone(taken, SOON, "busy", "451", counts=counts)
    [entry] = store.outbox.troubled()
    assert (entry.state, entry.tries, entry.reason, entry.detail) == (MessageState.WAITING, 2, "busy", "451")


def test_failed_messages_are_tried_again_when_asked(store: Store) -> None:
    """From the start, with a line in the audit trail; what was sent is left alone."""
    put(store, 1, 2)
    failed, sent = store.outbox.claim("mail", 10, now=SOON)
    store.outbox.failed(failed, "refused", "550")
    store.outbox.sent(sent, now=SOON)
    ids = [failed.message.id, sent.message.id]
    assert store.outbox.retry(ids, by="boss", now=LATER) == 1
    assert store.accounts.audit()[0].action == "retry messages"
    assert [each.tries for each in store.outbox.claim("mail", 10, now=LATER)] == [1]


def test_only_a_sent_message_bounces(store: Store) -> None:
    """One that still waits cannot have come back."""
    put(store, 1)
    assert not store.outbox.bounced(message(1).id, "bounced")
    [taken] = store.outbox.claim("mail", 10, now=SOON)
    store.outbox.sent(taken, now=SOON)
    assert store.outbox.bounced(message(1).id, "bounced", "5.1.1")
    assert store.outbox.of_invitation(message(1).invitation or "")[0].state is MessageState.BOUNCED
    assert not store.outbox.bounced("nobody", "bounced")


def test_waiting_messages_can_be_taken_out(store: Store) -> None:
    """What is cancelled is never sent, also when a sender reports it failed meanwhile."""
    put(store, 1, 2)
    [taken] = store.outbox.claim("mail", 1, now=SOON)
    assert store.outbox.cancel([message(1).id, message(2).id]) == 2
    assert not store.outbox.postpone(taken, SOON, "busy")
    assert store.outbox.claim("mail", 10, now=LATER) == []


def test_links_are_put_in_when_it_is_sent() -> None:
    """And a message that wants a link there isn't goes nowhere."""
    body = "请点 {link}；退订 {opt_out}"
    links = Links("https://a.example/i/x", "https://a.example/o/x")
    sent = outgoing(message(body=body), links)
    assert sent.body == "请点 https://a.example/i/x；退订 https://a.example/o/x" and sent.opt_out == links.opt_out
    for given in (None, Links("https://a.example/i/x")):
        with pytest.raises(ValueError, match="invitation"):
            outgoing(message(body=body), given)
