"""Improvement plans and measures in the store: what is fixed stays fixed, and nobody approves their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.improvement.plans import (
    MOVES,
    FixedMeasure,
    ImprovementPlan,
    PlanErrors,
    PlanMeasure,
    PlanState,
    Surroundings,
    assert_as_begun,
)
from surveys.storage import Store
from surveys.storage.changes import ChangedMeanwhile

TODAY = date(2026, 11, 30)
UNITS = frozenset({"east", "west"})
AROUND = Surroundings(frozenset({"boss", "other"}), TODAY, {"touchpoint": UNITS, "district": UNITS})
PLAN = ImprovementPlan("p1", "缩短排队", "visit", "waiting", "a", "boss", TODAY + timedelta(days=60), 3.6, 4.1)
MEASURE = PlanMeasure(
    "m1", "p1", "加开窗口", "boss", TODAY + timedelta(days=5), TODAY + timedelta(days=20), TODAY + timedelta(days=50),
    "touchpoint", ("east",), TODAY, cost=Decimal("1200.50"),
)  # fmt: skip


@pytest.fixture
def planned(store: Store) -> Store:
    store.plans.add(PLAN, AROUND, by="boss")
    store.plans.keep_measure(MEASURE, AROUND, by="boss")
    return store


def test_what_is_kept_comes_back(planned: Store) -> None:
    assert planned.plans.get("p1") == replace(PLAN, created_by="boss", created_on=TODAY)
    assert planned.plans.measures("p1") == [MEASURE]
    assert planned.plans.measures() == [MEASURE]
    assert planned.plans.measures("p2") == []


def test_plans_of_other_departments_are_not_listed(planned: Store) -> None:
    assert planned.plans.all(["b"]) == []
    assert [each.code for each in planned.plans.all(["a"])] == ["p1"]
    planned.plans.add(replace(PLAN, code="p2", department=None), AROUND, by="boss")
    assert [each.code for each in planned.plans.all(["a"])] == ["p1"]
    assert len(planned.plans.all()) == 2


@pytest.mark.parametrize(
    "change",
    [{"units": ("west",)}, {"begins": TODAY - timedelta(days=1)}, {"unit_kind": "district"}, {"by_lot": True}],
    ids=["units", "beginning", "kind of units", "lot"],
)
def test_units_and_beginning_stay_once_it_has_begun(planned: Store, change: dict[str, object]) -> None:
    with pytest.raises(FixedMeasure):
        planned.plans.keep_measure(
            replace(MEASURE, **change),  # type: ignore[arg-type]
            replace(AROUND, today=MEASURE.begins),
            by="boss",
        )
    assert planned.plans.measures("p1") == [MEASURE]


def test_before_it_begins_everything_may_change(planned: Store) -> None:
    tomorrow = replace(AROUND, today=TODAY + timedelta(days=1))
    planned.plans.keep_measure(replace(MEASURE, units=("west",)), tomorrow, by="boss")
    [kept] = planned.plans.measures("p1")
    assert kept.units == ("west",)
    assert kept.entered_on == tomorrow.today
    assert not kept.afterwards


def test_what_is_written_down_afterwards_says_so_for_ever(planned: Store) -> None:
    past = replace(MEASURE, id="m2", begins=TODAY - timedelta(days=40), entered_on=TODAY - timedelta(days=90))
    planned.plans.keep_measure(past, AROUND, by="boss")

    def kept() -> PlanMeasure:
        return next(each for each in planned.plans.measures("p1") if each.id == "m2")

    assert kept().afterwards
    planned.plans.keep_measure(replace(kept(), title="另一个名字", entered_on=date(2020, 1, 1)), AROUND, by="boss")
    assert kept().afterwards


def test_nobody_approves_their_own_plan(store: Store) -> None:
    store.plans.add(PLAN, AROUND, by="boss", approval=True)
    with pytest.raises(ValueError, match="their own"):
        store.plans.move("p1", PlanState.RUNNING, by="boss")
    assert store.plans.move("p1", PlanState.RUNNING, by="other").approved_by == "other"


@pytest.mark.parametrize(("state", "next_state"), [(a, b) for a in PlanState for b in PlanState if b not in MOVES[a]])
def test_a_plan_goes_only_where_it_may(store: Store, state: PlanState, next_state: PlanState) -> None:
    store.plans.add(PLAN, AROUND, by="boss", approval=True)
    ways = {PlanState.PROPOSED: "", PlanState.RUNNING: "running", PlanState.DONE: "running done",
            PlanState.DROPPED: "dropped"}  # fmt: skip
    for step in ways[state].split():
        store.plans.move("p1", PlanState(step), by="other")
    with pytest.raises(ValueError, match="does not become"):
        store.plans.move("p1", next_state, by="other")


def test_all_faults_are_told_at_once(store: Store) -> None:
    with pytest.raises(PlanErrors) as refused:
        store.plans.add(replace(PLAN, title=" ", owner="nobody", goal_to=3.6, relevant=0), AROUND, by="boss")
    assert len(refused.value.errors) == 4
    assert store.plans.all() == []
    store.plans.add(PLAN, AROUND, by="boss")
    wrong = replace(MEASURE, ends=TODAY, measured_until=TODAY, units=("moon",), cost=Decimal(-1))
    with pytest.raises(PlanErrors) as refused:
        store.plans.keep_measure(wrong, AROUND, by="boss")
    assert len(refused.value.errors) == 4


def test_a_plan_that_somebody_else_changed_is_not_overwritten(planned: Store) -> None:
    seen = planned.plans.get("p1")
    assert seen is not None
    planned.plans.change(replace(seen, title="新的"), AROUND, by="other", seen=seen)
    with pytest.raises(ChangedMeanwhile):
        planned.plans.change(replace(seen, title="更新的"), AROUND, by="boss", seen=seen)
    with pytest.raises(ChangedMeanwhile):
        planned.plans.keep_measure(replace(MEASURE, title="x"), AROUND, by="boss", seen=None)


def test_a_change_does_not_move_the_plan_on(planned: Store) -> None:
    seen = planned.plans.get("p1")
    assert seen is not None
    planned.plans.change(replace(seen, state=PlanState.DONE, approved_by="boss"), AROUND, by="boss")
    kept = planned.plans.get("p1")
    assert kept is not None
    assert kept.state is PlanState.RUNNING
    assert kept.approved_by == ""


def test_what_was_done_stands_in_the_audit(planned: Store) -> None:
    planned.plans.done("m1", TODAY, by="boss")
    assert planned.plans.measures("p1")[0].done_on == TODAY
    actions = [entry.action for entry in planned.accounts.audit()]
    assert {"add improvement plan", "add measure", "carry out measure"} <= set(actions)
    with pytest.raises(KeyError):
        planned.plans.done("m9", TODAY, by="boss")


@given(day=st.integers(-30, 30), units=st.sampled_from([("east",), ("west",)]), begins=st.integers(-30, 30))
def test_no_day_lets_a_begun_measure_change_its_units(day: int, units: tuple[str, ...], begins: int) -> None:
    today = TODAY + timedelta(days=day)
    changed = replace(MEASURE, units=units, begins=MEASURE.begins + timedelta(days=begins))
    if MEASURE.begins <= today and (units != MEASURE.units or begins):
        with pytest.raises(FixedMeasure):
            assert_as_begun(MEASURE, changed, today)
    else:
        assert_as_begun(MEASURE, changed, today)
