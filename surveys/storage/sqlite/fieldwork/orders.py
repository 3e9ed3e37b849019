"""When what happened to each order: one row for an order and a kind of event, the first time counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from surveys.storage.records.orders import OrderSteps
from surveys.storage.sqlite.connection import Connections

KEPT_FOR = timedelta(days=400)  # as numbers of events are


class OrderTable:
    """Steps of orders."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def note(self, order: str, kind: str, at: datetime, department: str | None, business: str) -> None:
        """Note a step; of one that is reported twice the earlier moment stays."""
        with self._connections.writing() as db:
            db.conn.execute("DELETE FROM order_steps WHERE at < ?", [_text(at - KEPT_FOR)])
            db.conn.execute(_NOTE, [order, kind, _text(at), department, business])

    def steps(self, order: str) -> OrderSteps | None:
        """What is known of one order."""
        with self._connections.reading() as db:
            found = list(db.query("SELECT * FROM order_steps WHERE order_number = ?", [order]))
        return next(iter(_orders(found)), None)

    def since(self, first: datetime, departments: Sequence[str] | None = None) -> list[OrderSteps]:
        """The orders of which something happened since a moment, with all their steps.

        Of these departments only, where they are given.
        """
        with self._connections.reading() as db:
            orders = _orders(db.query(_SINCE, {"first": _text(first)}))
        return [each for each in orders if departments is None or each.department in departments]


_NOTE = """
INSERT INTO order_steps (order_number, kind, at, department, business) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (order_number, kind) DO UPDATE SET at = min(order_steps.at, excluded.at)"""

_SINCE = """
SELECT * FROM order_steps WHERE order_number IN (SELECT order_number FROM order_steps WHERE at >= :first)
ORDER BY order_number, at"""


def _orders(rows: Iterable[Mapping[str, Any]]) -> list[OrderSteps]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["order_number"], []).append(row)
    return [_order(number, steps) for number, steps in found.items()]


def _order(number: str, rows: Sequence[Mapping[str, Any]]) -> OrderSteps:
    """Department and business are those that were told last."""
    told = sorted(rows, key=lambda row: row["at"])
    steps = {row["kind"]: datetime.fromisoformat(row["at"]) for row in told}
    department = next((row["department"] for row in reversed(told) if row["department"]), None)
    return OrderSteps(number, steps, department, next((r["business"] for r in reversed(told) if r["business"]), ""))


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
