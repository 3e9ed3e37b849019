"""How the figures of a report are worked out, from their catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.explanations import explanation, method_name
from analysis.figures import SurveyFigure
from analysis.reports.document import Block, Cell, ReportParagraph, ReportSection, ReportTable
from analysis.reports.material import ReportMaterial

_READING = (
    "区间是 95% 置信区间：同样的调查重复 100 次，约 95 次的区间会包含真实值。n 是作答数。"
    "“明显变化”要求差异经检验且区间不含 0；“可能只是波动”指样本足以发现值得关注的差异却没有发现；否则为“样本不足”。"
)


def method(material: ReportMaterial) -> Iterator[ReportSection]:
    """Each figure that the survey has, once: what it is for, how it is worked out, by which method and source."""
    used = list(dict.fromkeys(each.figure for each in material.figures))
    named = {each.figure.code: each.estimate.method for each in material.figures if each.estimate.method}
    heads = tuple(map(material.words, ("指标", "用途", "怎么算的", "方法", "公式", "出处")))
    rows = tuple(_row(material, each, named.get(each.code, each.method)) for each in used)
    blocks: list[Block] = [ReportParagraph(material.words(_READING))]
    if rows:
        blocks.append(ReportTable(material.words("指标的算法"), heads, rows))
    if material.view.anonymous:
        words = "匿名问卷：少于 {scores} 份评分或 {comments} 份留言的部分不显示，能由别处推算出来的也不显示。"
        minimums = material.view.minimums
        blocks.append(ReportParagraph(material.words(words, scores=minimums.group, comments=minimums.comments)))
    yield ReportSection(material.words("附录：方法"), tuple(blocks), apart=True)


def _row(material: ReportMaterial, figure: SurveyFigure, method: str) -> tuple[Cell, ...]:
    behind = explanation(method) or explanation(figure.method)
    formula, source = (behind.formula, behind.citation) if behind else ("—", "—")
    said = [material.say(each) for each in (figure.name, figure.purpose, figure.explanation, method_name(method))]
    return (*said, formula, source)
