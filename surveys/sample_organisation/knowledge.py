"""What the sample organisation follows and has learned: indicators, one of them a promise, and signed lessons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from surveys.definition.round_rules import Every
from surveys.improvement.indicators import BetterWhen, Indicator, IndicatorDefinition, IndicatorSource
from surveys.improvement.lessons import Lesson, LessonSource

INDICATORS = ("sample-on-site", "sample-reliability", "sample-in-time")
LESSONS = ("sample-notice", "sample-guides")

_MONTHS = 4
_VALUES = {"sample-on-site": (91.2, 92.4, 93.1, 93.6), "sample-reliability": (99.952, 99.957, 99.949, 99.961)}


def sample_indicators(today: date) -> Iterator[Indicator]:
    """Two that are entered by the month, and one that is counted from the cases."""
    since = _month(today, _MONTHS)
    kept = {"source": IndicatorSource.ENTERED, "about": {}}
    yield Indicator(
        INDICATORS[0], "抢修 45 分钟内到场", BetterWhen.HIGHER, Every.MONTH,
        (IndicatorDefinition(since, unit="%", **kept),), 90.0, "repair",  # type: ignore[arg-type]
        "城区抢修 45 分钟内到达现场", "manager",
    )  # fmt: skip
    yield Indicator(
        INDICATORS[1], "供电可靠率", BetterWhen.HIGHER, Every.MONTH,
        (IndicatorDefinition(since, unit="%", **kept),), 99.95, None, "", "manager",  # type: ignore[arg-type]
    )  # fmt: skip
    yield Indicator(
        INDICATORS[2], "工单按期答复率", BetterWhen.HIGHER, Every.MONTH,
        (IndicatorDefinition(since, IndicatorSource.CASES_IN_TIME, {}, unit="%"),), 90.0, None, "", "manager-service",
    )  # fmt: skip


def sample_values(today: date) -> Mapping[str, Mapping[str, float]]:
    """The months before today's, by the codes of indicator and period."""
    periods = [_month(today, back) for back in range(_MONTHS, 0, -1)]
    return {
        code: {f"{first:%Y-%m}": value for first, value in zip(periods, values, strict=True)}
        for code, values in _VALUES.items()
    }


def _month(today: date, back: int) -> date:
    """The first day of the month so many before today's."""
    first = today.replace(day=1)
    for _each in range(back):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def sample_lessons() -> Iterator[tuple[Lesson, tuple[str, ...]]]:
    """Each with the words that it is found by, cut already."""
    yield (
        Lesson(
            LESSONS[0],
            "计划停电提前三天张贴到单元门",
            "计划停电只发了短信，老年客户没有看到，两天内来了 14 件投诉。",
            "只用一种渠道通知；没有核对短信送达。",
            "社区张贴到单元门，对重要客户上门通知，短信作补充。",
            "之后三个月同类投诉 2 件（此前每月约 6 件）。",
            LessonSource.CASE,
            department="repair",
        ),
        ("计划", "停电", "提前", "三天", "张贴", "单元门", "短信", "老年", "客户", "投诉", "渠道", "通知", "社区"),
    )
    yield (
        Lesson(
            LESSONS[1],
            "营业厅设引导员，材料一次说清",
            "客户到柜台才知道缺材料，一件事要跑两三趟。",
            "取号前没有人核对材料。",
            "入口设引导员，先核对材料再取号，当场给一次性告知单。",
            "等候中的询问少了；满意度的变化以改进计划里测得的效果为准。",
            LessonSource.MEASURE,
            "sample-guide",
            department="service",
        ),
        ("营业厅", "营业", "引导员", "引导", "材料", "一次", "柜台", "取号", "核对", "告知单", "服务", "态度"),
    )
