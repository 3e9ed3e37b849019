"""How many were invited, opened the form and answered (response rate, drop-out), for the part in view."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, timedelta
from typing import Any

from analysis.estimates import Estimate
from analysis.level.satisfaction import completion_rate, response_rate
from analysis.monitoring.trends import Period
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import session
from surveys.console.kit.choosers import touchpoint_names
from surveys.definition.survey import Audience
from surveys.intake.submission import Event
from surveys.localisation.clock import zone
from surveys.organisation.departments import Touchpoint


def response_rate_of(view: ReleasedAnswers) -> Estimate | None:
    """Finished over reached, of those whose invitation was sent in the period; None where nobody was invited.

    None also under a filter: an invitation belongs to no touchpoint; and for staff, who are not invited.
    """
    if view.segments or view.record.survey.audience is Audience.STAFF:
        return None
    account = session.signed_in()
    if view.round is not None:
        return _of_rounds(view, [view.round]) if account.sees_all_departments else None
    departments = account.scope
    ends = {} if view.period is None else _moments(view.period)
    found = session.store().invitations.invited(view.record.code, departments, **ends)
    return response_rate(found.finished, found.reached) if found.reached else None


def staff_response_rate_of(view: ReleasedAnswers) -> Estimate | None:
    """Done over asked, of the tasks or else the staff of a survey for staff, in the round or rounds in view.

    None under a filter and for who sees some departments alone: nobody's department is asked for with these counts.
    """
    if view.segments or view.record.survey.audience is not Audience.STAFF:
        return None
    if not session.signed_in().sees_all_departments:
        return None
    return _of_rounds(view, [view.round] if view.round is not None else _rounds_in(view))


def _rounds_in(view: ReleasedAnswers) -> list[str]:
    """Codes of the rounds of which a part is in view."""
    counts = session.store().rounds.counts(view.record.code)
    if view.period is None:
        return list(counts)
    rounds, first, last = view.record.opening.rounds, view.period.first.date(), view.period.last.date()
    days = {first + timedelta(days=number) for number in range((last - first).days + 1)}
    kept = {day: rounds.on_day(day) for day in days}
    met = {rounds.code_of(each.code if each else None, day) for day, each in kept.items()}
    return [code for code in counts if code in met]


def _of_rounds(view: ReleasedAnswers, codes: list[str]) -> Estimate | None:
    """Those who took part over those who were asked by name; of an anonymous survey never of too few."""
    found = session.store().rounds.counts(view.record.code)
    told = [found[code] for code in codes if code in found]
    least = view.minimum if view.anonymous else 1
    asked = sum(each.asked for each in told if each.asked >= least)
    return response_rate(sum(each.took_part for each in told if each.asked >= least), asked) if asked else None


def _moments(period: Period) -> dict[str, str]:
    """The beginning of a period, and of the day after it, in UTC."""
    days = {"since": period.first, "until": period.last + timedelta(days=1)}
    return {name: day.tz_localize(zone()).astimezone(UTC).isoformat() for name, day in days.items()}


def completion_rate_of(view: ReleasedAnswers) -> Estimate | None:
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
    return completion_rate(counts[Event.ACCEPTED.value], opened) if opened else None


def _in_period(view: ReleasedAnswers, tally: dict[str, Any]) -> bool:
    day = date.fromisoformat(tally["day"])
    if view.round is not None:
        rounds = view.record.opening.rounds
        kept = rounds.on_day(day)
        return rounds.code_of(kept.code if kept else None, day) == view.round
    return view.period is None or view.period.first.date() <= day <= view.period.last.date()


def _in_segments(view: ReleasedAnswers, place: Touchpoint | None, names: dict[str, str]) -> bool:
    if not view.segments:
        return True
    if place is None:
        return False
    wanted = dict(view.segments)
    if wanted.pop("department", None) is not None and place.department not in (view.looked_at or ()):
        return False
    values = {"touchpoint": names[place.code], "district": place.district, "business_type": place.business_type}
    return all(values.get(column) == value for column, value in wanted.items())
