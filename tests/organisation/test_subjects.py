"""What forms can be about: kinds, relations between subjects, and how they are kept and read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from surveys.localisation.clock import utc_now
from surveys.organisation.departments import Department, Touchpoint
from surveys.organisation.subjects import SUBJECT_KINDS, AttributeType, Subject, after, before, is_own
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.records.subjects import SubjectInUse

pytestmark = pytest.mark.dated

STEPS = [
    Subject("step", "accept", "业务受理", "service", {"successor": ("survey",)}),
    Subject("step", "survey", "现场勘查", "connection"),
    Subject("step", "design", "图纸审核", "connection", {"predecessor": ("survey",)}),
]


@pytest.fixture
def organised(store: Store) -> Store:
    store.organisation.save(
        [Department("service", "营销服务部"), Department("connection", "业扩报装部", "service")],
        [Touchpoint("hall", "城东营业厅", "service", "城东", "等候、柜台办理")],
    )
    return store


def test_kinds_name_only_kinds_and_have_letters_of_their_own() -> None:
    kinds = SUBJECT_KINDS.values()
    named = {of for kind in kinds for attribute in kind.attributes for of in attribute.of}
    assert named <= set(SUBJECT_KINDS)
    assert len({each.letter for each in kinds}) == len(SUBJECT_KINDS)
    attributes = [attribute for kind in kinds for attribute in kind.attributes]
    assert all(bool(each.of) == (each.type is AttributeType.SUBJECT) for each in attributes)


def test_neighbours_of_a_step_are_found_whichever_side_says_so() -> None:
    assert before(STEPS[1], STEPS) == ["accept"]
    assert after(STEPS[1], STEPS) == ["design"]
    assert before(STEPS[0], STEPS) == after(STEPS[2], STEPS) == []


def test_nobody_is_to_judge_what_is_their_own() -> None:
    assert is_own(Subject("department", "service", "营销服务部", "service"), "wu", ["service"])
    assert not is_own(Subject("department", "below", "城东所", "below"), "wu", ["service"])
    assert is_own(STEPS[0], "wu", ["service"]) and not is_own(STEPS[1], "wu", ["service"])
    assert not is_own(replace(STEPS[0], attributes={"members": ("li",)}), "wu", ["service"])
    assert is_own(Subject("person", "e001", "吴晓", attributes={"account": ("wu",)}), "wu", [])
    assert is_own(Subject("person", "wu", "吴晓"), "wu", [])
    assert not is_own(Subject("site", "p001", "城东营业厅", "service"), "wu", ["service"])


def test_subjects_are_kept_and_read_as_they_were_brought(organised: Store) -> None:
    organised.subjects.bring(STEPS, by="admin")
    assert organised.subjects.of_kind("step") == sorted(STEPS, key=lambda each: each.code)
    assert organised.subjects.get("step", "survey") == STEPS[1]
    assert organised.subjects.names("step")["design"] == "图纸审核"
    assert [each.code for each in organised.subjects.of_kind("step", departments=["service"])] == ["accept"]


def test_departments_touchpoints_and_accounts_are_subjects_by_themselves(organised: Store) -> None:
    organised.accounts.add("sun", "孙话务", Role.AGENT, "x", ("service",), now=utc_now())
    organised.accounts.add("wu", "吴晓", Role.STAFF, "x", (), now=utc_now())
    department = organised.subjects.get("department", "connection")
    assert department is not None and (department.department, department.one("parent")) == ("connection", "service")
    touchpoint = organised.subjects.get("touchpoint", "hall")
    assert touchpoint is not None and touchpoint.all("stage") == ("等候", "柜台办理")
    assert [each.code for each in organised.subjects.of_kind("agent")] == ["sun"]
    assert [each.name for each in organised.subjects.of_kind("person")] == ["孙话务", "吴晓"]


def test_someone_entered_with_an_account_is_one_person_and_not_two(organised: Store) -> None:
    organised.accounts.add("wu", "吴晓", Role.STAFF, "x", (), now=utc_now())
    organised.subjects.bring([Subject("person", "e007", "吴晓", "service", {"account": ("wu",)})], by="admin")
    assert [each.code for each in organised.subjects.of_kind("person")] == ["e007"]


def test_who_can_no_longer_sign_in_is_out_of_use_with_a_name_left(organised: Store) -> None:
    organised.accounts.add("wu", "吴晓", Role.STAFF, "x", (), now=utc_now())
    organised.accounts.change("wu", active=False)
    assert organised.subjects.of_kind("person", on=date(2026, 1, 1)) == []
    assert organised.subjects.names("person") == {"wu": "吴晓"}


def test_what_is_retired_stays_with_its_last_day(organised: Store) -> None:
    organised.subjects.bring(STEPS, by="admin")
    for kind, code in (("step", "accept"), ("department", "connection"), ("touchpoint", "hall")):
        organised.subjects.retire(kind, code, date(2026, 6, 30), by="admin")
        in_use = [each.code for each in organised.subjects.of_kind(kind, on=date(2026, 7, 1))]
        assert code not in in_use
        assert code in [each.code for each in organised.subjects.of_kind(kind, on=date(2026, 6, 30))]
        organised.subjects.retire(kind, code, None, by="admin")
        assert code in [each.code for each in organised.subjects.of_kind(kind, on=date(2026, 7, 1))]


def test_nobody_overwrites_what_they_never_saw(organised: Store) -> None:
    organised.subjects.bring(STEPS, by="admin")
    changed = replace(STEPS[0], name="受理")
    organised.subjects.bring([changed], by="admin", seen={"accept": STEPS[0]})
    with pytest.raises(ChangedMeanwhile):
        organised.subjects.bring([replace(STEPS[1], name="勘查"), STEPS[0]], by="b", seen={"accept": STEPS[0]})
    assert organised.subjects.get("step", "survey") == STEPS[1]


def test_departments_are_not_kept_in_the_list_of_subjects(organised: Store) -> None:
    with pytest.raises(ValueError, match="departments"):
        organised.subjects.bring([Subject("department", "x", "某部", "x")], by="admin")


def test_only_what_nothing_hangs_on_can_be_removed(organised: Store) -> None:
    organised.subjects.bring(STEPS, by="admin")
    with pytest.raises(SubjectInUse):
        organised.subjects.remove("step", "survey", by="admin")  # two others name it
    organised.subjects.remove("step", "accept", by="admin")
    assert organised.subjects.get("step", "accept") is None
