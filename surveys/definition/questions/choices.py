"""Choosing from a list: one, several, from a long list, or in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from surveys.definition.conditions import Entered
from surveys.definition.questions.question import (
    Answer,
    AnswerColumn,
    Cell,
    Code,
    Measure,
    NotAcceptable,
    Option,
    Options,
    Question,
    repeated_codes,
    single,
)
from surveys.localisation.normalisation import is_seen, plain
from surveys.localisation.wording import Text

LONGEST_OTHER = 100


class ListedOption(Option):
    """An option with what choosing it brings about."""

    asks_text: bool = False  # "other": what it is may be written beside it
    exclusive: bool = False  # "none of these": nothing else is chosen with it
    call_outcome: Literal["later", "refused", "wrong_number", "not_wanted"] | None = None  # of a call, when it is said
    right: bool = False  # of a test question; nobody who answers is shown it


class Choice(Question):
    """What the choosing types share: a list of options with codes of their own.

    An answer with a written "other" is `{"chosen": …, "other": text}`; without, just what is chosen.
    """

    options: Annotated[tuple[ListedOption, ...], Field(min_length=1)]
    options_from: Code | None = None  # offer only what was chosen in this earlier question
    shuffle: bool = False
    marks: Annotated[float, Field(gt=0, le=1000)] | None = None  # of a test question, when answered rightly; else 1

    @model_validator(mode="after")
    def _options_fit(self) -> Self:
        if self.marks is not None and not self.right_codes:
            raise ValueError("there are marks but no option is right; set right: true on at least one option")
        if twice := repeated_codes([option.code for option in self.options]):
            raise ValueError(f"option code {', '.join(twice)} appears more than once; give each option its own")
        if sum(option.asks_text for option in self.options) > 1:
            raise ValueError("more than one option asks for text; keep asks_text on one")
        return self

    @property
    def right_codes(self) -> tuple[str, ...]:
        """The options that are right; none where it is no test question."""
        return tuple(option.code for option in self.options if option.right)

    @property
    def full_marks(self) -> float:
        """What the right answer is worth; 0 where it is no test question."""
        return (self.marks or 1.0) if self.right_codes else 0.0

    def marks_of(self, answer: Answer | None) -> float:
        """What an answer is worth: all or nothing."""
        return self.full_marks if answer is not None and self.is_right(chosen_of(answer)) else 0.0

    def is_right(self, chosen: Sequence[str]) -> bool:
        """Whether one of the right options was chosen; where several can be, all of them and nothing else."""
        return bool(chosen) and set(chosen) <= set(self.right_codes)

    @property
    def other(self) -> ListedOption | None:
        """The option whose meaning may be written beside it."""
        return next((option for option in self.options if option.asks_text), None)

    def parts(self) -> tuple[Option, ...]:
        return self.options

    def with_parts(self, shown: Sequence[Option]) -> Self:
        return self.model_copy(update={"options": tuple(shown)})

    def fields(self) -> tuple[str, ...]:
        return (self.code, f"{self.code}._text") if self.other else (self.code,)

    def words(self, answer: Answer | None, language: str) -> str:
        labels = {option.code: option.label.in_language(language) for option in self.options}
        written = other_of(answer)
        said = [labels.get(code, code) for code in chosen_of(answer)]
        return "；".join(said) + (f"：{written}" if written else "")

    def _known(self, code: str) -> str:
        if all(option.code != code for option in self.options):
            raise NotAcceptable("请从列出的选项中选择")
        return code

    def _with_other(self, chosen: str | list[str], entered: Entered) -> Answer:
        """The answer, with what was written beside "other" when that is chosen."""
        codes = [chosen] if isinstance(chosen, str) else chosen
        if self.other is None or self.other.code not in codes:
            return chosen
        written = " ".join(single(entered, f"{self.code}._text").split())
        if len(written) > LONGEST_OTHER:
            raise NotAcceptable("最多 {limit} 字，现在是 {length} 字", limit=LONGEST_OTHER, length=len(written))
        return {"chosen": chosen, "other": written} if is_seen(written) else chosen

    def _labels(self) -> dict[str, Text]:
        return {option.code: option.label for option in self.options}

    def _other_column(self) -> tuple[AnswerColumn, ...]:
        return (AnswerColumn(f"{self.code}._text", self.other.label, Measure.TEXT),) if self.other else ()


def chosen_of(answer: Answer | None) -> list[str]:
    """The codes chosen in an answer to a choosing question."""
    chosen = answer["chosen"] if isinstance(answer, dict) else answer
    return [] if chosen is None else list(chosen) if isinstance(chosen, list) else [str(chosen)]


def other_of(answer: Answer | None) -> str:
    """What was written beside "other"; empty when nothing was."""
    return str(answer["other"]) if isinstance(answer, dict) else ""


class OneChoice(Choice):
    """What the types with one choice share."""

    measure = Measure.NOMINAL

    def read(self, entered: Entered) -> Answer | None:
        code = single(entered, self.code)
        return self._with_other(self._known(code), entered) if code else None

    def entered_from(self, answer: Answer | None) -> dict[str, list[str]]:
        written = {f"{self.code}._text": [other_of(answer)]} if other_of(answer) else {}
        return ({self.code: chosen_of(answer)} if answer is not None else {}) | written

    def columns(self) -> tuple[AnswerColumn, ...]:
        return (AnswerColumn(self.code, self.title, self.measure, labels=self._labels()), *self._other_column())

    def cells(self, answer: Answer | None) -> dict[str, Cell]:
        return {name: values[0] for name, values in self.entered_from(answer).items()}


class SingleChoice(OneChoice):
    """One of several options."""

    type: Literal["single_choice"] = "single_choice"
    label = "单选"


class DropDown(OneChoice):
    """One of a long list, found by typing part of it."""

    type: Literal["drop_down"] = "drop_down"
    label = "下拉选择（可搜索）"


class MultipleChoice(Choice):
    """Any number of options within the limits."""

    type: Literal["multiple_choice"] = "multiple_choice"
    measure = Measure.MULTIPLE
    label = "多选"
    seconds = 10

    at_least: Annotated[int, Field(ge=0)] = 0
    at_most: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _limits_fit(self) -> Self:
        if self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"at_least is {self.at_least} but at_most is {self.at_most}; make at_least the smaller")
        if self.at_least > len(self.options):
            raise ValueError(f"at_least is {self.at_least} but there are {len(self.options)} options; lower it")
        return self

    def is_right(self, chosen: Sequence[str]) -> bool:
        return bool(chosen) and set(chosen) == set(self.right_codes)

    def with_parts(self, shown: Sequence[Option]) -> Self:
        together = sum(not getattr(option, "exclusive", False) for option in shown)
        at_least = min(self.at_least, max(1, together))
        return self.model_copy(update={"options": tuple(shown), "at_least": at_least})

    def read(self, entered: Entered) -> Answer | None:
        chosen = {self._known(value.strip()) for value in entered.get(self.code, ()) if value.strip()}
        if not chosen:
            return None
        in_order = [option for option in self.options if option.code in chosen]
        alone = next((option for option in in_order if option.exclusive), None)
        if alone is not None and len(in_order) > 1:
            raise NotAcceptable("“{option}”不能与其他选项同时选择", option=alone.label)
        if len(chosen) < self.at_least and alone is None:
            raise NotAcceptable("请至少选择 {least} 项", least=self.at_least)
        if self.at_most is not None and len(chosen) > self.at_most:
            raise NotAcceptable("最多选择 {most} 项", most=self.at_most)
        return self._with_other([option.code for option in in_order], entered)

    def when_missing(self) -> str:
        return "请至少选择一项"

    def entered_from(self, answer: Answer | None) -> dict[str, list[str]]:
        written = {f"{self.code}._text": [other_of(answer)]} if other_of(answer) else {}
        return ({self.code: chosen_of(answer)} if answer is not None else {}) | written

    def columns(self) -> tuple[AnswerColumn, ...]:
        yes_no = {"0": Text.model_validate({"zh-Hans": "未选", "en": "no"}), "1": _YES}
        chosen = (
            AnswerColumn(f"{self.code}.{option.code}", option.label, Measure.MULTIPLE, numeric=True, labels=yes_no)
            for option in self.options
        )
        return (*chosen, *self._other_column())

    def cells(self, answer: Answer | None) -> dict[str, Cell]:
        if answer is None:
            return {}
        chosen = set(chosen_of(answer))
        written: dict[str, Cell] = {f"{self.code}._text": other_of(answer)} if other_of(answer) else {}
        return {f"{self.code}.{option.code}": int(option.code in chosen) for option in self.options} | written

    def from_cells(self, cells: Mapping[str, Cell]) -> Answer | None:
        chosen = [option.code for option in self.options if str(cells.get(f"{self.code}.{option.code}")) == "1"]
        return self.read({self.code: chosen, f"{self.code}._text": [str(cells.get(f"{self.code}._text") or "")]})


_YES = Text.model_validate({"zh-Hans": "选中", "en": "yes"})


class Ranking(Question):
    """Options in the order of preference: each gets a place, 1 for the first."""

    type: Literal["ranking"] = "ranking"
    measure = Measure.RANK
    label = "排序"
    seconds = 20

    options: Options
    shuffle: bool = False
    at_most: Annotated[int, Field(ge=1)] | None = None  # rank only the first so many

    @model_validator(mode="after")
    def _option_codes_differ(self) -> Self:
        if twice := repeated_codes([option.code for option in self.options]):
            raise ValueError(f"option code {', '.join(twice)} appears more than once; give each option its own")
        return self

    @property
    def places(self) -> int:
        """How many places there are to give."""
        return min(self.at_most or len(self.options), len(self.options))

    def parts(self) -> tuple[Option, ...]:
        return self.options

    def with_parts(self, shown: Sequence[Option]) -> Self:
        return self.model_copy(update={"options": tuple(shown)})

    def fields(self) -> tuple[str, ...]:
        return tuple(f"{self.code}.{option.code}" for option in self.options)

    def read(self, entered: Entered) -> Answer | None:
        places: dict[int, str] = {}
        for option in self.options:
            place = plain(single(entered, f"{self.code}.{option.code}"))
            if not place:
                continue
            if not (place.isascii() and place.isdigit() and 1 <= int(place[:4]) <= self.places):
                raise NotAcceptable("请给出 1 到 {places} 之间的名次", places=self.places)
            if int(place) in places:
                raise NotAcceptable("第 {place} 名只能给一项", place=int(place))
            places[int(place)] = option.code
        if places and len(places) < self.places:
            raise NotAcceptable("请排出全部 {places} 个名次", places=self.places)
        return [places[place] for place in sorted(places)] or None

    def when_missing(self) -> str:
        return "请排出名次"

    def entered_from(self, answer: Answer | None) -> dict[str, list[str]]:
        return {f"{self.code}.{code}": [str(place)] for place, code in enumerate(answer or (), start=1)}

    def words(self, answer: Answer | None, language: str) -> str:
        labels = {option.code: option.label.in_language(language) for option in self.options}
        return " > ".join(labels.get(code, code) for code in answer or ())

    def columns(self) -> tuple[AnswerColumn, ...]:
        return tuple(
            AnswerColumn(f"{self.code}.{option.code}", option.label, self.measure, numeric=True)
            for option in self.options
        )

    def cells(self, answer: Answer | None) -> dict[str, Cell]:
        return {f"{self.code}.{code}": place for place, code in enumerate(answer or (), start=1)}

    def duration(self) -> float:
        return super().duration() + 3 * len(self.options)


CHOICES: dict[str, type[Any]] = {
    "single_choice": SingleChoice,
    "multiple_choice": MultipleChoice,
    "drop_down": DropDown,
    "ranking": Ranking,
}
