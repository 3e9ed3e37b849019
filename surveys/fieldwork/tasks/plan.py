"""How tasks of a survey make themselves: the rule, and who fills it in where the rule asks for somebody."""

from __future__ import annotations

from dataclasses import dataclass, field

from surveys.definition.task_rules import TaskRule
from surveys.fieldwork.tasks.handing_over import FillersMay


@dataclass(frozen=True)
class TaskPlan:
    """What was chosen for a survey. Without a rule of its own that of its definition holds."""

    rule: TaskRule | None = None
    fillers: tuple[int, ...] = ()  # accounts
    made: str = ""  # for which round, or day of it, tasks were made last
    fillers_may: FillersMay = field(default_factory=FillersMay)
