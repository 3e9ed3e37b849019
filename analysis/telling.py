"""What a method found, told the same way whatever it was: plain sentences first, then a table, then the expert's view.

Pages and reports show any result through `told`, so that they need to know no method and no kind of result.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import Any

import numpy as np
import pandas as pd

from analysis.confirmatory import METHOD as CONFIRMATORY
from analysis.confirmatory import ConfirmatoryResult
from analysis.crosstabs import Association
from analysis.drivers import DriverAnalysis
from analysis.estimates import (
    MEASURES,
    Change,
    Estimate,
    Language,
    Words,
    behind,
    difference_figure,
    figure,
)
from analysis.expectation import KanoResult
from analysis.groups import Pair, SignificanceTest
from analysis.importance import PenaltyReward, Place, Quadrant
from analysis.index_model import IndexResult
from analysis.index_told import index_told
from analysis.ordinal import OrdinalComparison
from analysis.quality import FLAGS
from analysis.shifts import MixDecomposition
from analysis.time_reading import TimeReading
from analysis.words_of_results import Names, Told, span

_HEADINGS: dict[str, Words] = {
    "what": Words("项目", "item"),
    "value": Words("数值", "value"),
    "interval": Words("95% 区间", "95% interval"),
    "n": Words("样本量", "n"),
    "pair": Words("比较", "pair"),
    "difference": Words("差", "difference"),
    "p": Words("p（已校正）", "p (corrected)"),
    "first": Words("排第一的概率", "probability of being first"),
    "weak": Words("需要修改", "to revise"),
    "item_rest": Words("与其余题的相关", "item-rest correlation"),
    "without": Words("去掉后的 α", "alpha without"),
    "low_end": Words("做得差时", "when poor"),
    "high_end": Words("做得好时", "when good"),
    "role": Words("类型", "role"),
    "within": Words("自身变化", "own change"),
    "mix": Words("构成影响", "effect of mix"),
    "place": Words("位置", "quadrant"),
}
_NOTHING = Words("答案太少或没有差别，无法计算", "too few answers, or no variation: nothing can be computed")
_NO_CAUSE = Words("这是关联，不说明因果。", "This is an association, not a cause.")


@singledispatch
def told(result: Any, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    """*names* maps the codes of items, options and segments to their words; *unit* is that of a series."""
    return Told((_NOTHING.spoken(language) + ("。" if language == "zh" else "."),))


@told.register
def _(result: Estimate, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    caveats = tuple(each.spoken(language) for each in result.caveats)
    return Told((result.sentence(language), *caveats), expert=tuple(result.expert(language)))


@told.register
def _(result: Change, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    return Told((result.sentence(language),), expert=tuple(result.expert(language)))


@told.register
def _(result: SignificanceTest, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    return Told((result.sentence(language),), expert=tuple(result.expert(language)))


@told.register(dict)
def _(result: dict[str, Any], language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    """Several estimates by name, or reasons by item."""
    if not result:
        return Told((Words("没有发现需要修改之处。", "Nothing to revise was found.").spoken(language),))
    if all(isinstance(each, Words) for each in result.values()):
        stop = "：" if language == "zh" else ": "
        return Told(tuple(_name(key, names, language) + stop + each.spoken(language) for key, each in result.items()))
    rows = [_row(_name(key, names, language), each, language) for key, each in result.items()]
    expert: list[str] = next((each.expert(language) for each in result.values() if each.ok), [])
    return Told((), _headings(("what", "value", "interval", "n"), language), tuple(rows), tuple(expert))


@told.register(list)
def _(result: list[Any], language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    teller = next((tell for kind, tell in _LISTS.items() if result and isinstance(result[0], kind)), None)
    return teller(result, language, names) if teller else told(None, language)


@told.register
def _(result: Association, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    sentences = [result.test.sentence(language)]
    if result.strength.ok:
        sentences += [result.strength.sentence(language), _NO_CAUSE.spoken(language)]
    return Told(tuple(sentences), expert=(*result.test.expert(language), *result.strength.expert(language)))


@told.register
def _(result: OrdinalComparison, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    rows = [_row(_name(key, names, language), each, language) for key, each in result.log_odds.items()]
    sentences = [result.test.sentence(language)]
    if result.reference is not None:
        reference = _name(result.reference, names, language)
        sentences.append(Words(f"下表以“{reference}”为基准。", f"Compared with {reference}.").spoken(language))
    headings = _headings(("what", "value", "interval", "n"), language)
    return Told(tuple(sentences), headings, tuple(rows), tuple(result.test.expert(language)))


@told.register
def _(result: DriverAnalysis, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    if not result.ok:
        return Told((_refusal(result.refusal, result.n, language),), expert=tuple(behind(result.method, "", language)))
    rows = [
        (*_row(_name(each.code, names, language), each.estimate(result.method), language), f"{each.first:.0%}")
        for each in result.drivers
    ]
    caveats = [_named(each.spoken(language), names) for each in result.caveats]
    return Told(
        (result.explained().sentence(language), *caveats),
        _headings(("what", "value", "interval", "n", "first"), language),
        tuple(rows),
        tuple(behind(result.method, "", language)),
    )


@told.register
def _(result: KanoResult, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    parts = (result.better, result.worse)
    return Told((result.sentence(language), *[each.sentence(language) for each in parts]),
                expert=tuple(result.better.expert(language)))  # fmt: skip


@told.register
def _(result: ConfirmatoryResult, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    expert = behind(CONFIRMATORY, "", language)
    if not result.ok or result.rmsea is None or result.cfi is None:
        return Told((_refusal(result.refusal, result.n, language),), expert=tuple(expert))
    good = result.cfi >= 0.95 and result.rmsea <= 0.06
    verdict = Words("题目与设想的维度相符", "the items fit their dimensions") if good else Words(
        "题目与设想的维度不完全相符", "the items do not fully fit their dimensions"
    )  # fmt: skip
    figures = (
        f"CFI={result.cfi:.3f}, RMSEA={result.rmsea:.3f} [{result.rmsea_low:.3f}, {result.rmsea_high:.3f}], "
        f"SRMR={result.srmr:.3f}, n={result.n}"
    )
    rows = [_row(_name(key, names, language), each, language) for key, each in result.loadings.items()]
    line = f"χ² = {result.chi_square:.3f}, df = {result.degrees}, TLI = {result.tli:.3f}"
    headings = _headings(("what", "value", "interval", "n"), language)
    return Told((f"{verdict.spoken(language)}（{figures}）。" if language == "zh" else f"{verdict.en} ({figures}).",),
                headings, tuple(rows), (*expert, line))  # fmt: skip


@told.register
def _(result: TimeReading, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    return Told((result.sentence(language),), expert=tuple(result.trend.expert(language)))


@told.register
def _(result: MixDecomposition, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    total, within, mix = (
        difference_figure(each, "score", language) for each in (result.total, result.within, result.mix)
    )
    counts = f"n={result.n_before}、{result.n_after}" if language == "zh" else f"n={result.n_before}, {result.n_after}"
    sentence = Words(
        f"总变化 {total}，其中各类客户自身变化 {within}，客户构成变化 {mix}（{counts}；只作拆分，是否明显看“变化”）。",
        f"Total change {total}: {within} within the groups, {mix} by their mix ({counts}; a decomposition, no test).",
    )
    rows = [
        (_name(str(row["segment"]), names, language), figure(row["within"], "score"), figure(row["mix"], "score"))
        for _, row in result.segments.iterrows()
    ]
    source = "Kitagawa (1955), JASA 50, 1168–1194: shifts.mix_decomposition(before, after, …)"
    return Told((sentence.spoken(language),), _headings(("what", "within", "mix"), language), tuple(rows), (source,))


@told.register
def _(result: int, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    words = Words(f"这些题目大约测量了 {result} 个方面。", f"These items measure about {result} thing(s).")
    source = "Horn (1965), Psychometrika 30, 179–185: reliability.parallel_analysis(items) ≙ psych::fa.parallel"
    return Told((words.spoken(language),), expert=(source,))


@told.register
def _(result: pd.DataFrame, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    """A control chart, or an item analysis."""
    if "signal" in result.columns:
        return _chart_told(result, language)
    headings = _headings(("what", "n", "item_rest", "without", "weak"), language)
    weak = Words("是", "yes").spoken(language)
    rows = [
        (_name(row["item"], names, language), int(row["n"]), _plain(row["item_rest"]), _plain(row["alpha_without"]),
         weak if row["weak"] else "")
        for _, row in result.iterrows()
    ]  # fmt: skip
    return Told((), headings, tuple(rows), ("reliability.item_analysis(items) ≙ psych::alpha(items)$item.stats",))


def _chart_told(result: pd.DataFrame, language: Language) -> Told:
    signals = int(result["signal"].sum())
    points = int(result["value"].notna().sum())
    words = (
        Words(f"{points} 个时间点中有 {signals} 个超出界限，值得查一查当时发生了什么。",
              f"{signals} of {points} points lie beyond the limits: worth asking what happened then.")
        if signals
        else Words(f"{points} 个时间点都在界限以内，起伏属于平常。",
                   f"All {points} points lie within the limits: the usual ups and downs.")
    )  # fmt: skip
    source = "Shewhart (1931); Roberts (1959), Technometrics 1, 239–250; Page (1954), Biometrika 41, 100–115"
    return Told((words.spoken(language),), expert=(source, "control_charts: limits from the false-alarm budget"),
                chart=result)  # fmt: skip


def _pairs(result: Sequence[Pair], language: Language, names: Names | None) -> Told:
    versus = Words(" 比 ", " vs ").spoken(language)
    clear = [each for each in result if each.p_adjusted < 0.05]
    words = (
        Words(
            f"{len(result)} 对比较中有 {len(clear)} 对明显不同。",
            f"{len(clear)} of {len(result)} pairs clearly differ.",
        )
        if clear
        else Words(f"{len(result)} 对比较都可能只是波动。", f"All {len(result)} pairs may be mere fluctuation.")
    )
    rows = [
        (_name(each.second, names, language) + versus + _name(each.first, names, language),
         *_difference(each.estimate, language), each.estimate.n, _p(each.p_adjusted))
        for each in sorted(result, key=lambda pair: pair.p_adjusted)
    ]  # fmt: skip
    headings = _headings(("pair", "difference", "interval", "n", "p"), language)
    return Told((words.spoken(language),), headings, tuple(rows), tuple(result[0].estimate.expert(language)))


def _difference(estimate: Estimate, language: Language) -> tuple[str, str]:
    """The difference with its sign, and its interval."""
    value, low, high = estimate.figures()
    return difference_figure(value, "score", language), span(figure(low, "score"), figure(high, "score"), language)


def _places(result: Sequence[Place], language: Language, names: Names | None) -> Told:
    unsure = Words("说不准", "can't be told").spoken(language)
    headings = (*_headings(("what", "place"), language), *[quadrant.spoken(language) for quadrant in Quadrant])
    rows = [
        (_name(each.code, names, language), each.quadrant.spoken(language) if each.quadrant else unsure,
         *[f"{each.probabilities[quadrant]:.0%}" for quadrant in Quadrant])
        for each in result
    ]  # fmt: skip
    told_places = [each for each in result if each.quadrant is not None]
    words = Words(
        f"{len(result)} 个维度中有 {len(told_places)} 个的位置有九成把握，其余说不准。",
        f"The place of {len(told_places)} of {len(result)} dimensions is nine-tenths certain.",
    )
    source = "Martilla & James (1977), J. Marketing 41, 77–79; bootstrap: importance.quadrants(scores, overall)"
    return Told((words.spoken(language),), headings, tuple(rows), (source,))


def _contrasts(result: Sequence[PenaltyReward], language: Language, names: Names | None) -> Told:
    rows = [
        (_name(each.code, names, language), *[_short(end, language) for end in (each.penalty, each.reward)],
         each.penalty.n, each.role.value.spoken(language) if each.role else "—")
        for each in result
    ]  # fmt: skip
    headings = _headings(("what", "low_end", "high_end", "n", "role"), language)
    expert = next((each.penalty.expert(language) for each in result if each.penalty.ok), [])
    return Told((_NO_CAUSE.spoken(language),), headings, tuple(rows), tuple(expert))


told.register(IndexResult, index_told)


_LISTS: dict[type, Any] = {Pair: _pairs, Place: _places, PenaltyReward: _contrasts}


def _row(name: str, estimate: Estimate, language: Language) -> tuple[Any, ...]:
    if not estimate.ok:
        return name, "—", estimate.refusal.spoken(language) if estimate.refusal else "", estimate.n
    low, high = (figure(each, estimate.unit) for each in estimate.figures()[1:])
    return name, estimate.shown(), span(low, high, language), estimate.n


def _short(estimate: Estimate, language: Language) -> str:
    _, value, span, _ = _row("", estimate, language)
    return f"{value}（{span}）" if language == "zh" else f"{value} ({span})"


def _headings(keys: Sequence[str], language: Language) -> tuple[str, ...]:
    return tuple(_HEADINGS[key].spoken(language) for key in keys)


_ANY = {"any": Words("任一标记", "any flag")}


def _name(code: str, names: Names | None, language: Language) -> str:
    if names and code in names:
        return names[code]
    words = MEASURES.get(code) or FLAGS.get(code) or _ANY.get(code)
    return words.spoken(language) if words else code


def _named(sentence: str, names: Names | None) -> str:
    """A caveat with the words of the codes that it quotes."""
    for code, words in (names or {}).items():
        sentence = sentence.replace(f"“{code}”", f"“{words}”")
    return sentence


def _refusal(reason: Words | None, n: int, language: Language) -> str:
    why = (reason or _NOTHING).spoken(language)
    return f"样本不足，{why}（n={n}）。" if language == "zh" else f"Too few answers: {why} (n={n})."


def _p(p: float) -> str:
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _plain(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "—"
