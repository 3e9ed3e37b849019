"""Steps on the survey as a whole and on its sections."""

from __future__ import annotations

from typing import Any

from surveys.definition.places import quote_text
from surveys.definition.plain_data import Data
from surveys.definition.setting_labels import label_of
from surveys.editing.defaults import new_question, text
from surveys.editing.draft import Draft, fresh
from surveys.editing.questions import reword_text
from surveys.editing.references import note_of, without_question, without_section
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, saying


def new_draft(code: str, title: str) -> Draft:
    """A survey to begin with: one question on overall satisfaction, fit to publish."""
    overall = new_question("rating", "overall", [DEFAULT_LANGUAGE])
    overall |= {"title": {DEFAULT_LANGUAGE: "总体来说，您对我们的服务满意吗？"}, "required": True}
    data: Data = {
        "code": code,
        "title": {DEFAULT_LANGUAGE: title},
        "use": {DEFAULT_LANGUAGE: f"需要了解“{title}”时使用。"},
        "overall": "overall",
        "sections": [{"questions": [overall]}],
    }
    return Draft(data, Message(marked("新建问卷")))


def change_survey(draft: Draft, setting: str, value: Any) -> Draft:
    """With a setting of the whole survey changed, to its default when *value* is None."""
    data = draft.copied()
    _set(data, setting, value)
    return draft.after(data, saying(marked("修改问卷的{label}"), label=label_of(setting, "survey").text))


def reword_survey(draft: Draft, setting: str, wording: str, language: str = DEFAULT_LANGUAGE) -> Draft:
    """With a text of the survey worded anew in one language."""
    return change_survey(draft, setting, reword_text(draft.data.get(setting), wording, language))


def add_section(draft: Draft, title: str = "", at: int | None = None) -> Draft:
    """With another section, still empty, at a place (the end)."""
    data = draft.copied()
    sections = data.setdefault("sections", [])
    taken = {section.get("code") for section in sections}
    code = fresh("section", {str(each) for each in taken})
    wording = {DEFAULT_LANGUAGE: title} if title.strip() else text(("请分别评价", "Please rate"), draft.languages())
    place = len(sections) if at is None else at
    sections.insert(place, {"code": code, "title": wording, "questions": []})
    return draft.after(data, saying(marked("添加第 {number} 节"), number=place + 1))


def move_section(draft: Draft, section: int, by: int) -> Draft:
    """With a section moved up (negative) or down by so many places; no change beyond the ends."""
    data = draft.copied()
    moved = data["sections"].pop(section)
    data["sections"].insert(max(0, section + by), moved)
    title = quote_text(moved.get("title"))
    return draft.after(data, saying(marked("移动第 {number} 节{title}"), number=section + 1, title=title))


def change_section(draft: Draft, section: int, setting: str, value: Any) -> Draft:
    """With a setting of a section changed; jumps follow a new code."""
    data = draft.copied()
    changed = data["sections"][section]
    before = changed.get("code")
    _set(changed, setting, value)
    if setting == "code" and before is not None:
        jumps = (jump for each in data["sections"] for jump in each.get("jumps") or ())
        for jump in jumps:
            jump["to"] = value if jump.get("to") == before and value else jump.get("to")
    label = label_of(setting, "section").text
    return draft.after(data, saying(marked("修改第 {number} 节的{label}"), number=section + 1, label=label))


def reword_section(draft: Draft, section: int, wording: str, language: str = DEFAULT_LANGUAGE) -> Draft:
    """With the title of a section worded anew in one language."""
    title = draft.data["sections"][section].get("title")
    return change_section(draft, section, "title", reword_text(title, wording, language))


def delete_section(draft: Draft, section: int) -> Draft:
    """Without a section and its questions; what refers to them is cleared, and the note says where."""
    data = draft.copied()
    gone = data["sections"].pop(section)
    cleared = without_section(data, gone.get("code"))
    for question in gone.get("questions") or ():
        cleared += without_question(data, question["code"])
    amount = len(gone.get("questions") or ())
    done = saying(marked("删除第 {number} 节（{count} 题）"), number=section + 1, count=amount)
    return draft.after(data, done, note_of(cleared))


def _set(holder: Data, setting: str, value: Any) -> None:
    if value is None or value == []:
        holder.pop(setting, None)
    else:
        holder[setting] = value
