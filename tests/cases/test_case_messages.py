"""Messages about cases: one a day to answerers and up the tree, never at night, nothing of what was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from surveys.cases.case import Case, Source
from surveys.operations.messages.of_cases import tell_of_cases
from surveys.people.contact import Contact, ContactKind
from surveys.permissions import Role
from surveys.storage import Store

NOON, NIGHT = datetime(2026, 11, 23, 4, tzinfo=UTC), datetime(2026, 11, 23, 19, tzinfo=UTC)
CASE = Case("a" * 32, Source("phone"), "repair", "投诉", "邻居偷电", "", NOON, owner="li", due_on=date(2026, 11, 20))


def with_people(store: Store) -> Store:
    for number, (name, role, department) in enumerate([
        ("li", Role.MANAGER, "repair"), ("head", Role.MANAGER, "repair"), ("other", Role.MANAGER, "service"),
    ]):  # fmt: skip
        store.accounts.add(name, name, role, "no password", (department,), now=NOON)
        account = store.accounts.named(name)
        assert account is not None
        file = Contact(
            f"{number:032}", name, ContactKind.STAFF, email=f"{name}@example.cn", account=account.id
        )  # fmt: skip
        store.contacts.keep([file], by="test")
    return store


def test_owner_and_manager_hear_once_a_day_and_others_never(published: Store) -> None:
    store = with_people(published)
    for number in range(20):
        store.cases.receive(replace(CASE, id=f"{number:032}"))
    assert tell_of_cases(store, "https://x.cn", NIGHT) == 0
    assert tell_of_cases(store, "https://x.cn", NOON) == 2
    assert tell_of_cases(store, "https://x.cn", NOON + timedelta(hours=1)) == 0
    sent = {each.message.address: each.message for each in store.outbox.claim("mail", 10, now=NOON)}
    assert set(sent) == {"li@example.cn", "head@example.cn"}
    assert "20 件等待答复" in sent["li@example.cn"].body and "20 件工单超期" in sent["head@example.cn"].body
    assert not any("偷电" in each.body for each in sent.values())
    assert tell_of_cases(store, "https://x.cn", NOON + timedelta(days=1)) == 2
