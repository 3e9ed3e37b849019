"""What is typed: text, numbers, dates, times, a place from the organisation's list."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from surveys.definition.conditions import Entered
from surveys.definition.listening import HEARD
from surveys.definition.questions.question import (
    Answer,
    AnswerColumn,
    Measure,
    NotAcceptable,
    PartCode,
    Question,
    readable,
    single,
)
from surveys.localisation import normalisation
from surveys.localisation.wording import Text

# What no one types but machines send: control characters other than tab and line ends, and lone surrogates.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class FreeText(Question):
    """What the written types share: a limit counted in characters."""

    measure = Measure.TEXT
    max_length: Annotated[int, Field(ge=1, le=10_000)] = 200

    def read(self, entered: Entered) -> Answer | None:
        # A browser sends line ends as CR LF and counts each as one character against maxlength.
        text = "\n".join(entered.get(self.code, ())).replace("\r\n", "\n").replace("\r", "\n")
        text = self.tidied(_UNWRITABLE.sub("", text).strip())
        if len(text) > self.max_length:
            raise NotAcceptable("最多 {limit} 字，现在是 {length} 字", limit=self.max_length, length=len(text))
        return text if normalisation.is_seen(text) else None

    def tidied(self, text: str) -> str:
        return text

    def heard_fields(self) -> tuple[str, ...]:
        return (f"{self.code}{HEARD}",)

    def when_missing(self) -> str:
        return "请填写"


# What the plain form of each kind of entry is, as other programs are told, and how to put an entry right.
PATTERNS: dict[str, tuple[str, str]] = {
    "phone": (
        r"(\+?86|0086)?1[3-9]\d{9}|(0\d{2,3})?[2-9]\d{6,7}|[48]00\d{7}",
        "请填写 11 位手机号，或带区号的固定电话",
    ),
    "email": (r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+", "请填写完整的邮箱地址，例如 name@example.com"),
    "customer_number": (r"\d{10,13}", "请填写 10 至 13 位户号，可在电费账单上找到"),
}


def _household(text: str) -> str:
    """The number of a supply contract as bills print it: 10 to 13 digits; raises Unreadable."""
    digits = re.sub(r"[\s\-()]", "", normalisation.customer_number(re.sub(r"[()\uff08\uff09]", "", text)))
    if digits and not re.fullmatch(PATTERNS["customer_number"][0], digits, re.ASCII):
        raise normalisation.Unreadable(PATTERNS["customer_number"][1])
    return digits


READERS: dict[str, Callable[[str], str]] = {
    "phone": partial(normalisation.phone, local=True),
    "email": normalisation.email,
    "customer_number": _household,
}


class ShortText(FreeText):
    """One line of text, of any kind or a phone number, an e-mail address, a customer number."""

    type: Literal["short_text"] = "short_text"
    label = "单行文字"
    pattern: Literal["phone", "email", "customer_number"] | None = None

    def heard_fields(self) -> tuple[str, ...]:
        return () if self.pattern else super().heard_fields()

    def tidied(self, text: str) -> str:
        return self.normal(" ".join(text.split()))

    def normal(self, text: str) -> str:
        if self.pattern is None:
            return text
        try:
            return READERS[self.pattern](text)
        except normalisation.Unreadable:
            raise NotAcceptable(PATTERNS[self.pattern][1]) from None


class LongText(FreeText):
    """An open comment of several lines."""

    type: Literal["long_text"] = "long_text"
    label = "开放意见"
    seconds = 20
    max_length: Annotated[int, Field(ge=1, le=10_000)] = 1000


class Number(Question):
    """An amount with its unit and its range."""

    type: Literal["number"] = "number"
    measure = Measure.NUMBER
    label = "数值"

    minimum: float | None = None
    maximum: float | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    unit: Text | None = None

    @model_validator(mode="after")
    def _range_fits(self) -> Self:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"minimum {self.minimum:g} is above maximum {self.maximum:g}; swap them")
        return self

    def read(self, entered: Entered) -> Answer | None:
        text = self.normal(single(entered, self.code))
        if not text:
            return None
        if not re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", text, re.ASCII):
            raise NotAcceptable("请填写数字，例如 12")
        number = Decimal(text).normalize()
        if -int(number.as_tuple().exponent) > self.decimals:
            raise NotAcceptable("最多 {decimals} 位小数", decimals=self.decimals)
        if self.minimum is not None and number < Decimal(str(self.minimum)):
            raise NotAcceptable("不能小于 {minimum}", minimum=f"{self.minimum:g}")
        if self.maximum is not None and number > Decimal(str(self.maximum)):
            raise NotAcceptable("不能大于 {maximum}", maximum=f"{self.maximum:g}")
        return int(number) if number == number.to_integral_value() else float(number)

    def normal(self, text: str) -> str:
        return readable(lambda typed: normalisation.number(typed, self.number_units()), text)

    def number_units(self) -> tuple[str, ...]:
        return tuple(self.unit.root.values()) if self.unit else ()

    def when_missing(self) -> str:
        return "请填写数字"

    def entered_from(self, answer: Answer | None) -> dict[str, list[str]]:
        if answer is None:
            return {}
        if isinstance(answer, bool) or not isinstance(answer, (int, float, str)):
            raise TypeError(f"{answer!r} is no number")
        return {self.code: [answer if isinstance(answer, str) else f"{Decimal(str(answer)):f}"]}

    def words(self, answer: Answer | None, language: str) -> str:
        unit = f" {self.unit.in_language(language)}" if self.unit else ""
        return "" if answer is None else f"{answer}{unit}"

    def columns(self) -> tuple[AnswerColumn, ...]:
        return (AnswerColumn(self.code, self.title, self.measure, numeric=True),)

    def from_cells(self, cells: Any) -> Answer | None:
        value = cells.get(self.code)
        return self.read(self.entered_from(value) if isinstance(value, (int, float)) else {self.code: [value or ""]})


class Moment(Question):
    """What date and time share: a standard form, kept as text, within a range."""

    measure = Measure.DATE
    written: ClassVar[re.Pattern[str]]  # how it is entered
    kept: ClassVar[int]  # characters of the ISO form
    misread: ClassVar[str]  # what the programmer is told, after the text
    moment: ClassVar[type[date | time]]

    earliest: str | None = None
    latest: str | None = None

    def parsed(self, text: str) -> date | time:
        """The moment a text names; raises ValueError."""
        if not self.written.fullmatch(text):
            raise ValueError(f"{text!r} {self.misread}")
        return self.moment.fromisoformat(text)

    @model_validator(mode="after")
    def _range_is_readable(self) -> Self:
        ends = [self.parsed(end) for end in (self.earliest, self.latest) if end is not None]
        if len(ends) == 2 and ends[0] > ends[1]:  # type: ignore[operator]
            raise ValueError(f"earliest {self.earliest} is after latest {self.latest}; swap them")
        return self

    def read(self, entered: Entered) -> Answer | None:
        text = self.normal(single(entered, self.code))
        if not text:
            return None
        moment = self.parsed(text)
        said = moment.isoformat()[: self.kept]
        if self.earliest is not None and said < self.earliest:
            raise NotAcceptable("不能早于 {earliest}", earliest=self.earliest)
        if self.latest is not None and said > self.latest:
            raise NotAcceptable("不能晚于 {latest}", latest=self.latest)
        return said

    def when_missing(self) -> str:
        return "请填写"

    def columns(self) -> tuple[AnswerColumn, ...]:
        return (AnswerColumn(self.code, self.title, self.measure, moment=self.moment),)


class Date(Moment):
    """A day, as 2026-01-31."""

    type: Literal["date"] = "date"
    label = "日期"

    written = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
    moment = date
    kept = 10
    misread = "is no date; write it as 2026-01-31"

    def normal(self, text: str) -> str:
        return readable(normalisation.day, text)


class Time(Moment):
    """A time of day, as 18:30."""

    type: Literal["time"] = "time"
    label = "时间"

    written = re.compile(r"\d{2}:\d{2}(:\d{2})?", re.ASCII)
    moment = time
    kept = 5
    misread = "is no time of day; write it as 18:30"

    def normal(self, text: str) -> str:
        return readable(normalisation.time_of_day, text)


class Place(BaseModel):
    """One entry of the organisation's list of regions: `path` leads from province to district."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: PartCode
    path: Annotated[tuple[str, ...], Field(min_length=1, max_length=4)]


class Region(Question):
    """A province, city or district from the list the organisation imports; kept under its code."""

    type: Literal["region"] = "region"
    measure = Measure.NOMINAL
    label = "地区"

    places: tuple[Place, ...] = ()  # filled from the organisation's list when left empty

    def with_places(self, places: tuple[Place, ...]) -> Self:
        """The question offering the organisation's places, unless it brings its own."""
        return self if self.places else self.model_copy(update={"places": places})

    def read(self, entered: Entered) -> Answer | None:
        said = single(entered, self.code)
        if not said:
            return None
        for place in self.places:
            if said in (place.code, " ".join(place.path)):
                return place.code
        raise NotAcceptable("请从列表中选择地区")

    def check(self, entered: Entered) -> Answer | None:
        """Nobody is asked to choose from a list that is empty."""
        return super().check(entered) if self.places else None

    def words(self, answer: Answer | None, language: str) -> str:
        return next((" ".join(place.path) for place in self.places if place.code == answer), answer or "")

    def columns(self) -> tuple[AnswerColumn, ...]:
        labels = {place.code: Text.model_validate(" ".join(place.path)) for place in self.places}
        return (AnswerColumn(self.code, self.title, self.measure, labels=labels),)


class Hidden(FreeText):
    """A value that the link brings along; the respondent neither sees nor types it."""

    type: Literal["hidden"] = "hidden"
    measure = Measure.RECORD
    label = "链接参数"
    seconds = 0
    parameter: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")] | None = None

    @property
    def link_parameter(self) -> str:
        """The name under which the link carries it."""
        return self.parameter or self.code

    def check(self, entered: Entered) -> Answer | None:
        """What the link brought, as far as there is room; nobody can be asked for what it didn't, or to shorten it."""
        return self.read({self.code: [value.strip()[: self.max_length] for value in entered.get(self.code, ())]})

    def duration(self) -> float:
        return 0


ENTRIES: dict[str, type[Any]] = {
    "number": Number,
    "date": Date,
    "time": Time,
    "short_text": ShortText,
    "long_text": LongText,
    "region": Region,
    "hidden": Hidden,
}
