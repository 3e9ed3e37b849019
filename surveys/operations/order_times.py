"""When each order was accepted, dispatched, reached and resolved: kept by event, told to the follow-up as hours."""

from __future__ import annotations

from datetime import datetime

from pydantic import ValidationError

from surveys.fieldwork.event_reports import EventReport
from surveys.fieldwork.order_stages import USUAL_STAGES, OrderStages
from surveys.storage import Store
from surveys.storage.records.orders import OrderSteps

STAGES = "order_stages"  # the setting
_ORDER, _BUSINESS = "order", ("biz", "business")


def stages_of(store: Store) -> OrderStages:
    """The stages with their limits as they are set, or the usual ones without any."""
    kept = store.organisation.setting(STAGES)
    try:
        return OrderStages.model_validate_json(kept) if kept else USUAL_STAGES
    except ValidationError:  # written by a newer version
        return USUAL_STAGES


def note_step(store: Store, report: EventReport, department: str | None) -> None:
    """Keep when this happened to its order, if it names one and belongs to a stage; the first time counts."""
    order = report.facts.get(_ORDER, "").strip()
    if order and report.kind in _followed(stages_of(store)):
        business = next((report.facts[name] for name in _BUSINESS if report.facts.get(name)), "")
        store.orders.note(order, report.kind, report.at, department, business or report.business_type or "")


def with_durations(store: Store, report: EventReport) -> dict[str, str]:
    """The facts of a report, with the hours of every stage that is over; what it says itself stands."""
    order = report.facts.get(_ORDER, "").strip()
    found = store.orders.steps(order) if order else None
    hours = _hours(store, found) if found else {}
    return {**hours, **report.facts}


def _hours(store: Store, order: OrderSteps) -> dict[str, str]:
    took = {each.fact: each.hours(order.steps) for each in stages_of(store).root}
    return {fact: f"{hours:.2f}".rstrip("0").rstrip(".") for fact, hours in took.items() if hours is not None}


def _followed(stages: OrderStages) -> set[str]:
    return {kind for each in stages.root for kind in (*each.begins, *each.ends)}


def orders_since(store: Store, first: datetime, departments: list[str] | None) -> list[OrderSteps]:
    """The orders with a step since a moment, of these departments only where they are given."""
    return store.orders.since(first, departments)
