"""Wishes to be left alone, by address: as keyed hashes, so that they outlive a file and hold for all that share it."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from sqlite_utils import Database

from surveys.people.addresses import KINDS, address_key
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections


class WishTable:
    """Addresses that no invitation and no call goes to."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def key(self, kind: str, text: str) -> str:
        """What an address of this kind (phone, email, chat) is known by here."""
        return address_key(self._connections.secret(), kind, text)

    def all(self) -> set[str]:
        """The keys of all such addresses."""
        with self._connections.reading() as db:
            return {row[0] for row in db.execute("SELECT address FROM wishes")}

    def among(self, keys: Collection[str]) -> set[str]:
        """Those of these keys that are left alone."""
        query = "SELECT address FROM wishes WHERE address IN (SELECT value FROM json_each(?))"
        with self._connections.reading() as db:
            return {row[0] for row in db.execute(query, [json.dumps(list(keys))])}

    def since(self, contact: str) -> datetime | None:
        """Since when this person, or an address in their file, is left alone; None where neither is."""
        query = (
            f"SELECT min(since) FROM (SELECT opted_out_at AS since FROM contacts WHERE id = :contact "  # noqa: S608
            f"UNION ALL SELECT since FROM wishes WHERE address IN ({_OF_CONTACT}))"
        )
        with self._connections.reading() as db:
            [moment] = db.execute(query, {"contact": contact}).fetchone()
        return datetime.fromisoformat(moment) if moment else None

    def amount(self) -> int:
        """How many addresses are left alone."""
        with self._connections.reading() as db:
            return int(db.execute("SELECT count(*) FROM wishes").fetchone()[0])

    def leave_alone(self, kind: str, text: str, *, by: str, at: datetime) -> None:
        """Someone wrote from this address that they want no more, whether or not there is a file of them."""
        with self._connections.writing() as db:
            db.execute(_KEEP, [self.key(kind, text), at.isoformat(timespec="seconds")])
            write_audit(db, by, "opt out", "address")


# A contact's addresses as keys. `address_key` is a function of the connection, see `surveys.storage.sqlite.connection`.
_OF_CONTACT = " UNION ALL ".join(
    f"SELECT address_key('{kind}', {kind}) FROM contacts WHERE id = :contact AND {kind} <> ''"  # noqa: S608
    for kind in KINDS
)
_KEEP = "INSERT OR IGNORE INTO wishes (address, since) VALUES (?, ?)"


def addresses_of(db: Database, contact: str) -> dict[str, str]:
    """The keys of a contact's addresses, by kind."""
    parts = (f"SELECT '{kind}', address_key('{kind}', {kind}) FROM contacts WHERE id = :contact AND {kind} <> ''"  # noqa: S608
             for kind in KINDS)  # fmt: skip
    return dict(db.execute(" UNION ALL ".join(parts), {"contact": contact}).fetchall())


def keep_wishes(db: Database, keys: Collection[str], moment: str) -> None:
    """Leave these addresses alone from this moment on; the first wish keeps its moment."""
    db.conn.executemany(_KEEP, [(key, moment) for key in keys])


def forget_wishes(db: Database, keys: Collection[str]) -> None:
    """These may be written to again."""
    db.conn.executemany("DELETE FROM wishes WHERE address = ?", [(key,) for key in keys])


def keep_wishes_of_invited(db: Database, invitation: str, moment: str) -> None:
    """Leave alone whatever addresses someone had when they were invited: their file may have changed, or be gone."""
    db.execute(
        "INSERT OR IGNORE INTO wishes (address, since) SELECT address, ? FROM asked WHERE invitation = ?",
        [moment, invitation],
    )
