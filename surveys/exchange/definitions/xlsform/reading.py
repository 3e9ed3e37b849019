"""Reads the rows of an XLSForm into a draft: groups become sections, tables become matrices, rows become questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from surveys.exchange.definitions.drafts import Draft, DraftQuestion, DraftSection, Settings
from surveys.exchange.definitions.expressions import Target
from surveys.exchange.definitions.extension import NAME, read_extension
from surveys.exchange.definitions.losses import Met, said
from surveys.exchange.definitions.lowering import is_scale, scale_settings
from surveys.exchange.definitions.xlsform.conditions import XPATH, constraint_settings
from surveys.exchange.definitions.xlsform.sheets import Languages, Sheets, from_cells
from surveys.exchange.definitions.xlsform.types import (
    ALIASES,
    LISTED_LOOKS,
    NEAR,
    OTHER,
    PLAIN,
    SELECTS,
    SPECIFY,
    UNASKED,
    Plain,
)
from surveys.wording import DEFAULT_LANGUAGE

PLACEHOLDER = re.compile(r"\$\{\s*([^}\s]+)\s*\}")
GROUPS = ("begin_group", "begin_repeat")
SURVEY_TEXTS = ("introduction", "thanks", "screened_out")


@dataclass
class Node:
    """A row, and the rows inside it when it begins a group."""

    number: int
    row: Met
    kind: str
    list_name: str = ""
    or_other: bool = False
    children: list[Node] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.row.text("name") or f"row_{self.number}"


@dataclass
class Form:
    """What the readers of rows share."""

    draft: Draft
    languages: Languages
    lists: dict[str, list[Settings]]


def draft_of(sheets: Sheets) -> Draft:
    """Everything the sheets say, as a draft."""
    draft = Draft(XPATH, PLACEHOLDER, "XLSForm")
    for name in sheets.others:
        draft.lose(f"工作表 {name}", "不属于问卷定义的工作表")
    form = Form(draft, Languages.of(sheets), {})
    _read_settings(form, sheets)
    form.lists = _lists(form, sheets)
    _read_sections(form, _tree(form, sheets))
    return draft


def _read_settings(form: Form, sheets: Sheets) -> None:
    draft = form.draft
    row = draft.meet(dict(sheets.settings[0][1]) if sheets.settings else {}, "settings 表")
    for number, _ in sheets.settings[1:]:
        draft.lose(f"settings 表第 {number} 行", "多余的行")
    row.skip("default_language", "version", "style")
    name = row.text("form_id", "id_string")
    title = form.languages.text(row, "form_title") or form.languages.text(row, "title")
    code = re.sub(r"[^a-z0-9]+", "-", (name or "").lower()).strip("-")
    code = code if re.match(r"[a-z].", code) or not name else f"form-{code}".rstrip("-")
    if name and code[:60] != name:
        draft.lose("settings 表", f"问卷代码“{name}”", f"改为“{code[:60]}”")
    draft.settings = {"code": code[:60], "title": title or {DEFAULT_LANGUAGE: name or "XLSForm 问卷"}}
    draft.extension = read_extension(from_cells(NAME, row), "settings 表", draft.ledger)


def _lists(form: Form, sheets: Sheets) -> dict[str, list[Settings]]:
    """The lists of choices by name; a column that is no label is lost once, not row by row."""
    lists: dict[str, list[Settings]] = {}
    strange: dict[str, int] = {}
    for number, cells in sheets.choices:
        row = form.draft.ledger.meet(cells, f"choices 表第 {number} 行")
        form.draft.ledger.met.remove(row)
        name, code = row.text("list_name", "list"), row.text("name", "value")
        label = form.languages.text(row, "label")
        for column, _ in row.left():
            strange.setdefault(column, number)
        if not name or not code:
            form.draft.lose(row.place, f"选项“{said(label or code or name)}”没有列表名或值")
            continue
        lists.setdefault(name, []).append({"code": code, "label": label or {form.languages.plain: code}})
    for column, number in strange.items():
        form.draft.lose(f"choices 表第 {number} 行起", f"列“{column}”", "没有对应的设置，略去")
    return lists


def _tree(form: Form, sheets: Sheets) -> list[Node]:
    """The rows, nested as their groups are."""
    top: list[Node] = []
    open_groups: list[Node] = []
    for number, cells in sheets.survey:
        node = _node(form, number, cells)
        inside = open_groups[-1].children if open_groups else top
        if node.kind in ("end_group", "end_repeat"):
            node.row.skip("name")
            if open_groups:
                open_groups.pop()
            else:
                form.draft.lose(node.row.place, "没有开头的分组结尾")
            continue
        if not node.kind:
            continue
        inside.append(node)
        if node.kind in GROUPS:
            open_groups.append(node)
    for group in open_groups:
        form.draft.lose(group.row.place, "分组没有结尾", "到表末为止")
    return top


def _node(form: Form, number: int, cells: dict[str, str]) -> Node:
    name = cells.get("name", "")
    row = form.draft.meet(cells, f"survey 表第 {number} 行（{name}）" if name else f"survey 表第 {number} 行")
    words = (row.text("type") or "").split()
    for length in (5, 4, 3, 2, 1):
        alias = ALIASES.get(" ".join(words[:length]).lower())
        if alias and len(words) >= length:
            words = [alias, *words[length:]]
            break
    if not words:
        row.drop("没有写明题型的一行")
        return Node(number, row, "")
    kind = words[0] if words[0] in {"dateTime"} else words[0].lower()
    return Node(number, row, kind, words[1] if len(words) > 1 else "", words[2:3] == ["or_other"])


def _read_sections(form: Form, top: list[Node]) -> None:
    loose: list[Node] = []
    for node in top:
        if _read_survey_text(form, node):
            continue
        if node.kind in GROUPS and not _is_question(form, node):
            _read_section(form, None, loose)
            _read_section(form, node, node.children)
            loose = []
        else:
            loose.append(node)
    _read_section(form, None, loose)


def _read_survey_text(form: Form, node: Node) -> bool:
    """Whether the row is a note that we wrote for a text of the survey as a whole."""
    meant = read_extension(node.row.data.get(NAME), node.row.place, form.draft.ledger).type
    if node.kind != "note" or meant not in SURVEY_TEXTS:
        return False
    node.row.skip("name", NAME)
    form.draft.settings[str(meant)] = form.languages.text(node.row, "label")
    return True


def _read_section(form: Form, group: Node | None, nodes: list[Node]) -> None:
    if not nodes and group is None:
        return
    section = DraftSection({}, "survey 表")
    if group:
        row = group.row
        section = DraftSection({"title": form.languages.text(row, "label")}, row.place)
        section.settings |= _section_code(form, group)
        section.extension = read_extension(from_cells(NAME, row), row.place, form.draft.ledger)
        form.draft.show(section.settings, row.place, row.text("relevant"))
        _leave_looks(row, _looks(row), "field-list")
        _note_repeat(group)
    section.questions = list(_asked(form, nodes, ()))
    form.draft.sections.append(section)


def _section_code(form: Form, group: Node) -> Settings:
    """The group's name as the section's code; names that only count are none."""
    taken = {section.settings.get("code") for section in form.draft.sections}
    if re.fullmatch(r"section_\d+", group.name):
        return {}
    if re.fullmatch(r"[a-z][a-z0-9_]{0,39}", group.name) and group.name not in taken:
        return {"code": group.name}
    group.row.lose(f"分组名“{said(group.name)}”", "不作部分代码")
    return {}


def _note_repeat(group: Node) -> None:
    if group.kind == "begin_repeat":
        group.row.lose("重复组", "只问一次")


def _asked(form: Form, nodes: list[Node], conditions: tuple[str, ...]) -> Iterator[DraftQuestion]:
    """The questions of these rows; the rows of inner groups stand among them, under the group's condition as well."""
    skip: Node | None = None
    for node, following in zip(nodes, [*nodes[1:], None], strict=True):
        if node is skip:
            continue
        if node.kind in GROUPS and not _is_question(form, node):
            yield from _heading(form, node)
            relevant = node.row.text("relevant")
            yield from _asked(form, node.children, (*conditions, *([relevant] if relevant else [])))
            continue
        question = _question(form, node)
        if question is None:
            continue
        if following is not None and _is_specify(node, following, question):
            skip = _take_specify(form, following, question)
        form.draft.show(question.settings, question.place, *conditions, node.row.text("relevant"))
        yield question


def _heading(form: Form, group: Node) -> list[DraftQuestion]:
    """An inner group's title becomes a statement before its questions."""
    row = group.row
    title = form.languages.text(row, "label")
    _leave_looks(row, _looks(row), "field-list")
    _note_repeat(group)
    row.take("name")
    if title is None:
        return []
    row.lose("组中组", "标题改为说明文字，其中的题目并入上一级")
    settings: Settings = {"type": "statement", "code": form.draft.question_code(group.name, row.place), "title": title}
    form.draft.show(settings, row.place, row.text("relevant"))
    return [DraftQuestion(settings, row.place)]


def _is_question(form: Form, group: Node) -> bool:
    """Whether the group is one question: a table of like rows, or what we wrote as one."""
    if group.kind != "begin_group" or not group.children:
        return False
    if '"type"' in group.row.data.get(NAME, ""):
        return True
    lists = {(child.kind, child.list_name) for child in group.children}
    alike = len(lists) == 1 and group.children[0].kind in ("select_one", "select_multiple")
    looks = group.row.data.get("appearance", "").split()
    return alike and "table-list" in looks


def _question(form: Form, node: Node) -> DraftQuestion | None:
    row = node.row
    if node.kind in UNASKED:
        row.drop(node.kind, "由系统记录或计算的内容，略去")
        return None
    read = {"begin_group": _table}.get(node.kind) or (_select if node.kind in SELECTS else _plain)
    settings = read(form, node)
    if settings is None:
        return None
    extension = read_extension(from_cells(NAME, row), row.place, form.draft.ledger)
    return DraftQuestion(settings, row.place, extension)


def _common(form: Form, node: Node, target: Target | None = None) -> Settings:
    """What every row has: code, title, hint, whether it must be answered."""
    row = node.row
    code = form.draft.question_code(node.name, row.place)
    if target is not None:
        form.draft.targets[node.name] = Target(code, target.values, target.many, target.whole)
    label, hint = form.languages.text(row, "label"), form.languages.text(row, "hint")
    required = (row.text("required") or "").lower()
    if required not in ("", "yes", "true", "true()", "no", "false", "false()", "1", "0"):
        row.lose(f"按条件必答：{said(required)}", "改为选答")
    settings: Settings = {"code": code, "title": label or {form.languages.plain: code}, "hint": hint}
    if label is None:
        row.lose("没有题目文字", "以代码作题目")
    return settings | ({"required": True} if required in ("yes", "true", "true()", "1") else {})


def _constraint(node: Node, options: list[Settings] | None = None) -> Settings:
    settings, exclusive, rest = constraint_settings(node.row.text("constraint") or "")
    for clause in rest:
        node.row.lose(f"限制“{said(clause)}”", "不设这个限制")
    for option in options or ():
        if option["code"] in exclusive:
            option["exclusive"] = True
    return settings


def _looks(row: Met) -> list[str]:
    return (row.text("appearance") or "").split()


def _leave_looks(row: Met, looks: Sequence[str], *known: str) -> None:
    for look in looks:
        if look not in known:
            row.lose(f"外观“{look}”", "用默认外观")


def _parameters(row: Met) -> dict[str, str]:
    pairs = re.split(r"[\s,;]+", row.text("parameters") or "")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def _leave_parameters(row: Met, parameters: dict[str, str]) -> None:
    for name, value in parameters.items():
        row.lose(f"参数 {name}={said(value)}", "没有对应的设置，略去")


def _options(form: Form, node: Node) -> tuple[list[Settings], dict[str, str]]:
    """The options of a row, and their codes by the values of the file."""
    listed = form.lists.get(node.list_name, [])
    labels = {option["code"]: option["label"] for option in reversed(listed)}
    codes = form.draft.part_codes([option["code"] for option in listed], node.row.place)
    if len(codes) < len(listed):
        node.row.lose(f"列表 {node.list_name} 中重复的选项", "只留第一个")
    if not listed:
        node.row.lose(f"选项列表“{node.list_name}”", "choices 表中没有")
    return [{"code": code, "label": labels[value]} for value, code in codes.items()], codes


def _select(form: Form, node: Node) -> Settings | None:
    row, kind = node.row, SELECTS[node.kind]
    options, values = _options(form, node)
    if node.or_other and all(option["code"] != "other" for option in options):
        options.append(dict(OTHER))
    target = Target("", {v: code for v, code in values.items() if v != code}, many=kind == "multiple_choice")
    looks, parameters = _looks(row), _parameters(row)
    settings = _common(form, node, target if kind != "ranking" else None) | {"type": kind, "options": options}
    if parameters.pop("randomize", "") == "true":
        settings["shuffle"] = True
    _leave_parameters(row, parameters)
    if kind == "single_choice" and "likert" in looks:
        settings |= _scale(options)
        form.draft.targets[node.name] = Target(settings["code"], target.values, whole=settings["type"] == "rating")
    elif kind == "single_choice" and any(look in LISTED_LOOKS for look in looks):
        settings["type"] = "drop_down"
    _leave_looks(row, looks, "likert" if kind == "single_choice" else "", *LISTED_LOOKS)
    carried = re.fullmatch(r"selected\(\$\{([^}\s]+)\},\s*name\)", row.data.get("choice_filter", ""))
    if carried and carried[1] in form.draft.targets:
        row.skip("choice_filter")
        settings["options_from"] = form.draft.targets[carried[1]].field
    return settings | _constraint(node, options)


def _scale(options: list[Settings]) -> Settings:
    """A likert list as the scale it is; any other list stays as it is."""
    codes = [option["code"] for option in options]
    points = len([code for code in codes if code != "na"])
    if is_scale(codes, 1) and 2 <= points <= 11:
        return {"type": "rating", "options": None} | scale_settings(options)
    if is_scale(codes, 0) and points == 11:
        return {"type": "nps", "options": None} | scale_settings(options) | {"points": None}
    return {}


def _plain(form: Form, node: Node) -> Settings | None:
    row, looks = node.row, _looks(node.row)
    fits = [each for each in PLAIN if each.theirs == node.kind and each.appearance in (None, *looks)]
    if node.kind in NEAR:
        ours, instead = NEAR[node.kind]
        row.lose(f"题型 {node.kind}", instead)
        fits = [Plain(node.kind, ours)]
    if not fits:
        row.drop(f"题型“{said(node.kind)}”", "没有对应的题型，略去")
        return None
    chosen = fits[0]
    settings = _common(form, node, Target("", whole=node.kind in ("integer", "range"))) | {"type": chosen.ours}
    _leave_looks(row, looks, chosen.appearance or "")
    parameters = _parameters(row)
    if chosen.ours == "consent":
        form.draft.targets[node.name] = Target(settings["code"], {"OK": "yes"})
    settings |= dict(chosen.implied) | (_steps(row, parameters) if chosen.ours == "slider" else {}) | _constraint(node)
    _leave_parameters(row, parameters)
    return settings


def _steps(row: Met, parameters: dict[str, str]) -> Settings:
    """Start, end and step of a range; XLSForm's own defaults are 1, 10 and 1."""
    settings: Settings = {}
    for theirs, ours, default in (("start", "minimum", "1"), ("end", "maximum", "10"), ("step", "by", "1")):
        value = parameters.pop(theirs, default)
        if not re.fullmatch(r"-?\d{1,6}(\.0+)?", value):
            row.lose(f"参数 {theirs}={said(value)}", f"改为 {default}")
            value = default
        settings[ours] = int(float(value))
    return settings


def _table(form: Form, group: Node) -> Settings:
    """A group that is one question: its rows become the question's rows."""
    first = group.children[0]
    settings = _common(form, group)
    _leave_looks(group.row, _looks(group.row), "table-list", "field-list")
    settings["rows"] = [_table_row(form, group, child, settings["code"]) for child in group.children]
    if all(child.row.flag("required") for child in group.children):
        settings["required"] = True
    if first.kind not in ("select_one", "select_multiple"):
        total = re.search(r"= (\d{1,6})$", group.children[-1].row.text("constraint") or "")
        return settings | {"type": "constant_sum"} | ({"total": int(total[1])} if total else {})
    settings["choices"], values = _options(form, first)
    for row, child in zip(settings["rows"], group.children, strict=True):
        strange = {value: code for value, code in values.items() if value != code}
        many = child.kind == "select_multiple"
        form.draft.targets[child.name] = Target(f"{settings['code']}.{row['code']}", strange, many)
    return settings | {"type": "matrix_single" if first.kind == "select_one" else "matrix_multiple"}


def _table_row(form: Form, group: Node, child: Node, code: str) -> Settings:
    name = child.name.removeprefix(f"{group.name}_") or child.name
    fitting = re.sub(r"[^A-Za-z0-9_\-]+", "_", name).strip("_-") or "row"
    row: Settings = {
        "code": fitting[:60],
        "label": form.languages.text(child.row, "label") or {form.languages.plain: name},
    }
    form.draft.targets[child.name] = Target(f"{code}.{row['code']}", whole=child.kind == "integer")
    form.draft.show(row, child.row.place, child.row.text("relevant"))
    child.row.take("required")
    if child.kind not in SELECTS:
        child.row.take("constraint")
    if (child.kind, child.list_name) != (group.children[0].kind, group.children[0].list_name):
        child.row.lose(f"行的题型“{child.kind} {child.list_name}”", "按第一行的题型读")
    return row


def _is_specify(node: Node, following: Node, question: DraftQuestion) -> bool:
    """Whether the next row only asks what "other" is."""
    relevant = following.row.data.get("relevant", "")
    return (
        following.kind == "text"
        and question.settings["type"] in ("single_choice", "multiple_choice", "drop_down")
        and following.row.data.get("name") == f"{node.name}_other"
        and _specified(node.name, relevant) is not None
    )


def _specified(name: str, relevant: str) -> str | None:
    """The option that the next row asks about."""
    reference = re.escape(f"${{{name}}}")
    found = re.fullmatch(rf"(?:selected\(\s*{reference}\s*,\s*|{reference}\s*=\s*)'([^']*)'\s*\)?", relevant.strip())
    return found[1] if found else None


def _take_specify(form: Form, following: Node, question: DraftQuestion) -> Node | None:
    row = following.row
    code = _specified(row.data["name"].removesuffix("_other"), row.data["relevant"])
    option = next((each for each in question.settings["options"] if each["code"] == code), None)
    if option is None or any(each.get("asks_text") for each in question.settings["options"]):
        return None
    option["asks_text"] = True
    form.draft.targets[row.data["name"]] = Target(f"{question.settings['code']}._text")
    row.skip("type", "name", "relevant")
    if any(
        SPECIFY.get(language, words) != words for language, words in (form.languages.text(row, "label") or {}).items()
    ):
        row.lose(f"“{said(next(iter((form.languages.text(row, 'label') or {'': ''}).values())))}”", "用统一的填写提示")
    return following
