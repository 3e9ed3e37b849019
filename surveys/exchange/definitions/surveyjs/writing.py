"""Writes a survey as SurveyJS JSON: sections become pages, questions the elements nearest to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from surveys.definition.conditions import LINK, Condition
from surveys.definition.questions import Grid, Option, Question
from surveys.definition.survey import Section, Survey
from surveys.exchange.definitions.dialects import Named
from surveys.exchange.definitions.expression_writing import expression_of
from surveys.exchange.definitions.extension import NAME, Extension
from surveys.exchange.definitions.grammar import Untranslatable
from surveys.exchange.definitions.languages import languages
from surveys.exchange.definitions.lowering import PLAINEST, is_hinted, lower_question
from surveys.exchange.definitions.residue import Residue
from surveys.exchange.definitions.surveyjs.conditions import EXPRESSIONS
from surveys.exchange.definitions.surveyjs.element import regex_of
from surveys.exchange.definitions.surveyjs.elements import ACCEPTED, LOOKS
from surveys.exchange.definitions.surveyjs.words import LocalisedWords, locale_of

Element = dict[str, Any]

# Our types that SurveyJS has; the others are lowered to these.
NATIVE = (*PLAINEST, "rating", "nps")


@dataclass
class SurveyJsPage:
    """What the writers of elements share."""

    words: LocalisedWords
    names: dict[str, Named] = field(default_factory=dict)

    def named(self, field_name: str) -> Named:
        if field_name.startswith(LINK):
            return Named(field_name)
        if field_name not in self.names:
            raise Untranslatable(field_name)
        return self.names[field_name]

    def expression(self, condition: Condition | None) -> str | None:
        try:
            return expression_of(condition, EXPRESSIONS, self.named) if condition else None
        except Untranslatable:
            return None


def hints(survey: Survey) -> dict[str, str]:
    """The types that the extension must name, by question code."""
    return {question.code: question.type for question in survey.questions() if is_hinted(question.type, NATIVE)}


def data_of(survey: Survey, residue: Residue) -> dict[str, Any]:
    """The survey as JSON data, with the residue in the extension properties."""
    spoken = languages(survey)
    page = SurveyJsPage(LocalisedWords(locale_of(spoken[0])))
    questions = {question.code: lower_question(question, NATIVE, spoken) for question in survey.questions()}
    for question in questions.values():
        page.names |= dict(_names(question))
    named = hints(survey)
    pages = []
    for number, section in enumerate(survey.sections):
        kept = residue.sections[number] if residue.sections else Extension()
        elements = [
            _element(page, questions[each.code], residue.questions.get(each.code) or Extension(named.get(each.code)))
            for each in section.questions
        ]
        pages.append(_page(page, number, section, kept) | {"elements": elements})
    head = {
        "locale": page.words.locale,
        "title": page.words.written(survey.title),
        "description": page.words.written(survey.introduction),
        "completedHtml": page.words.written(survey.thanks, html=True),
        "completedHtmlOnCondition": list(_thanks(page, survey)),
    }
    return _filled(head) | _kept(residue.survey) | {"pages": pages}


def _filled(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value not in (None, "", False, [])}


def _thanks(page: SurveyJsPage, survey: Survey) -> Iterator[Element]:
    """Of those whose condition can't be said, none stands here: without it they would be for everyone."""
    for each in survey.thanks_by_answer:
        expression = page.expression(each.when)
        if expression:
            yield {"expression": expression, "html": page.words.written(each.text, html=True), NAME: each.code}


def _kept(extension: Extension) -> dict[str, Any]:
    return {NAME: extension.as_data()} if extension else {}


def _names(question: Question) -> Iterator[tuple[str, Named]]:
    if isinstance(question, Grid):
        for row in question.rows:
            yield question.field(row), Named(question.field(row), question.type == "matrix_multiple")
    elif question.type not in ("ranking", "statement", "file", "signature"):
        yield question.code, Named(question.code, question.type == "multiple_choice")
    if getattr(question, "other", None):
        yield f"{question.code}._text", Named(f"{question.code}-Comment")


def _page(page: SurveyJsPage, number: int, section: Section, extension: Extension) -> Element:
    said = {
        "name": section.code or f"section_{number + 1}",
        "title": page.words.written(section.title),
        "visibleIf": page.expression(section.show_if),
        "questionOrder": "random" if section.shuffle else None,
    }
    return _filled(said) | _kept(extension)


def _element(page: SurveyJsPage, question: Question, extension: Extension) -> Element:
    own = WRITERS[question.type](page, question)
    common = {
        "title": None if "html" in own else page.words.written(question.title),
        "description": page.words.written(question.hint),
        "isRequired": question.required,
        "visibleIf": page.expression(question.show_if),
    }
    kind = {"type": own.pop("type"), "name": question.code}
    numbers = {name: value for name, value in own.items() if value is not None}
    return kind | _filled(common) | numbers | _kept(extension)


def _item(page: SurveyJsPage, option: Option, name: str = "value", text: str = "text") -> Element:
    said = {
        name: option.code,
        text: page.words.written(option.label),
        "visibleIf": page.expression(option.show_if),
        "showCommentArea": getattr(option, "asks_text", False),
    }
    return _filled(said)


def _choice(kind: str) -> Callable[[SurveyJsPage, Any], Element]:
    def write(page: SurveyJsPage, question: Any) -> Element:
        options = list(question.options)
        none = options.pop() if _is_none(options[-1]) and len(options) > 1 else None
        return {
            "type": kind,
            "choices": [_item(page, option) for option in options],
            "showNoneItem": True if none else None,
            "noneText": page.words.written(none.label) if none else None,
            "choicesOrder": "random" if question.shuffle else None,
            "choicesFromQuestion": getattr(question, "options_from", None),
            "choicesFromQuestionMode": "selected" if getattr(question, "options_from", None) else None,
            "minSelectedChoices": getattr(question, "at_least", None) or None,
            "maxSelectedChoices": getattr(question, "at_most", None),
            "correctAnswer": _right(question),
            "selectToRankEnabled": True if kind == "ranking" and question.at_most else None,
        }

    return write


def _right(question: Any) -> object:
    """The right answer to a test question, where SurveyJS can say it: one, or all of several choices."""
    codes = list(getattr(question, "right_codes", ()))
    if question.type == "multiple_choice":
        return codes or None
    return codes[0] if len(codes) == 1 else None


def _is_none(option: Option) -> bool:
    """Whether it is what SurveyJS has a choice of its own for."""
    plain = option.code == "none" and not option.show_if and not getattr(option, "asks_text", False)
    return plain and getattr(option, "exclusive", False)


def _scale(low: int) -> Callable[[SurveyJsPage, Any], Element]:
    def write(page: SurveyJsPage, question: Any) -> Element:
        points = question.points_in_order()
        values = [
            {"value": point, "text": page.words.written(label)}
            for point, label in zip(points, question.labels, strict=False)
        ]
        bounds = {"rateValues": values, "autoGenerate": False} if values else {"rateMin": low, "rateMax": points[-1]}
        look = getattr(question, "look", "numbers")
        ends = (("minRateDescription", question.low_label), ("maxRateDescription", question.high_label))
        return (
            {"type": "rating", "rateCount": len(points), "rateType": LOOKS[look] if look != "numbers" else None}
            | bounds
            | {name: page.words.written(label) for name, label in ends}
        )

    return write


def _slider(page: SurveyJsPage, question: Any) -> Element:
    return {"type": "slider", "min": question.minimum, "max": question.maximum, "step": question.by}


def _number(page: SurveyJsPage, question: Any) -> Element:
    step = f"{10**-question.decimals:.{question.decimals}f}" if question.decimals else None
    return {"type": "text", "inputType": "number", "min": question.minimum, "max": question.maximum, "step": step}


def _moment(kind: str) -> Callable[[SurveyJsPage, Any], Element]:
    return lambda page, question: {"type": "text", "inputType": kind, "min": question.earliest, "max": question.latest}


def _short_text(page: SurveyJsPage, question: Any) -> Element:
    kinds = {"email": "email", "phone": "tel"}
    element: Element = {"type": "text", "inputType": kinds.get(question.pattern), "maxLength": question.max_length}
    if question.pattern == "customer_number":
        element["validators"] = [{"type": "regex", "regex": regex_of(question.pattern)}]
    return element


def _hidden(page: SurveyJsPage, question: Any) -> Element:
    return {"type": "text", "visible": False, "clearIfInvisible": "none", "maxLength": question.max_length}


def _matrix(page: SurveyJsPage, question: Any) -> Element:
    return {
        "type": "matrix",
        "cellType": "checkbox" if question.type == "matrix_multiple" else None,
        "eachRowRequired": True if question.required else None,
        "rowOrder": "random" if question.shuffle else None,
        "columns": [_item(page, choice) for choice in question.choices],
        "rows": [_item(page, row) for row in question.rows],
    }


def _shares(page: SurveyJsPage, question: Any) -> Element:
    items = [_item(page, row, "name", "title") | {"inputType": "number"} for row in question.rows]
    shares = ", ".join(f"{{{question.field(row)}}}" for row in question.rows)
    rule = f"{{{question.code}}} empty or sum({shares}) = {question.total}"
    return {"type": "multipletext", "items": items, "validators": [{"type": "expression", "expression": rule}]}


def _file(page: SurveyJsPage, question: Any) -> Element:
    several = question.at_most > 1
    return {
        "type": "file",
        "acceptedTypes": ",".join(ACCEPTED[kind] for kind in question.accept),
        "allowMultiple": several or None,
        "maxFiles": question.at_most if several else None,
        "maxSize": round(question.megabytes * 1_000_000),
    }


def _consent(page: SurveyJsPage, question: Any) -> Element:
    label = page.words.written(question.agreement)
    return {"type": "boolean", "renderAs": "checkbox", "valueTrue": "yes", "valueFalse": "no", "label": label}


WRITERS: dict[str, Callable[[SurveyJsPage, Any], Element]] = {
    "single_choice": _choice("radiogroup"),
    "drop_down": _choice("dropdown"),
    "multiple_choice": _choice("checkbox"),
    "ranking": _choice("ranking"),
    "rating": _scale(1),
    "nps": _scale(0),
    "slider": _slider,
    "matrix_single": _matrix,
    "matrix_multiple": _matrix,
    "constant_sum": _shares,
    "number": _number,
    "date": _moment("date"),
    "time": _moment("time"),
    "short_text": _short_text,
    "long_text": lambda page, question: {"type": "comment", "maxLength": question.max_length},
    "hidden": _hidden,
    "file": _file,
    "consent": _consent,
    "signature": lambda page, question: {"type": "signaturepad"},
    "statement": lambda page, question: {"type": "html", "html": page.words.written(question.title, html=True)},
}
