"""Reads the sheets of an XLSForm into a draft: groups become sections, rows become questions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from surveys.exchange.definitions.dialects import Target
from surveys.exchange.definitions.drafts import DraftQuestion, DraftSection, ImportedDraft, Settings
from surveys.exchange.definitions.extension import NAME, read_extension
from surveys.exchange.definitions.losses import quote_value
from surveys.exchange.definitions.xlsform.conditions import XPATH
from surveys.exchange.definitions.xlsform.questions import is_question, leave_looks, looks_of, question_of
from surveys.exchange.definitions.xlsform.rows import GROUPS, Node, XlsFormRows, tree_of
from surveys.exchange.definitions.xlsform.sheets import Languages, Sheets, from_cells
from surveys.exchange.definitions.xlsform.types import (
    SPECIFY,
)
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, saying

PLACEHOLDER = re.compile(r"\$\{\s*([^}\s]+)\s*\}")


SURVEY_TEXTS = ("introduction", "thanks", "screened_out", "quota_full")


def draft_of(sheets: Sheets) -> ImportedDraft:
    """Everything the sheets say, as a draft."""
    draft = ImportedDraft(XPATH, PLACEHOLDER, "XLSForm")
    for name in sheets.others:
        draft.lose(saying(marked("工作表 {name}"), name=name), marked("不属于问卷定义的工作表"))
    form = XlsFormRows(draft, Languages.of(sheets), {})
    _read_settings(form, sheets)
    form.lists = _lists(form, sheets)
    _read_sections(form, tree_of(form, sheets))
    return draft


def _read_settings(form: XlsFormRows, sheets: Sheets) -> None:
    draft = form.draft
    row = draft.meet(dict(sheets.settings[0][1]) if sheets.settings else {}, marked("settings 表"))
    for number, _ in sheets.settings[1:]:
        draft.lose(saying(marked("settings 表第 {number} 行"), number=number), marked("多余的行"))
    row.skip("default_language", "version", "style")
    name = row.text("form_id", "id_string")
    title = form.languages.text(row, "form_title") or form.languages.text(row, "title")
    code = re.sub(r"[^a-z0-9]+", "-", (name or "").lower()).strip("-")
    code = code if re.match(r"[a-z].", code) or not name else f"form-{code}".rstrip("-")
    if name and code[:60] != name:
        draft.lose(
            marked("settings 表"),
            saying(marked("问卷代码“{name}”"), name=name),
            saying(marked("改为“{code}”"), code=code[:60]),
        )
    draft.settings = {"code": code[:60], "title": title or {DEFAULT_LANGUAGE: name or "XLSForm 问卷"}}
    draft.extension = read_extension(from_cells(NAME, row), marked("settings 表"), draft.ledger)


def _lists(form: XlsFormRows, sheets: Sheets) -> dict[str, list[Settings]]:
    """The lists of choices by name; a column that is no label is lost once, not row by row."""
    lists: dict[str, list[Settings]] = {}
    strange: dict[str, int] = {}
    for number, cells in sheets.choices:
        row = form.draft.ledger.meet(cells, saying(marked("choices 表第 {number} 行"), number=number))
        form.draft.ledger.met.remove(row)
        name, code = row.text("list_name", "list"), row.text("name", "value")
        label = form.languages.text(row, "label")
        further = dict(row.left())
        for column in further:
            strange.setdefault(column, number)
        if not name or not code:
            form.draft.lose(
                row.place, saying(marked("选项“{label}”没有列表名或值"), label=quote_value(label or code or name))
            )
            continue
        lists.setdefault(name, []).append({"code": code, "label": label or {form.languages.plain: code}})
        form.columns.setdefault(name, []).append({"name": code} | further)
    filters = " ".join(cells.get("choice_filter", "") for _, cells in sheets.survey)
    for column, number in strange.items():
        if re.search(rf"(?<![\w{{]){re.escape(column)}(?!\w)", filters):
            continue
        form.draft.lose(
            saying(marked("choices 表第 {number} 行起"), number=number),
            saying(marked("列“{column}”"), column=column),
            marked("没有对应的设置，略去"),
        )
    return lists


def _read_sections(form: XlsFormRows, top: list[Node]) -> None:
    loose: list[Node] = []
    for node in top:
        if _read_survey_text(form, node):
            continue
        if node.kind in GROUPS and not is_question(form, node):
            _read_section(form, None, loose)
            _read_section(form, node, node.children)
            loose = []
        else:
            loose.append(node)
    _read_section(form, None, loose)


def _read_survey_text(form: XlsFormRows, node: Node) -> bool:
    """Whether the row is a note that we wrote for a text of the survey as a whole."""
    meant = read_extension(node.row.data.get(NAME), node.row.place, form.draft.ledger).type
    if node.kind != "note" or meant not in SURVEY_TEXTS:
        return False
    node.row.skip("name", NAME)
    form.draft.settings[str(meant)] = form.languages.text(node.row, "label")
    return True


def _read_section(form: XlsFormRows, group: Node | None, nodes: list[Node]) -> None:
    if not nodes and group is None:
        return
    section = DraftSection({}, marked("survey 表"))
    if group:
        row = group.row
        section = DraftSection({"title": form.languages.text(row, "label")}, row.place)
        section.settings |= _section_code(form, group)
        section.extension = read_extension(from_cells(NAME, row), row.place, form.draft.ledger)
        form.draft.show(section.settings, row.place, row.text("relevant"))
        leave_looks(row, looks_of(row), "field-list")
        _note_repeat(group)
    section.questions = list(_asked(form, nodes, ()))
    form.draft.sections.append(section)


def _section_code(form: XlsFormRows, group: Node) -> Settings:
    """The group's name as the section's code; names that only count are none."""
    taken = {section.settings.get("code") for section in form.draft.sections}
    if re.fullmatch(r"section_\d+", group.name):
        return {}
    if re.fullmatch(r"[a-z][a-z0-9_]{0,39}", group.name) and group.name not in taken:
        return {"code": group.name}
    group.row.lose(saying(marked("分组名“{name}”"), name=quote_value(group.name)), marked("不作部分代码"))
    return {}


def _note_repeat(group: Node) -> None:
    if group.kind == "begin_repeat":
        group.row.lose(marked("重复组"), marked("只问一次"))


def _asked(form: XlsFormRows, nodes: list[Node], conditions: tuple[str, ...]) -> Iterator[DraftQuestion]:
    """The questions of these rows; the rows of inner groups stand among them, under the group's condition as well."""
    skip: Node | None = None
    for node, following in zip(nodes, [*nodes[1:], None], strict=False):
        if node is skip:
            continue
        if node.kind in GROUPS and not is_question(form, node):
            yield from _heading(form, node)
            relevant = node.row.text("relevant")
            yield from _asked(form, node.children, (*conditions, *([relevant] if relevant else [])))
            continue
        question = question_of(form, node)
        if question is None:
            continue
        if following is not None and _is_specify(form, node, following, question):
            skip = _take_specify(form, following, question)
        form.draft.show(question.settings, question.place, *conditions, node.row.text("relevant"))
        yield question


def _heading(form: XlsFormRows, group: Node) -> list[DraftQuestion]:
    """An inner group's title becomes a statement before its questions."""
    row = group.row
    title = form.languages.text(row, "label")
    leave_looks(row, looks_of(row), "field-list")
    _note_repeat(group)
    row.take("name")
    if title is None:
        return []
    row.lose(marked("组中组"), marked("标题改为说明文字，其中的题目并入上一级"))
    settings: Settings = {"type": "statement", "code": form.draft.question_code(group.name, row.place), "title": title}
    form.draft.show(settings, row.place, row.text("relevant"))
    return [DraftQuestion(settings, row.place)]


def _is_specify(form: XlsFormRows, node: Node, following: Node, question: DraftQuestion) -> bool:
    """Whether the next row only asks what "other" is, in words that say no more than ours; another is a question."""
    row = following.row
    label = form.languages.text(row, "label") or {}
    return (
        following.kind == "text"
        and question.settings["type"] in ("single_choice", "multiple_choice", "drop_down")
        and row.data.get("name") == f"{node.name}_other"
        and all(SPECIFY.get(language, SPECIFY["en"]) == words for language, words in label.items())
        and not {NAME, "hint", "required", "constraint", "appearance"} & {name.partition("::")[0] for name in row.data}
        and _specified(node.name, row.data.get("relevant", "")) is not None
    )


def _specified(name: str, relevant: str) -> str | None:
    """The option that the next row asks about."""
    reference = re.escape(f"${{{name}}}")
    found = re.fullmatch(rf"(?:selected\(\s*{reference}\s*,\s*|{reference}\s*=\s*)'([^']*)'\s*\)?", relevant.strip())
    return found[1] if found else None


def _take_specify(form: XlsFormRows, following: Node, question: DraftQuestion) -> Node | None:
    row = following.row
    code = _specified(row.data["name"].removesuffix("_other"), row.data["relevant"])
    option = next((each for each in question.settings["options"] if each["code"] == code), None)
    if option is None or any(each.get("asks_text") for each in question.settings["options"]):
        return None
    option["asks_text"] = True
    form.draft.targets[row.data["name"]] = Target(f"{question.settings['code']}._text")
    row.skip("type", "name", "relevant")
    return following
