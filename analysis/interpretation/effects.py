"""Effects in words: whether a measure worked, how that is known, and what is still missing."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil

from analysis.effects.effect import EffectDesign, EffectVerdict, MeasuredEffect, answers_still_needed, effect_verdict
from analysis.estimates import Unit
from analysis.interpretation.wordings import difference_figure, signed_figure, span
from surveys.localisation.wording import Message, saying

VERDICTS = {
    EffectVerdict.WORKED: saying("见效"),
    EffectVerdict.NO_VISIBLE_EFFECT: saying("看不出效果"),
    EffectVerdict.TOO_EARLY: saying("为时尚早"),
}
DESIGNS = {
    EffectDesign.DIFFERENCE_IN_DIFFERENCES: saying("与没有采取措施的可比单位对照（双重差分）"),
    EffectDesign.BEFORE_AND_AFTER: saying("与本单位过去各期对照"),
    EffectDesign.SYNTHETIC_CONTROL: saying("与可比单位的加权组合对照（合成对照）"),
    EffectDesign.NONE_POSSIBLE: saying("没有可用的对照"),
}


def effect_told(
    effect: MeasuredEffect,
    relevant: float,
    *,
    higher_is_better: bool = True,
    per_day: float = 0.0,
    today: date | None = None,
) -> list[Message]:
    """Verdict with interval and n; what of the raw change was to be expected anyway; what is missing, where it is.

    *per_day*: answers that the units of the measure give a day now; with *today* the day on which there are enough.
    """
    if not effect.ok:
        reason = effect.estimate.refusal
        return [saying("为时尚早：{reason}。", reason=reason)]
    verdict = effect_verdict(effect, relevant, higher_is_better=higher_is_better)
    told = [_message(effect, verdict, higher_is_better), *_parts(effect)]
    if verdict is EffectVerdict.TOO_EARLY:
        told.append(_missing(effect, relevant, per_day, today))
    return [*told, *(saying("{caveat}。", caveat=each) for each in effect.caveats)]


def _message(effect: MeasuredEffect, verdict: EffectVerdict, higher_is_better: bool) -> Message:
    value, low, high = effect.estimate.figures()
    unit = effect.estimate.unit
    told = {
        "effect": difference_figure(value, unit), "n": effect.estimate.n,
        "span": span(signed_figure(low, unit), signed_figure(high, unit)),
    }  # fmt: skip
    if verdict is EffectVerdict.WORKED:
        return saying("措施见效：带来的变化为 {effect}（95% 区间 {span}，n={n}）。", **told)
    if verdict is EffectVerdict.TOO_EARLY:
        return saying("为时尚早：目前估计的变化为 {effect}（95% 区间 {span}，n={n}），可能有效，也可能没有。", **told)
    if (high < 0) if higher_is_better else (low > 0):
        return saying("看不出好的效果：反而变差了 {effect}（95% 区间 {span}，n={n}）。", **told)
    return saying("看不出效果：估计的变化为 {effect}（95% 区间 {span}，n={n}），达不到事先认为值得的幅度。", **told)


def _parts(effect: MeasuredEffect) -> list[Message]:
    if effect.raw is None:
        return []
    unit: Unit = effect.estimate.unit
    raw, regression, common = (difference_figure(each, unit) for each in (effect.raw, effect.regression, effect.common))
    if effect.design is EffectDesign.BEFORE_AND_AFTER:
        return [
            saying(
                "与措施前最近一期相比是 {raw}，其中 {regression} 是那一期碰巧偏离平常、本来就会回来的。",
                raw=raw, regression=regression,
            )
        ]  # fmt: skip
    if effect.design is not EffectDesign.DIFFERENCE_IN_DIFFERENCES:
        return []
    return [
        saying(
            "表面上的变化是 {raw}：其中 {regression} 是开头碰巧偏离平常、本来就会回来的，{common} 是 {compared} "
            "个没有采取措施的单位也有的。",
            raw=raw, regression=regression, common=common, compared=effect.compared,
        )
    ]  # fmt: skip


def _missing(effect: MeasuredEffect, relevant: float, per_day: float, today: date | None) -> Message:
    missing = answers_still_needed(effect, relevant)
    wanted = difference_figure(relevant, effect.estimate.unit, signed=False)
    if missing is None:
        return saying("只靠更多作答看不出 {wanted} 的变化：要有更多可比单位，或更多期。", wanted=wanted)
    if per_day <= 0 or today is None:
        return saying("要看出 {wanted} 的变化，还要约 {missing} 份作答。", wanted=wanted, missing=missing)
    day = today + timedelta(days=ceil(missing / per_day))
    return saying(
        "要看出 {wanted} 的变化，还要约 {missing} 份作答，照目前的速度约到 {day}。",
        wanted=wanted,
        missing=missing,
        day=day,
    )
