"""Thanks of more than words: a draw or a coupon for those who answered, kept apart from what they answered."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from surveys.localisation.language import marked
from surveys.tables.cells import harmless

MOST_COUPONS = 100_000
LONGEST_CODE = 60


class PrizeKind(StrEnum):
    """A draw asks for a name and a phone number; a coupon asks for nothing."""

    DRAW = "draw"
    COUPON = "coupon"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {PrizeKind.DRAW: marked("抽奖"), PrizeKind.COUPON: marked("礼券")}


@dataclass(frozen=True)
class Prize:
    """What a survey offers to those who finish it, until the end of a day."""

    survey: str
    kind: PrizeKind
    title: str  # what is to be had, such as 50 元电费
    ends_on: date

    def offered(self, day: date) -> bool:
        return day <= self.ends_on


@dataclass(frozen=True)
class Entry:
    """Someone in a draw; which answer is theirs is known to nobody."""

    name: str
    phone: str
    won: bool


@dataclass(frozen=True)
class PrizeStanding:
    """How far a prize has come: entries and winners of a draw, coupons given and left."""

    entries: int = 0
    won: int = 0
    given: int = 0
    left: int = 0


class NotDrawable(Exception):
    """A draw that can't be held; the message says why."""


def drawn(tickets: Collection[str], winners: int, seed: int) -> list[str]:
    """So many different tickets by lot. The same seed draws the same of the same, in whatever order they come.

    Raises NotDrawable when there are fewer tickets than winners.
    """
    if winners > len(tickets):
        raise NotDrawable(marked("能抽的人不够：参加而未中奖的人比要抽的名额少。"))
    return random.Random(seed).sample(sorted(tickets), winners)  # noqa: S311  a draw that can be repeated and checked


def winners_csv(winners: Iterable[Entry], headings: Sequence[str]) -> bytes:
    """The winners for a spreadsheet, under *headings* for name and phone number; no cell runs as a formula."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(headings)
    rows.writerows([harmless(each.name), each.phone] for each in winners)
    return text.getvalue().encode("utf-8-sig")


def coupon_codes(text: str) -> list[str]:
    """The codes of a list, one a line, each once, in their order.

    Raises ValueError for a code that is too long, or for too many of them.
    """
    codes = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(codes) > MOST_COUPONS:
        raise ValueError(marked("一次最多 100000 个券码，请分批添加。"))
    if any(len(code) > LONGEST_CODE or not code.isprintable() for code in codes):
        raise ValueError(marked("有的券码超过 60 个字符，或含有看不见的字符；请检查是否每行一个。"))
    return codes
