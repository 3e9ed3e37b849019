"""The answers in a row: what its cells mean to each question, and whether they answer it.

A cell may hold a code or, as people write it, a label; several choices may stand in a column each, `0` and `1`, or
together in one cell, `saving;solar`. Where a survey's logic may hide a question or parts of it, and in rows that were
accepted once already, only what is there is checked: what is missing need not have been asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surveys.definition import Survey
from surveys.exchange.rejections import Reason
from surveys.language import marked
from surveys.questions import Answer, Column, Measure, NotAcceptable, Question
from surveys.wording import Text, saying

_DATE = re.compile(r"(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})日?")
_ZERO_ONE = ("0", "1")


def packed(question: Question) -> bool:
    """Whether its choices may stand together in one cell under its code."""
    return question.code in question.fields() and all(column.name != question.code for column in question.columns())


class _Codes:
    """What the entries of a column mean."""

    def __init__(self, labels: Mapping[str, Text], measure: Measure | None = None, numeric: bool = False) -> None:
        self._codes, self._measure, self._numeric = set(labels), measure, numeric
        self._by_label: dict[str, set[str]] = {}
        for code, label in labels.items():
            for words in label.root.values():
                self._by_label.setdefault(words.strip(), set()).add(code)

    def meant(self, text: str) -> str:
        """The code in an entry. A code before a label, as a label may be another option's code; 5.0 is 5."""
        tidy = text.strip()
        if tidy in self._codes:
            return tidy
        if self._numeric and re.fullmatch(r"-?\d+\.0+", tidy):
            return tidy.partition(".")[0]
        if self._measure is Measure.DATE and (day := _DATE.fullmatch(tidy)):
            return f"{day[1]}-{int(day[2]):02d}-{int(day[3]):02d}"
        codes = self._by_label.get(tidy, set())
        return next(iter(codes)) if len(codes) == 1 else text


@dataclass(frozen=True)
class _Item:
    """A question with all that is needed to read its cells."""

    question: Question
    columns: Mapping[str, tuple[Column, _Codes]]
    together: _Codes | None  # of the choices in one cell
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
        here = {name: text for name, text in entries.items() if name in self.columns or name == self.question.code}
        alone = list(here) == [self.question.code]
        return _shortened("，".join(text if alone else f"{name}={text}" for name, text in here.items()))

    def _read(self, entries: Mapping[str, str], lenient: bool) -> Answer | None:
        if self.together and self.question.code in entries:
            parts = entries[self.question.code].replace("；", ";").split(";")
            chosen = [self.together.meant(part) for part in parts if part.strip()]
            beside = {name: [entries[name]] for name in self.question.fields()[1:] if name in entries}
            return self.question.read({self.question.code: chosen} | beside)
        cells = {name: codes.meant(entries[name]) for name, (_, codes) in self.columns.items() if name in entries}
        if not cells:
            return None
        self._assert_yes_or_no(cells)
        answer = (self._as_asked(cells) if lenient else self.question).from_cells(cells)
        self._assert_used(cells, answer)
        return answer

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
    """Reads the rows that answer one version of a survey."""

    def __init__(self, survey: Survey) -> None:
        hideable = may_be_hidden(survey)
        self._items = [_item(question, question.code in hideable) for question in survey.questions()]
        self._targets = {name for item in self._items for name in item.columns}
        self._targets |= {item.question.code for item in self._items if item.together}

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


def _item(question: Question, hideable: bool) -> _Item:
    columns = {
        column.name: (column, _Codes(column.labels, column.measure, column.numeric)) for column in question.columns()
    }
    parts = {part.code: part.label for part in question.parts()}
    return _Item(question, columns, _Codes(parts) if packed(question) else None, hideable)


def _shortened(text: str) -> str:
    return text if len(text) <= 30 else text[:30] + "…"
