"""What a table of answers holds: its columns, the same for every format, for reading back and for the code book.

First what is known of a response (`_id`, `_received_on`, …; no item's code begins with an underscore), then the columns
that the questions name: `code` for a question of one value, `code.part` for each part of the others. A version's own
question says what its answers fill, so nothing is lost that only an older version asked; its columns come last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time
from enum import StrEnum
from functools import cached_property
from typing import Self

from surveys.definition.context.fields import ContextField, ContextType
from surveys.definition.context.kinds import is_numeric
from surveys.definition.questions import NOT_APPLICABLE, AnswerColumn, Cell, Measure, Question
from surveys.definition.survey import Survey
from surveys.definition.versions import marked_as_dropped
from surveys.fieldwork.rounds import NO_ROUNDS, Rounds
from surveys.intake.submission import StoredResponse
from surveys.localisation.clock import zone
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Text

Value = Cell | date | datetime | time
OF_CONTEXT = "_context."  # how the columns of declared facts begin
ROUND = "_round"


class ColumnKind(StrEnum):
    """What stands in a column."""

    NUMBER = "number"
    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    TIME = "time"  # of day


@dataclass(frozen=True)
class TableColumn:
    """One column, with what its values mean and, for answers, which question they were given to."""

    name: str
    title: str
    kind: ColumnKind
    labels: Mapping[str, Text] = field(default_factory=dict)  # by code, as text
    measure: Measure | None = None  # None: no answer, but something known of the response
    item: str = ""
    question: str = ""  # the question's wording
    type: str = ""
    versions: tuple[int, ...] = ()  # that ask it
    dropped: frozenset[str] = frozenset()  # codes that the newest version offers no more
    right: tuple[str, ...] = ()  # of a test question: the values that are right
    marks: float = 0  # and what it is worth

    @property
    def heading(self) -> str:
        """The column for a person: its title, and its name by which it is found again."""
        return f"{self.title}（{self.name}）"

    @property
    def part(self) -> str:
        return self.name.removeprefix(self.item).removeprefix(".")

    @property
    def may_not_apply(self) -> bool:
        """Whether a number may be missing because the question does not concern the respondent."""
        return self.kind is ColumnKind.NUMBER and NOT_APPLICABLE in self.labels

    def label(self, value: Value) -> str:
        """What a value means; empty where it speaks for itself."""
        found = self.labels.get(str(value))
        return "" if found is None else str(found)

    @property
    def value_labels(self) -> dict[str, Text]:
        """The labels by code in the order of the definition; dropped ones come last and are marked."""
        return {
            code: marked_as_dropped(label) if code in self.dropped else label for code, label in self.labels.items()
        }

    def typed(self, value: Value) -> Value:
        """A day or a time of day as such, where it is kept as text; a text that names none stays what it is."""
        named = _NAMED.get(self.kind)
        if named is None or not isinstance(value, str):
            return value
        try:
            return named.fromisoformat(value)
        except ValueError:
            return value

    def asked_as(self, older: Self) -> Self:
        """The column, also for what was answered to an older version that filled it."""
        kind = self.kind if self.kind is older.kind else ColumnKind.TEXT
        gone = {code: label for code, label in older.labels.items() if code not in self.labels}
        labels = {**self.labels, **gone}
        if kind is ColumnKind.NUMBER:  # points of a scale, of which one version named more than the other
            return replace(
                self, labels=dict(sorted(labels.items(), key=_point)), versions=(*older.versions, *self.versions)
            )
        return replace(
            self, kind=kind, labels=labels, versions=(*older.versions, *self.versions),
            dropped=self.dropped | gone.keys(),
        )  # fmt: skip


# What the texts of an answer's column name.
_NAMED: Mapping[ColumnKind, type[date | time]] = {ColumnKind.DAY: date, ColumnKind.TIME: time}


def _point(labelled: tuple[str, Text]) -> tuple[bool, float]:
    """Points by their value, then what is no point."""
    return (True, 0.0) if labelled[0] == NOT_APPLICABLE else (False, float(labelled[0]))


_UNCOUNTED = marked("不计入的理由")
_NO_COLUMN = marked("{count} 个答案没有对应的列“{where}”，没有导出（JSON lines 保留）")


class Losses:
    """What could not be held, counted while a table is written, and told in words afterwards."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, wording: str, where: str) -> None:
        """One more case; *wording* takes `{count}` and `{where}`."""
        self._counts[wording, where] += 1

    def told(self) -> tuple[Message, ...]:
        return tuple(
            Message(wording, {"count": count, "where": where}) for (wording, where), count in self._counts.items()
        )


@dataclass(frozen=True)
class Layout:
    """The columns of a survey's answers, and how a response fills them."""

    surveys: Mapping[int, Survey]  # by version
    context: tuple[TableColumn, ...]
    answers: tuple[TableColumn, ...]
    rounds: Rounds = NO_ROUNDS

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        return (*self.context, *self.answers)

    @property
    def newest(self) -> Survey:
        """The survey as the newest of these versions has it."""
        return self.surveys[max(self.surveys)]

    @cached_property
    def facts(self) -> dict[str, ContextField]:
        """The declared facts by the name of their column, each as the newest version has it."""
        return _facts(self.surveys)

    @cached_property
    def items(self) -> dict[str, Question]:
        """The questions of all versions by code, each as the newest version asks it, the newest version's first."""
        items: dict[str, Question] = {}
        for number in sorted(self.surveys, reverse=True):
            for question in self.surveys[number].questions():
                items.setdefault(question.code, question)
        return items

    @cached_property
    def _asked(self) -> dict[int, dict[str, Question]]:
        return {number: {q.code: q for q in survey.questions()} for number, survey in self.surveys.items()}

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(column.name for column in self.answers)

    def known(self, response: StoredResponse) -> dict[str, Value]:
        """What is known of a response, by column; the moment of receipt in the organisation's zone."""
        known = {
            column.name: _fact(column, response) if column.name in self.facts else getattr(response, column.name[1:])
            for column in self.context
        }
        if response.received_at is not None:
            known["_received_at"] = response.received_at.astimezone(zone())
        if ROUND in known:
            known[ROUND] = self.round_of(response)
        return known

    def round_of(self, response: StoredResponse) -> str:
        """The code of the round that a response belongs to: the one that it keeps, else the calendar's of its day."""
        return self.rounds.code_of(response.round, response.received_on)

    def cells(self, response: StoredResponse, losses: Losses) -> dict[str, Cell]:
        """A response's answers, by column; what is not answered is left out."""
        asked, cells = self._asked[response.version], dict[str, Cell]()
        for code, answer in response.answers.items():
            if code in asked:
                cells.update(asked[code].cells(answer))
            else:
                losses.add(
                    marked("{count} 个答案的题目“{where}”不在答卷所属的版本里，没有导出（JSON lines 保留）"), code
                )
        for name in cells.keys() - self._names:
            losses.add(_NO_COLUMN, name)
        return cells


def layout_of(surveys: Mapping[int, Survey], rounds: Rounds = NO_ROUNDS) -> Layout:
    """The layout of the answers to these versions of a survey, which is asked in these rounds."""
    found: dict[str, TableColumn] = {}
    for number in sorted(surveys, reverse=True):
        for column in _answer_columns(surveys[number], number):
            newer = found.get(column.name)
            found[column.name] = column if newer is None else newer.asked_as(column)
    facts = tuple(_fact_column(name, fact) for name, fact in _facts(surveys).items())
    named = {each.code: each.title for each in rounds.kept if each.title is not None}
    context = [replace(each, labels=named) if each.name == ROUND else each for each in CONTEXT]
    return Layout(surveys, (*context, *facts), tuple(_together(found)), rounds)


def marking_uncounted(layout: Layout) -> Layout:
    """The same with a column that says why an answer is in no figure, empty for those that are."""
    number, *others = layout.context
    return replace(layout, context=(number, TableColumn("_uncounted", _UNCOUNTED, ColumnKind.TEXT), *others))


def _facts(surveys: Mapping[int, Survey]) -> dict[str, ContextField]:
    newest = sorted(surveys, reverse=True)
    facts = (fact for number in newest for fact in surveys[number].context)
    found: dict[str, ContextField] = {}
    for fact in facts:
        found.setdefault(f"{OF_CONTEXT}{fact.code}", fact)
    return found


def _fact_column(name: str, fact: ContextField) -> TableColumn:
    kind = ColumnKind.NUMBER if is_numeric(fact) else ColumnKind.TEXT
    labels = {option.code: option.label for option in fact.options}
    day = fact.type is ContextType.DATE and fact.coarse is None
    return TableColumn(name, str(fact.label), ColumnKind.DAY if day else kind, labels)


def _fact(column: TableColumn, response: StoredResponse) -> Value:
    """What came along under the name of a column; a number as one."""
    text = response.context.get(column.name.removeprefix(OF_CONTEXT))
    if text is None or column.kind is not ColumnKind.NUMBER:
        return None if text is None else column.typed(text)
    try:
        return float(text)
    except ValueError:
        return None


def _together(columns: Mapping[str, TableColumn]) -> Iterator[TableColumn]:
    """The columns of an item beside each other, wherever a version added one."""
    for item in dict.fromkeys(column.item for column in columns.values()):
        yield from (column for column in columns.values() if column.item == item)


def _answer_columns(survey: Survey, number: int) -> Iterator[TableColumn]:
    for question in survey.questions():
        for column in question.columns():
            yield TableColumn(
                column.name, _title(question, column), _kind(column), column.labels,
                column.measure, question.code, str(question.title), question.label, (number,),
                right=_right(question, column), marks=getattr(question, "full_marks", 0),
            )  # fmt: skip


def _right(question: Question, column: AnswerColumn) -> tuple[str, ...]:
    """The right values in a column of a test question; of several choices each has a column of its own."""
    codes: tuple[str, ...] = getattr(question, "right_codes", ())
    if not codes or column.measure is not Measure.MULTIPLE:
        return codes if column.name == question.code else ()
    return ("1",) if column.name.removeprefix(f"{question.code}.") in codes else ("0",)


def _kind(column: AnswerColumn) -> ColumnKind:
    if column.moment is not None:
        return next(kind for kind, named in _NAMED.items() if named is column.moment)
    return ColumnKind.NUMBER if column.numeric else ColumnKind.TEXT


def _title(question: Question, column: AnswerColumn) -> str:
    own = str(column.title)
    return own if column.title == question.title else f"{question.title}：{own}"


_TITLES = {
    "id": ("答卷编号", ColumnKind.TEXT),
    "received_on": ("收到日期", ColumnKind.DAY),
    "received_at": ("收到时间", ColumnKind.MOMENT),
    "round": ("轮次", ColumnKind.TEXT),
    "version": ("问卷版本", ColumnKind.NUMBER),
    "seconds": ("用时（秒）", ColumnKind.NUMBER),
    "touchpoint": ("触点", ColumnKind.TEXT),
    "department": ("部门", ColumnKind.TEXT),
    "district": ("区域", ColumnKind.TEXT),
    "business_type": ("业务类型", ColumnKind.TEXT),
    "channel": ("渠道", ColumnKind.TEXT),
    "seed": ("随机顺序的种子", ColumnKind.TEXT),
    "notice": ("隐私说明版本", ColumnKind.TEXT),
}
_KEPT = {each.name for each in fields(StoredResponse)}
CONTEXT = tuple(TableColumn(f"_{name}", title, kind) for name, (title, kind) in _TITLES.items() if name in _KEPT)
