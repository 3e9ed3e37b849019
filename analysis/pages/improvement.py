"""The page that says what to improve first, and why."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from markupsafe import Markup

from analysis.charts import importance_chart
from analysis.disclosure import MINIMUM_COMMENTS, MINIMUM_SCORES
from analysis.drivers import DriverAnalysis, relative_weights
from analysis.estimates import Estimate
from analysis.frames import item_column, rated_dimensions
from analysis.hotspots import HotSpot
from analysis.improvement import ImprovementArea, improvement_areas
from analysis.opinions import with_content
from analysis.pages.figures import interval, why_refused
from analysis.pages.quotes import SHEET, Passage, quote
from analysis.pages.results import chart, overall_scale
from analysis.pages.view import View, chosen_view
from analysis.reasons import spoken_segment
from analysis.satisfaction import dimension_scores, dimension_values
from surveys.pages import look
from surveys.pages.words import _, language, language_of_figures

_OPEN = 3


def draw() -> None:
    """The ranked areas as cards, then score against weight in one picture."""
    look.heading(_("改进"), _("先改进哪里：把得分、对总体满意度的权重、客户的抱怨和热点放在一起排序。"))
    view = chosen_view()
    if view is None:
        return
    areas = areas_of(view)
    if not areas:
        look.empty(_("还排不出改进项"), _("需要有维度评分或可分析的留言；答卷多起来之后，这里会按优先级列出。"))
        return
    st.html(SHEET)
    for rank, area in enumerate(areas[:_OPEN], 1):
        _area(rank, area)
    for rank, area in enumerate(areas[_OPEN:], _OPEN + 1):
        with st.expander(f"{rank}. {area.label} · {_in_short(area)}"):
            _evidence(area)
    _importance(view)
    _how()


def areas_of(view: View) -> list[ImprovementArea]:
    """The improvement areas of what is in view."""
    with st.spinner(_("正在汇总证据…")):
        return _areas(view.key, language(), view)


@st.cache_data(max_entries=24, show_spinner=False)
def _areas(key: str, tongue: str, _view: View) -> list[ImprovementArea]:
    overall = overall_scale(_view.record.survey)
    return improvement_areas(
        # Two spans of time could be subtracted from each other, so an anonymous survey is not compared with itself.
        _view.responses.assign(day=pd.Series(dtype="datetime64[s]")) if _view.anonymous else _view.responses,
        rated_dimensions(_view.record.survey, tongue),
        item_column(overall.code) if overall else "",
        with_content(_view.comments),
        _view.mentions,
        previous=_view.earlier,
        segments=() if _view.anonymous else ("district", "touchpoint", "business_type"),
        minimum_scores=MINIMUM_SCORES,
        minimum_comments=MINIMUM_COMMENTS if _view.anonymous else 1,
        language=language_of_figures(),
    )


def _area(rank: int, area: ImprovementArea) -> None:
    with st.container(border=True, key=f"area-{rank}"):
        title = Markup('<div style="font-size:1.1rem;font-weight:650">{}. {} {}</div>')
        st.html(title.format(rank, area.label, _spot_tag(area.hot_spot)))
        _evidence(area)


def _in_short(area: ImprovementArea) -> str:
    rated = area.score is not None and area.score.ok
    parts = [_("得分 {score}").format(score=area.score.shown()) if area.score and rated else _("没有评分")]
    parts += [] if area.complaints is None else [_("抱怨 {count} 份").format(count=area.complaints)]
    return " · ".join(parts)


def _evidence(area: ImprovementArea) -> None:
    """Figures, reasons, and the customers' own words."""
    facts = Markup('<div class="xs-facts">{}</div>').format(_facts(area))
    reasons = Markup("").join(Markup("<li>{}</li>").format(reason) for reason in area.reasons)
    why = Markup('<p class="xs-sub">{}</p><ul>{}</ul>').format(_("为什么排在这里"), reasons)
    quotes = Markup("").join(quote(each.text, [Passage(each.start, each.end)]) for each in area.examples)
    heading = Markup('<p class="xs-sub">{}</p>').format(_("客户原话"))
    words = heading + quotes if area.examples else Markup("")
    st.html(_FACT_SHEET + facts + why + words)


_FACT_SHEET = Markup(
    "<style>.xs-facts {display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .5rem 1.25rem}"
    ".xs-facts b {font-size: 1.25rem; font-variant-numeric: tabular-nums}"
    ".xs-sub {font-weight: 600; margin: .9rem 0 .2rem} .xs-sub + ul {margin: 0; padding-left: 1.2rem; line-height: 1.8}"
    ".xs-facts span {display: block; color: #5A6B69; font-size: .82rem; line-height: 1.5}</style>"
)


def _facts(area: ImprovementArea) -> Markup:
    facts = [_score_fact(area.score), _weight_fact(area), _complaint_fact(area)]
    words = Markup("<div><span>{}</span><b>{}</b><span>{}</span></div>")
    return Markup("").join(words.format(*fact) for fact in facts)


def _score_fact(score: Estimate | None) -> tuple[str, str, str]:
    if score is None:
        return _("得分"), "—", _("问卷没有这一项的评分")
    if not score.ok:
        return _("得分"), "—", why_refused(score.refusal)
    return _("得分"), score.shown(), f"{interval(score)} · n={score.n}"


def _weight_fact(area: ImprovementArea) -> tuple[str, str, str]:
    weight = area.weight
    if weight is None:
        return _("与总体满意度的关联"), "—", why_refused(area.weight_refusal)
    ends = _("95% 区间 {low:.0%} 至 {high:.0%}").format(low=weight.low, high=weight.high)
    return _("与总体满意度的关联占比"), f"{weight.share:.0%}", f"{ends} · n={weight.n}"


def _complaint_fact(area: ImprovementArea) -> tuple[str, str, str]:
    if area.complaints is None:
        return _("抱怨"), "—", why_refused(area.complaint_share.refusal)
    share = area.complaint_share
    of_all = _("占留言 {share}，{interval}").format(share=share.shown(), interval=interval(share))
    span = f"{of_all} · n={share.n}" if share.ok else ""
    return _("抱怨"), _("{count} 份").format(count=area.complaints), span


def _spot_tag(spot: HotSpot | None) -> Markup:
    if spot is None:
        return Markup("")
    kind = spoken_segment(spot.kind, language_of_figures())
    return look.tag(_("热点：{kind} {segment}").format(kind=kind, segment=spot.segment), "bad")


def _importance(view: View) -> None:
    drivers = _drivers(view.key, view)
    dimensions = rated_dimensions(view.record.survey, language())
    if not drivers.ok or len(drivers.drivers) < 2:
        return
    st.header(_("得分与权重"), anchor=False)
    labels = {code: each.label for code, each in dimensions.items()}
    chart(
        importance_chart(dimension_scores(view.responses, dimensions), drivers, labels, language=language_of_figures())
    )
    look.soft(_("越靠左得分越低，越靠上与总体满意度关联越强；左上角最值得先看。虚线是平均位置，只作参考。"))


@st.cache_data(max_entries=24, show_spinner=False)
def _drivers(key: str, _view: View) -> DriverAnalysis:
    overall = overall_scale(_view.record.survey)
    if overall is None:
        return DriverAnalysis((), None, 0)
    return relative_weights(
        dimension_values(_view.responses, rated_dimensions(_view.record.survey)),
        _view.responses[item_column(overall.code)],
    )


def _how() -> None:
    with st.popover(_("怎么算的"), icon=":material/functions:"):
        st.markdown(
            _(
                "**优先级 = 差距 × 权重 × 证据**\n\n"
                "- 差距：离满分还差量表的几分之几；有热点时取热点处更低的得分\n"
                "- 权重：与总体满意度的关联占比（相对权重，Johnson 2000），因为本身有误差，与等权取中间值\n"
                "- 证据：抱怨占全部抱怨的比例、是否有热点、与上一期相比是否明显下降\n\n"
                "关联不等于因果：改进后请看下一期的变化。"
            )
        )
