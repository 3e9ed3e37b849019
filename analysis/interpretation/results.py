"""What a method found, told the same way whatever it was: plain sentences first, then a table, then the expert's view.

Pages and reports show any result through `told`, so that they need to know no method and no kind of result.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import pandas as pd

from analysis.differences.crosstabs import Association
from analysis.differences.groups import SignificanceTest
from analysis.differences.ordinal import OrdinalComparison
from analysis.drivers.drivers import DriverAnalysis
from analysis.estimates import (
    Change,
    Estimate,
    Language,
    Words,
    behind,
    difference_figure,
    figure,
)
from analysis.interpretation.lists import LISTS
from analysis.interpretation.satisfaction_index import index_told
from analysis.interpretation.time_series import TimeReading
from analysis.interpretation.wordings import (
    NO_CAUSE,
    NOTHING,
    Names,
    Told,
    headings_of,
    name_in_sentence,
    name_of,
    plain,
    refusal_of,
    row_of,
)
from analysis.level.expectation import KanoResult
from analysis.monitoring.change_points import MixDecomposition
from analysis.scales.confirmatory import METHOD as CONFIRMATORY
from analysis.scales.confirmatory import ConfirmatoryResult
from analysis.scales.satisfaction_index import IndexResult


@singledispatch
def interpret(result: Any, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    """*names* maps the codes of items, options and segments to their words; *unit* is that of a series."""
    return Told((NOTHING.spoken(language) + ("。" if language == "zh" else "."),))


@interpret.register
def _(result: Estimate, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    caveats = tuple(each.spoken(language) for each in result.caveats)
    return Told((result.sentence(language), *caveats), expert=tuple(result.expert(language)))


@interpret.register
def _(result: Change, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    return Told((result.sentence(language),), expert=tuple(result.expert(language)))


@interpret.register
def _(result: SignificanceTest, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    return Told((result.sentence(language),), expert=tuple(result.expert(language)))


@interpret.register(dict)
def _(result: dict[str, Any], language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    """Several estimates by name, or reasons by item."""
    if not result:
        return Told((Words("没有发现需要修改之处。", "Nothing to revise was found.").spoken(language),))
    if all(isinstance(each, Words) for each in result.values()):
        stop = "：" if language == "zh" else ": "
        return Told(tuple(name_of(key, names, language) + stop + each.spoken(language) for key, each in result.items()))
    rows = [row_of(name_of(key, names, language), each, language) for key, each in result.items()]
    expert: list[str] = next((each.expert(language) for each in result.values() if each.ok), [])
    return Told((), headings_of(("what", "value", "interval", "n"), language), tuple(rows), tuple(expert))


@interpret.register(list)
def _(result: list[Any], language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    teller = next((tell for kind, tell in LISTS.items() if result and isinstance(result[0], kind)), None)
    return teller(result, language, names) if teller else interpret(None, language)


@interpret.register
def _(result: Association, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    sentences = [result.test.sentence(language)]
    if result.strength.ok:
        sentences += [result.strength.sentence(language), NO_CAUSE.spoken(language)]
    return Told(tuple(sentences), expert=(*result.test.expert(language), *result.strength.expert(language)))


@interpret.register
def _(result: OrdinalComparison, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    rows = [row_of(name_of(key, names, language), each, language) for key, each in result.log_odds.items()]
    sentences = [result.test.sentence(language)]
    if result.reference is not None:
        reference = name_of(result.reference, names, language)
        sentences.append(Words(f"下表以“{reference}”为基准。", f"Compared with {reference}.").spoken(language))
    headings = headings_of(("what", "value", "interval", "n"), language)
    return Told(tuple(sentences), headings, tuple(rows), tuple(result.test.expert(language)))


@interpret.register
def _(result: DriverAnalysis, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    if not result.ok:
        why = refusal_of(result.refusal, result.n, language)
        return Told((why,), expert=tuple(behind(result.method, "", language)))
    rows = [
        (*row_of(name_of(each.code, names, language), each.estimate(result.method), language), f"{each.first:.0%}")
        for each in result.drivers
    ]
    caveats = [name_in_sentence(each.spoken(language), names) for each in result.caveats]
    return Told(
        (result.explained().sentence(language), *caveats),
        headings_of(("what", "value", "interval", "n", "first"), language),
        tuple(rows),
        tuple(behind(result.method, "", language)),
    )


@interpret.register
def _(result: KanoResult, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    parts = (result.better, result.worse)
    return Told((result.sentence(language), *[each.sentence(language) for each in parts]),
                expert=tuple(result.better.expert(language)))  # fmt: skip


@interpret.register
def _(result: ConfirmatoryResult, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    expert = behind(CONFIRMATORY, "", language)
    if not result.ok or result.rmsea is None or result.cfi is None:
        return Told((refusal_of(result.refusal, result.n, language),), expert=tuple(expert))
    good = result.cfi >= 0.95 and result.rmsea <= 0.06
    verdict = Words("题目与设想的维度相符", "the items fit their dimensions") if good else Words(
        "题目与设想的维度不完全相符", "the items do not fully fit their dimensions"
    )  # fmt: skip
    figures = (
        f"CFI={result.cfi:.3f}, RMSEA={result.rmsea:.3f} [{result.rmsea_low:.3f}, {result.rmsea_high:.3f}], "
        f"SRMR={result.srmr:.3f}, n={result.n}"
    )
    rows = [row_of(name_of(key, names, language), each, language) for key, each in result.loadings.items()]
    line = f"χ² = {result.chi_square:.3f}, df = {result.degrees}, TLI = {result.tli:.3f}"
    headings = headings_of(("what", "value", "interval", "n"), language)
    return Told((f"{verdict.spoken(language)}（{figures}）。" if language == "zh" else f"{verdict.en} ({figures}).",),
                headings, tuple(rows), (*expert, line))  # fmt: skip


@interpret.register
def _(result: TimeReading, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    return Told((result.sentence(language),), expert=tuple(result.trend.expert(language)))


@interpret.register
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
        (name_of(str(row["segment"]), names, language), figure(row["within"], "score"), figure(row["mix"], "score"))
        for _, row in result.segments.iterrows()
    ]
    source = "Kitagawa (1955), JASA 50, 1168–1194: shifts.mix_decomposition(before, after, …)"
    return Told((sentence.spoken(language),), headings_of(("what", "within", "mix"), language), tuple(rows), (source,))


@interpret.register
def _(result: int, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    words = Words(f"这些题目大约测量了 {result} 个方面。", f"These items measure about {result} thing(s).")
    source = "Horn (1965), Psychometrika 30, 179–185: reliability.parallel_analysis(items) ≙ psych::fa.parallel"
    return Told((words.spoken(language),), expert=(source,))


@interpret.register
def _(result: pd.DataFrame, language: Language = "zh", names: Names | None = None, unit: str = "score") -> Told:
    """A control chart, or an item analysis."""
    if "signal" in result.columns:
        return _chart_told(result, language)
    headings = headings_of(("what", "n", "item_rest", "without", "weak"), language)
    weak = Words("是", "yes").spoken(language)
    rows = [
        (name_of(row["item"], names, language), int(row["n"]), plain(row["item_rest"]), plain(row["alpha_without"]),
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


interpret.register(IndexResult, index_told)
