"""What lists of results say: pairs of groups, places on a map, contrasts of good and poor service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.differences.groups import GroupPair
from analysis.drivers.importance import MapPlace, PenaltyReward, Quadrant
from analysis.estimates import (
    Estimate,
    Language,
    Words,
    difference_figure,
    figure,
)
from analysis.interpretation.wordings import NO_CAUSE, Names, Told, headings_of, name_of, p_value, short, span


def _pairs(result: Sequence[GroupPair], language: Language, names: Names | None) -> Told:
    versus = Words(" 比 ", " vs ").spoken(language)
    clear = [each for each in result if each.p_adjusted < 0.05]
    words = (
        Words(
            f"{len(result)} 对比较中有 {len(clear)} 对明显不同。",
            f"{len(clear)} of {len(result)} pairs clearly differ.",
        )
        if clear
        else Words(f"{len(result)} 对比较都可能只是波动。", f"All {len(result)} pairs may be mere fluctuation.")
    )
    rows = [
        (name_of(each.second, names, language) + versus + name_of(each.first, names, language),
         *_difference(each.estimate, language), each.estimate.n, p_value(each.p_adjusted))
        for each in sorted(result, key=lambda pair: pair.p_adjusted)
    ]  # fmt: skip
    headings = headings_of(("pair", "difference", "interval", "n", "p"), language)
    return Told((words.spoken(language),), headings, tuple(rows), tuple(result[0].estimate.expert(language)))


def _difference(estimate: Estimate, language: Language) -> tuple[str, str]:
    """The difference with its sign, and its interval."""
    value, low, high = estimate.figures()
    return difference_figure(value, "score", language), span(figure(low, "score"), figure(high, "score"), language)


def _places(result: Sequence[MapPlace], language: Language, names: Names | None) -> Told:
    unsure = Words("说不准", "can't be told").spoken(language)
    headings = (*headings_of(("what", "place"), language), *[quadrant.spoken(language) for quadrant in Quadrant])
    rows = [
        (name_of(each.code, names, language), each.quadrant.spoken(language) if each.quadrant else unsure,
         *[f"{each.probabilities[quadrant]:.0%}" for quadrant in Quadrant])
        for each in result
    ]  # fmt: skip
    told_places = [each for each in result if each.quadrant is not None]
    words = Words(
        f"{len(result)} 个维度中有 {len(told_places)} 个的位置有九成把握，其余说不准。",
        f"The place of {len(told_places)} of {len(result)} dimensions is nine-tenths certain.",
    )
    source = "Martilla & James (1977), J. Marketing 41, 77–79; bootstrap: importance.quadrants(scores, overall)"
    return Told((words.spoken(language),), headings, tuple(rows), (source,))


def _contrasts(result: Sequence[PenaltyReward], language: Language, names: Names | None) -> Told:
    rows = [
        (name_of(each.code, names, language), *[short(end, language) for end in (each.penalty, each.reward)],
         each.penalty.n, each.role.value.spoken(language) if each.role else "—")
        for each in result
    ]  # fmt: skip
    headings = headings_of(("what", "low_end", "high_end", "n", "role"), language)
    expert = next((each.penalty.expert(language) for each in result if each.penalty.ok), [])
    return Told((NO_CAUSE.spoken(language),), headings, tuple(rows), tuple(expert))


LISTS: dict[type, Any] = {GroupPair: _pairs, MapPlace: _places, PenaltyReward: _contrasts}
