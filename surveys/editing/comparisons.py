"""A condition as a designer edits it: some comparisons, of which all or any must hold; and what can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from surveys.definition.conditions import Comparison
from surveys.definition.listening import HEARD_LABELS, TOPIC
from surveys.definition.places import question_number, short
from surveys.definition.plain_data import Data
from surveys.definition.questions import QUESTION_TYPES, Choice, Question, Scale
from surveys.editing.draft import Draft

BARE = (Comparison.ANSWERED, Comparison.UNANSWERED)
SEVERAL = (Comparison.INCLUDES, Comparison.ONE_OF)
COMPARISONS: dict[Comparison, str] = {
    Comparison.EQUALS: "等于",
    Comparison.DIFFERS: "不等于",
    Comparison.AT_LEAST: "不小于",
    Comparison.AT_MOST: "不大于",
    Comparison.INCLUDES: "选了其中之一",
    Comparison.ONE_OF: "是其中之一",
    Comparison.ANSWERED: "已回答",
    Comparison.UNANSWERED: "未回答",
}


@dataclass(frozen=True)
class Comparable:
    """An answer that a condition can look at, with the values it can have where they are known."""

    item: str  # the field of the answer
    label: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Simple:
    """Comparisons of which all, or any, must hold."""

    parts: tuple[Data, ...] = ()
    joint: str = "all"

    def as_condition(self) -> Data | None:
        """As it stands in the draft; None for no comparison at all."""
        if not self.parts:
            return None
        return dict(self.parts[0]) if len(self.parts) == 1 else {self.joint: [dict(part) for part in self.parts]}

    def with_part(self, at: int, part: Data | None) -> Simple:
        """With one comparison replaced, added at the end, or, for None, left out."""
        parts = list(self.parts)
        parts[at : at + 1] = [] if part is None else [part]
        return Simple(tuple(parts), self.joint)


def simple(condition: Mapping[str, Any] | None) -> Simple | None:
    """The condition as a list of comparisons; None when it is nested deeper than that."""
    if not condition:
        return Simple()
    joint = "any" if condition.get("any") else "all"
    parts = tuple(condition.get("any") or condition.get("all") or (condition,))
    flat = all(part.get("item") or part.get("link") for part in parts)
    return Simple(tuple(dict(part) for part in parts), joint) if flat else None


def comparables(draft: Draft, section: int, question: int | None = None) -> list[Comparable]:
    """What has been answered before this question, or before the head of this section."""
    found: list[Comparable] = []
    topics = {f"{TOPIC}{each.get('code')}": short(each.get("label")) for each in draft.data.get("dimensions") or ()}
    for s, each in enumerate(draft.sections()[: section + 1]):
        questions: Sequence[Data] = each.get("questions") or ()
        before = len(questions) if s < section else question or 0
        for q, data in enumerate(questions[:before]):
            found += _of_question(data, f"{question_number(draft.data, s, q)}. {short(data.get('title'))}", topics)
    return found


def _of_question(data: Data, name: str, topics: Mapping[str, str]) -> list[Comparable]:
    kind = QUESTION_TYPES.get(str(data.get("type")))
    try:
        asked = kind.model_validate(data) if kind else None
    except ValidationError:
        asked = None
    if asked is None:
        return [Comparable(str(data.get("code")), name)]
    titles = {column.name: str(column.title) for column in asked.columns()}
    fields = asked.fields()
    alone = len(fields) == 1
    named = {each: name if alone or each == asked.code else f"{name} · {titles.get(each, '填写')}" for each in fields}
    heard = [Comparable(each, f"{name} · 说了什么", {**HEARD_LABELS, **topics}) for each in asked.heard_fields()]
    return [*(Comparable(each, label, _values(asked, each)) for each, label in named.items()), *heard]


def _values(question: Question, name: str) -> dict[str, str]:
    if isinstance(question, Choice):
        return {option.code: str(option.label) for option in question.options} if name == question.code else {}
    labels = next((dict(column.labels) for column in question.columns() if column.name == name), {})
    points = {str(point): str(point) for point in question.points_in_order()} if isinstance(question, Scale) else {}
    said = {code: f"{code} {label}" if code in points else str(label) for code, label in labels.items()}
    return points | said


def changed_comparison(part: Data, compare: Comparison) -> Data:
    """A comparison made otherwise; its value takes the shape the new one needs."""
    rest = {name: value for name, value in part.items() if name not in ("is", "value")}
    if compare in BARE:
        return rest | {"is": compare.value}
    value = part.get("value")
    several = value if isinstance(value, list | tuple) else [] if value in (None, "") else [value]
    if not several:
        return rest | {"is": compare.value}  # to be filled in
    return rest | {"is": compare.value, "value": list(several) if compare in SEVERAL else several[0]}
