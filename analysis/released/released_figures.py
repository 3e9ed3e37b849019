"""What one account may know of a survey's answers in sum: figures and tables, and what may be chosen among."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, partial
from hashlib import blake2b
from inspect import signature
from typing import Any, Self, TypeVar

import pandas as pd

from analysis.answers_behind import count_answers
from analysis.columns.source import AnswerSource, Slice, SourceState
from analysis.exploring import Selection
from analysis.facts import FactValues, banded, is_breakdown, stored_name
from analysis.frames import rated_dimensions
from analysis.monitoring.trends import Period
from analysis.released.anonymous import AnonymousRelease, anonymous_answers, shown_branches, shown_departments
from analysis.released.askable import assert_askable, assert_no_rows
from analysis.released.evidence import AnswerEvidence, Compute, PlaceNames
from analysis.released.figures_withheld import withhold_small
from analysis.released.parts import Column, Columns, Comments, CountedAnswers, Mentions, SelectionInView, When
from analysis.released.released_rows import AnonymousRows, NamedRows, PartInView, Rows
from analysis.shared_results import SharedResults
from surveys.anonymity import Minimums
from surveys.definition.breakdowns.breakdown import Breakdown, BreakdownKind
from surveys.localisation.ordering import natural
from surveys.storage.records.surveys import SurveyRecord

MOST_VALUES = 60  # of a fact or an attribute that answers are split by; a number of an order is another one every time
_NONE = Breakdown("", "", BreakdownKind.CIRCUMSTANCE)
T = TypeVar("T")


@dataclass(frozen=True)
class AnswersRead:
    """What all looks at the answers have in common: where they are read, and what is known of them already."""

    source: AnswerSource
    evidence: AnswerEvidence
    remembered: SharedResults
    kept_rows: SharedResults  # few, for they are large
    compute: Compute
    minimums: Minimums
    today: date
    dependence: str | None = None  # the column of what answers that resemble each other belong to
    breakdowns: Mapping[str, Breakdown] = field(default_factory=dict)


class ReleasedFigures:
    """The figures of the answers to one survey that one account may see, as far as they are in view."""

    def __init__(self, reading: AnswersRead, record: SurveyRecord, part: PartInView, names: PlaceNames) -> None:
        self.record, self._reading, self._part, self._given = record, reading, part, names

    @cached_property
    def _names(self) -> PlaceNames:
        """All names: of numbers that nobody cut into bands, those of bands as all answers lie."""
        open_ones = {name: each for name, each in self._given.facts.items() if each.open}
        if self.anonymous or not open_ones:
            return self._given
        found: PlaceNames = self._reading.remembered.get(
            (self._state.name, self.record.code, _digest(self._given), "bands"),
            lambda: replace(self._given, facts={**self._given.facts, **self._banded(open_ones)}),
        )
        return found

    def _banded(self, values: Mapping[str, FactValues]) -> dict[str, FactValues]:
        source, code = self._reading.source, self.record.code
        there = set(source.columns(code))
        columns = {name: stored_name(name) for name in values if stored_name(name) in there}
        ends = source.quartiles(Slice(code), list(columns.values()))
        return {name: banded(values[name], *ends[column]) for name, column in columns.items()}

    # What is in view

    @property
    def anonymous(self) -> bool:
        return self.record.survey.anonymous

    @property
    def period(self) -> Period | None:
        return self._part.period

    @property
    def before(self) -> Period | None:
        """The period before the one in view; what is of it is what changes are told against."""
        return self._part.before

    @property
    def segments(self) -> dict[str, str]:
        """Column → the value that was chosen, by its name."""
        chosen = dict(self._part.where)
        if self._part.department is not None:
            chosen["department"] = self._part.department
        return {column: self._names.name(column, code) for column, code in chosen.items()}

    @property
    def coded_segments(self) -> dict[str, str]:
        """The same as it stands in addresses: values that have codes of their own by these, places by their names.

        `within` takes both.
        """
        codes = {column: code for column, code in self._part.where if column in self._names.facts}
        return self.segments | codes

    @property
    def looked_at(self) -> tuple[str, ...] | None:
        """The codes of the departments in view; None for all."""
        return self._part.looked_at

    @property
    def leads(self) -> bool:
        """Whether the department in view is looked at together with others below it."""
        return len(self._part.branch) > 1

    def leading(self, department: str) -> bool:
        """Whether others are below a department, by its name."""
        return len(self._names.branch(self._names.code("department", department))) > 1

    def leads_to(self, code: str) -> bool:
        """Whether a department is below the one in view, or is it."""
        return self._part.department is not None and code in self._names.branch(self._part.department)

    @property
    def minimums(self) -> Minimums:
        return self._reading.minimums

    @property
    def minimum(self) -> int:
        """Of how many people a figure has to be."""
        return self._reading.minimums.group if self.anonymous else 0

    @cached_property
    def _state(self) -> SourceState:
        return self._reading.source.state(self.record.code)

    @property
    def stands(self) -> bool:
        """Whether these answers can be read at once; where not, the first to read them waits until they can."""
        return self._reading.source.stands(self.record.code)

    @property
    def as_of(self) -> datetime:
        """The moment whose answers these are."""
        return self._state.as_of

    @cached_property
    def key(self) -> str:
        """Names these answers: where it is the same, all that is asked of them is."""
        told = (
            self.record.code, self.record.version, self._part, self._given, self._reading.minimums, self.dependence,
        )  # fmt: skip
        day = self._reading.today.isoformat() if self.anonymous else ""
        return f"{self._state.name}·{day}·{_digest(told)}"

    def within(
        self, period: Period | None = None, before: Period | None = None, where: Mapping[str, str] | None = None
    ) -> Self:
        """Those of a period and of these segments, named as pages name them; an anonymous survey has no such parts."""
        if self.anonymous:
            raise ValueError(f'survey "{self.record.code}" is anonymous: it has no parts but departments')
        wanted = dict(where or {})
        here = self.of_branch(wanted.pop("department")) if wanted.get("department") else self
        if unknown := sorted(wanted.keys() - self.breakdowns.keys()):
            raise ValueError(f'survey "{self.record.code}" is narrowed by none of {", ".join(unknown)}')
        codes = tuple(sorted((column, self._names.code(column, name)) for column, name in wanted.items()))
        return self._with(replace(here._part, period=period, before=before, where=codes))

    def code_of(self, column: str, name: str) -> str:
        """The code that stands for a name of `values`; names change, codes stay."""
        return self._names.code(column, name)

    def name_of(self, column: str, code: str) -> str:
        """What a code is called."""
        return self._names.name(column, code)

    def of_department(self, name: str) -> Self:
        """Those of one department, by its name."""
        return self._with(replace(self._part, department=self._names.code("department", name), branch=()))

    def of_branch(self, name: str) -> Self:
        """Those of one department, by its name, together with all below it."""
        code = self._names.code("department", name)
        return self._with(replace(self._part, department=code, branch=tuple(sorted(self._names.branch(code)))))

    def of_round(self, code: str, before: str | None = None) -> Self:
        """Those of one round, by its code; what changed is told against the round *before*."""
        return self._with(replace(self._part, period=None, before=None, round=code, round_before=before))

    def _with(self, part: PartInView) -> Self:
        return type(self)(self._reading, self.record, part, self._given)

    # What may be chosen

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
    def breakdowns(self) -> Mapping[str, Breakdown]:
        """What these answers may be narrowed to and split by, by name; nothing of an anonymous survey."""
        return {} if self.anonymous else self._reading.breakdowns

    @property
    def may_split(self) -> tuple[str, ...]:
        """The names of all that answers may be narrowed to and split by, in the order of the registry."""
        return tuple(self.breakdowns)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The breakdowns that have more than one value in view."""
        return tuple(column for column in self.may_split if self._differs(column))

    @property
    def circumstances(self) -> tuple[str, ...]:
        """Those of them that tell where and of whom an answer is, and not what it says or when it came."""
        told = (BreakdownKind.CIRCUMSTANCE, BreakdownKind.FACT, BreakdownKind.FILE)
        return tuple(each for each in self.kinds if self.breakdowns[each].kind in told and each != "round")

    @cached_property
    def offered(self) -> tuple[str, ...]:
        """The breakdowns that it makes sense to narrow by: with two values or more, or as many to choose from."""
        return tuple(column for column in self.may_split if self._defined(column) or self._differs(column))

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

    @cached_property
    def _ends(self) -> dict[str, tuple[Any, Any]]:
        """The smallest and the largest value in view of each column that a breakdown is read from."""
        wanted, source = self._part.slice(self.record.code), self._reading.source
        there = set(source.columns(self.record.code))
        columns = [name for name in dict.fromkeys(map(stored_name, self.may_split)) if name in there]
        found: dict[str, tuple[Any, Any]] = self._reading.remembered.get(
            (self.key, "ends", tuple(columns)), lambda: source.spread(wanted, columns)
        )
        return found

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

    @cached_property
    def n(self) -> int:
        """How many answers are in view."""
        if self.anonymous:
            return len(self._rows.columns([], When.NOW))
        return int(self._counts(())["n"].sum())

    def _counts(self, by: tuple[str, ...]) -> pd.DataFrame:
        wanted, source = self._part.slice(self.record.code), self._reading.source
        counts: pd.DataFrame = self._reading.remembered.get(
            (self.key, "counts", by), lambda: source.counts(wanted, by or ("channel",))
        )
        return counts

    # Figures

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
        asked = (function.__module__, function.__qualname__, _digest((arguments, sorted(settings.items()))))
        found: T = self._reading.remembered.get(
            (self.key, *asked), lambda: self._worked_out(function, arguments, settings)
        )
        return found

    @property
    def dependence(self) -> str | None:
        """The column of what answers that resemble each other belong to; None where each stands for itself.

        None of an anonymous survey, whose figures must not tell how its answers are spread over departments.
        """
        return None if self.anonymous else self._reading.dependence

    def _clusters(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> dict[str, Any]:
        """What a function is told of the dependence of the answers that it is asked of, the last of its *arguments*."""
        if self.dependence is None:
            return {}
        when = next((each.when for each in reversed(arguments) if isinstance(each, Column | Columns)), When.NOW)
        told = {"clusters": Column(self.dependence, when), "clusters_before": Column(self.dependence, When.BEFORE)}
        taken = signature(function).parameters
        return {name: part for name, part in told.items() if name in taken}

    def _worked_out(self, function: Callable[..., T], arguments: tuple[Any, ...], settings: dict[str, Any]) -> T:
        given = tuple(self._resolved(each) for each in arguments)
        named = {name: self._resolved(each) for name, each in settings.items()}
        result: T = self._reading.compute(function, given, named)
        assert_no_rows(result, function)
        return withhold_small(result, self.minimum) if self.anonymous else result

    def answered(self, column: str) -> int:
        """How many answers in view have something in this column."""
        return self.ask(count_answers, Column(column))

    def _resolved(self, part: Any) -> Any:
        """The rows that a part stands for; anything else is itself."""
        resolve = _RESOLVED.get(type(part))
        return part if resolve is None else resolve(self._rows, part)

    @cached_property
    def _rows(self) -> Rows:
        if self.anonymous:
            rated = rated_dimensions(self.record.survey)
            together = {code: each.items for code, each in rated.items()}
            return AnonymousRows(self._anonymous, self._part, together, self._anonymous_in(self._part.round_before))
        return NamedRows(self._reading.source, self.record.code, self._part, self._names)

    @cached_property
    def _anonymous(self) -> AnonymousRelease:
        """What is released of the round in view; of all of them where none is."""
        return self._anonymous_in(self._part.round) or self._every_round

    @cached_property
    def _every_round(self) -> AnonymousRelease:
        key = self._release_key
        found: AnonymousRelease = self._reading.kept_rows.get(key, self._released)
        return found

    def _anonymous_in(self, code: str | None) -> AnonymousRelease | None:
        """What is released of a round of an anonymous survey."""
        if code is None:
            return None
        found: AnonymousRelease = self._reading.kept_rows.get(
            (*self._release_key, code),
            lambda: self._every_round.in_round(code, self._reading.minimums, self._names.branches()),
        )
        return found

    @property
    def _release_key(self) -> tuple[object, ...]:
        branches = _digest(sorted(self._names.parents.items()))
        return "anonymous", self._state.name, self._reading.today, self._reading.minimums, branches

    def _released(self) -> AnonymousRelease:
        reading, survey = self._reading, self.record.survey
        withdrawn, since = partial(reading.evidence.withdrawn, self.record.code), reading.evidence.rounds_since()
        return anonymous_answers(
            reading.source, survey, withdrawn, pd.Timestamp(reading.today), reading.minimums, self._names.branches(),
            since,
        )  # fmt: skip


def _digest(told: object) -> str:
    return blake2b(pickle.dumps(told), digest_size=16).hexdigest()


def _column(rows: Rows, part: Column) -> pd.Series:
    frame = rows.columns([part.name], part.when)
    return frame[part.name] if part.name in frame else pd.Series(None, index=frame.index, dtype=float)


def _columns(rows: Rows, part: Columns) -> pd.DataFrame:
    return rows.columns([*(["response"] if part.ids else []), *part.names], part.when)


def _counted(rows: Rows, part: CountedAnswers) -> pd.DataFrame:
    return rows.counted(part.names)


def _comments(rows: Rows, part: Comments) -> pd.DataFrame:
    return rows.comments(part.kinds, part.when, part.places)


def _mentions(rows: Rows, part: Mentions) -> pd.DataFrame:
    return rows.mentions(part.language, part.when)


def _selection(rows: Rows, part: SelectionInView) -> Selection:
    now, earlier = (rows.columns(part.wanted, when) for when in (When.NOW, When.BEFORE))
    return Selection(now, None if earlier.empty else earlier, part.dimensions, part.overall, part.segments, part.dated)


_RESOLVED: dict[type, Callable[[Rows, Any], Any]] = {
    Column: _column, Columns: _columns, CountedAnswers: _counted, Comments: _comments, Mentions: _mentions,
    SelectionInView: _selection,
}  # fmt: skip
