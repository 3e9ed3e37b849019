"""Marks of agents read from a table: one row per agent and period; every bad row is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields

from surveys.improvement.indicator_files import BadValue, number_of
from surveys.localisation.wording import Message, saying
from surveys.organisation.subjects import Subject
from surveys.quality.agent_quality import AgentMarks
from surveys.tables import Guide, Row, Table

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "agent": ("agent", "话务员", "座席", "坐席", "工号", "代号", "姓名"),
    "period": ("period", "期间", "月份", "周期"),
    "test": ("test", "测试", "业务测试", "考试", "测试成绩"),
    "attendance": ("attendance", "出勤", "出勤率", "考勤"),
    "talk_minutes": ("talk minutes", "talk time", "通话时长", "通话分钟"),
    "available": ("available", "可用率", "工时利用率", "可用时间占比"),
}
MARKS_EXAMPLE = "话务员,期间,业务测试,出勤率,通话时长,可用率\na1,2026-11,86,100,5400,82\n"
MARKS_GUIDE = Guide(lambda name: any(name.strip().lower() in names for names in _COLUMNS.values()))
MOST_ROWS, MOST_MINUTES = 20_000, 60_000
_MONTH = re.compile(r"(20\d\d)(?:-|/|年)(\d{1,2})月?", re.ASCII)


@dataclass
class ReadMarks:
    """Marks by agent and period, and what was wrong."""

    marks: dict[tuple[str, str], AgentMarks] = field(default_factory=dict)
    bad: list[BadValue] = field(default_factory=list)


def marks_from(table: Table, agents: Iterable[Subject]) -> ReadMarks:
    """The marks of a table, of these *agents* alone, who are named by code, name or account."""
    found, columns = ReadMarks(), _columns_of(table.header)
    if missing := [name for name in ("agent", "period") if name not in columns]:
        words = {"agent": saying("话务员"), "period": saying("期间")}[missing[0]]
        found.bad.append(BadValue(table.header_row, saying("没有“{column}”这一列", column=words)))
        return found
    known = _names(agents)
    for number, row in enumerate(table.rows, 1):
        if number > MOST_ROWS:
            found.bad.append(BadValue(row.number, saying("一次最多 {most} 行，请分几次导入", most=MOST_ROWS)))
            break
        _take(row, columns, known, found)
    return found


def _columns_of(heading: Sequence[str]) -> dict[str, int]:
    said = [cell.strip().lower() for cell in heading]
    at = {name: next((said.index(each) for each in names if each in said), None) for name, names in _COLUMNS.items()}
    return {name: place for name, place in at.items() if place is not None}


def _names(agents: Iterable[Subject]) -> dict[str, str]:
    """Codes by what agents are called; a name that two have is none."""
    found: dict[str, set[str]] = {}
    for each in agents:
        for name in filter(None, (each.code, each.name, each.one("account"))):
            found.setdefault(name.casefold(), set()).add(each.code)
    return {name: min(codes) for name, codes in found.items() if len(codes) == 1}


def _take(row: Row, columns: Mapping[str, int], known: Mapping[str, str], found: ReadMarks) -> None:
    cells = {name: row.cells[at].strip() if at < len(row.cells) else "" for name, at in columns.items()}
    if not any(cells.values()):
        return
    agent, period = known.get(cells["agent"].casefold()), month_of(cells["period"])
    if agent is None:
        found.bad.append(BadValue(row.number, saying("没有叫“{name}”的话务员，或不止一个", name=cells["agent"])))
    elif period is None:
        found.bad.append(BadValue(row.number, saying("“{period}”不是月份，应写成如 2026-11", period=cells["period"])))
    elif (agent, period) in found.marks:
        found.bad.append(BadValue(row.number, saying("这位话务员的这一期前面已经有了")))
    elif isinstance(marks := _marks(cells), Message):
        found.bad.append(BadValue(row.number, marks))
    else:
        found.marks[agent, period] = marks


def month_of(written: str) -> str | None:
    """`2026-11` for a month as people write it; None for what is none."""
    match = _MONTH.match(written.strip())
    if match is None or not 1 <= int(match[2]) <= 12:
        return None
    return f"{match[1]}-{int(match[2]):02}"


def _marks(cells: Mapping[str, str]) -> AgentMarks | Message:
    values: dict[str, float | None] = {}
    for each in fields(AgentMarks):
        text = cells.get(each.name, "")
        value = number_of(text) if text else None
        most = MOST_MINUTES if each.name == "talk_minutes" else 100
        if text and (value is None or not 0 <= value <= most):
            return saying("“{value}”不是 0–{most} 的数", value=text, most=most)
        values[each.name] = value
    return AgentMarks(**values)
