"""Steps on thanks: what those read whose answers are of one kind."""

from __future__ import annotations

from typing import Any

from surveys.definition.conditions import Comparison
from surveys.definition.plain_data import Data
from surveys.definition.questions import QUESTION_TYPES, Question, Scale
from surveys.editing.coded_entries import CodedEntries
from surveys.editing.defaults import text
from surveys.editing.draft import Draft
from surveys.localisation.language import marked

_SORRY = (
    "很抱歉没有让您满意。您的意见已记录。",
    "We are sorry that we did not meet your expectations. Your answers are recorded.",
)


_THANKS = CodedEntries(
    "thanks_by_answer", "thanks", "text",
    added=marked("添加按回答不同的结束语"), changed=marked("修改结束语{text}"), deleted=marked("删除结束语{text}"),
    unknown=marked("没有代码为“{code}”的结束语"),
)  # fmt: skip


def add_thanks(draft: Draft) -> Draft:
    """With thanks for another kind of answer.

    At first for the lowest two points of the overall item, else of the first rating.
    """
    data = draft.copied()
    return _THANKS.add(draft, data, {"text": text(_SORRY, draft.languages())} | _unhappy(data))


def change_thanks(draft: Draft, code: str, setting: str, value: Any) -> Draft:
    """With a setting of one of them changed, to none when *value* is None."""
    return _THANKS.change(draft, code, setting, value)


def delete_thanks(draft: Draft, code: str) -> Draft:
    """Without one of them; its code is not given to another."""
    return _THANKS.delete(draft, code)


def _unhappy(data: Data) -> Data:
    """A condition to begin with; none where nothing is rated, so that the check asks for one."""
    ratings = [
        each
        for section in data.get("sections") or ()
        for each in section.get("questions") or ()
        if issubclass(QUESTION_TYPES.get(str(each.get("type")), Question), Scale)
    ]
    code = next((each["code"] for each in ratings if each.get("code") == data.get("overall")), None)
    code = code or next((each.get("code") for each in ratings), None)
    return {"when": {"item": code, "is": Comparison.AT_MOST.value, "value": 2}} if code else {}
