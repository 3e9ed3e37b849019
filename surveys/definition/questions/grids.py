"""Several rows answered alike: single or multiple choice or a rating on each, or a sum to share out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    Option,
    Options,
    Question,
    readable,
    repeated_codes,
    single,
)
from surveys.definition.questions.scales import whole_number
from surveys.localisation import normalisation
from surveys.localisation.wording import Text


class Grid(Question):
    """What the row-wise types share: an answer maps a row's code to its value."""

    rows: Options
    shuffle: bool = False

    @model_validator(mode="after")
    def _row_codes_differ(self) -> Self:
        if twice := repeated_codes([row.code for row in self.rows]):
            raise ValueError(f"row code {', '.join(twice)} appears more than once; give each row its own")
        return self

    def parts(self) -> tuple[Option, ...]:
        return self.rows

    def with_parts(self, shown: Sequence[Option]) -> Self:
        return self.model_copy(update={"rows": tuple(shown)})

    def field(self, row: Option) -> str:
        return f"{self.code}.{row.code}"

    def fields(self) -> tuple[str, ...]:
        return tuple(self.field(row) for row in self.rows)

    def read_row(self, entered: Entered, name: str) -> Answer | None:
        """The answer in one row's field."""
        raise NotImplementedError

    def read(self, entered: Entered) -> Answer | None:
        values = {row.code: self.read_row(entered, self.field(row)) for row in self.rows}
        answered = {code: value for code, value in values.items() if value is not None}
        missing = [row for row in self.rows if row.code not in answered]
        if self.required and answered and missing:
            raise NotAcceptable("还有 {count} 行没有作答：{row}", count=len(missing), row=missing[0].label)
        return answered or None

    def when_missing(self) -> str:
        return "请逐行作答"

    def entered_from(self, answer: Answer | None) -> dict[str, list[str]]:
        return {
            f"{self.code}.{row}": [str(each) for each in (value if isinstance(value, list) else [value])]
            for row, value in (answer or {}).items()
        }

    def row_words(self, value: Answer, language: str) -> str:
        return str(value)

    def words(self, answer: Answer | None, language: str) -> str:
        answered = [row for row in self.rows if row.code in (answer or {})]
        return "；".join(
            f"{row.label.in_language(language)}：{self.row_words((answer or {})[row.code], language)}"
            for row in answered
        )

    def cells(self, answer: Answer | None) -> dict[str, Cell]:
        return {f"{self.code}.{row}": value for row, value in (answer or {}).items()}

    def duration(self) -> float:
        return super().duration() + self.seconds * (len(self.rows) - 1)


class ChoiceGrid(Grid):
    """Rows that choose from the same list."""

    choices: Options

    @model_validator(mode="after")
    def _choice_codes_differ(self) -> Self:
        if twice := repeated_codes([choice.code for choice in self.choices]):
            raise ValueError(f"choice code {', '.join(twice)} appears more than once; give each choice its own")
        return self

    def row_words(self, value: Answer, language: str) -> str:
        labels = _labels(self.choices)
        codes = value if isinstance(value, list) else [value]
        return "、".join(labels[code].in_language(language) if code in labels else code for code in codes)


class MatrixSingle(ChoiceGrid):
    """One choice in each row."""

    type: Literal["matrix_single"] = "matrix_single"
    measure = Measure.NOMINAL
    label = "矩阵单选"
    seconds = 4

    def read_row(self, entered: Entered, name: str) -> Answer | None:
        code = single(entered, name)
        if code and all(choice.code != code for choice in self.choices):
            raise NotAcceptable("请从列出的选项中选择")
        return code or None

    def columns(self) -> tuple[AnswerColumn, ...]:
        return tuple(
            AnswerColumn(self.field(row), row.label, self.measure, labels=_labels(self.choices)) for row in self.rows
        )


class MatrixMultiple(ChoiceGrid):
    """Any number of choices in each row."""

    type: Literal["matrix_multiple"] = "matrix_multiple"
    measure = Measure.MULTIPLE
    label = "矩阵多选"
    seconds = 6

    def read_row(self, entered: Entered, name: str) -> Answer | None:
        codes = {value.strip() for value in entered.get(name, ()) if value.strip()}
        if codes - {choice.code for choice in self.choices}:
            raise NotAcceptable("请从列出的选项中选择")
        return [choice.code for choice in self.choices if choice.code in codes] or None

    def columns(self) -> tuple[AnswerColumn, ...]:
        return tuple(
            AnswerColumn(f"{self.field(row)}.{choice.code}", row.label, Measure.MULTIPLE, numeric=True)
            for row in self.rows
            for choice in self.choices
        )

    def cells(self, answer: Answer | None) -> dict[str, Cell]:
        return {
            f"{self.code}.{row}.{choice.code}": int(choice.code in chosen)
            for row, chosen in (answer or {}).items()
            for choice in self.choices
        }

    def from_cells(self, cells: Mapping[str, Cell]) -> Answer | None:
        return self.read(
            {
                self.field(row): [c.code for c in self.choices if str(cells.get(f"{self.field(row)}.{c.code}")) == "1"]
                for row in self.rows
            }
        )


class MatrixRating(Grid):
    """A rating in each row."""

    type: Literal["matrix_rating"] = "matrix_rating"
    measure = Measure.RATING
    label = "矩阵评分"
    seconds = 4

    points: Annotated[int, Field(ge=2, le=11)] = 5
    low_label: Text | None = None
    high_label: Text | None = None
    not_applicable: Text | None = None

    def points_in_order(self) -> range:
        return range(1, self.points + 1)

    def read_row(self, entered: Entered, name: str) -> Answer | None:
        value = single(entered, name)
        if value == NOT_APPLICABLE and self.not_applicable is not None:
            return NOT_APPLICABLE
        return whole_number(value, self.points_in_order()) if value else None

    def row_words(self, value: Answer, language: str) -> str:
        not_applicable = value == NOT_APPLICABLE and self.not_applicable
        return not_applicable.in_language(language) if not_applicable else str(value)

    def columns(self) -> tuple[AnswerColumn, ...]:
        labels = {NOT_APPLICABLE: self.not_applicable} if self.not_applicable else {}
        return tuple(
            AnswerColumn(self.field(row), row.label, self.measure, numeric=True, labels=labels) for row in self.rows
        )


class ConstantSum(Grid):
    """A sum shared out among the rows."""

    type: Literal["constant_sum"] = "constant_sum"
    measure = Measure.SHARE
    label = "比重分配"
    seconds = 8

    total: Annotated[int, Field(ge=1, le=100_000)] = 100
    unit: Text | None = None

    def read_row(self, entered: Entered, name: str) -> Answer | None:
        value = self.normal(single(entered, name))
        if not value:
            return None
        if not (value.isascii() and value.isdigit()) or len(value) > 6:
            raise NotAcceptable("请填写不小于 0 的整数")
        return int(value)

    def normal(self, text: str) -> str:
        return readable(lambda typed: normalisation.number(typed, self.number_units()), text)

    def number_units(self) -> tuple[str, ...]:
        return tuple(self.unit.root.values()) if self.unit else ("%",) if self.total == 100 else ()

    def read(self, entered: Entered) -> Answer | None:
        given = {row.code: self.read_row(entered, self.field(row)) for row in self.rows}
        if all(value is None for value in given.values()):
            return None
        filled = {code: value or 0 for code, value in given.items()}
        if sum(filled.values()) != self.total:
            raise NotAcceptable("合计应为 {total}，现在是 {given}", total=self.total, given=sum(filled.values()))
        return filled

    def columns(self) -> tuple[AnswerColumn, ...]:
        return tuple(AnswerColumn(self.field(row), row.label, self.measure, numeric=True) for row in self.rows)


def _labels(options: Sequence[Option]) -> dict[str, Text]:
    return {option.code: option.label for option in options}


GRIDS: dict[str, type[Any]] = {
    "matrix_single": MatrixSingle,
    "matrix_multiple": MatrixMultiple,
    "matrix_rating": MatrixRating,
    "constant_sum": ConstantSum,
}
