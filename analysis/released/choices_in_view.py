"""What may be chosen among the answers in view: departments, rounds, and the values of every breakdown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.caching.kept_property import kept_property
from analysis.facts import is_breakdown, stored_name
from analysis.released.anonymous import shown_branches, shown_departments
from analysis.released.answers_in_view import AnswersInView
from surveys.definition.breakdowns.breakdown import Breakdown, BreakdownKind
from surveys.localisation.ordering import natural

MOST_VALUES = 60  # of a fact or an attribute that answers are split by; a number of an order is another one every time
_NONE = Breakdown("", "", BreakdownKind.CIRCUMSTANCE)


class ChoicesInView(AnswersInView):
    """Names and codes to narrow and split by, as far as this account may know of them."""

    def departments(self) -> list[str]:
        """The departments of an anonymous survey that can be looked at by themselves, by name."""
        found = shown_departments(self._anonymous, self._part.departments)
        return [self._names.name("department", code) for code in found]

    def branches(self) -> list[str]:
        """The departments of an anonymous survey that can be looked at with all below them, by name."""
        found = shown_branches(self._anonymous, self._names.branches(), self._part.departments)
        return [self._names.name("department", code) for code in found]

    @property
    def whole(self) -> bool:
        """Whether all departments of an anonymous survey may be looked at together."""
        return self._part.departments is None and self._anonymous.departments.total_shown

    def rounds(self) -> list[str]:
        """The codes of the rounds with answers in view; of an anonymous survey those that may be looked at apart."""
        if self.anonymous:
            return self._every_round.rounds()
        part = replace(self._part, period=None, before=None, round=None, round_before=None)
        return sorted(str(code) for code in self._with(part)._counts(("round",))["round"].dropna().unique())

    @property
    def round(self) -> str | None:
        """The code of the round in view."""
        return self._part.round

    @property
    def round_before(self) -> str | None:
        """The code of the one that changes are told against."""
        return self._part.round_before

    def values(self, column: str) -> list[str]:
        """The values of a segment in view, by name; none of an anonymous survey.

        In the order of the definition where it lists them, with those that nobody has, else in their natural order.
        Of a fact with another value for almost every answer none are listed.
        """
        return self._shared(self._reading.remembered, ("values", column), lambda here: here._values(column))

    def _values(self, column: str) -> list[str]:
        if self.anonymous or stored_name(column) not in self._reading.source.columns(self.record.code):
            return []
        listed = self._names.order(column)
        if listed and self.breakdowns.get(column, _NONE).numeric:
            return listed
        codes = self._counts((stored_name(column),))[stored_name(column)]
        if is_breakdown(column) and len(codes) > MOST_VALUES and not listed:
            return []
        if column == "department":  # one is looked at with all below it, so that those above others are values too
            codes = pd.Series(self._names.leading(codes.dropna(), self._part.departments), dtype=object)
        named = {str(each) for each in self._names.named(column, codes).dropna()}
        if column == "campaign" and self._part.departments is not None:  # those of others are not one's business
            listed = [each for each in listed if each in named]
        return [*listed, *sorted(named - set(listed), key=natural)]

    def codes(self, column: str) -> list[str]:
        """The `values` as they stand in addresses: by codes of their own where they have any, else by name."""
        names = self.values(column)
        return [self._names.code(column, each) for each in names] if column in self._names.facts else names

    def formerly(self, column: str) -> dict[str, str]:
        """Other names under which an address may have a value: in words, in any language, or a place by its code."""
        known = self._names.facts.get(column)
        if known is None:
            return self._names.named_codes(column)
        return {**known.formerly, **{name: code for code, name in known.names.items()}}

    @property
    def may_split(self) -> tuple[str, ...]:
        """The names of all that answers may be narrowed to and split by, in the order of the registry."""
        return tuple(self.breakdowns)

    @kept_property
    def kinds(self) -> tuple[str, ...]:
        """The breakdowns that have more than one value in view."""
        return self._shared(
            self._reading.remembered, ("kinds",),
            lambda here: tuple(column for column in here.may_split if here._differs(column)),
        )  # fmt: skip

    @property
    def circumstances(self) -> tuple[str, ...]:
        """Those of them that tell where and of whom an answer is, and not what it says or when it came."""
        told = (BreakdownKind.CIRCUMSTANCE, BreakdownKind.FACT, BreakdownKind.FILE)
        return tuple(each for each in self.kinds if self.breakdowns[each].kind in told and each != "round")

    @kept_property
    def offered(self) -> tuple[str, ...]:
        """The breakdowns that it makes sense to narrow by: with two values or more, or as many to choose from."""
        return self._shared(
            self._reading.remembered, ("offered",),
            lambda here: tuple(each for each in here.may_split if here._defined(each) or here._differs(each)),
        )  # fmt: skip

    def _defined(self, column: str) -> bool:
        """Whether the definition of the survey says which values there are."""
        known = self.breakdowns[column]
        return known.kind in (BreakdownKind.FACT, BreakdownKind.ANSWER) and len(self._names.order(column)) > 1

    def _differs(self, column: str) -> bool:
        low, high = self._ends.get(stored_name(column), (None, None))
        if low is None or low == high:
            return False
        named = self._names.named(column, pd.Series([low, high], dtype=object))
        return named.nunique() > 1 and (bool(self._names.order(column)) or bool(self.values(column)))

    @kept_property
    def _ends(self) -> dict[str, tuple[Any, Any]]:
        """The smallest and the largest value in view of each column that a breakdown is read from."""
        wanted, source = self._part.slice(self.record.code), self._reading.source
        there = set(source.columns(self.record.code))
        columns = [name for name in dict.fromkeys(map(stored_name, self.may_split)) if name in there]
        return self._shared(
            self._reading.remembered, ("ends", tuple(columns)), lambda _: source.spread(wanted, columns)
        )
