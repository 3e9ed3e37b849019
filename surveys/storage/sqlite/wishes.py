"""Wishes to be left alone (unsubscribe, opt-out), by address, as keyed hashes: they outlive a file and hold for all.

An address with an `only_channel` is left alone by every other channel; with an empty one by all. Where people who share
it want different things, nothing goes there.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from sqlite_utils import Database

from surveys.people.addresses import KINDS, address_key
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections


class WishTable:
    """Addresses that no invitation and no call goes to, or none but by one channel."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def key(self, kind: str, text: str) -> str:
        """What an address of this kind (phone, email, chat) is known by here."""
        return address_key(self._connections.secret(), kind, text)

    def all(self) -> set[str]:
        """The keys of all addresses that nothing goes to."""
        with self._connections.reading() as db:
            return {row[0] for row in db.execute("SELECT address FROM wishes WHERE only_channel = ''")}

    def among(self, keys: Collection[str]) -> set[str]:
        """Those of these keys that nothing goes to."""
        query = "SELECT address FROM wishes WHERE only_channel = '' AND address IN (SELECT value FROM json_each(?))"
        with self._connections.reading() as db:
            return {row[0] for row in db.execute(query, [json.dumps(list(keys))])}

    def bound_elsewhere(self, channel: str, keys: Collection[str] | None = None) -> set[str]:
        """The keys (or those among these) of addresses whose people want to be asked by another channel only."""
        query = (
            "SELECT address FROM wishes WHERE only_channel NOT IN ('', :channel) "
            "AND (:keys IS NULL OR address IN (SELECT value FROM json_each(:keys)))"
        )
        among = None if keys is None else json.dumps(list(keys))
        with self._connections.reading() as db:
            return {row[0] for row in db.execute(query, {"channel": channel, "keys": among})}

    def since(self, contact: str) -> datetime | None:
        """Since when this person, or an address in their file, is left alone; None where neither is."""
        query = (
            f"SELECT min(since) FROM (SELECT opted_out_at AS since FROM contacts WHERE id = :contact "  # noqa: S608
            f"UNION ALL SELECT since FROM wishes WHERE only_channel = '' AND address IN ({_OF_CONTACT}))"
        )
        with self._connections.reading() as db:
            [moment] = db.execute(query, {"contact": contact}).fetchone()
        return datetime.fromisoformat(moment) if moment else None

    def amount(self) -> int:
        """How many addresses are left alone."""
        with self._connections.reading() as db:
            return int(db.execute("SELECT count(*) FROM wishes WHERE only_channel = ''").fetchone()[0])

    def leave_alone(self, kind: str, text: str, *, by: str, at: datetime) -> None:
        """Someone wrote from this address that they want no more, whether or not there is a file of them."""
        with self._connections.writing() as db:
            keep_wishes(db, [self.key(kind, text)], at.isoformat(timespec="seconds"))
            write_audit(db, by, "opt out", "address")


# A contact's addresses as keys. `address_key` is a function of the connection, see `surveys.storage.sqlite.connection`.
_OF_CONTACT = " UNION ALL ".join(
    f"SELECT address_key('{kind}', {kind}) FROM contacts WHERE id = :contact AND {kind} <> ''"  # noqa: S608
    for kind in KINDS
)
# The first wish keeps its moment; of two different ones the stricter holds, of two channels neither.
_KEEP = """
INSERT INTO wishes (address, since, only_channel) VALUES (?, ?, ?)
ON CONFLICT (address) DO UPDATE SET only_channel =
    CASE WHEN wishes.only_channel = excluded.only_channel THEN wishes.only_channel ELSE '' END"""


def addresses_of(db: Database, contact: str) -> dict[str, str]:
    """The keys of a contact's addresses, by kind."""
    parts = (f"SELECT '{kind}', address_key('{kind}', {kind}) FROM contacts WHERE id = :contact AND {kind} <> ''"  # noqa: S608
             for kind in KINDS)  # fmt: skip
    return dict(db.execute(" UNION ALL ".join(parts), {"contact": contact}).fetchall())


def keep_wishes(db: Database, keys: Collection[str], moment: str, only_channel: str = "") -> None:
    """Leave these addresses alone from this moment on, or all but one channel; the first wish keeps its moment."""
    db.conn.executemany(_KEEP, [(key, moment, only_channel) for key in keys])


def forget_wishes(db: Database, keys: Collection[str]) -> None:
    """These may be written to again."""
    db.conn.executemany("DELETE FROM wishes WHERE address = ?", [(key,) for key in keys])


def keep_wishes_of_invited(db: Database, invitation: str, moment: str) -> None:
    """Leave alone whatever addresses someone had when they were invited: their file may have changed, or be gone."""
    rows = db.execute("SELECT address FROM asked WHERE invitation = ?", [invitation]).fetchall()
    keep_wishes(db, [address for (address,) in rows], moment)
