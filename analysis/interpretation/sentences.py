"""Figures, changes and tests as plain sentences: the message first, then interval and n."""

from __future__ import annotations

from functools import singledispatch

from analysis.differences.significance import SignificanceTest
from analysis.estimates import Change, Direction, Estimate, Verdict, figure
from analysis.interpretation.wordings import difference_figure, measure_name, refusal_of
from analysis.level.expectation import CATEGORY_WORDS, KanoResult
from surveys.localisation.language import said
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, saying

VERDICTS: dict[Verdict, Message] = {
    Verdict.CLEAR: saying("明显变化"),
    Verdict.NOISE: saying("可能只是波动"),
    Verdict.TOO_FEW: saying("样本不足"),
}
_IN_A_SENTENCE = VERDICTS | {Verdict.TOO_FEW: Message("样本不足", context="in a sentence")}
DIFFERENT = saying("明显不同")
_FIGURE = "{name} {value}（{level:.0%} 区间 {low} 至 {high}，{n}）"
_REFUSED = "{name}：样本不足，{reason}"
_WAYS = {
    Direction.UP: "{name}从 {before} 升到 {after}（{details}）：{verdict}。",
    Direction.DOWN: "{name}从 {before} 降到 {after}（{details}）：{verdict}。",
    Direction.LEVEL: "{name}从 {before} 仍是 {after}（{details}）：{verdict}。",
}


@singledispatch
def message_of(result: object, subject: str = "") -> Message:
    """What a single result says, in any language; *subject* is what it is of, such as a dimension."""
    raise TypeError(f"{type(result).__name__} has no sentence of its own; use interpret()")


def sentence(result: object, language: str = DEFAULT_LANGUAGE, subject: str = "") -> str:
    """The same in *language*."""
    return said(message_of(result, subject), language)


def n_told(result: Estimate | SignificanceTest, n: int | None = None) -> Message:
    """How many answers, and of how many that stand for themselves they tell where that is fewer."""
    many = result.n if n is None else n
    worth = result.effective_n
    if worth is None or round(worth) >= many:
        return saying("n={n}", n=many)
    return saying("n={n}，相当于 {worth} 份独立作答", n=many, worth=round(worth))


@message_of.register
def _(result: Estimate, subject: str = "") -> Message:
    """Value, interval and n, or the reason for having none."""
    return saying("{clause}。", clause=estimate_clause(result, subject))


def estimate_clause(result: Estimate, subject: str = "") -> Message:
    """The same without a full stop, for a sentence that goes on."""
    name = _named(result.measure, subject)
    if not result.ok:
        return saying(_REFUSED, name=name, reason=result.refusal)
    value, low, high = (figure(each, result.unit) for each in result.figures())
    return saying(_FIGURE, name=name, value=value, level=result.confidence, low=low, high=high, n=n_told(result))


@message_of.register
def _(result: Change, subject: str = "") -> Message:
    """Both figures, the difference with its interval, and the verdict."""
    name = _named(result.after.measure, subject)
    if not result.ok:
        why = next((each.refusal for each in (result.after, result.before) if each.refusal), saying("无法比较"))
        return saying("{name}：{verdict}，{reason}。", name=name, verdict=_IN_A_SENTENCE[result.verdict], reason=why)
    difference, low, high = (difference_figure(each, result.after.unit) for each in result.figures())
    details = saying(
        "差 {difference}，{level:.0%} 区间 {low} 至 {high}，{n}",
        difference=difference, level=result.after.confidence, low=low, high=high,
        n=_both_n(result),
    )  # fmt: skip
    return saying(
        _WAYS[result.direction], name=name, before=result.before.shown(), after=result.after.shown(), details=details,
        verdict=_judged(result),
    )  # fmt: skip


@message_of.register
def _(result: SignificanceTest, subject: str = "", *, alpha: float = 0.05) -> Message:
    """Whether there is a difference, with p and n, or why it can't be said: too few answers show nothing either way."""
    if result.p is None:
        return refusal_of(result.refusal, result.n)
    p = "p<0.001" if result.p < 0.001 else f"p={result.p:.3f}"
    if result.p >= alpha and result.worth < result.n_needed:
        return saying(
            "样本不足，看不出差别也不等于没有差别（{p}，{n}；要看出不大的差别约需 {needed} 份）。",
            p=p, n=n_told(result), needed=result.n_needed,
        )  # fmt: skip
    verdict = DIFFERENT if result.p < alpha else VERDICTS[Verdict.NOISE]
    return saying("{verdict}（{p}，{n}）。", verdict=verdict, p=p, n=n_told(result))


@message_of.register
def _(result: KanoResult, subject: str = "") -> Message:
    """The category, or why none is claimed."""
    if result.category is None or result.second is None:
        return saying("样本不足，无法分类。")
    first, second = CATEGORY_WORDS[result.category], CATEGORY_WORDS[result.second]
    if result.separable:
        return saying("{category}（n={n}）。", category=first, n=result.n)
    return saying("{first}与{second}难以区分（n={n}）。", first=first, second=second, n=result.n)


def _both_n(change: Change) -> Message:
    before, after = change.before, change.after
    if max(before.design_effect, after.design_effect) > 1:
        worth = [round(each.effective_n or each.n) for each in (before, after)]
        return saying(
            "n={n_before} 与 {n_after}，相当于 {worth_before} 与 {worth_after} 份独立作答",
            n_before=before.n, n_after=after.n, worth_before=worth[0], worth_after=worth[1],
        )  # fmt: skip
    return saying("n={n_before} 与 {n_after}", n_before=before.n, n_after=after.n)


def _named(measure: str, subject: str) -> Message:
    name = measure_name(measure)
    return saying("{subject}{measure}", subject=subject, measure=name) if subject else name


def _judged(change: Change) -> Message:
    words = _IN_A_SENTENCE[change.verdict]
    if change.verdict is Verdict.NOISE and change.equivalent and change.relevant is not None:
        most = difference_figure(change.relevant, change.after.unit, signed=False)
        return saying("{verdict}，即使有变化也不到 {most}", verdict=words, most=most)
    if change.verdict is not Verdict.TOO_FEW or change.n_needed is None or change.relevant is None:
        return words
    smallest = difference_figure(change.relevant, change.after.unit, signed=False)
    return saying(
        "{verdict}，要看出 {difference} 的差别，每组约需 {needed} 份",
        verdict=words, difference=smallest, needed=change.n_needed,
    )  # fmt: skip
