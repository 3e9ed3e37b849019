"""What can't be carried over between this format and another, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from surveys.localisation.language import marked
from surveys.localisation.wording import Said, Series, saying

OMITTED = marked("略去")
NEVER_SHOWN = marked("文件里从不显示，略去")
NO_CONDITION = marked("不设这个条件")
NO_CONDITION_BUT_OPTIONAL = marked("不设这个条件，改为选答")
LONGEST_SAID = 60  # characters of a foreign value that a line repeats
LONGEST_DROPPED = 400  # characters, where a whole row or element is named


@dataclass(frozen=True)
class Loss:
    """One thing that is not carried over: where it stands, what it is, what stands in its place."""

    place: Said
    what: Said
    instead: Said

    def __str__(self) -> str:
        return f"{self.place}：{self.what}；{self.instead}"


@dataclass
class Ledger:
    """The losses of one reading, and everything met in the file, so that what no one asked for is a loss as well."""

    losses: list[Loss] = field(default_factory=list)
    met: list[Met] = field(default_factory=list)

    def lose(self, place: Said, what: Said, instead: Said = OMITTED) -> None:
        """Note a loss."""
        self.losses.append(Loss(place, what, instead))

    def meet(self, data: Mapping[str, Any], place: Said) -> Met:
        """The mapping, watched: what is not taken from it becomes a loss."""
        met = Met(data, place, self)
        self.met.append(met)
        return met

    def close(self) -> None:
        """Note everything that was met and not taken."""
        for met in self.met:
            for name, value in met.left():
                self.lose(
                    met.place,
                    saying(marked("“{name}”：{value}"), name=name, value=quote_value(value)),
                    marked("没有对应的设置，略去"),
                )
        self.met.clear()


class Met:
    """One mapping of a file: values are taken by name and kind; a value of another kind is a loss, never an error."""

    def __init__(self, data: Mapping[str, Any], place: Said, ledger: Ledger) -> None:
        self.data, self.place, self.ledger = data, place, ledger
        self._taken: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self.data

    def take(self, *names: str) -> Any:
        """The first of these that stands there, of whatever kind; None when there is none."""
        self._taken.update(names)
        return next((self.data[name] for name in names if self.data.get(name) is not None), None)

    def skip(self, *names: str) -> None:
        """Pass over what says nothing about the survey."""
        self._taken.update(names)

    def text(self, *names: str) -> str | None:
        """A string; numbers are written out."""
        value = self.take(*names)
        if isinstance(value, bool) or not isinstance(value, (str, int, float, type(None))):
            self._unfit(names[0], value)
            return None
        return None if value is None else str(value).strip() or None

    def number(self, *names: str) -> int | float | None:
        """A number, also one written as a string."""
        value = self.take(*names)
        try:
            number = float(value) if isinstance(value, (str, int, float)) and value != "" else None
        except (ValueError, OverflowError):
            number = None
        if number is None or number != number or abs(number) > 1e15:  # NaN differs from itself
            self._unfit(names[0], None if value == "" else value)
            return None
        return int(number) if number.is_integer() else number

    def whole(self, *names: str) -> int | None:
        """A whole number."""
        number = self.number(*names)
        if isinstance(number, float):
            self._unfit(names[0], number)
            return None
        return number

    def flag(self, *names: str) -> bool:
        """Yes or no, in the words and numbers the formats use; absent is no."""
        value = self.take(*names)
        known = {"true": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "0": False}
        said_so = known.get(str(value).strip().lower().removesuffix("()"))
        if said_so is None and value not in (None, ""):
            self._unfit(names[0], value)
        return bool(said_so)

    def items(self, *names: str) -> list[Any]:
        """A list; absent is empty."""
        value = self.take(*names)
        if not isinstance(value, list):
            self._unfit(names[0], value)
            return []
        return value

    def lose(self, what: Said, instead: Said = OMITTED) -> None:
        """Note a loss at this place."""
        self.ledger.lose(self.place, what, instead)

    def drop(self, what: Said, instead: Said = OMITTED) -> None:
        """Note the loss of everything that stands here."""
        content = "，".join(f"{name}={value}" for name, value in self.data.items())
        self.lose(Series((what, quote_value(content, LONGEST_DROPPED)), marked("：")), instead)
        self.skip(*self.data)

    def left(self) -> Iterator[tuple[str, Any]]:
        """What stands there and was not taken."""
        return ((name, value) for name, value in self.data.items() if name not in self._taken)

    def _unfit(self, name: str, value: object) -> None:
        if value is not None:
            self.lose(saying(marked("“{name}”：{value}"), name=name, value=quote_value(value)), marked("读不懂，略去"))


def lose_marks(met: Met, plain: str) -> None:
    """Note that a text was emphasised, coloured or pictured."""
    met.lose(saying(marked("格式标记：{words}"), words=quote_value(plain)), marked("只留文字"))


def quote_value(value: object, longest: int = LONGEST_SAID) -> str:
    """A foreign value, short enough for a line."""
    text = str(value)
    return text if len(text) <= longest else f"{text[:longest]}…"
