"""Units compared fairly, in words: whether they differ beyond chance, and which are surely among the weakest."""

from __future__ import annotations

from analysis.differences.partial_pooling import FairComparison, FairUnit
from analysis.estimates import RELEVANT_PART_OF_RANGE, figure
from analysis.interpretation.expert_view import behind
from analysis.interpretation.wordings import Names, Told, difference_figure, headings_of, name_of, signed_figure, span
from surveys.localisation.wording import Message, Series, saying


def fair_comparison_told(result: FairComparison, names: Names | None = None, unit: str = "score") -> Told:
    """The message first; then one row per unit, the best first, with what was measured and what is fair to say."""
    if result.refusal is not None:
        return Told((saying("{reason}。", reason=result.refusal),), expert=tuple(behind(result.method)))
    rows = tuple(_row(each, len(result.units), names) for each in result.units)
    headings = headings_of("what", "fair", "interval", "raw", "n", "rank", "weakest")
    return Told((_message(result, names), _explained(result)), headings, rows, tuple(behind(result.method)))


def _message(result: FairComparison, names: Names | None) -> Message:
    surely = [name_of(each.name, names) for each in result.clearly_worst]
    if surely:
        return saying("有把握属于最弱五分之一的是：{names}（把握不低于 95%）。", names=Series(tuple(surely)))
    if result.differ:
        return saying("单位之间有差别，但还没有哪一个有把握属于最弱的五分之一。")
    unit, (low, high) = result.units[0].estimate.unit, result.units[0].estimate.scale
    most = result.spread[2]
    if most > RELEVANT_PART_OF_RANGE * (high - low) / 2:
        return saying(
            "样本不足：看不出单位之间有差别，也不等于没有差别，它（标准差）可能到 {most}；名次先后不说明问题。",
            most=difference_figure(most, unit, signed=False),
        )  # fmt: skip
    return saying("除去偶然因素，看不出单位之间有差别；名次先后不说明问题。")


def _explained(result: FairComparison) -> Message:
    unit = result.units[0].estimate.unit
    low, high = (signed_figure(each, unit, signed=False) for each in result.spread[1:])
    return saying(
        "单位之间真正的差别（标准差）约 {spread}（95% 区间 {span}，{count} 个单位，n={n}）；"
        "作答少的单位已向共同水平 {mean} 靠拢。",
        spread=difference_figure(result.spread[0], unit, signed=False), span=span(low, high),
        count=len(result.units), n=sum(each.estimate.n for each in result.units),
        mean=figure(result.mean, unit),
    )  # fmt: skip


def _row(unit: FairUnit, count: int, names: Names | None) -> tuple[object, ...]:
    value, low, high = (figure(each, unit.estimate.unit) for each in unit.estimate.figures())
    ranks = saying("{low}–{high} / {count}", low=unit.rank_low, high=unit.rank_high, count=count)
    weakest = f"{unit.among_worst:.0%}"
    raw = figure(unit.raw, unit.estimate.unit)
    return (name_of(unit.name, names), value, span(low, high), raw, unit.estimate.n, ranks, weakest)
