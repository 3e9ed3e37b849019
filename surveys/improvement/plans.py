"""Improvement plans: from a finding to measures with owner and date, and the goal they are held to.

Which units a measure is taken in and when it begins is fixed before anybody looks at its effect: both stay as they were
from its first day on, and what is written down only later says so wherever its effect is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from surveys.localisation.language import marked
from surveys.localisation.wording import Message, saying

LONGEST_TITLE = 120
LONGEST_NOTE = 2000


class PlanState(StrEnum):
    """Where a plan stands."""

    PROPOSED = "proposed"
    RUNNING = "running"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def open(self) -> bool:
        return self in (PlanState.PROPOSED, PlanState.RUNNING)


_LABELS = {
    PlanState.PROPOSED: marked("待批准"),
    PlanState.RUNNING: marked("进行中"),
    PlanState.DONE: marked("已完成"),
    PlanState.DROPPED: marked("已放弃"),
}
MOVES: Mapping[PlanState, tuple[PlanState, ...]] = {
    PlanState.PROPOSED: (PlanState.RUNNING, PlanState.DROPPED),
    PlanState.RUNNING: (PlanState.DONE, PlanState.DROPPED),
    PlanState.DONE: (PlanState.RUNNING,),
    PlanState.DROPPED: (PlanState.PROPOSED,),
}
"""What a plan may become from where it stands; from proposed to running is its approval."""


@dataclass(frozen=True)
class ImprovementPlan:
    """What is to become better: an area of a survey (`area` is the code of its dimension, "" for overall satisfaction).

    `goal_from` and `goal_to` are mean scores on the survey's scale; `relevant` is the smallest change that is worth it.
    `department` None: the whole organisation.
    """

    code: str
    title: str
    survey: str
    area: str
    department: str | None
    owner: str
    due: date
    goal_from: float | None = None
    goal_to: float | None = None
    relevant: float = 0.1
    state: PlanState = PlanState.RUNNING
    note: str = ""
    created_on: date | None = None
    created_by: str = ""
    approved_by: str = ""

    def late(self, today: date) -> bool:
        return self.state.open and self.due < today


@dataclass(frozen=True)
class PlanMeasure:
    """One thing that is done, in which units (`unit_kind`: a column that answers are split by), from when to when.

    Its effect is read from the answers after `ends`, until `measured_until`. `entered_on` after `begins` means that it
    was written down afterwards. `by_lot`: the units were drawn by lot.
    """

    id: str
    plan: str
    title: str
    owner: str
    begins: date
    ends: date
    measured_until: date
    unit_kind: str
    units: tuple[str, ...]
    entered_on: date
    by_lot: bool = False
    cost: Decimal | None = None
    check: str = ""
    done_on: date | None = None
    saving: str = ""  # the formula of what it saves, see `money.py`

    @property
    def afterwards(self) -> bool:
        """Whether its units and its beginning were written down when it had begun already."""
        return self.entered_on > self.begins

    def late(self, today: date) -> bool:
        return self.done_on is None and self.ends < today

    def to_be_judged(self, today: date) -> bool:
        """Whether the answers that its effect is read from are all there."""
        return self.done_on is not None and self.measured_until < today


class PlanErrors(ValueError):
    """All that is wrong with a plan or a measure, in words."""

    def __init__(self, errors: list[Message]) -> None:
        super().__init__(errors[0], *errors[1:])
        self.errors = errors


class FixedMeasure(ValueError):
    """Units or beginning of a measure that has begun: they stay, or its effect could be chosen."""

    def __init__(self) -> None:
        super().__init__(saying("措施开始以后，采取措施的单位和开始日期不能再改；可以另记一项措施"))


@dataclass(frozen=True)
class Surroundings:
    """What a plan or a measure is checked against: who may own it, and the day it is written down."""

    owners: frozenset[str]
    today: date
    units: Mapping[str, frozenset[str]] = field(default_factory=dict)


def assert_plan(plan: ImprovementPlan, around: Surroundings) -> None:
    """Raise `PlanErrors` with everything that is wrong with it."""
    errors = [*_titled(plan.title, plan.note), *_owned(plan.owner, around)]
    if plan.relevant <= 0:
        errors.append(saying("值得的最小变化要大于 0"))
    if plan.goal_from is not None and plan.goal_to is not None and plan.goal_from == plan.goal_to:
        errors.append(saying("目标与现状相同，没有可改进的"))
    if plan.state is PlanState.RUNNING and not plan.created_by and plan.due < around.today:
        errors.append(saying("完成日期 {day} 已经过去", day=plan.due))
    if errors:
        raise PlanErrors(errors)


def assert_measure(measure: PlanMeasure, around: Surroundings) -> None:
    """Raise `PlanErrors` with everything that is wrong with it."""
    errors = [*_titled(measure.title, measure.check), *_owned(measure.owner, around)]
    if measure.ends < measure.begins:
        errors.append(saying("结束日期 {ends} 早于开始日期 {begins}", ends=measure.ends, begins=measure.begins))
    if measure.measured_until <= measure.ends:
        errors.append(saying("复测要在措施结束（{ends}）之后", ends=measure.ends))
    if not measure.units:
        errors.append(saying("请选择在哪些单位采取措施"))
    there = around.units.get(measure.unit_kind, frozenset())
    if unknown := sorted(set(measure.units) - there):
        errors.append(saying("没有这些单位：{names}", names="、".join(unknown)))
    if measure.cost is not None and measure.cost < 0:
        errors.append(saying("费用不能小于 0"))
    if errors:
        raise PlanErrors(errors)


def assert_as_begun(present: PlanMeasure, changed: PlanMeasure, today: date) -> None:
    """Raise `FixedMeasure` where a measure that has begun would get other units or another beginning."""
    fixed = ("unit_kind", "units", "begins", "by_lot")
    if present.begins <= today and any(getattr(present, name) != getattr(changed, name) for name in fixed):
        raise FixedMeasure


def _titled(title: str, note: str) -> list[Message]:
    errors = []
    if not title.strip():
        errors.append(saying("请写明要做什么"))
    if len(title) > LONGEST_TITLE:
        errors.append(saying("名称最多 {most} 个字", most=LONGEST_TITLE))
    if len(note) > LONGEST_NOTE:
        errors.append(saying("说明最多 {most} 个字", most=LONGEST_NOTE))
    return errors


def _owned(owner: str, around: Surroundings) -> list[Message]:
    return [] if owner in around.owners else [saying("没有账号“{owner}”，请选择负责人", owner=owner)]
