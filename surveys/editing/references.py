"""What in a draft refers to a question, an option or a section: found, renamed, or cleared."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from surveys.definition.consistency import Place
from surveys.definition.places import describe_place
from surveys.definition.plain_data import Data
from surveys.definition.setting_labels import LABELS
from surveys.editing.draft import LISTS, NOTHING, Draft
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Series, saying

Change = Callable[[Data], Data | None]  # a comparison as it shall be; None when it shall go

_DECIDED_AT_THE_END = ("quotas", "thanks_by_answer")


def references(draft: Draft, code: str) -> list[Series]:
    """The places that refer to a question, in words."""
    return without_question(draft.copied(), code)


def note_of(places: list[Series]) -> Message:
    """What a step cleared, for its note; empty when nothing."""
    if not places:
        return NOTHING
    once = {str(each): each for each in places}
    return saying(marked("同时清除了对它的引用：{places}"), places=Series(tuple(once.values()), "；"))


def without_question(data: Data, code: str) -> list[Series]:
    """Clear in *data* what refers to a question; says where that was."""
    before = copy.deepcopy(data)

    def gone(comparison: Data) -> Data | None:
        return None if _asks(comparison, code) else comparison

    places = _changed_conditions(data, gone) + _renamed_texts(data, code, None)
    for place, holder, key in _names_of_items(data):
        if holder.get(key) == code:
            del holder[key]
            places.append(place)
    return _in_words(places, before)


def rename_question(data: Data, old: str, new: str) -> None:
    """Let *data* refer to a question by its new code."""

    def renamed(comparison: Data) -> Data:
        if not _asks(comparison, old):
            return comparison
        return {**comparison, "item": new + str(comparison["item"]).removeprefix(old)}

    _changed_conditions(data, renamed)
    _renamed_texts(data, old, new)
    for _, holder, key in _names_of_items(data):
        if holder.get(key) == old:
            holder[key] = new


def without_part(data: Data, code: str, setting: str, part: str) -> list[Series]:
    """Clear in *data* what refers to an option, row or column of a question; says where that was."""
    before = copy.deepcopy(data)

    def gone(comparison: Data) -> Data | None:
        item = str(comparison.get("item"))
        if setting != "choices" and item == f"{code}.{part}":
            return None
        asked = item.startswith(f"{code}.") if setting == "choices" else item == code
        return _without_value(comparison, part) if asked else comparison

    places = _changed_conditions(data, gone)
    for place, question in _questions(data):
        offered = question.get("options") or []
        kept = [option for option in offered if option.get("code") != part]
        if setting == "options" and question.get("options_from") == code and kept and len(kept) < len(offered):
            question["options"] = kept
            places.append((*place, "options"))
    return _in_words(places, before)


def rename_part(data: Data, code: str, setting: str, old: str, new: str) -> None:
    """Let *data* refer to an option, row or column by its new code."""

    def renamed(comparison: Data) -> Data:
        item = str(comparison.get("item"))
        if setting != "choices" and item == f"{code}.{old}":
            return {**comparison, "item": f"{code}.{new}"}
        asked = item.startswith(f"{code}.") if setting == "choices" else item == code
        value = comparison.get("value")
        if asked and isinstance(value, list):
            return {**comparison, "value": [new if each == old else each for each in value]}
        return {**comparison, "value": new} if asked and value == old else comparison

    _changed_conditions(data, renamed)
    for _, question in _questions(data):
        if setting == "options" and question.get("options_from") == code:
            for option in question.get("options") or ():
                option["code"] = new if option.get("code") == old else option.get("code")


def without_section(data: Data, code: str | None) -> list[Series]:
    """Remove from *data* the jumps to a section; says where they were."""
    before = copy.deepcopy(data)
    places: list[Place] = []
    for s, section in enumerate(data.get("sections") or ()):
        jumps = section.get("jumps") or []
        kept = [jump for jump in jumps if code is None or jump.get("to") != code]
        if len(kept) < len(jumps):
            places.append(("sections", s, "jumps"))
            section["jumps"] = kept
    return _in_words(places, before)


def _asks(comparison: Mapping[str, Any], code: str) -> bool:
    return str(comparison.get("item") or "").partition(".")[0] == code


def _without_value(comparison: Data, value: str) -> Data | None:
    against = comparison.get("value")
    if not isinstance(against, list):
        return None if against == value else comparison
    kept = [each for each in against if each != value]
    return {**comparison, "value": kept} if kept else None


def _changed_conditions(data: Data, change: Change) -> list[Place]:
    """Change every condition in place; returns where something changed.

    Jumps, quotas and thanks go with their condition: without it they would be for everyone.
    """
    changed: list[Place] = []
    for place, holder, key in _conditions(data):
        before = holder[key]
        after = _changed(before, change)
        if after != before:
            changed.append(place)
        if after is None:
            del holder[key]
            if key == "if":
                holder["to"] = None
            elif key == "when":
                holder["gone"] = True
        else:
            holder[key] = after
    for section in data.get("sections") or ():
        if section.get("jumps"):
            section["jumps"] = [jump for jump in section["jumps"] if jump.get("to") is not None]
    for name in _DECIDED_AT_THE_END:
        if data.get(name):
            data[name] = [each for each in data[name] if not each.get("gone")]
    return changed


def _changed(condition: Data, change: Change) -> Data | None:
    """The condition with each comparison changed; None when nothing is left of it."""
    for kind in ("all", "any"):
        if condition.get(kind):
            parts = [part for each in condition[kind] if (part := _changed(each, change)) is not None]
            return {**condition, kind: parts} if len(parts) > 1 else parts[0] if parts else None
    if condition.get("not"):
        inner = _changed(condition["not"], change)
        return None if inner is None else {**condition, "not": inner}
    return change(condition)


def _conditions(data: Data) -> Iterator[tuple[Place, Data, str]]:
    """Every condition with its place, what holds it, and under which name."""
    yield from _conditions_of_sections(data)
    yield from _conditions_of_questions(data)
    for name in _DECIDED_AT_THE_END:
        for n, each in enumerate(data.get(name) or ()):
            if each.get("when"):
                yield (name, n, "when"), each, "when"


def _conditions_of_sections(data: Data) -> Iterator[tuple[Place, Data, str]]:
    for s, section in enumerate(data.get("sections") or ()):
        if section.get("show_if"):
            yield ("sections", s, "show_if"), section, "show_if"
        for j, jump in enumerate(section.get("jumps") or ()):
            if jump.get("if"):
                yield ("sections", s, "jumps", j, "if"), jump, "if"


def _conditions_of_questions(data: Data) -> Iterator[tuple[Place, Data, str]]:
    for place, question in _questions(data):
        if question.get("show_if"):
            yield (*place, "show_if"), question, "show_if"
        for setting in LISTS:
            for n, part in enumerate(question.get(setting) or ()):
                if part.get("show_if"):
                    yield (*place, setting, n, "show_if"), part, "show_if"


def _questions(data: Data) -> Iterator[tuple[Place, Data]]:
    for s, section in enumerate(data.get("sections") or ()):
        for q, question in enumerate(section.get("questions") or ()):
            yield ("sections", s, "questions", q), question


def _names_of_items(data: Data) -> Iterator[tuple[Place, Data, str]]:
    """Settings that hold the code of a question."""
    yield from ((("overall",), data, "overall"), (("subject",), data, "subject"), (("callback",), data, "callback"))
    yield from (((*place, "options_from"), question, "options_from") for place, question in _questions(data))


def _renamed_texts(data: Data, old: str, new: str | None) -> list[Place]:
    """Put the new code into every placeholder, an ellipsis when there is none; returns where."""
    places: list[Place] = []

    def walk(node: Any, place: Place) -> Any:
        if isinstance(node, dict):
            return {key: walk(each, (*place, key)) for key, each in node.items()}
        if isinstance(node, list):
            return [walk(each, (*place, n)) for n, each in enumerate(node)]
        if isinstance(node, str) and f"{{{old}}}" in node:
            places.append(place)
            return node.replace(f"{{{old}}}", "…" if new is None else f"{{{new}}}")
        return node

    data.update({key: walk(each, (key,)) for key, each in data.items()})
    return places


def _in_words(places: list[Place], data: Data) -> list[Series]:
    """Each place once; a text in several languages is one place."""
    settings = [place[:-1] if isinstance(place[-1], str) and place[-1] not in LABELS else place for place in places]
    return list({str(words): words for words in (describe_place(place, data) for place in settings)}.values())
