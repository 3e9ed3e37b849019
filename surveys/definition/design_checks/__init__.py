"""Known faults of questionnaire design, as warnings with place, what is wrong and how to mend it.

The rules are those of the textbooks (Dillman, Smyth & Christian 2014, chapters 4–6; Krosnick & Presser 2010), put as
heuristics over the Chinese wording. Each fault is one small function, listed in FAULTS at the foot; HINTS are those
that a designer may well leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from surveys.definition.design_checks.fault import Fault, Finding
from surveys.definition.design_checks.scales import (
    missing_not_applicable,
    missing_other,
    one_sided_ends,
    unbalanced_scale,
    unfit_ranges,
)
from surveys.definition.design_checks.structure import (
    all_or_nothing_consent,
    contact_in_anonymous,
    identifying_in_anonymous,
    long_matrix,
    overall_after_details,
    personal_without_consent,
    required_open_questions,
    too_long,
)
from surveys.definition.design_checks.time import longest_minutes, minutes
from surveys.definition.design_checks.untranslated import untranslated
from surveys.definition.design_checks.wording import (
    absolute,
    double_barrelled,
    double_negation,
    jargon,
    leading,
    over_long,
    unnamed_part,
)
from surveys.definition.places import describe_place
from surveys.definition.plain_data import as_data
from surveys.definition.survey import Survey

__all__ = ["FAULTS", "HINTS", "Fault", "faults", "longest_minutes", "minutes"]


def faults(survey: Survey) -> list[Fault]:
    """Every fault of the survey, warnings before hints, each in the order of asking."""
    data = as_data(survey)
    found = [
        Fault(place, describe_place(place[:4], data), what, mend, kind in HINTS, kind)
        for kind, check in FAULTS.items()
        for place, what, mend in check(survey)
    ]
    return sorted(found, key=lambda fault: (fault.hint, [str(step).zfill(4) for step in fault.place[:4]]))


HINTS = {"missing_not_applicable", "missing_other"}

FAULTS: dict[str, Callable[[Survey], Iterator[Finding]]] = {
    "double_barrelled": double_barrelled,
    "leading": leading,
    "absolute": absolute,
    "double_negation": double_negation,
    "jargon": jargon,
    "over_long": over_long,
    "unnamed_part": unnamed_part,
    "unbalanced_scale": unbalanced_scale,
    "one_sided_ends": one_sided_ends,
    "unfit_ranges": unfit_ranges,
    "long_matrix": long_matrix,
    "required_open_questions": required_open_questions,
    "overall_after_details": overall_after_details,
    "personal_without_consent": personal_without_consent,
    "all_or_nothing_consent": all_or_nothing_consent,
    "identifying_in_anonymous": identifying_in_anonymous,
    "contact_in_anonymous": contact_in_anonymous,
    "too_long": too_long,
    "untranslated": untranslated,
    "missing_not_applicable": missing_not_applicable,
    "missing_other": missing_other,
}
