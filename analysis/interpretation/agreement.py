"""Agreement of raters in words: how surely a subject's mean tells it from others, and where raters do not agree."""

from __future__ import annotations

from analysis.estimates import figure
from analysis.interpretation.expert_view import expert_lines
from analysis.interpretation.wordings import Names, Told, name_of, refusal_of
from analysis.scales.agreement import RELIABLE, RaterAgreement
from surveys.localisation.wording import Message, Series, saying

_HEADINGS = (
    saying("项目"), saying("评价人数"), saying("平均分"), saying("r_wg（均匀）"), saying("r_wg（略偏）"),
    saying("r_wg（三角）"), saying("平均偏差"),
)  # fmt: skip
_NULLS = ("uniform", "slight skew", "triangular")


def agreement_told(result: RaterAgreement, names: Names | None = None, unit: str = "score") -> Told:
    """Reliability first, then whom raters disagree about; one row per subject."""
    if result.refusal is not None:
        return Told((refusal_of(result.refusal, result.n),))
    rows = tuple(
        (name_of(code, names), each.n, figure(each.mean, "score"),
         *(f"{each.r_wg[null]:.2f}" for null in _NULLS), f"{each.deviation:.2f}")
        for code, each in result.subjects.items()
    )  # fmt: skip
    return Told((*_reliability(result), *_apart(result, names)), _HEADINGS, rows, tuple(expert_lines(result.single)))


def _reliability(result: RaterAgreement) -> list[Message]:
    if not result.single.ok:
        return [refusal_of(result.single.refusal, result.n)]
    value, low, high = result.single.figures()
    of_mean, *ends = result.mean.figures()
    told = [
        saying(
            "单个人的评分有 {single:.2f} 反映对象本身（ICC(1)，95% 区间 {low:.2f} 至 {high:.2f}）；"
            "平均 {raters:.1f} 人的均分信度 {mean:.2f}（ICC(k)，95% 区间 {below:.2f} 至 {above:.2f}，n={n}）。",
            single=value, low=low, high=high, raters=result.raters, mean=of_mean, below=ends[0], above=ends[1],
            n=result.n,
        )
    ]  # fmt: skip
    if low <= 0:
        return [*told, saying("样本不足：还看不出各对象之间有差别，不要按均分给它们排先后。")]
    if result.needed is not None:
        words = "要使均分的信度达到 {reliable}，每个对象约需 {needed} 人评价。"
        told.append(saying(words, reliable=RELIABLE, needed=result.needed))
    return told


def _apart(result: RaterAgreement, names: Names | None) -> list[Message]:
    apart = [name_of(code, names) for code, each in result.subjects.items() if each.deviation > result.practical]
    words = "意见不一、均分不能代表大家的对象（平均偏差超过 {most:.2f} 分）：{names}。"
    return [saying(words, most=result.practical, names=Series(tuple(apart)))] if apart else []
