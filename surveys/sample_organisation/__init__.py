"""A made-up power supplier to try the product on: departments, touchpoints, people, 90 days of answers, and two rounds
in which departments rate each other.

From day 60 on the repair crew of one district is deliberately slow; everything else stays as it was. What the product
says about the sample can so be compared with what was put into it.
"""

from surveys.sample_organisation.answers import DAYS, WEAK_DISTRICT, WEAK_FROM_DAY, sample_responses
from surveys.sample_organisation.loading import SAMPLE_UNTIL, load_sample_organisation
from surveys.sample_organisation.organisation import ACCOUNTS, DEPARTMENTS, ORGANISATION, TOUCHPOINTS
from surveys.sample_organisation.removing import sample_parts

__all__ = [
    "ACCOUNTS",
    "DAYS",
    "DEPARTMENTS",
    "ORGANISATION",
    "SAMPLE_UNTIL",
    "TOUCHPOINTS",
    "WEAK_DISTRICT",
    "WEAK_FROM_DAY",
    "load_sample_organisation",
    "sample_parts",
    "sample_responses",
]
