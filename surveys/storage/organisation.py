"""Settings, departments, touchpoints and places."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from uuid import uuid4

from sqlite_utils import Database

from surveys.organisation import Department, Touchpoint
from surveys.questions import Place
from surveys.storage.connection import Connections, Remembered


class OrganisationTables:
    """What the organisation is made of."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._settings = Remembered(connections, _setting)
        self._touchpoints = Remembered(connections, _touchpoint)
        self._places: tuple[str, tuple[Place, ...]] = ("", ())

    def setting(self, name: str) -> str | None:
        """A setting's value; None when never set."""
        return self._settings.get(name)

    def set(self, name: str, value: str) -> None:
        with self._connections.writing() as db:
            db.table("settings").upsert({"name": name, "value": value}, pk="name")

    def name(self) -> str | None:
        """What the organisation is called; None when nobody has said."""
        return self.setting("organisation")

    def departments(self) -> list[Department]:
        with self._connections.reading() as db:
            return [Department(**row) for row in db.query("SELECT code, name FROM departments ORDER BY code")]

    def touchpoints(self) -> list[Touchpoint]:
        with self._connections.reading() as db:
            return [Touchpoint(**row) for row in db.query("SELECT * FROM touchpoints ORDER BY department, code")]

    def touchpoint(self, code: str) -> Touchpoint | None:
        return self._touchpoints.get(code)

    def save(self, departments: Iterable[Department] = (), touchpoints: Iterable[Touchpoint] = ()) -> None:
        """Add these, or change those that are there under the same code."""
        with self._connections.writing() as db:
            db.table("departments").upsert_all([asdict(each) for each in departments], pk="code")
            db.table("touchpoints").upsert_all([asdict(each) for each in touchpoints], pk="code")

    def places(self) -> tuple[Place, ...]:
        """The places a question of region offers, in the order of their codes; read anew only when they changed."""
        stamp = self.setting(_PLACES_STAMP) or ""
        if self._places[0] != stamp:
            with self._connections.reading() as db:
                rows = list(db.query("SELECT code, path FROM places ORDER BY code"))
            self._places = (stamp, tuple(Place(code=row["code"], path=tuple(json.loads(row["path"]))) for row in rows))
        return self._places[1]

    def save_places(self, places: Iterable[Place]) -> None:
        """Keep this list of places instead of the one there was."""
        rows = [{"code": each.code, "path": json.dumps(each.path, ensure_ascii=False)} for each in places]
        with self._connections.writing() as db:
            db.execute("DELETE FROM places")
            db.table("places").insert_all(rows)
            db.table("settings").upsert({"name": _PLACES_STAMP, "value": uuid4().hex}, pk="name")


_PLACES_STAMP = "places changed"


def _setting(db: Database, name: str) -> str | None:
    return next((row["value"] for row in db.query("SELECT value FROM settings WHERE name = ?", [name])), None)


def _touchpoint(db: Database, code: str) -> Touchpoint | None:
    return next((Touchpoint(**row) for row in db.query("SELECT * FROM touchpoints WHERE code = ?", [code])), None)
