"""Which questions of a survey are watched week by week, and by what: the share of the two best answers, or the mean."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.exploring import Item
from analysis.methods import NUMBER
from analysis.monitoring.watched_questions import WatchedQuestion

_FALL = 0.1  # worth an alarm: ten points of a share, a tenth of a scale
_FEWEST_POINTS = 4  # of a scale of which two are the best


def watched_questions(items: Mapping[str, Item]) -> dict[str, WatchedQuestion]:
    """Those that answer with a number, by column."""
    return {column: _watched(item) for column, item in items.items() if item.measure in NUMBER}


def _watched(item: Item) -> WatchedQuestion:
    if item.low is None or item.high is None:
        return WatchedQuestion(item.column)
    if item.high - item.low + 1 < _FEWEST_POINTS:
        return WatchedQuestion(item.column, fall=_FALL * (item.high - item.low))
    return WatchedQuestion(item.column, above=item.high - 2, fall=_FALL)
