"""Messages to authors: over the channel they gave, once, by day, nothing of the matter; and whether it helped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from surveys.cases.case import Case, Source
from surveys.cases.states import CaseState
from surveys.operations.messages.to_authors import reached_author, tell_authors
from surveys.storage import Store

NOON, NIGHT = datetime(2026, 11, 23, 4, tzinfo=UTC), datetime(2026, 11, 23, 19, tzinfo=UTC)
TODAY = date(2026, 11, 23)
CASE = Case("a" * 32, Source("phone"), "repair", "投诉", "邻居偷电", "li@example.cn", NOON)


def answered(store: Store, case: Case = CASE, reply: str = "已查处偷电") -> Store:
    store.cases.receive(case)
    seen = store.cases.get(case.id)
    assert seen is not None
    assert store.cases.answer(seen, CaseState.ANSWERED, reply, TODAY, by="li", now=NOON)
    return store


def test_an_author_hears_once_of_an_answer_and_once_more_whether_it_helped(published: Store) -> None:
    """Never at night, and neither the matter nor the answer stands in it."""
    store = answered(published)
    assert tell_authors(store, "https://x.cn", NIGHT) == 0
    assert [tell_authors(store, "https://x.cn", NOON + timedelta(hours=n)) for n in range(3)] == [1, 0, 0]
    [first] = store.outbox.claim("mail", 10, now=NOON + timedelta(hours=1))
    assert first.message.address == "li@example.cn"
    assert "https://x.cn/case" in first.message.body
    assert "偷电" not in first.message.body + first.message.subject
    later = NOON + timedelta(days=3)
    assert [tell_authors(store, "https://x.cn", later) for _ in range(2)] == [1, 0]
    bodies = [each.message.body for each in store.outbox.claim("mail", 10, now=later)]
    assert sum("解决了吗" in each for each in bodies) == 1


def test_who_has_said_whether_it_helped_is_not_asked_again(published: Store) -> None:
    """Satisfied it rests; not satisfied it is open again, and a new answer is a new message."""
    store = answered(published)
    tell_authors(store, "https://x.cn", NOON)
    assert store.cases.dissatisfied(CASE.id, NOON)
    assert tell_authors(store, "https://x.cn", NOON + timedelta(days=3)) == 0
    again = store.cases.get(CASE.id)
    assert again is not None
    assert again.state.open
    store.cases.answer(again, CaseState.ANSWERED, "再次查处", TODAY + timedelta(days=4), by="li", now=NOON)
    assert tell_authors(store, "https://x.cn", NOON + timedelta(days=4)) == 1
    assert store.cases.satisfied(CASE.id, NOON)
    assert tell_authors(store, "https://x.cn", NOON + timedelta(days=9)) == 0


@pytest.mark.parametrize("contact", ["", "王先生", "12345", "0571-88880000", "a@b\nBcc: c@d.cn", "二楼窗口"])
def test_what_is_no_address_is_sent_nothing(published: Store, contact: str) -> None:
    """A name, a landline, or what would forge a header."""
    assert tell_authors(answered(published, replace(CASE, contact=contact)), "https://x.cn", NOON) == 0


def test_who_has_no_code_is_sent_nothing() -> None:
    """A case that came of an answer: its author never had a code."""
    assert reached_author(replace(CASE, source=Source("survey", "power-visit"))) is None
    assert reached_author(replace(CASE, contact="138 0000 1111")) == ("sms", "13800001111")
