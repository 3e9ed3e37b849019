"""What all question types share: the contract that form, check, storage, export and analysis follow.

An answer is a JSON value: a number for scales, a code for choices, a list for several choices, a mapping from part to
value for questions of several parts; `NOT_APPLICABLE` where the respondent says it does not concern them; absent when
not answered. It is entered as strings in the form fields the question owns, and kept, exported and analysed as cells
in the columns the question names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from surveys.definition.conditions import Condition, Entered
from surveys.localisation.normalisation import Unreadable
from surveys.localisation.wording import Message, Text

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
PartCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_\-]{0,59}$")]  # "_text" stays ours
Answer = Any  # a JSON value, see above
Cell = int | float | str | None

NOT_APPLICABLE = "na"


class Measure(StrEnum):
    """What a column of answers says about the world; decides which statistics fit."""

    RATING = "rating"
    NPS = "nps"
    EFFORT = "effort"
    IMPORTANCE = "importance"
    EXPECTATION = "expectation"
    KANO = "kano"
    NOMINAL = "nominal"
    MULTIPLE = "multiple"
    RANK = "rank"
    SHARE = "share"
    BEST_WORST = "best_worst"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    RECORD = "record"  # kept, not measured: consent, files, signatures, link values


class NotAcceptable(ValueError):
    """An entry that is no answer to its question; the message is for the respondent."""

    def __init__(self, message: str, **values: object) -> None:
        self.message = Message(message, values)
        super().__init__(str(self.message))


class Option(BaseModel):
    """One answer to choose, or one row to answer, with the code it is stored under."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: PartCode
    label: Text
    show_if: Condition | None = None


@dataclass(frozen=True)
class AnswerColumn:
    """One column of answers: in an export, in a frame, in the code book."""

    name: str
    title: Text
    measure: Measure
    numeric: bool = False
    labels: Mapping[str, Text] = field(
        default_factory=dict
    )  # by code, as text; empty when every value speaks for itself
    moment: type[date | time] | None = None  # what its texts name, where they are days or times of day


class Question(BaseModel):
    """One question of a survey."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    measure: ClassVar[Measure]
    label: ClassVar[str]  # what the builder calls this type
    parts_by_condition: ClassVar[bool] = True  # whether some parts may be shown to some respondents only
    seconds: ClassVar[float] = 7  # what an answer takes a practised reader, for the estimate of the whole

    type: str
    code: Code
    title: Text
    hint: Text | None = None
    required: bool = False
    dimension: Code | None = None
    show_if: Condition | None = None

    def parts(self) -> tuple[Option, ...]:
        """Options and rows that may be shown on a condition or shuffled."""
        return ()

    def with_parts(self, shown: Sequence[Option]) -> Question:
        """The question offering only these of its parts, in this order."""
        return self

    def for_respondent(self, seed: str) -> Question:
        """The question as one respondent has it, where that differs by chance."""
        return self

    def fields(self) -> tuple[str, ...]:
        """Names of the form fields this question owns."""
        return (self.code,)

    def heard_fields(self) -> tuple[str, ...]:
        """Fields that conditions may look at though nobody enters them: what is heard in its words."""
        return ()

    def read(self, entered: Entered) -> Answer | None:
        """The answer in what was entered, None when left empty; raises NotAcceptable."""
        raise NotImplementedError

    def normal(self, text: str) -> str:
        """The plain form of what was typed into one of its fields; raises NotAcceptable. Codes stay as they are."""
        return text

    def number_units(self) -> tuple[str, ...] | None:
        """The names of the unit that is asked for, where numbers are typed into its fields; None where none are."""
        return None

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
        return {} if answer is None else {self.code: [str(answer)]}

    def words(self, answer: Answer | None, language: str) -> str:
        """The answer as a person reads it; empty when there is none."""
        return "" if answer is None else str(answer)

    def columns(self) -> tuple[AnswerColumn, ...]:
        """The columns its answers fill."""
        return (AnswerColumn(self.code, self.title, self.measure),)

    def cells(self, answer: Answer | None) -> dict[str, Cell]:
        """The answer by column; a column without a value is left out."""
        return {} if answer is None else {self.code: answer}

    def from_cells(self, cells: Mapping[str, Cell]) -> Answer | None:
        """The answer that fills these cells; the inverse of `cells`. Raises NotAcceptable."""
        entered = {name: [str(value)] for name, value in cells.items() if value not in (None, "")}
        return self.read(entered)

    def duration(self) -> float:
        """Seconds an answer takes."""
        return self.seconds + len(str(self.title)) / 8  # about eight characters are read a second


Options = Annotated[tuple[Option, ...], Field(min_length=1)]


def single(entered: Entered, field_name: str) -> str:
    """The one value of a field, without the blanks around it; several values come only from a forged form."""
    values = [value.strip() for value in entered.get(field_name, ()) if value.strip()]
    if len(values) > 1:
        raise NotAcceptable("只能选择一项")
    return values[0] if values else ""


def readable(read: Callable[[str], str], text: str) -> str:
    """What a reader of `surveys.localisation.normalisation` makes of a text; raises NotAcceptable."""
    try:
        return read(text)
    except Unreadable as error:
        raise NotAcceptable(error.message.wording, **error.message.values) from None


def repeated_codes(codes: Sequence[str]) -> list[str]:
    """The codes that stand more than once."""
    return sorted({code for code in codes if codes.count(code) > 1})
