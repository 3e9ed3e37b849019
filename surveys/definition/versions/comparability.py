"""Which items may be followed across versions: the same code, type and scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from surveys.definition.questions import QUESTION_TYPES, Grid, Measure, Option, Question
from surveys.definition.setting_labels import label_of
from surveys.definition.survey import Survey
from surveys.definition.versions.likeness import describe_correction
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said, Series, Text, saying

_MEASURED_BY_ROW = ("matrix_single", "matrix_multiple", "matrix_rating")  # each row is an item of its own
_NOT_FOLLOWED = (Measure.TEXT, Measure.RECORD)
# What does not change the scale an answer stands on.
_BESIDE_SCALE = {
    "type", "code", "title", "hint", "required", "dimension", "show_if", "shuffle", "look", "options_from",
    "earliest", "latest", "decimals",
}  # fmt: skip
# What may change who answers, or how.
_WITH_CARE = ("show_if", "required", "look", "options_from")


@dataclass(frozen=True)
class Comparability:
    """Whether an item's results before and after stand on the same scale; `why` says what speaks against it."""

    item: str
    comparable: bool
    why: Said = ""  # also a caution where it is comparable


def comparable_items(before: Survey, after: Survey) -> list[Comparability]:
    """Every measured item of either version: a question's code, or `question.row` in a grid."""
    old, new = dict(_items(before)), dict(_items(after))
    return [
        *(_compared(item, old.get(item), question) for item, question in new.items()),
        *(Comparability(item, False, marked("新版中已删除")) for item in old if item not in new),
    ]


def _items(survey: Survey) -> Iterator[tuple[str, Question]]:
    for question in survey.questions():
        if question.measure in _NOT_FOLLOWED:
            continue
        if isinstance(question, Grid) and question.type in _MEASURED_BY_ROW:
            yield from ((question.field(row), question) for row in question.rows)
        else:
            yield question.code, question


def _compared(item: str, before: Question | None, after: Question) -> Comparability:
    if before is None:
        return Comparability(item, False, marked("新增，没有以前的数据"))
    if before.type != after.type:
        labels = [Message(QUESTION_TYPES[each.type].label) for each in (before, after)]
        return Comparability(item, False, saying(marked("题型由“{old}”改为“{new}”"), old=labels[0], new=labels[1]))
    if against := next(_off_scale(before, after), ""):
        return Comparability(item, False, against)
    cautions = tuple(_cautions(item, before, after))
    return Comparability(item, True, Series(cautions, marked("；")) if cautions else "")


def _off_scale(before: Question, after: Question) -> Iterator[Said]:
    """What puts the answers on another scale."""
    beside = _BESIDE_SCALE | ({"rows"} if after.type in _MEASURED_BY_ROW else set())
    beside |= {"minimum", "maximum"} if after.type == "number" else set()
    for name in type(after).model_fields:
        if name not in beside:
            label = label_of(name, after.type).text
            yield from _different(label, getattr(before, name), getattr(after, name))


def _different(label: Text, old: Any, new: Any) -> Iterator[Said]:
    if isinstance(old, tuple) and old and isinstance(old[0], Option) and new:
        before, after = {each.code: each.label for each in old}, {each.code: each.label for each in new}
        if before.keys() != after.keys():
            yield saying(marked("{label}有增减"), label=label)
        elif why := next((why for code in before if (why := describe_correction(before[code], after[code]))), ""):
            yield saying(marked("{label}的含义改了：{why}"), label=label, why=why)
    elif isinstance(old, tuple) and isinstance(new, tuple) and old and len(old) == len(new):
        for before_, after_ in zip(old, new, strict=True):
            yield from _different(label, before_, after_)
    elif isinstance(old, Text) and isinstance(new, Text):
        if why := describe_correction(old, new):
            yield saying(marked("{label}改了：{why}"), label=label, why=why)
    elif old != new:
        yield saying(marked("{label}改了"), label=label)


def _cautions(item: str, before: Question, after: Question) -> Iterator[Said]:
    """What does not forbid the comparison but should be known."""
    if why := describe_correction(_wording(item, before), _wording(item, after)):
        yield saying(marked("措辞改了，趋势请谨慎解读：{why}"), why=why)
    for name in _WITH_CARE:
        if getattr(before, name, None) != getattr(after, name, None):
            yield saying(marked("{label}改了，作答的人或方式可能不同"), label=label_of(name, after.type).text)


def _wording(item: str, question: Question) -> Text:
    row = item.partition(".")[2]
    return next((part.label for part in question.parts() if row and part.code == row), question.title)
