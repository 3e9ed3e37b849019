"""What a method found, told the same way whatever it was: plain sentences first, then a table, then the expert's view.

Pages and reports show any result through `interpret`, so that they need to know no method and no kind of result.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import pandas as pd

from analysis.differences.crosstabs import Association
from analysis.differences.ordinal import OrdinalComparison
from analysis.differences.partial_pooling import FairComparison
from analysis.differences.significance import SignificanceTest
from analysis.drivers.drivers import DriverAnalysis
from analysis.drivers.routes import DriversByRoute, Route
from analysis.estimates import Change, Estimate, figure
from analysis.exploring import Unexplored
from analysis.interpretation.agreement import agreement_told
from analysis.interpretation.expert_view import behind, expert_lines
from analysis.interpretation.fair_comparison import fair_comparison_told
from analysis.interpretation.lists import LISTS
from analysis.interpretation.satisfaction_index import index_told
from analysis.interpretation.sentences import message_of
from analysis.interpretation.time_series import told_reading
from analysis.interpretation.trade_offs import best_worst_told, turf_told
from analysis.interpretation.wordings import (
    NO_CAUSE,
    NOTHING,
    Names,
    Told,
    difference_figure,
    headings_of,
    name_of,
    naming,
    plain,
    refusal_of,
    row_of,
    short,
)
from analysis.level.expectation import KanoResult
from analysis.monitoring.change_points import MixDecomposition
from analysis.monitoring.time_reading import TimeReading
from analysis.scales.agreement import RaterAgreement
from analysis.scales.confirmatory import METHOD as CONFIRMATORY
from analysis.scales.confirmatory import ConfirmatoryResult
from analysis.scales.satisfaction_index import IndexResult
from analysis.trade_offs.best_worst import BestWorstResult
from analysis.trade_offs.turf import TurfResult
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, Series, saying


def interpret(
    result: Any, language: str = DEFAULT_LANGUAGE, names: Names | None = None, unit: str = "score"
) -> Told:  # fmt: skip
    """*names* maps the codes of items, options and segments to their words; *unit* is that of a series."""
    return told(result, names, unit).in_language(language)


@singledispatch
def told(result: Any, names: Names | None = None, unit: str = "score") -> Told:
    """The same in no language yet."""
    return Told((saying("{reason}。", reason=NOTHING),))


@told.register
def _(result: Estimate, names: Names | None = None, unit: str = "score") -> Told:
    return Told((message_of(result), *result.caveats), expert=tuple(expert_lines(result)))


@told.register
def _(result: Unexplored, names: Names | None = None, unit: str = "score") -> Told:
    return Told((saying("{reason}。", reason=NOTHING),), expert=(result.reason,))


@told.register(Change)
@told.register(SignificanceTest)
def _(result: Change | SignificanceTest, names: Names | None = None, unit: str = "score") -> Told:
    return Told((message_of(result),), expert=tuple(expert_lines(result)))


@told.register(dict)
def _(result: dict[str, Any], names: Names | None = None, unit: str = "score") -> Told:
    """Several estimates by name, or reasons by item."""
    if not result:
        return Told((saying("没有发现需要修改之处。"),))
    if all(isinstance(each, Message) for each in result.values()):
        return Told(
            tuple(saying("{name}：{reason}", name=name_of(key, names), reason=each) for key, each in result.items())
        )
    rows = [row_of(name_of(key, names), each) for key, each in result.items()]
    expert = next((expert_lines(each) for each in result.values() if each.ok), [])
    return Told((), headings_of("what", "value", "interval", "n"), tuple(rows), tuple(expert))


@told.register(list)
def _(result: list[Any], names: Names | None = None, unit: str = "score") -> Told:
    teller = next((tell for kind, tell in LISTS.items() if result and isinstance(result[0], kind)), None)
    return teller(result, names) if teller else told(None)


@told.register
def _(result: Association, names: Names | None = None, unit: str = "score") -> Told:
    sentences = [message_of(result.test)]
    if result.strength.ok:
        sentences += [message_of(result.strength), NO_CAUSE]
    return Told(tuple(sentences), expert=(*expert_lines(result.test), *expert_lines(result.strength)))


@told.register
def _(result: OrdinalComparison, names: Names | None = None, unit: str = "score") -> Told:
    rows = [row_of(name_of(key, names), each) for key, each in result.log_odds.items()]
    sentences = [message_of(result.test)]
    if result.reference is not None:
        sentences.append(saying("下表以“{reference}”为基准。", reference=name_of(result.reference, names)))
    headings = headings_of("what", "value", "interval", "n")
    return Told(tuple(sentences), headings, tuple(rows), tuple(expert_lines(result.test)))


@told.register
def _(result: DriverAnalysis, names: Names | None = None, unit: str = "score") -> Told:
    expert = tuple(behind(result.method))
    if not result.ok:
        return Told((refusal_of(result.refusal, result.n),), expert=expert)
    rows = [
        (*row_of(name_of(each.code, names), each.estimate(result.method)), f"{each.reach:.0%}", f"{each.first:.0%}")
        for each in result.drivers
    ]
    sentences = (message_of(result.explained()), *[naming(each, names) for each in result.caveats])
    return Told(sentences, headings_of("what", "value", "interval", "n", "reach", "first"), tuple(rows), expert)


@told.register
def _(result: DriversByRoute, names: Names | None = None, unit: str = "score") -> Told:
    expert = tuple(behind("relative weights (Johnson 2000)"))
    if result.refusal is not None:
        return Told((saying("{reason}。", reason=result.refusal),), expert=expert)
    rows = [_route_row(each, names) for each in result.routes]
    sentences = [saying("同一行的人用过同样的服务，占比只在他们之间比较。")]
    if result.others:
        sentences.append(saying("另有 {n} 份答卷的组合人数太少，不单独计算，但都计入上面的相对权重。", n=result.others))
    return Told(tuple(sentences), headings_of("route", "n", "reach", "explained", "shares"), tuple(rows), expert)


def _route_row(route: Route, names: Names | None) -> tuple[Any, ...]:
    """The services, how many used just these, what their ratings explain, and the share of each."""
    services = Series(tuple(saying("{name}", name=name_of(code, names)) for code in route.codes))
    explained = short(route.explained) if route.explained.ok else (route.explained.refusal or "—")
    shares = [
        saying("{name} {share}", name=name_of(code, names), share=short(each)) for code, each in route.shares.items()
    ]
    return services, route.n, f"{route.reach:.0%}", explained, Series(tuple(shares)) if shares else "—"


@told.register
def _(result: KanoResult, names: Names | None = None, unit: str = "score") -> Told:
    parts = (result, result.better, result.worse)
    return Told(tuple(message_of(each) for each in parts), expert=tuple(expert_lines(result.better)))


@told.register
def _(result: ConfirmatoryResult, names: Names | None = None, unit: str = "score") -> Told:
    expert = behind(CONFIRMATORY)
    if not result.ok or result.rmsea is None or result.cfi is None:
        return Told((refusal_of(result.refusal, result.n),), expert=tuple(expert))
    good = result.cfi >= 0.95 and result.rmsea <= 0.06
    figures = (
        f"CFI={result.cfi:.3f}, RMSEA={result.rmsea:.3f} [{result.rmsea_low:.3f}, {result.rmsea_high:.3f}], "
        f"SRMR={result.srmr:.3f}, n={result.n}"
    )
    fitting, unfit = "题目与设想的维度相符（{figures}）。", "题目与设想的维度不完全相符（{figures}）。"
    rows = [row_of(name_of(key, names), each) for key, each in result.loadings.items()]
    line = f"χ² = {result.chi_square:.3f}, df = {result.degrees}, TLI = {result.tli:.3f}"
    headings = headings_of("what", "value", "interval", "n")
    return Told((saying(fitting if good else unfit, figures=figures),), headings, tuple(rows), (*expert, line))


@told.register
def _(result: TimeReading, names: Names | None = None, unit: str = "score") -> Told:
    return Told((told_reading(result),), expert=tuple(expert_lines(result.trend)))


@told.register
def _(result: MixDecomposition, names: Names | None = None, unit: str = "score") -> Told:
    total, within, mix = (difference_figure(each, "score") for each in (result.total, result.within, result.mix))
    sentence = saying(
        "总变化 {total}，其中各类客户自身变化 {within}，客户构成变化 {mix}"
        "（n={n_before}、{n_after}；只作拆分，是否明显看“变化”）。",
        total=total, within=within, mix=mix, n_before=result.n_before, n_after=result.n_after,
    )  # fmt: skip
    rows = [
        (name_of(str(row["segment"]), names), figure(row["within"], "score"), figure(row["mix"], "score"))
        for _, row in result.segments.iterrows()
    ]
    source = "Kitagawa (1955), JASA 50, 1168–1194: change_points.mix_decomposition(before, after, …)"
    return Told((sentence,), headings_of("what", "within", "mix"), tuple(rows), (source,))


@told.register
def _(result: int, names: Names | None = None, unit: str = "score") -> Told:
    source = "Horn (1965), Psychometrika 30, 179–185: factors.parallel_analysis(items) ≙ psych::fa.parallel"
    return Told((saying("这些题目大约测量了 {count} 个方面。", count=result),), expert=(source,))


@told.register
def _(result: pd.DataFrame, names: Names | None = None, unit: str = "score") -> Told:
    """A control chart, or an item analysis."""
    if "signal" in result.columns:
        return _chart_told(result)
    rows = [
        (name_of(row["item"], names), int(row["n"]), plain(row["item_rest"]), plain(row["alpha_without"]),
         saying("是") if row["weak"] else "")
        for _, row in result.iterrows()
    ]  # fmt: skip
    expert = ("item_analysis.item_analysis(items) ≙ psych::alpha(items)$item.stats",)
    return Told((), headings_of("what", "n", "item_rest", "without", "weak"), tuple(rows), expert)


def _chart_told(result: pd.DataFrame) -> Told:
    signals = int(result["signal"].sum())
    points = int(result["value"].notna().sum())
    beyond = "{points} 个时间点中有 {signals} 个超出界限，值得查一查当时发生了什么。"
    words = (
        saying(beyond, points=points, signals=signals)
        if signals
        else saying("{points} 个时间点都在界限以内，起伏属于平常。", points=points)
    )
    source = "Shewhart (1931); Roberts (1959), Technometrics 1, 239–250; Page (1954), Biometrika 41, 100–115"
    return Told(
        (words,),
        expert=(source, "limits from the false-alarm budget: control_charts.xmr_chart(values, alpha=budget.alpha)"),
        chart=result,
    )


told.register(IndexResult, index_told)
told.register(RaterAgreement, agreement_told)
told.register(FairComparison, fair_comparison_told)
told.register(BestWorstResult, best_worst_told)
told.register(TurfResult, turf_told)
