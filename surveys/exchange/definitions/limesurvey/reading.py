"""Reads a LimeSurvey survey structure into a draft: groups become sections, questions become one or more of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from surveys.definition.conditions import Comparison
from surveys.exchange.definitions.dialects import Dialect
from surveys.exchange.definitions.drafts import DraftQuestion, DraftSection, ImportedDraft, Settings
from surveys.exchange.definitions.languages import language_of
from surveys.exchange.definitions.limesurvey.conditions import Conditions
from surveys.exchange.definitions.limesurvey.document import READ, Cells, LimeSurveyRow, rows_of
from surveys.exchange.definitions.limesurvey.quotas import read_quotas
from surveys.exchange.definitions.limesurvey.texts import plain_words
from surveys.exchange.definitions.limesurvey.types import TYPES, LimeSurveyQuestion, text_of_row
from surveys.exchange.definitions.losses import Ledger, Met, quote_value
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, saying

RELEVANCE = Dialect(
    reference=r"(\d+X\d+X\d+[\w#]*(?:\.[A-Za-z]+)?|[A-Za-z][\w:\-]*(?:\.[A-Za-z]+)?)",
    signs={"and": "and", "&&": "and", "or": "or", "||": "or", "!": "not", "==": "eq", "eq": "eq", "!=": "ne",
           "ne": "ne", ">=": "ge", "ge": "ge", "<=": "le", "le": "le", ">": "gt", "gt": "gt",
           "<": "lt", "lt": "lt", "=": "eq", "<>": "ne"},
    functions={"is_empty": "empty", "strlen": "count", "count": "count", "intval": "same", "floatval": "same",
               "trim": "same", "not": "not"},
    write_reference="{}.NAOK",
    writing=dict.fromkeys(Comparison, ""),
)  # fmt: skip
PLACEHOLDER = re.compile(r"\{\s*(?:INSERTANS:)?(\d+X\d+X\d+\w*|[A-Za-z][\w:\-]*(?:\.[A-Za-z]+)?)\s*\}")

# Columns that number and arrange the rows of the file, and say nothing of their own.
ARRANGING = ("qid", "parent_qid", "sid", "gid", "question_order", "group_order", "sortorder", "aid", "id",
             "same_default", "same_script", "scale_id", "encrypted", "modulename", "question_theme_name",
             "assessment_value")  # fmt: skip
# What a survey row says of the running of the survey there.
RUNNING = ("sid", "gsid", "owner_id", "language", "additional_languages", "template", "format", "active", "datecreated",
           "lastpage", "version")  # fmt: skip
NO_MEANING = {"same_default": "0", "encrypted": "N", "same_script": "0", "assessment_value": "0"}


def draft_of(tables: Mapping[str, list[Cells]]) -> ImportedDraft:
    """Everything the tables say, as a draft."""
    draft = ImportedDraft(RELEVANCE, PLACEHOLDER, "LimeSurvey")
    all_tables = dict(tables)
    _read_survey(draft, all_tables)
    read_quotas(draft, all_tables)
    conditions = Conditions.of(all_tables, draft.ledger)
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
        parts = (inner, answers, attributes, conditions)
        _read_group(draft, group, questions.pop(group.met.data.get("gid", ""), []), parts)
    for left in (*questions.values(), *inner.values(), *answers.values()):
        for row in left:
            row.drop(marked("不属于任何题目或分组的一行"))
    return draft


def _read_survey(draft: ImportedDraft, tables: Mapping[str, list[Cells]]) -> None:
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
            if words := plain_words(met, met.text(theirs) or ""):
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


def _by_parent(rows: list[LimeSurveyRow], key: str) -> dict[str, list[LimeSurveyRow]]:
    found: dict[str, list[LimeSurveyRow]] = {}
    for row in rows:
        found.setdefault(row.met.data.get(key, ""), []).append(row)
    return {
        parent: sorted(each, key=lambda row: _order(row.met, "question_order", "sortorder"))
        for parent, each in found.items()
    }


def _order(met: Met, *names: str) -> int:
    text = next((met.data[name] for name in names if name in met.data), "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _arranged(row: LimeSurveyRow) -> None:
    """Pass over what only arranges; an encrypted answer or a script of its own still is a loss."""
    row.met.skip(
        *(name for name in ARRANGING if row.met.data.get(name, "0") == NO_MEANING.get(name, row.met.data.get(name)))
    )


def _read_group(
    draft: ImportedDraft, group: LimeSurveyRow, questions: list[LimeSurveyRow], parts: tuple[Any, Any, Any, Conditions]
) -> None:
    inner, answers, attributes, conditions = parts
    _arranged(group)
    settings: Settings = {"title": text_of_row(group, "group_name")}
    section = DraftSection(settings, group.met.place)
    _relevance(draft, settings, group.met, "grelevance")
    if group.words.get("description"):
        code = draft.question_code(f"group_{group.met.data.get('gid', '')}", group.met.place)
        text = text_of_row(group, "description")
        section.questions += (
            [DraftQuestion({"type": "statement", "code": code, "title": text}, group.met.place)] if text else []
        )
    for row in questions:
        qid = row.met.data.get("qid", "")
        met = attributes.get(qid) or draft.ledger.meet({}, row.met.place)
        asked = LimeSurveyQuestion(draft, row, inner.pop(qid, []), answers.pop(qid, []), met)
        section.questions += list(_questions(asked, conditions))
    draft.sections.append(section)


def _questions(asked: LimeSurveyQuestion, conditions: Conditions) -> Iterator[DraftQuestion]:
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
            part.drop(saying(marked("题型“{kind}”"), kind=quote_value(kind)), marked("没有对应的题型，略去"))
        return
    hidden = asked.attributes.flag("hidden")
    for settings in reader(asked):
        if hidden:
            _hide(asked, settings)
        _relevance(asked.draft, settings, met, "relevance", conditions.expression(met.data.get("qid", "")))
        yield DraftQuestion(settings, met.place)


def _hide(asked: LimeSurveyQuestion, settings: Settings) -> None:
    """What is written may come with the link; anything else is left out."""
    if settings["type"] in ("short_text", "long_text", "number"):
        asked.row.met.lose(marked("从不显示"), marked("改为隐藏题，由链接带入"))
        for name in settings.keys() - {"code", "title", "type", "max_length"}:
            del settings[name]
        settings["type"] = "hidden"
    else:
        asked.draft.hide(settings)


def _relevance(draft: ImportedDraft, settings: Settings, met: Met, name: str, older: str | None = None) -> None:
    """Older files say it in a table of its own, from which newer ones made what stands here."""
    relevance = met.text(name) or "1"
    draft.show(settings, met.place, relevance if relevance != "1" else older)
