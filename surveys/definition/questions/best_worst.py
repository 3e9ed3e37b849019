"""Best-worst scaling (MaxDiff): of a few items at a time, which matters most and which least."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from random import Random
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from surveys.definition.conditions import Entered
from surveys.definition.questions.balanced_sets import MOST_SETS, balanced_sets, sensible_sets, sensible_size
from surveys.definition.questions.question import (
    Answer,
    AnswerColumn,
    Cell,
    Measure,
    NotAcceptable,
    Option,
    Question,
    repeated_codes,
    single,
)
from surveys.localisation.wording import Text

BEST, WORST = SIDES = ("best", "worst")
FEWEST_ITEMS, MOST_ITEMS = 4, 24
WORDS = {
    BEST: Text.model_validate({"zh-Hans": "最看重", "zh-Hant": "最看重", "en": "Most important"}),
    WORST: Text.model_validate({"zh-Hans": "最不看重", "zh-Hant": "最不看重", "en": "Least important"}),
}


@dataclass(frozen=True)
class ItemSet:
    """Items that are shown together; the code follows from them, so that it means the same in every version."""

    code: str
    items: tuple[str, ...]


class BestWorst(Question):
    """Sets of items, of each the most and the least important one; an answer maps a set to both.

    Everybody has one of the *versions* of the same design. The sets that were answered say which, so that nothing
    else of the respondent has to be known.
    """

    type: Literal["best_worst"] = "best_worst"
    measure = Measure.BEST_WORST
    label = "最看重与最不看重（MaxDiff）"
    parts_by_condition = False  # every item is compared with the others
    seconds = 5

    options: Annotated[tuple[Option, ...], Field(min_length=FEWEST_ITEMS, max_length=MOST_ITEMS)]
    per_set: Annotated[int, Field(ge=3, le=6)] | None = None  # else as many as is sensible
    sets: Annotated[int, Field(ge=2, le=MOST_SETS)] | None = None
    versions: Annotated[int, Field(ge=1, le=8)] = 1
    best_label: Text | None = None
    worst_label: Text | None = None
    _version: int = PrivateAttr(0)

    @model_validator(mode="after")
    def _items_fit(self) -> Self:
        if twice := repeated_codes([option.code for option in self.options]):
            raise ValueError(f"option code {', '.join(twice)} appears more than once; give each option its own")
        if any(option.show_if for option in self.options):
            raise ValueError("every item is compared with the others, so none can have a condition; take show_if away")
        if self.size >= len(self.options):
            raise ValueError(f"per_set is {self.size} for {len(self.options)} items; make it smaller")
        if self.count * self.size < 2 * len(self.options):
            raise ValueError(f"{self.count} sets of {self.size} don't show each item twice; add sets")
        return self

    @property
    def size(self) -> int:
        """Items in a set."""
        return self.per_set or min(sensible_size(len(self.options)), len(self.options) - 1)

    @property
    def count(self) -> int:
        """Sets that one person is asked."""
        return self.sets or sensible_sets(len(self.options), self.size)

    def design(self) -> tuple[tuple[ItemSet, ...], ...]:
        """The sets of each version."""
        return _design(tuple(option.code for option in self.options), self.size, self.count, self.versions)

    def every_set(self) -> tuple[ItemSet, ...]:
        """The sets of all versions, each once."""
        return tuple({each.code: each for version in self.design() for each in version}.values())

    def shown_sets(self) -> tuple[ItemSet, ...]:
        """The sets that this respondent is asked."""
        return self.design()[self._version]

    def for_respondent(self, seed: str) -> Self:
        if self.versions == 1:
            return self
        drawn = self.model_copy()
        drawn._version = Random(f"{seed}:{self.code}").randrange(self.versions)  # noqa: S311  no secret
        return drawn

    def side_words(self, side: str) -> Text:
        """What stands over the column of a side."""
        return (self.best_label if side == BEST else self.worst_label) or WORDS[side]

    def option(self, code: str) -> Option:
        """The item of a code; KeyError where there is none."""
        return {option.code: option for option in self.options}[code]

    def field(self, group: ItemSet, side: str) -> str:
        return f"{self.code}.{group.code}_{side}"

    def parts(self) -> tuple[Option, ...]:
        return self.options

    def fields(self) -> tuple[str, ...]:
        return tuple(self.field(group, side) for group in self.every_set() for side in SIDES)

    def read(self, entered: Entered) -> Answer | None:
        answer = {}
        for version in self._in_turn():
            for number, group in enumerate(version, start=1):
                if (chosen := self._read_set(entered, number, group)) is not None:
                    answer[group.code] = chosen
        asked = self._asked_of(answer)
        missing = [each for each in asked if each.code not in answer]
        if answer and self.required and missing:
            raise NotAcceptable("还有 {count} 组没有作答", count=len(missing))
        return answer or None

    def _in_turn(self) -> tuple[tuple[ItemSet, ...], ...]:
        """The sets by version, each where it first stands."""
        seen: set[str] = set()
        found = []
        for version in self.design():
            found.append(tuple(each for each in version if each.code not in seen))
            seen |= {each.code for each in version}
        return tuple(found)

    def _asked_of(self, answer: Mapping[str, Any]) -> tuple[ItemSet, ...]:
        """The version that most of the answered sets are of."""
        return max(self.design(), key=lambda version: sum(each.code in answer for each in version))

    def _read_set(self, entered: Entered, number: int, group: ItemSet) -> dict[str, str] | None:
        chosen = {side: single(entered, self.field(group, side)) for side in SIDES}
        if not any(chosen.values()):
            return None
        if any(code and code not in group.items for code in chosen.values()):
            raise NotAcceptable("请从列出的选项中选择")
        for side, code in chosen.items():
            if not code:
                raise NotAcceptable("第 {number} 组还要选“{side}”的一项", number=number, side=self.side_words(side))
        if chosen[BEST] == chosen[WORST]:
            raise NotAcceptable("第 {number} 组的两栏不能选同一项", number=number)
        return chosen

    def when_missing(self) -> str:
        return "请在每一组里各选一项"

    def entered_from(self, answer: Answer | None) -> dict[str, list[str]]:
        return {name: [str(code)] for name, code in self.cells(answer).items()}

    def words(self, answer: Answer | None, language: str) -> str:
        named = {option.code: option.label.in_language(language) for option in self.options}
        told = []
        for side in SIDES:
            counted = Counter(chosen[side] for chosen in (answer or {}).values())
            names = "、".join(
                f"{named.get(code, code)}{f' ×{times}' if times > 1 else ''}" for code, times in counted.most_common()
            )
            told.append(f"{self.side_words(side).in_language(language)}：{names}")
        return "；".join(told) if answer else ""

    def columns(self) -> tuple[AnswerColumn, ...]:
        numbered = enumerate(self.every_set(), start=1)
        return tuple(
            AnswerColumn(
                self.field(group, side), _numbered(number, self.side_words(side)), Measure.BEST_WORST,
                labels={code: self.option(code).label for code in group.items},
            )
            for number, group in numbered for side in SIDES
        )  # fmt: skip

    def cells(self, answer: Answer | None) -> dict[str, Cell]:
        return {
            f"{self.code}.{group}_{side}": code for group, chosen in (answer or {}).items()
            for side, code in chosen.items()
        }  # fmt: skip

    def duration(self) -> float:
        return super().duration() + self.count * (self.seconds + 2 * self.size)


def _numbered(number: int, words: Text) -> Text:
    """The words with the number of their set before them."""
    return Text.model_validate({language: f"{number} · {said}" for language, said in words.root.items()})


@lru_cache(maxsize=256)
def _design(codes: tuple[str, ...], size: int, sets: int, versions: int) -> tuple[tuple[ItemSet, ...], ...]:
    return tuple(
        _coded([tuple(codes[place] for place in each) for each in version])
        for version in balanced_sets(len(codes), size, sets, versions)
    )


def _coded(sets: list[tuple[str, ...]]) -> tuple[ItemSet, ...]:
    """Each set under a code of what stands in it; one that comes again has its own."""
    found: list[ItemSet] = []
    seen: Counter[str] = Counter()
    for items in sets:
        code = "s" + sha256(" ".join(sorted(items)).encode()).hexdigest()[:6]
        seen[code] += 1
        found.append(ItemSet(code if seen[code] == 1 else f"{code}{seen[code]}", items))
    return tuple(found)


COMPARISONS: dict[str, type[Any]] = {"best_worst": BestWorst}
