"""The answers in a row: what its cells mean to each question, and whether they answer it.

A cell may hold a code or, as people write it, a label; several choices may stand in a column each, `0` and `1`, or
together in one cell, `saving;solar`. Where a survey's logic may hide a question or parts of it, and in rows that were
accepted once already, only what is there is checked: what is missing need not have been asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from surveys.definition.questions import Answer, AnswerColumn, Measure, NotAcceptable, Question
from surveys.definition.survey import Survey
from surveys.exchange.answers.choice_reading import Codes
from surveys.exchange.answers.headings import packed_fields, places
from surveys.exchange.rejections import Reason
from surveys.exchange.sources import ANY, Manner
from surveys.localisation.language import marked
from surveys.localisation.wording import Text, saying

_ZERO_ONE = ("0", "1")


@dataclass(frozen=True)
class _Item:
    """A question with all that is needed to read its cells."""

    question: Question
    columns: Mapping[str, tuple[AnswerColumn, Codes]]
    together: Mapping[str, Codes]  # of the choices in one cell, by its name
    manner: Manner
    may_be_hidden: bool  # all of it, or some of its parts

    def answer(self, entries: Mapping[str, str], accepted: bool) -> Answer | None:
        """The answer in a row; raises NotAcceptable."""
        lenient = accepted or self.may_be_hidden
        answer = self._read(entries, lenient)
        if answer is None and self.question.required and not lenient:
            raise NotAcceptable(self.question.when_missing())
        return answer

    def said(self, entries: Mapping[str, str]) -> str:
        """What stands in the row, for a message."""
        here = {name: text for name, text in entries.items() if name in self.columns or name in self.together}
        alone = list(here) == [self.question.code]
        return _shortened("，".join(text if alone else f"{name}={text}" for name, text in here.items()))

    def _read(self, entries: Mapping[str, str], lenient: bool) -> Answer | None:
        packed = {name: entries[name] for name in self.together if name in entries}
        if packed and self.question.type == "ranking":
            self._assert_alone(entries, packed)
            return self._placed(packed)
        if packed:
            self._assert_alone(entries, packed)
            return self._together(packed, entries, lenient)
        cells = {
            name: codes.meant(entries[name], column.title)
            for name, (column, codes) in self.columns.items()
            if name in entries
        }
        cells |= self._other_chosen(cells)
        if not cells:
            return None
        self._assert_yes_or_no(cells)
        answer = (self._as_asked(cells) if lenient else self.question).from_cells(cells)
        self._assert_used(cells, answer)
        return answer

    def _together(self, packed: Mapping[str, str], entries: Mapping[str, str], lenient: bool) -> Answer | None:
        """The answer where choices stand together in a cell, perhaps with a text in it or in a column beside it."""
        chosen = {name: self.together[name].together(text) for name, text in packed.items()}
        beside = {name: [entries[name]] for name in (self._text,) if name in entries}
        for name, pieces in chosen.items():
            codes, written = self._with_written(self.together[name], pieces)
            chosen[name] = codes
            beside = {self._text: [written]} | beside if written else beside
        other = getattr(self.question, "other", None)
        if beside and other is not None and self.manner.text_chooses:
            code = self.question.code
            chosen[code] = list(dict.fromkeys([*chosen[code], other.code]))
        asked = self.question.model_copy(update={"required": False}) if lenient else self.question
        answer = asked.read(chosen | beside)
        if beside and not (isinstance(answer, dict) and answer.get("other")):
            raise NotAcceptable(marked("{name} 与其他列不相符，无法同时成立"), name=self._text)
        return answer

    def _assert_alone(self, entries: Mapping[str, str], packed: Mapping[str, str]) -> None:
        """The same choices in one cell and in a column each could say two things."""
        for name in self.columns:
            if name in entries and name not in packed and not name.endswith("._text"):
                raise NotAcceptable(marked("{name} 与其他列不相符，无法同时成立"), name=name)

    def _with_written(self, together: Codes, pieces: list[str]) -> tuple[list[str], str]:
        """The codes, and what was written beside "other" within the same cell."""
        codes, written = list[str](), ""
        for piece in pieces:
            found = together.written(piece) if together.known(piece) is None else None
            other = getattr(self.question, "other", None)
            if found is not None and other is not None and found[0] == other.code:
                codes, written = [*codes, found[0]], found[1]
            elif other is not None and self.manner.free_other and together.known(piece) is None and not written:
                codes, written = [*codes, other.code], piece
            else:
                codes.append(piece)
        return codes, written

    def _other_chosen(self, cells: Mapping[str, str]) -> dict[str, str]:
        """What else a cell says: "other" by the text beside it, or within the cell of a single choice."""
        other = getattr(self.question, "other", None)
        if other is None or self.manner.strict:
            return {}
        code = self.question.code
        if code in self.columns and code in cells:
            codes, written = self._with_written(self.columns[code][1], [cells[code]])
            return {code: codes[0], **({self._text: written} if self._text not in cells else {})} if written else {}
        named = code if code in self.columns else f"{code}.{other.code}"
        if code not in self.columns and cells.get(named, "0") not in _ZERO_ONE and self._text not in cells:
            return {named: "1", self._text: cells[named]}  # the text stands in the column of the option
        chosen = self.manner.text_chooses and bool(cells.get(self._text)) and named not in cells
        return {named: other.code if code in self.columns else "1"} if chosen else {}

    def _placed(self, packed: Mapping[str, str]) -> Answer | None:
        """An order of preference as one cell tells it, the first first, or as a column for each place does."""
        code = self.question.code
        if code in packed and len(packed) > 1:
            raise NotAcceptable(marked("{name} 与其他列不相符，无法同时成立"), name=code)
        if code in packed:
            ranked = list(enumerate(self.together[code].together(packed[code]), start=1))
        else:
            known = [(name, self.together[name].known(text.strip()) or text) for name, text in packed.items()]
            ranked = [(int(name.rpartition("._")[2]), each) for name, each in known]
        if not {each for _, each in ranked} <= {part.code for part in self.question.parts()}:
            raise NotAcceptable("请从列出的选项中选择")
        if len({each for _, each in ranked}) < len(ranked):
            raise NotAcceptable(marked("同一项有不止一个名次"))
        return self.question.from_cells({f"{code}.{each}": place for place, each in ranked})

    @property
    def _text(self) -> str:
        return f"{self.question.code}._text"

    def _as_asked(self, cells: Mapping[str, str]) -> Question:
        """The question offering only the parts that have an entry."""
        there = [name.split(".")[1] for name, text in cells.items() if "." in name and not self._unchosen(name, text)]
        parts = [part for part in self.question.parts() if part.code in there]
        asked = self.question.with_parts(parts) if parts else self.question
        return asked.model_copy(update={"required": False})

    def _unchosen(self, name: str, text: str) -> bool:
        return self.columns[name][0].measure is Measure.MULTIPLE and text == "0"

    def _assert_yes_or_no(self, cells: Mapping[str, str]) -> None:
        for name, text in cells.items():
            if self.columns[name][0].measure is Measure.MULTIPLE and text not in _ZERO_ONE:
                raise NotAcceptable(marked("{name} 应为 1（选中）或 0（未选）"), name=name)

    def _assert_used(self, cells: Mapping[str, str], answer: Answer | None) -> None:
        """An entry that is no part of the answer must not get lost: the text beside an option that was not chosen."""
        used = self.question.cells(answer)
        for name, text in cells.items():
            if name not in used and not self._unchosen(name, text):
                raise NotAcceptable(marked("{name} 与其他列不相符，无法同时成立"), name=name)


class RowAnswers:
    """Reads the rows that answer one version of a survey, as the program that wrote them writes answers."""

    def __init__(self, survey: Survey, manner: Manner = ANY.manner) -> None:
        hideable = may_be_hidden(survey)
        self._items = [_item(question, question.code in hideable, manner) for question in survey.questions()]
        self._targets = {name for item in self._items for name in (*item.columns, *item.together)}

    @cached_property
    def _by_name(self) -> dict[str, _Item]:
        return {name: item for item in self._items for name in (*item.columns, *item.together)}

    def takes(self, target: str) -> bool:
        """Whether it is a column of this version."""
        return target in self._by_name

    def choices(self, target: str) -> dict[str, Text | str]:
        """What may stand in a column, in order, with what it is called; empty where anything may."""
        item = self._by_name[target]
        if target in item.together:
            return dict(_labels(item.question))
        column, _ = item.columns[target]
        if column.measure is Measure.MULTIPLE or not column.labels:
            return {}
        points = getattr(item.question, "points_in_order", None)
        return {str(point): str(point) for point in (points() if points else ())} | dict(column.labels)

    def not_understood(self, target: str, text: str) -> list[str]:
        """What in an entry is none of the choices: the entry itself, or some of those that stand together in it."""
        item = self._by_name[target]
        if target in item.together:
            codes = item.together[target]
            free = item.manner.free_other and getattr(item.question, "other", None) is not None
            pieces = codes.together(text)
            return [each for each in pieces if not free and codes.known(each) is None and codes.written(each) is None]
        choices = self.choices(target)
        column, codes = item.columns[target]
        known = not choices or codes.meant(text, column.title) in choices or codes.written(text) is not None
        return [] if known else [text.strip()]

    def answers(
        self, entries: Mapping[str, str], reasons: list[Reason], *, accepted: bool = False
    ) -> dict[str, Answer]:
        """The answers of a row by item; what is no answer is added to *reasons*. *accepted*: the row was one once."""
        answers = {}
        for item in self._items:
            try:
                answer = item.answer(entries, accepted)
            except NotAcceptable as error:
                said = item.said(entries)
                wording = marked("{item}：{why}（{said}）") if said else marked("{item}：{why}")
                reasons.append(saying(wording, item=item.question.code, why=error.message, said=said))
                continue
            if answer is not None:
                answers[item.question.code] = answer
        reasons.extend(
            saying(marked("{item}：这一版问卷没有这道题或选项"), item=target) for target in self._strange(entries)
        )
        return answers

    def _strange(self, entries: Mapping[str, str]) -> Iterator[str]:
        return (target for target in entries if target not in self._targets and not target.startswith("_"))


def may_be_hidden(survey: Survey) -> set[str]:
    """The codes of the questions that not every respondent need be asked in full."""
    hidden, jumped = set(), False
    for section in survey.sections:
        for question in section.questions:
            conditions = (section.show_if, question.show_if, *(part.show_if for part in question.parts()))
            if jumped or any(conditions) or getattr(question, "options_from", None):
                hidden.add(question.code)
        jumped = jumped or bool(section.jumps)
    return hidden


def _item(question: Question, hideable: bool, manner: Manner) -> _Item:
    columns = {
        column.name: (column, Codes(column.labels, manner, column.measure, column.numeric))
        for column in question.columns()
    }
    packed = {name: Codes(_labels(question), manner) for name in (*packed_fields(question), *places(question))}
    return _Item(question, columns, packed, manner, hideable)


def _labels(question: Question) -> dict[str, Text]:
    """What may stand together in one cell: the choices of a grid's rows, else the parts of the question."""
    parts = getattr(question, "choices", None) or question.parts()
    return {part.code: part.label for part in parts}


def _shortened(text: str) -> str:
    return text if len(text) <= 30 else text[:30] + "…"
