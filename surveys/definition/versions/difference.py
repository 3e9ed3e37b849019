"""One difference between two versions, and how two settings, texts or lists differ."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from surveys.definition.conditions import Condition
from surveys.definition.context.fields import ContextField, ContextOption
from surveys.definition.places import quote_text, short
from surveys.definition.questions import Option
from surveys.definition.setting_labels import VALUES, label_of
from surveys.definition.survey import Jump, Quota, Survey, Thanks
from surveys.definition.versions.conditions import NOTHING, condition_words, jump_words
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, Said, Series, Text, saying


class DifferenceKind(StrEnum):
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

    where: Said
    what: Said
    kind: DifferenceKind

    @property
    def said(self) -> Series:
        """Where and what, in one."""
        return Series((self.where, self.what), marked("："))

    def __str__(self) -> str:
        return str(self.said)


_ENTRIES: dict[type[BaseModel], str] = {
    Option: "option", Quota: "quota", Thanks: "thanks", ContextField: "context", ContextOption: "option",
}  # fmt: skip
"""What owns the settings of the entries of a list."""
_Entry = Option | Quota | Thanks | ContextField | ContextOption
Change = tuple[Said, DifferenceKind]  # what changed, before it is said where


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
                yield from self._setting(name, label_of(name, owner).text, old, new)

    def _setting(self, name: str, label: Text, old: Any, new: Any) -> Iterator[Change]:
        one = next((each for each in (old, new) if each not in (None, ())), None)
        first = one[0] if isinstance(one, tuple) else None
        if isinstance(one, Text):
            yield from rewordings(label, old, new)
        elif isinstance(one, Condition):
            said = condition_words(old, self.before), condition_words(new, self.after)
            yield _changed(label, *said), DifferenceKind.LOGIC
        elif isinstance(first, Jump):
            said = jump_words(old, self.before), jump_words(new, self.after)
            yield _changed(label, *said), DifferenceKind.LOGIC
        elif owner := next((owner for kind, owner in _ENTRIES.items() if isinstance(first, kind)), None):
            yield from self._entries(label, old, new, owner)
        elif isinstance(first, Text):
            yield from _texts_in_order(label, old, new)
        elif isinstance(first, BaseModel):
            yield saying(marked("{label}有变化"), label=label), DifferenceKind.CHANGED
        else:
            said = _named(name, old, self.before), _named(name, new, self.after)
            yield _changed(label, *said), DifferenceKind.CHANGED

    def _entries(self, label: Text, old: Sequence[_Entry], new: Sequence[_Entry], owner: str) -> Iterator[Change]:
        """How two lists of options, rows, quotas, thanks or facts differ, matched by code."""
        name = _bare(label)
        before, after = {each.code: each for each in old}, {each.code: each for each in new}
        for code, each in after.items():
            if code not in before:
                yield saying(marked("添加了{name}{label}"), name=name, label=_quoted(each)), DifferenceKind.ADDED
            else:
                for what, kind in self.settings(before[code], each, owner, leave=("code",)):
                    yield (
                        saying(marked("{name}{label}的{what}"), name=name, label=_quoted(before[code]), what=what),
                        kind,
                    )
        for code, each in before.items():
            if code not in after:
                yield saying(marked("删除了{name}{label}"), name=name, label=_quoted(each)), DifferenceKind.REMOVED
        if [code for code in before if code in after] != [code for code in after if code in before]:
            yield saying(marked("{name}的顺序有变化"), name=name), DifferenceKind.MOVED


def rewordings(label: Said, old: Text | None, new: Text | None) -> Iterator[Change]:
    """How a text differs, language by language."""
    before, after = (text.root if text else {} for text in (old, new))
    for tag in dict.fromkeys([*before, *after]):
        said, says = before.get(tag), after.get(tag)
        named = label if tag == DEFAULT_LANGUAGE else saying(marked("{label}（{tag}）"), label=label, tag=tag)
        if said is None:
            yield saying(marked("添加了{named}“{says}”"), named=named, says=says), DifferenceKind.REWORDED
        elif says is None:
            yield saying(marked("去掉了{named}“{said}”"), named=named, said=said), DifferenceKind.REWORDED
        elif said != says:
            yield (
                saying(marked("{label}由“{old}”改为“{new}”"), label=named, old=said, new=says),
                DifferenceKind.REWORDED,
            )


def _texts_in_order(label: Text, old: Sequence[Text], new: Sequence[Text]) -> Iterator[Change]:
    if len(old) != len(new):
        said: list[Said] = [Series(tuple(texts)) if texts else NOTHING for texts in (old, new)]
        yield _changed(label, *said), DifferenceKind.CHANGED
        return
    for number, (before, after) in enumerate(zip(old, new, strict=True), start=1):
        yield from rewordings(saying(marked("{label}（第 {number} 个）"), label=label, number=number), before, after)


def _named(name: str, value: Any, survey: Survey) -> Said:
    """A setting that holds the code of a dimension or a question, by its label; others as `value_words`."""
    if name == "dimension":
        return next((str(each.label) for each in survey.dimensions if each.code == value), value_words(name, value))
    if name in ("overall", "subject", "callback", "options_from"):
        return next((short(str(each.title)) for each in survey.questions() if each.code == value), NOTHING)
    return value_words(name, value)


def value_words(name: str, value: Any) -> Said:
    """A plain setting as people say it."""
    if value is None or value == ():
        return NOTHING
    if isinstance(value, bool):
        return Message(marked("是") if value else marked("否"))
    if isinstance(value, tuple):
        return Series(tuple(value_words(name, each) for each in value))
    known = VALUES.get(f"{name}.{value}")
    if known:
        return Text.model_validate({DEFAULT_LANGUAGE: known[0], "en": known[1]})
    return f"{value:g}" if isinstance(value, float) else str(value)


def _changed(label: Text, old: Said, new: Said) -> Message:
    return saying(marked("{label}由“{old}”改为“{new}”"), label=label, old=old, new=new)


def _bare(label: Text) -> Text:
    """A label without what it says in brackets."""
    return Text.model_validate({tag: re.split("[（(]", words)[0].strip() for tag, words in label.root.items()})


def _quoted(part: _Entry) -> str:
    return quote_text(str(part.text if isinstance(part, Thanks) else part.label))


def moved_codes(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Which of the things in both orders have been moved: as few as explain the new order."""
    old, new = [each for each in before if each in after], [each for each in after if each in before]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    stayed = {each for block in blocks for each in new[block.b : block.b + block.size]}
    return [each for each in new if each not in stayed]
