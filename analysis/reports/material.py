"""What a report is made of: answers from the gate, and what the organisation does about them, as far as its reader may.

Everything here has passed the gate or the reader's rights already; the parts of reports only put it into words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from analysis.estimates import Estimate, figure
from analysis.figures import FIGURES
from analysis.improvement.areas_in_view import areas_in_view
from analysis.improvement.effect_of_measure import MeasureEffect
from analysis.improvement.priorities import ImprovementArea
from analysis.interpretation.wordings import span
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.survey_figures import FoundFigure, survey_figures
from analysis.reports.document import EstimateCell
from analysis.text.personal_data import mask_personal_data
from surveys.improvement.indicators import Indicator, IndicatorValue
from surveys.improvement.lessons import Lesson
from surveys.improvement.money import Working
from surveys.improvement.plans import ImprovementPlan, PlanMeasure
from surveys.localisation.language import in_words
from surveys.localisation.wording import Message, Said, saying


@dataclass(frozen=True)
class ReportedMeasure:
    """A measure with what came of it: its effect or why it can't be told, and what it saves by its formula."""

    measure: PlanMeasure
    owner: str  # as people call them
    units: tuple[str, ...] = ()
    effect: MeasureEffect | None = None
    why_no_effect: Message | None = None
    saving: Working | None = None


@dataclass(frozen=True)
class ReportedPlan:
    """A plan with the names of what it is about, and its measures."""

    plan: ImprovementPlan
    survey: Said
    area: Said
    department: str  # empty for the whole organisation
    owner: str
    measures: tuple[ReportedMeasure, ...] = ()


@dataclass(frozen=True)
class CaseSummary:
    """How cases went in a span of days: how many came, were answered in time, and are late now."""

    came: int
    open: int
    late: int
    in_time: Estimate
    by_category: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class CustomerAnswer:
    """One answer of a customer that is no secret: which survey, when, overall satisfaction, own words."""

    survey: Said
    day: date
    rating: str
    words: str


@dataclass(frozen=True)
class CustomerCase:
    """One case of a customer."""

    category: str
    day: date
    state: str
    text: str


@dataclass(frozen=True)
class CustomerFile:
    """A customer as the reader may see them: name, lines of the file, answers, cases."""

    name: str
    facts: tuple[tuple[str, str], ...] = ()
    answers: tuple[CustomerAnswer, ...] = ()
    cases: tuple[CustomerCase, ...] = ()


@dataclass(frozen=True)
class Work:
    """What the organisation does, within the reader's departments; None: not the reader's to know."""

    plans: tuple[ReportedPlan, ...] | None = None
    indicators: tuple[tuple[Indicator, Sequence[IndicatorValue]], ...] | None = None
    cases: CaseSummary | None = None
    lessons: tuple[Lesson, ...] = ()


@dataclass(frozen=True)
class ReportMaterial:
    """All that the parts of a report are worked out of. *whole*: all that the reader may see of the same time."""

    view: ReleasedAnswers
    language: str
    today: date
    span: str
    year: int
    whole: ReleasedAnswers | None = None
    unit: str = ""
    rounds: Mapping[str, str] = field(default_factory=dict)
    work: Work = Work()
    customer: CustomerFile | None = None

    def say(self, thing: Said) -> str:
        """Whatever people are to read, in the language of the report."""
        return in_words(thing, self.language)

    def words(self, wording: str, **values: object) -> str:
        """A wording of the catalogue with its values."""
        return self.say(saying(wording, **values))

    def cell(self, estimate: Estimate | None, letters: str = "") -> EstimateCell | str:
        """A figure for a table; of fewer people than the minimum none."""
        if estimate is None:
            return "—"
        if estimate.n < self.view.minimum:
            return self.words("作答太少，为保护匿名不显示")
        if not estimate.ok:
            return EstimateCell(estimate, why=self.say(estimate.refusal) if estimate.refusal else "")
        low, high = (figure(each, estimate.unit) for each in estimate.figures()[1:])
        return EstimateCell(estimate, self.say(span(low, high)), letters)

    def quoted(self, text: str) -> str:
        """What somebody wrote, without what would tell who it was: a report travels further than a page."""
        return mask_personal_data(" ".join(text.split()))

    @cached_property
    def figures(self) -> list[FoundFigure]:
        """All figures of the catalogue that the survey has, with their changes."""
        return [
            each for each in survey_figures(self.view, changes=True)
            if each.estimate.n >= self.view.minimum
        ]  # fmt: skip

    @cached_property
    def headlines(self) -> list[FoundFigure]:
        """The figures that a survey is summed up in."""
        return [each for each in self.figures if FIGURES[each.figure.code].headline]

    @cached_property
    def areas(self) -> list[ImprovementArea]:
        """The ranked areas to improve."""
        return areas_in_view(self.view, self.language)

    def of(self, view: ReleasedAnswers) -> ReportMaterial:
        """The same about other answers."""
        return replace(self, view=view)
