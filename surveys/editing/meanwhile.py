"""What is different between two drafts, in few words: for a designer whose colleague has changed one meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from surveys.definition.plain_data import words
from surveys.editing.draft import Draft
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, saying


def changed_parts(before: Draft, after: Draft) -> list[Message]:
    """The questions that came, went or were changed, and whether anything else was."""
    old, new = _questions(before), _questions(after)
    found = [saying(marked("新增“{title}”"), title=_title(new[code])) for code in new if code not in old]
    found += [saying(marked("删除“{title}”"), title=_title(old[code])) for code in old if code not in new]
    found += [
        saying(marked("修改“{title}”"), title=_title(new[code]))
        for code in new
        if code in old and new[code] != old[code]
    ]
    if _rest(before) != _rest(after):
        found.append(saying(marked("修改问卷的设置或顺序")))
    return found


def _questions(draft: Draft) -> dict[str, Mapping[str, Any]]:
    return {str(each.get("code")): each for each in draft.questions()}


def _title(question: Mapping[str, Any]) -> str:
    return words(question.get("title")) or str(question.get("code"))


def _rest(draft: Draft) -> Any:
    """Everything but what stands in the questions: their order and the settings of the survey."""
    sections = [
        {**section, "questions": [each.get("code") for each in section.get("questions") or ()]}
        for section in draft.sections()
    ]
    return {**draft.data, "sections": sections}
