"""One key account: its file, its answers, its cases."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.reports.document import Cell, ReportParagraph, ReportSection, ReportTable
from analysis.reports.material import CustomerFile, ReportMaterial


def customer(material: ReportMaterial) -> Iterator[ReportSection]:
    """All that the reader may know of it; what there is nothing of is left out."""
    found = material.customer
    if found is None:
        return
    yield from _file(material, found)
    yield from _answers(material, found)
    yield from _cases(material, found)


def _file(material: ReportMaterial, found: CustomerFile) -> Iterator[ReportSection]:
    if found.facts:
        heads = (material.words("项目"), material.words("内容"))
        table = ReportTable(material.words("档案"), heads, found.facts)
        yield ReportSection(material.words("客户"), (table,))


def _answers(material: ReportMaterial, found: CustomerFile) -> Iterator[ReportSection]:
    title = material.words("历次回答")
    if not found.answers:
        none = material.words("还没有记名的回答；匿名问卷的回答不在其中。")
        yield ReportSection(title, (ReportParagraph(none, "soft"),))
        return
    heads = ("日期", "问卷", "总体满意度", "留言")
    rows: list[tuple[Cell, ...]] = [
        (each.day.isoformat(), material.say(each.survey), each.rating or "—", material.quoted(each.words) or "—")
        for each in found.answers
    ]
    yield ReportSection(title, (ReportTable(title, tuple(map(material.words, heads)), tuple(rows)),))


def _cases(material: ReportMaterial, found: CustomerFile) -> Iterator[ReportSection]:
    if found.cases:
        heads = ("收到", "类别", "状态", "内容")
        rows: list[tuple[Cell, ...]] = [
            (each.day.isoformat(), material.say(each.category), material.say(each.state), material.quoted(each.text))
            for each in found.cases
        ]
        table = ReportTable(material.words("这位客户的工单"), tuple(map(material.words, heads)), tuple(rows))
        yield ReportSection(material.words("工单"), (table,))
