"""The states of a case: whatever people do in whatever order, it walks along the table, and every step is kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.cases.case import Case, Remarked, Source, StepKind
from surveys.cases.states import NEXT, OPEN, CaseState, NoSuchStep, assert_may_become
from surveys.organisation.departments import Department
from surveys.storage import Store
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.sqlite.connection import connect
from surveys.storage.sqlite.migrations import migrations
from tests.support.front_door import NOW

CASE = Case("a" * 32, Source("phone"), "repair", "投诉", "停电没有通知", "", NOW)
TODAY = NOW.date()


@pytest.fixture
def with_case(tmp_path: Path) -> Store:
    store = Store(tmp_path / "x.db")
    store.organisation.save([Department("repair", "抢修"), Department("service", "营业")])
    store.cases.receive(CASE, by="desk")
    return store


def test_from_every_state_there_is_a_way_to_the_end_and_back() -> None:
    """Nobody is stuck: what is open can be closed, what is done with can be opened."""
    assert set(NEXT) == set(CaseState)
    for state in CaseState:
        assert CaseState.CLOSED in state.next or state in (CaseState.CLOSED, CaseState.WITHDRAWN)
        assert state in OPEN or CaseState.RECEIVED in state.next


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*CaseState, "remark", "assign", "dissatisfied"]), max_size=12))
def test_any_order_of_deeds_walks_along_the_table(with_case: Store, deeds: list[str]) -> None:
    """The last step says how the case stands, every change has its step, and what is reopened is counted."""
    cases = with_case.cases
    with connect(with_case.path) as db:
        db.execute("DELETE FROM cases")
        db.conn.commit()
    cases.receive(CASE)
    reopened = 0
    for number, deed in enumerate(deeds):
        seen = cases.get(CASE.id)
        assert seen is not None
        before, steps = seen.state, len(with_case.case_steps.of(CASE.id))
        if deed == "remark":
            assert cases.remark(CASE.id, f"{number}", "又停了", NOW) is Remarked.KEPT
        elif deed == "assign":
            cases.assign(seen, "service", "wang", by="head")
        elif deed == "dissatisfied":
            cases.dissatisfied(CASE.id, NOW)
        else:
            try:
                assert_may_become(before, CaseState(deed))
            except NoSuchStep:
                with pytest.raises(NoSuchStep):
                    cases.answer(seen, CaseState(deed), "", TODAY, by="head")
                continue
            assert cases.answer(seen, CaseState(deed), "", TODAY, by="head")
        then = cases.get(CASE.id)
        assert then is not None and (then.state is before or then.state in before.next)
        reopened += before not in OPEN and then.state in OPEN
        assert then.reopened == reopened
        kept = with_case.case_steps.of(CASE.id)
        assert kept[-1].state is then.state and (len(kept) == steps + 1 or then == seen)


def test_of_two_who_assign_at_once_one_is_told(with_case: Store) -> None:
    seen = with_case.cases.get(CASE.id)
    assert seen is not None
    with_case.cases.assign(seen, "repair", "li", by="a")
    with pytest.raises(ChangedMeanwhile):
        with_case.cases.assign(seen, "service", "wang", by="b")
    now = with_case.cases.get(CASE.id)
    assert now is not None and (now.owner, now.department, now.state) == ("li", "repair", CaseState.ASSIGNED)


def test_one_more_report_of_a_matter_reads_its_answer(with_case: Store) -> None:
    """And what its author adds opens the matter again."""
    cases, second = with_case.cases, Case("b" * 32, Source("box-less"), "repair", "投诉", "也停电", "", NOW)
    cases.receive(second)
    main = cases.get(CASE.id)
    report = cases.get(second.id)
    assert main is not None and report is not None
    cases.join(report, main, by="head")
    main = cases.get(CASE.id)
    assert main is not None
    assert cases.answer(main, CaseState.ANSWERED, "已抢修。", TODAY, by="head")
    joined = cases.get(second.id)
    assert joined is not None
    told = cases.as_told(joined)
    assert (told.reply, told.state, told.text) == ("已抢修。", CaseState.ANSWERED, "也停电")
    cases.remark(second.id, "k", "又停了", NOW)
    main = cases.get(CASE.id)
    assert main is not None and main.waiting and main.state is CaseState.RECEIVED
    with pytest.raises(ValueError, match="join reports"):
        cases.join(main, joined, by="head")


def test_a_note_is_kept_once_and_apart_from_the_answer(with_case: Store) -> None:
    for _ in range(2):
        with_case.case_steps.note(CASE.id, "k", "用户是老上访户", NOW, by="head")
    assert [each.text for each in with_case.case_steps.notes(CASE.id)] == ["用户是老上访户"]
    assert "老上访户" not in repr(with_case.cases.get(CASE.id))


def test_a_reopened_case_is_due_from_then_on(with_case: Store) -> None:
    """Not from the day on which it first came."""
    cases = with_case.cases
    cases.give_due_days(lambda _category, day: day + timedelta(days=2))
    first = cases.get(CASE.id)
    assert first is not None
    cases.answer(first, CaseState.ANSWERED, "好", TODAY, by="head")
    cases.remark(CASE.id, "k", "没好", NOW + timedelta(days=30))
    cases.give_due_days(lambda _category, day: day + timedelta(days=2))
    again = cases.get(CASE.id)
    assert again is not None and first.due_on is not None and again.due_on is not None
    assert (again.due_on - first.due_on).days == 30


def test_an_older_database_keeps_what_is_known_of_its_cases_as_steps(tmp_path: Path) -> None:
    old = connect(tmp_path / "old.db")
    migrations.apply(old, stop_before="m051_cases")
    with old.conn:
        old.execute("INSERT INTO departments (code, name) VALUES ('repair', '抢修')")
        for key, state, answered in (("a", "received", None), ("b", "closed", "2026-03-02"), ("c", "worked_on", None)):
            old.execute(
                "INSERT INTO cases (id, source_kind, source, department, category, text, contact, state, reply, "
                "received_at, answered_on) VALUES (?, 'answer', '', 'repair', '', 'x', '', ?, '', "
                "'2026-03-01T08:00:00+00:00', ?)", [key, state, answered],
            )  # fmt: skip
    old.close()
    store = Store(tmp_path / "old.db")
    kinds = {key: [each.kind for each in store.case_steps.of(key)] for key in "abc"}
    assert kinds["a"] == [StepKind.CREATED]
    assert kinds["b"] == [StepKind.CREATED, StepKind.ANSWERED, StepKind.UPGRADED]
    assert kinds["c"] == [StepKind.CREATED, StepKind.UPGRADED]
    for key in "abc":
        found = store.cases.get(key)
        assert found is not None and store.case_steps.of(key)[-1].state is found.state


def test_a_due_day_that_is_counted_meanwhile_keeps_nobody_from_answering(store: Store) -> None:
    """A few seconds after a case has come; what somebody did meanwhile still does."""
    for number in range(2):
        store.cases.receive(Case(f"{number:032x}", Source("phone"), "repair", "投诉", "停电", "", NOW))
    seen, other = store.cases.all()
    store.cases.give_due_days(lambda _category, day: day + timedelta(days=2))
    assert store.cases.answer(seen, CaseState.ANSWERED, "已处理", NOW.date(), by="boss")
    answered = store.cases.get(seen.id)
    assert answered is not None and answered.due_on is not None and answered.reply == "已处理"
    assert not store.cases.answer(seen, CaseState.ANSWERED, "另一个答复", NOW.date(), by="boss")
    store.cases.assign(other, "service", "", by="boss")
    assert not store.cases.answer(other, CaseState.ANSWERED, "迟了", NOW.date(), by="boss")
