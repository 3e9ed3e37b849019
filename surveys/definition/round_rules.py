"""In which rounds a survey is asked: by the calendar, again and again for some days, or opened by hand."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_serializer, model_validator

from surveys.localisation.language import marked

BY_HAND = "hand"  # how a definition says that its rounds are opened by hand


class Every(StrEnum):
    """How long it is from one round to the next."""

    WEEK = "week"  # from Monday to Sunday (ISO 8601)
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"  # from January to June, from July to December
    YEAR = "year"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def shortest(self) -> int:
        """The days that the shortest of them has, whenever it begins."""
        return _SHORTEST[self]


_LABELS = {
    Every.WEEK: marked("每周"), Every.MONTH: marked("每月"),
    Every.QUARTER: marked("每季度"), Every.HALF: marked("每半年"), Every.YEAR: marked("每年"),
}  # fmt: skip
_SHORTEST = {Every.WEEK: 7, Every.MONTH: 28, Every.QUARTER: 89, Every.HALF: 181, Every.YEAR: 365}


class RoundRule(BaseModel):
    """Calendar rounds where `every` stands alone; open for some `days` from `first` on; by hand without any of them.

    A definition may say `quarter` for calendar rounds and `hand` for the last.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    every: Every | None = None
    first: date | None = None  # the day on which a round opens for the first time
    days: Annotated[int, Field(ge=1, le=365)] | None = None  # so long each of them is open

    @model_validator(mode="before")
    @classmethod
    def _from_a_word(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {} if value == BY_HAND else {"every": value}
        return value

    @model_validator(mode="after")
    def _all_of_one_kind(self) -> RoundRule:
        if (self.first is None) != (self.days is None) or (self.first is not None and self.every is None):
            raise ValueError("rounds that come again need `every`, `first` and `days` together; or give `every` alone")
        if self.every is not None and self.days is not None and self.days > self.every.shortest:
            most = self.every.shortest
            raise ValueError(f"`days` {self.days}: a round must end before the next one; at most {most} here")
        return self

    @property
    def by_calendar(self) -> bool:
        """Whether one round follows the other without a gap, and nothing has to be opened."""
        return self.every is not None and self.first is None

    @property
    def recurs(self) -> bool:
        """Whether rounds open and close by themselves, with a pause between them."""
        return self.first is not None

    @property
    def by_hand(self) -> bool:
        """Whether somebody opens each round, or plans when it will open."""
        return self.every is None

    @property
    def cut(self) -> Every:
        """By what the answers are told apart that belong to no round of their own: those given before there was one."""
        return self.every or Every.YEAR

    @model_serializer
    def plain(self) -> str | dict[str, Any]:
        """As a definition writes it."""
        if self.every is None:
            return BY_HAND
        if self.first is None:
            return self.every.value
        return {"every": self.every.value, "first": self.first.isoformat(), "days": self.days}


OF_CUSTOMERS = RoundRule(every=Every.MONTH)
OF_STAFF = RoundRule()
"""What holds of surveys that say nothing: customers come all the time, the staff when somebody asks them."""
