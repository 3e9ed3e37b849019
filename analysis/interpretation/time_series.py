"""What is said of a series in time: which kind of change it shows, when, and by how much."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.estimates import figure
from analysis.interpretation.sentences import message_of
from analysis.monitoring.time_reading import SeriesChange, TimeReading
from surveys.localisation.wording import Message, saying

CHANGES: Mapping[SeriesChange, Message] = {
    SeriesChange.STEADY: saying("没有看出变化"),
    SeriesChange.SHIFT: saying("在某一时点之后水平明显改变"),
    SeriesChange.DRIFT: saying("一直在缓慢变化"),
    SeriesChange.MIX: saying("主要是客户构成变了，各类客户本身变化不大"),
    SeriesChange.TOO_SHORT: saying("时间点太少，还看不出"),
}


@message_of.register
def told_reading(result: TimeReading, subject: str = "") -> Message:
    """The kind of change, and whether the season was taken out."""
    kind = _detailed(result)
    if result.season is not None:
        return saying("{kind}（已扣除季节的影响），{points} 个时间点。", kind=kind, points=result.n)
    return saying("{kind}，{points} 个时间点。", kind=kind, points=result.n)


def _detailed(result: TimeReading) -> Message:
    kind = CHANGES[result.kind]
    if result.kind is SeriesChange.SHIFT and result.shift is not None:
        low, high = map(_dated, result.shift_span or (result.shift_label,) * 2)
        return saying(
            "{kind}：{day} 之后（95% 区间 {low} 至 {high}）从 {before} 到 {after}",
            kind=kind, day=_dated(result.shift_label), low=low, high=high,
            before=figure(result.shift.before, "score"), after=figure(result.shift.after, "score"),
        )  # fmt: skip
    if result.kind is SeriesChange.DRIFT and result.slope.ok:
        value, low, high = (figure(each, "score") for each in result.slope.figures())
        return saying("{kind}：每期 {value}（95% 区间 {low} 至 {high}）", kind=kind, value=value, low=low, high=high)
    if result.kind is SeriesChange.STEADY and result.slope.ok:
        low, high = (figure(each, "score") for each in result.slope.figures()[1:])
        return saying("{kind}，不等于没有变化：每期变化的 95% 区间 {low} 至 {high}", kind=kind, low=low, high=high)
    return kind


def _dated(label: object) -> str:
    return f"{label:%Y-%m-%d}" if isinstance(label, pd.Timestamp) else str(label)
