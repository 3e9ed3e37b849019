"""The places of a definition as people say them: 第 3 题“总体来说…” · 选项 2“电话”."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from surveys.definition.consistency import Place
from surveys.definition.plain_data import words
from surveys.definition.setting_labels import label_of
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said, Series, Text, saying

SHORT = 14
_ENTRIES = {
    "options": marked("选项"), "rows": marked("行"), "choices": marked("列"), "labels": marked("分值"),
    "jumps": marked("跳转"), "places": marked("地区"), "quotas": marked("配额"),
    "thanks_by_answer": marked("结束语"), "context": marked("随答信息"),
}  # fmt: skip
WHOLE = Text.model_validate({"zh-Hans": "问卷", "en": "The survey"})
_OWNERS = {"dimensions": "dimension", "quotas": "quota", "thanks_by_answer": "thanks", "context": "context"}


def short(text: Any) -> str:
    """A text, cut to what is needed to know it."""
    said = words(text)
    return said if len(said) <= SHORT else f"{said[:SHORT]}…"


def quote_text(text: Any) -> str:
    """A text between quotation marks; nothing when there is no text."""
    return f"“{short(text)}”" if words(text).strip() else ""


def question_number(data: Mapping[str, Any], section: int, question: int) -> int:
    """The number of a question in the whole survey, from 1."""
    before = (data.get("sections") or ())[:section]
    return sum(len(each.get("questions") or ()) for each in before) + question + 1


def describe_place(place: Place, data: Mapping[str, Any]) -> Series:
    """A place in words; 问卷 for the survey itself."""
    return Series(tuple(_steps(place, data)) or (WHOLE,), " · ")


def _steps(place: Place, data: Mapping[str, Any]) -> Iterator[Said]:
    rest, node, owner = place, data, "survey"
    if len(place) >= 2 and place[0] == "sections" and isinstance(place[1], int):
        node, rest, owner = _at(data, place[:2]), place[2:], "section"
        if len(rest) >= 2 and rest[0] == "questions" and isinstance(rest[1], int):
            node, rest = _at(node, rest[:2]), rest[2:]
            owner = str(node.get("type", "")) if isinstance(node, Mapping) else ""
            number = question_number(data, place[1], int(place[3]))
            yield saying(marked("第 {number} 题{title}"), number=number, title=quote_text(_get(node, "title")))
        else:
            yield saying(marked("第 {number} 节{title}"), number=place[1] + 1, title=quote_text(_get(node, "title")))
    yield from _inside(rest, node, owner)


def _inside(rest: Place, node: Any, owner: str) -> Iterator[Said]:
    """The steps below a survey, a section or a question."""
    while rest:
        step, rest = rest[0], rest[1:]
        node = _at(node, (step,))
        if rest and isinstance(rest[0], int):
            node, number, rest = _at(node, rest[:1]), rest[0] + 1, rest[1:]
            name = Message(_ENTRIES[str(step)]) if step in _ENTRIES else _label(str(step), owner)
            yield saying(
                "{name} {number}{label}",
                name=name,
                number=number,
                label=quote_text(_get(node, "label") or _get(node, "text")),
            )
            owner = _OWNERS.get(str(step), owner)
        else:
            yield _label(str(step), owner)


def _label(setting: str, owner: str) -> Text | str:
    try:
        return label_of(setting, owner).text
    except KeyError:
        return setting


def _get(node: Any, name: str) -> Any:
    return node.get(name) if isinstance(node, Mapping) else None


def _at(node: Any, place: Place) -> Any:
    """What stands at a place below a node; None when nothing does."""
    for step in place:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return None
    return node
