"""Who is signed in. The file knows of each session the day it began and the day it was last used, and no hour.

Beside the answers of an anonymous survey, an hour would tell whose they are. The moment of the last use is remembered
by each process for itself; one that has just started goes by the days.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from surveys.accounts import Account, session_alive
from surveys.localisation.clock import local_day
from surveys.storage.records.accounts import OpenSession
from surveys.storage.sqlite.accounts.account_rows import PlacedAccounts
from surveys.storage.sqlite.accounts.audit import write_audit
from surveys.storage.sqlite.answers.key_order import rewrite
from surveys.storage.sqlite.connection import Connections

_MOST_REMEMBERED = 20_000


class SessionTable(PlacedAccounts):
    """Sessions by the hash of their tokens."""

    def __init__(self, connections: Connections) -> None:
        super().__init__(connections)
        self._last_used: dict[str, datetime] = {}

    def begin_session(self, account: Account, token_hash: str, now: datetime) -> None:
        today = local_day(now).isoformat()
        days = {"created_at": today, "last_seen_at": today}
        with self._connections.writing() as db:
            db.table("sessions").insert({"token_hash": token_hash, "account": account.id, **days})
            rewrite(db, "sessions", "true", [])  # or the file told in which order people came
        self._remember(token_hash, now)

    def of_session(self, token_hash: str, now: datetime) -> Account | None:
        """The account signed in under this token; None when the session has ended."""
        with self._connections.reading() as db:
            row = next(db.query(_SESSION, [token_hash]), None)
        if row is None:
            return None
        lacks = bool(row.pop("required")) and not row.pop("enrolled")
        begun, used = (date.fromisoformat(row.pop(name)) for name in ("session_begun", "session_used"))
        if not session_alive(begun, used, now, self._last_used.get(token_hash)):
            self.end_session(token_hash)
            return None
        self._remember(token_hash, now)
        if (today := local_day(now)) != used:
            with self._connections.writing() as db:
                db.execute("UPDATE sessions SET last_seen_at = ? WHERE token_hash = ?", [today.isoformat(), token_hash])
        account = self.placed(row)
        return replace(account, lacks_second_factor=True) if lacks and account.role.works_in_console else account

    def used_elsewhere(self, token_hash: str, now: datetime) -> None:
        """Note that another process is just being asked under this token; costs no look into the file."""
        if token_hash in self._last_used:
            self._last_used[token_hash] = now

    def sessions(self, account: Account, now: datetime) -> list[OpenSession]:
        """Where this account is signed in, the newest first."""
        with self._connections.reading() as db:
            rows = db.execute(_OF_ACCOUNT, [account.id]).fetchall()
        days = [(token, date.fromisoformat(begun), date.fromisoformat(used)) for token, begun, used in rows]
        alive = [each for each in days if session_alive(each[1], each[2], now, self._last_used.get(each[0]))]
        return [OpenSession(*each) for each in alive]

    def end_other_sessions(self, account: Account, kept: str) -> None:
        """Sign the account out everywhere but in the session of this token's hash."""
        with self._connections.writing() as db:
            db.execute("DELETE FROM sessions WHERE account = ? AND token_hash <> ?", [account.id, kept])
            write_audit(db, account.name, "sign out elsewhere", account.name)

    def end_session(self, token_hash: str) -> None:
        self._last_used.pop(token_hash, None)
        with self._connections.writing() as db:
            db.execute("DELETE FROM sessions WHERE token_hash = ?", [token_hash])

    def _remember(self, token_hash: str, now: datetime) -> None:
        if len(self._last_used) >= _MOST_REMEMBERED:
            self._last_used.clear()  # all go by the days again
        self._last_used[token_hash] = now


_SESSION = """
SELECT accounts.*, sessions.created_at AS session_begun, sessions.last_seen_at AS session_used,
  EXISTS (SELECT 1 FROM settings WHERE name = 'second factor required' AND value = '1') AS required,
  EXISTS (SELECT 1 FROM second_factors WHERE account = accounts.id) AS enrolled
FROM sessions JOIN accounts ON accounts.id = sessions.account
WHERE sessions.token_hash = ? AND accounts.active"""

_OF_ACCOUNT = """
SELECT token_hash, created_at, last_seen_at FROM sessions WHERE account = ?
ORDER BY created_at DESC, last_seen_at DESC, token_hash"""
