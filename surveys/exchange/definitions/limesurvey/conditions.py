"""The table in which older LimeSurvey files say when a question is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from surveys.exchange.definitions.losses import Ledger, Met
from surveys.localisation.language import marked

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Conditions:
    """The rows of the table by question."""

    rows: dict[str, list[Met]] = field(default_factory=dict)

    @classmethod
    def of(cls, tables: Mapping[str, list[dict[str, str]]], ledger: Ledger) -> Conditions:
        """The rows, watched."""
        rows: dict[str, list[Met]] = {}
        for cells in tables.get("conditions", []):
            met = ledger.meet({name: value for name, value in cells.items() if value}, marked("conditions 表"))
            met.skip("cid", "qid", "cqid", "cfieldname", "method", "value", "scenario")
            rows.setdefault(cells.get("qid", ""), []).append(met)
        return cls(rows)

    def expression(self, qid: str) -> str | None:
        """All rows of one of the scenarios hold; rows about one field are ways to hold."""
        scenarios: dict[str, dict[str, list[str]]] = {}
        for met in self.rows.get(qid, []):
            fields = scenarios.setdefault(met.data.get("scenario", "1"), {})
            fields.setdefault(met.data.get("cfieldname", ""), []).append(_comparison(met.data))
        return _joined((_joined((_joined(ways, "or") for ways in each.values()), "and") for each in scenarios.values()),
                       "or") or None  # fmt: skip


def _comparison(row: Mapping[str, str]) -> str:
    field_name, value = row.get("cfieldname", "").lstrip("+"), row.get("value", "").strip()
    if value.startswith("@"):
        return f"{field_name} == {value.strip('@')}"
    if row.get("method", "").strip() == "RX":
        return f'regexMatch("{value}", {field_name})'
    quoted = "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return f"{field_name} {row.get('method', '').strip() or '=='} {quoted}"


def _joined(parts: Iterable[str], sign: str) -> str:
    written = list(parts)
    return written[0] if len(written) == 1 else f" {sign} ".join(f"({part})" for part in written)
