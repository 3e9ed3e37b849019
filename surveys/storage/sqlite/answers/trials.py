"""Answers given while a survey is on trial: kept apart from the first one on, so that nothing of them ever counts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from surveys.intake.submission import Submission
from surveys.localisation.clock import local_day, utc_now
from surveys.storage.records.set_apart import NotOnTrial, SetApartWhy
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.answers.key_order import rewrite
from surveys.storage.sqlite.connection import Connections
from surveys.storage.sqlite.uploads import take_files


class TrialTable:
    """Ends trials, and clears what was given in them."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def end(self, survey: str, *, keep: bool, by: str) -> int:
        """Start the survey: answers count from now on. Returns how many of the trial are deleted, or kept apart.

        Counts of opened forms begin anew. Raises NotOnTrial.
        """
        with self._connections.writing() as db:
            query = "UPDATE surveys SET trial = 0 WHERE code = :survey AND trial = 1"
            if not db.execute(query, {"survey": survey}).rowcount:
                raise NotOnTrial(survey)
            amount, files = (_amount(db, survey), []) if keep else _clear(db, survey)
            for table in ("tallies", "devices", "held_devices"):
                db.execute(f"DELETE FROM {table} WHERE survey = :survey", {"survey": survey})  # noqa: S608
            write_audit(db, by, "end trial", survey, f"{amount} {'kept apart' if keep else 'deleted'}")
        self._connections.remove_files(files)
        self._connections.empty_log()
        return amount

    def clear(self, survey: str, *, by: str) -> int:
        """Delete what was given on trial, during it or afterwards; returns how many answers."""
        with self._connections.writing() as db:
            amount, files = _clear(db, survey)
            if amount:
                write_audit(db, by, "clear trial", survey, str(amount))
        self._connections.remove_files(files)
        self._connections.empty_log()
        return amount


def on_trial(db: Database, survey: str) -> bool:
    """Whether answers to a survey are kept apart for now."""
    return db.execute("SELECT 1 FROM surveys WHERE code = :survey AND trial = 1", {"survey": survey}).fetchone()


def keep_trial(db: Database, submission: Submission, row: Mapping[str, Any]) -> None:
    """Keep an answer of a trial; its place in the file tells no order, and its moment is the day."""
    kept = dict(row) | {
        "why": SetApartWhy.TRIAL.value, "set_at": local_day(utc_now()).isoformat(), "task": None,
        "beside": json.dumps({"files": list(submission.files)}),
    }  # fmt: skip
    db.table("set_apart").insert(kept)
    rewrite(db, "set_apart", "survey = ? AND why = ?", [submission.survey, SetApartWhy.TRIAL.value])


def _amount(db: Database, survey: str) -> int:
    query = "SELECT count(*) FROM set_apart WHERE survey = :survey AND why = 'trial'"
    return int(db.execute(query, {"survey": survey}).fetchone()[0])


def _clear(db: Database, survey: str) -> tuple[int, list[str]]:
    """Returns how many answers, and the keys of the files to be unlinked."""
    query = "SELECT id FROM set_apart WHERE survey = :survey AND why = 'trial'"
    ids = [key for (key,) in db.execute(query, {"survey": survey}).fetchall()]
    files = take_files(db, ids)
    db.execute("DELETE FROM set_apart WHERE survey = :survey AND why = 'trial'", {"survey": survey})
    return len(ids), files
