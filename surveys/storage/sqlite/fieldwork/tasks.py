"""Tasks: made many at once, taken up with the answer that fulfils them.

Of an anonymous survey nothing here may tell who answered when: rows are written by key, `done` is a 0 that becomes a 1
where it stands, no index has it, and no time is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlite_utils import Database

from surveys.accounts import token_hash
from surveys.fieldwork.tasks.task import Task, TaskState
from surveys.intake.submission import Outcome
from surveys.storage.records.tasks import TaskCounts, TaskOver, TaskSearch, TasksMade, UnknownTask
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.answers.key_order import rewrite, rewrite_around
from surveys.storage.sqlite.connection import Connections


class TaskTable:
    """Implements `surveys.storage.records.protocols.Tasks` on SQLite."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def make(self, tasks: Iterable[Task], tokens: Mapping[str, str] | None = None, *, by: str) -> TasksMade:
        """Keep new tasks, all or none; of their *tokens* by id only the hashes. One that is there already stays."""
        rows = sorted((_row(each, (tokens or {}).get(each.id)) for each in tasks), key=lambda row: str(row["id"]))
        with self._connections.writing_much() as db:
            before = db.conn.total_changes
            rounds = sorted({(row["survey"], row["round"]) for row in rows})
            begun = [each for each in rounds if db.conn.execute(_BEGUN, each).fetchone()]
            db.conn.executemany(_MAKE, rows)
            new = db.conn.total_changes - before
            for each in begun if new else ():
                # Written anew by key: rows put between others would tell which of them came later.
                rewrite(db, "tasks", "survey = ? AND round = ?", each)
            for survey, code in rounds if new else ():
                write_audit(db, by, "make tasks", survey, f"{new}; {code}")
        return TasksMade(new, len(rows) - new)

    def get(self, task: str) -> Task | None:
        return self._one("id = ?", task)

    def behind(self, token_hash: str) -> Task | None:
        """The task behind a personal link, by the hash of its token."""
        return self._one("token_hash = ?", token_hash)

    def of_account(self, account: int) -> list[Task]:
        """All tasks of one person that are not withdrawn, the soonest due first, by key within a day."""
        query = f"{_TASKS} WHERE account = ? AND withdrawn_reason IS NULL ORDER BY due_on IS NULL, due_on, id"
        with self._connections.reading() as db:
            return [_task(row) for row in db.query(query, [account])]

    def all(self, wanted: TaskSearch, today: date, limit: int = 5000) -> list[Task]:
        """Tasks in the order of their due dates and keys."""
        values = _wanted(wanted, today) | {"limit": limit}
        with self._connections.reading() as db:
            query = f"{_TASKS} {_WHERE} ORDER BY due_on IS NULL, due_on, id LIMIT :limit"
            return [_task(row) for row in db.query(query, values)]

    def counts(self, today: date, survey: str | None = None) -> list[TaskCounts]:
        """How tasks stand, by survey and round."""
        with self._connections.reading() as db:
            return [TaskCounts(**row) for row in db.query(_COUNTS, {"survey": survey, "today": today.isoformat()})]

    def withdraw(self, tasks: Sequence[str], reason: str, *, by: str) -> int:
        """Take back those that are not done; returns how many."""
        query = "UPDATE tasks SET withdrawn_reason = ? WHERE id = ? AND done = 0 AND withdrawn_reason IS NULL"
        with self._connections.writing() as db:
            gone = [each for each in sorted(tasks) if db.conn.execute(query, [reason, each]).rowcount]
            for survey, times in _by_survey(db, gone):
                write_audit(db, by, "withdraw tasks", survey, f"{times}; {reason}")
        return len(gone)

    def reassign(self, tasks: Sequence[str], account: int, reason: str = "", *, by: str) -> int:
        """Let somebody else do those that are not done; who had them first is noted. Returns how many.

        What was typed so far goes: it is nobody else's.
        """
        with self._connections.writing() as db:
            values = [(account, account, account, each) for each in sorted(tasks)]
            moved = [value[-1] for value in values if db.conn.execute(_REASSIGN, value).rowcount]
            db.conn.executemany("DELETE FROM unfinished_tasks WHERE task = ?", [(each,) for each in moved])
            for survey, times in _by_survey(db, moved):
                write_audit(db, by, "reassign tasks", survey, "; ".join(filter(None, [f"{times}; {account}", reason])))
        return len(moved)

    def put_off(self, task: str, due_on: date | None, reason: str = "", *, by: str) -> None:
        """Give a task another due date, and note why; raises UnknownTask, TaskOver."""
        with self._connections.writing() as db:
            row = db.conn.execute("SELECT survey, done, withdrawn_reason FROM tasks WHERE id = ?", [task]).fetchone()
            if row is None:
                raise UnknownTask(task)
            if row[1] or row[2] is not None:
                raise TaskOver(task)
            day = due_on.isoformat() if due_on else None
            query = "UPDATE tasks SET due_on = ?, put_off_reason = ?, escalated = 0 WHERE id = ?"
            db.conn.execute(query, [day, reason, task])
            write_audit(db, by, "put off task", row[0], "; ".join(filter(None, [day, reason])))

    def reminded(self, tasks: Sequence[str], number: int) -> None:
        """Note that so many reminders of these are in the outbox."""
        with self._connections.writing() as db:
            db.conn.executemany("UPDATE tasks SET reminders = ? WHERE id = ?", [(number, each) for each in tasks])

    def level_reminders(self, survey: str, round_code: str) -> None:
        """Let all tasks of a round have had as many reminders as the one that had most."""
        most = "SELECT max(reminders) FROM tasks WHERE survey = ? AND round = ?"
        with self._connections.writing() as db:
            [number] = db.conn.execute(most, [survey, round_code]).fetchone()
            level = "UPDATE tasks SET reminders = ? WHERE survey = ? AND round = ? AND reminders <> ?"
            db.conn.execute(level, [number, survey, round_code, number])
            rewrite(db, "tasks", "survey = ? AND round = ?", [survey, round_code])
        self._connections.empty_log()

    def known(self, keys: Sequence[tuple[str, str, str]]) -> dict[str, Task]:
        """Tasks of one survey and round by their natural keys, of these (survey, round, natural key)."""
        query = f"{_TASKS} WHERE survey = ? AND round = ? AND natural_key = ?"
        with self._connections.reading() as db:
            rows = [row for key in keys for row in db.query(query, list(key))]
        return {row["natural_key"]: _task(row) for row in rows}

    def escalated(self, tasks: Sequence[str]) -> None:
        """Note that a manager was told that these are late."""
        with self._connections.writing() as db:
            db.conn.executemany("UPDATE tasks SET escalated = 1 WHERE id = ?", [(each,) for each in tasks])

    def handed_on(self) -> list[Task]:
        """Those that somebody else does now who has still to hear of it."""
        query = f"{_TASKS} WHERE handed_on = 1 AND done = 0 AND withdrawn_reason IS NULL ORDER BY due_on, id"
        with self._connections.reading() as db:
            return [_task(row) for row in db.query(query)]

    def told_of_handing_on(self, tasks: Sequence[str]) -> None:
        """Note that who does these now has heard of it."""
        with self._connections.writing() as db:
            db.conn.executemany("UPDATE tasks SET handed_on = 0 WHERE id = ?", [(each,) for each in tasks])

    def save_unfinished(self, task: str, sealed: bytes, day: date) -> bool:
        """Keep what was entered so far behind a personal link; False when there is nothing to answer any more."""
        values = {"task": task, "sealed": sealed, "day": day.isoformat()}
        with self._connections.writing() as db:
            begun = db.conn.execute("SELECT 1 FROM unfinished_tasks WHERE task = ?", [task]).fetchone()
            kept: bool = db.conn.execute(_SAVE_UNFINISHED, values).rowcount == 1
            if kept and begun is None:  # else its place on the page told who had begun before whom
                rewrite_around(db, "unfinished_tasks", task)
        return kept

    def unfinished(self, task: str) -> bytes | None:
        """What was entered so far."""
        with self._connections.reading() as db:
            row = db.execute("SELECT sealed FROM unfinished_tasks WHERE task = ?", [task]).fetchone()
        return row[0] if row else None

    def _one(self, condition: str, value: str) -> Task | None:
        with self._connections.reading() as db:
            return next((_task(row) for row in db.query(f"{_TASKS} WHERE {condition}", [value])), None)


def take_up(db: Database, task: str) -> Outcome | None:
    """Tick a task off, within the transaction that keeps its answer; why not, when it can't be."""
    query = "UPDATE tasks SET done = 1 WHERE id = ? AND done = 0 AND withdrawn_reason IS NULL"
    if db.conn.execute(query, [task]).rowcount:
        db.conn.execute("DELETE FROM unfinished_tasks WHERE task = ?", [task])
        return None
    row = db.conn.execute("SELECT done FROM tasks WHERE id = ?", [task]).fetchone()
    return Outcome.ALREADY_ANSWERED if row and row[0] else Outcome.LINK_ENDED


def reopen(db: Database, task: str) -> None:
    """The answer that fulfilled it is gone: it is to be done again. Only answers that name their task come here."""
    db.conn.execute("UPDATE tasks SET done = 0 WHERE id = ?", [task])


def _by_survey(db: Database, tasks: Sequence[str]) -> list[tuple[str, int]]:
    query = "SELECT survey, count(*) FROM tasks WHERE id IN (SELECT value FROM json_each(?)) GROUP BY survey ORDER BY 1"
    return [(survey, times) for survey, times in db.conn.execute(query, [json.dumps(list(tasks))])]


_COLUMNS = (
    "id", "survey", "round", "natural_key", "account", "contact", "subject_kind", "subject", "relation", "department",
    "due_on", "context", "done", "withdrawn_reason", "reminders", "escalated", "stands_in_for", "made_by",
    "put_off_reason", "handed_on",
)  # fmt: skip

_TASKS = f"SELECT {', '.join(_COLUMNS)} FROM tasks"  # noqa: S608  our own names

_MAKE = f"""
INSERT INTO tasks ({", ".join(_COLUMNS)}, token_hash)
VALUES ({", ".join(f":{name}" for name in _COLUMNS)}, :token_hash)
ON CONFLICT (survey, round, natural_key) DO NOTHING"""  # noqa: S608

_BEGUN = "SELECT 1 FROM tasks WHERE survey = ? AND round = ? LIMIT 1"

_STANDS = {
    TaskState.DONE: "done = 1",
    TaskState.WITHDRAWN: "done = 0 AND withdrawn_reason IS NOT NULL",
    TaskState.LATE: "done = 0 AND withdrawn_reason IS NULL AND due_on < :today",
    TaskState.OPEN: "done = 0 AND withdrawn_reason IS NULL AND (due_on IS NULL OR due_on >= :today)",
}

_OF_STATE = " OR ".join(f"(:state = '{state}' AND {condition})" for state, condition in _STANDS.items())

_WHERE = f"""
WHERE (CAST(:survey AS text) IS NULL OR survey = :survey) AND (CAST(:round AS text) IS NULL OR round = :round)
  AND (:account IS NULL OR account = :account)
  AND (CAST(:departments AS text) IS NULL OR department IN (SELECT value FROM json_each(:departments)))
  AND (CAST(:state AS text) IS NULL OR {_OF_STATE})"""  # noqa: S608

_COUNTS = f"""
SELECT survey, round, {", ".join(f'count(*) FILTER (WHERE {_STANDS[state]}) AS "{state}"' for state in _STANDS)}
FROM tasks WHERE CAST(:survey AS text) IS NULL OR survey = :survey GROUP BY survey, round ORDER BY survey, round"""  # noqa: S608

_REASSIGN = """
UPDATE tasks SET stands_in_for = CASE WHEN coalesce(stands_in_for, account) = ? THEN NULL
    ELSE coalesce(stands_in_for, account) END, account = ?, handed_on = 1, reminders = 0
WHERE account IS NOT NULL AND account <> ? AND id = ? AND done = 0 AND withdrawn_reason IS NULL"""

_SAVE_UNFINISHED = """
INSERT INTO unfinished_tasks (task, survey, sealed, saved_on)
SELECT id, survey, :sealed, :day FROM tasks WHERE id = :task AND done = 0 AND withdrawn_reason IS NULL
ON CONFLICT (task) DO UPDATE SET sealed = excluded.sealed, saved_on = excluded.saved_on"""


def _wanted(wanted: TaskSearch, today: date) -> dict[str, Any]:
    among = None if wanted.departments is None else json.dumps(list(wanted.departments))
    state = wanted.state.value if wanted.state else None
    return {
        "survey": wanted.survey, "round": wanted.round, "account": wanted.account, "departments": among,
        "state": state, "today": today.isoformat(),
    }  # fmt: skip


def _row(task: Task, token: str | None) -> dict[str, Any]:
    return {
        **{name: getattr(task, name) for name in _COLUMNS},
        "due_on": task.due_on.isoformat() if task.due_on else None,
        "context": json.dumps(dict(task.context), ensure_ascii=False), "done": int(task.done),
        "escalated": int(task.escalated), "handed_on": int(task.handed_on),
        "token_hash": token_hash(token) if token else None,
    }  # fmt: skip


def _task(row: Mapping[str, Any]) -> Task:
    due = row["due_on"]
    return Task(**{
        **row, "due_on": date.fromisoformat(due) if due else None, "context": json.loads(row["context"]),
        "done": bool(row["done"]), "escalated": bool(row["escalated"]),
        "handed_on": bool(row["handed_on"]),
    })  # fmt: skip
