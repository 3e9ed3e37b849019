"""Steps on the entries of a question's lists: options, rows and columns."""

from __future__ import annotations

from typing import Any

from surveys.definition.places import question_number, quote_text
from surveys.definition.plain_data import Data
from surveys.editing.defaults import text
from surveys.editing.draft import LISTS, Draft, NotInDraft, found, fresh, locate_question
from surveys.editing.questions import reword_text
from surveys.editing.references import note_of, rename_part, without_part
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, saying

_CALLED = {"options": marked("选项"), "rows": marked("行"), "choices": marked("列")}


def add_part(draft: Draft, code: str, setting: str, label: str = "", at: int | None = None) -> Draft:
    """With another option, row or column at a place (before "other" and "none of these" when none is said)."""
    data = draft.copied()
    parts = found(data, code).setdefault(setting, [])
    taken = {part["code"] for part in parts} | {name.removeprefix(f"{code}.") for name in draft.taken}
    wording = text(
        (f"{_CALLED[setting]} {len(parts) + 1}", f"{setting[:-1].title()} {len(parts) + 1}"), draft.languages()
    )
    part = {"code": fresh(setting[:-1], taken), "label": {DEFAULT_LANGUAGE: label} if label.strip() else wording}
    parts.insert(_before_last(parts) if at is None else at, part)
    done = _said(marked("第 {number} 题添加{called}{label}"), data, code, setting, part["label"])
    return draft.after(data, done)


def move_part(draft: Draft, code: str, setting: str, part: str, by: int) -> Draft:
    """With an entry moved up (negative) or down by so many places; no change beyond the ends."""
    data = draft.copied()
    parts = found(data, code).get(setting) or []
    at = _place_of(parts, part)
    moved = parts.pop(at)
    parts.insert(max(0, at + by), moved)
    done = _said(marked("第 {number} 题移动{called}{label}"), data, code, setting, moved["label"])
    return draft.after(data, done)


def change_part(draft: Draft, code: str, setting: str, part: str, name: str, value: Any) -> Draft:
    """With one setting of an entry changed; a new code is carried to what refers to it."""
    data = draft.copied()
    parts = found(data, code).get(setting) or []
    changed = parts[_place_of(parts, part)]
    if value is None or value is False:
        changed.pop(name, None)
    else:
        changed[name] = value
    if name == "code":
        rename_part(data, code, setting, part, value)
    done = _said(marked("第 {number} 题修改{called}{label}"), data, code, setting, changed.get("label"))
    return draft.after(data, done)


def reword_part(
    draft: Draft, code: str, setting: str, part: str, wording: str, language: str = DEFAULT_LANGUAGE
) -> Draft:
    """With an entry's label worded anew in one language."""
    parts = found(draft.data, code).get(setting) or []
    label = parts[_place_of(parts, part)].get("label")
    return change_part(draft, code, setting, part, "label", reword_text(label, wording, language))


def delete_part(draft: Draft, code: str, setting: str, part: str) -> Draft:
    """Without an entry; what refers to it is cleared, and the note says where."""
    data = draft.copied()
    parts = found(data, code).get(setting) or []
    gone = parts.pop(_place_of(parts, part))
    note = note_of(without_part(data, code, setting, part))
    done = _said(marked("第 {number} 题删除{called}{label}"), data, code, setting, gone.get("label"))
    return draft.after(data, done, note)


def lists_of(question: Data) -> list[str]:
    """The lists this question has: options, rows, columns."""
    return [setting for setting in LISTS if setting in question]


def _before_last(parts: list[Data]) -> int:
    last = [n for n, part in enumerate(parts) if part.get("asks_text") or part.get("exclusive")]
    return min(last, default=len(parts))


def _place_of(parts: list[Data], code: str) -> int:
    for n, part in enumerate(parts):
        if part.get("code") == code:
            return n
    raise NotInDraft(saying(marked("没有代码为“{code}”的选项"), code=code))


def _said(wording: str, data: Data, code: str, setting: str, label: Any) -> Message:
    number, called = question_number(data, *locate_question(data, code)), Message(_CALLED[setting])
    return saying(wording, number=number, called=called, label=quote_text(label))
