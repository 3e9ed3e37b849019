"""Reads a LimeSurvey survey structure into a draft: groups become sections, questions become one or more of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from surveys.conditions import Comparison
from surveys.exchange.definitions.drafts import Draft, DraftQuestion, DraftSection, Settings
from surveys.exchange.definitions.expressions import Dialect
from surveys.exchange.definitions.languages import language_of
from surveys.exchange.definitions.limesurvey.document import READ, Cells, Row, rows_of
from surveys.exchange.definitions.limesurvey.types import TYPES, Asked, worded
from surveys.exchange.definitions.losses import Ledger, Met, said
from surveys.exchange.definitions.markup import plain_text
from surveys.language import marked
from surveys.wording import DEFAULT_LANGUAGE, saying

RELEVANCE = Dialect(
    reference=r"([A-Za-z][\w:\-]*(?:\.[A-Za-z]+)?)",
    signs={"and": "and", "&&": "and", "or": "or", "||": "or", "!": "not", "==": "eq", "eq": "eq", "!=": "ne",
           "ne": "ne", ">=": "ge", "ge": "ge", "<=": "le", "le": "le", ">": "gt", "gt": "gt",
           "<": "lt", "lt": "lt"},
    functions={"is_empty": "empty", "intval": "same", "floatval": "same", "trim": "same", "not": "not"},
    write_reference="{}.NAOK",
    writing=dict.fromkeys(Comparison, ""),
)  # fmt: skip
PLACEHOLDER = re.compile(r"\{\s*([A-Za-z][\w:\-]*(?:\.[A-Za-z]+)?)\s*\}")

# Columns that number and arrange the rows of the file, and say nothing of their own.
ARRANGING = ("qid", "parent_qid", "sid", "gid", "question_order", "group_order", "sortorder", "aid", "id",
             "same_default", "same_script", "scale_id", "encrypted", "modulename", "question_theme_name",
             "assessment_value")  # fmt: skip
# What a survey row says of the running of the survey there.
RUNNING = ("sid", "gsid", "owner_id", "language", "additional_languages", "template", "format", "active", "datecreated",
           "lastpage", "version")  # fmt: skip
NO_MEANING = {"same_default": "0", "encrypted": "N", "same_script": "0", "assessment_value": "0"}


def draft_of(tables: Mapping[str, list[Cells]]) -> Draft:
    """Everything the tables say, as a draft."""
    draft = Draft(RELEVANCE, PLACEHOLDER, "LimeSurvey")
    all_tables = dict(tables)
    _read_survey(draft, all_tables)
    for name, rows in all_tables.items():
        if name not in READ and rows:
            draft.lose(
                saying(marked("{name} 表"), name=name),
                saying(marked("{count} 行"), count=len(rows)),
                marked("没有对应的设置，略去"),
            )
    attributes = _attributes(all_tables, draft.ledger)
    inner = _by_parent(rows_of(all_tables, "subquestions", draft.ledger), "parent_qid")
    answers = _by_parent(rows_of(all_tables, "answers", draft.ledger), "qid")
    questions = _by_parent(rows_of(all_tables, "questions", draft.ledger), "gid")
    for group in sorted(rows_of(all_tables, "groups", draft.ledger), key=lambda row: _order(row.met, "group_order")):
        _read_group(draft, group, questions.pop(group.met.data.get("gid", ""), []), (inner, answers, attributes))
    for left in (*questions.values(), *inner.values(), *answers.values()):
        for row in left:
            row.drop(marked("不属于任何题目或分组的一行"))
    return draft


def _read_survey(draft: Draft, tables: Mapping[str, list[Cells]]) -> None:
    for cells in tables.get("surveys", [])[:1]:
        survey = draft.ledger.meet({name: value for name, value in cells.items() if value}, marked("surveys 表"))
        survey.skip(*RUNNING)
        draft.settings["anonymous"] = survey.flag("anonymized")
    names = {"title": "surveyls_title", "introduction": "surveyls_welcometext", "thanks": "surveyls_endtext"}
    texts: dict[str, dict[str, str]] = {}
    for cells in tables.get("surveys_languagesettings", []):
        met = draft.ledger.meet(
            {name: value for name, value in cells.items() if value.strip()}, marked("surveys_languagesettings 表")
        )
        met.skip("surveyls_survey_id", "surveyls_dateformat", "surveyls_numberformat")
        language = language_of(met.text("surveyls_language") or DEFAULT_LANGUAGE)
        for ours, theirs in names.items():
            words, rich = plain_text(met.text(theirs) or "")
            if rich:
                met.lose(saying(marked("格式标记：{words}"), words=said(words)), marked("只留文字"))
            if words:
                texts.setdefault(ours, {})[language] = words
    draft.settings |= {"title": {DEFAULT_LANGUAGE: "LimeSurvey 问卷"}} | texts


def _attributes(tables: Mapping[str, list[Cells]], ledger: Ledger) -> dict[str, Met]:
    """What question attributes say, by question; those left at nothing are passed over."""
    found: dict[str, dict[str, Any]] = {}
    for cells in tables.get("question_attributes", []):
        name, value = cells.get("attribute", ""), cells.get("value", "").strip()
        if not name or value in ("", "0", "N") or (name, value) in _DEFAULTS:
            continue
        language = cells.get("language", "").strip()
        mine = found.setdefault(cells.get("qid", ""), {})
        if language and name in _WORDED_ATTRIBUTES:
            mine.setdefault(name, {})[language_of(language)] = value
        else:
            mine[f"{name} ({language})" if language else name] = value
    return {
        qid: ledger.meet(values, saying(marked("question_attributes 表 {qid}"), qid=qid))
        for qid, values in found.items()
    }


# What LimeSurvey itself fills in.
_DEFAULTS = {("question_template", "core"), ("location_mapheight", "300"), ("location_mapwidth", "500"),
             ("location_mapservice", "0"), ("location_mapzoom", "11"), ("statistics_graphtype", "0"),
             ("public_statistics", "0"), ("scale_export", "0"), ("repeat_headings", "1"),
             ("max_filesize", "10240")}  # fmt: skip
_WORDED_ATTRIBUTES = ("suffix", "prefix", "other_replace_text", "dualscale_headerA", "dualscale_headerB")


def _by_parent(rows: list[Row], key: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.met.data.get(key, ""), []).append(row)
    return {
        parent: sorted(each, key=lambda row: _order(row.met, "question_order", "sortorder"))
        for parent, each in found.items()
    }


def _order(met: Met, *names: str) -> int:
    text = next((met.data[name] for name in names if name in met.data), "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _arranged(row: Row) -> None:
    """Pass over what only arranges; an encrypted answer or a script of its own still is a loss."""
    row.met.skip(
        *(name for name in ARRANGING if row.met.data.get(name, "0") == NO_MEANING.get(name, row.met.data.get(name)))
    )


def _read_group(draft: Draft, group: Row, questions: list[Row], parts: tuple[Any, Any, Any]) -> None:
    inner, answers, attributes = parts
    _arranged(group)
    settings: Settings = {"title": worded(group, "group_name")}
    section = DraftSection(settings, group.met.place)
    _relevance(draft, settings, group.met, "grelevance")
    if group.words.get("description"):
        code = draft.question_code(f"group_{group.met.data.get('gid', '')}", group.met.place)
        text = worded(group, "description")
        section.questions += (
            [DraftQuestion({"type": "statement", "code": code, "title": text}, group.met.place)] if text else []
        )
    for row in questions:
        qid = row.met.data.get("qid", "")
        met = attributes.get(qid) or draft.ledger.meet({}, row.met.place)
        asked = Asked(draft, row, inner.pop(qid, []), answers.pop(qid, []), met)
        section.questions += list(_questions(asked))
    draft.sections.append(section)


def _questions(asked: Asked) -> Iterator[DraftQuestion]:
    met = asked.row.met
    for row in (asked.row, *asked.inner, *asked.answers):
        _arranged(row)
    for part in asked.inner:
        part.met.skip("type", "mandatory", "other")
        if part.met.data.get("relevance", "1") == "1":
            part.met.skip("relevance")
    if met.data.get("other") == "N":
        met.skip("other")
    kind = met.text("type") or ""
    reader = TYPES.get(kind)
    if reader is None:
        for part in (asked.row, *asked.inner, *asked.answers):
            part.drop(saying(marked("题型“{kind}”"), kind=said(kind)), marked("没有对应的题型，略去"))
        return
    for settings in reader(asked):
        _relevance(asked.draft, settings, met, "relevance")
        yield DraftQuestion(settings, met.place)


def _relevance(draft: Draft, settings: Settings, met: Met, name: str) -> None:
    relevance = met.text(name) or "1"
    if relevance != "1":
        draft.show(settings, met.place, relevance)
