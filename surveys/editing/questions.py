"""Steps on questions: add, duplicate, move, change, reword, delete."""

from __future__ import annotations

import copy
from typing import Any

from surveys.definition.places import question_number
from surveys.definition.plain_data import Data
from surveys.definition.questions import QUESTION_TYPES
from surveys.definition.setting_labels import label_of
from surveys.editing.defaults import new_question
from surveys.editing.draft import LISTS, NOTHING, Draft, found, fresh, locate_question, names
from surveys.editing.references import note_of, rename_question, without_question
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, Series, saying


def add_question(draft: Draft, type_name: str, section: int = -1, at: int | None = None) -> Draft:
    """With a new question of this type, worded and ready, in a section (the last) at a place (its end)."""
    data = draft.copied()
    question = new_question(type_name, fresh(type_name, names(data) | draft.taken), draft.languages())
    questions = _questions_of(data, section)
    questions.insert(len(questions) if at is None else at, question)
    kind, number = Message(QUESTION_TYPES[type_name].label), _number(data, question["code"])
    return draft.after(data, saying(marked("添加{kind}题（第 {number} 题）"), kind=kind, number=number))


def duplicate_question(draft: Draft, code: str) -> Draft:
    """With a copy of a question after it, under a code of its own."""
    data = draft.copied()
    s, q = locate_question(data, code)
    questions = _questions_of(data, s)
    twin = copy.deepcopy(questions[q])
    twin["code"] = fresh(code, names(data) | draft.taken)
    questions.insert(q + 1, twin)
    return draft.after(data, saying(marked("复制第 {number} 题"), number=question_number(data, s, q)))


def delete_question(draft: Draft, code: str) -> Draft:
    """Without a question; what refers to it is cleared, and the note says where."""
    data = draft.copied()
    s, q = locate_question(data, code)
    number = question_number(data, s, q)
    own = _questions_of(data, s).pop(q)
    cleared = without_question(data, own["code"])
    return draft.after(data, saying(marked("删除第 {number} 题"), number=number), note_of(cleared))


def move_question(draft: Draft, code: str, section: int, at: int) -> Draft:
    """With a question at another place: before what is now at that place in that section."""
    data = draft.copied()
    s, q = locate_question(data, code)
    before = question_number(data, s, q)
    question = _questions_of(data, s).pop(q)
    _questions_of(data, section).insert(at - (section == s and q < at), question)
    if s == section:
        done = saying(marked("将第 {number} 题移到第 {place} 题"), number=before, place=_number(data, code))
    else:
        done = saying(marked("将第 {number} 题移到第 {section} 节"), number=before, section=section + 1)
    return draft.after(data, done)


def move_question_up(draft: Draft, code: str) -> Draft:
    """One place up; from the head of a section to the foot of the one before. At the very top, no change."""
    s, q = locate_question(draft.data, code)
    if q > 0:
        return move_question(draft, code, s, q - 1)
    return draft if s == 0 else move_question(draft, code, s - 1, len(_questions_in(draft, s - 1)))


def move_question_down(draft: Draft, code: str) -> Draft:
    """One place down; from the foot of a section to the head of the next. At the very end, no change."""
    s, q = locate_question(draft.data, code)
    if q + 1 < len(_questions_in(draft, s)):
        return move_question(draft, code, s, q + 2)
    return draft if s + 1 == len(draft.sections()) else move_question(draft, code, s + 1, 0)


def change_question(draft: Draft, code: str, setting: str, value: Any) -> Draft:
    """With a setting changed, to its default when *value* is None; a new code is carried to what refers to it."""
    data = draft.copied()
    question = found(data, code)
    _set(question, setting, value)
    if setting == "code":
        rename_question(data, code, value)
    note = _offering_what_was_chosen(data, question) if setting == "options_from" and value else NOTHING
    number, label = _number(draft.data, code), label_of(setting, question["type"]).text
    return draft.after(data, saying(marked("修改第 {number} 题的{label}"), number=number, label=label), note)


def _offering_what_was_chosen(data: Data, question: Data) -> Message:
    """Give a question the options of the one whose choice it carries forward, unless it has of these alone."""
    offered = found(data, question["options_from"]).get("options") or []
    if {each["code"] for each in question.get("options") or ()} <= {each["code"] for each in offered}:
        return NOTHING
    question["options"] = [{name: copy.deepcopy(each[name]) for name in ("code", "label")} for each in offered]
    source = question_number(data, *locate_question(data, question["options_from"]))
    return saying(marked("选项已换成第 {number} 题的选项"), number=source)


def reword_question(draft: Draft, code: str, setting: str, wording: str, language: str = DEFAULT_LANGUAGE) -> Draft:
    """With a text of the question worded anew in one language; without it in this language when empty."""
    question = found(draft.data, code)
    return change_question(draft, code, setting, reword_text(question.get(setting), wording, language))


def change_type(draft: Draft, code: str, type_name: str) -> Draft:
    """With a question of another type that keeps what both types have; the rest gets the defaults."""
    data = draft.copied()
    s, q = locate_question(data, code)
    before = _questions_of(data, s)[q]
    fields = QUESTION_TYPES[type_name].model_fields
    kept = {name: value for name, value in before.items() if name in fields and name != "type"}
    proposed = new_question(type_name, code, draft.languages())
    lists = {name: _plain(value, fields) for name, value in kept.items() if name in LISTS}
    _questions_of(data, s)[q] = proposed | kept | lists
    if "labels" in kept:  # one a point, and another scale has other points
        del _questions_of(data, s)[q]["labels"]
    kind, number = Message(QUESTION_TYPES[type_name].label), question_number(data, s, q)
    lost = Series(tuple(label_of(name, str(before["type"])).text for name in before if name not in fields))
    note = saying(marked("新题型没有这些设置，已去掉：{settings}"), settings=lost) if lost.parts else NOTHING
    return draft.after(data, saying(marked("将第 {number} 题改为{kind}"), number=number, kind=kind), note)


def reword_text(text: Any, wording: str, language: str) -> dict[str, str] | None:
    """A text with its wording in one language changed; None when no language is left."""
    before = {DEFAULT_LANGUAGE: text} if isinstance(text, str) else dict(text or {})
    after = {tag: said for tag, said in before.items() if tag != language}
    if wording.strip():
        after = {tag: wording if tag == language else before[tag] for tag in dict.fromkeys((*before, language))}
    return after or None


def _plain(parts: list[Data], fields: Any) -> list[Data]:
    """Options as the new type has them: only a choice knows `asks_text` and `exclusive`."""
    if "options_from" in fields:
        return parts
    return [{name: value for name, value in part.items() if name in ("code", "label", "show_if")} for part in parts]


def _set(holder: Data, setting: str, value: Any) -> None:
    if value is None or value == []:
        holder.pop(setting, None)
    else:
        holder[setting] = value


def _questions_of(data: Data, section: int) -> list[Data]:
    """The list of a section's questions, to change it in place."""
    questions: list[Data] = data["sections"][section].setdefault("questions", [])
    return questions


def _questions_in(draft: Draft, section: int) -> list[Data]:
    return list(draft.data["sections"][section].get("questions") or ())


def _number(data: Any, code: str) -> int:
    return question_number(data, *locate_question(data, code))
