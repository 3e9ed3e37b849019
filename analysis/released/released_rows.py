"""The rows behind the gate: what the part in view has of the columns and comments that are asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from analysis.caching.kept_property import kept_property
from analysis.columns.source import AnswerSource, Slice
from analysis.comments.opinions import not_judged, with_content
from analysis.facts import is_breakdown, stored_name
from analysis.frames import CONTEXT, PERSON
from analysis.monitoring.trends import Period
from analysis.released.anonymous import AnonymousRelease
from analysis.released.askable import ROW
from analysis.released.evidence import PlaceNames
from analysis.released.parts import Kinds, When
from surveys.localisation.language import gettext


@dataclass(frozen=True)
class PartInView:
    """What is looked at: of whom, of when, and of which segments. All of it is codes, so that it names what is seen.

    `departments`: those that the reader may see, all of them where None; `department`: the one looked at;
    `branch`: that one with all below it, where they are looked at together.
    """

    departments: tuple[str, ...] | None = None
    period: Period | None = None
    before: Period | None = None
    where: tuple[tuple[str, str], ...] = ()
    department: str | None = None
    branch: tuple[str, ...] = ()

    @property
    def below(self) -> bool:
        """Whether a department is looked at together with all below it."""
        return bool(self.branch)

    @property
    def looked_at(self) -> tuple[str, ...] | None:
        """The departments in view, all of them where None."""
        if not self.branch or self.departments is None:
            return self.branch or self.departments
        return tuple(code for code in self.branch if code in self.departments)

    round: str | None = None  # by its code; then no period is looked at
    round_before: str | None = None

    def slice(self, survey: str, when: When = When.NOW) -> Slice:
        """As a source understands it; of nothing where there is no such time."""
        if self.round is not None:
            found = {When.NOW: (self.round,), When.BEFORE: (self.round_before,)}
            codes = found.get(when, (self.round_before, self.round) if self.round_before else ())
            return Slice(survey, self.looked_at, self.stored, rounds=tuple(each for each in codes if each))
        first, last = _days(self, when)
        if when is not When.NOW and first is None:
            return Slice(survey, departments=())
        return Slice(survey, self.looked_at, self.stored, first, last)

    @property
    def stored(self) -> tuple[tuple[str, str], ...]:
        """The columns that hold what is looked at, with its codes."""
        return tuple((stored_name(column), code) for column, code in self.where)


def _days(part: PartInView, when: When) -> tuple[date | None, date | None]:
    if when is When.NOW:
        spans = [part.period] if part.period else []
    elif when is When.BEFORE:
        spans = [part.before] if part.before else []
    else:
        spans = [part.before, part.period] if part.before and part.period else []
    return (spans[0].first.date(), spans[-1].last.date()) if spans else (None, None)


class NamedRows:
    """Rows of a survey whose answers may be told apart."""

    def __init__(self, source: AnswerSource, survey: str, part: PartInView, names: PlaceNames) -> None:
        self._source, self._survey, self._part, self._names = source, survey, part, names

    def columns(self, names: Sequence[str], when: When) -> pd.DataFrame:
        return self._frame(self._part.slice(self._survey, when), names)

    def people(self, when: When) -> pd.Series:
        """Whose answers they are, in the same order."""
        found = self._source.responses(self._part.slice(self._survey, when), [PERSON])
        return _marked(found)[PERSON]

    def counted(self, names: Sequence[str]) -> pd.DataFrame:
        if len(self._known(names)) < len(names):
            return _marked(pd.DataFrame(columns=[*names, "n"]))
        found = self._source.counts(self._part.slice(self._survey), _stored(names))
        return _marked(self._worded(found, names).assign(n=found["n"]))

    def comments(self, kinds: Kinds, when: When, places: Sequence[str]) -> pd.DataFrame:
        wanted = self._part.slice(self._survey, when)
        found = _of_kinds(self._source.comments(wanted), kinds)
        if places:
            found = found.merge(self._frame(wanted, ["response", *places]), on="response", how="left")
        return _marked(found)

    def mentions(self, language: str, when: When) -> pd.DataFrame:
        return _labelled(self._source.mentions(self._part.slice(self._survey, when)), language)

    def _frame(self, wanted: Slice, names: Sequence[str]) -> pd.DataFrame:
        known = self._known(names)
        return _marked(self._worded(self._source.responses(wanted, _stored(known)), known))

    def _known(self, names: Sequence[str]) -> list[str]:
        there = set(self._source.columns(self._survey))
        return [name for name in names if stored_name(name) in there]

    def _worded(self, frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
        return pd.DataFrame({name: self._column(name, frame[stored_name(name)]) for name in names}, index=frame.index)

    def _column(self, name: str, values: pd.Series) -> pd.Series:
        return self._names.named(name, values) if name in CONTEXT or is_breakdown(name) else values


def _stored(names: Sequence[str]) -> list[str]:
    """The columns that these are read from, each once."""
    return list(dict.fromkeys(map(stored_name, names)))


class AnonymousRows:
    """Rows of an anonymous survey: no times, no places, and missing whatever the part in view may not show."""

    def __init__(
        self, found: AnonymousRelease, part: PartInView, together: Mapping[str, Collection[str]],
        before: AnonymousRelease | None = None,
    ) -> None:  # fmt: skip
        self._found, self._part, self._together, self._before = found, part, together, before

    @kept_property
    def _rows(self) -> pd.DataFrame:
        return self._rows_of(self._found)

    def _rows_of(self, found: AnonymousRelease) -> pd.DataFrame:
        rows, part, own = found.rows, self._part, self._part.departments
        if part.below:
            may = part.department in found.branches.departments and (own is None or set(part.branch) <= set(own))
            return rows[rows["department"].isin(part.branch)] if may else rows.iloc[:0]
        if part.department is not None:
            may = own is None or part.department in own
            return rows[rows["department"] == part.department] if may else rows.iloc[:0]
        may = own is None and found.departments.total_shown
        return rows if may else rows.iloc[:0]

    def columns(self, names: Sequence[str], when: When) -> pd.DataFrame:
        """Only one round is set against another: spans of time could be subtracted."""
        found = self._found if when is When.NOW else self._before if when is When.BEFORE else None
        rows = self._rows_of(found) if found is not None else self._rows.iloc[:0]
        gone = frozenset((found or self._found).withheld(self._part.department, below=self._part.below))
        if len(names) > 1:  # a dimension is not made up of what is left of its items
            gone |= {item for items in self._together.values() if gone & set(items) for item in items}
        columns = {name: self._column(rows, name, name in gone) for name in names}
        return _marked(pd.DataFrame(columns, index=rows.index))

    def _column(self, rows: pd.DataFrame, name: str, gone: bool) -> pd.Series:
        if name == "day":  # two spans of time could be subtracted from each other
            return pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
        if name not in rows.columns or name in ("department", "round"):
            return pd.Series(None, index=rows.index, dtype=object)
        return rows[name].where(~rows[name].notna()) if gone else rows[name]

    def people(self, when: When) -> pd.Series:
        """Nobody knows."""
        rows = self.columns((), when)
        return pd.Series(None, index=rows.index, dtype=object)

    def counted(self, names: Sequence[str]) -> pd.DataFrame:
        """Nothing: counts by day could be subtracted from each other."""
        return _marked(pd.DataFrame(columns=[*names, "n"]))

    def comments(self, kinds: Kinds, when: When, places: Sequence[str]) -> pd.DataFrame:
        found = _of_kinds(self._readable(self._found.all_comments, when), kinds)
        return _marked(found.assign(**dict.fromkeys(places)))

    def mentions(self, language: str, when: When) -> pd.DataFrame:
        return _labelled(self._readable(self._found.mentions, when), language)

    def _readable(self, frame: pd.DataFrame, when: When) -> pd.DataFrame:
        if when is not When.NOW or not self._found.comments_shown(self._part.department, below=self._part.below):
            return frame.iloc[:0]
        return frame[frame["response"].isin(self._rows["response"])]

    @property
    def authors(self) -> int:
        """How many of those in view have written a comment, also where it may not be read."""
        own = self._found.all_comments["response"]
        return int(own[own.isin(self._rows["response"])].nunique())


Rows = NamedRows | AnonymousRows


def _of_kinds(comments: pd.DataFrame, kinds: Kinds) -> pd.DataFrame:
    if kinds is Kinds.JUDGED:
        return with_content(comments)
    if kinds is Kinds.OTHER_LANGUAGE:
        return not_judged(comments)
    return comments if kinds is Kinds.ALL else pd.concat([with_content(comments), not_judged(comments)])


def _labelled(mentions: pd.DataFrame, language: str) -> pd.DataFrame:
    words = {label: gettext(label, language) for label in mentions["label"].dropna().unique()}
    return _marked(mentions.assign(label=mentions["label"].map(words)))


def _marked(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with an index by which it is known for rows of people, wherever it goes."""
    return frame.set_axis(pd.RangeIndex(len(frame), name=ROW), axis=0)
