"""Values of indicators read from a table with the columns indicator, period and value; every bad row is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from surveys.improvement.indicators import LARGEST, Indicator, IndicatorSource, period_of
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, saying
from surveys.tables import Guide, Row, Table

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "indicator": ("indicator", "指标", "指标名称", "指标编码"),
    "period": ("period", "期间", "周期", "月份", "季度", "年度", "日期", "时间"),
    "value": ("value", "数值", "值", "指标值", "完成值", "实际值"),
}
COLUMN_LABELS = {"indicator": marked("指标"), "period": marked("期间"), "value": marked("数值")}
EXAMPLE = "指标,期间,数值\n供电可靠率,2026-10,99.965\n供电可靠率,2026年11月,99.971\n"
MOST_VALUES = 20_000
INDICATOR_GUIDE = Guide(lambda name: any(name.strip().lower() in names for names in _COLUMNS.values()))
"""What helps to find the header of such a table."""


@dataclass(frozen=True)
class BadValue:
    """A row that can't be taken: its line in the file, and what is wrong with it."""

    line: int
    problem: Message


@dataclass
class ReadValues:
    """Values by the code of their indicator and of their period, and what was wrong; rows without a value are left out
    and counted."""

    values: dict[str, dict[str, float]] = field(default_factory=dict)
    bad: list[BadValue] = field(default_factory=list)
    without: int = 0


def columns_of(heading: Sequence[str]) -> dict[str, int]:
    """The position of each column that has a heading of its kind."""
    said = [cell.strip().lower() for cell in heading]
    at = {name: next((said.index(each) for each in names if each in said), None) for name, names in _COLUMNS.items()}
    return {name: position for name, position in at.items() if position is not None}


def values_from(table: Table, columns: Mapping[str, int], indicators: Iterable[Indicator]) -> ReadValues:
    """The values of a table. *columns*: at which position each is; only those of *indicators* are known."""
    found = ReadValues()
    missing = [name for name in _COLUMNS if name not in columns]
    if missing:
        problem = saying("没有“{column}”这一列", column=Message(COLUMN_LABELS[missing[0]]))
        found.bad.append(BadValue(table.header_row, problem))
        return found
    known = {name.casefold(): each for each in indicators for name in (each.code, each.name)}
    lines: dict[tuple[str, str], int] = {}
    for number, row in enumerate(table.rows, 1):
        if number > MOST_VALUES:
            found.bad.append(BadValue(row.number, saying("一次最多 {most} 行，请分几次导入", most=MOST_VALUES)))
            break
        _take(row, columns, known, lines, found)
    return found


def _take(
    row: Row, columns: Mapping[str, int], known: Mapping[str, Indicator], lines: dict[tuple[str, str], int],
    found: ReadValues,
) -> None:  # fmt: skip
    cells = {name: row.cells[at].strip() if at < len(row.cells) else "" for name, at in columns.items()}
    if not any(cells.values()):
        return
    if not cells["value"]:
        found.without += 1
        return
    read = _read(cells, known)
    if isinstance(read, Message):
        found.bad.append(BadValue(row.number, read))
        return
    indicator, period, value = read
    if (indicator, period) in lines:
        problem = saying("这个指标的这一期在第 {line} 行已经有了", line=lines[indicator, period])
        found.bad.append(BadValue(row.number, problem))
        return
    lines[indicator, period] = row.number
    found.values.setdefault(indicator, {})[period] = value


def _read(cells: Mapping[str, str], known: Mapping[str, Indicator]) -> tuple[str, str, float] | Message:
    indicator = known.get(cells["indicator"].casefold())
    if indicator is None:
        return saying("没有叫“{name}”的指标", name=cells["indicator"])
    period = period_of(cells["period"], indicator.every)
    if period is None:
        return saying("“{period}”不是“{name}”的一期，应写成如 {example}", period=cells["period"], name=indicator.name,
                      example=indicator.period(indicator.current.since).code)  # fmt: skip
    if indicator.in_force(period).source is not IndicatorSource.ENTERED:
        return saying("“{name}”这一期由系统计算，不能登记", name=indicator.name)
    value = number_of(cells["value"])
    if value is None:
        return saying("“{value}”不是可用的数", value=cells["value"])
    return indicator.code, period.code, value


def number_of(written: str) -> float | None:
    """A number as people write it, with commas for thousands or a percent sign; None for what is none."""
    text = written.strip().replace(",", "").replace("，", "").rstrip("%％").strip()
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) <= LARGEST else None
