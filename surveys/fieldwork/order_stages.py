"""The stages of an order between the kinds of its events, and the limits in which each is to be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints

from surveys.definition.questions import Code
from surveys.localisation.wording import Text

EventKind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.\-]{0,59}$")]
Hours = Annotated[float, Field(gt=0, le=10_000)]


class OrderStage(BaseModel):
    """One stage: from the first event of one kind to the first of another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fact: Code  # the fact that a follow-up brings the hours under
    label: Text
    begins: tuple[EventKind, ...]
    ends: tuple[EventKind, ...]
    limits: Mapping[str, Hours] = Field(default_factory=dict)  # hours by kind of business; "" for all others

    def limit(self, business: str) -> float | None:
        """How many hours it may take; None where nothing is promised."""
        return self.limits.get(business, self.limits.get(""))

    def hours(self, steps: Mapping[str, datetime]) -> float | None:
        """How long it took an order with these first moments by kind of event; None while it is not over."""
        begun = [steps[kind] for kind in self.begins if kind in steps]
        ended = [steps[kind] for kind in self.ends if kind in steps]
        if not begun or not ended or min(ended) < min(begun):
            return None
        return (min(ended) - min(begun)).total_seconds() / 3600


class OrderStages(RootModel[tuple[OrderStage, ...]]):
    """The stages that an organisation follows."""


def _usual(fact: str, chinese: str, english: str, begins: tuple[str, ...], ends: tuple[str, ...]) -> OrderStage:
    label = Text.model_validate({"zh-Hans": chinese, "en": english})
    return OrderStage(fact=fact, label=label, begins=begins, ends=ends)


_ACCEPTED, _DISPATCHED, _ON_SITE = ("order.accepted",), ("order.dispatched",), ("order.on_site",)
_RESOLVED = ("order.resolved", "work_order.closed")
USUAL_STAGES = OrderStages((
    _usual("hours_to_dispatch", "受理到派单", "Accepted to dispatched", _ACCEPTED, _DISPATCHED),
    _usual("hours_to_arrive", "派单到到场", "Dispatched to on site", _DISPATCHED, _ON_SITE),
    _usual("hours_on_site", "到场到办结", "On site to resolved", _ON_SITE, _RESOLVED),
    _usual("hours_to_resolve", "受理到办结", "Accepted to resolved", _ACCEPTED, _RESOLVED),
))  # fmt: skip
