"""How a fact of each type is read, kept and put into a column: one entry of KINDS for each type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from surveys.definition.context.coarsening import coarsened, is_coarse
from surveys.definition.context.fields import LONGEST_FACT, ContextField, ContextType
from surveys.localisation import normalisation
from surveys.localisation.language import marked
from surveys.localisation.normalisation import Unreadable
from surveys.localisation.wording import Message, Series


class UnfitFact(ValueError):
    """A text that is no value of a fact; the message is for whoever sent it."""

    def __init__(self, wording: str, **values: object) -> None:
        self.message = Message(wording, values)
        super().__init__(str(self.message))


@dataclass(frozen=True)
class FactKind:
    """One type of fact: `read` gives the text that is kept, or raises UnfitFact."""

    read: Callable[[ContextField, str], str]
    numeric: bool = False  # how its column of answers is analysed
    countable: bool = False  # whether few values return often, so that it tells of nobody in particular


def is_numeric(field: ContextField) -> bool:
    """Whether what is kept of a fact is a number."""
    return KINDS[field.type].numeric and field.coarse is None


def read_fact(field: ContextField, text: str) -> str:
    """The text that is kept of what came for a fact, coarse where the survey says so; empty for nothing.

    Raises UnfitFact.
    """
    tidy = normalisation.plain(text)
    if len(tidy) > LONGEST_FACT:
        raise UnfitFact(marked("最长 {most} 个字"), most=LONGEST_FACT)
    if not tidy or is_coarse(field, tidy):
        return tidy
    return coarsened(field, KINDS[field.type].read(field, tidy))


def _text(field: ContextField, text: str) -> str:
    return text


def _choice(field: ContextField, text: str) -> str:
    """By its code, else by its label in any language, whatever the size of letters."""
    for option in field.options:
        if text == option.code:
            return option.code
    for option in field.options:
        if text.casefold() in {option.code.casefold(), *(label.casefold() for label in option.label.root.values())}:
            return option.code
    known = Series(tuple(option.code for option in field.options))
    raise UnfitFact(marked("没有“{text}”这个值，可以是：{known}"), text=text, known=known)


def _number(field: ContextField, text: str) -> str:
    units = tuple(field.unit.root.values()) if field.unit else ()
    read = _read_by(lambda written: normalisation.number(written, units), text)
    return read.rstrip("0").rstrip(".") if "." in read else read


def _date(field: ContextField, text: str) -> str:
    return _read_by(normalisation.day, text)


def _read_by(reader: Callable[[str], str], text: str) -> str:
    try:
        return reader(text)
    except Unreadable as error:
        raise UnfitFact(error.message.wording, **error.message.values) from None


KINDS: dict[ContextType, FactKind] = {
    ContextType.TEXT: FactKind(_text),
    ContextType.CHOICE: FactKind(_choice, countable=True),
    ContextType.NUMBER: FactKind(_number, numeric=True),
    ContextType.DATE: FactKind(_date),
    ContextType.SUBJECT: FactKind(_text, countable=True),
}
