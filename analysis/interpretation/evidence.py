"""What stands beside an effect, in words; and what will be possible, before there is one."""

from __future__ import annotations

from analysis.effects.effect import EffectDesign
from analysis.effects.evidence import EffectEvidence, PlannedEffect
from analysis.estimates import figure
from analysis.interpretation.effects import DESIGNS
from analysis.interpretation.wordings import Told, difference_figure, p_value, signed_figure, span
from surveys.localisation.wording import Message, saying

_HEADINGS = (saying("从这天起的 30 天"), saying("两边之差"), saying("95% 区间"), saying("样本量"))


def evidence_told(found: EffectEvidence) -> Told:
    """The difference month by month, and whether it stood still before the measure."""
    sentences = [*_before(found), *_lot(found), *_mixture(found)]
    if found.study.refusal is not None:
        return Told((saying("逐月对照做不了：{reason}。", reason=found.study.refusal), *sentences))
    rows = tuple(
        (f"{row['period']:%Y-%m-%d}", *_difference(row["difference"], row["low"], row["high"]), int(row["n"]))
        for _, row in found.study.periods.iterrows()
    )
    return Told(tuple(sentences), _HEADINGS, rows)


def _difference(value: float, low: float, high: float) -> tuple[Message | str, Message | str]:
    if value != value:
        return "—", "—"
    return signed_figure(value, "score"), span(figure(low, "score"), figure(high, "score"))


def _before(found: EffectEvidence) -> list[Message]:
    p = found.study.trend_p
    if p is None:
        return []
    if p < 0.05:
        return [saying("当心：措施之前两边的差别就已经在变（p={p}），两边不好比。", p=p_value(p))]
    return [saying("措施之前没有看出两边的差别在变（p={p}）；前面几个月的差别应在 0 上下。", p=p_value(p))]


def _lot(found: EffectEvidence) -> list[Message]:
    if found.by_lot is None:
        return []
    words = "随便抽同样多的单位当作采取了措施，差别这么大的有 {part}（置换检验）。"
    return [saying(words, part=f"{found.by_lot:.1%}")]


def _mixture(found: EffectEvidence) -> list[Message]:
    if found.synthetic is None:
        return []
    value, low, high = found.synthetic.estimate.figures()
    return [
        saying(
            "与走势最像的单位的组合相比（合成对照）：{effect}（95% 区间 {span}，{count} 个可比单位）。",
            effect=difference_figure(value, "score"), count=found.synthetic.compared,
            span=span(signed_figure(low, "score"), signed_figure(high, "score")),
        )
    ]  # fmt: skip


def planned_told(found: PlannedEffect, relevant: float) -> list[Message]:
    """The design that will be possible, and the answers it takes to see what is worth the measure."""
    told = [saying("到时的办法：{design}。", design=DESIGNS[found.design])]
    if found.design is EffectDesign.NONE_POSSIBLE:
        return [*told, saying("可比单位不足三个，自己过去的月份也不足四个：留几个单位晚些开始，就能看出效果。")]
    if found.size is None:
        return told
    wanted = difference_figure(relevant, "score", signed=False)
    if found.size.per_unit is None:
        smallest = difference_figure(found.size.smallest, "score", signed=False)
        words = "看不出 {wanted} 的变化：{treated} 个单位对 {compared} 个，再多作答也只能看出 {smallest} 以上的。"
        return [*told, saying(words, wanted=wanted, smallest=smallest, treated=found.treated, compared=found.compared)]
    words = "要有八成把握看出 {wanted} 的变化，措施之后每个单位约需 {n} 份作答（{treated} 个单位对 {compared} 个）。"
    return [*told, saying(words, wanted=wanted, n=found.size.per_unit, treated=found.treated, compared=found.compared)]
