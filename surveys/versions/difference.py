"""One difference between two versions, and how two settings, texts or lists differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from surveys.conditions import Condition
from surveys.definition import Jump, Quota, Survey
from surveys.editing.labels import VALUES, label_of
from surveys.editing.places import quoted, short
from surveys.questions import Option
from surveys.versions.conditions import condition_words, jump_words
from surveys.wording import DEFAULT_LANGUAGE, Text


class Kind(StrEnum):
    """What kind of change it is."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    REWORDED = "reworded"
    CHANGED = "changed"
    LOGIC = "logic"


@dataclass(frozen=True)
class Difference:
    """One thing that is different in the newer version."""

    where: str
    what: str
    kind: Kind

    def __str__(self) -> str:
        return f"{self.where}：{self.what}"


Change = tuple[str, Kind]  # what changed, before it is said where


@dataclass(frozen=True)
class Versions:
    """The two versions that are compared."""

    before: Survey
    after: Survey

    def settings(
        self, before: BaseModel, after: BaseModel, owner: str, leave: Collection[str] = ()
    ) -> Iterator[Change]:
        """How the settings that both have differ."""
        for name in type(after).model_fields:
            if name in leave or name not in type(before).model_fields:
                continue
            old, new = getattr(before, name), getattr(after, name)
            if old != new:
                yield from self._setting(name, label_of(name, owner).chinese, old, new)

    def _setting(self, name: str, label: str, old: Any, new: Any) -> Iterator[Change]:
        one = next((each for each in (old, new) if each not in (None, ())), None)
        first = one[0] if isinstance(one, tuple) else None
        if isinstance(one, Text):
            yield from rewordings(label, old, new)
        elif isinstance(one, Condition):
            said = condition_words(old, self.before), condition_words(new, self.after)
            yield f"{label}由“{said[0]}”改为“{said[1]}”", Kind.LOGIC
        elif isinstance(first, Jump):
            said = jump_words(old, self.before), jump_words(new, self.after)
            yield f"{label}由“{said[0]}”改为“{said[1]}”", Kind.LOGIC
        elif isinstance(first, Option):
            yield from self._entries(label, old, new, "option")
        elif isinstance(first, Quota):
            yield from self._entries(label, old, new, "quota")
        elif isinstance(first, Text):
            yield from _texts_in_order(label, old, new)
        elif isinstance(first, BaseModel):
            yield f"{label}有变化", Kind.CHANGED
        else:
            said = _named(name, old, self.before), _named(name, new, self.after)
            yield f"{label}由“{said[0]}”改为“{said[1]}”", Kind.CHANGED

    def _entries(
        self, label: str, old: Sequence[Option | Quota], new: Sequence[Option | Quota], owner: str
    ) -> Iterator[Change]:
        """How two lists of options, rows or quotas differ, matched by code."""
        name = label.partition("（")[0]
        before, after = {each.code: each for each in old}, {each.code: each for each in new}
        for code, each in after.items():
            if code not in before:
                yield f"添加了{name}{quoted(str(each.label))}", Kind.ADDED
            else:
                for what, kind in self.settings(before[code], each, owner, leave=("code",)):
                    yield f"{name}{quoted(str(before[code].label))}的{what}", kind
        for code, each in before.items():
            if code not in after:
                yield f"删除了{name}{quoted(str(each.label))}", Kind.REMOVED
        if [code for code in before if code in after] != [code for code in after if code in before]:
            yield f"{name}的顺序有变化", Kind.MOVED


def rewordings(label: str, old: Text | None, new: Text | None) -> Iterator[Change]:
    """How a text differs, language by language."""
    before, after = (text.root if text else {} for text in (old, new))
    for tag in dict.fromkeys([*before, *after]):
        said, says = before.get(tag), after.get(tag)
        named = label if tag == DEFAULT_LANGUAGE else f"{label}（{tag}）"
        if said is None:
            yield f"添加了{named}“{says}”", Kind.REWORDED
        elif says is None:
            yield f"去掉了{named}“{said}”", Kind.REWORDED
        elif said != says:
            yield f"{named}由“{said}”改为“{says}”", Kind.REWORDED


def _texts_in_order(label: str, old: Sequence[Text], new: Sequence[Text]) -> Iterator[Change]:
    if len(old) != len(new):
        said = ["、".join(map(str, texts)) or "无" for texts in (old, new)]
        yield f"{label}由“{said[0]}”改为“{said[1]}”", Kind.CHANGED
        return
    for number, (before, after) in enumerate(zip(old, new, strict=True), start=1):
        yield from rewordings(f"{label}（第 {number} 个）", before, after)


def _named(name: str, value: Any, survey: Survey) -> str:
    """A setting that holds the code of a dimension or a question, by its label; others as `value_words`."""
    if name == "dimension":
        return next((str(each.label) for each in survey.dimensions if each.code == value), value_words(name, value))
    if name in ("overall", "subject", "options_from"):
        return next((short(str(each.title)) for each in survey.questions() if each.code == value), "无")
    return value_words(name, value)


def value_words(name: str, value: Any) -> str:
    """A plain setting as people say it."""
    if value is None or value == ():
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(value_words(name, each) for each in value)
    known = VALUES.get(f"{name}.{value}")
    return known[0] if known else f"{value:g}" if isinstance(value, float) else str(value)


def moved(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Which of the things in both orders have been moved: as few as explain the new order."""
    old, new = [each for each in before if each in after], [each for each in after if each in before]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    stayed = {each for block in blocks for each in new[block.b : block.b + block.size]}
    return [each for each in new if each not in stayed]
