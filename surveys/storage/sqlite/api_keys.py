"""The keys of other systems."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from surveys.api_keys import ApiKey, ApiScope
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections


class ApiKeyTable:
    """Which systems may use the API, and for what."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(self, key: ApiKey, *, by: str) -> None:
        row = {
            "id": key.id, "system": key.system, "scopes": json.dumps(sorted(key.scopes)),
            "secret_hash": key.secret_hash, "created_on": key.created_on.isoformat(),
        }  # fmt: skip
        with self._connections.writing() as db:
            db.table("api_keys").insert(row)
            write_audit(db, by, "add api key", key.system, f"{key.id}: {', '.join(sorted(key.scopes))}")

    def all(self) -> list[ApiKey]:
        """Every key, those in use first."""
        query = "SELECT * FROM api_keys ORDER BY revoked_on IS NOT NULL, system, created_on"
        with self._connections.reading() as db:
            return [_key(row) for row in db.query(query)]

    def find(self, number: str) -> ApiKey | None:
        with self._connections.reading() as db:
            return next((_key(row) for row in db.query("SELECT * FROM api_keys WHERE id = ?", [number])), None)

    def used(self, number: str, today: date) -> None:
        """Note the day a key was used, so that forgotten ones can be found."""
        with self._connections.writing() as db:
            db.execute("UPDATE api_keys SET last_used_on = ? WHERE id = ?", [today.isoformat(), number])

    def revoke(self, number: str, today: date, *, by: str) -> bool:
        """Make a key useless from now on; False when there is none in use with this number."""
        revoke = "UPDATE api_keys SET revoked_on = ? WHERE id = ? AND revoked_on IS NULL"
        with self._connections.writing() as db:
            done = db.execute(revoke, [today.isoformat(), number]).rowcount == 1
            if done:
                write_audit(db, by, "revoke api key", number)
        return done


def _key(row: dict[str, Any]) -> ApiKey:
    used = row["last_used_on"]
    return ApiKey(
        row["id"], row["system"], frozenset(map(ApiScope, json.loads(row["scopes"]))),
        date.fromisoformat(row["created_on"]), date.fromisoformat(used) if used else None,
        row["revoked_on"] is not None, row["secret_hash"],
    )  # fmt: skip
