"""Reads SurveyJS JSON into a draft: pages become sections, panels are taken apart, elements become questions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from surveys.definition.places import WHOLE
from surveys.exchange.definitions.drafts import DraftQuestion, DraftSection, ImportedDraft, Settings
from surveys.exchange.definitions.extension import NAME, read_extension
from surveys.exchange.definitions.losses import Met, quote_value
from surveys.exchange.definitions.surveyjs.conditions import EXPRESSIONS, PLACEHOLDER
from surveys.exchange.definitions.surveyjs.element import Element, is_seen
from surveys.exchange.definitions.surveyjs.elements import READERS
from surveys.exchange.definitions.surveyjs.words import LocalisedWords
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, Said, saying

# What only the player of the form reads.
_PLAYER = ("locale", "sjsVersion", "$schema", "clearInvisibleValues")


@dataclass
class SurveyJsForm:
    """What the readers share."""

    draft: ImportedDraft
    words: LocalisedWords


def draft_of(data: dict[str, Any]) -> ImportedDraft:
    """Everything the file says, as a draft."""
    draft = ImportedDraft(EXPRESSIONS, PLACEHOLDER, "SurveyJS")
    survey = draft.meet(data, WHOLE)
    locale = survey.text("locale")
    form = SurveyJsForm(draft, LocalisedWords(locale))
    survey.skip(*_PLAYER)
    draft.settings = {
        "title": form.words.text(survey, "title") or {DEFAULT_LANGUAGE: "SurveyJS 问卷"},
        "introduction": form.words.text(survey, "description"),
        "thanks": form.words.text(survey, "completedHtml", html=True),
    }
    draft.settings |= _thanks(form, survey)
    draft.extension = read_extension(survey.take(NAME), WHOLE, draft.ledger)
    for number, page in enumerate(survey.items("pages"), start=1):
        _read_page(form, draft.meet(page, saying(marked("第 {number} 页"), number=number)), number)
    loose = survey.items("elements", "questions")
    if loose:
        draft.sections.append(DraftSection({}, WHOLE, list(_elements(form, loose, WHOLE, ()))))
    return draft


def _thanks(form: SurveyJsForm, survey: Met) -> Settings:
    """The thanks that depend on answers; one without a condition or words is listed as lost."""
    found: list[Settings] = []
    for number, entry in enumerate(survey.items("completedHtmlOnCondition"), start=1):
        met = form.draft.meet(entry, saying(marked("第 {number} 条结束语"), number=number))
        text, expression = form.words.text(met, "html", html=True), met.text("expression")
        if text is None or not expression:
            met.lose(marked("没有条件或文字的结束语"))
            continue
        code = met.text(NAME) or ""
        own = re.fullmatch(r"[a-z][a-z0-9_]{0,39}", code) and all(each["code"] != code for each in found)
        thanks: Settings = {"code": code if own else f"thanks_{number}", "text": text}
        form.draft.show(thanks, met.place, expression, key="when")
        found.append(thanks)
    return {"thanks_by_answer": found} if found else {}


def _read_page(form: SurveyJsForm, page: Met, number: int) -> None:
    settings: Settings = {"title": form.words.text(page, "title")}
    name = page.text("name") or ""
    if re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) and not re.fullmatch(r"(page|section_)\d+", name):
        if all(each.settings.get("code") != name for each in form.draft.sections):
            settings["code"] = name
    elif not re.fullmatch(r"(page|section_)?\d*", name):
        page.lose(saying(marked("页名“{name}”"), name=quote_value(name)), marked("不作部分代码"))
    if page.take("questionOrder", "questionsOrder") == "random":
        settings["shuffle"] = True
    if not is_seen(page):
        form.draft.hide(settings)
    form.draft.show(settings, page.place, page.text("visibleIf"))
    section = DraftSection(settings, page.place)
    section.extension = read_extension(page.take(NAME), page.place, form.draft.ledger)
    form.draft.sections.append(section)
    section.questions = _described(form, page, f"page{number}")
    section.questions += _elements(form, page.items("elements", "questions"), page.place, ())


def _described(form: SurveyJsForm, page: Met, name: str) -> list[DraftQuestion]:
    """What stands under a page's title becomes a statement."""
    text = form.words.text(page, "description")
    if text is None:
        return []
    settings: Settings = {"type": "statement", "code": form.draft.question_code(f"{name}_description", page.place)}
    return [DraftQuestion(settings | {"title": text}, page.place)]


def _elements(
    form: SurveyJsForm, elements: list[Any], place: Said, conditions: tuple[str, ...]
) -> Iterator[DraftQuestion]:
    for number, element in enumerate(elements, start=1):
        name = element.get("name") if isinstance(element, dict) else None
        met = form.draft.meet(
            element,
            saying(marked("题目 {name}"), name=quote_value(name))
            if name
            else saying(marked("{place}第 {number} 个元素"), place=place, number=number),
        )
        kind = met.text("type") or ""
        if kind in ("panel", "paneldynamic", "flowpanel"):
            yield from _panel(form, met, kind, conditions)
            continue
        reader = READERS.get(kind)
        if reader is None:
            met.drop(saying(marked("题型“{kind}”"), kind=quote_value(kind)), marked("没有对应的题型，略去"))
            continue
        yield from _questions(form, met, conditions, list(reader(Element(form.draft, form.words, met))))


def _questions(
    form: SurveyJsForm, met: Met, conditions: tuple[str, ...], found: list[Settings]
) -> Iterator[DraftQuestion]:
    visible_if, seen = met.text("visibleIf"), is_seen(met)
    enabled_if, fixed = met.text("enableIf"), met.flag("readOnly")
    extension = read_extension(met.take(NAME), met.place, form.draft.ledger)
    if fixed:
        met.lose(marked("只读"), marked("改为可填、选答"))
    for settings in found:
        settings |= {"required": False} if fixed else {}
        if not seen and settings["type"] != "hidden":
            form.draft.hide(settings)
        form.draft.show(settings, met.place, *conditions, visible_if, enabled_if)
        yield DraftQuestion(settings, met.place, extension)


def _panel(form: SurveyJsForm, panel: Met, kind: str, conditions: tuple[str, ...]) -> Iterator[DraftQuestion]:
    """A panel's title becomes a statement; its elements stand on the page, under its condition as well."""
    if kind == "paneldynamic":
        panel.lose(marked("重复组"), marked("只问一次"))
    visible_if = panel.text("visibleIf")
    inside = (*conditions, *([visible_if] if visible_if else []), *([] if is_seen(panel) else ["false"]))
    title, hint = form.words.text(panel, "title"), form.words.text(panel, "description")
    name = panel.text("name") or "panel"
    if title or hint:
        panel.lose(marked("面板"), marked("标题改为说明文字，其中的题目并入本页"))
        code = form.draft.question_code(name, panel.place)
        settings: Settings = {
            "type": "statement",
            "code": code,
            "title": title or hint,
            "hint": hint if title else None,
        }
        form.draft.show(settings, panel.place, *inside)
        yield DraftQuestion(settings, panel.place)
    yield from _elements(form, panel.items("elements", "templateElements", "questions"), panel.place, inside)
