"""The columns of a survey's answers as items that methods can be applied to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analysis.exploring import Item
from analysis.frames import item_column
from surveys.definition.questions import Measure, Question
from surveys.definition.questions.question import AnswerColumn
from surveys.definition.survey import Survey

# What stands on the first side of a pair and is set against the second.
_FIRST_SIDES = {Measure.EXPECTATION, Measure.KANO}
_MOST_POINTS = 11  # of a scale that people see as steps; a slider has more


def items_of(survey: Survey, language: str) -> dict[str, Item]:
    """Every measured column, by its name in the frame and in the survey's order, worded in *language*."""
    return {item.column: item for question in survey.questions() for item in _items(question, language)}


def stated_importance(survey: Survey) -> dict[str, list[str]]:
    """The columns that say how important a dimension is, by the code of the dimension."""
    found: dict[str, list[str]] = {}
    for question in survey.questions():
        stated = [item_column(each.name) for each in question.columns() if each.measure is Measure.IMPORTANCE]
        if question.dimension and stated:
            found.setdefault(question.dimension, []).extend(stated)
    return found


def points_of_dimensions(survey: Survey) -> dict[str, str]:
    """The columns in which respondents shared points among the dimensions, by the code of the dimension."""
    codes = {each.code for each in survey.dimensions}
    columns = [
        column.name
        for question in survey.questions()
        for column in question.columns()
        if column.measure is Measure.SHARE
    ]
    return {code: item_column(name) for name in columns if (code := name.rpartition(".")[2]) in codes}


def on_one_scale(items: Mapping[str, Item]) -> dict[str, Item]:
    """The ratings on the commonest scale, by column."""
    rated = {column: item for column, item in items.items() if item.measure == "rating" and item.high is not None}
    ends = [(item.low, item.high) for item in rated.values()]
    common = max(ends, key=ends.count, default=None)
    return {column: item for column, item in rated.items() if (item.low, item.high) == common}


def _items(question: Question, language: str) -> Iterator[Item]:
    columns, before = question.columns(), None
    points = getattr(question, "points_in_order", None)
    ends = (float(points()[0]), float(points()[-1])) if points is not None else None
    for column in columns:
        yield Item(
            item_column(column.name),
            _label(question, column, language, alone=len(columns) == 1),
            str(column.measure),
            low=ends[0] if ends and column.numeric else None,
            high=ends[1] if ends and column.numeric else None,
            options={code: words.in_language(language) for code, words in column.labels.items()},
            other_side=item_column(before.name) if before is not None and before.measure in _FIRST_SIDES else None,
            codes=_codes(column, points() if points is not None and column.numeric else ()),
        )
        before = column


def _codes(column: AnswerColumn, points: Sequence[int]) -> tuple[str, ...]:
    """The answers a column may hold: the points of its scale, else the codes of its list. A long line is no list."""
    if points:
        return tuple(map(str, points)) if len(points) <= _MOST_POINTS else ()
    return tuple(column.labels)


def _label(question: Question, column: AnswerColumn, language: str, *, alone: bool) -> str:
    title = question.title.in_language(language)
    return title if alone else f"{title} · {column.title.in_language(language)}"
