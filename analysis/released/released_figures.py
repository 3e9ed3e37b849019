"""What one account may know of a survey's answers in sum: figures and tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any, TypeVar

import pandas as pd

from analysis.columns.source import Slice
from analysis.level.answers_behind import count_answers
from analysis.nonresponse.asked_people import ANSWERED
from analysis.released.answers_in_view import digest_of
from analysis.released.askable import ROW, assert_askable, assert_no_rows
from analysis.released.choices_in_view import ChoicesInView
from analysis.released.figures_withheld import withhold_small
from analysis.released.parts import Column, Columns, When
from analysis.released.released_rows import Rows
from analysis.released.resolved_parts import resolved
from surveys.definition.breakdowns.breakdown import BreakdownKind

T = TypeVar("T")


class ReleasedFigures(ChoicesInView):
    """The figures of the answers to one survey that one account may see, as far as they are in view."""

    def arrivals(self) -> pd.DataFrame:
        """How many answers in view came when: columns day, department (its name; none of an anonymous survey), n."""
        if self.anonymous:
            days = self._anonymous_days()
            return days.assign(department=pd.Series(None, index=days.index, dtype=object))
        counts = self._counts(("day", "department"))
        return counts.assign(department=self._names.named("department", counts["department"]))

    def _anonymous_days(self) -> pd.DataFrame:
        rows, own = self._anonymous.rows, self._part.departments
        shown = set(rows["response"] if own is None else rows["response"][rows["department"].isin(own)])
        every = self._reading.source.responses(Slice(self.record.code), ["response", "day"])
        return every[every["response"].isin(shown)].groupby("day").size().rename("n").reset_index()

    def ask(self, function: Callable[..., T], *arguments: Any, **settings: Any) -> T:
        """What *function* finds in the parts of the answers that stand among its arguments.

        The function stands at the head of a module of `analysis` outside its pages and gives figures or tables, never
        rows (`askable`). Where it takes `clusters` (and `clusters_before`), it gets what answers that resemble each
        other belong to, as it is declared for the survey. The result is worked out once for all who see the same. Of
        an anonymous survey, figures of fewer people than the minimum are refused, and what as a whole is of so few is
        None.
        """
        assert_askable(function)
        settings = self._clusters(function, arguments) | settings
        asked = (function.__module__, function.__qualname__, digest_of((arguments, sorted(settings.items()))))
        return self._shared(
            self._reading.remembered, asked, lambda here: here._worked_out(function, arguments, settings)
        )

    def ask_of_invited(self, function: Callable[..., T], names: Sequence[str], *arguments: Any) -> T | None:
        """What *function* finds in the list of those who were invited, as far as they are of the departments in view.

        Its first argument has a row per person: `answered` (0 or 1), and of *names* those that are attributes of
        people's files, worded as results are. None of an anonymous survey, where it isn't told who has answered.
        """
        assert_askable(function)
        if self.anonymous:
            return None
        whole = self._reading.evidence.invited(self.record.code, self._part.looked_at)
        files = [each for each in names if each in whole and self._of_file(each)]
        worded = {name: self._names.named(name, whole[name]) for name in files}
        people = pd.DataFrame({ANSWERED: whole[ANSWERED], **worded})
        people.index = pd.RangeIndex(len(people), name=ROW)

        def rows() -> Rows:
            return self._rows

        result = self._reading.compute(function, (people, *(resolved(rows, each) for each in arguments)), {})
        assert_no_rows(result, function)
        return result

    def _of_file(self, name: str) -> bool:
        known = self.breakdowns.get(name)
        return known is not None and known.kind is BreakdownKind.FILE

    def _clusters(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> dict[str, Any]:
        """What a function is told of the dependence of the answers that it is asked of, the last of its *arguments*."""
        if self.dependence is None:
            return {}
        when = next((each.when for each in reversed(arguments) if isinstance(each, Column | Columns)), When.NOW)
        told = {"clusters": Column(self.dependence, when), "clusters_before": Column(self.dependence, When.BEFORE)}
        taken = signature(function).parameters
        return {name: part for name, part in told.items() if name in taken}

    def _worked_out(self, function: Callable[..., T], arguments: tuple[Any, ...], settings: dict[str, Any]) -> T:
        def rows() -> Rows:
            return self._rows

        given = tuple(resolved(rows, each) for each in arguments)
        named = {name: resolved(rows, each) for name, each in settings.items()}
        result: T = self._reading.compute(function, given, named)
        assert_no_rows(result, function)
        return withhold_small(result, self.minimum) if self.anonymous else result

    def answered(self, column: str) -> int:
        """How many answers in view have something in this column."""
        return self.ask(count_answers, Column(column))
