"""Improvement plans and their measures, each change in the audit trail."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlite_utils import Database

from surveys.improvement.plans import (
    MOVES,
    ImprovementPlan,
    PlanMeasure,
    PlanState,
    Surroundings,
    assert_as_begun,
    assert_measure,
    assert_plan,
)
from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections


class PlanTable:
    """All plans with their measures."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def all(self, departments: Collection[str] | None = None) -> list[ImprovementPlan]:
        """Every plan, the one due first first; of these departments only, where they are given."""
        with self._connections.reading() as db:
            plans = [_plan(row) for row in db.query("SELECT * FROM improvement_plans ORDER BY due, code")]
        return [each for each in plans if departments is None or each.department in departments]

    def get(self, code: str) -> ImprovementPlan | None:
        with self._connections.reading() as db:
            return _found(db, code)

    def add(self, plan: ImprovementPlan, around: Surroundings, *, by: str, approval: bool = False) -> ImprovementPlan:
        """Keep a new plan, which waits to be approved where *approval* is wanted; raises PlanErrors."""
        state = PlanState.PROPOSED if approval else PlanState.RUNNING
        assert_plan(replace(plan, state=state), around)
        kept = replace(plan, state=state, created_by=by, created_on=around.today)
        with self._connections.writing() as db:
            db.execute(_KEEP_PLAN, _plan_row(kept))
            write_audit(db, by, "add improvement plan", kept.code, kept.title)
        return kept

    def change(
        self, plan: ImprovementPlan, around: Surroundings, *, by: str, seen: ImprovementPlan | Unread = ANY
    ) -> None:
        """Change title, owner, goal, day; not the state. Raises PlanErrors, KeyError, ChangedMeanwhile."""
        assert_plan(plan, around)
        with self._connections.writing() as db:
            present = _there(db, plan.code)
            assert_as_seen(seen, present)
            fixed = {name: getattr(present, name) for name in ("state", "created_by", "created_on", "approved_by")}
            db.execute(_KEEP_PLAN, _plan_row(replace(plan, **fixed)))
            write_audit(db, by, "change improvement plan", plan.code, plan.title)

    def move(self, code: str, state: PlanState, *, by: str, note: str = "") -> ImprovementPlan:
        """Let a plan go where `MOVES` allows; raises ValueError for anything else, and for one's own approval."""
        with self._connections.writing() as db:
            present = _there(db, code)
            if state not in MOVES[present.state]:
                raise ValueError(f"plan {code}: {present.state} does not become {state}")
            approved = present.approved_by
            if present.state is PlanState.PROPOSED and state is PlanState.RUNNING:
                if by == present.created_by:
                    raise ValueError(f"plan {code}: nobody approves their own plan")
                approved = by
            moved = replace(present, state=state, approved_by=approved, note=note.strip() or present.note)
            db.execute(_KEEP_PLAN, _plan_row(moved))
            write_audit(db, by, "move improvement plan", code, state.value)
        return moved

    def measures(self, plan: str | None = None) -> list[PlanMeasure]:
        """The measures of a plan, or of all, in the order they begin."""
        query = "SELECT * FROM measures WHERE CAST(:plan AS text) IS NULL OR plan = :plan ORDER BY begins, id"
        with self._connections.reading() as db:
            return [_measure(row) for row in db.query(query, {"plan": plan})]

    def keep_measure(
        self, measure: PlanMeasure, around: Surroundings, *, by: str, seen: PlanMeasure | Unread | None = ANY
    ) -> None:
        """Add or change one. Raises PlanErrors, FixedMeasure, ChangedMeanwhile, KeyError for a plan that is not there.

        The day it was first written down stays, unless it has not begun and its units change.
        """
        assert_measure(measure, around)
        with self._connections.writing() as db:
            _there(db, measure.plan)
            row = next(db.query("SELECT * FROM measures WHERE id = ?", [measure.id]), None)
            present = _measure(row) if row else None
            assert_as_seen(seen, present)
            if present is not None:
                assert_as_begun(present, measure, around.today)
            entered = present.entered_on if present and present.begins <= around.today else around.today
            db.execute(_KEEP_MEASURE, _measure_row(replace(measure, entered_on=entered)))
            action = "change measure" if present else "add measure"
            write_audit(db, by, action, measure.id, f"{measure.begins} {measure.unit_kind} {len(measure.units)}")

    def done(self, measure: str, day: date | None, *, by: str) -> None:
        """Note that a measure was carried out on this day, or that it wasn't after all; raises KeyError."""
        with self._connections.writing() as db:
            changed = db.execute("UPDATE measures SET done_on = ? WHERE id = ?", [_text(day), measure]).rowcount
            if not changed:
                raise KeyError(measure)
            write_audit(db, by, "carry out measure", measure, _text(day) or "")


def _there(db: Database, code: str) -> ImprovementPlan:
    found = _found(db, code)
    if found is None:
        raise KeyError(code)
    return found


def _found(db: Database, code: str) -> ImprovementPlan | None:
    row = next(db.query("SELECT * FROM improvement_plans WHERE code = ?", [code]), None)
    return _plan(row) if row else None


_KEEP_PLAN = """
INSERT INTO improvement_plans (code, title, survey, area, department, owner, due, goal_from, goal_to, relevant, state,
  note, created_on, created_by, approved_by)
VALUES (:code, :title, :survey, :area, :department, :owner, :due, :goal_from, :goal_to, :relevant, :state, :note,
  :created_on, :created_by, :approved_by)
ON CONFLICT (code) DO UPDATE SET title = excluded.title, survey = excluded.survey, area = excluded.area,
  department = excluded.department, owner = excluded.owner, due = excluded.due, goal_from = excluded.goal_from,
  goal_to = excluded.goal_to, relevant = excluded.relevant, state = excluded.state, note = excluded.note,
  approved_by = excluded.approved_by"""

_KEEP_MEASURE = """
INSERT INTO measures (id, plan, title, owner, begins, ends, measured_until, unit_kind, units, entered_on, by_lot, cost,
  how_checked, done_on, saving)
VALUES (:id, :plan, :title, :owner, :begins, :ends, :measured_until, :unit_kind, :units, :entered_on, :by_lot, :cost,
  :how_checked, :done_on, :saving)
ON CONFLICT (id) DO UPDATE SET title = excluded.title, owner = excluded.owner, begins = excluded.begins,
  ends = excluded.ends, measured_until = excluded.measured_until, unit_kind = excluded.unit_kind,
  units = excluded.units, entered_on = excluded.entered_on, by_lot = excluded.by_lot, cost = excluded.cost,
  how_checked = excluded.how_checked, done_on = excluded.done_on, saving = excluded.saving"""


def _plan_row(plan: ImprovementPlan) -> dict[str, Any]:
    own = {name: getattr(plan, name) for name in plan.__dataclass_fields__}
    return own | {"state": plan.state.value, "due": plan.due.isoformat(), "created_on": _text(plan.created_on)}


def _plan(row: dict[str, Any]) -> ImprovementPlan:
    days = {"due": date.fromisoformat(row["due"]), "created_on": _day(row["created_on"])}
    return ImprovementPlan(**row | days | {"state": PlanState(row["state"])})


def _measure_row(measure: PlanMeasure) -> dict[str, Any]:
    own = {name: getattr(measure, name) for name in measure.__dataclass_fields__ if name != "check"}
    days = {name: _text(getattr(measure, name)) for name in _DAYS}
    units = json.dumps(list(measure.units), ensure_ascii=False)
    cost = None if measure.cost is None else str(measure.cost)
    return own | days | {"units": units, "cost": cost, "how_checked": measure.check, "by_lot": int(measure.by_lot)}


_DAYS = ("begins", "ends", "measured_until", "entered_on", "done_on")


def _measure(row: dict[str, Any]) -> PlanMeasure:
    own = {name: value for name, value in row.items() if name != "how_checked"}
    days = {name: _day(row[name]) for name in _DAYS}
    cost = None if row["cost"] is None else Decimal(row["cost"])
    read = {"units": tuple(json.loads(row["units"])), "cost": cost, "check": row["how_checked"]}
    return PlanMeasure(**own | days | read | {"by_lot": bool(row["by_lot"])})


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
