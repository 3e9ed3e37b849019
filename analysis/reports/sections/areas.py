"""What to improve first: the ranked areas in short, and with all that speaks for their place."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.estimates import figure
from analysis.improvement.priorities import ImprovementArea
from analysis.reports.document import Block, Cell, ReportList, ReportParagraph, ReportSection, ReportTable
from analysis.reports.material import ReportMaterial

_FIRST = 3
_WORTH_SHOWING = 0.005  # of a gain: what is less is shown as 0.00
_NOTE = "预计可升的分 = 用到的人 × 每分带动的总体分 × 可升的分；关联不等于因果。"


def first_areas(material: ReportMaterial) -> Iterator[ReportSection]:
    """One to three areas with what overall satisfaction would gain; or that there is no finding."""
    shown = [each for each in material.areas if _worth_while(each)][:_FIRST]
    title = material.words("先做什么")
    if not shown:
        none = material.words("目前没有站得住的改进项。")
        yield ReportSection(title, (ReportParagraph(none, "lead"),))
        return
    lines = tuple(
        material.words("{place}. {area}：{words}", place=_place(material, each), area=each.label,
                       words=_gain(material, each))
        for each in shown
    )  # fmt: skip
    yield ReportSection(title, (ReportList(lines), ReportParagraph(material.words(_NOTE), "soft")))


def areas(material: ReportMaterial) -> Iterator[ReportSection]:
    """All areas in one table, then each of the first with its reasons and what people wrote."""
    found = material.areas
    if not found:
        return
    heads = ("名次", "改进项", "得分（95% 区间）", "总体满意度预计可升", "抱怨")
    rows: list[tuple[Cell, ...]] = [
        (_place(material, each), each.label, material.cell(each.score), _expected(material, each), _complaints(each))
        for each in found
    ]
    table = ReportTable(
        material.words("改进项，按预计带来的总体满意度排序"), tuple(map(material.words, heads)), tuple(rows),
        material.words("名次相同：先后可能只是偶然。") + material.words(_NOTE),
    )  # fmt: skip
    yield ReportSection(
        material.words("改进项"), (table,), tuple(_evidence(material, each) for each in found[:_FIRST]), apart=True
    )


def _evidence(material: ReportMaterial, area: ImprovementArea) -> ReportSection:
    blocks: list[Block] = [ReportList(tuple(material.say(each) for each in area.reasons))]
    if area.examples:
        blocks.append(ReportParagraph(material.words("客户原话（个人信息已遮住）"), "soft"))
        blocks.append(ReportList(tuple(f"“{material.quoted(each.text)}”" for each in area.examples)))
    return ReportSection(f"{_place(material, area)}. {area.label}", tuple(blocks))


def _place(material: ReportMaterial, area: ImprovementArea) -> int:
    """Areas whose order could be chance share the first of their places."""
    number = material.areas.index(area) + 1
    return min(number, area.gain.place) if area.gain is not None else number


def _worth_while(area: ImprovementArea) -> bool:
    gains = area.gain is not None and (area.gain.estimate.value or 0.0) >= _WORTH_SHOWING
    return gains or area.hot_spot is not None or (area.change is not None and area.change.clearly_down)


def _gain(material: ReportMaterial, area: ImprovementArea) -> str:
    if area.gain is None or (area.gain.estimate.value or 0.0) < _WORTH_SHOWING:
        return material.say(area.reasons[0])
    value, low, high = (figure(each, "score") for each in area.gain.estimate.figures())
    wording = "总体满意度预计可升 {gain} 分（95% 区间 {low} 至 {high}，n={n}）"
    return material.words(wording, gain=value, low=low, high=high, n=area.gain.estimate.n)


def _expected(material: ReportMaterial, area: ImprovementArea) -> Cell:
    return material.cell(area.gain.estimate) if area.gain is not None else "—"


def _complaints(area: ImprovementArea) -> Cell:
    return "—" if area.complaints is None else area.complaints
