"""Every rated question with its mean score, in the survey's order."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.exploring.items import items_of
from analysis.level.satisfaction import mean_score
from analysis.released.parts import Column
from analysis.reports.document import Cell, ReportSection, ReportTable
from analysis.reports.material import ReportMaterial


def questions(material: ReportMaterial) -> Iterator[ReportSection]:
    """One row for each question on a scale."""
    rows: list[tuple[Cell, ...]] = []
    for item in items_of(material.view.record.survey, material.language).values():
        if item.low is not None and item.high is not None:
            found = material.view.ask(mean_score, Column(item.column), low=item.low, high=item.high)
            rows.append((item.label, f"{item.low:g}–{item.high:g}", material.cell(found)))
    if rows:
        heads = tuple(map(material.words, ("题目", "分值", "平均分（95% 区间）")))
        table = ReportTable(material.words("各题平均分"), heads, tuple(rows))
        yield ReportSection(material.words("各题"), (table,))
