"""Surveys and their versions, from draft to closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from surveys.definition import Survey
from surveys.storage.accounts import write_audit
from surveys.storage.connection import Connections


class UnknownSurvey(LookupError):
    """There is no survey of this code."""


@dataclass(frozen=True)
class SurveyRecord:
    """A survey as the console lists it; `survey` is the live version, else the newest draft."""

    code: str
    survey: Survey
    version: int
    live: bool
    closed: bool
    department: str | None
    created_at: datetime


@dataclass(frozen=True)
class Version:
    """One version as the list of versions shows it."""

    number: int
    survey: Survey
    created_at: datetime
    published_at: datetime | None


class SurveyTables:
    """All versions of all surveys. A published version never changes."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def save_draft(self, survey: Survey, department: str | None, *, by: str) -> int:
        """Keep the survey as its draft version, replacing the draft there is; returns the version's number."""
        now = datetime.now(UTC).isoformat()
        with self._connections.writing() as db:
            db.table("surveys").insert(
                {"code": survey.code, "department": department, "created_at": now}, pk="code", ignore=True
            )
            number = _draft_number(db, survey.code)
            version = {
                "survey": survey.code,
                "number": number,
                "definition": survey.model_dump_json(),
                "created_at": now,
            }
            db.table("survey_versions").upsert(version, pk=("survey", "number"))
            write_audit(db, by, "save draft", survey.code, f"version {number}")
        return number

    def publish(self, code: str, *, by: str) -> int:
        """Freeze the newest draft and put it in the field; returns the live version. Raises UnknownSurvey."""
        now = datetime.now(UTC).isoformat()
        with self._connections.writing() as db:
            number = next(db.query("SELECT max(number) AS n FROM survey_versions WHERE survey = ?", [code]))["n"]
            if number is None:
                raise UnknownSurvey(code)
            db.execute(
                "UPDATE survey_versions SET published_at = ? WHERE survey = ? AND number = ? AND published_at IS NULL",
                [now, code, number],
            )
            db.execute("UPDATE surveys SET live_version = ?, closed_at = NULL WHERE code = ?", [number, code])
            write_audit(db, by, "publish", code, f"version {number}")
        return int(number)

    def close(self, code: str, *, by: str) -> None:
        """Take the survey out of the field; its answers stay."""
        with self._connections.writing() as db:
            db.execute("UPDATE surveys SET closed_at = ? WHERE code = ?", [datetime.now(UTC).isoformat(), code])
            write_audit(db, by, "close", code)

    def all(self) -> list[SurveyRecord]:
        """Every survey, newest first."""
        with self._connections.reading() as db:
            return [_record(row) for row in db.query(f"{_RECORDS} ORDER BY surveys.created_at DESC, surveys.code")]

    def get(self, code: str) -> SurveyRecord:
        """One survey; raises UnknownSurvey."""
        with self._connections.reading() as db:
            row = next(db.query(f"{_RECORDS} WHERE surveys.code = ?", [code]), None)
        if row is None:
            raise UnknownSurvey(code)
        return _record(row)

    def version(self, code: str, number: int) -> Survey:
        """One version's definition; raises UnknownSurvey."""
        query = "SELECT definition FROM survey_versions WHERE survey = ? AND number = ?"
        with self._connections.reading() as db:
            row = next(db.query(query, [code, number]), None)
        if row is None:
            raise UnknownSurvey(f"{code} version {number}")
        return parsed(row["definition"])

    def versions(self, code: str) -> list[Version]:
        """Every version of a survey, the newest first; none when there is no such survey."""
        query = "SELECT * FROM survey_versions WHERE survey = ? ORDER BY number DESC"
        with self._connections.reading() as db:
            return [_version(row) for row in db.query(query, [code])]


_RECORDS = """
SELECT surveys.*, survey_versions.number, survey_versions.definition
FROM surveys JOIN survey_versions ON survey_versions.survey = surveys.code AND survey_versions.number =
    coalesce(surveys.live_version, (SELECT max(number) FROM survey_versions WHERE survey = surveys.code))"""


@lru_cache(maxsize=256)
def parsed(definition: str) -> Survey:
    """The survey of a stored definition; parsed once, because versions don't change."""
    return Survey.model_validate_json(definition)


def _draft_number(db: Database, code: str) -> int:
    """The number of the unpublished version, or the next one."""
    query = "SELECT number, published_at FROM survey_versions WHERE survey = ? ORDER BY number DESC LIMIT 1"
    newest = next(db.query(query, [code]), None)
    if newest is None:
        return 1
    return int(newest["number"]) + (newest["published_at"] is not None)


def _record(row: dict[str, Any]) -> SurveyRecord:
    return SurveyRecord(
        code=row["code"], survey=parsed(row["definition"]), version=row["number"], department=row["department"],
        live=row["live_version"] is not None and row["closed_at"] is None, closed=row["closed_at"] is not None,
        created_at=datetime.fromisoformat(row["created_at"]),
    )  # fmt: skip


def _version(row: dict[str, Any]) -> Version:
    published = row["published_at"]
    return Version(
        row["number"], parsed(row["definition"]), datetime.fromisoformat(row["created_at"]),
        datetime.fromisoformat(published) if published else None,
    )  # fmt: skip
