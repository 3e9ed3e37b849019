"""How many orders were done within their limits: shares with intervals, by stage and business."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from analysis.estimates import Estimate
from analysis.intervals.shares import share
from surveys.fieldwork.order_stages import OrderStages
from surveys.storage.records.orders import OrderSteps


@dataclass(frozen=True)
class StageTimes:
    """One stage of one kind of business: how many orders are through it, their median hours, the share in time."""

    fact: str
    business: str
    n: int
    median_hours: float
    limit: float | None
    in_time: Estimate | None


def stage_times(orders: Iterable[OrderSteps], stages: OrderStages) -> list[StageTimes]:
    """By stage in their order, then by business; stages that no order is through are left out."""
    every = list(orders)
    found = []
    for stage in stages.root:
        took: dict[str, list[float]] = {}
        for order in every:
            if (hours := stage.hours(order.steps)) is not None:
                took.setdefault(order.business, []).append(hours)
        for business in sorted(took):
            hours_taken, limit = took[business], stage.limit(business)
            kept = sum(each <= limit for each in hours_taken) if limit is not None else 0
            in_time = share(kept, len(hours_taken)) if limit is not None else None
            found.append(
                StageTimes(stage.fact, business, len(hours_taken), float(median(hours_taken)), limit, in_time)
            )
    return found
