"""Contacts: the files of customers and staff."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlite_utils import Database

from surveys.localisation.clock import utc_now
from surveys.localisation.normalisation import part_of_phone, plain
from surveys.people.contact import Contact, ContactKind, FileFacts, Secrecy
from surveys.people.contact_search import EVERYONE, ContactSearch
from surveys.people.merging import OTHER
from surveys.storage.changes import ANY, ChangedMeanwhile, Unread, assert_as_seen
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.accounts.pseudonyms import forget_in_audit
from surveys.storage.sqlite.connection import Connections
from surveys.storage.sqlite.imports import files_of, note_people
from surveys.storage.sqlite.upkeep.wishes_of_people import ask_by, carry_on, leave_alone, wishes_in_files
from surveys.storage.sqlite.wishes import keep_wishes_of_invited


@dataclass(frozen=True)
class Found:
    """What a look for these keys has found; held against what is there when files made from it are kept."""

    keys: Mapping[str, Sequence[str]]  # customer_number, phone and email
    contacts: Sequence[Contact]


class ContactTable:
    """Everyone a survey can be given to."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def get(self, contact: str) -> Contact | None:
        """The contact of this id."""
        return next(iter(self._where("id = ?", [contact])), None)

    def numbered(self, customer_number: str) -> Contact | None:
        """The contact with this customer number, also that of a file that was merged into theirs."""
        own = self._where("customer_number = ? AND customer_number <> ''", [customer_number])
        return next(iter(own or self._where(_MERGED, [customer_number])), None)

    def with_phone(self, phone: str) -> list[Contact]:
        """Those with this number, written as `as_phone` writes it; several may share one."""
        return self._where("phone = ? AND phone <> '' ORDER BY id", [phone])

    def with_email(self, email: str) -> list[Contact]:
        """Those with this address, in capital or small letters."""
        return self._where("email = ? COLLATE NOCASE AND email <> '' ORDER BY id", [email])

    def known(self, keys: Mapping[str, Sequence[str]]) -> list[Contact]:
        """Those whose customer_number, phone or email (the names in *keys*) is among these."""
        with self._connections.reading() as db:
            return _known(db, keys)

    def page(self, wanted: ContactSearch = EVERYONE, *, limit: int = 50, offset: int = 0) -> list[Contact]:
        """Files in the order of their names."""
        values = _values(wanted) | {"limit": limit, "offset": offset}
        with self._connections.reading() as db:
            rows = db.query(f"{_FILES} ORDER BY name, id LIMIT :limit OFFSET :offset", values)
            return [contact_of(row) for row in rows]

    def amount(self, wanted: ContactSearch = EVERYONE) -> int:
        """How many files there are."""
        with self._connections.reading() as db:
            row = db.execute(_AMOUNT, _values(wanted)).fetchone()
        return int(row[0])

    def all(self, wanted: ContactSearch = EVERYONE, chunk: int = 2000) -> Iterator[Contact]:
        """Every such file, in the order of the ids; read in chunks."""
        last, values = "", _values(wanted)
        while True:
            query = f"{_FILES} AND id > :last ORDER BY id LIMIT :chunk"
            with self._connections.reading() as db:
                rows = list(db.query(query, values | {"last": last, "chunk": chunk}))
            yield from (contact_of(row) for row in rows)
            if len(rows) < chunk:
                return
            last = rows[-1]["id"]

    def facts(self, wanted: ContactSearch = EVERYONE) -> list[FileFacts]:
        """What figures are made of, of every such file, in the order of the ids."""
        with self._connections.reading() as db:
            rows = db.execute(_FACTS, _values(wanted)).fetchall()
        read = json.loads
        return [FileFacts(row[0], row[1], row[2], read(row[3]), read(row[4]), read(row[5])) for row in rows]

    def keep(
        self, contacts: Iterable[Contact], seen: Found | Unread = ANY, *, by: str, action: str = "save contact",
        detail: str = "", batch: str | None = None,
    ) -> None:  # fmt: skip
        """Add these, or change those that are there under the same id, in one transaction and with one audit line.

        `created_at` and `updated_at` are set here. A wish to be left alone is never taken back by this, and holds for
        an address that is new in the file of someone who has it. *batch* names the import that they came with.
        Raises ChangedMeanwhile when what was *seen*, from which they were made, isn't what is found any more.
        """
        kept = list(contacts)
        if not kept:
            return
        with self._connections.writing() as db:
            if seen is not ANY:
                assert_as_seen(_contents(seen.contacts), _contents(_known(db, seen.keys)))
            before = files_of(db, [each.id for each in kept]) if batch is not None else {}
            self._keep_in(db, kept, by, action, detail)
            if batch is not None:
                note_people(db, batch, before, files_of(db, [each.id for each in kept]))

    def _keep_in(self, db: Database, contacts: Sequence[Contact], by: str, action: str, detail: str) -> None:
        now = utc_now().isoformat(timespec="seconds")
        rows = [file_row(contact) | {"created_at": now, "updated_at": now} for contact in contacts]
        ids = [row["id"] for row in rows]
        before = wishes_in_files(db, ids)
        db.conn.executemany(_KEEP, rows)
        carry_on(db, ids, before, now)
        write_audit(db, by, action, rows[0]["id"] if len(rows) == 1 else "contacts", detail or f"{len(rows)} files")

    def change(self, contact: Contact, *, seen: Contact | Unread = ANY, by: str, detail: str = "") -> None:
        """Keep a file as it was changed; raises ChangedMeanwhile when it isn't any more what was *seen*."""
        with self._connections.writing() as db:
            row = next(db.query("SELECT * FROM contacts WHERE id = ?", [contact.id]), None)
            present = contact_of(row) if row else None
            if seen is not ANY and (present is None or content(seen) != content(present)):
                raise ChangedMeanwhile(present)
            self._keep_in(db, [contact], by, "save contact", detail)

    def set_tiers(self, tiers: Mapping[str, str], *, by: str, detail: str = "") -> None:
        """Give contacts (by id) their tiers; a tier is computed, so that the file counts as no fresher for it."""
        with self._connections.writing() as db:
            rows = [(tier, each) for each, tier in tiers.items()]
            db.conn.executemany("UPDATE contacts SET tier = ? WHERE id = ?", rows)
            write_audit(db, by, "set tiers", "contacts", detail or f"{len(tiers)} files")

    def opt_out(
        self, contact: str, *, by: str, at: datetime | None = None, back: bool = False, invitation: str | None = None
    ) -> None:  # fmt: skip
        """Never ask this person again, nor anyone at their addresses; with *back* they may be asked again.

        The first wish keeps its moment. By the link of an *invitation* it holds for the addresses of that time too,
        also when the file is gone.
        """
        moment = (at or utc_now()).isoformat(timespec="seconds")
        with self._connections.writing() as db:
            if back:
                ask_by(db, contact, "", moment)
            else:
                leave_alone(db, contact, moment)
            if invitation is not None and not back:
                keep_wishes_of_invited(db, invitation, moment)
            write_audit(db, by, "opt in" if back else "opt out", contact)

    def ask_only_by(self, contact: str, channel: str, *, by: str) -> None:
        """Ask this person by this channel (its name, or `call`) and by no other, in whatever file of theirs."""
        with self._connections.writing() as db:
            ask_by(db, contact, channel, utc_now().isoformat(timespec="seconds"))
            write_audit(db, by, "ask by one channel", contact, channel)

    def opted_out(self, limit: int = 200) -> list[Contact]:
        """Those who want no more invitations, the latest wish first."""
        return self._where("opted_out_at IS NOT NULL ORDER BY opted_out_at DESC, id LIMIT ?", [limit])

    def confirm(self, contacts: Sequence[str], *, by: str) -> None:
        """Somebody has looked these over and found them right: they are fresh again."""
        now = utc_now().isoformat(timespec="seconds")
        with self._connections.writing() as db:
            db.conn.executemany("UPDATE contacts SET updated_at = ? WHERE id = ?", [(now, each) for each in contacts])
            for each in contacts:
                write_audit(db, by, "confirm contact", each)

    def delete(self, contact: str, *, by: str) -> None:
        """Remove a file; the tasks that waited for its person are withdrawn."""
        with self._connections.writing() as db:
            db.execute(_WITHDRAW, {"contact": contact})
            db.execute("DELETE FROM merged_contacts WHERE kept = :contact", {"contact": contact})
            db.execute("DELETE FROM contacts WHERE id = ?", [contact])
            write_audit(db, by, "delete contact", contact)
            forget_in_audit(db, contact)

    def stamp(self) -> str:
        """Another one whenever what figures are made of has changed in any file."""
        with self._connections.reading() as db:
            return "·".join(str(number) for (number,) in db.execute(_STAMP))

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
            return [contact_of(row) for row in db.query(f"SELECT * FROM contacts WHERE {condition}", values)]  # noqa: S608


_WANTED = """(:departments IS NULL OR department IN (SELECT value FROM json_each(:departments)))
AND (:levels IS NULL OR CASE WHEN secrecy_until < :today THEN '' ELSE secrecy END
     IN (SELECT value FROM json_each(:levels)))
AND (:text = '' OR instr(lower(name), lower(:text)) OR instr(upper(customer_number), :number) OR instr(phone, :phone)
     OR instr(upper(coalesce(who ->> :other_number, '')), :number)
     OR instr(coalesce(who ->> :other_phone, ''), :phone))
AND (:kind IS NULL OR kind = :kind) AND (:tier IS NULL OR tier = :tier)
AND (:not_updated_since IS NULL OR updated_at < :not_updated_since)
AND (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))"""
_FILES = f"SELECT * FROM contacts WHERE {_WANTED}"  # noqa: S608  put together of what stands here
_AMOUNT = f"SELECT count(*) FROM contacts WHERE {_WANTED}"  # noqa: S608
_FACTS = f"SELECT id, tier, department, who, does, worth FROM contacts WHERE {_WANTED} ORDER BY id"  # noqa: S608

_KEYS = ("customer_number", "phone", "email")
_KNOWN = " UNION ".join(  # each part uses its own index
    f"SELECT * FROM contacts WHERE {name} <> '' AND {name} {'COLLATE NOCASE ' if name == 'email' else ''}"  # noqa: S608
    f"IN (SELECT value FROM json_each(:{name}))"
    for name in _KEYS
)

_MERGED = "id IN (SELECT kept FROM merged_contacts WHERE customer_number = ? AND customer_number <> '')"
_WITHDRAW = """
UPDATE tasks SET withdrawn_reason = 'erased', token_hash = NULL
WHERE contact = :contact AND done = 0 AND withdrawn_reason IS NULL"""

# The number of the whole database first, as of answers.
_STAMP = "SELECT number FROM revisions WHERE survey IN ('', '·people') ORDER BY survey"

_ATTRIBUTES = """
SELECT 'who.' || item.key AS name, count(*) AS times FROM contacts, json_each(contacts.who) AS item GROUP BY 1
UNION ALL SELECT 'does.' || item.key, count(*) FROM contacts, json_each(contacts.does) AS item GROUP BY 1
UNION ALL SELECT 'worth.' || item.key, count(*) FROM contacts, json_each(contacts.worth) AS item GROUP BY 1"""

_COLUMNS = (
    "kind", "customer_number", "name", "phone", "email", "chat", "department", "who", "does", "worth", "tier",
    "secrecy", "secrecy_until", "account", "opted_out_at", "only_channel", "updated_at",
)  # fmt: skip
_CHANGED = [name for name in _COLUMNS if name not in ("opted_out_at", "only_channel")]
_KEEP = (  # all its words stand here
    f"INSERT INTO contacts (id, created_at, {', '.join(_COLUMNS)}) "  # noqa: S608
    f"VALUES (:id, :created_at, {', '.join(f':{name}' for name in _COLUMNS)}) "
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _CHANGED)}, "
    "opted_out_at = coalesce(contacts.opted_out_at, excluded.opted_out_at)"
)


def _known(db: Database, keys: Mapping[str, Sequence[str]]) -> list[Contact]:
    return [contact_of(row) for row in db.query(_KNOWN, {name: _listed(keys[name]) for name in _KEYS})]


def _contents(contacts: Sequence[Contact]) -> dict[str, Contact]:
    return {each.id: content(each) for each in contacts}


def content(contact: Contact) -> Contact:
    """What stands in a file, without when it was touched and whether its person is left alone."""
    return replace(contact, opted_out_at=None, only_channel="", created_at=None, updated_at=None)


def _values(wanted: ContactSearch) -> dict[str, Any]:
    since = wanted.not_updated_since
    return {
        "departments": _listed(wanted.departments), "levels": _listed(wanted.levels), "ids": _listed(wanted.ids),
        "today": (wanted.today or date.min).isoformat(), "kind": wanted.kind, "tier": wanted.tier,
        "text": wanted.text.strip(), "number": plain(wanted.text).replace(" ", "").upper(),
        "phone": part_of_phone(wanted.text), "other_number": OTHER["customer_number"], "other_phone": OTHER["phone"],
        "not_updated_since": since.astimezone(UTC).isoformat(timespec="seconds") if since else None,
    }  # fmt: skip


def _listed(values: Collection[str] | None) -> str | None:
    return None if values is None else json.dumps(list(values), ensure_ascii=False)


def file_row(contact: Contact) -> dict[str, Any]:
    """A file as it stands in its table."""
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
        "only_channel": contact.only_channel,
    }  # fmt: skip


def contact_of(row: Mapping[str, Any]) -> Contact:
    """The file that stands in a row."""
    moments = {
        name: datetime.fromisoformat(row[name]) if row[name] else None
        for name in ("opted_out_at", "created_at", "updated_at")
    }
    until = row["secrecy_until"]
    return Contact(
        id=row["id"], name=row["name"], kind=ContactKind(row["kind"]), customer_number=row["customer_number"],
        phone=row["phone"], email=row["email"], chat=row["chat"], department=row["department"],
        who=json.loads(row["who"]), does=json.loads(row["does"]), worth=json.loads(row["worth"]), tier=row["tier"],
        secrecy=Secrecy(row["secrecy"]), secrecy_until=date.fromisoformat(until) if until else None,
        account=row["account"], only_channel=row["only_channel"], **moments,
    )  # fmt: skip
