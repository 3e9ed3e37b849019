"""An account as its row in the table, and with the departments that are below its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from surveys.accounts import Account
from surveys.organisation.department_tree import with_below
from surveys.permissions import Role
from surveys.storage.sqlite.connection import Connections, RememberedRead


def account_from(row: Mapping[str, Any]) -> Account:
    """The account that a row of `accounts` stands for."""
    return Account(
        id=row["id"], name=row["name"], display_name=row["display_name"], role=Role(row["role"]),
        departments=tuple(json.loads(row["departments"])), active=bool(row["active"]),
        password_hash=row["password_hash"], language=row["language"], password_given=bool(row["password_given"]),
    )  # fmt: skip


class PlacedAccounts:
    """Reads accounts of rows, placed in the tree of departments as it is by now."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._parents = RememberedRead(connections, _parents)

    def placed(self, row: Mapping[str, Any]) -> Account:
        """The account of a row, with the departments that are below its own."""
        account = account_from(row)
        if not account.departments:
            return account
        below = with_below(account.departments, self._parents.get(None)).difference(account.departments)
        return replace(account, below=below) if below else account


def _parents(db: Database, _: None) -> dict[str, str | None]:
    return {row["code"]: row["parent"] for row in db.query("SELECT code, parent FROM departments")}
