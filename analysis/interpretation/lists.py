"""What lists of results say: pairs of groups, places on a map, contrasts of good and poor service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.differences.significance import GroupPair, answers_to_show
from analysis.drivers.importance import MapPlace, PenaltyReward, Quadrant
from analysis.estimates import figure
from analysis.interpretation.expert_view import expert_lines
from analysis.interpretation.wordings import (
    NO_CAUSE,
    Names,
    Told,
    difference_figure,
    headings_of,
    name_of,
    p_value,
    short,
    span,
)
from surveys.localisation.wording import saying


def _pairs(result: Sequence[GroupPair], names: Names | None) -> Told:
    clear = [each for each in result if each.p_adjusted < 0.05]
    needed = answers_to_show(1)
    few = sum((each.estimate.effective_n or each.estimate.n) < needed for each in result if each not in clear)
    words = [
        saying("{count} 对比较中有 {clear} 对明显不同。", count=len(result), clear=len(clear))
        if clear or few
        else saying("{count} 对比较都可能只是波动。", count=len(result))
    ]
    short_of = "其余的有 {few} 对样本不足，看不出差别也不等于没有差别（两组合计约需 {needed} 份）。"
    words += [saying(short_of, few=few, needed=needed)] if few else []
    rows = [_pair(each, names) for each in sorted(result, key=lambda pair: pair.p_adjusted)]
    headings = headings_of("pair", "difference", "interval", "n", "p")
    return Told(tuple(words), headings, tuple(rows), tuple(expert_lines(result[0].estimate)))


def _pair(pair: GroupPair, names: Names | None) -> tuple[Any, ...]:
    """The two groups, the difference with its sign, its interval, n and p."""
    value, low, high = pair.estimate.figures()
    compared = saying("{second} 比 {first}", second=name_of(pair.second, names), first=name_of(pair.first, names))
    ends = span(figure(low, "score"), figure(high, "score"))
    return compared, difference_figure(value, "score"), ends, pair.estimate.n, p_value(pair.p_adjusted)


def _places(result: Sequence[MapPlace], names: Names | None) -> Told:
    headings = (*headings_of("what", "place"), *[quadrant.value for quadrant in Quadrant])
    rows = [
        (name_of(each.code, names), each.quadrant.value if each.quadrant else saying("说不准"),
         *[f"{each.probabilities[quadrant]:.0%}" for quadrant in Quadrant])
        for each in result
    ]  # fmt: skip
    sure = sum(each.quadrant is not None for each in result)
    words = saying("{count} 个维度中有 {sure} 个的位置有九成把握，其余说不准。", count=len(result), sure=sure)
    source = "Martilla & James (1977), J. Marketing 41, 77–79; bootstrap: importance.quadrants(scores, overall)"
    return Told((words,), headings, tuple(rows), (source,))


def _contrasts(result: Sequence[PenaltyReward], names: Names | None) -> Told:
    rows = [
        (name_of(each.code, names), short(each.penalty), short(each.reward), each.penalty.n,
         each.role.value if each.role else "—")
        for each in result
    ]  # fmt: skip
    expert = next((expert_lines(each.penalty) for each in result if each.penalty.ok), [])
    headings = headings_of("what", "low_end", "high_end", "n", "role")
    return Told((NO_CAUSE,), headings, tuple(rows), tuple(expert))


LISTS: dict[type, Any] = {GroupPair: _pairs, MapPlace: _places, PenaltyReward: _contrasts}
