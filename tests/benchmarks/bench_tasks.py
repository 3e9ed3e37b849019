"""Tasks of a large organisation: made by rule, looked up at `/my` and for the page 任务, and how each grows.

Seconds of the processor, medians of three; half the staff beside all of it shows what is quadratic.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import process_time

from surveys.definition.task_rules import Among, TaskMaker, TaskRule
from surveys.definition.templates import template
from surveys.localisation.clock import local_day
from surveys.operations.tasks import make_due_tasks, propose
from surveys.organisation.departments import Department
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.records.tasks import TaskSearch
from surveys.web.staff.own_tasks import own_tasks

STAFF, DEPARTMENTS, RUNS = 2000, 41, 3  # each rates all but their own: 40 tasks
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SURVEY = "department-review"


def main() -> None:
    print("| tasks | seconds | of half the staff |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        half, whole = (measured(Path(folder) / f"{n}.db", n) for n in (STAFF // 2, STAFF))
    for name, seconds in whole.items():
        print(f"| {name} | {seconds:.3f} | {seconds / half[name]:.1f} times |")


def measured(path: Path, staff: int) -> dict[str, float]:
    """Seconds by what is done, of so many people with 40 tasks each."""
    store = Store(path)
    store.organisation.save([Department(f"d{n}", f"部门{n}") for n in range(DEPARTMENTS)], [])
    for n in range(staff):
        store.accounts.add(f"p{n}", f"员工{n}", Role.STAFF, "no hash", (f"d{n % DEPARTMENTS}",), now=NOW)
    store.surveys.save_draft(template(SURVEY), None, by="bench")
    store.surveys.publish(SURVEY, by="bench")
    store.task_plans.choose(SURVEY, TaskRule(by=TaskMaker.OTHERS, among=Among.STAFFED), (), by="bench")
    begun = process_time()
    assert make_due_tasks(store, NOW) == staff * (DEPARTMENTS - 1)
    found = {"all made by rule, 40 for each": process_time() - begun}
    found |= {name: timed(act) for name, act in reads(store).items()}
    store.close()
    return found


def reads(store: Store) -> dict[str, Callable[[], object]]:
    record, someone, today = store.surveys.get(SURVEY), store.accounts.named("p7"), local_day(NOW)
    assert someone is not None
    rule = TaskRule(by=TaskMaker.OTHERS, among=Among.STAFFED)
    return {
        "/my of one person": lambda: own_tasks(store, someone, lambda: NOW),
        "任务: the rounds": lambda: store.tasks.counts(today, SURVEY),
        "任务: what the rule would make": lambda: propose(store, record, rule, (), by="bench", now=NOW),
        "任务: the first 300": lambda: store.tasks.all(TaskSearch(SURVEY), today, limit=301),
    }


def timed(act: Callable[[], object]) -> float:
    def once() -> float:
        begun = process_time()
        act()
        return process_time() - begun

    return median(once() for _ in range(RUNS))
