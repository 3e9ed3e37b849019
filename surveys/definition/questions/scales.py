"""Scales: how good, how likely, how easy, how much."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from surveys.definition.conditions import Entered
from surveys.definition.questions.question import (
    NOT_APPLICABLE,
    Answer,
    AnswerColumn,
    Cell,
    Measure,
    NotAcceptable,
    Question,
    single,
)
from surveys.localisation.normalisation import Unreadable, number
from surveys.localisation.wording import Text


class Scale(Question):
    """What the scales share: whole numbers from low to high, labels at the ends or at each point."""

    low_label: Text | None = None
    high_label: Text | None = None
    labels: tuple[Text, ...] = ()
    not_applicable: Text | None = None

    @property
    def low(self) -> int:
        raise NotImplementedError

    @property
    def high(self) -> int:
        raise NotImplementedError

    @property
    def step(self) -> int:
        return 1

    def points_in_order(self) -> range:
        return range(self.low, self.high + 1, self.step)

    @model_validator(mode="after")
    def _one_label_a_point(self) -> Self:
        points = len(self.points_in_order())
        if self.labels and len(self.labels) != points:
            raise ValueError(f"{len(self.labels)} labels for {points} points; give each point one label, or none")
        return self

    def read(self, entered: Entered) -> Answer | None:
        value = self.normal(single(entered, self.code))
        if value == NOT_APPLICABLE and self.not_applicable is not None:
            return NOT_APPLICABLE
        return whole_number(value, self.points_in_order()) if value else None

    def when_missing(self) -> str:
        return "请打分"

    def words(self, answer: Answer | None, language: str) -> str:
        label = self._labels().get(str(answer))
        if answer is None or label is None:
            return super().words(answer, language)
        said = label.in_language(language)
        return said if answer == NOT_APPLICABLE else f"{answer} {said}"

    def columns(self) -> tuple[AnswerColumn, ...]:
        return (AnswerColumn(self.code, self.title, self.measure, numeric=True, labels=self._labels()),)

    def cells(self, answer: Answer | None) -> dict[str, Cell]:
        return {} if answer is None else {self.code: answer}

    def _labels(self) -> dict[str, Text]:
        labels = dict(zip(map(str, self.points_in_order()), self.labels, strict=False))
        if not labels:
            ends = ((self.low, self.low_label), (self.high, self.high_label))
            labels = {str(point): label for point, label in ends if label is not None}
        return labels | ({NOT_APPLICABLE: self.not_applicable} if self.not_applicable else {})


def whole_number(value: str, points: range) -> int:
    """The point a scale's entry names; raises NotAcceptable. Only ASCII digits: isdigit takes other scripts' too."""
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 6 or int(value) not in points:
        raise NotAcceptable("请选择 {low} 到 {high} 之间的分数", low=points[0], high=points[-1])
    return int(value)


class CountedScale(Scale):
    """So many points, counted from 1."""

    points: int

    @property
    def low(self) -> int:
        return 1

    @property
    def high(self) -> int:
        return self.points


class Rating(CountedScale):
    """How good something was, on 2 to 11 points counted from 1."""

    type: Literal["rating"] = "rating"
    measure = Measure.RATING
    label = "评分"
    seconds = 5

    points: Annotated[int, Field(ge=2, le=11)] = 5
    look: Literal["numbers", "stars", "faces"] = "numbers"


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


class CustomerEffort(CountedScale):
    """Was it made easy, 1 to 7, where 7 is easiest (Dixon, Freeman & Toman 2010; version 2.0 of the question)."""

    type: Literal["ces"] = "ces"
    measure = Measure.EFFORT
    label = "费力程度（CES）"

    points: Annotated[int, Field(ge=5, le=7)] = 7


class Slider(Scale):
    """A point on a line."""

    type: Literal["slider"] = "slider"
    measure = Measure.NUMBER
    label = "滑块"

    minimum: int = 0
    maximum: int = 100
    by: Annotated[int, Field(ge=1)] = 1
    unit: Text | None = None

    @model_validator(mode="after")
    def _ends_fit(self) -> Self:
        if self.minimum >= self.maximum or (self.maximum - self.minimum) % self.by:
            raise ValueError(f"the steps of {self.by} do not lead from {self.minimum} to {self.maximum}; adjust them")
        return self

    def normal(self, text: str) -> str:
        try:
            return number(text, self.number_units())
        except Unreadable:
            return text  # `read` says what would fit

    def number_units(self) -> tuple[str, ...]:
        return tuple(self.unit.root.values()) if self.unit else ()

    @property
    def low(self) -> int:
        return self.minimum

    @property
    def high(self) -> int:
        return self.maximum

    @property
    def step(self) -> int:
        return self.by


SCALES: dict[str, type[Any]] = {"rating": Rating, "nps": NetPromoter, "ces": CustomerEffort, "slider": Slider}
