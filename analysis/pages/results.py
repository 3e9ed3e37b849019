"""The page on which managers read how satisfied customers are, and whether that changed."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from analysis.charts import dimension_chart, heat_chart, net_promoter_chart
from analysis.charts_in_time import trend_chart
from analysis.comparison import corrected, mean_change, net_promoter_change, top_two_box_change
from analysis.disclosure import MINIMUM_SCORES
from analysis.estimates import Change, Estimate
from analysis.frames import item_column, rated_dimensions
from analysis.pages.collected import response_rate_of
from analysis.pages.figures import Figure, cards, how_it_is_worked_out
from analysis.pages.view import SEGMENTS, View, chosen_view
from analysis.satisfaction import dimension_scores, mean_score, net_promoter_counts, net_promoter_score, top_two_box
from analysis.segments import score_cells
from analysis.trends import weekly_trend
from surveys.definition import Survey
from surveys.language import marked
from surveys.pages import look
from surveys.pages.words import _, language, language_of_figures, listed, translated
from surveys.questions import Measure, Scale

_HOW = {
    "csat": marked("选择最高两档（满意、很满意）的人数占作答人数的比例"),
    "mean": marked("所有评分的平均值"),
    "nps": marked("推荐者（9–10 分）占比减去贬损者（0–6 分）占比，从 −100 到 100"),
    "rate": marked("收下的答卷占表单打开次数的比例；反复打开会使它偏低"),
}


def draw() -> None:
    """Headline figures, dimensions, trend, heat map, distribution of recommendation."""
    look.heading(_("满意度"), _("每个数字都带区间和样本量，并说明与上一期相比能不能算变化。"))
    view = chosen_view()
    if view is None:
        return
    figures = _figures(view)
    cards(figures, minimum=MINIMUM_SCORES if view.anonymous else 0)
    how_it_is_worked_out(figures)
    _dimensions(view)
    if not view.anonymous:
        _trend(view)
        _heat(view)
    _recommendation(view)


def _figures(view: View) -> list[Figure]:
    changes = corrected(_changes(view), _("三项总体指标（Holm）"))
    figures = [
        Figure(name, estimate, changes.get(key), _(_HOW[key]))
        for key, (name, estimate) in _estimates(view.record.survey, view.responses).items()
    ]
    rate = None if view.anonymous else response_rate_of(view)
    return [*figures, Figure(_("回收率"), rate, how=_(_HOW["rate"]))] if rate else figures


def _estimates(survey: Survey, responses: pd.DataFrame) -> dict[str, tuple[str, Estimate]]:
    estimates = {}
    overall, nps = overall_scale(survey), _nps_item(survey)
    if overall is not None:
        ratings, low, high = responses[item_column(overall.code)], overall.low, overall.high
        estimates["csat"] = (_("满意率（最高两档）"), top_two_box(ratings, low=low, high=high))
        estimates["mean"] = (
            _("总体平均分（{low}–{high} 分）").format(low=low, high=high),
            mean_score(ratings, low=low, high=high),
        )
    if nps is not None:
        estimates["nps"] = (_("净推荐值 NPS"), net_promoter_score(responses[nps]))
    return estimates


def _changes(view: View) -> dict[str, Change]:
    if view.earlier is None:
        return {}
    changes: dict[str, Change] = {}
    before, after = view.earlier, view.responses
    overall, nps = overall_scale(view.record.survey), _nps_item(view.record.survey)
    if overall is not None:
        code, ends = item_column(overall.code), {"low": overall.low, "high": overall.high}
        changes["csat"] = top_two_box_change(before[code], after[code], **ends)
        changes["mean"] = mean_change(before[code], after[code], **ends)
    if nps is not None:
        changes["nps"] = net_promoter_change(before[nps], after[nps])
    return changes


def overall_scale(survey: Survey) -> Scale | None:
    """The question of overall satisfaction, where the survey has one."""
    question = survey.question(survey.overall) if survey.overall else None
    return question if isinstance(question, Scale) else None


def _nps_item(survey: Survey) -> str | None:
    """The column of the recommendation question, where the survey has one."""
    return next((item_column(question.code) for question in survey.with_measure(Measure.NPS)), None)


def _dimensions(view: View) -> None:
    minimum = MINIMUM_SCORES if view.anonymous else 2
    dimensions = rated_dimensions(view.record.survey, language())
    scores = dimension_scores(view.responses, dimensions)
    labels = {code: each.label for code, each in dimensions.items()}
    if not scores:
        return
    st.header(_("各维度得分"), anchor=False)
    shown = {labels[code]: each for code, each in scores.items() if each.ok and each.n >= minimum}
    if shown:
        chart(dimension_chart(shown, language=language_of_figures()))
    missing = [
        _("{name}（n={n}）").format(name=labels[code], n=each.n)
        for code, each in scores.items()
        if labels[code] not in shown
    ]
    if missing:
        look.soft(_("作答太少或评分完全相同，没有得分：{names}。").format(names=listed(missing)))
    if shown:
        look.soft(_("点是平均分，横条是 95% 区间；横条重叠的维度先后难分。“没有接触”一类不涉及此项的回答不计入。"))


def _trend(view: View) -> None:
    overall = overall_scale(view.record.survey)
    if overall is None:
        return
    st.header(_("每周走势"), anchor=False)

    def measure(ratings: pd.Series) -> Estimate:
        return top_two_box(ratings, low=overall.low, high=overall.high)

    trend = weekly_trend(view.responses[item_column(overall.code)], view.responses["day"], measure, period=view.period)
    if int(trend["value"].notna().sum()) < 2:
        look.empty(_("还看不出走势"), _("至少要有两周各收到 5 份以上答卷；可以把时间放宽到近 90 天。"))
        return
    chart(trend_chart(trend, title=_("满意率"), language=language_of_figures()))
    look.soft(_("线是每周满意率，浅色带是 95% 区间；空心点是所选时间只覆盖一部分的那一周。"))


def _heat(view: View) -> None:
    kinds = {column: label for column, label in translated(SEGMENTS).items() if view.responses[column].nunique() > 1}
    dimensions = rated_dimensions(view.record.survey, language())
    if not kinds or not dimensions:
        return
    st.header(_("哪里高，哪里低"), anchor=False)
    column = st.segmented_control(
        _("按"), list(kinds), default=next(iter(kinds)), format_func=kinds.__getitem__, required=True
    )
    cells = score_cells(view.responses, view.responses[column], dimensions)
    scale = next(iter(dimensions.values()))
    titles = {"row_title": kinds[column], "column_title": _("维度")}
    chart(heat_chart(cells, low=scale.low, high=scale.high, unit="score", language=language_of_figures(), **titles))
    look.soft(
        _("格子里是平均分；作答不足 {minimum} 份的格子显示“·”。把鼠标移到格子上可看区间和样本量。").format(
            minimum=MINIMUM_SCORES
        )
    )


def _recommendation(view: View) -> None:
    item = _nps_item(view.record.survey)
    given = view.responses[item].dropna() if item else pd.Series(dtype=float)
    if len(given) < max(2, MINIMUM_SCORES if view.anonymous else 2):
        return
    st.header(_("推荐意愿"), anchor=False)
    chart(net_promoter_chart(*net_promoter_counts(given.to_numpy(dtype=float)), language=language_of_figures()))
    look.soft(_("共 {count} 人回答。净推荐值 = 推荐者占比 − 贬损者占比。").format(count=len(given)))


def chart(drawn: alt.LayerChart) -> None:
    """A chart in its own colours."""
    st.altair_chart(drawn, theme=None, width="stretch")
