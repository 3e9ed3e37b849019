"""The quotas of a LimeSurvey file: how many answers of which kind are kept."""

from __future__ import annotations

from collections.abc import Mapping

from surveys.definition.places import WHOLE
from surveys.exchange.definitions.drafts import ImportedDraft, Settings, unused_code
from surveys.exchange.definitions.languages import language_of
from surveys.exchange.definitions.limesurvey.document import Cells
from surveys.exchange.definitions.losses import quote_value
from surveys.exchange.definitions.markup import plain_text
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, saying

_SEVERAL = ("M", "P")  # each option is a field of its own


def read_quotas(draft: ImportedDraft, tables: Mapping[str, list[Cells]]) -> None:
    """Each active quota with its members; one without is listed as lost."""
    quotas: list[Settings] = []
    for cells in tables.get("quota", []):
        row = draft.meet({name: value for name, value in cells.items() if value}, marked("quota 表"))
        row.skip("id", "sid", "qlimit", "action", "active", "autoload_url", "name")
        name, limit = cells.get("name", "") or "quota", cells.get("qlimit", "")
        ways = _ways(tables, cells.get("id", ""))
        if cells.get("active", "1") != "1" or not limit.isascii() or not limit.isdigit() or int(limit) < 1 or not ways:
            row.lose(saying(marked("配额“{label}”"), label=quote_value(name)), marked("略去这项配额"))
            continue
        code = unused_code(f"quota_{len(quotas) + 1}", [each["code"] for each in quotas], 40)
        quota: Settings = {"code": code, "label": name, "limit": int(limit)}
        draft.show(quota, WHOLE, " and ".join(f"({' or '.join(each)})" for each in ways.values()), key="when")
        quotas.append(quota)
    if quotas:
        draft.settings |= {"quotas": quotas} | _full(tables)


def _ways(tables: Mapping[str, list[Cells]], quota: str) -> dict[str, list[str]]:
    """The comparisons of each question: one of them holds."""
    kinds = {cells.get("qid", ""): cells for cells in tables.get("questions", [])}
    ways: dict[str, list[str]] = {}
    for member in tables.get("quota_members", []):
        question = kinds.get(member.get("qid", ""))
        if member.get("quota_id") == quota and question is not None:
            name, code = question.get("title", ""), member.get("code", "")
            several = question.get("type") in _SEVERAL
            written = f"{name}_{code} == 'Y'" if several else f"{name} == '{code}'"
            ways.setdefault(member["qid"], []).append(written)
    return ways


def _full(tables: Mapping[str, list[Cells]]) -> Settings:
    """What those read who come too late; one text serves all quotas here."""
    texts: dict[str, str] = {}
    for cells in tables.get("quota_languagesettings", []):
        words, _ = plain_text(cells.get("quotals_message", ""))
        if words:
            texts.setdefault(language_of(cells.get("quotals_language", "") or DEFAULT_LANGUAGE), words)
    return {"quota_full": texts} if texts else {}
