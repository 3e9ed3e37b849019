"""The versions of a survey: what changed in words, what may be compared across them, what is a mere correction."""

from surveys.versions.comparability import Comparability, comparable_items
from surveys.versions.correction import Verdict, answers_fit, is_correction, misfits
from surveys.versions.difference import Difference, Kind
from surveys.versions.differences import differences, grouped

__all__ = [
    "Comparability",
    "Difference",
    "Kind",
    "Verdict",
    "answers_fit",
    "comparable_items",
    "differences",
    "grouped",
    "is_correction",
    "misfits",
]
