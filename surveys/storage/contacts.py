"""Contacts: the files of customers and staff."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from surveys.people.contact import Contact, Kind, Secrecy
from surveys.storage.accounts import write_audit
from surveys.storage.connection import Connections


@dataclass(frozen=True)
class Wanted:
    """Which files to read; what is left as it is narrows nothing."""

    departments: Collection[str] | None = None
    levels: Collection[Secrecy] | None = None  # those that hold on *today*
    today: date | None = None
    text: str = ""  # within name, customer number or phone
    kind: Kind | None = None
    tier: str | None = None
    not_updated_since: datetime | None = None
    ids: Collection[str] | None = None


class ContactTable:
    """Everyone a survey can be given to."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def get(self, contact: str) -> Contact | None:
        """The contact of this id."""
        return next(iter(self._where("id = ?", [contact])), None)

    def numbered(self, customer_number: str) -> Contact | None:
        """The contact with this customer number."""
        return next(iter(self._where("customer_number = ? AND customer_number <> ''", [customer_number])), None)

    def with_phone(self, phone: str) -> list[Contact]:
        """Those with this number, written as `as_phone` writes it; several may share one."""
        return self._where("phone = ? AND phone <> '' ORDER BY id", [phone])

    def with_email(self, email: str) -> list[Contact]:
        """Those with this address."""
        return self._where("email = ? AND email <> '' ORDER BY id", [email])

    def known(self, keys: Mapping[str, Sequence[str]]) -> list[Contact]:
        """Those whose customer_number, phone or email (the names in *keys*) is among these."""
        with self._connections.reading() as db:
            return [_contact(row) for row in db.query(_KNOWN, {name: _listed(keys[name]) for name in _KEYS})]

    def page(self, wanted: Wanted = Wanted(), *, limit: int = 50, offset: int = 0) -> list[Contact]:
        """Files in the order of their names."""
        values = _values(wanted) | {"limit": limit, "offset": offset}
        with self._connections.reading() as db:
            rows = db.query(f"{_FILES} ORDER BY name, id LIMIT :limit OFFSET :offset", values)
            return [_contact(row) for row in rows]

    def amount(self, wanted: Wanted = Wanted()) -> int:
        """How many files there are."""
        with self._connections.reading() as db:
            row = db.execute(_AMOUNT, _values(wanted)).fetchone()
        return int(row[0])

    def all(self, wanted: Wanted = Wanted(), chunk: int = 2000) -> Iterator[Contact]:
        """Every such file, in the order of the ids; read in chunks."""
        last, values = "", _values(wanted)
        while True:
            query = f"{_FILES} AND id > :last ORDER BY id LIMIT :chunk"
            with self._connections.reading() as db:
                rows = list(db.query(query, values | {"last": last, "chunk": chunk}))
            yield from (_contact(row) for row in rows)
            if len(rows) < chunk:
                return
            last = rows[-1]["id"]

    def keep(self, contacts: Iterable[Contact], *, by: str, action: str = "save contact", detail: str = "") -> None:
        """Add these, or change those that are there under the same id, in one transaction and with one audit line.

        `created_at` and `updated_at` are set here.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        rows = [_row(contact) | {"created_at": now, "updated_at": now} for contact in contacts]
        if not rows:
            return
        with self._connections.writing() as db:
            db.conn.executemany(_KEEP, rows)
            write_audit(db, by, action, rows[0]["id"] if len(rows) == 1 else "contacts", detail or f"{len(rows)} files")

    def set_tiers(self, tiers: Mapping[str, str], *, by: str, detail: str = "") -> None:
        """Give contacts (by id) their tiers; a tier is computed, so that the file counts as no fresher for it."""
        with self._connections.writing() as db:
            rows = [(tier, each) for each, tier in tiers.items()]
            db.conn.executemany("UPDATE contacts SET tier = ? WHERE id = ?", rows)
            write_audit(db, by, "set tiers", "contacts", detail or f"{len(tiers)} files")

    def opt_out(self, contact: str, *, by: str, at: datetime | None = None, back: bool = False) -> None:
        """Never ask this person again; with *back* they may be asked again. The first wish keeps its moment."""
        moment = (at or datetime.now(UTC)).isoformat(timespec="seconds")
        with self._connections.writing() as db:
            db.execute(
                "UPDATE contacts SET opted_out_at = CASE WHEN ? THEN NULL ELSE coalesce(opted_out_at, ?) END "
                "WHERE id = ?",
                [back, moment, contact],
            )
            write_audit(db, by, "opt in" if back else "opt out", contact)

    def opted_out(self, limit: int = 200) -> list[Contact]:
        """Those who want no more invitations, the latest wish first."""
        return self._where("opted_out_at IS NOT NULL ORDER BY opted_out_at DESC, id LIMIT ?", [limit])

    def confirm(self, contacts: Sequence[str], *, by: str) -> None:
        """Somebody has looked these over and found them right: they are fresh again."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._connections.writing() as db:
            db.conn.executemany("UPDATE contacts SET updated_at = ? WHERE id = ?", [(now, each) for each in contacts])
            for each in contacts:
                write_audit(db, by, "confirm contact", each)

    def delete(self, contact: str, *, by: str) -> None:
        """Remove a file."""
        with self._connections.writing() as db:
            db.execute("DELETE FROM contacts WHERE id = ?", [contact])
            write_audit(db, by, "delete contact", contact)

    def attributes(self) -> dict[str, int]:
        """Every attribute in use, as `who.x`, `does.x` or `worth.x`, and how many have it."""
        with self._connections.reading() as db:
            return {row["name"]: row["times"] for row in db.query(_ATTRIBUTES)}

    def values(self, attribute: str, limit: int = 200) -> dict[str, int]:
        """The values of `who.x`, `does.x`, `tier` or `department`, the most frequent first, and how many have each."""
        kind, dot, name = attribute.partition(".")
        if kind not in (("who", "does", "worth") if dot else ("tier", "department", "kind")):
            raise ValueError(f'contacts have no attribute "{attribute}"')
        value, source = ("item.value", f"contacts, json_each(contacts.{kind}) AS item") if dot else (kind, "contacts")
        named = "item.key = :name" if dot else "1"
        query = (
            f"SELECT {value} AS value, count(*) AS times FROM {source} WHERE {named} AND coalesce({value}, '') <> '' "  # noqa: S608
            "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :limit"
        )
        with self._connections.reading() as db:
            return {str(row["value"]): row["times"] for row in db.query(query, {"name": name, "limit": limit})}

    def _where(self, condition: str, values: Sequence[object]) -> list[Contact]:
        with self._connections.reading() as db:
            return [_contact(row) for row in db.query(f"SELECT * FROM contacts WHERE {condition}", values)]  # noqa: S608


_WANTED = """(:departments IS NULL OR department IN (SELECT value FROM json_each(:departments)))
AND (:levels IS NULL OR CASE WHEN secrecy_until < :today THEN '' ELSE secrecy END
     IN (SELECT value FROM json_each(:levels)))
AND (:text = '' OR instr(lower(name), lower(:text)) OR instr(customer_number, :text) OR instr(phone, :text))
AND (:kind IS NULL OR kind = :kind) AND (:tier IS NULL OR tier = :tier)
AND (:not_updated_since IS NULL OR updated_at < :not_updated_since)
AND (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))"""
_FILES = f"SELECT * FROM contacts WHERE {_WANTED}"  # noqa: S608  put together of what stands here
_AMOUNT = f"SELECT count(*) FROM contacts WHERE {_WANTED}"  # noqa: S608

_KEYS = ("customer_number", "phone", "email")
_KNOWN = " UNION ".join(  # each part uses its own index
    f"SELECT * FROM contacts WHERE {name} <> '' AND {name} IN (SELECT value FROM json_each(:{name}))"  # noqa: S608
    for name in _KEYS
)

_ATTRIBUTES = """
SELECT 'who.' || item.key AS name, count(*) AS times FROM contacts, json_each(contacts.who) AS item GROUP BY 1
UNION ALL SELECT 'does.' || item.key, count(*) FROM contacts, json_each(contacts.does) AS item GROUP BY 1
UNION ALL SELECT 'worth.' || item.key, count(*) FROM contacts, json_each(contacts.worth) AS item GROUP BY 1"""

_COLUMNS = (
    "kind", "customer_number", "name", "phone", "email", "chat", "department", "who", "does", "worth", "tier",
    "secrecy", "secrecy_until", "account", "opted_out_at", "updated_at",
)  # fmt: skip
_KEEP = (  # all its words stand here
    f"INSERT INTO contacts (id, created_at, {', '.join(_COLUMNS)}) "  # noqa: S608
    f"VALUES (:id, :created_at, {', '.join(f':{name}' for name in _COLUMNS)}) "
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS)}"
)


def _values(wanted: Wanted) -> dict[str, Any]:
    since = wanted.not_updated_since
    return {
        "departments": _listed(wanted.departments), "levels": _listed(wanted.levels), "ids": _listed(wanted.ids),
        "today": (wanted.today or date.min).isoformat(), "text": wanted.text.strip(), "kind": wanted.kind,
        "tier": wanted.tier,
        "not_updated_since": since.astimezone(UTC).isoformat(timespec="seconds") if since else None,
    }  # fmt: skip


def _listed(values: Collection[str] | None) -> str | None:
    return None if values is None else json.dumps(list(values), ensure_ascii=False)


def _row(contact: Contact) -> dict[str, Any]:
    attributes = {
        name: json.dumps(dict(getattr(contact, name)), ensure_ascii=False) for name in ("who", "does", "worth")
    }
    return {
        "id": contact.id, "kind": contact.kind.value, "customer_number": contact.customer_number, "name": contact.name,
        "phone": contact.phone, "email": contact.email, "chat": contact.chat, "department": contact.department,
        **attributes, "tier": contact.tier, "secrecy": contact.secrecy.value,
        "secrecy_until": contact.secrecy_until.isoformat() if contact.secrecy_until else None,
        "account": contact.account,
        "opted_out_at": contact.opted_out_at.isoformat(timespec="seconds") if contact.opted_out_at else None,
    }  # fmt: skip


def _contact(row: Mapping[str, Any]) -> Contact:
    moments = {
        name: datetime.fromisoformat(row[name]) if row[name] else None
        for name in ("opted_out_at", "created_at", "updated_at")
    }
    until = row["secrecy_until"]
    return Contact(
        id=row["id"], name=row["name"], kind=Kind(row["kind"]), customer_number=row["customer_number"],
        phone=row["phone"], email=row["email"], chat=row["chat"], department=row["department"],
        who=json.loads(row["who"]), does=json.loads(row["does"]), worth=json.loads(row["worth"]), tier=row["tier"],
        secrecy=Secrecy(row["secrecy"]), secrecy_until=date.fromisoformat(until) if until else None,
        account=row["account"], **moments,
    )  # fmt: skip
