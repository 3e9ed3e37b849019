"""By which rule, and for whom, tasks of a survey make themselves."""

from __future__ import annotations

import json

from surveys.definition.task_rules import TaskRule
from surveys.fieldwork.tasks.handing_over import FillersMay
from surveys.fieldwork.tasks.plan import TaskPlan
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections


class TaskPlanTable:
    """One row for each survey for which something was chosen or made."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def of(self, survey: str) -> TaskPlan:
        """The plan; an empty one where nothing was chosen."""
        query = "SELECT rule, fillers, made, put_off_days, hand_over FROM task_plans WHERE survey = ?"
        with self._connections.reading() as db:
            row = db.execute(query, [survey]).fetchone()
        if row is None:
            return TaskPlan()
        rule = TaskRule.model_validate_json(row[0]) if row[0] else None
        return TaskPlan(rule, tuple(json.loads(row[1])), row[2], FillersMay(row[3], bool(row[4])))

    def choose(self, survey: str, rule: TaskRule | None, fillers: tuple[int, ...], *, by: str) -> None:
        """Let tasks make themselves by this rule, when the next round opens."""
        values = [survey, rule.model_dump_json() if rule else None, json.dumps(sorted(fillers))]
        with self._connections.writing() as db:
            db.conn.execute(_CHOOSE, values)
            write_audit(db, by, "choose task rule", survey, rule.by.value if rule else "")

    def let_fillers(self, survey: str, may: FillersMay, *, by: str) -> None:
        """Let those who fill in change so much of their own tasks."""
        with self._connections.writing() as db:
            db.conn.execute(_LET, [survey, may.put_off_days, int(may.hand_over)])
            write_audit(db, by, "let fillers change tasks", survey, f"{may.put_off_days}; {int(may.hand_over)}")

    def made(self, survey: str, mark: str) -> None:
        """Note for which round, or day of it, tasks were made."""
        with self._connections.writing() as db:
            db.conn.execute(_MADE, [survey, mark])


_CHOOSE = """
INSERT INTO task_plans (survey, rule, fillers) VALUES (?, ?, ?)
ON CONFLICT (survey) DO UPDATE SET rule = excluded.rule, fillers = excluded.fillers"""

_LET = """
INSERT INTO task_plans (survey, put_off_days, hand_over) VALUES (?, ?, ?)
ON CONFLICT (survey) DO UPDATE SET put_off_days = excluded.put_off_days, hand_over = excluded.hand_over"""

_MADE = """
INSERT INTO task_plans (survey, made) VALUES (?, ?) ON CONFLICT (survey) DO UPDATE SET made = excluded.made"""
