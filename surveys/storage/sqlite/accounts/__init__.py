"""Accounts, their sessions, and the audit trail."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from surveys.accounts import Account
from surveys.localisation.clock import local_day
from surveys.permissions import Role
from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.records.accounts import (
    FAILED_SIGN_IN,
    AuditCheck,
    AuditLine,
    Guessing,
    NameTaken,
    SignedAnew,
    anchor_signature,
)
from surveys.storage.records.audit_archives import ArchivedSegment, AuditSegment
from surveys.storage.sqlite.accounts.account_rows import account_from
from surveys.storage.sqlite.accounts.audit import check_audit, read_audit, write_audit
from surveys.storage.sqlite.accounts.audit_segments import assert_whole, cut, lines_before, segment_before, segments
from surveys.storage.sqlite.accounts.pseudonyms import forget_in_audit
from surveys.storage.sqlite.accounts.sessions import SessionTable
from surveys.storage.sqlite.accounts.signed_anew import sign_anew

__all__ = ["GIVEN", "AccountTable", "write_audit"]

GIVEN = "password given"
"""The audit trail's word for a password that its owner has to change first."""


class AccountTable(SessionTable):
    """Who can sign in, who is signed in, and who did what."""

    def any(self) -> bool:
        """Whether there is an account at all; False on a new database."""
        with self._connections.reading() as db:
            return bool(next(db.query("SELECT EXISTS (SELECT 1 FROM accounts) AS found"))["found"])

    def all(self) -> list[Account]:
        with self._connections.reading() as db:
            return [self.placed(row) for row in db.query("SELECT * FROM accounts ORDER BY name")]

    def named(self, name: str) -> Account | None:
        with self._connections.reading() as db:
            return next((self.placed(row) for row in db.query("SELECT * FROM accounts WHERE name = ?", [name])), None)

    def numbered(self, number: int) -> Account | None:
        with self._connections.reading() as db:
            return next((self.placed(row) for row in db.query("SELECT * FROM accounts WHERE id = ?", [number])), None)

    def add(
        self, name: str, display_name: str, role: Role, password_hash: str, departments: tuple[str, ...] = (),
        *, now: datetime, only_first: bool = False, given: bool = False,
    ) -> Account:  # fmt: skip
        """A new account; raises NameTaken. With *only_first* it fails unless there is none yet.

        *given* is whether somebody else chose the password, so that its owner has to change it first.
        """
        row = {
            "name": name, "display_name": display_name, "role": role.value, "password_hash": password_hash,
            "departments": json.dumps(departments), "created_at": now.isoformat(), "password_given": int(given),
        }  # fmt: skip
        with self._connections.writing() as db:
            taken = "SELECT 1 FROM accounts WHERE name = ? OR ?"
            if next(db.query(taken, [name, only_first]), None):
                raise NameTaken(name)
            db.table("accounts").insert(row)
            row = next(db.query("SELECT * FROM accounts WHERE name = ?", [name]))
        return self.placed(row)

    def bring(
        self, added: Sequence[tuple[Account, str]], changed: Sequence[Account], *, by: str, now: datetime,
        seen: Mapping[str, Account | None] | Unread = ANY,
    ) -> None:  # fmt: skip
        """Add accounts with the hashes of the passwords given to them, and change others, all or none.

        Raises NameTaken, and ChangedMeanwhile when one of them, by name, isn't any more what was *seen*; what a file
        says nothing of, as passwords and languages, doesn't count.
        """
        with self._connections.writing() as db:
            if seen is not ANY:
                there = {row["name"]: account_from(row) for row in db.query("SELECT * FROM accounts")}
                assert_as_seen(_all_given(seen), _all_given({name: there.get(name) for name in seen}))
            for account, password_hash in added:
                if next(db.query("SELECT 1 FROM accounts WHERE name = ?", [account.name]), None):
                    raise NameTaken(account.name)
                new: dict[str, Any] = {
                    "name": account.name, "password_hash": password_hash, "password_given": 1,
                    "created_at": now.isoformat(),
                }  # fmt: skip
                db.table("accounts").insert(new | _given(account))
                write_audit(db, by, "add account", account.name, f"{account.role.value}; {GIVEN}")
            for account in changed:
                [row] = db.query("SELECT id FROM accounts WHERE name = ?", [account.name])
                db.table("accounts").update(row["id"], _given(account))
                db.execute("DELETE FROM sessions WHERE account = ?", [row["id"]])
                detail = account.role.value if account.active else f"{account.role.value}; inactive"
                write_audit(db, by, "change account", account.name, detail)

    def change(self, name: str, *, seen: Account | Unread = ANY, **values: Any) -> None:
        """Change an account's role, departments, display_name or active; ends its sessions.

        Raises ChangedMeanwhile when it isn't any more what was *seen*.
        """
        if "departments" in values:
            values["departments"] = json.dumps(values["departments"])
        with self._connections.writing() as db:
            account = account_from(next(db.query("SELECT * FROM accounts WHERE name = ?", [name])))
            assert_as_seen(seen, account)
            db.table("accounts").update(account.id, values)
            db.execute("DELETE FROM sessions WHERE account = ?", [account.id])

    def set_password(self, name: str, password_hash: str, *, by: str) -> None:
        """Give an account another password and end its sessions; one set *by* somebody else is to be changed first."""
        with self._connections.writing() as db:
            account = account_from(next(db.query("SELECT * FROM accounts WHERE name = ?", [name])))
            given = by != name
            values: dict[str, Any] = {"password_hash": password_hash, "password_given": int(given)}
            db.table("accounts").update(account.id, values)
            db.execute("DELETE FROM sessions WHERE account = ?", [account.id])
            own = "change given password" if account.password_given else "change password"
            write_audit(db, by, "reset password" if given else own, name, GIVEN if given else "")

    def speak(self, name: str, language: str) -> None:
        """Keep the language that this person has chosen; their sessions go on."""
        with self._connections.writing() as db:
            db.execute("UPDATE accounts SET language = ? WHERE name = ?", [language, name])

    def record(self, account: str, action: str, thing: str, detail: str = "") -> None:
        """Add an audit line. The detail names what changed, never what a respondent wrote."""
        with self._connections.writing() as db:
            write_audit(db, account, action, thing, detail)

    def record_all(self, account: str, action: str, things: Iterable[tuple[str, str]]) -> None:
        """Add an audit line for each (thing, detail), in one transaction."""
        with self._connections.writing() as db:
            for thing, detail in things:
                write_audit(db, account, action, thing, detail)

    def latest(self, thing: str) -> AuditLine | None:
        """Who changed this last."""
        with self._connections.reading() as db:
            return next(read_audit(db, 1, thing), None)

    def guessing(self, since: datetime) -> Guessing:
        """What was guessed at since then, as far as the newest lines tell; at passwords, since that day began."""
        with self._connections.reading() as db:
            values = {"since": since.isoformat(), "day": local_day(since).isoformat(), "failed": FAILED_SIGN_IN}
            [row] = db.query(_GUESSING, values | {"most": _NEWEST_LINES})
        return Guessing(**row)

    def audit(self, limit: int = 200) -> list[AuditLine]:
        """The newest lines first."""
        with self._connections.reading() as db:
            return list(read_audit(db, limit))

    def check_audit(self, head: str | None = None) -> AuditCheck:
        """Whether every line of the trail is there as it was written, and *head*, a hash noted before, among them."""
        with self._connections.reading() as db:
            db.execute("BEGIN")  # one view of it, while others write
            try:
                return check_audit(db, self._sign, head)
            finally:
                db.conn.rollback()

    def audit_segments(self) -> list[AuditSegment]:
        """What of the trail has left for archives, the oldest first."""
        with self._connections.reading() as db:
            return segments(db)

    def audit_lines_before(self, day: date) -> int:
        """How many lines of the trail stand before the first one of this day or later."""
        with self._connections.reading() as db:
            return lines_before(db, day)

    def audit_segment_before(self, day: date) -> ArchivedSegment:
        """These lines as a segment, signed; they stay until `cut_audit`. Raises NothingToArchive."""
        with self._connections.reading() as db:
            return segment_before(db, day, self._sign)

    def assert_archive(self, archived: ArchivedSegment) -> None:
        """Raises UnfitArchive unless this installation has signed it and every line is as it was."""
        assert_whole(archived, self._sign)

    def cut_audit(self, segment: AuditSegment, *, by: str) -> None:
        """Let the lines of a segment go, and write that down. Raises UnfitArchive if they are not there."""
        with self._connections.writing_much() as db:
            cut(db, segment)
            write_audit(db, by, "archive audit", segment.file_name, f"{segment.last - segment.first + 1} lines")
        self._connections.empty_log()

    def sign_audit_anew(self, secret: bytes, *, by: str, name: str) -> SignedAnew:
        """Sign what of the trail is whole with another secret, of the file of this name, and write that down."""
        with self._connections.writing_much() as db:
            return sign_anew(db, partial(anchor_signature, secret), by=by, secret=name)

    def has_audit_line(self, number: int, hash_: str) -> bool:
        """Whether the trail in the database has a line of this number and hash."""
        with self._connections.reading() as db:
            return db.execute("SELECT 1 FROM audit WHERE id = ? AND hash = ?", [number, hash_]).fetchone() is not None

    def audit_names(self) -> dict[str, str]:
        """The names of the people that the trail and its archives know by pseudonyms, of those not erased."""
        with self._connections.reading() as db:
            return dict(db.execute("SELECT pseudonym, name FROM audit_people").fetchall())

    def _sign(self, text: str) -> str:
        return anchor_signature(self._connections.secret(), text)

    def forget_in_audit(self, name: str) -> None:
        """Erase from the trail whose lines these are; the lines stay."""
        with self._connections.writing() as db:
            forget_in_audit(db, name)


_NEWEST_LINES = 20_000
_GUESSING = """
SELECT coalesce(sum(times) FILTER (WHERE action = :failed AND at >= :day), 0) AS failures,
  count(DISTINCT detail) FILTER (WHERE action = :failed AND at >= :day) AS networks,
  count(DISTINCT detail) FILTER (WHERE action = 'guessed codes' AND at >= :since) AS of_codes
FROM (SELECT at, action, detail, 1 AS times FROM audit WHERE id > (SELECT max(id) FROM audit) - :most
      UNION ALL SELECT day AS at, action, detail, times FROM held_audit)"""


def _given(account: Account) -> dict[str, str | int]:
    departments = json.dumps(account.departments)
    return {
        "display_name": account.display_name, "role": account.role.value, "departments": departments,
        "active": int(account.active),
    }  # fmt: skip


def _all_given(accounts: Mapping[str, Account | None]) -> dict[str, dict[str, str | int] | None]:
    return {name: _given(account) if account else None for name, account in accounts.items()}
