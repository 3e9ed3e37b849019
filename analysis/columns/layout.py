"""Which columns the answers to a survey have in its copy, and how they are filled: worked out from its versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from analysis.facts import OF_CONTEXT, analysed_facts, fact_of
from analysis.frames import item_column, offered_columns
from surveys.definition.context.fields import ContextField
from surveys.definition.questions import Question
from surveys.definition.survey import Survey
from surveys.fieldwork.rounds import NO_ROUNDS, Rounds
from surveys.localisation.wording import Text

FORMAT = 5  # of the files; another number makes every copy anew


@dataclass(frozen=True)
class ItemColumn:
    """One column of answers: its name in the frames, and that in the files, which tell no capital from a small letter.

    `source` is the name that the question gives it.
    """

    name: str
    stored: str
    source: str
    numeric: bool


@dataclass(frozen=True)
class CopyLayout:
    """The questions of a survey as it can be answered, and what each of its versions did offer.

    `digest` is the same as long as stored answers fill the same columns with the same values: wordings may change.
    """

    questions: tuple[Question, ...]
    columns: Mapping[str, tuple[ItemColumn, ...]]  # by the code of the question
    offered: Mapping[int, frozenset[str]]  # version → the names of its columns
    anonymous: bool
    digest: str
    facts: Mapping[str, ContextField] = field(default_factory=dict)  # that came along, by column
    rounds: Rounds = NO_ROUNDS  # by whose rule an answer is of a calendar round

    def items(self) -> tuple[ItemColumn, ...]:
        return tuple(column for columns in self.columns.values() for column in columns)

    def fact_columns(self) -> dict[str, str]:
        """Columns of facts, and their names in the files."""
        return {name: stored_fact(name) for name in self.facts}

    def unasked(self, source: str) -> list[int]:
        """The versions that did not offer a column."""
        return [version for version, names in self.offered.items() if source not in names]


def stored_fact(column: str) -> str:
    """The column of a fact in the files."""
    return f"along_{fact_of(column)}" if column.startswith(OF_CONTEXT) else column


def layout_of(survey: Survey, versions: Mapping[int, Survey], rounds: Rounds = NO_ROUNDS) -> CopyLayout:
    """The layout of a *survey* with all that could be answered (`with_dropped_options`), given its *versions*."""
    questions = tuple(question for question in survey.questions() if question.columns())
    columns, number = {}, 0
    for question in questions:
        found = []
        for column in question.columns():
            found.append(ItemColumn(item_column(column.name), f"c{number}", column.name, column.numeric))
            number += 1
        columns[question.code] = tuple(found)
    offered = {number: offered_columns(version) for number, version in versions.items()}
    facts = analysed_facts(survey)
    along = [(name, fact.type, *([fact.coarse] if fact.coarse else [])) for name, fact in facts.items()]
    outline = [FORMAT, survey.anonymous, along, rounds.rule.cut, [_outline(question) for question in questions]]
    digest = hashlib.sha256(json.dumps(outline, default=str).encode()).hexdigest()[:16]
    return CopyLayout(questions, columns, offered, survey.anonymous, digest, facts, rounds)


def _outline(value: Any) -> Any:
    """What decides about cells: a definition without its wordings and conditions."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        parts = {name: getattr(value, name) for name in fields if name not in _SAYS_NOTHING}
        return {name: _outline(part) for name, part in parts.items() if not isinstance(part, Text)}
    if isinstance(value, tuple | list):
        return [_outline(each) for each in value]
    return value


_SAYS_NOTHING = {"show_if", "required", "places"}  # of cells: an answer is kept as the code that was chosen
