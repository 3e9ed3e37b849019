"""Accounts, their sessions, and the audit trail."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from surveys.accounts import Account, Role, session_alive
from surveys.storage.connection import Connections


class NameTaken(ValueError):
    """Another account has this name."""


@dataclass(frozen=True)
class AuditLine:
    """Who changed what, when."""

    at: datetime
    account: str
    action: str
    object: str
    detail: str


class AccountTable:
    """Who can sign in, who is signed in, and who did what."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def any(self) -> bool:
        """Whether there is an account at all; False on a new database."""
        with self._connections.reading() as db:
            return bool(next(db.query("SELECT EXISTS (SELECT 1 FROM accounts) AS found"))["found"])

    def all(self) -> list[Account]:
        with self._connections.reading() as db:
            return [_account(row) for row in db.query("SELECT * FROM accounts ORDER BY name")]

    def named(self, name: str) -> Account | None:
        with self._connections.reading() as db:
            return next((_account(row) for row in db.query("SELECT * FROM accounts WHERE name = ?", [name])), None)

    def add(
        self, name: str, display_name: str, role: Role, password_hash: str, departments: tuple[str, ...] = (),
        *, now: datetime, only_first: bool = False,
    ) -> Account:  # fmt: skip
        """A new account; raises NameTaken. With *only_first* it fails unless there is none yet."""
        row = {
            "name": name, "display_name": display_name, "role": role.value, "password_hash": password_hash,
            "departments": json.dumps(departments), "created_at": now.isoformat(),
        }  # fmt: skip
        with self._connections.writing() as db:
            taken = "SELECT 1 FROM accounts WHERE name = ? OR ?"
            if next(db.query(taken, [name, only_first]), None):
                raise NameTaken(name)
            db.table("accounts").insert(row)
            return _account(next(db.query("SELECT * FROM accounts WHERE name = ?", [name])))

    def change(self, name: str, **values: Any) -> None:
        """Change an account's role, departments, display_name, password_hash or active; ends its sessions."""
        if "departments" in values:
            values["departments"] = json.dumps(values["departments"])
        with self._connections.writing() as db:
            account = next(db.query("SELECT id FROM accounts WHERE name = ?", [name]))["id"]
            db.table("accounts").update(account, values)
            db.execute("DELETE FROM sessions WHERE account = ?", [account])

    def begin_session(self, account: Account, token_hash: str, now: datetime) -> None:
        times = {"created_at": now.isoformat(), "last_seen_at": now.isoformat()}
        with self._connections.writing() as db:
            db.table("sessions").insert({"token_hash": token_hash, "account": account.id, **times})

    def of_session(self, token_hash: str, now: datetime) -> Account | None:
        """The account signed in under this token; None when the session has ended."""
        with self._connections.reading() as db:
            row = next(db.query(_SESSION, [token_hash]), None)
        if row is None:
            return None
        last_seen = datetime.fromisoformat(row.pop("session_last_seen_at"))
        if not session_alive(datetime.fromisoformat(row.pop("session_created_at")), last_seen, now):
            self.end_session(token_hash)
            return None
        if (now - last_seen).total_seconds() > 60:  # a minute's grain spares a write on every click
            with self._connections.writing() as db:
                db.execute("UPDATE sessions SET last_seen_at = ? WHERE token_hash = ?", [now.isoformat(), token_hash])
        return _account(row)

    def end_session(self, token_hash: str) -> None:
        with self._connections.writing() as db:
            db.execute("DELETE FROM sessions WHERE token_hash = ?", [token_hash])

    def record(self, account: str, action: str, thing: str, detail: str = "") -> None:
        """Add an audit line. The detail names what changed, never what a respondent wrote."""
        with self._connections.writing() as db:
            write_audit(db, account, action, thing, detail)

    def record_all(self, account: str, action: str, things: Iterable[tuple[str, str]]) -> None:
        """Add an audit line for each (thing, detail), in one transaction."""
        with self._connections.writing() as db:
            for thing, detail in things:
                write_audit(db, account, action, thing, detail)

    def audit(self, limit: int = 200) -> list[AuditLine]:
        """The newest lines first."""
        return list(self._audit(limit))

    def _audit(self, limit: int) -> Iterator[AuditLine]:
        with self._connections.reading() as db:
            for row in db.query(
                "SELECT at, account, action, object, detail FROM audit ORDER BY id DESC LIMIT ?", [limit]
            ):
                yield AuditLine(**{**row, "at": datetime.fromisoformat(row["at"])})


_SESSION = """
SELECT accounts.*, sessions.created_at AS session_created_at, sessions.last_seen_at AS session_last_seen_at
FROM sessions JOIN accounts ON accounts.id = sessions.account
WHERE sessions.token_hash = ? AND accounts.active"""


def write_audit(db: Database, account: str, action: str, thing: str, detail: str = "") -> None:
    """An audit line inside the transaction of the change it tells of."""
    line = {
        "at": datetime.now(UTC).isoformat(),
        "account": account,
        "action": action,
        "object": thing,
        "detail": detail,
    }
    db.table("audit").insert(line)


def _account(row: dict[str, Any]) -> Account:
    return Account(
        id=row["id"], name=row["name"], display_name=row["display_name"], role=Role(row["role"]),
        departments=tuple(json.loads(row["departments"])), active=bool(row["active"]),
        password_hash=row["password_hash"],
    )  # fmt: skip
