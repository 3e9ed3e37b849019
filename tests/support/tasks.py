"""Tasks for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from surveys.fieldwork.tasks.task import Task, natural_key, new_task_id
from surveys.storage import Store

DAY = date(2026, 11, 22)


def a_task(survey: str, account: int | None = None, subject: str = "repair", **changes: Any) -> Task:
    """A task of the last quarter, about a department unless told otherwise."""
    kind, relation = changes.pop("subject_kind", "department"), changes.get("relation", "")
    contact = changes.get("contact")
    filler = account if account is not None else str(contact)
    values: dict[str, Any] = {
        "id": new_task_id(), "round": "2026-Q4", "natural_key": natural_key(filler, kind, subject, relation),
        "account": account, "subject_kind": kind, "subject": subject, "made_by": "test",
        "department": subject if subject in ("repair", "service") else None,
    }  # fmt: skip
    return Task(survey=survey, **(values | changes))


def give(store: Store, *tasks: Task, tokens: dict[str, str] | None = None) -> None:
    """Keep these."""
    store.tasks.make(tasks, tokens, by="test")
