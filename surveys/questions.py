"""Every question type: its settings, the form fields it owns, how an answer is checked, what it measures.

A new type is a class here, its name in QUESTION_TYPES at the foot, and a page fragment
`html/questions/{type}.html`. Definition, form, storage, export and the contract test follow from these.

An answer is a JSON value: a number for scales, a code for choices, a list of codes for several choices, a string
for text; `NOT_APPLICABLE` where the respondent says the question does not concern them; absent when not answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from surveys.wording import Text

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Answer = int | float | str | list[str]
Entered = Mapping[str, Sequence[str]]

NOT_APPLICABLE = "na"

# What no one types but machines send: control characters other than tab and line ends, and lone surrogates.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Measure(StrEnum):
    """What an answer says about the world; decides which statistics fit."""

    RATING = "rating"
    NPS = "nps"
    NOMINAL = "nominal"
    MULTIPLE = "multiple"
    TEXT = "text"


class NotAcceptable(ValueError):
    """An entry that is no answer to its question; the message is for the respondent."""


class Option(BaseModel):
    """One answer to choose, with the code it is stored under."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-]{1,60}$")]
    label: Text


class Question(BaseModel):
    """What all question types share."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    measure: ClassVar[Measure]
    label: ClassVar[str]

    type: str
    code: Code
    title: Text
    hint: Text | None = None
    required: bool = False
    dimension: Code | None = None

    def fields(self) -> tuple[str, ...]:
        """Names of the form fields this question owns."""
        return (self.code,)

    def read(self, entered: Entered) -> Answer | None:
        """The answer in what was entered, None when left empty; raises NotAcceptable."""
        raise NotImplementedError

    def check(self, entered: Entered) -> Answer | None:
        """Like `read`, and a required question must be answered."""
        answer = self.read(entered)
        if answer is None and self.required:
            raise NotAcceptable(self.when_missing())
        return answer

    def when_missing(self) -> str:
        return "请选择一项"

    def entered_from(self, answer: Answer | None) -> dict[str, list[str]]:
        """The form entry that gives this answer; the inverse of `read`."""
        if answer is None:
            return {}
        return {self.code: [str(value) for value in (answer if isinstance(answer, list) else [answer])]}

    def words(self, answer: Answer | None, language: str) -> str:
        """The answer as a person reads it; empty when there is none."""
        return "" if answer is None else str(answer)


def _single(entered: Entered, field: str) -> str:
    """The one value of a field, cleaned; several values come only from a forged form."""
    values = [value.strip() for value in entered.get(field, ()) if value.strip()]
    if len(values) > 1:
        raise NotAcceptable("只能选择一项")
    return values[0] if values else ""


class Choice(Question):
    """What the choosing types share: a list of options with codes of their own."""

    options: Annotated[tuple[Option, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _codes_differ(self) -> Self:
        codes = [option.code for option in self.options]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"option code {', '.join(twice)} appears more than once; give each option its own")
        return self

    def _known(self, code: str) -> str:
        if all(option.code != code for option in self.options):
            raise NotAcceptable("请从列出的选项中选择")
        return code

    def words(self, answer: Answer | None, language: str) -> str:
        labels = {option.code: option.label.in_language(language) for option in self.options}
        codes = answer if isinstance(answer, list) else [] if answer is None else [str(answer)]
        return "；".join(labels.get(code, code) for code in codes)


class SingleChoice(Choice):
    """One of several options."""

    type: Literal["single_choice"] = "single_choice"
    measure = Measure.NOMINAL
    label = "单选"

    def read(self, entered: Entered) -> Answer | None:
        code = _single(entered, self.code)
        return self._known(code) if code else None


class MultipleChoice(Choice):
    """Any number of options within the limits."""

    type: Literal["multiple_choice"] = "multiple_choice"
    measure = Measure.MULTIPLE
    label = "多选"

    at_least: Annotated[int, Field(ge=0)] = 0
    at_most: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _limits_fit(self) -> Self:
        if self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"at_least is {self.at_least} but at_most is {self.at_most}; make at_least the smaller")
        if self.at_least > len(self.options):
            raise ValueError(f"at_least is {self.at_least} but there are {len(self.options)} options; lower it")
        return self

    def read(self, entered: Entered) -> Answer | None:
        chosen = {self._known(value.strip()) for value in entered.get(self.code, ()) if value.strip()}
        if not chosen:
            return None
        if len(chosen) < self.at_least:
            raise NotAcceptable(f"请至少选择 {self.at_least} 项")
        if self.at_most is not None and len(chosen) > self.at_most:
            raise NotAcceptable(f"最多选择 {self.at_most} 项")
        return [option.code for option in self.options if option.code in chosen]

    def when_missing(self) -> str:
        return "请至少选择一项"


class Scale(Question):
    """What the scales share: whole numbers from low to high, labels at the ends."""

    low_label: Text | None = None
    high_label: Text | None = None
    not_applicable: Text | None = None

    @property
    def low(self) -> int:
        raise NotImplementedError

    @property
    def high(self) -> int:
        raise NotImplementedError

    def points_in_order(self) -> range:
        return range(self.low, self.high + 1)

    def read(self, entered: Entered) -> Answer | None:
        value = _single(entered, self.code)
        if not value:
            return None
        if value == NOT_APPLICABLE and self.not_applicable is not None:
            return NOT_APPLICABLE
        # isascii: str.isdigit also accepts digits of other scripts and superscripts.
        if not (value.isascii() and value.isdigit()) or int(value[:4]) not in self.points_in_order():
            raise NotAcceptable(f"请选择 {self.low} 到 {self.high} 之间的分数")
        return int(value[:4])

    def when_missing(self) -> str:
        return "请打分"

    def words(self, answer: Answer | None, language: str) -> str:
        if answer == NOT_APPLICABLE and self.not_applicable is not None:
            return self.not_applicable.in_language(language)
        return super().words(answer, language)


class Rating(Scale):
    """How good something was, on 2 to 11 points counted from 1."""

    type: Literal["rating"] = "rating"
    measure = Measure.RATING
    label = "评分"

    points: Annotated[int, Field(ge=2, le=11)] = 5
    labels: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _one_label_a_point(self) -> Self:
        if self.labels and len(self.labels) != self.points:
            raise ValueError(f"{len(self.labels)} labels for {self.points} points; give each point one label, or none")
        return self

    @property
    def low(self) -> int:
        return 1

    @property
    def high(self) -> int:
        return self.points


class NetPromoter(Scale):
    """Would recommend, 0 to 10 (Reichheld 2003)."""

    type: Literal["nps"] = "nps"
    measure = Measure.NPS
    label = "推荐意愿（NPS）"

    @property
    def low(self) -> int:
        return 0

    @property
    def high(self) -> int:
        return 10


class FreeText(Question):
    """What the typed types share: a limit counted in characters."""

    measure = Measure.TEXT
    max_length: Annotated[int, Field(ge=1, le=10_000)] = 200

    def read(self, entered: Entered) -> Answer | None:
        values = entered.get(self.code, ())
        # A browser sends line ends as CR LF and counts each as one character against maxlength.
        text = _UNWRITABLE.sub("", "\n".join(values)).replace("\r\n", "\n").replace("\r", "\n").strip()
        if len(text) > self.max_length:
            raise NotAcceptable(f"最多 {self.max_length} 字，现在是 {len(text)} 字")
        return text or None

    def when_missing(self) -> str:
        return "请填写"


class ShortText(FreeText):
    """One line of text."""

    type: Literal["short_text"] = "short_text"
    label = "单行文字"

    def read(self, entered: Entered) -> Answer | None:
        answer = super().read(entered)
        return " ".join(answer.split()) if isinstance(answer, str) else answer


class LongText(FreeText):
    """An open comment of several lines."""

    type: Literal["long_text"] = "long_text"
    label = "开放意见"
    max_length: Annotated[int, Field(ge=1, le=10_000)] = 1000


QUESTION_TYPES: dict[str, type[Question]] = {
    "single_choice": SingleChoice,
    "multiple_choice": MultipleChoice,
    "rating": Rating,
    "nps": NetPromoter,
    "short_text": ShortText,
    "long_text": LongText,
}


def settings_of(type_name: str) -> dict[str, Any]:
    """The settings a question type understands, by name, with pydantic's field description."""
    return dict(QUESTION_TYPES[type_name].model_fields)
