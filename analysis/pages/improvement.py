"""The page that says what to improve first, and why."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from analysis.charts.charts import importance_chart
from analysis.differences.hotspots import SMALLEST_SEGMENT
from analysis.drivers.of_dimensions import drivers_of_dimensions
from analysis.estimates import Estimate
from analysis.figures import overall_scale
from analysis.frames import item_column, rated_dimensions
from analysis.improvement.areas_in_view import areas_in_view
from analysis.improvement.lesson_words import words_of
from analysis.improvement.priorities import SEGMENTS, ImprovementArea
from analysis.improvement.small_places import small_places
from analysis.level.answers_behind import of_dimension
from analysis.level.satisfaction import dimension_scores
from analysis.pages import filters
from analysis.pages.by_question import not_compared
from analysis.pages.chart import chart
from analysis.pages.comments.quotes import SHEET, Passage, quote
from analysis.pages.drill_down import answers_address, comments_address, link_cell, why_nowhere
from analysis.pages.figures import interval, why_refused
from analysis.pages.filters import chosen_view
from analysis.released.parts import Column, columns_of
from analysis.released.released_answers import ReleasedAnswers
from surveys.comments import Sentiment
from surveys.console.kit import lessons_offered, look, session
from surveys.console.kit.words import _, language, said
from surveys.organisation.responsibilities import RESPONSIBILITIES, theirs, theirs_first

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
    why_nowhere(view)
    st.html(SHEET)
    mine = own_topics()
    ranked = theirs_first([(_place(n, each), each) for n, each in enumerate(areas, 1)], mine, lambda each: each[1].code)
    if ranked[0][1] is not areas[0]:
        look.soft(_("归您部门负责的排在前面；名次仍按全部改进项计。"))
    for position, (rank, area) in enumerate(ranked[:_OPEN], 1):  # several may share a rank
        with st.container(border=True, key=f"area-{position}"):
            _area(rank, area, view, area.code in mine)
    for rank, area in ranked[_OPEN:]:
        with st.expander(f"{rank}. {look.as_written(area.label)} · {_in_short(area)}"):
            _evidence(area, view)
    _not_compared(view)
    _importance(view)
    _how()


def _place(number: int, area: ImprovementArea) -> int:
    """The place in the list; areas whose order could be chance share the first of their places."""
    return min(number, area.gain.place) if area.gain is not None else number


def _not_compared(view: ReleasedAnswers) -> None:
    """The places that are too small to be looked for hot spots in."""
    if view.anonymous:
        return
    dimensions = rated_dimensions(view.record.survey)
    columns = columns_of(dimensions, *SEGMENTS)
    small = view.ask(small_places, columns, dimensions, SEGMENTS, SMALLEST_SEGMENT)
    named = {f"{_(filters.PLACES[kind])} {name}": n for (kind, name), n in small.items()}
    not_compared(named, SMALLEST_SEGMENT)


def areas_of(view: ReleasedAnswers) -> list[ImprovementArea]:
    """The improvement areas of what is in view."""
    with st.spinner(_("正在汇总证据…")):
        return areas_in_view(view, language())


def own_topics() -> frozenset[str]:
    """The codes of what the reader's departments answer for; none for who sees all departments."""
    account = session.signed_in()
    if account.sees_all_departments:
        return frozenset()
    return theirs(session.store().organisation.setting(RESPONSIBILITIES), account.scope or ())


def _area(rank: int, area: ImprovementArea, view: ReleasedAnswers, own: bool) -> None:
    title = Markup('<div style="font-size:1.1rem;font-weight:650">{}. {} {} {}</div>')
    owned = look.tag(_("归您部门负责")) if own else Markup("")
    st.html(title.format(rank, area.label, owned, _spot_tag(area, view)))
    _evidence(area, view)
    lessons_offered.draw(words_of(area.label))


def _in_short(area: ImprovementArea) -> str:
    rated = area.score is not None and area.score.ok
    parts = [_("得分 {score}").format(score=area.score.shown()) if area.score and rated else _("没有评分")]
    parts += [] if area.complaints is None else [_("抱怨 {count} 份").format(count=area.complaints)]
    return " · ".join(parts)


def _evidence(area: ImprovementArea, view: ReleasedAnswers) -> None:
    """Figures, reasons, and the customers' own words."""
    facts = Markup('<div class="xs-facts">{}</div>').format(_facts(area, view))
    reasons = Markup("").join(Markup("<li>{}</li>").format(said(reason)) for reason in area.reasons)
    why = Markup('<p class="xs-sub">{}</p><ul>{}</ul>').format(_("为什么排在这里"), reasons)
    quotes = Markup("").join(quote(each.text, [Passage(each.start, each.end)]) for each in area.examples)
    heading = Markup('<p class="xs-sub">{}</p>').format(_("客户原话"))
    words = heading + quotes if area.examples else Markup("")
    st.html(_FACT_SHEET + facts + why + words)
    if area.score is not None:
        look.link_to("plans", _("为它建立改进计划"), about=view.record.code, area=area.code)


_FACT_SHEET = Markup(
    "<style>.xs-facts {display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .5rem 1.25rem}"
    ".xs-facts b {font-size: 1.25rem; font-variant-numeric: tabular-nums}"
    ".xs-sub {font-weight: 600; margin: .9rem 0 .2rem} .xs-sub + ul {margin: 0; padding-left: 1.2rem; line-height: 1.8}"
    ".xs-facts span {display: block; color: var(--xs-soft); font-size: .82rem; line-height: 1.5}</style>"
)


def _facts(area: ImprovementArea, view: ReleasedAnswers) -> Markup:
    rated = answers_address(view, of_dimension(area.code)) if area.score is not None and area.score.ok else ""
    complaints = comments_address(view, aspect=area.code, tone=Sentiment.NEGATIVE) if area.complaints else ""
    facts = [(_score_fact(area.score), rated), (_weight_fact(area), ""), (_complaint_fact(area), complaints)]
    words = Markup("<div><span>{}</span><b>{}</b><span>{}</span></div>")
    return Markup("").join(words.format(name, link_cell(value, lead), of) for (name, value, of), lead in facts)


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
    reach = _("{reach:.0%} 的人用到").format(reach=weight.reach)
    return _("与总体满意度的关联占比"), f"{weight.share:.0%}", f"{ends} · {reach} · n={weight.n}"


def _complaint_fact(area: ImprovementArea) -> tuple[str, str, str]:
    if area.complaints is None:
        return _("抱怨"), "—", why_refused(area.complaint_share.refusal)
    share = area.complaint_share
    of_all = _("占有内容的留言 {share}，{interval}").format(share=share.shown(), interval=interval(share))
    span = f"{of_all} · n={share.n}" if share.ok else ""
    return _("抱怨"), _("{count} 份").format(count=area.complaints), span


def _spot_tag(area: ImprovementArea, view: ReleasedAnswers) -> Markup:
    """The hot spot, which leads to what was answered there."""
    spot = area.hot_spot
    if spot is None:
        return Markup("")
    kind = _(filters.PLACES[spot.kind])
    words = _("热点：{kind} {segment}").format(kind=kind, segment=spot.segment)
    lead = answers_address(view, of_dimension(area.code), narrowed={spot.kind: spot.segment})
    return look.tag(link_cell(words, lead), "bad")


def _importance(view: ReleasedAnswers) -> None:
    dimensions, overall = rated_dimensions(view.record.survey, language()), overall_scale(view.record.survey)
    if overall is None:
        return
    columns = columns_of(dimensions)
    drivers = view.ask(drivers_of_dimensions, columns, dimensions, Column(item_column(overall.code)))
    if drivers is None or not drivers.ok or len(drivers.drivers) < 2:
        return
    st.header(_("得分与权重"), anchor=False)
    labels = {code: each.label for code, each in dimensions.items()}
    scores = view.ask(dimension_scores, columns, dimensions)
    chart(importance_chart, scores, drivers, labels, language=language())
    look.soft(_("越靠左得分越低，越靠上与总体满意度关联越强；左上角最值得先看。虚线是平均位置，只作参考。"))


def _how() -> None:
    with st.popover(_("怎么算的"), icon=":material/functions:"):
        st.markdown(
            _(
                "**按预计带来的总体满意度排序 = 用到的客户占比 × 每分带动的总体分 × 可升的分**\n\n"
                "- 可升的分：升到可比单位中最好的四分之一，或恢复到下降以前；作答少的单位向共同水平靠拢\n"
                "- 每分带动的总体分：其他维度不变时，这一维度高 1 分的客户总体满意度高多少\n"
                "- 名次相同：先后可能只是偶然\n"
                "- 只在留言里出现、没有评分的，按抱怨的多少排在后面\n\n"
                "关联不等于因果：采取措施后请看“改进计划”里的复测。"
            )
        )
