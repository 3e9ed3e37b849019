"""Settings, departments, touchpoints and places."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from uuid import uuid4

from sqlite_utils import Database

from surveys.anonymity import Minimums, minimums_from
from surveys.definition.questions import Place
from surveys.localisation.profile import Profile
from surveys.organisation.department_tree import parents_first, parents_of
from surveys.organisation.departments import Department, Touchpoint, find_by_code
from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections, RememberedRead


class OrganisationTables:
    """What the organisation is made of."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._settings = RememberedRead(connections, _setting)
        self._profiles = RememberedRead(connections, _profile)
        self._touchpoints = RememberedRead(connections, _touchpoint)
        self._places: tuple[str, tuple[Place, ...]] = ("", ())

    def setting(self, name: str) -> str | None:
        """A setting's value; None when never set."""
        return self._settings.get(name)

    def set(self, name: str, value: str, *, seen: str | Unread | None = ANY) -> None:
        """Keep a setting; raises ChangedMeanwhile when it isn't any more what was *seen*."""
        with self._connections.writing() as db:
            assert_as_seen(seen, _setting(db, name))
            db.table("settings").upsert({"name": name, "value": value}, pk="name")

    def name(self) -> str | None:
        """What the organisation is called; None when nobody has said."""
        return self.profile().name or None

    def profile(self) -> Profile:
        """How the organisation presents itself."""
        return self._profiles.get(None)

    def present(self, profile: Profile, *, seen: Profile | Unread = ANY, by: str) -> None:
        """Keep how the organisation presents itself; raises ChangedMeanwhile when it isn't any more what was *seen*.

        Writes down which parts have changed, and of words what they are now.
        """
        with self._connections.writing() as db:
            before = _profile(db, None)
            assert_as_seen(seen, before)
            parts = [each.name for each in fields(Profile)]
            changed = [name for name in parts if getattr(profile, name) != getattr(before, name)]
            values = [{"name": _PROFILE[name], "value": getattr(profile, name)} for name in changed]
            db.table("settings").upsert_all(values, pk="name")
            for name in changed:
                said = getattr(profile, name) if "logo" not in name else ""
                if name != "printed_logo":
                    write_audit(db, by, f"set {name}", "organisation", said)

    def minimums(self) -> Minimums:
        """How few answers to anonymous surveys may be shown."""
        return minimums_from(self.setting(_MINIMUMS))

    def raise_minimums(
        self, group: int, comments: int, *, seen: Minimums | Unread = ANY, since: date, by: str
    ) -> None:  # fmt: skip
        """Ask for larger groups from this day on; raises NotHigher, and ChangedMeanwhile when they aren't as *seen*."""
        with self._connections.writing() as db:
            present = minimums_from(_setting(db, _MINIMUMS))
            assert_as_seen(seen, present)
            raised = present.raised(group, comments, since)
            db.table("settings").upsert({"name": _MINIMUMS, "value": raised.as_setting()}, pk="name")
            write_audit(db, by, "raise minimums", "organisation", f"group {group}, comments {comments}")

    def dependence(self, survey: str) -> str | None:
        """The column of what answers to a survey that resemble each other belong to; None where none was declared."""
        return self.setting(f"{DEPENDENCE}{survey}") or None

    def declare_dependence(
        self, survey: str, column: str | None, *, seen: str | Unread | None = ANY, by: str
    ) -> None:  # fmt: skip
        """Have answers counted by this column; raises ChangedMeanwhile when what is declared isn't as *seen*."""
        name = f"{DEPENDENCE}{survey}"
        with self._connections.writing() as db:
            assert_as_seen(seen, _setting(db, name) or None)
            db.table("settings").upsert({"name": name, "value": column or ""}, pk="name")
            write_audit(db, by, "declare dependence", survey, column or "none")

    def departments(self) -> list[Department]:
        with self._connections.reading() as db:
            return _departments(db)

    def touchpoints(self) -> list[Touchpoint]:
        with self._connections.reading() as db:
            return _touchpoints(db)

    def touchpoint(self, code: str) -> Touchpoint | None:
        """The touchpoint of this code, in whatever letters it was written; None when none or several are meant."""
        return self._touchpoints.get(code)

    def save(self, departments: Iterable[Department] = (), touchpoints: Iterable[Touchpoint] = ()) -> None:
        """Add these, or change those that are there under the same code; raises CircularDepartments."""
        with self._connections.writing() as db:
            _keep_departments(db, list(departments))
            db.table("touchpoints").upsert_all([asdict(each) for each in touchpoints], pk="code")

    def bring(
        self, departments: Sequence[Department] = (), touchpoints: Sequence[Touchpoint] = (), *, by: str,
        seen: Mapping[str, Department | Touchpoint | None] | Unread = ANY,
    ) -> None:  # fmt: skip
        """Add or change all of these in one transaction, as somebody's import.

        Raises ChangedMeanwhile when one of them, by code, isn't any more what was *seen*, and CircularDepartments.
        """
        with self._connections.writing() as db:
            if seen is not ANY:
                there: dict[str, Department | Touchpoint] = {each.code: each for each in _touchpoints(db)}
                there = there if touchpoints else {each.code: each for each in _departments(db)}
                assert_as_seen(dict(seen), {code: there.get(code) for code in seen})
            _keep_departments(db, departments)
            db.table("touchpoints").upsert_all([asdict(each) for each in touchpoints], pk="code")
            if departments:
                write_audit(db, by, "import departments", "organisation", f"{len(departments)} departments")
            if touchpoints:
                write_audit(db, by, "import touchpoints", "organisation", f"{len(touchpoints)} touchpoints")

    def places(self) -> tuple[Place, ...]:
        """The places a question of region offers, in the order of their codes; read anew only when they changed."""
        stamp = self.setting(_PLACES_STAMP) or ""
        if self._places[0] != stamp:
            with self._connections.reading() as db:
                self._places = (stamp, _places(db))
        return self._places[1]

    def save_seen(
        self, one: Department | Touchpoint, *, seen: Department | Touchpoint | None, by: str
    ) -> None:  # fmt: skip
        """Add one (*seen* None) or change it; raises ChangedMeanwhile, and CircularDepartments.

        The first when it isn't any more what was *seen*.
        """
        table, made = ("departments", Department) if isinstance(one, Department) else ("touchpoints", Touchpoint)
        with self._connections.writing() as db:
            row = next(db.query(f"SELECT * FROM {table} WHERE code = ?", [one.code]), None)  # noqa: S608
            assert_as_seen(seen, made(**row) if row else None)
            if isinstance(one, Department):
                _keep_departments(db, [one])
            else:
                db.table(table).upsert(asdict(one), pk="code")
            write_audit(db, by, f"save {made.__name__.lower()}", one.code, one.name)

    def save_places(self, places: Iterable[Place], *, seen: Sequence[Place] | Unread = ANY, by: str) -> None:
        """Keep this list of places instead of the one there was.

        Raises ChangedMeanwhile when that one isn't any more what was *seen*.
        """
        rows = [{"code": each.code, "path": json.dumps(each.path, ensure_ascii=False)} for each in places]
        with self._connections.writing() as db:
            if seen is not ANY:
                assert_as_seen(tuple(seen), _places(db))
            db.execute("DELETE FROM places")
            db.table("places").insert_all(rows)
            db.table("settings").upsert({"name": _PLACES_STAMP, "value": uuid4().hex}, pk="name")
            write_audit(db, by, "save regions", "regions", f"{len(rows)} regions")


_PLACES_STAMP = "places changed"
DEPENDENCE = "dependence of "  # and the code of a survey
_MINIMUMS = "minimum groups"


_PROFILE = {
    "name": "organisation", "colour": "colour", "logo": "logo", "printed_logo": "printed logo",
    "language": "language", "zone": "time zone",
}  # fmt: skip


def _profile(db: Database, _: None) -> Profile:
    names = {setting: part for part, setting in _PROFILE.items()}
    marks = ", ".join("?" * len(names))
    rows = db.query(f"SELECT name, value FROM settings WHERE name IN ({marks})", list(names))  # noqa: S608
    return Profile(**{names[row["name"]]: row["value"] for row in rows})


def _setting(db: Database, name: str) -> str | None:
    return next((row["value"] for row in db.query("SELECT value FROM settings WHERE name = ?", [name])), None)


def _keep_departments(db: Database, departments: Sequence[Department]) -> None:
    """Those above before those below, as the table asks."""
    if departments:
        known = parents_of(_departments(db))
        rows = [asdict(each) for each in parents_first(departments, known)]
        db.table("departments").upsert_all(rows, pk="code")


def _departments(db: Database) -> list[Department]:
    return [Department(**row) for row in db.query("SELECT code, name, parent FROM departments ORDER BY code")]


def _touchpoints(db: Database) -> list[Touchpoint]:
    return [Touchpoint(**row) for row in db.query("SELECT * FROM touchpoints ORDER BY department, code")]


def _places(db: Database) -> tuple[Place, ...]:
    rows = db.query("SELECT code, path FROM places ORDER BY code")
    return tuple(Place(code=row["code"], path=tuple(json.loads(row["path"]))) for row in rows)


def _touchpoint(db: Database, code: str) -> Touchpoint | None:
    there = [Touchpoint(**row) for row in db.query("SELECT * FROM touchpoints")]
    return find_by_code(there, code)
