"""Makes a survey of a draft: puts references in, fits settings to our types, and mends what can't stay, noting each."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from surveys.definition.conditions import LINK, Condition
from surveys.definition.consistency import Place, inconsistencies, unreachable_questions
from surveys.definition.places import WHOLE
from surveys.definition.questions import QUESTION_TYPES
from surveys.definition.survey import Survey
from surveys.definition.templates import parse_definition
from surveys.definition.versions.conditions import condition_words
from surveys.exchange.definitions.drafts import DraftQuestion, ImportedDraft, Pending, Settings
from surveys.exchange.definitions.expressions import Constant, condition_in
from surveys.exchange.definitions.extension import restore_settings, setting_name
from surveys.exchange.definitions.grammar import Untranslatable
from surveys.exchange.definitions.limits import refuse
from surveys.exchange.definitions.losses import NEVER_SHOWN, NO_CONDITION, NO_CONDITION_BUT_OPTIONAL, quote_value
from surveys.exchange.definitions.lowering import raise_question
from surveys.exchange.definitions.unseen import ask_less, leave_out_unseen
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, Said, saying

MOST_ROUNDS = 50  # each round mends every problem that the one before brought to light
_OPTIONAL_LIMITS = ("at_least", "at_most", "minimum", "maximum", "by", "labels", "earliest", "latest", "points")

NO_REFERENCE = marked("引用不到，留作省略号")
UNKNOWN = "…"  # stands for an answer that a text can't show

_OURS = re.compile(r"\{((?:link\.)?[a-z][a-z0-9_]{0,39})\}")


def canonical(model: BaseModel) -> Settings:
    """The settings that differ from the defaults, as plain data; a question's type always stands first."""
    data = model.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude_none=True)
    return {"type": model.type} | data if hasattr(model, "type") else data


def assemble_survey(draft: ImportedDraft, source: str) -> Survey:
    """The survey; every change that had to be made is noted in the draft's ledger. Raises UnfitDefinition."""
    settle(draft)
    for section in draft.sections:
        if not section.questions:
            draft.lose(section.place, marked("没有题目的部分"))
        for question in section.questions:
            _restore(draft, question)
        section.settings = restore_settings(section.settings, section.extension, section.place, draft.ledger)
    settings = restore_settings(draft.settings, draft.extension, WHOLE, draft.ledger)
    draft.ledger.close()
    settings |= {"sections": [_section(each) for each in draft.sections if each.questions]}
    if not settings["sections"]:
        refuse(source, marked("没有一道读得懂的题目；请检查文件是否完整"))
    return _mended(_named(settings, draft, source), draft, source)


def _named(settings: Settings, draft: ImportedDraft, source: str) -> Settings:
    """The settings with a code and a use, which no other format has."""
    slug = re.sub(r"[^a-z0-9]+", "-", Path(source).stem.lower()).strip("-")
    code = slug[:60] if re.match(r"[a-z].", slug) else draft.kind.lower()
    use = f"由 {draft.kind} 文件导入，请写明何时使用。"
    for name, value in (("code", code), ("use", use)):
        if not settings.get(name):
            draft.lose(
                WHOLE,
                saying(marked("文件没有{setting}"), setting=setting_name(name)),
                saying(marked("填为“{value}”"), value=value),
            )
    return {"code": code, "use": use} | {name: value for name, value in settings.items() if value}


def settle(draft: ImportedDraft) -> None:
    """Put texts' and conditions' references in, and fit every question's settings to its type."""
    leave_out_unseen(draft)
    unsure = {id(pending.settings) for pending in draft.pending if not _resolve(draft, pending)}
    for section in draft.sections:
        ask_less(section, unsure)
    _drop_unsure(draft, unsure)
    draft.settings = _worded(draft, draft.settings, WHOLE)
    for section in draft.sections:
        section.settings = _worded(draft, section.settings, section.place)
        for question in section.questions:
            settings = _worded(draft, question.settings, question.place)
            question.settings = _fitting(draft, _meant(draft, question, settings), question.place)
            if question.settings["type"] == "hidden" and question.settings.pop("required", False):
                draft.lose(question.place, marked("隐藏题必答"), marked("没有人看得见它，改为选答"))


def _drop_unsure(draft: ImportedDraft, unsure: Collection[int]) -> None:
    """A quota that lost its condition would count every answer, and thanks would be for everyone."""
    for thanks in [
        each for each in draft.settings.get("thanks_by_answer", ()) if id(each) in unsure or "when" not in each
    ]:
        draft.settings["thanks_by_answer"].remove(thanks)
        draft.lose(WHOLE, saying(marked("结束语“{text}”"), text=quote_value(thanks["text"])), marked("略去这条结束语"))
    for quota in [each for each in draft.settings.get("quotas", ()) if id(each) in unsure]:
        draft.settings["quotas"].remove(quota)
        draft.lose(WHOLE, saying(marked("配额“{label}”"), label=quote_value(quota["label"])), marked("略去这项配额"))


def _section(section: Any) -> Settings:
    return {**section.settings, "questions": [question.settings for question in section.questions]}


def _restore(draft: ImportedDraft, question: DraftQuestion) -> None:
    settings = restore_settings(question.settings, question.extension, question.place, draft.ledger)
    question.settings = _fitting(draft, settings, question.place)


def _resolve(draft: ImportedDraft, pending: Pending) -> bool:
    """Whether everything that decides could be said as a condition."""
    conditions, whole = [], True
    for expression in pending.expressions:
        try:
            conditions.append(_linked(condition_in(expression, draft.dialect, draft.target)))
        except Constant as constant:
            whole = whole and constant.holds
        except Untranslatable as reason:
            whole = False
            draft.lose(
                pending.place,
                saying(
                    marked("条件“{expression}”（{reason}）"), expression=quote_value(expression), reason=reason.args[0]
                ),
                NO_CONDITION_BUT_OPTIONAL if pending.settings.get("required") else NO_CONDITION,
            )
    if conditions:
        pending.settings[pending.key] = conditions[0] if len(conditions) == 1 else {"all": conditions}
    return whole


def _linked(condition: Settings) -> Settings:
    """Link values are named apart from items."""
    if str(condition.get("item", "")).startswith(LINK):
        rest = {key: value for key, value in condition.items() if key != "item"}
        return {"link": condition["item"].removeprefix(LINK)} | rest
    inner = {key: [_linked(each) for each in condition[key]] for key in ("all", "any") if key in condition}
    return condition | inner | ({"not": _linked(condition["not"])} if "not" in condition else {})


def _worded(draft: ImportedDraft, value: Any, place: Said) -> Any:
    """The same with the format's references in texts made ours."""
    if isinstance(value, str):
        return draft.placeholder.sub(lambda found: _placeholder(draft, found, place), value)
    if isinstance(value, list):
        return [_worded(draft, each, place) for each in value]
    if isinstance(value, dict):
        keep = ("code", "show_if", "when", "item", "options_from", "type")
        return {key: inner if key in keep else _worded(draft, inner, place) for key, inner in value.items()}
    return value


def _placeholder(draft: ImportedDraft, found: re.Match[str], place: Said) -> str:
    name = next(group for group in found.groups() if group)
    try:
        field = draft.target(name).field
    except Untranslatable:
        field = ""
    if field and "." not in field.removeprefix(LINK):
        return f"{{{field}}}"
    if re.match(r"[^\W\d]", name):  # a name, and not a number or a mark in braces
        draft.lose(place, saying(marked("文字中引用的“{found}”"), found=found[0]), NO_REFERENCE)
        return UNKNOWN
    return f"（{name}）" if _OURS.search(found[0]) else found[0]


def _meant(draft: ImportedDraft, question: DraftQuestion, settings: Settings) -> Settings:
    """The settings as the type that the extension names; what was changed in the plainer type since is noted."""
    meant = question.extension.type
    if meant is None or meant == settings["type"]:
        return settings
    recast = raise_question(_fitting(draft, settings, question.place), meant) if meant in QUESTION_TYPES else None
    if recast is None:
        draft.lose(
            question.place,
            saying(marked("题型“{meant}”"), meant=quote_value(meant)),
            saying(marked("在别的程序中改过，按 {kind} 读"), kind=settings["type"]),
        )
        return settings
    return recast


def _fitting(draft: ImportedDraft, settings: Settings, place: Said) -> Settings:
    """Settings that the type accepts, as plain data without defaults; what it doesn't accept is noted."""
    settings = {key: value for key, value in settings.items() if value is not None}
    for _ in range(MOST_ROUNDS):
        kind = QUESTION_TYPES.get(str(settings.get("type")), QUESTION_TYPES["statement"])
        try:
            return canonical(kind.model_validate(settings))
        except ValidationError as error:
            settings = _trimmed(draft, settings, error, place)
    raise AssertionError("every mending takes something away")


def _trimmed(draft: ImportedDraft, settings: Settings, error: ValidationError, place: Said) -> Settings:
    """One step nearer to what fits."""
    problem = error.errors()[0]
    key = str(problem["loc"][0]) if problem["loc"] else ""
    name = setting_name(key)
    if key == "rows" and not settings.get(key) and settings.get("choices"):
        draft.lose(place, saying(marked("没有{name}"), name=name), marked("改为选择题"))
        kind = "multiple_choice" if settings["type"] == "matrix_multiple" else "single_choice"
        return _own(settings) | {"type": kind, "options": settings["choices"], "required": settings.get("required")}
    if key in ("options", "rows", "choices") and not settings.get(key):
        for listed in ("rows", "choices"):
            for part in settings.get(listed) or ():
                words = next(iter(part["label"].values()), "") if isinstance(part["label"], dict) else part["label"]
                draft.lose(
                    place, saying(marked("{what}：{value}"), what=setting_name(listed), value=quote_value(words))
                )
        draft.lose(place, saying(marked("没有{name}"), name=name), marked("改为单行文字题"))
        return {"type": "short_text", "required": settings.get("required", False)} | _own(settings)
    if key == "title":
        draft.lose(place, marked("没有题目文字"), marked("以代码作题目"))
        return settings | {"title": {DEFAULT_LANGUAGE: settings["code"]}}
    if not key:
        limits = [each for each in _OPTIONAL_LIMITS if each in settings]
        key, name = (limits[0], setting_name(limits[0])) if limits else ("", Message(marked("设置")))
    if key in settings and key not in ("code", "type"):
        draft.lose(
            place,
            saying(
                marked("{name}：{value}"),
                name=name,
                value=quote_value(settings[key]),
            ),
        )
        return {each: value for each, value in settings.items() if each != key}
    draft.lose(place, saying(marked("题型 {kind} 的设置不合用"), kind=settings.get("type")), marked("改为说明文字"))
    return {"type": "statement"} | _own(settings)


def _own(settings: Settings) -> Settings:
    return {key: settings[key] for key in ("code", "title", "hint", "show_if") if key in settings}


def _mended(settings: Settings, draft: ImportedDraft, source: str) -> Survey:
    """The survey once every reference that leads nowhere is taken out."""
    for _ in range(MOST_ROUNDS):
        try:
            survey = Survey.model_validate(settings)
        except ValidationError as error:
            places = [problem["loc"] for problem in error.errors()]
        else:
            never = [place for place, _ in unreachable_questions(survey) if place[-1] == "show_if"]
            if sum(_left_out(settings, place, draft) for place in reversed(never)):
                continue
            places = [place for place, _ in inconsistencies(survey)]
            if not places:
                return survey
        mended = [place for place in dict.fromkeys(places) if _without(settings, place, draft)]
        if not mended:
            break
    return parse_definition(json.dumps(settings, ensure_ascii=False), source)  # says all that is wrong with it


def _left_out(settings: Settings, location: Place, draft: ImportedDraft) -> bool:
    """Take out the question or the section whose condition can't hold; False when nothing would be left to ask."""
    *_, (holder, at), (_, _) = _steps(settings, location)
    if len(holder) == 1 and len(settings["sections"]) == 1:
        return False
    gone = holder.pop(int(at))
    for question in gone.get("questions", [gone]):
        title = next(iter(question["title"].values()))
        place = saying(marked("题目 {code}"), code=question["code"])
        draft.lose(place, saying(marked("题目“{title}”"), title=quote_value(title)), NEVER_SHOWN)
    settings["sections"] = [section for section in settings["sections"] if section["questions"]]
    return True


def _in_words(setting: str, value: Any) -> Said:
    """What is lost: a condition as people say it, by the codes of the questions; any other as it stands."""
    try:
        return condition_words(Condition.model_validate(value), None) if setting == "show_if" else quote_value(value)
    except ValidationError:
        return quote_value(value)


def _without(settings: Settings, location: Place, draft: ImportedDraft) -> bool:
    """Take out what stands there; False when nothing can be taken out."""
    steps = list(_steps(settings, location))
    holder: Any = steps[-1][0] if steps else settings
    key: Any = steps[-1][1] if steps else ""
    ending = str(location[0])
    if ending in ("quotas", "thanks_by_answer") and settings.get(ending):  # without their condition they are for all
        draft.lose(
            WHOLE,
            saying(marked("{what}：{value}"), what=setting_name(ending), value=quote_value(settings.pop(ending))),
            marked("引用不到或不合用，略去"),
        )
        return True
    asked = [each for each, _ in steps if isinstance(each, dict) and "type" in each and "code" in each]
    place = saying(marked("题目 {code}"), code=asked[0]["code"]) if asked else WHOLE
    if isinstance(holder, dict) and key in ("title", "hint"):
        draft.lose(place, saying(marked("{setting}里引用的回答"), setting=setting_name(key)), NO_REFERENCE)
        holder[key] = _literal(holder[key])
        return True
    if isinstance(holder, dict) and key in holder and key not in ("sections", "questions", "code", "type", "to"):
        draft.lose(
            place,
            saying(marked("{what}：{value}"), what=setting_name(str(key)), value=_in_words(str(key), holder[key])),
            NO_CONDITION if key == "show_if" else marked("引用不到或不合用，略去"),
        )
        del holder[key]
        if key == "show_if":
            for question in holder.get("questions", asked[:1]):
                question.pop("required", None)
        return True
    jumps = [each for each, at in steps if isinstance(each, dict) and at == "jumps"]
    if jumps:
        draft.lose(
            place, saying(marked("跳转：{value}"), value=quote_value(jumps[0].pop("jumps"))), marked("引用不到，略去")
        )
    return bool(jumps)


def _steps(settings: Any, location: Place) -> Iterator[tuple[Any, str | int]]:
    """The way to a place: each container with the key that leads on; option codes stand for their option."""
    here: Any = settings
    for step in location:
        if isinstance(here, dict) and step not in here:
            parts = here.get("options") or here.get("rows") or ()
            inside = next((part for part in parts if part.get("code") == step), None)
            if step in QUESTION_TYPES:
                continue  # the type that an error names, and no step of the way
            if inside is None:
                return
            here = inside
            continue
        fits = isinstance(here, dict) or (isinstance(here, list) and isinstance(step, int) and step < len(here))
        if not fits:
            return
        yield here, step
        here = here.get(step) if isinstance(here, dict) else here[int(step)]


def _literal(text: Any) -> Any:
    if isinstance(text, dict):
        return {language: _literal(words) for language, words in text.items()}
    return _OURS.sub(UNKNOWN, str(text))
