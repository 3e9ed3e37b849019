"""Every question type: its settings, the form fields it owns, how an answer is checked, what it measures.

A new type is a class in one of these files and its name in QUESTION_TYPES at the foot, a page fragment
`html/questions/{type}.html`, and an example in the contract test. Definition, form, storage, export, builder and
analysis follow from these.
"""

from __future__ import annotations

from surveys.definition.conditions import Condition, Entered
from surveys.definition.questions.best_worst import COMPARISONS, BestWorst
from surveys.definition.questions.choices import CHOICES, Choice, ListedOption, MultipleChoice, OneChoice
from surveys.definition.questions.entries import ENTRIES, FreeText, Hidden, Place, Region
from surveys.definition.questions.grids import GRIDS, Grid
from surveys.definition.questions.pairs import PAIRS, Pair
from surveys.definition.questions.question import (
    NOT_APPLICABLE,
    Answer,
    AnswerColumn,
    Cell,
    Code,
    Measure,
    NotAcceptable,
    Option,
    Question,
)
from surveys.definition.questions.records import RECORDS, File, Statement
from surveys.definition.questions.scales import SCALES, Scale

__all__ = [
    "NOT_APPLICABLE",
    "QUESTION_TYPES",
    "Answer",
    "AnswerColumn",
    "BestWorst",
    "Cell",
    "Choice",
    "Code",
    "Condition",
    "Entered",
    "File",
    "FreeText",
    "Grid",
    "Hidden",
    "ListedOption",
    "Measure",
    "MultipleChoice",
    "NotAcceptable",
    "OneChoice",
    "Option",
    "Pair",
    "Place",
    "Question",
    "Region",
    "Scale",
    "Statement",
]

QUESTION_TYPES: dict[str, type[Question]] = CHOICES | SCALES | GRIDS | PAIRS | COMPARISONS | ENTRIES | RECORDS
