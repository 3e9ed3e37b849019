"""Where a text stands, for people: `questions.csat.labels.3` is 第 2 题 · 各分值的含义 3."""

from __future__ import annotations

from surveys.definition import Survey
from surveys.editing.labels import label_of
from surveys.editing.places import quoted


def place_words(survey: Survey, place: str) -> str:
    """The place of a text, as `translations.texts` gives it, in words; unchanged where it has none."""
    head, *rest = place.split(".")
    try:
        if head == "questions":
            return _in_question(survey, *rest)
        if head == "sections":
            return " · ".join([f"第 {rest[0]} 节", *_setting("section", *rest[1:])])
        if head in ("dimensions", "quotas"):
            return f"{label_of(head, 'survey').chinese} · {rest[0]}"
        return " · ".join(_setting("survey", head, *rest))
    except (KeyError, TypeError, IndexError):
        return place


def _in_question(survey: Survey, code: str, *rest: str) -> str:
    numbered = {each.code: (number, each) for number, each in enumerate(survey.questions(), start=1)}
    number, question = numbered[code]
    parts = {part.code: part for part in (*question.parts(), *getattr(question, "choices", ()))}
    if len(rest) == 3 and rest[1] in parts:
        return f"第 {number} 题 · {label_of(rest[0], question.type).chinese}{quoted(str(parts[rest[1]].label))}"
    return " · ".join([f"第 {number} 题", *_setting(question.type, *rest)])


def _setting(owner: str, setting: str, *rest: str) -> list[str]:
    return [" ".join([label_of(setting, owner).chinese, *rest])]
