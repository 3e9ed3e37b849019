"""What the entries of a row mean to a question: the code for a label, the choices that stand together in a cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from surveys.definition.questions import Measure
from surveys.exchange.answers.headings import place_in, tight
from surveys.exchange.sources import CHOSEN, UNCHOSEN, Manner
from surveys.exchange.sources.moments import as_iso
from surveys.localisation.normalisation import Unreadable, day, number
from surveys.localisation.wording import Text

_POINTS = ("分", "星", "颗星", "级")
_MOST_CHOICES = 200  # in one cell


def _point(text: str) -> str:
    """The number in an entry of a scale: ４, 4.0 and 4 分 are 4."""
    try:
        return re.sub(r"\.0+$", "", number(text, _POINTS))
    except Unreadable:
        return text


class Codes:
    """What the entries of a column mean."""

    def __init__(
        self, labels: Mapping[str, Text], manner: Manner, measure: Measure | None = None, numeric: bool = False
    ) -> None:
        self._codes, self._measure, self._numeric, self._manner = set(labels), measure, numeric, manner
        self._in_order = list(labels)
        self._by_label: dict[str, set[str]] = {}
        self._loosely: dict[str, set[str]] = {}
        for code, label in labels.items():
            for words in label.root.values():
                self._by_label.setdefault(words.strip(), set()).add(code)
                self._loosely.setdefault(tight(words), set()).add(code)
            self._loosely.setdefault(code.casefold(), set()).add(code)

    def meant(self, text: str, label: Text | None = None) -> str:
        """The code in an entry. A code before a label, as a label may be another option's code; 5.0 is 5.

        *label* is what the column's own part is called, which in some programs stands for its having been chosen.
        """
        tidy = text.strip()
        if (code := self.known(tidy)) is not None:
            return code
        if self._measure is Measure.MULTIPLE and not self._manner.strict:
            return self._yes_or_no(_point(tidy), label)
        if self._numeric and self._measure is not Measure.NUMBER:  # a question of numbers reads them itself
            ranked = self._measure is Measure.RANK and not self._manner.strict
            return place_in(_point(text)) if ranked else _point(text)
        return self._day(tidy) if self._measure is Measure.DATE else text

    def known(self, tidy: str) -> str | None:
        """The code that an entry is, or whose label it is; None for neither."""
        tidy = self._manner.named.get(tidy, tidy)
        if tidy in self._codes:
            return tidy
        codes = self._by_label.get(tidy, set())
        if not codes and not self._manner.strict and tight(tidy):
            codes = self._loosely.get(tight(tidy), set())
        return next(iter(codes)) if len(codes) == 1 else None if codes else self._at(tidy)

    def _at(self, tidy: str) -> str | None:
        """The option at a place in the list. The points of a scale have none, nor has a list that numbers name."""
        if not self._manner.by_position or self._numeric or any(label.isdigit() for label in self._by_label):
            return None
        place = int(tidy) if re.fullmatch(r"[1-9]\d?", tidy, re.ASCII) else 0
        return self._in_order[place - 1] if 1 <= place <= len(self._in_order) else None

    def together(self, text: str) -> list[str]:
        """The choices in one cell as codes; what is none stands there as it was written."""
        tidy = text.strip()
        if not self._manner.strict and (code := self.known(tidy)) is not None:
            return [code]
        ways = [self._parted(tidy, joint) for joint in self._manner.joints if joint.strip() or joint in tidy]
        best = max(ways, key=lambda codes: self._fits(codes), default=[tidy])
        return best if any(each in self._codes for each in best) or self._manner.strict else self._usual(tidy)

    def written(self, piece: str) -> tuple[str, str] | None:
        """The code and the text written beside it, of a piece such as `其他〖充电桩〗`; None for any other."""
        for opening, closing in self._manner.written:
            at = piece.find(opening)
            if at > 0 and piece.endswith(closing) and (code := self.known(piece[:at].strip())) is not None:
                return code, piece[at + len(opening) : len(piece) - len(closing)].strip()
        return None

    def _usual(self, tidy: str) -> list[str]:
        return [part.strip() for part in tidy.replace("；", ";").split(";") if part.strip()]

    def _fits(self, codes: list[str]) -> tuple[bool, int, int]:
        """All choices known is best; then as many as possible, and as few others."""
        known = sum(code in self._codes or self.written(code) is not None for code in codes)
        return (known == len(codes), known, -len(codes))

    def _parted(self, text: str, joint: str) -> list[str]:
        """The choices between joints, the longest label first, as a label may hold the joint itself."""
        pieces = text.split(joint)
        if self._manner.strict or len(pieces) > _MOST_CHOICES:
            pieces = text.replace("；", ";").split(";")
            return [self.known(each.strip()) or each.strip() for each in pieces if each.strip()]
        found, at = list[str](), 0
        while at < len(pieces):
            code, after = next(self._from(pieces, at, joint), (None, at + 1))
            piece = joint.join(pieces[at:after]).strip()
            if piece:
                found.append(code or piece)
            at = after
        return found

    def _from(self, pieces: list[str], at: int, joint: str) -> Iterator[tuple[str, int]]:
        longest = max((label.count(joint) for label in self._joined), default=0)
        for after in range(min(len(pieces), at + longest + 1), at, -1):
            if (code := self.known(joint.join(pieces[at:after]).strip())) is not None:
                yield code, after

    @cached_property
    def _joined(self) -> list[str]:
        return list(self._by_label)

    def _day(self, tidy: str) -> str:
        try:
            return day(tidy)
        except Unreadable:
            if self._manner.strict:
                return tidy
        return re.sub(r" 00:00:00$", "", as_iso(tidy))

    def _yes_or_no(self, tidy: str, label: Text | None) -> str:
        if tidy in ("0", "1"):  # as all tables of our own have it, whatever the option is called
            return tidy
        plain, labels = tidy.casefold(), label.root.values() if label else ()
        chosen = plain in CHOSEN or tight(tidy) in set(map(tight, labels))
        return "1" if chosen else "0" if plain in UNCHOSEN else tidy
