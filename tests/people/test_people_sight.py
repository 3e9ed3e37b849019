"""Who sees which files and what of them; every look is recorded; levels and freshness end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from surveys.accounts import Account
from surveys.operations.contact_register import NotYours, Register
from surveys.people.contact import Contact, Secrecy
from surveys.people.contact_search import ContactSearch
from surveys.people.masking import mask_contact, masked_name, masked_number, masked_phone
from surveys.people.visibility import RULES, PeopleRules, rules_from, stale_before
from surveys.permissions import Role
from surveys.storage import Store

TODAY = date(2026, 11, 25)
PERSONAL = ("王建国", "13812345678", "wang@example.com", "330100123456", "文三路 1 号")


def file(level: Secrecy, department: str | None = "repair", **changes: object) -> Contact:
    name = f"{level or 'open'}-{department}"
    values: dict[str, object] = {
        "id": name, "name": "王建国", "phone": "13812345678", "email": "wang@example.com",
        "customer_number": f"330100123456{name}", "who": {"地址": "文三路 1 号", "用电类别": "居民"},
    }  # fmt: skip
    return Contact(department=department, secrecy=level, **(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def full(store: Store) -> Store:
    """A file of each level in each of two departments and in none."""
    store.contacts.keep([file(level, place) for level in Secrecy for place in ("repair", "service", None)], by="test")
    return store


def register(store: Store, role: Role, *departments: str, today: date = TODAY) -> Register:
    return Register(store, Account(1, role.value, role.value, role, departments), today)


def ids(opened: Register) -> list[str]:
    return sorted(each.id for each in opened.page(ContactSearch(), limit=100))


def test_each_role_sees_its_levels_and_departments(full: Store) -> None:
    """What a page lists, counts, exports and opens is the same set of files."""
    everywhere = ["repair", "service", "None"]
    expected = {
        (Role.ADMIN,): [f"{level or 'open'}-{place}" for level in Secrecy for place in everywhere],
        (Role.DESIGNER,): [f"{level}-{place}" for level in ("open", "秘密") for place in everywhere],
        (Role.MANAGER, "repair"): [f"{level}-repair" for level in ("open", "秘密", "机密")],
        (Role.MANAGER,): [],
        (Role.AGENT,): [f"open-{place}" for place in everywhere],
        (Role.AGENT, "service"): ["open-service"],
        (Role.STAFF, "repair"): [],
    }
    for (role, *departments), files in expected.items():
        opened = register(full, role, *departments)
        assert ids(opened) == sorted(files)
        assert opened.amount(ContactSearch()) == len(files)
        assert sorted(each.id for each in opened.export(ContactSearch())) == sorted(files)
        for each in full.contacts.all():
            if each.id in files:
                assert opened.open(each.id).id == each.id
            else:
                for beyond in (opened.open, opened.confirm, opened.opt_out):
                    with pytest.raises(NotYours):
                        beyond(each.id)


def test_a_manager_finds_no_other_departments_files_by_asking_for_them(full: Store) -> None:
    """Not by name of the department, not by a search, not by id."""
    opened = register(full, Role.MANAGER, "repair")
    for wanted in (
        ContactSearch(departments=["service"]),
        ContactSearch(text="service"),
        ContactSearch(ids=["open-service"]),
    ):
        assert opened.amount(wanted) == 0 and not list(opened.export(wanted))
    assert opened.amount(ContactSearch(departments=["repair", "service"])) == 3


@pytest.mark.parametrize("role", [Role.DESIGNER, Role.AGENT])
def test_roles_without_need_never_get_personal_data(full: Store, role: Role) -> None:
    """Neither in a list, nor in an open file, nor in an export; attributes that identify nobody stay."""
    opened = register(full, role)
    shown = [*opened.page(ContactSearch(), limit=100), opened.open("open-repair"), *opened.export(ContactSearch())]
    for each in shown:
        assert not any(secret in repr(each) for secret in PERSONAL)
        assert each.who["用电类别"] == "居民"


def test_lists_are_masked_for_everyone_and_opening_is_recorded(full: Store) -> None:
    """So that no look goes unrecorded: who, which file, which level, never what stands in it."""
    opened = register(full, Role.ADMIN)
    assert not any(secret in repr(opened.page(ContactSearch(), limit=100)) for secret in PERSONAL)
    assert opened.open("绝密-repair").phone == "13812345678"
    line = full.accounts.audit(1)[0]
    assert (line.account, line.action, line.object, line.detail) == ("admin", "open contact", "绝密-repair", "绝密")
    list(opened.export(ContactSearch()))
    lines = full.accounts.audit(30)
    assert sum(each.action == "export contact" for each in lines) == 9
    assert any(each.action == "export contacts" and each.detail == "12 files" for each in lines)
    assert not any(secret in repr(lines) for secret in PERSONAL)


def test_the_rules_can_be_set(full: Store) -> None:
    """Which role reads which level, and who sees personal data."""
    rules = PeopleRules(highest={Role.AGENT: Secrecy.TOP}, plain=frozenset({Role.AGENT}))
    full.organisation.set(RULES, rules.model_dump_json())
    assert rules_from(full.organisation.setting(RULES)) == rules
    assert register(full, Role.AGENT).open("绝密-repair").name == "王建国"
    with pytest.raises(NotYours):
        register(full, Role.ADMIN).open("秘密-repair")


def test_a_level_ends_for_its_readers_too(full: Store) -> None:
    full.contacts.keep([file(Secrecy.TOP, secrecy_until=date(2026, 12, 31))], by="test")
    assert "绝密-repair" not in ids(register(full, Role.AGENT))
    assert "绝密-repair" in ids(register(full, Role.AGENT, today=date(2027, 1, 1)))


def test_a_given_level_gets_its_period(full: Store) -> None:
    """The usual one of the level, unless a day is said."""
    opened = register(full, Role.ADMIN)
    opened.change(replace(opened.open("open-repair"), secrecy=Secrecy.SECRET))
    assert full.contacts.get("open-repair").secrecy_until == date(2036, 11, 24)  # type: ignore[union-attr]
    assert PeopleRules().ends(Secrecy.TOP, date(2028, 2, 29)) == date(2058, 2, 28)


def test_nobody_writes_beyond_the_own_rights_or_over_masks(full: Store) -> None:
    manager, designer = register(full, Role.MANAGER, "repair"), register(full, Role.DESIGNER)
    own = manager.open("open-repair")
    for change in ({"secrecy": Secrecy.TOP}, {"department": "service"}, {"id": "open-service"}, {"id": "unknown"}):
        with pytest.raises(NotYours):
            manager.change(replace(own, **change))  # type: ignore[arg-type]
    with pytest.raises(NotYours):
        designer.change(designer.open("open-repair"))
    manager.change(replace(own, phone="13700000000"))
    assert full.accounts.audit(1)[0].detail == "phone"


def test_the_list_of_stale_files_is_one_of_the_quarter(full: Store) -> None:
    """It counts from the quarter's first day, and shortens as files are looked over."""
    assert stale_before(TODAY, PeopleRules()) == stale_before(date(2026, 10, 1), PeopleRules())
    assert stale_before(TODAY, PeopleRules()).astimezone(UTC) == datetime(2025, 9, 30, 16, tzinfo=UTC)
    assert register(full, Role.ADMIN).amount(register(full, Role.ADMIN).stale()) == 0
    later = register(full, Role.MANAGER, "repair", today=date(2099, 1, 1))
    assert later.amount(later.stale()) == 3
    assert not any(secret in repr(later.page(later.stale(), limit=9)) for secret in PERSONAL)


def test_masks_leave_too_little_to_reach_anyone() -> None:
    assert [masked_phone(each) for each in ("13812345678", "4008208820", "057187654321-802", "12", "")] == [
        "138****5678", "********20", "057*********-802", "**", "",
    ]  # fmt: skip
    assert [masked_name(each) for each in ("王建国", "李", "杭州水泵厂", "")] == ["王**", "李", "杭****", ""]
    assert [masked_number(each) for each in ("330100123456", "1234", "1")] == ["********3456", "**34", "*"]
    assert mask_contact(file(Secrecy.NONE), ["地址"]).email == "w***@example.com"
