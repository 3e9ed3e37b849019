"""What a stored answer has of each breakdown, for files and for other systems that read answers one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from surveys.definition.breakdowns.bands import holds
from surveys.definition.breakdowns.breakdown import OF_FILE, Breakdown, BreakdownKind
from surveys.definition.questions import Answer, Cell, Question
from surveys.definition.survey import Survey
from surveys.fieldwork.rounds import NO_ROUNDS, Rounds
from surveys.intake.submission import StoredResponse

File = Mapping[str, str | float]
_NO_FILE: File = {}


def _no_file(contact: str) -> File:
    return _NO_FILE


def _alone(department: str) -> frozenset[str]:
    return frozenset([department])


@dataclass(frozen=True)
class AnswerValues:
    """Answers to the *surveys* (by version) held against breakdowns; `file` and `branch` look up what stands elsewhere.

    `file`: by contact, the attributes of a file as it is now; `branch`: a department with all below it.
    """

    breakdowns: Mapping[str, Breakdown]
    surveys: Mapping[int, Survey]
    rounds: Rounds = NO_ROUNDS
    file: Callable[[str], File] = field(default=_no_file)
    branch: Callable[[str], frozenset[str]] = field(default=_alone)

    def has(self, response: StoredResponse, asked: Breakdown, code: str) -> bool:
        """Whether an answer has this value; that of a department stands for all below it, a band for its numbers."""
        value = _VALUES[asked.kind](self, response, asked)
        if value is None or asked.name == "department":
            return value is not None and value in self.branch(code)
        if asked.numeric and ".." in code:
            number = _number(value)
            return number is not None and holds(code, number)
        return _plain(value) == code or (asked.numeric and _number(value) == _number(code) is not None)

    def known(self, response: StoredResponse, asked: Breakdown) -> bool:
        """Whether an answer has any value of it."""
        return _VALUES[asked.kind](self, response, asked) is not None

    def number(self, response: StoredResponse, asked: Breakdown) -> float | None:
        """The number that an answer has of it."""
        return _number(_VALUES[asked.kind](self, response, asked))

    @cached_property
    def _questions(self) -> dict[int, dict[str, Question]]:
        return {number: {each.code: each for each in survey.questions()} for number, survey in self.surveys.items()}

    def _circumstance(self, response: StoredResponse, asked: Breakdown) -> Cell:
        if asked.name == "round":
            return self.rounds.code_of(response.round, response.received_on)
        found: str | None = getattr(response, asked.name)
        return found

    def _fact(self, response: StoredResponse, asked: Breakdown) -> Cell:
        return response.context.get(asked.name.partition(".")[2])

    def _of_file(self, response: StoredResponse, asked: Breakdown) -> Cell:
        return self.file(response.contact).get(asked.name.removeprefix(OF_FILE)) if response.contact else None

    def _answer(self, response: StoredResponse, asked: Breakdown) -> Cell:
        question = self._questions.get(response.version, {}).get(asked.question)
        return _cells(question, response.answers.get(asked.question)).get(asked.column) if question else None


def _cells(question: Question, answer: Answer | None) -> dict[str, Cell]:
    try:
        return {} if answer is None else question.cells(answer)
    except (AttributeError, KeyError, TypeError, ValueError):  # given to a version in which it was of another type
        return {}


def _plain(value: Cell) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _number(value: Cell) -> float | None:
    try:
        return None if value is None else float(value)
    except ValueError:
        return None


_VALUES: dict[BreakdownKind, Callable[[AnswerValues, StoredResponse, Breakdown], Cell]] = {
    BreakdownKind.CIRCUMSTANCE: AnswerValues._circumstance,
    BreakdownKind.FACT: AnswerValues._fact,
    BreakdownKind.FILE: AnswerValues._of_file,
    BreakdownKind.ANSWER: AnswerValues._answer,
}
