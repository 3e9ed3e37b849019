"""Writes a survey as the rows of an XLSForm: sections become groups, rows of a grid become rows of a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from surveys.definition.conditions import LINK, Condition
from surveys.definition.questions import Choice, Grid, Option, Question
from surveys.definition.survey import Section, Survey
from surveys.exchange.definitions.dialects import Named
from surveys.exchange.definitions.drafts import unused_code
from surveys.exchange.definitions.expression_writing import expression_of
from surveys.exchange.definitions.extension import NAME, Extension
from surveys.exchange.definitions.grammar import Untranslatable
from surveys.exchange.definitions.languages import language_name, languages
from surveys.exchange.definitions.lowering import is_hinted, lower_question
from surveys.exchange.definitions.residue import Residue
from surveys.exchange.definitions.xlsform.conditions import XPATH, constraint_of
from surveys.exchange.definitions.xlsform.reading import SURVEY_TEXTS
from surveys.exchange.definitions.xlsform.sheets import Row, in_cells, write_text
from surveys.exchange.definitions.xlsform.types import LIKERT, NATIVE, PLAIN, READ_BACK, RESERVED, SELECTS, SPECIFY
from surveys.localisation.wording import Text

_SELECT_OF = {ours: theirs for theirs, ours in SELECTS.items()} | {"drop_down": "select_one"}


@dataclass
class FormSheet:
    """The rows as they grow, and the names already given."""

    survey: Survey
    residue: Residue
    rows: list[Row] = field(default_factory=list)
    lists: dict[str, list[Row]] = field(default_factory=dict)
    names: dict[str, Named] = field(default_factory=dict)  # by field
    taken: set[str] = field(default_factory=set)
    rows_of: dict[str, str] = field(default_factory=dict)  # the row's name by question code

    def name(self, wanted: str) -> str:
        name = unused_code(wanted, self.taken, 120)
        self.taken.add(name)
        return name

    def named(self, field_name: str) -> Named:
        if field_name.startswith(LINK) or field_name not in self.names:
            raise Untranslatable(field_name)
        return self.names[field_name]


def hints(survey: Survey) -> dict[str, str]:
    """The types that the extension column must name, by question code."""
    codes = {question.code for question in survey.questions()}
    return {
        question.code: question.type
        for question in survey.questions()
        if is_hinted(question.type, READ_BACK) or _may_be_mistaken(question, codes)
    }


def _may_be_mistaken(question: Question, codes: Collection[str]) -> bool:
    """Whether the row could be read as the text field of the choice before it."""
    return (
        question.type == "short_text"
        and question.code.removesuffix("_other") in {*codes} - {question.code}
        and all(SPECIFY.get(language, SPECIFY["en"]) == words for language, words in question.title.root.items())
    )


def sheets_of(survey: Survey, residue: Residue) -> dict[str, list[Row]]:
    """The three sheets, with the residue in the extension column."""
    codes = {question.code for question in survey.questions()}
    sheet = FormSheet(survey, residue, taken=codes | RESERVED)
    sheet.rows_of = {code: sheet.name(code) if code in RESERVED else code for code in codes}
    spoken = languages(survey)
    questions = {question.code: lower_question(question, NATIVE, spoken) for question in survey.questions()}
    for question in questions.values():
        sheet.names |= dict(_names(sheet, question))
    _write_survey_text(sheet, SURVEY_TEXTS[0])
    for number, section in enumerate(survey.sections):
        _write_section(sheet, number, section, questions)
    for text in SURVEY_TEXTS[1:]:
        _write_survey_text(sheet, text)
    settings = {"form_title": str(survey.title), "form_id": survey.code, "default_language": language_name(spoken[0])}
    choices = [row for rows in sheet.lists.values() for row in rows]
    return {"survey": sheet.rows, "choices": choices, "settings": [settings | _extension(residue.survey)]}


def _extension(extension: Extension | None) -> Row:
    return in_cells(NAME, extension.as_text()) if extension else {}


def _names(sheet: FormSheet, question: Question) -> Iterator[tuple[str, Named]]:
    """How each field of a question is written; a field that is no row has no name."""
    if isinstance(question, Grid):
        for row in question.rows:
            name = sheet.name(f"{sheet.rows_of[question.code]}_{row.code}")
            yield question.field(row), Named(name, question.type == "matrix_multiple")
    elif question.type not in ("ranking", "statement"):
        values = {"yes": "OK"} if question.type == "consent" else {}
        yield question.code, Named(sheet.rows_of[question.code], question.type == "multiple_choice", values)
    if isinstance(question, Choice) and question.other:
        yield f"{question.code}._text", Named(sheet.name(f"{sheet.rows_of[question.code]}_other"))


def _write_survey_text(sheet: FormSheet, setting: str) -> None:
    text: Text | None = getattr(sheet.survey, setting)
    if text is not None:
        row = {"type": "note", "name": sheet.name(setting)} | _texts(sheet, text, "label")
        sheet.rows.append(row | _extension(Extension(setting)))


def _write_section(sheet: FormSheet, number: int, section: Section, questions: dict[str, Question]) -> None:
    extension = sheet.residue.sections[number] if sheet.residue.sections else None
    row = {
        "type": "begin_group",
        "name": sheet.name(section.code or f"section_{number + 1}"),
        "appearance": "field-list",
    }
    row |= _texts(sheet, section.title, "label") | _relevant(sheet, section.show_if)
    sheet.rows.append(row | _extension(extension))
    for question in section.questions:
        kept = sheet.residue.questions.get(question.code) or Extension(hints(sheet.survey).get(question.code))
        plainer = questions[question.code]
        write = _write_table if isinstance(plainer, Grid) else _write_question
        write(sheet, question, plainer, _extension(kept))
    sheet.rows.append({"type": "end_group"})


def _texts(sheet: FormSheet, text: Text | None, base: str) -> Row:
    """The text's cells, with references to earlier answers as the format writes them."""
    if text is None:
        return {}

    def reference(name: str, _: str) -> str:
        return f"${{{sheet.names[name].name}}}" if name in sheet.names else f"{{{name}}}"

    return write_text(_unmistakable(sheet, text.filled(reference).root), base)


def _unmistakable(sheet: FormSheet, text: Mapping[str, str]) -> dict[str, str]:
    """The same with a blank in each `${` that begins no reference, which other programs would look for in vain."""
    known = "|".join(re.escape(named.name) for named in sheet.names.values())
    no_reference = re.compile(rf"\$\{{(?!(?:{known})\}})" if known else r"\$\{")
    return {language: no_reference.sub("$ {", words) for language, words in text.items()}


def _relevant(sheet: FormSheet, condition: Condition | None) -> Row:
    try:
        return {"relevant": expression_of(condition, XPATH, sheet.named)} if condition else {}
    except Untranslatable:
        return {}


def _common(sheet: FormSheet, question: Question) -> Row:
    row = (
        {"name": sheet.rows_of[question.code]}
        | _texts(sheet, question.title, "label")
        | _texts(sheet, question.hint, "hint")
    )
    return row | _relevant(sheet, question.show_if)


def _write_question(sheet: FormSheet, question: Question, plainer: Question, extension: Row) -> None:
    kind, appearance = _kind(sheet, question, plainer)
    row = {"type": kind} | _common(sheet, plainer) | extension
    row |= {"required": "yes"} if plainer.required else {}
    row |= {"appearance": appearance} if appearance else {}
    row |= {"constraint": limits} if (limits := _limits(plainer)) else {}
    row |= {"parameters": said} if (said := _parameters(plainer)) else {}
    carried = getattr(plainer, "options_from", None)
    row |= {"choice_filter": f"selected(${{{sheet.names[carried].name}}}, name)"} if carried in sheet.names else {}
    sheet.rows.append(row)
    if isinstance(plainer, Choice) and plainer.other:
        asked = sheet.names[f"{plainer.code}._text"].name
        relevant = f"selected(${{{sheet.rows_of[plainer.code]}}}, '{plainer.other.code}')"
        label = {language: SPECIFY.get(language, SPECIFY["en"]) for language in languages(sheet.survey)}
        sheet.rows.append({"type": "text", "name": asked, "relevant": relevant} | write_text(label, "label"))


def _kind(sheet: FormSheet, question: Question, plainer: Question) -> tuple[str, str | None]:
    """The row's type with its list, and its appearance."""
    if plainer.type in _SELECT_OF:
        looks = {"drop_down": "autocomplete"} | dict.fromkeys(LIKERT, "likert")
        return f"{_SELECT_OF[plainer.type]} {_list(sheet, plainer.parts(), plainer.code)}", looks.get(
            question.type
        ) or (looks.get(plainer.type))
    if plainer.type == "number":
        return ("decimal" if getattr(plainer, "decimals", 0) else "integer"), None
    if plainer.type == "file":
        return ("image" if getattr(plainer, "accept", ()) == ("image",) else "file"), None
    found = next(each for each in PLAIN if each.ours == plainer.type)
    return found.theirs, found.appearance


def _limits(question: Question) -> str:
    """Sliders say their range as parameters, hidden rows and files have no constraint, rankings no limit."""
    unlimited = ("slider", "hidden", "file", "ranking")
    return "" if question.type in unlimited else constraint_of(question)


def _parameters(question: Any) -> str:
    if question.type == "slider":
        return f"start={question.minimum} end={question.maximum} step={question.by}"
    return "randomize=true" if getattr(question, "shuffle", False) else ""


def _list(sheet: FormSheet, options: Sequence[Option], wanted: str) -> str:
    """The name of the list with these options; like lists are written once."""
    rows = [{"name": option.code} | write_text(_unmistakable(sheet, option.label.root), "label") for option in options]
    for name, listed in sheet.lists.items():
        if [{key: value for key, value in row.items() if key != "list_name"} for row in listed] == rows:
            return name
    sheet.lists[wanted] = [{"list_name": wanted} | row for row in rows]
    return wanted


def _write_table(sheet: FormSheet, question: Question, table: Any, extension: Row) -> None:
    looks = "field-list" if table.type == "constant_sum" else "table-list"
    sheet.rows.append({"type": "begin_group", "appearance": looks} | _common(sheet, table) | extension)
    kinds: dict[str, Callable[[], str]] = {
        "matrix_single": lambda: f"select_one {_list(sheet, table.choices, table.code)}",
        "matrix_multiple": lambda: f"select_multiple {_list(sheet, table.choices, table.code)}",
    }
    kind = kinds.get(table.type, lambda: "integer")()
    names = [sheet.names[table.field(row)].name for row in table.rows]
    for row, name in zip(table.rows, names, strict=True):
        line = {"type": kind, "name": name} | _texts(sheet, row.label, "label") | _relevant(sheet, row.show_if)
        line |= {"required": "yes"} if table.required else {}
        line |= {"constraint": _sum(table.total, names, name)} if kind == "integer" else {}
        sheet.rows.append(line)
    sheet.rows.append({"type": "end_group"})


def _sum(total: int, names: list[str], name: str) -> str:
    """No share is below nothing, and the last brings the sum to the total."""
    if name != names[-1]:
        return ". >= 0"
    return ". >= 0 and " + " + ".join([".", *(f"coalesce(${{{each}}}, 0)" for each in names[:-1])]) + f" = {total}"
