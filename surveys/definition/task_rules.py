"""By which rule tasks of a survey are made when a round opens: who fills it in about what."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from surveys.localisation.language import marked


class TaskMaker(StrEnum):
    """Who fills in about what."""

    OTHERS = "others"  # everyone about other departments: see `Among`
    NEIGHBOURS = "neighbours"  # the people of a process step about the steps before and after it
    OWN = "own"  # everyone chosen, else each department's managers, about their own department
    DRAW = "draw"  # each of those chosen about some drawn at random
    EACH = "each"  # every subject once, dealt out among those chosen
    PARTICIPANTS = "participants"  # each participant of a course's session
    DATED = "dated"  # each of the staff, so long after a date in their file
    RATERS = "raters"  # superiors, peers, subordinates and the person: proposed by the tree, then confirmed

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def needs_fillers(self) -> bool:
        """Whether somebody has to say who fills it in."""
        return self in (TaskMaker.DRAW, TaskMaker.EACH)

    @property
    def confirmed(self) -> bool:
        """Whether what the rule proposes waits for somebody to confirm it."""
        return self is TaskMaker.RATERS


_LABELS = {
    TaskMaker.OTHERS: marked("每人评价其他部门"),
    TaskMaker.NEIGHBOURS: marked("每个环节的人员评价上、下游环节"),
    TaskMaker.OWN: marked("各单位自评"),
    TaskMaker.DRAW: marked("每人随机抽取若干个"),
    TaskMaker.EACH: marked("每个对象一次，分给选定的人"),
    TaskMaker.PARTICIPANTS: marked("每个班次的学员"),
    TaskMaker.DATED: marked("每名员工，在档案里的日期之后一段时间"),
    TaskMaker.RATERS: marked("上级、同级、下级和本人（先核对再下发）"),
}


class Among(StrEnum):
    """Which departments everyone rates: never one's own, what it is part of or what is part of it."""

    BESIDE = "beside"  # part of the same whole as one's own; where there is none, as the department above
    STAFFED = "staffed"  # every one whose people have accounts
    LEVEL = "level"  # every one of a level of the tree
    CHOSEN = "chosen"

    @property
    def label(self) -> str:
        return _AMONG[self]


_AMONG = {
    Among.BESIDE: marked("同一上级下、有人员的部门"),
    Among.STAFFED: marked("全部有人员的部门"),
    Among.LEVEL: marked("某一级的部门"),
    Among.CHOSEN: marked("选定的部门"),
}


class Phase(StrEnum):
    """When a participant is asked, as seen from the session."""

    BEFORE = "before"
    AFTER = "after"
    LATER = "later"  # three months after it


class After(StrEnum):
    """In what the time after a date in a file is counted."""

    DAYS = "days"
    MONTHS = "months"  # by the calendar

    @property
    def label(self) -> str:
        return _AFTER[self]


_AFTER = {After.DAYS: marked("天"), After.MONTHS: marked("个月")}


class TaskRule(BaseModel):
    """The rule of a survey; its subjects are those of the kind that the survey is about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: TaskMaker
    days: Annotated[int, Field(ge=0, le=365)] = 14  # until they are due, from when they are made
    each: Annotated[int, Field(ge=1, le=200)] = 1  # so many are drawn for each filler
    phases: tuple[Phase, ...] = (Phase.AFTER,)  # of participants
    among: Among = Among.BESIDE  # of departments that rate others
    level: Annotated[int, Field(ge=1, le=12)] = 1  # of the tree, 1 being the departments that are part of no other
    chosen: tuple[str, ...] = ()  # codes of departments
    file_date: Annotated[str, Field(pattern=r"^(who|does)\.[\w\-]{1,60}$")] | None = None  # such as who.入职日期
    after: Annotated[int, Field(ge=0, le=1000)] = 3  # so long after that date
    unit: After = After.MONTHS
    yearly: bool = False  # and again in each year

    @model_validator(mode="after")
    def _date_named(self) -> TaskRule:
        if self.by is TaskMaker.DATED and self.file_date is None:
            raise ValueError("`by: dated` needs `file_date`: an attribute of staff files, such as who.joined")
        return self
