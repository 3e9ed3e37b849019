"""满意度 → 评价者的松紧: departments that rate the same ones, in a named survey; refused where they don't overlap."""

from __future__ import annotations

import pytest

from surveys.definition.survey import Audience, Survey
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words

__all__ = ["open_page"]
pytestmark = pytest.mark.dated


def rated(store: Store, visit: Survey, *, overlapping: bool) -> None:
    """Repair gives 5 where service gives 3 to the same three subjects, or each rates its own."""
    add_accounts(store)
    about = visit.model_copy(update={"audience": Audience.STAFF, "about": "department"})
    store.surveys.save_draft(about, "service", by="test")
    store.surveys.publish("power-visit", by="test")
    common = {"received_on": local_day(utc_now()), "received_at": None, "touchpoint": None, "district": None}
    answers = []
    for number in range(60):
        rater = ("repair", "service")[number % 2]
        subject = "hall" if number % 3 else "repair"
        if not overlapping:
            subject = {"repair": "hall", "service": "repair"}[rater]
        kind = (4 if rater == "repair" else 2) + number // 6 % 2
        answers.append(submission(number, answers={"csat": kind}, department=rater, subject=subject, **common))
    store.responses.bring_in(answers)


@pytest.mark.parametrize("overlapping", [True, False], ids=["rate the same", "rate apart"])
def test_leniency_is_told_where_departments_rate_the_same(
    store: Store, visit: Survey, open_page: Open, overlapping: bool
) -> None:
    rated(store, visit, overlapping=overlapping)
    shown = open_page(store, "boss", "results", survey="power-visit", period="all")
    said = words(shown)
    assert not shown.exception and "评价者的松紧" in said
    assert ("各部门打分松紧不同" in said) is overlapping
    assert ("分不清是手松" in said) is not overlapping
