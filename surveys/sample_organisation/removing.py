"""What of a database is the sample organisation, as it was loaded."""

from __future__ import annotations

from datetime import date

from surveys.sample_organisation.answers import sample_ids
from surveys.sample_organisation.customers import sample_customers
from surveys.sample_organisation.knowledge import INDICATORS, LESSONS
from surveys.sample_organisation.letters import BOX, sample_calls, sample_letters
from surveys.sample_organisation.loading import BY, SAMPLE_SURVEYS, SAMPLE_UNTIL
from surveys.sample_organisation.organisation import ACCOUNTS, COLLEAGUES, DEPARTMENTS, ORGANISATION, TOUCHPOINTS
from surveys.sample_organisation.plans import PLANS
from surveys.sample_organisation.subjects import sample_subjects
from surveys.storage.records.sample import SampleParts


def sample_parts(*, seed: int = 2024) -> SampleParts:
    """The sample that `load_sample_organisation` loads with this seed, on whatever day it was."""
    any_day = date(2026, 1, 1)  # neither people nor letters are others on another day
    return SampleParts(
        by=BY,
        responses=sample_ids(seed),
        contacts=[(each.id, each.customer_number, each.name) for each in sample_customers(seed, any_day)],
        cases=[each.id for each in (*sample_letters(any_day), *sample_calls(any_day))],
        plans=PLANS,
        indicators=INDICATORS,
        lessons=LESSONS,
        boxes=[(BOX.code, BOX.name, BOX.department)],
        surveys=SAMPLE_SURVEYS,
        departments=DEPARTMENTS,
        touchpoints=TOUCHPOINTS,
        accounts=[(each.name, each.display_name, each.role) for each in (*ACCOUNTS, *COLLEAGUES)],
        subjects=[(each.kind, each.code, each.name) for each in sample_subjects(any_day, ())],
        name=ORGANISATION,
        until=SAMPLE_UNTIL,
    )
