"""The page on which managers read how satisfied customers are, and whether that changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd
import streamlit as st

from analysis.charts.charts import dimension_chart, heat_chart, net_promoter_chart
from analysis.charts.time_charts import trend_chart
from analysis.differences.comparison import correct_changes
from analysis.differences.segments import score_cells
from analysis.estimates import Change
from analysis.figures import FIGURES, overall_scale
from analysis.frames import item_column, rated_dimensions
from analysis.level.answers_behind import count_answers, of_dimension
from analysis.level.satisfaction import dimension_scores, promoter_counts
from analysis.monitoring.trends import Period, weekly_top_two_box
from analysis.pages import dependence
from analysis.pages.by_question import chosen_breakdown
from analysis.pages.chart import chart
from analysis.pages.comparison import fair_comparison
from analysis.pages.drill_down import answers_address, listed_answers, part_address, why_nowhere
from analysis.pages.figures import Figure, cards, how_it_is_worked_out
from analysis.pages.filters import chosen_view, segment_labels, spans
from analysis.pages.rounds import rater_leniency
from analysis.pages.rounds.compared import compared_rounds
from analysis.pages.rounds.test_results import test_results
from analysis.pages.sampling.response_rate import completion_rate_of, response_rate_of, staff_response_rate_of
from analysis.released.parts import Column, When, columns_of
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.survey_figures import FoundFigure, survey_figures
from surveys.console.kit import look
from surveys.console.kit.words import _, join_names, language, said
from surveys.definition.survey import Survey
from surveys.localisation.language import marked
from surveys.localisation.wording import saying

# What is counted in fieldwork, by its code in the catalogue.
_RATES = {
    "response_rate": response_rate_of, "staff_response_rate": staff_response_rate_of,
    "completion_rate": completion_rate_of,
}  # fmt: skip


def draw() -> None:
    """Headline figures, dimensions, trend, heat map, distribution of recommendation."""
    look.heading(_("满意度"), _("每个数字都带区间和样本量，并说明与上一期相比能不能算变化。"))
    view = chosen_view()
    if view is None:
        return
    figures = _figures(view)
    cards(figures, minimum=view.minimum)
    how_it_is_worked_out(figures)
    why_nowhere(view)
    dependence.draw(view)
    test_results(view)
    compared_rounds(view)
    _dimensions(view)
    if not view.anonymous:
        _trend(view)
        _heat(view)
        fair_comparison.draw(view)
        rater_leniency.draw(view)
    _recommendation(view)


def _figures(view: ReleasedAnswers) -> list[Figure]:
    """The headlines of the catalogue, the first item of each; the changes of those that have one are one family."""
    headlines = [each for each in FIGURES.values() if each.headline]
    found = dict[str, FoundFigure]()
    for each in survey_figures(view, headlines, changes=True):
        found.setdefault(each.figure.code, each)
    changes = {code: each.change for code, each in found.items() if each.change is not None}
    corrected = correct_changes(changes, saying(marked("{count} 项总体指标（Holm）"), count=len(changes)))
    figures = [_of_answers(view, each, corrected) for each in found.values()]
    return [*figures, *_rates(view)]


def _of_answers(view: ReleasedAnswers, found: FoundFigure, changes: Mapping[str, Change]) -> Figure:
    figure, item, column = found.figure, found.item, found.item.columns[0]
    counted = answers_address(view, column, figure.counted(item)) if figure.counted else ""
    return Figure(
        said(figure.titled(item)), found.estimate, changes.get(figure.code), said(figure.explanation),
        said(figure.purpose), answers_address(view, column), counted, spans=spans(view),
    )  # fmt: skip


def _rates(view: ReleasedAnswers) -> Iterator[Figure]:
    """Of an anonymous survey only that of staff, of whole rounds: other rates go by the day."""
    for code, rate_of in _RATES.items():
        if view.anonymous and code != "staff_response_rate":
            continue
        figure, rate = FIGURES[code], rate_of(view)
        if rate is not None:
            how, purpose = said(figure.explanation), said(figure.purpose)
            yield Figure(said(figure.titled()), rate, how=how, purpose=purpose)


def _nps_item(survey: Survey) -> str | None:
    """The column of the recommendation question, where the survey has one."""
    return next((each.columns[0] for each in FIGURES["net_promoter_score"].items(survey)), None)


def _dimensions(view: ReleasedAnswers) -> None:
    minimum = max(2, view.minimum)
    dimensions = rated_dimensions(view.record.survey, language())
    scores = view.ask(dimension_scores, columns_of(dimensions), dimensions)
    labels = {code: each.label for code, each in dimensions.items()}
    if not scores:
        return
    st.header(_("各维度得分"), anchor=False)
    shown = {labels[code]: each for code, each in scores.items() if each.ok and each.n >= minimum}
    if shown:
        chart(dimension_chart, shown, language=language())
        listed_answers(
            (labels[code], each.n, answers_address(view, of_dimension(code)))
            for code, each in scores.items()
            if labels[code] in shown
        )
    missing = [
        _("{name}（n={n}）").format(name=labels[code], n=each.n)
        for code, each in scores.items()
        if labels[code] not in shown
    ]
    if missing:
        look.soft(_("作答太少，没有得分：{names}。").format(names=join_names(missing)))
    if shown:
        look.soft(_("点是平均分，横条是 95% 区间；横条重叠的维度先后难分。“没有接触”一类不涉及此项的回答不计入。"))


def _trend(view: ReleasedAnswers) -> None:
    overall = overall_scale(view.record.survey)
    if overall is None:
        return
    st.header(_("每周走势"), anchor=False)
    when, period = _with_what_was_before(view)
    columns = (Column(item_column(overall.code), when), Column("day", when))
    trend = view.ask(
        weekly_top_two_box, *columns, low=overall.low, high=overall.high, period=period, minimum=view.minimums.group
    )
    if int(trend["value"].notna().sum()) < 2:
        look.empty(_("还看不出走势"), _("至少要有两周各收到 5 份以上答卷；可以把时间放宽到近 90 天。"))
        return
    since = view.period.first if view.period and period is not view.period else None
    chart(trend_chart, trend, title=_("满意率"), since=since, language=language())
    listed_answers(_weeks(view, trend, item_column(overall.code), period))
    look.soft(_("线是每周满意率，浅色带是 95% 区间；空心点是所选时间只覆盖一部分的那一周。"))
    if since is not None:
        look.soft(
            _("竖线是所选时间的开始（{day}）；左边是上一期，用来看变化之前的样子。").format(day=f"{since:%Y-%m-%d}")
        )


def _with_what_was_before(view: ReleasedAnswers) -> tuple[When, Period | None]:
    """The answers in view and those of the period before, from whose beginning the trend reaches to the end."""
    if view.before is None or view.period is None or not view.ask(count_answers, Column("day", When.BEFORE)):
        return When.NOW, view.period
    return When.SINCE_BEFORE, Period(view.before.first, view.period.last)


def _weeks(
    view: ReleasedAnswers, trend: pd.DataFrame, question: str, period: Period | None
) -> Iterator[tuple[str, int, str]]:  # fmt: skip
    """The answers of each week that the trend shows, as far as its *period* covers it."""
    shown = trend[trend["value"].notna()]
    for first, last, n in zip(shown["start"], shown["end"], shown["n"], strict=True):
        if period is not None:
            first, last = max(first, period.first), min(last, period.last)
        span = {"from": f"{first:%Y-%m-%d}", "to": f"{last:%Y-%m-%d}"}
        named = _("{low} 至 {high}").format(low=span["from"], high=span["to"])
        yield named, int(n), answers_address(view, question, narrowed={"period": "custom", **span})


def _heat(view: ReleasedAnswers) -> None:
    kinds = {column: label for column, label in segment_labels(view).items() if column in view.kinds}
    dimensions = rated_dimensions(view.record.survey, language())
    if not kinds or not dimensions:
        return
    st.header(_("哪里高，哪里低"), anchor=False)

    column = chosen_breakdown("heat", kinds)
    least = view.minimums.group
    cells = view.ask(score_cells, columns_of(dimensions), Column(column), dimensions, minimum=least)
    scale = next(iter(dimensions.values()))
    titles = {"row_title": kinds[column], "column_title": _("维度")}
    chart(heat_chart, cells, low=scale.low, high=scale.high, unit="score", language=language(), **titles)
    codes = {each.label: code for code, each in dimensions.items()}
    listed_answers(
        (f"{row} · {dimension}", n, part_address(view, column, row, of_dimension(codes[dimension])))
        for row, dimension, n in cells.loc[cells["value"].notna(), ["row", "column", "n"]].itertuples(index=False)
    )  # fmt: skip
    look.soft(
        _("格子里是平均分；作答不足 {minimum} 份的格子显示“·”。把鼠标移到格子上可看区间和样本量。").format(
            minimum=least
        )
    )


def _recommendation(view: ReleasedAnswers) -> None:
    item = _nps_item(view.record.survey)
    counts = view.ask(promoter_counts, Column(item)) if item else (0, 0, 0)
    if item is None or sum(counts) < max(2, view.minimum):
        return
    st.header(_("推荐意愿"), anchor=False)
    chart(net_promoter_chart, *counts, language=language())
    kinds = {_("推荐者（9–10 分）"): (9, 10), _("中立者（7–8 分）"): (7, 8), _("贬损者（0–6 分）"): tuple(range(7))}
    listed_answers(
        (name, n, answers_address(view, item, points)) for n, (name, points) in zip(counts, kinds.items(), strict=True)
    )
    look.soft(_("共 {count} 人回答。净推荐值 = 推荐者占比 − 贬损者占比。").format(count=sum(counts)))
