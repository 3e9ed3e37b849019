"""Two files of one person made one: all that hangs on them moves, the stricter holds, nobody learns more by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from surveys.fieldwork.calls import CallQueue
from surveys.operations.contact_register import NotYours, Register
from surveys.operations.happenings import Happening
from surveys.operations.launch import follow_up, reach_audience
from surveys.operations.person_data import found
from surveys.people.contact import Contact, ContactKind, Secrecy
from surveys.people.contact_search import ContactSearch
from surveys.people.merging import OTHER, Likeness, UnfitMerge, likely_pairs, merged
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.records.merged_contacts import CantBeParted
from tests.conftest import submission
from tests.fieldwork.test_campaigns import plan, started
from tests.support.front_door import NOW, SECRET

DAY = NOW.date()
WANG = Contact("wang", "王芳", customer_number="A1", phone="13800000001", department="repair")
FANG = Contact(
    "fang", "王芳女士", customer_number="B2", phone="13800000002", email="f@example.cn", department="repair",
    who={"地址": "城东路 1 号"}, tier="A",
)  # fmt: skip


@pytest.fixture
def two(published: Store) -> Store:
    published.contacts.keep([WANG, FANG], by="test")
    return published


def register(store: Store, role: Role = Role.ADMIN, departments: tuple[str, ...] = ()) -> Register:
    return Register(store, store.accounts.add("boss", "boss", role, "x", departments, now=NOW), DAY)


def test_everything_that_hangs_on_a_file_moves_and_comes_back(two: Store) -> None:
    """Invitations, calls, answers and uncounted answers; the number of the other file leads to the one that stays."""
    campaign = started(two, channel="mail")
    two.responses.append([submission(1, contact="fang"), submission(2, contact="fang")])
    two.set_apart.take_out("power-visit", [submission(2).id], "测试", by="boss", now=NOW)
    two.calls.open_queue(CallQueue("q", "回访", "power-visit"), ["fang"], by="test", now=NOW)
    boss = register(two)
    boss.merge("wang", "fang", NOW)
    held = two.persons.held("wang")
    assert {kind: len(held[kind]) for kind in ("answers", "set_apart", "invitations", "calls", "merged")} == {
        "answers": 1, "set_apart": 1, "invitations": 1, "calls": 1, "merged": 1,
    }  # fmt: skip
    kept = two.contacts.get("wang")
    assert kept is not None and two.contacts.get("fang") is None
    assert (kept.phone, kept.email, kept.tier) == (WANG.phone, FANG.email, "A")
    assert (kept.who["地址"], kept.who[OTHER["phone"]]) == ("城东路 1 号", FANG.phone)
    assert two.contacts.numbered("B2") == two.contacts.numbered("A1") == kept
    boss.part("fang")
    back = two.contacts.get("fang")
    assert back is not None and replace(back, created_at=None, updated_at=None) == FANG
    assert {each.contact for each in two.invitations.of_campaign(campaign.id)} == {"fang"}
    assert len(two.persons.held("fang")["answers"]) == 1 and not two.persons.held("wang")["answers"]
    with pytest.raises((CantBeParted, NotYours)):
        boss.part("fang")


def test_who_was_asked_twice_by_one_campaign_is_asked_once(two: Store) -> None:
    """The link that was used stays, the other ends; in a queue one call is enough."""
    campaign = started(two)
    two.calls.open_queue(CallQueue("q", "回访", "power-visit"), ["wang", "fang"], by="test", now=NOW)
    used = next(each for each in two.invitations.of_campaign(campaign.id) if each.contact == "fang")
    two.responses.append([submission(5, invitation=used.id, contact="fang")])
    register(two).merge("wang", "fang", NOW)
    found = two.invitations.of_campaign(campaign.id)
    assert sorted((each.contact, each.finished, each.revoked) for each in found) == [
        ("wang", False, True), ("wang", True, False),
    ]  # fmt: skip
    assert len(two.persons.held("wang")["calls"]) == 1


@pytest.mark.parametrize(("first", "second"), [("wang", "fang"), ("fang", "wang")])
def test_the_stricter_wish_holds_for_all_addresses(two: Store, first: str, second: str) -> None:
    """Whichever file stays, and after they are parted as well."""
    two.contacts.opt_out("fang", by="test")
    boss = register(two)
    boss.merge(first, second, NOW)
    assert not reach_audience(two, plan(), None, NOW).people
    happened = Happening("work_order.closed", "1", first, NOW)
    started(two, channel="mail", schedule={"event": "work_order.closed"})
    assert follow_up(two, SECRET, happened, now=NOW) == 0
    boss.part(second)
    assert not reach_audience(two, plan(), None, NOW).people


def test_two_channels_that_exclude_each_other_leave_none() -> None:
    known = [replace(each, updated_at=NOW) for each in (WANG, FANG)]
    result = merged(replace(known[0], only_channel="sms"), replace(known[1], only_channel="mail"), DAY)
    assert result.opted_out_at == NOW
    assert merged(replace(known[0], only_channel="sms"), known[1], DAY).only_channel == "sms"


@pytest.mark.parametrize(
    ("own", "theirs", "level", "until"),
    [
        ((Secrecy.NONE, None), (Secrecy.TOP, date(2050, 1, 1)), Secrecy.TOP, date(2050, 1, 1)),
        ((Secrecy.SECRET, date(2040, 1, 1)), (Secrecy.SECRET, None), Secrecy.SECRET, None),
        ((Secrecy.TOP, DAY - timedelta(days=1)), (Secrecy.SECRET, date(2030, 1, 1)), Secrecy.SECRET, date(2030, 1, 1)),
    ],
    ids=["higher", "without an end", "one that has ended"],
)
def test_the_higher_level_of_secrecy_holds(
    own: tuple[Secrecy, date | None], theirs: tuple[Secrecy, date | None], level: Secrecy, until: date | None
) -> None:
    for one, other in ((own, theirs), (theirs, own)):
        kept = replace(WANG, secrecy=one[0], secrecy_until=one[1])
        result = merged(kept, replace(FANG, secrecy=other[0], secrecy_until=other[1]), DAY)
        assert (result.level(DAY), result.secrecy_until) == (level, until)


def test_a_merge_reads_no_file_beyond_ones_rights(two: Store) -> None:
    """Neither one of a higher level, nor of another department; nothing is offered either."""
    two.contacts.change(replace(FANG, phone=WANG.phone, secrecy=Secrecy.TOP, secrecy_until=None), by="test")
    manager = register(two, Role.MANAGER, ("repair",))
    assert manager.likely_pairs() == []
    for ends in (("wang", "fang"), ("fang", "wang")):
        with pytest.raises(NotYours):
            manager.merge(*ends, NOW)
    two.contacts.change(replace(FANG, phone=WANG.phone, department="service"), by="test")
    with pytest.raises(NotYours):
        manager.merge("wang", "fang", NOW)
    assert two.contacts.get("wang") is not None and two.contacts.get("fang") is not None


def test_what_cannot_be_one_person_is_not_merged(two: Store) -> None:
    """A customer and a member of staff, two accounts, a file with itself, one that has changed meanwhile."""
    staff = replace(FANG, kind=ContactKind.STAFF, account=1)
    for one, other in ((WANG, staff), (WANG, WANG), (staff, replace(staff, id="third", account=2))):
        with pytest.raises(UnfitMerge):
            merged(one, other, DAY)
    with pytest.raises(ChangedMeanwhile):
        two.merged_contacts.merge(WANG, replace(WANG, name="王方"), FANG, by="boss", now=NOW)
    assert two.contacts.get("fang") is not None


def test_files_that_look_alike_are_offered_and_households_are_not() -> None:
    """By phone, mailbox, address and a slip of one digit; who shares a number under another name is somebody else."""

    def why(**changes: object) -> list[Likeness]:
        other = replace(WANG, id="x", customer_number="", **changes)  # type: ignore[arg-type]
        return [each.why for each in likely_pairs([WANG, other])]

    assert why(name="王 芳 女士") == why(name="王方") == [Likeness.SAME_PHONE]
    assert why(name="李强") == why(phone="13900000009") == why(kind=ContactKind.STAFF) == []
    assert why(phone="13800000010") == why(phone="13800000007") == [Likeness.NEAR_PHONE]
    home = {"家庭住址": "城东路 1 号"}
    at_home = [replace(WANG, who=home), replace(WANG, id="x", phone="", who={"家庭住址": "城东路1号"})]
    assert [each.why for each in likely_pairs(at_home)] == [Likeness.SAME_ADDRESS]
    assert likely_pairs([replace(WANG, id=str(n)) for n in range(30)]) == [], "a number of many is nobody's"


def test_erasing_takes_what_was_merged_along(two: Store) -> None:
    """Nothing of either file is left in what is kept for undoing."""
    register(two).merge("wang", "fang", NOW)
    two.persons.erase("wang", by="boss")
    assert two.merged_contacts.all() == [] and two.contacts.numbered("B2") is None


@pytest.mark.parametrize("known", ["A1", "b2", "138 0000 0001", "13800000002", "王芳"])
def test_a_merged_file_is_found_by_what_either_was_known_by(two: Store, known: str) -> None:
    """Who asks what is held of them names the number or phone they know, and must not hear that there is nothing."""
    register(two).merge("wang", "fang", NOW)
    assert [each.id for each in found(two, known)] == ["wang"]
    assert [each.id for each in two.contacts.all(ContactSearch(text=known))] == ["wang"]
    assert found(two, "C3") == [] == found(two, "13800000003")
