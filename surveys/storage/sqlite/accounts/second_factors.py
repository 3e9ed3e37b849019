"""The second factors of accounts: sealed secrets, the step used last, hashes of codes for their loss."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlite_utils import Database

from surveys.accounts import Account
from surveys.localisation.clock import utc_now
from surveys.storage.sqlite.accounts.audit import write_audit
from surveys.storage.sqlite.connection import Connections


class SecondFactorTable:
    """One row for each account that has one."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._used: dict[int, int] = {}  # by account: the last step of a code, which the file must not tell
        self._opened = int(utc_now().timestamp()) // _STEP

    def sealed_secret(self, account: Account) -> str | None:
        """The account's secret, sealed; None without one."""
        with self._connections.reading() as db:
            row = db.execute("SELECT secret FROM second_factors WHERE account = ?", [account.id]).fetchone()
        return row[0] if row else None

    def left(self, account: Account) -> int:
        """How many codes for its loss are left."""
        query = "SELECT count(*) FROM recovery_codes WHERE account = ?"
        with self._connections.reading() as db:
            return int(db.execute(query, [account.id]).fetchone()[0])

    def names(self) -> frozenset[str]:
        """The names of the accounts that have one."""
        query = "SELECT name FROM accounts JOIN second_factors ON second_factors.account = accounts.id"
        with self._connections.reading() as db:
            return frozenset(row[0] for row in db.execute(query))

    def required(self) -> bool:
        """Whether every role that works in the console has to have one."""
        with self._connections.reading() as db:
            return db.execute(_REQUIRED).fetchone() is not None

    def require(self, required: bool, *, by: str) -> None:
        """Ask it of them from their next look on, or leave it to each again."""
        with self._connections.writing() as db:
            row = {"name": REQUIRED, "value": str(int(required))}
            db.table("settings").upsert(row, pk="name")
            write_audit(db, by, "require second factor", "organisation", "on" if required else "off")

    def lacked_by(self, account: Account) -> bool:
        """Whether the account has to set one up before anything is open to it."""
        return account.role.works_in_console and self.required() and self.sealed_secret(account) is None

    def set(self, account: Account, sealed: str, step: int, recovery: Sequence[str], today: date) -> None:
        """Ask for it from now on; the code it was tried with is used up."""
        row = {"account": account.id, "secret": sealed, "last_step": _day_of(step), "since": today.isoformat()}
        with self._connections.writing() as db:
            db.execute("DELETE FROM recovery_codes WHERE account = ?", [account.id])
            db.table("second_factors").upsert(row, pk="account")
            db.conn.executemany(
                "INSERT INTO recovery_codes (account, hash) VALUES (?, ?)", [(account.id, each) for each in recovery]
            )
            write_audit(db, account.name, "set second factor", account.name)
            self._used[account.id] = step

    def use_step(self, account: Account, step: int) -> bool:
        """Use a code up; False when this one, or a later one, was used before: who looked over a shoulder is late.

        The file says on which day that was, no more: beside anonymous answers, the half minute would tell too much. A
        server that has just started does not know it, and takes from who has used a code on this day none that could
        have been used before: they wait for the next one.
        """
        query = "UPDATE second_factors SET last_step = :day WHERE account = :account AND last_step <= :day"
        with self._connections.writing() as db:
            if step <= self._used.get(account.id, self._perhaps_used(db, account)):
                return False
            fresh = db.execute(query, {"day": _day_of(step), "account": account.id}).rowcount == 1
            if fresh:
                self._used[account.id] = step
        return fresh

    def _perhaps_used(self, db: Database, account: Account) -> int:
        """The last step that may have been used up before this program was started."""
        row = db.execute("SELECT last_step FROM second_factors WHERE account = ?", [account.id]).fetchone()
        lately = row is not None and row[0] >= _day_of(self._opened - _AHEAD - 1)
        return self._opened + _AHEAD if lately else -1

    def use_recovery(self, account: Account, hash_: str) -> bool:
        """Use a code for its loss up; False when it is none."""
        with self._connections.writing() as db:
            used = db.execute(
                "DELETE FROM recovery_codes WHERE account = ? AND hash = ?", [account.id, hash_]
            ).rowcount  # fmt: skip
            if used:
                write_audit(db, account.name, "use recovery code", account.name)
        return bool(used)

    def remove(self, account: Account, *, by: str) -> None:
        """Ask for none any more."""
        with self._connections.writing() as db:
            for table in ("second_factors", "recovery_codes"):
                db.execute(f"DELETE FROM {table} WHERE account = ?", [account.id])  # noqa: S608 – names of our own
            write_audit(db, by, "remove second factor", account.name)


REQUIRED = "second factor required"  # a setting; `sessions.py` looks for it too
_REQUIRED = "SELECT 1 FROM settings WHERE name = 'second factor required' AND value = '1'"
_STEP = 30  # seconds
_STEPS_A_DAY = 24 * 60 * 60 // _STEP
_AHEAD = 1  # steps that the clock of a telephone may be fast


def _day_of(step: int) -> int:
    """The first step of its day."""
    return step - step % _STEPS_A_DAY
