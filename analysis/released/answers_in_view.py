"""Which of a survey's answers one account looks at: a period, a round, departments, values; the rows stay inside."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from hashlib import blake2b
from typing import Self, TypeVar

import pandas as pd

from analysis.caching.kept_property import kept_property
from analysis.caching.shared_results import SharedResults
from analysis.columns.source import AnswerSource, Slice, SourceState
from analysis.facts import FactValues, banded, stored_name
from analysis.frames import rated_dimensions
from analysis.monitoring.trends import Period
from analysis.released.anonymous import AnonymousRelease, anonymous_answers
from analysis.released.evidence import AnswerEvidence, Compute, PlaceNames
from analysis.released.parts import When
from analysis.released.ready_figures import ReadyFigures
from analysis.released.released_rows import AnonymousRows, NamedRows, PartInView, Rows
from surveys.anonymity import Minimums
from surveys.definition.breakdowns.breakdown import Breakdown
from surveys.storage.records.surveys import SurveyRecord

T = TypeVar("T")


@dataclass(frozen=True)
class AnswersRead:
    """What all looks at the answers have in common: where they are read, and what is known of them already."""

    source: AnswerSource
    evidence: AnswerEvidence
    ready: ReadyFigures
    state: Callable[[], SourceState]  # of all that is read for one page: settled at its first look
    remembered: SharedResults
    kept_rows: SharedResults  # few, for they are large
    compute: Compute
    minimums: Minimums
    today: date
    dependence: str | None = None  # the column of what answers that resemble each other belong to
    breakdowns: Mapping[str, Breakdown] = field(default_factory=dict)


class AnswersInView:
    """The answers to one survey that one account may see, as far as they are in view."""

    def __init__(self, reading: AnswersRead, record: SurveyRecord, part: PartInView, names: PlaceNames) -> None:
        self.record, self._reading, self._part, self._given = record, reading, part, names

    @kept_property
    def _names(self) -> PlaceNames:
        """All names: of numbers that nobody cut into bands, those of bands as all answers lie."""
        open_ones = {name: each for name, each in self._given.facts.items() if each.open}
        if self.anonymous or not open_ones:
            return self._given
        found: PlaceNames = self._reading.remembered.get(
            (self._state.name, self.record.code, digest_of(self._given), "bands"),
            lambda: replace(self._given, facts={**self._given.facts, **self._banded(open_ones)}),
        )
        return found

    def _shared(self, kept: SharedResults, name: tuple[Hashable, ...], work_out: Callable[[Self], T]) -> T:
        """What is worked out once for all who look at the same, and again before they ask when answers have come."""
        found: T = kept.get((self.key, *name), lambda: work_out(self))
        reading, record, part, given, kind = self._reading, self.record, self._part, self._given, type(self)

        def again(state: SourceState) -> None:
            then = kind(replace(reading, state=lambda: state), record, part, given)
            kept.get((then.key, *name), lambda: work_out(then))

        reading.ready.note(record.code, (self._told, *name), again)
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

    @kept_property
    def _state(self) -> SourceState:
        return self._reading.state()

    @property
    def stands(self) -> bool:
        """Whether these answers can be read at once; where not, the first to read them waits until they can."""
        return self._reading.source.stands(self.record.code)

    @property
    def as_of(self) -> datetime:
        """The moment whose answers these are."""
        return self._state.as_of

    @kept_property
    def key(self) -> str:
        """Names these answers: where it is the same, all that is asked of them is."""
        return f"{self._state.name}·{self._told}"

    @kept_property
    def _told(self) -> str:
        """The same without the state of the answers."""
        told = (
            self.record.code, self.record.version, self._part, self._given, self._reading.minimums, self.dependence,
        )  # fmt: skip
        day = self._reading.today.isoformat() if self.anonymous else ""
        return f"{day}·{digest_of(told)}"

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

    @property
    def breakdowns(self) -> Mapping[str, Breakdown]:
        """What these answers may be narrowed to and split by, by name; nothing of an anonymous survey."""
        return {} if self.anonymous else self._reading.breakdowns

    @property
    def dependence(self) -> str | None:
        """The column of what answers that resemble each other belong to; None where each stands for itself.

        None of an anonymous survey, whose figures must not tell how its answers are spread over departments.
        """
        return None if self.anonymous else self._reading.dependence

    @kept_property
    def n(self) -> int:
        """How many answers are in view."""
        if self.anonymous:
            return len(self._rows.columns([], When.NOW))
        return int(self._counts(())["n"].sum())

    def _counts(self, by: tuple[str, ...]) -> pd.DataFrame:
        wanted, source = self._part.slice(self.record.code), self._reading.source
        return self._shared(
            self._reading.remembered, ("counts", by), lambda _: source.counts(wanted, by or ("channel",))
        )

    # Rows

    @kept_property
    def _rows(self) -> Rows:
        if self.anonymous:
            rated = rated_dimensions(self.record.survey)
            together = {code: each.items for code, each in rated.items()}
            return AnonymousRows(self._anonymous, self._part, together, self._anonymous_in(self._part.round_before))
        return NamedRows(self._reading.source, self.record.code, self._part, self._names)

    @kept_property
    def _anonymous(self) -> AnonymousRelease:
        """What is released of the round in view; of all of them where none is."""
        return self._anonymous_in(self._part.round) or self._every_round

    @kept_property
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
        branches = digest_of(sorted(self._names.parents.items()))
        return "anonymous", self._state.name, self._reading.today, self._reading.minimums, branches

    def _released(self) -> AnonymousRelease:
        reading, survey = self._reading, self.record.survey
        withdrawn, since = partial(reading.evidence.withdrawn, self.record.code), reading.evidence.rounds_since()
        return anonymous_answers(
            reading.source, survey, withdrawn, pd.Timestamp(reading.today), reading.minimums, self._names.branches(),
            since,
        )  # fmt: skip


def digest_of(told: object) -> str:
    return blake2b(pickle.dumps(told), digest_size=16).hexdigest()
