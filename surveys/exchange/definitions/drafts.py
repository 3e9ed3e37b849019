"""A survey while it is being read: settings as they come, with names, texts and conditions of the format still in them.

Readers build a `Draft`; `assembly.py` makes the survey of it. Foreign names, which texts and conditions refer to, are
noted as they are met and put in at the end, because a reference may stand before what it names.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from surveys.exchange.definitions.dialects import Dialect, Target
from surveys.exchange.definitions.extension import Extension
from surveys.exchange.definitions.grammar import Untranslatable
from surveys.exchange.definitions.limits import refuse
from surveys.exchange.definitions.losses import OMITTED, Ledger, Met
from surveys.localisation.language import marked
from surveys.localisation.wording import Said, saying

Settings = dict[str, Any]

_QUESTION = re.compile(r"[a-z][a-z0-9_]{0,39}")  # what is a code already stays
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-]{0,59}")
MOST_QUESTIONS = 2_000
MOST_PARTS = 5_000  # options or rows of one question; all districts of a large country are some three thousand


@dataclass
class DraftQuestion:
    """One question: its settings, where it stands in the file, what the extension room says."""

    settings: Settings
    place: Said
    extension: Extension = field(default_factory=Extension)


@dataclass
class DraftSection:
    """One section with its questions."""

    settings: Settings
    place: Said
    questions: list[DraftQuestion] = field(default_factory=list)
    extension: Extension = field(default_factory=Extension)


@dataclass(frozen=True)
class Pending:
    """Expressions that must all hold, to become the setting `key` of `settings`."""

    settings: Settings
    key: str
    expressions: tuple[str, ...]
    place: Said


@dataclass
class ImportedDraft:
    """What is read of a file so far."""

    dialect: Dialect
    placeholder: re.Pattern[str]  # a reference in a text; its first group is the name
    kind: str  # what the format is called
    ledger: Ledger = field(default_factory=Ledger)
    settings: Settings = field(default_factory=dict)
    extension: Extension = field(default_factory=Extension)
    sections: list[DraftSection] = field(default_factory=list)
    targets: dict[str, Target] = field(default_factory=dict)  # by the format's name
    offered: dict[str, list[Settings]] = field(default_factory=dict)  # the options of each choice, by its code
    pending: list[Pending] = field(default_factory=list)
    hidden: list[Settings] = field(default_factory=list)  # what the file never shows
    codes: set[str] = field(default_factory=set)

    def lose(self, place: Said, what: Said, instead: Said = OMITTED) -> None:
        """Note a loss."""
        self.ledger.lose(place, what, instead)

    def meet(self, data: Any, place: Said) -> Met:
        """The mapping, watched; anything else is a loss and an empty mapping."""
        if not isinstance(data, dict):
            self.lose(place, marked("不是一组设置"))
        return self.ledger.meet(data if isinstance(data, dict) else {}, place)

    def show(self, settings: Settings, place: Said, *expressions: str | None, key: str = "show_if") -> None:
        """Let *settings* hold only when all of these expressions do."""
        said = tuple(each for each in expressions if each)
        if said:
            self.pending.append(Pending(settings, key, said, place))

    def hide(self, *settings: Settings) -> None:
        """Leave these out, because nobody sees them where the file comes from."""
        self.hidden.extend(settings)

    def question_code(self, name: str, place: Said) -> str:
        """A code of our own form for a foreign question name, not given before."""
        if len(self.codes) >= MOST_QUESTIONS:
            refuse(
                self.kind,
                saying(marked("超过 {most} 道题；请拆成几份问卷"), most=MOST_QUESTIONS),
                place,
            )
        wanted = name if _QUESTION.fullmatch(name) else re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")
        wanted = wanted if re.match(r"[a-z]", wanted) else f"q_{wanted}".rstrip("_")
        code = unused_code(wanted[:40], self.codes, 40)
        self.codes.add(code)
        if code != name:
            self.lose(place, saying(marked("题目代码“{name}”"), name=name), saying(marked("改为“{code}”"), code=code))
        return code

    def assert_not_too_many(self, count: int, place: Said) -> None:
        """Refuse a question of too many options or rows; asked before any work is done on them."""
        if count > MOST_PARTS:
            words = marked("有 {count} 个选项或行，最多 {most} 个；请分级或缩短")
            refuse(self.kind, saying(words, count=count, most=MOST_PARTS), place)

    def part_codes(self, names: Collection[str], place: Said) -> dict[str, str]:
        """Codes of our own form for foreign option or row values, by value."""
        self.assert_not_too_many(len(names), place)
        codes, taken = dict[str, str](), set(names)
        for n, name in enumerate(dict.fromkeys(names), start=1):
            taken.discard(name)
            wanted = name if _PART.fullmatch(name) else re.sub(r"[^A-Za-z0-9_\-]+", "_", name).strip("_-") or f"o{n}"
            codes[name] = unused_code(wanted[:60], taken, 60)
            taken |= {name, codes[name]}
            if codes[name] != name:
                self.lose(
                    place,
                    saying(marked("选项或行的代码“{name}”"), name=name),
                    saying(marked("改为“{code}”"), code=codes[name]),
                )
        return codes

    def target(self, name: str) -> Target:
        """What a foreign name means; raises Untranslatable."""
        bare = name.removeprefix("panel.").removeprefix("parentPanel.")
        for known in (name, bare, *(each for each in self.targets if each.lower() == bare.lower())):
            if known in self.targets:
                return self.targets[known]
        if re.fullmatch(r"link\.[a-z][a-z0-9_]{0,39}", name):
            return Target(name)
        raise Untranslatable(saying(marked("没有读到题目“{name}”"), name=name))


def unused_code(wanted: str, taken: Collection[str], longest: int) -> str:
    """The name itself, or with the first number that makes it another one."""
    name, n = wanted, 2
    while name in taken:
        name, n = f"{wanted[: longest - len(str(n)) - 1]}_{n}", n + 1
    return name
