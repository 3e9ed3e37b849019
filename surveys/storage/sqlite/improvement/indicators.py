"""Indicators with their definitions and entered values, each change in the audit trail."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlite_utils import Database

from surveys.definition.round_rules import Every
from surveys.improvement.indicators import (
    BetterWhen,
    Indicator,
    IndicatorDefinition,
    IndicatorErrors,
    IndicatorSource,
    Known,
    assert_indicator,
    assert_value,
)
from surveys.localisation.wording import saying
from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections

_KEEP = """
INSERT INTO indicators (code, name, wanted, every, target, department, promise, owner, retired_on)
VALUES (:code, :name, :wanted, :every, :target, :department, :promise, :owner, :retired_on)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, wanted = excluded.wanted, target = excluded.target,
  department = excluded.department, promise = excluded.promise, owner = excluded.owner,
  retired_on = excluded.retired_on"""
_DEFINE = """
INSERT INTO indicator_definitions
  (indicator, number, since, source, about, unit, comparable, reason, set_by, set_on)
VALUES (:indicator, :number, :since, :source, :about, :unit, :comparable, :reason, :set_by, :set_on)"""
_ENTER = """
INSERT INTO indicator_values (indicator, period, value, note, entered_by, entered_on)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (indicator, period) DO UPDATE SET value = excluded.value, note = excluded.note,
  entered_by = excluded.entered_by, entered_on = excluded.entered_on"""


class IndicatorTable:
    """All indicators; those of no department are everybody's to read."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def all(self, departments: Collection[str] | None = None) -> list[Indicator]:
        """By name; of these departments and of the whole organisation, where departments are given."""
        with self._connections.reading() as db:
            found = _all(db)
        return [
            each for each in found if departments is None or each.department is None or each.department in departments
        ]

    def get(self, code: str) -> Indicator | None:
        with self._connections.reading() as db:
            return next((each for each in _all(db) if each.code == code), None)

    def add(self, indicator: Indicator, owners: frozenset[str], *, by: str, day: date) -> Indicator:
        """Keep a new one; raises IndicatorErrors."""
        first = replace(indicator.current, comparable=True, reason="", set_by=by, set_on=day)
        kept = replace(indicator, name=indicator.name.strip(), definitions=(first,))
        with self._connections.writing() as db:
            assert_indicator(kept, _known(db, owners))
            db.execute(_KEEP, _row(kept))
            db.execute(_DEFINE, _definition_row(kept.code, 0, first))
            write_audit(db, by, "add indicator", kept.code, kept.name)
        return kept

    def change(self, indicator: Indicator, owners: frozenset[str], *, by: str, seen: Indicator | Unread = ANY) -> None:
        """Change name, direction, target, department, promise, owner, whether it is followed; not how it is worked out
        nor its periods. Raises IndicatorErrors, KeyError, ChangedMeanwhile.
        """
        with self._connections.writing() as db:
            present = _there(db, indicator.code)
            assert_as_seen(seen, present)
            kept = replace(indicator, name=indicator.name.strip(), every=present.every, definitions=present.definitions)
            assert_indicator(kept, _known(db, owners))
            db.execute(_KEEP, _row(kept))
            write_audit(db, by, "change indicator", kept.code, kept.name)

    def define(self, code: str, definition: IndicatorDefinition, *, by: str, day: date) -> Indicator:
        """Work an indicator out in another way from a day on; raises IndicatorErrors, KeyError.

        What was said before is never changed: a definition begins after the one before it.
        """
        with self._connections.writing() as db:
            present = _there(db, code)
            new = replace(definition, set_by=by, set_on=day)
            changed = replace(present, definitions=(*present.definitions, new))
            assert_indicator(changed, Known(owners=frozenset({present.owner})))
            begun = present.period(present.current.since).first
            if present.period(new.since).first <= begun:
                raise IndicatorErrors([saying("新口径要从现有口径（{day} 起）之后的周期开始", day=begun)])
            db.execute(_DEFINE, _definition_row(code, len(present.definitions), new))
            write_audit(db, by, "redefine indicator", code, new.source.value)
        return changed

    def enter(self, code: str, values: Mapping[str, float], *, by: str, day: date, note: str = "") -> None:
        """Keep entered values by the codes of their periods, all or none; raises IndicatorErrors, KeyError."""
        self.enter_all({code: values}, by=by, day=day, note=note)

    def enter_all(
        self, values: Mapping[str, Mapping[str, float]], *, by: str, day: date, note: str = ""
    ) -> None:  # fmt: skip
        """The same of several indicators by their codes, all or none."""
        with self._connections.writing() as db:
            for code, by_period in values.items():
                _there(db, code)
                for period, value in by_period.items():
                    assert_value(value)
                    db.execute(_ENTER, [code, period, value, note, by, day.isoformat()])
                write_audit(db, by, "enter indicator", code, " ".join(by_period)[:200])

    def take_back(self, code: str, period: str, *, by: str) -> None:
        """Remove an entered value; raises KeyError where there is none."""
        with self._connections.writing() as db:
            there = db.execute("DELETE FROM indicator_values WHERE indicator = ? AND period = ?", [code, period])
            if not there.rowcount:
                raise KeyError(period)
            write_audit(db, by, "take back indicator value", code, period)

    def entered(self, code: str) -> dict[str, float]:
        """The entered values by the codes of their periods, the oldest first."""
        query = "SELECT period, value FROM indicator_values WHERE indicator = ? ORDER BY period"
        with self._connections.reading() as db:
            return {row[0]: row[1] for row in db.execute(query, [code])}


def _known(db: Database, owners: frozenset[str]) -> Known:
    return Known({row[0]: row[1] for row in db.execute("SELECT code, name FROM indicators")}, owners)


def _there(db: Database, code: str) -> Indicator:
    found = next((each for each in _all(db) if each.code == code), None)
    if found is None:
        raise KeyError(code)
    return found


def _all(db: Database) -> list[Indicator]:
    definitions: dict[str, list[IndicatorDefinition]] = {}
    for row in db.query("SELECT * FROM indicator_definitions ORDER BY indicator, number"):
        definitions.setdefault(row["indicator"], []).append(_definition(row))
    return [
        Indicator(
            row["code"], row["name"], BetterWhen(row["wanted"]), Every(row["every"]), tuple(definitions[row["code"]]),
            row["target"], row["department"], row["promise"], row["owner"], _day(row["retired_on"]),
        )
        for row in db.query("SELECT * FROM indicators ORDER BY name")
    ]  # fmt: skip


def _row(indicator: Indicator) -> dict[str, Any]:
    plain = {name: getattr(indicator, name) for name in ("code", "name", "target", "department", "promise", "owner")}
    retired = indicator.retired_on.isoformat() if indicator.retired_on else None
    return plain | {"wanted": indicator.wanted.value, "every": indicator.every.value, "retired_on": retired}


def _definition_row(code: str, number: int, definition: IndicatorDefinition) -> dict[str, Any]:
    about = json.dumps(dict(definition.about), ensure_ascii=False, sort_keys=True)
    return {
        "indicator": code, "number": number, "since": definition.since.isoformat(), "source": definition.source.value,
        "about": about, "unit": definition.unit, "comparable": int(definition.comparable),
        "reason": definition.reason.strip(), "set_by": definition.set_by,
        "set_on": definition.set_on.isoformat() if definition.set_on else "",
    }  # fmt: skip


def _definition(row: Mapping[str, Any]) -> IndicatorDefinition:
    return IndicatorDefinition(
        date.fromisoformat(row["since"]), IndicatorSource(row["source"]), json.loads(row["about"]), row["unit"],
        bool(row["comparable"]), row["reason"], row["set_by"], _day(row["set_on"]),
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
