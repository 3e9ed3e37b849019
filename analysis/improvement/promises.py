"""Promises that were not kept in a period that is over become cases: one for each promise and period, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from surveys.cases.case import Case, Source
from surveys.cases.rules import day_begin, made_id
from surveys.improvement.indicators import Indicator, IndicatorValue, Standing
from surveys.localisation.language import in_words, marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message

OF_PROMISE = "promise"  # the kind of source
CATEGORY = marked("服务承诺")
_BY_PROMISE = "promise"
_TOLD = marked("承诺“{promise}”在 {period} 没有兑现：{name} 为 {value}{unit}，目标是 {target}{unit}{interval}。")
_INTERVAL = marked("（95% 区间 {low} 至 {high}，n={n}）")


def breaches_of(indicator: Indicator, values: list[IndicatorValue]) -> Iterator[IndicatorValue]:
    """The value of the last period that is over, where the promise was not kept in it beyond doubt."""
    over = [each for each in values if not each.unfinished and each.value is not None]
    followed = indicator.promise and indicator.retired_on is None
    if followed and over and over[-1].standing(indicator) is Standing.MISSED:
        yield over[-1]


def case_of_breach(indicator: Indicator, value: IndicatorValue, department: str, day: date) -> Case:
    """The case of it, found again by promise and period however often it is made."""
    made = made_id(_BY_PROMISE, f"{indicator.code}\0{value.period.code}")
    source = Source(OF_PROMISE, indicator.code)
    return Case(made, source, department, CATEGORY, _told(indicator, value), "", day_begin(day), owner=indicator.owner)


def _told(indicator: Indicator, value: IndicatorValue) -> str:
    interval = ""
    if value.low is not None and value.high is not None:
        limits = {"low": f"{value.low:.2f}", "high": f"{value.high:.2f}", "n": value.n}
        interval = in_words(Message(_INTERVAL, limits), DEFAULT_LANGUAGE)
    return in_words(Message(_TOLD, {
        "promise": indicator.promise, "period": in_words(value.period.name, DEFAULT_LANGUAGE), "name": indicator.name,
        "value": f"{value.value:.4g}", "target": f"{indicator.target:g}", "unit": indicator.current.unit,
        "interval": interval,
    }), DEFAULT_LANGUAGE)  # fmt: skip
