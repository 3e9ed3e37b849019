"""Improvement plans of the sample organisation: one whose measure has ended and was measured again, one under way.

Nothing was put into the answers for the first: what the product says of it can be compared with that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from surveys.improvement.plans import ImprovementPlan, PlanMeasure

PLANS = ("sample-hall", "sample-repair")


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
