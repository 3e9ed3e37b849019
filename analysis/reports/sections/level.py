"""How it is: the figures of the survey, its dimensions, its rounds; the message first."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.charts.charts import dimension_chart
from analysis.charts.drawn import drawn
from analysis.differences.comparison import correct_changes
from analysis.estimates import Change, Estimate
from analysis.figures import FIGURES
from analysis.frames import rated_dimensions
from analysis.interpretation.sentences import VERDICTS, message_of
from analysis.interpretation.wordings import difference_figure
from analysis.level.satisfaction import dimension_scores
from analysis.released.parts import columns_of
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.rounds_in_view import round_before
from analysis.released.survey_figures import FoundFigure, survey_figures
from analysis.reports.document import Block, Cell, ReportChart, ReportParagraph, ReportSection, ReportTable
from analysis.reports.material import ReportMaterial
from surveys.localisation.wording import saying

_MOST_ROUNDS = 8


def headline(material: ReportMaterial) -> Iterator[ReportSection]:
    """The figures that the survey is summed up in, each with interval, n and what changed."""
    found = material.headlines
    if not any(each.estimate.ok for each in found):
        none = material.words("这一范围内还没有足够的答卷，暂不给出数字。")
        yield ReportSection(material.words("总体情况"), (ReportParagraph(none, "lead"),))
        return
    yield ReportSection(material.words("总体情况"), (*_messages(material, found), _figures(material, found)))


def _messages(material: ReportMaterial, found: list[FoundFigure]) -> Iterator[Block]:
    first = next(each for each in found if each.estimate.ok)
    told = first.change if first.change is not None and first.change.ok else first.estimate
    yield ReportParagraph(material.say(message_of(told)), "lead")
    for each in found:
        if each is not first and each.change is not None and each.change.ok:
            yield ReportParagraph(material.say(message_of(each.change)))


def _figures(material: ReportMaterial, found: list[FoundFigure]) -> ReportTable:
    changed = any(each.change is not None for each in found)
    heads = [material.words("指标"), material.words("数值（95% 区间）")]
    heads += [material.words("与上一期相比")] if changed else []
    rows = [
        (material.say(each.figure.titled(each.item)), material.cell(each.estimate),
         *((_change(material, each.change),) if changed else ()))
        for each in found
    ]  # fmt: skip
    return ReportTable(material.words("主要指标"), tuple(heads), tuple(rows))


def _change(material: ReportMaterial, change: Change | None) -> str:
    if change is None:
        return "—"
    verdict = material.say(VERDICTS[change.verdict])
    if not change.ok:
        return verdict
    difference, low, high = (material.say(difference_figure(each, change.after.unit)) for each in change.figures())
    return material.words(
        "{difference}（{low} 至 {high}）：{verdict}", difference=difference, low=low, high=high, verdict=verdict
    )


def dimensions(material: ReportMaterial) -> Iterator[ReportSection]:
    """The score of each dimension, the lowest first, as a picture and a table; beside the whole where it is a part."""
    rated = rated_dimensions(material.view.record.survey, material.language)
    if not rated:
        return
    scores = _scores(material.view, material)
    known = {code: each for code, each in scores.items() if each.ok}
    if not known:
        return
    ranked = sorted(known, key=lambda code: known[code].value or 0.0)
    lowest = message_of(known[ranked[0]], rated[ranked[0]].label)
    whole = _scores(material.whole, material) if material.whole is not None else {}
    heads = [material.words("维度"), material.words("平均分（95% 区间）")]
    heads += [material.words("全部")] if whole else []
    rows = [
        (rated[code].label, material.cell(scores[code]), *((material.cell(whole.get(code)),) if whole else ()))
        for code in (*ranked, *(code for code in scores if code not in known))
    ]
    by_label = {rated[code].label: known[code] for code in ranked}
    told = " · ".join(f"{label} {each.shown()} (n={each.n})" for label, each in by_label.items())
    spec = drawn(dimension_chart, by_label, language=material.language).spec
    picture = ReportChart(material.words("各维度平均分和 95% 区间"), told, spec)
    yield ReportSection(material.words("各维度"), (
        ReportParagraph(material.words("得分最低的是：{clause}", clause=lowest), "lead"), picture,
        ReportTable(material.words("各维度得分"), tuple(heads), tuple(rows)),
    ))  # fmt: skip


def _scores(view: ReleasedAnswers, material: ReportMaterial) -> dict[str, Estimate]:
    rated = rated_dimensions(view.record.survey, material.language)
    found: dict[str, Estimate] = view.ask(dimension_scores, columns_of(rated), rated)
    return {code: each for code, each in found.items() if each.n >= view.minimum}


def rounds(material: ReportMaterial) -> Iterator[ReportSection]:
    """The first headline of each of the last rounds, with its change since the one before."""
    codes = list(material.rounds)[:_MOST_ROUNDS]
    wanted = next((each for each in FIGURES.values() if each.headline and each.change is not None), None)
    if len(codes) < 2 or wanted is None:
        return
    found = {}
    for code in codes:
        in_round = material.view.of_round(code, round_before(material.rounds, code))
        figure = next(iter(survey_figures(in_round, [wanted], changes=True)), None)
        if figure is not None and figure.estimate.n >= material.view.minimum:
            found[code] = figure
    if len(found) < 2:
        return
    told = {code: each.change for code, each in found.items() if each.change is not None}
    changes = correct_changes(told, saying("{count} 轮的变化（Holm）", count=len(told)))
    rows: list[tuple[Cell, ...]] = [
        (material.rounds[code], material.cell(each.estimate), _change(material, changes.get(code)))
        for code, each in found.items()
    ]
    heads = (material.words("轮次"), material.words("满意率（95% 区间）"), material.words("与上一轮相比"))
    yield ReportSection(
        material.words("各轮比较"), (ReportTable(material.words("各轮满意率"), heads, tuple(rows)),)
    )
