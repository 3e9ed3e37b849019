"""The versions of a survey: what changed in words, what may be compared across them, what is a mere correction."""

from surveys.definition.versions.comparability import Comparability, comparable_items
from surveys.definition.versions.correction import CorrectionVerdict, answers_fit, is_correction, misfits
from surveys.definition.versions.difference import Difference, DifferenceKind
from surveys.definition.versions.differences import differences, group_by_place
from surveys.definition.versions.dropped import marked_as_dropped, with_dropped_options

__all__ = [
    "Comparability",
    "CorrectionVerdict",
    "Difference",
    "DifferenceKind",
    "answers_fit",
    "comparable_items",
    "differences",
    "group_by_place",
    "is_correction",
    "marked_as_dropped",
    "misfits",
    "with_dropped_options",
]
