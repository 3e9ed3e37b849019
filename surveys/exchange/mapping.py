"""Which column of a table answers which item, and what its entries mean there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from surveys.exchange.cells import restored
from surveys.exchange.circumstances import CIRCUMSTANCES
from surveys.questions import NOT_APPLICABLE, Choice, MultipleChoice, Question, Scale

RECEIVED = "_received_on"


class UnfitMapping(ValueError):
    """A mapping that does not fit the table or the survey; carries all its problems, each for the person importing."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Wishes:
    """What the person importing asked for. Targets are item codes or context names such as `_touchpoint`."""

    columns: Mapping[str, str] = field(default_factory=dict)  # column → target
    constants: Mapping[str, str] = field(default_factory=dict)  # target → the entry of every row
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # target → entry in the file → entry meant


@dataclass(frozen=True)
class ColumnMapping:
    """A table's columns as a survey's items."""

    targets: Mapping[str, int]  # target → position of its column
    constants: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    unknown: tuple[str, ...]  # columns that are no item; they are not imported

    def entries(self, cells: Sequence[str]) -> dict[str, str]:
        """What a row enters, by target; empty cells are left out."""
        found = {target: restored(cells[position]) for target, position in self.targets.items()} | dict(self.constants)
        meant = {target: self.values.get(target, {}).get(text.strip(), text) for target, text in found.items()}
        return {target: text for target, text in meant.items() if text.strip()}


def column_mapping(header: Sequence[str], items: Sequence[Question], wishes: Wishes) -> ColumnMapping:
    """Each column goes where it was asked to, else where its name is an item's code or title. Raises UnfitMapping."""
    problems = list(_problems(header, items, wishes))
    if problems:
        raise UnfitMapping(problems)
    targets: dict[str, int] = {wishes.columns[name]: at for at, name in enumerate(header) if name in wishes.columns}
    known = _names(items)
    for at, name in enumerate(header):
        target = known.get(name)
        if target is not None and name not in wishes.columns and target not in wishes.constants:
            targets.setdefault(target, at)
    unknown = tuple(name for at, name in enumerate(header) if at not in targets.values())
    return ColumnMapping(targets, wishes.constants, wishes.values, unknown)


def _names(items: Iterable[Question]) -> dict[str, str]:
    """Every name a column may have by itself, and what it then answers."""
    items = list(items)
    titles = {title.strip(): item.code for item in items for title in item.title.root.values()}
    return titles | {item.code: item.code for item in items} | {name: name for name in CIRCUMSTANCES}


def _problems(header: Sequence[str], items: Sequence[Question], wishes: Wishes) -> Iterable[str]:
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        yield f"表头有重复的列：{'、'.join(twice)}。请改名"
    for column in wishes.columns:
        if column not in header:
            yield f"--map：文件里没有“{column}”这一列。表头是：{'、'.join(header)}"
    known = {item.code for item in items} | set(CIRCUMSTANCES)
    asked = (*wishes.columns.values(), *wishes.constants, *wishes.values)
    for target in dict.fromkeys(asked):
        if target not in known:
            yield f"问卷里没有题目“{target}”。题目有：{'、'.join(item.code for item in items)}"
    targets = list(wishes.columns.values())
    for target in dict.fromkeys(targets):
        if targets.count(target) > 1 or target in wishes.constants:
            yield f"“{target}”有不止一个来源。每道题只用一列或一个常量"


def entered(question: Question, text: str) -> list[str]:
    """A cell as a form would have entered it: labels become codes, and numbers written as 5.0 become 5."""
    if isinstance(question, MultipleChoice):
        parts = text.replace("；", ";").split(";")
        return [_code(question, part.strip()) for part in parts if part.strip()]
    if isinstance(question, Choice | Scale):
        return [_code(question, text.strip())]
    return [text]


def _code(question: Choice | Scale, text: str) -> str:
    labels = _labels(question)
    if text in labels.values():  # a code before a label: a label may be another option's code
        return text
    if isinstance(question, Scale) and text.rstrip("0").endswith("."):
        return text.rstrip("0").removesuffix(".")
    return labels.get(text, text)


def _labels(question: Choice | Scale) -> dict[str, str]:
    if isinstance(question, Choice):
        return {words: option.code for option in question.options for words in option.label.root.values()}
    points = dict(zip(getattr(question, "labels", ()), question.points_in_order(), strict=False))
    labels = {words: str(point) for label, point in points.items() for words in label.root.values()}
    if question.not_applicable is not None:
        labels |= dict.fromkeys(question.not_applicable.root.values(), NOT_APPLICABLE)
    return labels
