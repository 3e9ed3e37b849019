"""What was heard in a comment, as codes that conditions compare: the form listens.

A condition on `comment._heard` looks at what somebody above these rooms says of the words in `comment`: its sentiment,
its topics as `topic:CODE`, whether danger is spoken of, whether it says too little to be of use. No form can enter it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from surveys.comments import SENTIMENT_LABELS, SIGNAL_LABELS
from surveys.localisation.language import marked

if TYPE_CHECKING:
    from surveys.definition.conditions import Condition, Entered
    from surveys.definition.survey import Survey

HEARD = "._heard"
VAGUE, RISK, TOPIC = "vague", "risk", "topic:"
HEARD_LABELS: Mapping[str, str] = {
    VAGUE: marked("太笼统，没说是哪方面"), RISK: marked("任何一种风险"), **SENTIMENT_LABELS, **SIGNAL_LABELS,
}  # fmt: skip
"""What people read in the builder; topics stand there under the labels of the survey's dimensions."""


class Listener(Protocol):
    """Who reads comments while they are answered; fast, and on this machine."""

    def __call__(self, survey: str, text: str) -> Sequence[str]:
        """The codes of what is heard in a comment of a survey; none of an empty one."""


def heard_in(condition: Condition) -> set[str]:
    """Codes of the questions whose words a condition listens to."""
    return {field.removesuffix(HEARD) for field in condition.fields() if field.endswith(HEARD)}


def conditions_of(survey: Survey) -> list[Condition]:
    """All conditions of a survey that may listen: of what is shown, and of thanks."""
    shown = [section.show_if for section in survey.sections] + [each.show_if for each in survey.questions()]
    return [each for each in (*shown, *(thanks.when for thanks in survey.thanks_by_answer)) if each]


def listened_to(survey: Survey) -> frozenset[str]:
    """Codes of the questions that the survey listens to."""
    return frozenset(code for condition in conditions_of(survey) for code in heard_in(condition))


def follow_ups(survey: Survey) -> dict[str, tuple[str, ...]]:
    """By comment that says too little: the columns of what its author is then asked to choose."""
    found: dict[str, tuple[str, ...]] = {}
    for question in survey.questions():
        condition = question.show_if
        if condition and question.parts() and VAGUE in _values_of(condition):
            columns = tuple(column.name for column in question.columns())
            found |= {code: (*found.get(code, ()), *columns) for code in heard_in(condition)}
    return found


def _values_of(condition: Condition) -> set[str]:
    parts = (*condition.all, *condition.any)
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return {str(each) for each in values} | {value for part in parts for value in _values_of(part)}


def hear(survey: Survey, entered: Entered, listener: Listener) -> dict[str, list[str]]:
    """What is heard in what was entered, by field: `comment._heard`."""
    said = {code: " ".join(entered.get(code, ())).strip() for code in sorted(listened_to(survey))}
    return {f"{code}{HEARD}": list(listener(survey.code, text)) for code, text in said.items() if text}
