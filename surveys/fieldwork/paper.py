"""A survey on paper: what is printed of each question, and how what is typed in from the sheet becomes entries.

Every choice has a code that is printed beside it and typed for it; `read_typed` turns codes into the form's entries,
so that a typed sheet is checked like any form. A question type that needs more on paper than a line or a list of its
answers has a function registered below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch

from surveys.definition.conditions import Entered
from surveys.definition.questions import NOT_APPLICABLE, Hidden, Pair, Question, Scale, Statement
from surveys.definition.questions.best_worst import SIDES, BestWorst
from surveys.definition.questions.choices import Choice, MultipleChoice, Ranking
from surveys.definition.questions.entries import FreeText, LongText, Moment, Number, Region
from surveys.definition.questions.grids import ConstantSum, MatrixMultiple, MatrixRating, MatrixSingle
from surveys.definition.questions.pairs import Kano, RatedPair
from surveys.definition.questions.records import Consent, File, Signature
from surveys.definition.survey import Section, Survey
from surveys.fieldwork.paper_instructions import Guidance, known_beforehand, numbers_of
from surveys.localisation import normalisation
from surveys.localisation.wording import Message, Said, Series, Text

NOT_APPLICABLE_CODE = "99"  # by custom of the field


@dataclass(frozen=True)
class Mark:
    """One choice: the code that is printed and typed, what is entered for it, and its label."""

    code: str
    value: str
    label: Text | None = None
    when: Said | None = None  # when it is offered, where it isn't always


@dataclass(frozen=True)
class PaperField:
    """One place to mark or to write in; `name` is the form field it fills."""

    name: str
    label: Text | None = None
    marks: tuple[Mark, ...] = ()
    several: bool = False
    lines: int = 0  # to write on; 0 where something is marked or one number goes into a box
    hint: Message | None = None
    when: Said | None = None  # when it is to be filled in, where it isn't always


@dataclass(frozen=True)
class PaperQuestion:
    """A question as it stands on the sheet; what asks nothing has no number, what paper can't hold no fields."""

    question: Question
    number: int | None
    fields: tuple[PaperField, ...]
    when: Said | None = None  # when it is asked, where it isn't always
    offered: Said | None = None  # which of its options are offered


@dataclass(frozen=True)
class PaperSection:
    section: Section
    questions: tuple[PaperQuestion, ...]
    when: Said | None = None  # when it is asked, where it isn't always
    otherwise: Said = ""  # where to go on then
    jumps: tuple[Said, ...] = ()  # where to go on after it


def sheet(survey: Survey, link: Mapping[str, str] | None = None) -> list[PaperSection]:
    """All that is printed of a survey that is `on_paper` by the same values of the *link*, in its order."""
    numbers, guide = numbers_of(survey), _guidance(survey, known_beforehand(survey, link or {}))

    def printed(question: Question) -> PaperQuestion:
        fields = tuple(_told(guide, question, field) for field in paper_fields(question))
        when = guide.condition(question.show_if)
        return PaperQuestion(question, numbers.get(question.code), fields, when, guide.options(question))

    return [
        PaperSection(
            section, tuple(printed(each) for each in section.questions if not isinstance(each, Hidden)),
            guide.condition(section.show_if), guide.otherwise(section), tuple(guide.jumps(section)),
        )
        for section in survey.sections
    ]  # fmt: skip


def _guidance(survey: Survey, known: Entered) -> Guidance:
    """What conditions and jumps can be said with: the places on the sheet, and what can be marked there."""
    labels: dict[str, Said | None] = {}
    marks: dict[str, dict[str, Said]] = {}
    points: set[str] = set()
    several: set[str] = set()
    for question in survey.questions():
        if isinstance(question, Hidden | File):
            continue
        places = {place.name: place for place in paper_fields(question)}
        for name in question.fields():
            place = places.get(name)
            labels[name] = place.label if place else None
            marks[name] = {mark.value: mark.label or mark.code for mark in place.marks} if place else {}
            if place and place.several:
                several.add(name)
        if hasattr(question, "points_in_order"):
            points.update(question.fields())
    return Guidance(survey, known, labels, marks, points, several)


def _told(guide: Guidance, question: Question, field: PaperField) -> PaperField:
    """The field with what its marks, or it itself as a row, are offered for."""
    own = {part.code: guide.condition(part.show_if) for part in question.parts() if part.show_if}
    if not own:
        return field
    part = field.name.partition(".")[2]
    marks = tuple(replace(mark, when=own.get(mark.value)) for mark in field.marks)
    return replace(field, when=own.get(part)) if part else replace(field, marks=marks)


def fields_of(survey: Survey) -> Iterator[PaperField]:
    """Every place on the sheet, in order."""
    return (field for section in sheet(survey) for each in section.questions for field in each.fields)


def read_typed(fields: Iterable[PaperField], typed: Mapping[str, str]) -> tuple[Entered, dict[str, Message]]:
    """The entries that typed codes stand for, and by field name the codes that are none."""
    entered: dict[str, Sequence[str]] = {}
    problems: dict[str, Message] = {}
    for field in fields:
        text = typed.get(field.name, "").strip()
        text = normalisation.plain(text).rstrip(".。") if field.marks else text  # ５ is typed for 5 by many keyboards
        if not text:
            continue
        values = {mark.code: mark.value for mark in field.marks}
        codes = re.split(r"[\s,、;.。]+", text) if field.several else [text]
        unknown = [code for code in codes if code and values and code not in values]
        if unknown:
            problems[field.name] = Message("没有编号 {code}", {"code": Series(tuple(unknown))})
        else:
            entered[field.name] = [values.get(code, code) for code in codes if code]
    return entered, problems


@singledispatch
def paper_fields(question: Question) -> tuple[PaperField, ...]:
    """Where a question is answered on paper: the answers it lists with a code each, else a line for each field."""
    columns = question.columns()
    if len(columns) == 1 and columns[0].labels and question.fields() == (question.code,):
        return (PaperField(question.code, None, _numbered(columns[0].labels.items())),)
    return tuple(PaperField(name, lines=1) for name in question.fields())


def _numbered(options: Iterable[tuple[str, Text]]) -> tuple[Mark, ...]:
    return tuple(Mark(str(n), value, label) for n, (value, label) in enumerate(options, 1))


def _points(points: Iterable[int], labels: Mapping[str, Text], not_applicable: Text | None) -> tuple[Mark, ...]:
    marks = tuple(Mark(str(point), str(point), labels.get(str(point))) for point in points)
    return (*marks, Mark(NOT_APPLICABLE_CODE, NOT_APPLICABLE, not_applicable)) if not_applicable else marks


@paper_fields.register
def _(question: Choice) -> tuple[PaperField, ...]:
    several = isinstance(question, MultipleChoice)
    marks = _numbered((option.code, option.label) for option in question.options)
    limit = getattr(question, "at_most", None)
    hint = (Message("最多选 {most} 项", {"most": limit}) if limit else Message("可多选")) if several else None
    field = PaperField(question.code, None, marks, several, hint=hint)
    written = PaperField(f"{question.code}._text", question.other.label, lines=1) if question.other else None
    return (field, written) if written else (field,)


@paper_fields.register
def _(question: Ranking) -> tuple[PaperField, ...]:
    hint = Message("写名次，1 为最先，共 {places} 个", {"places": question.places})
    return tuple(PaperField(f"{question.code}.{each.code}", each.label, hint=hint) for each in question.options)


@paper_fields.register
def _(question: Scale) -> tuple[PaperField, ...]:
    labels = dict(zip(map(str, question.points_in_order()), question.labels, strict=False))
    ends = {str(question.low): question.low_label, str(question.high): question.high_label}
    labels = labels or {point: label for point, label in ends.items() if label}
    if len(question.points_in_order()) > 12:
        return (
            PaperField(
                question.code, hint=Message("写一个数，{low} 到 {high}", {"low": question.low, "high": question.high})
            ),
        )
    return (PaperField(question.code, None, _points(question.points_in_order(), labels, question.not_applicable)),)


@paper_fields.register(MatrixSingle)
@paper_fields.register(MatrixMultiple)
def _(question: MatrixSingle | MatrixMultiple) -> tuple[PaperField, ...]:
    marks = _numbered((choice.code, choice.label) for choice in question.choices)
    several = isinstance(question, MatrixMultiple)
    return tuple(PaperField(question.field(row), row.label, marks, several) for row in question.rows)


@paper_fields.register
def _(question: MatrixRating) -> tuple[PaperField, ...]:
    ends = {"1": question.low_label, str(question.points): question.high_label}
    labels = {point: label for point, label in ends.items() if label}
    marks = _points(question.points_in_order(), labels, question.not_applicable)
    return tuple(PaperField(question.field(row), row.label, marks) for row in question.rows)


@paper_fields.register
def _(question: ConstantSum) -> tuple[PaperField, ...]:
    hint = Message("合计 {total}", {"total": question.total})
    return tuple(PaperField(question.field(row), row.label, hint=hint) for row in question.rows)


@paper_fields.register
def _(question: BestWorst) -> tuple[PaperField, ...]:
    """Of each set two lines, in the order of the first version."""
    titles = {column.name: column.title for column in question.columns()}
    return tuple(
        PaperField(name, titles[name], _numbered((code, question.option(code).label) for code in group.items))
        for group in question.shown_sets() for name in (question.field(group, side) for side in SIDES)
    )  # fmt: skip


@paper_fields.register
def _(question: RatedPair) -> tuple[PaperField, ...]:
    ends = {"1": question.low_label, str(question.points): question.high_label}
    labels = {point: label for point, label in ends.items() if label}
    return _sides(question, _points(question.points_in_order(), labels, question.not_applicable))


@paper_fields.register
def _(question: Kano) -> tuple[PaperField, ...]:
    return _sides(question, _numbered(question.answers.items()))


def _sides(question: Pair, marks: tuple[Mark, ...]) -> tuple[PaperField, ...]:
    return tuple(PaperField(f"{question.code}.{side}", question.side_titles[side], marks) for side in question.sides)


@paper_fields.register
def _(question: FreeText) -> tuple[PaperField, ...]:
    return (PaperField(question.code, lines=4 if isinstance(question, LongText) else 1),)


@paper_fields.register
def _(question: Number) -> tuple[PaperField, ...]:
    return (PaperField(question.code, hint=Message("{unit}", {"unit": question.unit}) if question.unit else None),)


@paper_fields.register
def _(question: Moment) -> tuple[PaperField, ...]:
    example = "2026-01-31" if question.type == "date" else "18:30"
    return (PaperField(question.code, hint=Message("例如 {example}", {"example": example})),)


@paper_fields.register
def _(question: Region) -> tuple[PaperField, ...]:
    return (PaperField(question.code, lines=1, hint=Message("省 市 区，或地区代码")),)


@paper_fields.register
def _(question: Consent) -> tuple[PaperField, ...]:
    return (PaperField(question.code, None, (Mark("1", "yes", question.agreement),)),)


@paper_fields.register
def _(question: Signature) -> tuple[PaperField, ...]:
    return (PaperField(f"{question.code}.name", lines=1, hint=Message("签名")),)


@paper_fields.register(File)
@paper_fields.register(Statement)
@paper_fields.register(Hidden)
def _(question: File | Statement | Hidden) -> tuple[PaperField, ...]:
    return ()
