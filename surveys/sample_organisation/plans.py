"""Improvement plans of the sample organisation: measures that worked, did nothing, are too early to tell, or under way.

Into the answers a change was put for the first alone (`answers.BETTER_AT`): what the product says of each can be
compared with that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from surveys.improvement.plans import ImprovementPlan, PlanMeasure
from surveys.sample_organisation.answers import BETTER_AT, BETTER_FROM_DAY, DAYS

PLANS = ("sample-hall", "sample-repair", "sample-sheet", "sample-callback")


@dataclass(frozen=True)
class SamplePlan:
    """A plan with its one measure; *made* is the day it was written down, before the measure began."""

    plan: ImprovementPlan
    measure: PlanMeasure
    made: date
    done: bool


def sample_plans(today: date) -> Iterator[SamplePlan]:
    """Owned by the managers of the two departments."""

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    hall = ImprovementPlan(
        PLANS[0],
        "营业厅设引导员，办事不再白跑",
        "power-visit",
        "attitude",
        "service",
        "manager-service",
        ago(-20),
        4.2,
        4.7,
        0.5,
    )
    guide = PlanMeasure(
        "sample-guide", hall.code, "两个营业厅设引导员", "manager-service", ago(26), ago(15), ago(1), "touchpoint",
        ("hall-north", "hall-west"), ago(30), cost=Decimal(36000), check="每周抽看两天叫号记录",
        saving="600 × (19 − 8)",
    )  # fmt: skip
    yield SamplePlan(hall, guide, ago(30), done=True)
    repair = ImprovementPlan(
        PLANS[1], "城东抢修恢复到原来的速度", "power-visit", "repair", "repair", "manager", ago(-60), 1.9, 4.2
    )
    shift = PlanMeasure(
        "sample-shift", repair.code, "城东抢修班增加一个夜班", "manager", ago(4), ago(-20), ago(-50), "touchpoint",
        ("repair-east",), ago(6), cost=Decimal(80000), check="每天看到场用时",
    )  # fmt: skip
    yield SamplePlan(repair, shift, ago(6), done=False)
    sheet = ImprovementPlan(
        PLANS[2],
        "办电一次说清要什么",
        "power-visit",
        "information",
        "connection",
        "manager-service",
        ago(-30),
        4.2,
        4.6,
        0.3,
    )
    ended = DAYS - BETTER_FROM_DAY
    told = PlanMeasure(
        "sample-told", sheet.code, "两个办电窗口发一次性告知单", "manager-service", ago(ended + 6), ago(ended), ago(1),
        "touchpoint", BETTER_AT, ago(ended + 10), cost=Decimal(18000), check="每周抽查 10 份告知单",
        saving="20000 × (19 − 8)",
    )  # fmt: skip
    yield SamplePlan(sheet, told, ago(ended + 10), done=True)
    callback = ImprovementPlan(
        PLANS[3], "抢修前后各打一个电话", "power-visit", "information", "repair", "manager", ago(-90), 4.2, 4.4, 0.1
    )
    rung = PlanMeasure(
        "sample-rung", callback.code, "城北、城西抢修到场前和修复后回电", "manager", ago(11), ago(5), ago(-40),
        "touchpoint", ("repair-north", "repair-west"), ago(14), cost=Decimal(5000), check="抽听每周 20 通回电",
    )  # fmt: skip
    yield SamplePlan(callback, rung, ago(14), done=True)
