"""Contacts: one way to write each number, files that come back as they were kept, levels that end."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from surveys.definition.conditions import Condition
from surveys.localisation.clock import utc_now
from surveys.people.contact import Contact, ContactKind, Secrecy, UnfitValue, as_email, as_phone
from surveys.people.contact_search import ContactSearch
from surveys.storage import Store

WANG = Contact(
    id="wang", name="王建国", customer_number="0571000123", phone="13812345678", email="wang@example.com",
    department="repair", who={"用电类别": "居民"}, does={"缴费渠道": "网上"}, worth={"年电量": 3200.5}, tier="B",
    secrecy=Secrecy.CONFIDENTIAL, secrecy_until=date(2027, 1, 1),
)  # fmt: skip


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("138 1234 5678", "13812345678"), ("+86-138-1234-5678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("008613812345678", "13812345678"), ("(0571) 8765-4321", "057187654321"), ("+86 571 87654321", "057187654321"),
        ("0571-87654321转802", "057187654321-802"), ("400-820-8820", "4008208820"),
        ("+44 20 7946 0958", "+442079460958"),
        ("", ""),
    ],
)  # fmt: skip
def test_equal_numbers_are_equal_texts(written: str, kept: str) -> None:
    """However they are grouped, and with or without the country's code."""
    assert as_phone(written) == kept


@pytest.mark.parametrize("written", ["12345", "1.38123E+10", "=1+1", "13812345678 13812345679", "2381234567８", "无"])
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(UnfitValue, match="电话"):
        as_phone(written)


def test_an_address_needs_its_parts() -> None:
    assert as_email(" Li.Na@Example.COM ") == "Li.Na@example.com"
    for written in ("li.na", "li@na", "a@b.cn,c@d.cn", "<a@b.cn>", "a\n@b.cn"):
        with pytest.raises(UnfitValue, match="邮箱"):
            as_email(written)


def test_a_file_comes_back_as_it_was_kept(store: Store) -> None:
    """Every field; a second time with the same id it is changed and stays one."""
    store.contacts.keep([WANG], by="test")
    there = store.contacts.get("wang")
    assert there is not None and there.created_at == there.updated_at
    assert replace(there, created_at=None, updated_at=None) == WANG
    store.contacts.keep([replace(WANG, name="王建")], by="test")
    assert store.contacts.amount() == 1 and store.contacts.numbered("0571000123").name == "王建"  # type: ignore[union-attr]


def test_a_customer_number_is_one_customers(store: Store) -> None:
    """Where there is one: of those without, there may be many."""
    store.contacts.keep([replace(WANG, id=str(n), customer_number="") for n in range(3)], by="test")
    with pytest.raises(sqlite3.IntegrityError):
        store.contacts.keep([WANG, replace(WANG, id="other")], by="test")
    assert store.contacts.amount() == 3  # nothing of a failed change stays
    assert [each.id for each in store.contacts.with_phone("13812345678")] == ["0", "1", "2"]


def test_a_level_ends_after_its_last_day(store: Store) -> None:
    """In the value and in what is read."""
    store.contacts.keep([WANG], by="test")
    for today, level in ((date(2027, 1, 1), Secrecy.CONFIDENTIAL), (date(2027, 1, 2), Secrecy.NONE)):
        assert WANG.level(today) is level
        assert store.contacts.amount(ContactSearch(levels=[level], today=today)) == 1
        assert store.contacts.amount(ContactSearch(levels=[Secrecy.TOP], today=today)) == 0


def test_files_are_found_by_what_is_wanted(store: Store) -> None:
    """By department, words, kind and tier, together."""
    li = Contact(id="li", name="李娜", kind=ContactKind.STAFF, department="service", phone="13900000000")
    store.contacts.keep([WANG, li], by="test")
    found = {
        name: [each.id for each in store.contacts.all(wanted, chunk=1)]
        for name, wanted in {
            "all": ContactSearch(), "department": ContactSearch(departments=["service"]),
            "none": ContactSearch(departments=[]),
            "name": ContactSearch(text="王"), "phone": ContactSearch(text="0000"),
            "kind": ContactSearch(kind=ContactKind.STAFF),
            "tier": ContactSearch(tier="B"), "both": ContactSearch(text="王", tier="A"),
            "quote": ContactSearch(text="' OR 1=1 --"),
        }.items()
    }  # fmt: skip
    assert found == {
        "all": ["li", "wang"], "department": ["li"], "none": [], "name": ["wang"], "phone": ["li"], "kind": ["li"],
        "tier": ["wang"], "both": [], "quote": [],
    }  # fmt: skip


def test_conditions_hold_over_attributes() -> None:
    """The language of the definitions also chooses people, with Chinese names of attributes."""
    condition = Condition.model_validate(
        {"all": [{"item": "worth.年电量", "is": "at_least", "value": 3000}, {"item": "who.用电类别", "value": "居民"}]}
    )
    assert condition.holds(WANG.fields()) and not condition.holds(replace(WANG, worth={}).fields())


def test_attributes_in_use_are_counted(store: Store) -> None:
    """Those of three kinds, and their values."""
    store.contacts.keep([WANG, replace(WANG, id="b", customer_number="", who={"用电类别": "商业"})], by="test")
    assert store.contacts.attributes() == {"who.用电类别": 2, "does.缴费渠道": 2, "worth.年电量": 2}
    assert store.contacts.values("who.用电类别") == {"商业": 1, "居民": 1}
    assert store.contacts.values("tier") == {"B": 2}
    with pytest.raises(ValueError, match="no attribute"):
        store.contacts.values("phone; DROP TABLE contacts")


def test_opting_out_keeps_the_first_moment_until_it_is_taken_back(store: Store) -> None:
    store.contacts.keep([WANG], by="test")
    first = datetime(2026, 1, 1, tzinfo=UTC)
    for at in (first, first + timedelta(days=9)):
        store.contacts.opt_out("wang", by="test", at=at)
    assert store.contacts.get("wang").opted_out_at == first  # type: ignore[union-attr]
    store.contacts.opt_out("wang", by="test", back=True)
    assert store.contacts.get("wang").opted_out_at is None  # type: ignore[union-attr]


@pytest.mark.dated
def test_a_stale_file_is_fresh_again_once_it_was_looked_over(store: Store) -> None:
    store.contacts.keep([WANG], by="test")
    stale = ContactSearch(not_updated_since=utc_now() + timedelta(days=1))
    assert store.contacts.amount(stale) == 1
    later = ContactSearch(not_updated_since=utc_now() - timedelta(days=1))
    store.contacts.confirm(["wang"], by="test")
    assert store.contacts.amount(later) == 0
    assert [line.action for line in store.accounts.audit()][:2] == ["confirm contact", "save contact"]
