"""What a measure of an improvement plan did, asked of the answers in one way wherever it is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from analysis.effects.effect import EffectVerdict, effect_verdict
from analysis.effects.effect_on_area import AreaEffect, effect_on_area
from analysis.effects.measured_effect import MeasurePeriod
from analysis.figures import overall_scale
from analysis.frames import item_column, rated_dimensions
from analysis.interpretation.effects import VERDICTS, effect_told
from analysis.level.satisfaction import RatedDimension
from analysis.released.parts import columns_of
from analysis.released.released_answers import ReleasedAnswers
from surveys.definition.survey import Survey
from surveys.improvement.plans import ImprovementPlan, PlanMeasure
from surveys.localisation.wording import Message

_MIX = ("business_type",)
_PAST = 365  # days before the measure that are looked at


@dataclass(frozen=True)
class MeasureEffect:
    """The effect of one measure with its verdict, and all that is said of it."""

    found: AreaEffect
    verdict: EffectVerdict
    told: tuple[Message, ...]

    @property
    def verdict_words(self) -> Message:
        return VERDICTS[self.verdict]


def effect_of_measure(
    view: ReleasedAnswers, plan: ImprovementPlan, measure: PlanMeasure, dimension: RatedDimension, today: date
) -> MeasureEffect:  # fmt: skip
    """The effect so far of a measure that has ended, on the items of its plan's area; no anonymous survey has one."""
    units = tuple(view.name_of(measure.unit_kind, code) for code in measure.units)
    mix = tuple(kind for kind in _MIX if kind != measure.unit_kind and kind in view.kinds)
    found = view.ask(
        effect_on_area, columns_of({"area": dimension}, "day", measure.unit_kind, *mix), dimension, measure.unit_kind,
        units, measure_period(measure, today), mix, by_lot=measure.by_lot, afterwards=measure.afterwards,
    )  # fmt: skip
    verdict = effect_verdict(found.effect, plan.relevant)
    told = effect_told(found.effect, plan.relevant, per_day=found.per_day, today=today)
    return MeasureEffect(found, verdict, tuple(told))


def measure_period(measure: PlanMeasure, today: date) -> MeasurePeriod:
    """From a year before a measure to the end of what its effect is read from."""
    past = date.fromordinal(measure.begins.toordinal() - _PAST)
    return MeasurePeriod(past, measure.begins, measure.ends, min(measure.measured_until, today))


def measured_dimension(survey: Survey, area: str, language: str) -> RatedDimension | None:
    """The items that an area is measured by; of "" overall satisfaction."""
    if area:
        return rated_dimensions(survey, language).get(area)
    overall = overall_scale(survey)
    if overall is None:
        return None
    return RatedDimension(overall.code, (item_column(overall.code),), overall.low, overall.high)
