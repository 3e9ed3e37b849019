"""The handbook as data: for each page a few paragraphs, some only for those who may take an action.

One file of Markdown for each language. `## plans` begins the page at that address (`start`: the start page), a
paragraph that begins with `@APPROVE_PLANS` is for those who may do so, and `[[cases]]` names another page by its
address, so that titles never go out of date.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from surveys.localisation.wording import DEFAULT_LANGUAGE
from surveys.permissions import Action

START = "start"
_FOLDER = Path(__file__).parent
_NAMED = re.compile(r"\[\[([a-z-]+)\]\]")


@dataclass(frozen=True)
class HelpParagraph:
    """A paragraph of Markdown; *action*: for those alone who may take it."""

    words: str
    action: Action | None = None

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages it names, by address."""
        return tuple(_NAMED.findall(self.words))

    def titled(self, titles: Mapping[str, str]) -> str:
        """Its words with the titles of the pages it names; KeyError where there is no such page."""
        return _NAMED.sub(lambda found: f"**{titles[found[1]]}**", self.words)


@cache
def handbook(language: str) -> Mapping[str, tuple[HelpParagraph, ...]]:
    """The paragraphs of every page by its address, in this language or else in the default one."""
    written = _FOLDER / f"{language}.md"
    path = written if written.is_file() else _FOLDER / f"{DEFAULT_LANGUAGE}.md"
    pages = re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {head.strip(): tuple(_paragraphs(body)) for head, _, body in (each.partition("\n") for each in pages)}


def help_on(page: str, permitted: Collection[Action], language: str) -> tuple[HelpParagraph, ...]:
    """What the handbook says on a page to those who may take these actions; nothing on a page that it doesn't know."""
    every = handbook(language).get(page, ())
    return tuple(each for each in every if each.action is None or each.action in permitted)


def _paragraphs(body: str) -> list[HelpParagraph]:
    return [_paragraph(each.strip()) for each in re.split(r"\n\s*\n", body) if each.strip()]


def _paragraph(text: str) -> HelpParagraph:
    if not text.startswith("@"):
        return HelpParagraph(text)
    name, _, words = text[1:].partition(" ")
    return HelpParagraph(words.strip(), Action[name])
