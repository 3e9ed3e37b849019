"""Answers as an SPSS system file, with variable labels, value labels, measurement levels and user-missing values.

The format wants each variable's width before the first row and its writer takes no rows piece by piece, so the whole
table stands in memory: about six times the size of the same answers as CSV (175 MB for 100,000 responses of 30
columns). The other formats hold only some thousands of responses at a time.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surveys.definition.questions import NOT_APPLICABLE, Measure
from surveys.exchange.answers.columns import ColumnKind, Layout, Losses, TableColumn, Value
from surveys.exchange.answers.delivery import Chunks, ExportRequest, Written
from surveys.exchange.answers.spss_names import spss_names
from surveys.localisation.language import marked

if TYPE_CHECKING:
    import pandas as pd

LONGEST_STRING = 32_767  # bytes of a value
LONGEST_LABEL = 255  # bytes of a variable's label
LONGEST_VALUE_LABEL = 120  # bytes
_CUT = marked("{where} 有 {count} 个文字超过 SPSS 的 32,767 字节，已截断；全文请用其他格式导出")
_NO_MOMENT = marked("{where} 有 {count} 个值不是 SPSS 能记的日期或时间，已留空；原文请用 CSV 导出")
_LABEL_CUT = marked("{count} 个取值的标签超过 SPSS 的 120 字节，已截短；全文见编码表")

_LEVELS = dict.fromkeys(
    (Measure.RATING, Measure.NPS, Measure.EFFORT, Measure.IMPORTANCE, Measure.EXPECTATION, Measure.RANK), "ordinal"
) | dict.fromkeys((Measure.SHARE, Measure.NUMBER), "scale")
_FORMATS = {ColumnKind.DAY: "SDATE10", ColumnKind.MOMENT: "DATETIME20", ColumnKind.TIME: "TIME5"}
_FIRST_DAY = date(1582, 10, 15)  # of the calendar that SPSS counts days in
_NAN = float("nan")


class _Variable:
    """One variable while its values are gathered."""

    def __init__(self, column: TableColumn, name: str) -> None:
        self.column, self.name = column, name
        self.numbers = array("d")
        self.values: list[Any] = []
        self.not_applicable: list[int] = []  # rows
        self._codes = {code: code for code in column.labels}  # one text in memory for all who chose it

    def append(self, value: Value, losses: Losses) -> None:
        if self.column.kind is ColumnKind.NUMBER:
            if value == NOT_APPLICABLE:
                self.not_applicable.append(len(self.numbers))
            # A text here is no number of this question: NaN, as SPSS shows what is missing.
            self.numbers.append(float(value) if isinstance(value, int | float) else _NAN)
        elif self.column.kind is ColumnKind.TEXT:
            text = "" if value is None else str(value)
            self.values.append(self._codes.get(text) or self._held(text, losses))
        else:
            self.values.append(self._moment(self.column.typed(value), losses))

    def _moment(self, value: Value, losses: Losses) -> Any:
        if isinstance(value, datetime):
            return value.replace(tzinfo=None)
        if isinstance(value, time):
            return float(timedelta(hours=value.hour, minutes=value.minute, seconds=value.second).total_seconds())
        if value is None or (isinstance(value, date) and value >= _FIRST_DAY):
            return value
        losses.add(_NO_MOMENT, self.column.name)
        return None

    def _held(self, text: str, losses: Losses) -> str:
        if len(text) * 4 <= LONGEST_STRING and "\0" not in text:
            return text
        held = cut(text.partition("\0")[0], LONGEST_STRING)
        if held != text:
            losses.add(_CUT, self.column.name)
        return held

    def code_for_not_applicable(self) -> float:
        """A number that no answer has: -99, or the next of its kind where an answer may be that."""
        taken = {*self.numbers, *(float(code) for code in self.column.labels if code != NOT_APPLICABLE)}
        return next(code for code in (-(10.0**digits - 1) for digits in range(2, 12)) if code not in taken)

    def series(self) -> pd.Series:
        """The values as the writer takes them."""
        import pandas as pd  # as below: here, because only this needs it and it takes a while to load

        if self.column.kind is ColumnKind.NUMBER:
            numbers = pd.Series(self.numbers, dtype="float64")
            if self.not_applicable:
                numbers.iloc[self.not_applicable] = self.code_for_not_applicable()
            return numbers
        if self.column.kind is ColumnKind.TEXT:
            return pd.Series(self.values, dtype="object")
        if self.column.kind is ColumnKind.TIME:  # seconds since midnight, which the format shows as a time
            return pd.Series(self.values, dtype="float64")
        return pd.to_datetime(pd.Series(self.values, dtype="object")).astype("datetime64[us]")

    def value_labels(self, losses: Losses) -> dict[Any, str]:
        labels = {code: _label(str(text), losses) for code, text in self.column.value_labels.items()}
        if self.column.kind is not ColumnKind.NUMBER:
            return labels
        numbers = {code: float(code) for code in labels if code != NOT_APPLICABLE}
        if self.column.may_not_apply:
            numbers[NOT_APPLICABLE] = self.code_for_not_applicable()
        return {numbers[code]: text for code, text in labels.items()}

    def label(self) -> str:
        """The heading; a long title is shortened, the column's name never."""
        heading = self.column.heading
        if len(heading.encode()) <= LONGEST_LABEL:
            return heading
        name = f"…（{self.column.name}）"
        return cut(self.column.title, LONGEST_LABEL - len(name.encode())) + name

    def format(self) -> str:
        if self.column.kind is not ColumnKind.NUMBER:
            return _FORMATS[self.column.kind]
        return "F8.0" if all(number.is_integer() for number in self.numbers if number == number) else "F12.2"


def write_sav(path: Path, layout: Layout, responses: Chunks, wanted: ExportRequest) -> Written:
    """Write a system file. `na` is a number of its own, labelled and declared user-missing; not answered is missing.

    Texts beyond 32,767 bytes are cut and counted in the notes.
    """
    import pandas as pd
    import pyreadstat

    losses, names = Losses(), spss_names([column.name for column in layout.columns])
    variables = [_Variable(column, names[column.name]) for column in layout.columns]
    written = _gather(variables, layout, responses, losses)
    table = pd.DataFrame({each.name: each.series() for each in variables})
    for each in variables:
        each.values.clear()  # the table holds them now
    pyreadstat.write_sav(
        table, path,
        file_label=cut(str(layout.surveys[max(layout.surveys)].title), 64),
        column_labels={each.name: each.label() for each in variables},
        variable_value_labels={each.name: each.value_labels(losses) for each in variables if each.column.labels},
        missing_ranges={each.name: [each.code_for_not_applicable()] for each in variables if each.column.may_not_apply},
        variable_measure={each.name: _level(each.column) for each in variables},
        variable_format={each.name: each.format() for each in variables if each.column.kind is not ColumnKind.TEXT},
        row_compress=True,
    )  # fmt: skip
    return Written(written, losses.told())


def _gather(variables: Iterable[_Variable], layout: Layout, responses: Chunks, losses: Losses) -> int:
    variables, written = list(variables), 0
    for response in chain.from_iterable(responses):
        written += 1
        values = layout.known(response) | layout.cells(response, losses)
        for each in variables:
            each.append(values.get(each.column.name), losses)
    return written


def _level(column: TableColumn) -> str:
    if column.measure is None:
        return "nominal" if column.kind is ColumnKind.TEXT else "scale"
    if column.kind in _FORMATS:
        return "scale"
    return _LEVELS.get(column.measure, "nominal") if column.kind is ColumnKind.NUMBER else "nominal"


def _label(text: str, losses: Losses) -> str:
    held = cut(text, LONGEST_VALUE_LABEL)
    if held != text:
        losses.add(_LABEL_CUT, "")
    return held


def cut(text: str, most: int) -> str:
    """As many whole characters of a text as fit into so many bytes of UTF-8."""
    raw = text.encode()
    return text if len(raw) <= most else raw[:most].decode(errors="ignore")
