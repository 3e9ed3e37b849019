"""What a measure did, once it has ended: the verdict first, then how it is known."""

from __future__ import annotations

from datetime import date

import streamlit as st

from analysis.effects.effect import EffectVerdict
from analysis.effects.evidence import effect_evidence, planned_effect
from analysis.effects.measured_effect import MeasurePeriod
from analysis.improvement.effect_of_measure import effect_of_measure, measure_period, measured_dimension
from analysis.interpretation.effects import DESIGNS, VERDICTS
from analysis.interpretation.evidence import evidence_told, planned_told
from analysis.level.satisfaction import RatedDimension
from analysis.pages.method_result import draw_told
from analysis.pages.survey_answers import released_answers
from analysis.released.parts import columns_of
from analysis.released.released_answers import ReleasedAnswers
from surveys.accounts import Account
from surveys.console.kit import look, session
from surveys.console.kit.words import _, language, said
from surveys.improvement.plans import ImprovementPlan, PlanMeasure

_TONES = {EffectVerdict.WORKED: "good", EffectVerdict.NO_VISIBLE_EFFECT: "bad", EffectVerdict.TOO_EARLY: "wait"}


def draw(plan: ImprovementPlan, measure: PlanMeasure, account: Account, today: date) -> str:
    """The effect so far; before the measure has ended, from when on it can be measured. Returns what it says of it."""
    ended = measure.ends < today
    if not ended:
        look.soft(_("{day} 起用同样的题目复测。").format(day=measure.ends))
    record = session.store().surveys.get(plan.survey)
    if record.survey.anonymous:
        if not ended:
            return ""
        look.soft(_("匿名问卷不按单位和日期细分，措施的效果请看各轮次的比较。"))
        return ""
    dimension = measured_dimension(record.survey, plan.area, language())
    if dimension is None:
        look.soft(_("问卷里已经没有这一项的评分，无法复测。"))
        return ""
    view = released_answers(record, account)
    units = [view.name_of(measure.unit_kind, code) for code in measure.units]
    if not ended:
        _planned(view, plan, measure, dimension, units)
        return ""
    effect = effect_of_measure(view, plan, measure, dimension, today)
    found, verdict, period = effect.found, effect.verdict, measure_period(measure, today)
    st.html(look.tag(said(VERDICTS[verdict]), _TONES[verdict]))
    told = [said(each) for each in effect.told]
    for sentence in told:
        st.markdown(sentence)
    look.soft(said(DESIGNS[found.effect.design]))
    _evidence(view, dimension, measure, units, period)
    return " ".join([said(VERDICTS[verdict]), *told])


def _planned(
    view: ReleasedAnswers, plan: ImprovementPlan, measure: PlanMeasure, dimension: RatedDimension, units: list[str]
) -> None:  # fmt: skip
    """What there will be to compare with, and how many answers it takes."""
    columns = columns_of({"area": dimension}, "day", measure.unit_kind)
    found = view.ask(
        planned_effect, columns, dimension, measure.unit_kind, tuple(units), measure.begins, plan.relevant
    )  # fmt: skip
    for message in planned_told(found, plan.relevant):
        look.soft(said(message))


def _evidence(
    view: ReleasedAnswers, dimension: RatedDimension, measure: PlanMeasure, units: list[str], period: MeasurePeriod
) -> None:  # fmt: skip
    """The difference month by month, folded away."""
    columns = columns_of({"area": dimension}, "day", measure.unit_kind)
    found = view.ask(effect_evidence, columns, dimension, measure.unit_kind, tuple(units), period)
    title = _("逐月对照")
    with st.expander(title):
        draw_told(evidence_told(found).in_language(language()), title)
