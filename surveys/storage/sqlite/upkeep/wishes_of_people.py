"""What people want of invitations, by person: their file, other files of the same person, and all their addresses.

Files with one name and one phone number or mailbox are of one person; `contacts` and `wishes` are written together.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlite_utils import Database

from surveys.storage.sqlite.wishes import addresses_of, forget_wishes, keep_wishes


def same_person(db: Database, contact: str) -> list[str]:
    """This file and all others of its person, also those that only another one of them leads to."""
    found, beside = [contact], [contact]
    while beside:
        values = {"among": json.dumps(beside), "known": json.dumps(found)}
        beside = [row[0] for row in db.execute(_BESIDE, values)]
        found += beside
    return found


def leave_alone(db: Database, contact: str, moment: str) -> None:
    """The person wants nothing at all from this moment on; the first wish keeps its moment."""
    for each in same_person(db, contact):
        db.execute("UPDATE contacts SET opted_out_at = coalesce(opted_out_at, ?) WHERE id = ?", [moment, each])
        keep_wishes(db, addresses_of(db, each).values(), moment)


def ask_by(db: Database, contact: str, only_channel: str, moment: str) -> None:
    """The person may be asked (again), by this channel only, or by any where it is empty.

    What others who share an address want holds on.
    """
    people = same_person(db, contact)
    for each in people:
        db.execute("UPDATE contacts SET opted_out_at = NULL, only_channel = ? WHERE id = ?", [only_channel, each])
        forget_wishes(db, addresses_of(db, each).values())
    for each in people:
        if only_channel:
            keep_wishes(db, addresses_of(db, each).values(), moment, only_channel)
        for row in list(db.query(_SHARING, {"contact": each, "people": json.dumps(people)})):
            keep_wishes(db, _shared(db, row["id"], each), row["opted_out_at"] or moment, _only(row))


def wishes_in_files(db: Database, contacts: Collection[str]) -> dict[str, tuple[Mapping[str, Any], set[str]]]:
    """Those of these contacts who want something: their rows, and the keys of their addresses."""
    rows = db.query(_WISHING, {"contacts": json.dumps(list(contacts))})
    return {row["id"]: (row, set(addresses_of(db, row["id"]).values())) for row in list(rows)}


def carry_on(
    db: Database, contacts: Collection[str], before: Mapping[str, tuple[Mapping[str, Any], set[str]]], moment: str
) -> None:
    """After files were kept: a wish holds for new addresses in its file, and for files that turn out to be the same's.

    *before*: what `wishes_in_files` gave of them before they were kept.
    """
    for row in list(db.query(_INHERITED, {"contacts": json.dumps(list(contacts))})):
        if row["opted_out_at"]:
            leave_alone(db, row["id"], row["opted_out_at"])
        else:
            db.execute("UPDATE contacts SET only_channel = ? WHERE id = ?", [row["only_channel"], row["id"]])
    for each, (wishing, keys) in wishes_in_files(db, contacts).items():
        known = before[each][1] if each in before else set()
        keep_wishes(db, keys - known, wishing["opted_out_at"] or moment, _only(wishing))


def _only(row: Mapping[str, Any]) -> str:
    return "" if row["opted_out_at"] else str(row["only_channel"])


def _shared(db: Database, one: str, other: str) -> set[str]:
    return set(addresses_of(db, one).values()) & set(addresses_of(db, other).values())


_WISHES = "(opted_out_at IS NOT NULL OR only_channel <> '')"
_WISHING = (
    f"SELECT id, opted_out_at, only_channel FROM contacts WHERE {_WISHES} "  # noqa: S608
    "AND id IN (SELECT value FROM json_each(:contacts))"
)
_ALIKE = ("other.phone = own.phone AND own.phone <> ''", "lower(other.email) = lower(own.email) AND own.email <> ''")
_BESIDE = " UNION ".join(
    f"SELECT other.id FROM contacts AS own JOIN contacts AS other ON {alike} AND other.name = own.name "  # noqa: S608
    "WHERE own.id IN (SELECT value FROM json_each(:among)) AND other.id NOT IN (SELECT value FROM json_each(:known))"
    for alike in _ALIKE
)
_SHARING = " UNION ".join(
    f"SELECT other.id, other.opted_out_at, other.only_channel FROM contacts AS own "  # noqa: S608
    f"JOIN contacts AS other ON {alike} WHERE own.id = :contact "
    "AND other.id NOT IN (SELECT value FROM json_each(:people)) "
    "AND (other.opted_out_at IS NOT NULL OR other.only_channel <> '')"
    for alike in (*_ALIKE, "other.chat = own.chat AND own.chat <> ''")
)
# Files that say less than another one of their person: nothing beside one channel, anything beside a wish.
_INHERITED = " UNION ".join(
    f"SELECT own.id, other.opted_out_at, other.only_channel FROM contacts AS own "  # noqa: S608
    f"JOIN contacts AS other ON {alike} AND other.name = own.name AND other.id <> own.id "
    "WHERE own.id IN (SELECT value FROM json_each(:contacts)) AND own.opted_out_at IS NULL "
    "AND (other.opted_out_at IS NOT NULL OR (other.only_channel <> '' AND own.only_channel = '')) "
    for alike in _ALIKE
)
