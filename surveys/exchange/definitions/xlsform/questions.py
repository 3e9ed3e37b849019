"""The rows of an XLSForm as questions: selects, plain entries, and tables whose rows are a question's rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from surveys.exchange.definitions.dialects import Target
from surveys.exchange.definitions.drafts import DraftQuestion, Settings
from surveys.exchange.definitions.expressions import Constant, condition_in
from surveys.exchange.definitions.extension import NAME, read_extension
from surveys.exchange.definitions.grammar import Untranslatable
from surveys.exchange.definitions.losses import Met, quote_value
from surveys.exchange.definitions.lowering import is_scale, scale_settings
from surveys.exchange.definitions.xlsform.conditions import XPATH, constraint_settings, filled_filter
from surveys.exchange.definitions.xlsform.rows import Node, XlsFormRows
from surveys.exchange.definitions.xlsform.sheets import from_cells
from surveys.exchange.definitions.xlsform.types import (
    LISTED_LOOKS,
    NEAR,
    OTHER,
    PLAIN,
    SELECTS,
    UNASKED,
    Plain,
)
from surveys.localisation.language import marked
from surveys.localisation.wording import Said, saying


def is_question(form: XlsFormRows, group: Node) -> bool:
    """Whether the group is one question: a table of like rows, or what we wrote as one."""
    if group.kind != "begin_group" or not group.children:
        return False
    if '"type"' in group.row.data.get(NAME, ""):
        return True
    lists = {(child.kind, child.list_name) for child in group.children}
    alike = len(lists) == 1 and group.children[0].kind in ("select_one", "select_multiple")
    looks = group.row.data.get("appearance", "").split()
    return alike and "table-list" in looks


def question_of(form: XlsFormRows, node: Node) -> DraftQuestion | None:
    row = node.row
    if node.kind in UNASKED:
        row.drop(node.kind, marked("由系统记录或计算的内容，略去"))
        return None
    read = {"begin_group": _table}.get(node.kind) or (_select if node.kind in SELECTS else _plain)
    settings = read(form, node)
    if settings is None:
        return None
    extension = read_extension(from_cells(NAME, row), row.place, form.draft.ledger)
    return DraftQuestion(settings, row.place, extension)


def _common(form: XlsFormRows, node: Node, target: Target | None = None) -> Settings:
    """What every row has: code, title, hint, whether it must be answered."""
    row = node.row
    code = form.draft.question_code(node.name, row.place)
    if target is not None:
        form.draft.targets[node.name] = Target(code, target.values, target.many, target.whole)
    label, hint = form.languages.text(row, "label"), form.languages.text(row, "hint")
    required = (row.text("required") or "").lower()
    if required not in ("", "yes", "true", "true()", "no", "false", "false()", "1", "0"):
        row.lose(saying(marked("按条件必答：{required}"), required=quote_value(required)), marked("改为选答"))
    settings: Settings = {"code": code, "title": label or {form.languages.plain: code}, "hint": hint}
    if label is None:
        row.lose(marked("没有题目文字"), marked("以代码作题目"))
    return settings | ({"required": True} if required in ("yes", "true", "true()", "1") else {})


def _constraint(node: Node, options: list[Settings] | None = None) -> Settings:
    settings, exclusive, rest = constraint_settings(node.row.text("constraint") or "")
    for clause in rest:
        node.row.lose(saying(marked("限制“{clause}”"), clause=quote_value(clause)), marked("不设这个限制"))
    for option in options or ():
        if option["code"] in exclusive:
            option["exclusive"] = True
    return settings


def looks_of(row: Met) -> list[str]:
    return (row.text("appearance") or "").split()


def leave_looks(row: Met, looks: Sequence[str], *known: str) -> None:
    for look in looks:
        if look not in known:
            row.lose(saying(marked("外观“{look}”"), look=look), marked("用默认外观"))


def _parameters(row: Met) -> dict[str, str]:
    pairs = re.split(r"[\s,;]+", row.text("parameters") or "")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def _leave_parameters(row: Met, parameters: dict[str, str]) -> None:
    for name, value in parameters.items():
        row.lose(
            saying(marked("参数 {name}={value}"), name=name, value=quote_value(value)), marked("没有对应的设置，略去")
        )


def _options(form: XlsFormRows, node: Node) -> tuple[list[Settings], dict[str, str]]:
    """The options of a row, and their codes by the values of the file."""
    listed = form.lists.get(node.list_name, [])
    labels = {option["code"]: option["label"] for option in reversed(listed)}
    codes = form.draft.part_codes([option["code"] for option in listed], node.row.place)
    if len(codes) < len(listed):
        node.row.lose(saying(marked("列表 {list_name} 中重复的选项"), list_name=node.list_name), marked("只留第一个"))
    if not listed:
        node.row.lose(saying(marked("选项列表“{list_name}”"), list_name=node.list_name), marked("choices 表中没有"))
    return [{"code": code, "label": labels[value]} for value, code in codes.items()], codes


def _select(form: XlsFormRows, node: Node) -> Settings | None:
    row, kind = node.row, SELECTS[node.kind]
    options, values = _options(form, node)
    if node.or_other and all(option["code"] != "other" for option in options):
        options.append(dict(OTHER))
    target = Target("", {v: code for v, code in values.items() if v != code}, many=kind == "multiple_choice")
    looks, parameters = looks_of(row), _parameters(row)
    settings = _common(form, node, target if kind != "ranking" else None) | {"type": kind, "options": options}
    if parameters.pop("randomize", "") == "true":
        settings["shuffle"] = True
    _leave_parameters(row, parameters)
    if kind == "single_choice" and "likert" in looks:
        settings |= _scale(options)
        form.draft.targets[node.name] = Target(settings["code"], target.values, whole=settings["type"] == "rating")
    elif kind == "single_choice" and any(look in LISTED_LOOKS for look in looks):
        settings["type"] = "drop_down"
    leave_looks(row, looks, "likert" if kind == "single_choice" else "", *LISTED_LOOKS)
    carried = re.fullmatch(r"selected\(\$\{([^}\s]+)\},\s*name\)", row.data.get("choice_filter", ""))
    if carried and carried[1] in form.draft.targets:
        row.skip("choice_filter")
        settings["options_from"] = form.draft.targets[carried[1]].field
    elif filtered := row.text("choice_filter"):
        _filter(form, node, filtered, options)
    return settings | _constraint(node, options)


def _filter(form: XlsFormRows, node: Node, filtered: str, options: list[Settings]) -> None:
    """Each option is shown when the filter holds for the columns that stand beside it."""
    first: dict[str, dict[str, str]] = {}
    for columns in form.columns.get(node.list_name, []):
        first.setdefault(columns["name"], columns)
    expressions = [filled_filter(filtered, columns) for columns in first.values()]
    reason = _unsayable(form, expressions[:1])
    if reason is not None:
        node.row.lose(saying(marked("选项的条件“{filtered}”（{reason}）"), filtered=quote_value(filtered),
         reason=reason),
                      marked("列出全部选项"))  # fmt: skip
        return
    for option, expression in zip(options, expressions, strict=False):
        form.draft.show(option, node.row.place, expression)


def _unsayable(form: XlsFormRows, expressions: Sequence[str]) -> Said | None:
    """Why the first of the expressions can't be carried over."""
    for expression in expressions:
        try:
            condition_in(expression, XPATH, lambda name: Target(name))
        except Constant:
            return None
        except Untranslatable as reason:
            found: Said = reason.args[0]
            return found
    return None


def _scale(options: list[Settings]) -> Settings:
    """A likert list as the scale it is; any other list stays as it is."""
    codes = [option["code"] for option in options]
    points = len([code for code in codes if code != "na"])
    if is_scale(codes, 1) and 2 <= points <= 11:
        return {"type": "rating", "options": None} | scale_settings(options)
    if is_scale(codes, 0) and points == 11:
        return {"type": "nps", "options": None} | scale_settings(options) | {"points": None}
    return {}


def _plain(form: XlsFormRows, node: Node) -> Settings | None:
    row, looks = node.row, looks_of(node.row)
    fits = [each for each in PLAIN if each.theirs == node.kind and each.appearance in (None, *looks)]
    if node.kind in NEAR:
        ours, instead = NEAR[node.kind]
        row.lose(saying(marked("题型 {kind}"), kind=node.kind), instead)
        fits = [Plain(node.kind, ours)]
    if not fits:
        row.drop(saying(marked("题型“{kind}”"), kind=quote_value(node.kind)), marked("没有对应的题型，略去"))
        return None
    chosen = fits[0]
    settings = _common(form, node, Target("", whole=node.kind in ("integer", "range"))) | {"type": chosen.ours}
    leave_looks(row, looks, chosen.appearance or "")
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
            row.lose(
                saying(marked("参数 {name}={value}"), name=theirs, value=quote_value(value)),
                saying(marked("改为 {default}"), default=default),
            )
            value = default
        settings[ours] = int(float(value))
    return settings


def _table(form: XlsFormRows, group: Node) -> Settings:
    """A group that is one question: its rows become the question's rows."""
    first = group.children[0]
    settings = _common(form, group)
    leave_looks(group.row, looks_of(group.row), "table-list", "field-list")
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


def _table_row(form: XlsFormRows, group: Node, child: Node, code: str) -> Settings:
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
        child.row.lose(
            saying(marked("行的题型“{kind} {list_name}”"), kind=child.kind, list_name=child.list_name),
            marked("按第一行的题型读"),
        )
    return row
