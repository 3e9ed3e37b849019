"""Subjects, and what is kept elsewhere and read as subjects: departments, touchpoints, accounts."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlite_utils import Database

from surveys.organisation.subjects import EVER, SUBJECT_KINDS, Subject, SubjectSource
from surveys.permissions import Action, Role, Scope
from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.records.subjects import SubjectInUse, SubjectUse
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections, RememberedRead


class SubjectTable:
    """What forms can be about."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._kinds = RememberedRead(connections, _of_kind)

    def of_kind(
        self, kind: str, *, on: date | None = None, departments: Collection[str] | None = None
    ) -> list[Subject]:  # fmt: skip
        """Every subject of a kind by code, retired ones too; or those in use *on* a day, or of these departments."""
        return [
            each
            for each in self._kinds.get(kind).values()
            if (on is None or each.active(on)) and (departments is None or each.department in departments)
        ]

    def get(self, kind: str, code: str) -> Subject | None:
        """One subject, retired or not; None when there is none."""
        return self._kinds.get(kind).get(code)

    def names(self, kind: str) -> dict[str, str]:
        """What every subject of a kind is called, by code."""
        return {each.code: each.name for each in self._kinds.get(kind).values()}

    def bring(
        self, subjects: Sequence[Subject], *, by: str, seen: Mapping[str, Subject | None] | Unread = ANY
    ) -> None:  # fmt: skip
        """Add or change subjects of one kind, all or none.

        Raises ChangedMeanwhile when one of them, by code, isn't any more what was *seen*; ValueError for a kind that is
        kept elsewhere.
        """
        if not subjects:
            return
        [kind] = {each.kind for each in subjects}
        if not SUBJECT_KINDS[kind].listed:
            raise ValueError(f"{kind}: kept among the {SUBJECT_KINDS[kind].source}; change it there")
        with self._connections.writing() as db:
            if seen is not ANY:
                there = _of_kind(db, kind)
                assert_as_seen(dict(seen), {code: there.get(code) for code in seen})
            for each in subjects:
                _keep(db, each)
            one = f"{kind} {subjects[0].code}" if len(subjects) == 1 else kind
            write_audit(db, by, "save subjects", one, f"{len(subjects)} subjects")

    def retire(
        self, kind: str, code: str, last: date | None, *, by: str, seen: Subject | Unread = ANY
    ) -> Subject:  # fmt: skip
        """Use it in new forms until this day only, or again without an end; its answers stay.

        Departments and touchpoints can be retired too. Raises KeyError for one that is not there, ChangedMeanwhile.
        """
        with self._connections.writing() as db:
            present = _of_kind(db, kind)[code]
            assert_as_seen(seen, present)
            _keep(db, retired := replace(present, active_to=last))
            write_audit(db, by, "retire subject", f"{kind} {code}", "" if last is None else last.isoformat())
        return retired

    def remove(self, kind: str, code: str, *, by: str) -> None:
        """Take out one that was entered by mistake; raises SubjectInUse when anything hangs on it."""
        if self.usage(kind, code):
            raise SubjectInUse(code)
        with self._connections.writing() as db:
            used = next(db.query(_USE, {"kind": kind, "code": code}))
            if used["answered"] or used["tasks"]:
                raise SubjectInUse(code)
            db.execute("DELETE FROM subjects WHERE kind = ? AND code = ?", [kind, code])
            write_audit(db, by, "remove subject", f"{kind} {code}")

    def usage(self, kind: str, code: str) -> SubjectUse:
        """What hangs on it: answers and tasks about it, other subjects that name it."""
        named = sum(
            code in each.all(attribute.name)
            for other in SUBJECT_KINDS.values()
            for attribute in other.attributes
            if kind in attribute.of
            for each in self._kinds.get(other.code).values()
        )
        with self._connections.reading() as db:
            [row] = db.query(_USE, {"kind": kind, "code": code})
        return SubjectUse(bool(row["answered"]), bool(row["tasks"]), named)


_USE = """
SELECT
  EXISTS (SELECT 1 FROM kept_responses AS given JOIN survey_versions AS version
    ON version.survey = given.survey AND version.number = given.version
    WHERE given.subject = :code AND version.definition ->> 'about' = :kind) AS answered,
  EXISTS (SELECT 1 FROM tasks WHERE subject_kind = :kind AND subject = :code) AS tasks"""


_KEEP = """
INSERT INTO subjects (kind, code, name, department, attributes, active_from, active_to)
VALUES (:kind, :code, :name, :department, :attributes, :active_from, :active_to)
ON CONFLICT (kind, code) DO UPDATE SET name = excluded.name, department = excluded.department,
  attributes = excluded.attributes, active_from = excluded.active_from, active_to = excluded.active_to"""


def _keep(db: Database, subject: Subject) -> None:
    attributes = {name: list(values) for name, values in sorted(subject.attributes.items()) if values}
    db.execute(
        _KEEP,
        {
            "kind": subject.kind, "code": subject.code, "name": subject.name, "department": subject.department,
            "attributes": json.dumps(attributes, ensure_ascii=False), "active_from": _text(subject.active_from),
            "active_to": _text(subject.active_to),
        },
    )  # fmt: skip


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _of_kind(db: Database, kind: str) -> dict[str, Subject]:
    """Every subject of a kind by code, in the order of codes.

    What is kept elsewhere is told by its own table; of it the list of subjects knows only from when to when it is used.
    """
    source = SUBJECT_KINDS[kind].source
    listed = {each.code: each for each in _listed(db, kind)}
    own = {each.code: each for each in _READ[source](db, kind)} if source in _READ else {}
    if source is SubjectSource.ACCOUNTS:
        taken = {each.one("account") for each in listed.values()}
        found = {code: each for code, each in own.items() if code not in taken} | listed
    elif own or source in _READ:
        found = {code: _used(each, listed.get(code)) for code, each in own.items()}
    else:
        found = listed
    return {code: found[code] for code in sorted(found)}


def _used(subject: Subject, kept: Subject | None) -> Subject:
    return replace(subject, active_from=kept.active_from, active_to=kept.active_to) if kept else subject


def _listed(db: Database, kind: str) -> Iterator[Subject]:
    for row in db.query("SELECT * FROM subjects WHERE kind = ?", [kind]):
        attributes = {name: tuple(values) for name, values in json.loads(row["attributes"]).items()}
        days = _day(row["active_from"]), _day(row["active_to"])
        yield Subject(row["kind"], row["code"], row["name"], row["department"], attributes, *days)


def _departments(db: Database, kind: str) -> Iterator[Subject]:
    for row in db.query("SELECT code, name, parent FROM departments"):
        yield Subject(
            kind, row["code"], row["name"], row["code"], {"parent": (row["parent"],)} if row["parent"] else {}
        )


def _touchpoints(db: Database, kind: str) -> Iterator[Subject]:
    for row in db.query("SELECT code, name, department, district, stage, business_type FROM touchpoints"):
        told = {"district": row["district"], "business_type": row["business_type"]}
        attributes = {name: (text,) for name, text in told.items() if text}
        if row["stage"]:
            attributes["stage"] = tuple(each.strip() for each in row["stage"].split("、") if each.strip())
        yield Subject(kind, row["code"], row["name"], row["department"], attributes)


def _accounts(db: Database, kind: str) -> Iterator[Subject]:
    """Who can sign in, under the same name; whoever can't any more is out of use."""
    calling = [role.value for role in Role if role.grants.get(Action.CALL) not in (None, Scope.ALL)]
    wanted = calling if kind == "agent" else [role.value for role in Role]
    for row in db.query("SELECT name, display_name, role, departments, active FROM accounts"):
        if row["role"] in wanted:
            department = next(iter(json.loads(row["departments"])), None)
            yield Subject(
                kind, row["name"], row["display_name"], department, {"account": (row["name"],)},
                active_to=None if row["active"] else EVER,
            )  # fmt: skip


_READ: dict[SubjectSource, Callable[[Database, str], Iterator[Any]]] = {
    SubjectSource.DEPARTMENTS: _departments,
    SubjectSource.TOUCHPOINTS: _touchpoints,
    SubjectSource.ACCOUNTS: _accounts,
}
