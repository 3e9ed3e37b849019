"""What people read: one text in one or several languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import ConfigDict, RootModel, model_validator

DEFAULT_LANGUAGE = "zh-Hans"

_PLACEHOLDER = re.compile(r"\{((?:link\.)?[a-z][a-z0-9_]{0,39})\}")


class Text(RootModel[dict[str, str]]):
    """A text by language tag; a plain string means the default language."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _plain_string_is_default_language(cls, value: Any) -> Any:
        return {DEFAULT_LANGUAGE: value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _says_something(self) -> Text:
        if not self.root or not all(words.strip() for words in self.root.values()):
            raise ValueError("the text is empty; write what people are to read")
        return self

    def in_language(self, language: str) -> str:
        """The wording for *language*, else the default language's, else whichever there is."""
        for tag in (language, DEFAULT_LANGUAGE):
            if tag in self.root:
                return self.root[tag]
        return next(iter(self.root.values()))

    def placeholders(self) -> frozenset[str]:
        """Names of what is to be put in: `{item}` an earlier answer, `{link.name}` a value of the link."""
        return self._placeholders

    @cached_property
    def _placeholders(self) -> frozenset[str]:  # asked of every text at every look at a form
        return frozenset(name for words in self.root.values() for name in _PLACEHOLDER.findall(words))

    def filled(self, words_for: Callable[[str, str], str]) -> Text:
        """The text with each placeholder replaced by `words_for(name, language)`."""
        if not self.placeholders():
            return self
        return Text.model_construct(
            root={
                language: _PLACEHOLDER.sub(lambda found, language=language: words_for(found[1], language), words)  # type: ignore[misc]
                for language, words in self.root.items()
            }
        )

    def __str__(self) -> str:
        return self.in_language(DEFAULT_LANGUAGE)

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.root.items())))


@dataclass(frozen=True)
class Message:
    """Something the product says: the Chinese wording, which is also the key of its translations, and its values.

    `context` tells apart what is worded alike in Chinese and not elsewhere: gettext's msgctxt.
    """

    wording: str
    values: Mapping[str, object] = field(default_factory=dict)
    context: str = ""

    def __str__(self) -> str:
        return self.wording.format(**self.values)

    def __hash__(self) -> int:
        return hash(self.wording)


@dataclass(frozen=True)
class Series:
    """Several things said one after the other."""

    parts: tuple[object, ...]
    joint: str = "、"

    def __str__(self) -> str:
        return self.joint.join(map(str, self.parts))


Said = Text | Message | Series | str  # whatever people are to read


def saying(wording: str, **values: object) -> Message:
    """A message with its values, which may be texts, messages or series themselves."""
    return Message(wording, values)
