"""How many opened the form and how many answered, for the part in view."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from analysis.estimates import Estimate
from analysis.pages.view import View
from analysis.satisfaction import response_rate
from surveys.intake import Event
from surveys.organisation import Touchpoint
from surveys.pages import session
from surveys.pages.choosing import touchpoint_names


def response_rate_of(view: View) -> Estimate | None:
    """Accepted over opened, of forms at the touchpoints in view; None where no opening was counted."""
    account, store = session.signed_in(), session.store()
    touchpoints = {each.code: each for each in store.organisation.touchpoints()}
    names = touchpoint_names(list(touchpoints.values()))
    counts: Counter[str] = Counter()
    for tally in store.responses.tallies(view.record.code):
        place = touchpoints.get(tally["touchpoint"])
        seen = account.sees_all_departments or (place is not None and account.sees(place.department))
        if seen and _in_period(view, tally) and _in_segments(view, place, names):
            counts[tally["event"]] += tally["times"]
    opened = counts[Event.OPENED.value]
    return response_rate(counts[Event.ACCEPTED.value], opened) if opened else None


def _in_period(view: View, tally: dict[str, Any]) -> bool:
    day = date.fromisoformat(tally["day"])
    return view.period is None or view.period.first.date() <= day <= view.period.last.date()


def _in_segments(view: View, place: Touchpoint | None, names: dict[str, str]) -> bool:
    if not view.segments:
        return True
    if place is None:
        return False
    values = {"touchpoint": names[place.code], "district": place.district, "business_type": place.business_type}
    return all(values.get(column) == value for column, value in view.segments.items())
