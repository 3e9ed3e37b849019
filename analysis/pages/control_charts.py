"""Questions week by week: one verdict for each, from a budget of false alarms of the whole organisation."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from analysis.charts.time_charts import control_chart
from analysis.estimates import figure
from analysis.exploring import Item
from analysis.exploring.watched_items import watched_questions
from analysis.interpretation.expert_view import behind
from analysis.interpretation.time_series import told_reading
from analysis.interpretation.watching import ALARMS, watch_message
from analysis.monitoring.joint_watch import Alarm, Watch
from analysis.monitoring.time_reading import SeriesChange, time_reading
from analysis.monitoring.watched_questions import FALSELY_NAMED, UnitFound, WatchedQuestion
from analysis.pages.by_question import question_picker, segment_picker
from analysis.pages.chart import chart
from analysis.pages.filters import scope_words
from analysis.pages.watched import family, searched_units, watches
from analysis.released.parts import SelectionInView
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.watches_in_view import of_all_time
from surveys.console.kit import address, look, session
from surveys.console.kit.words import _, language, said

_METHOD = "joint watch (Lucas & Saccucci 1990)"
_MOST_UNITS = 20


def draw(view: ReleasedAnswers, items: dict[str, Item], selection: SelectionInView) -> None:
    """All questions with their verdicts; then one with its charts; then a search over the units."""
    if view.anonymous:
        look.empty(_("匿名问卷不看走势"), _("把两个时间段的结果相减，可能认出某一个人的回答。"))
        return
    every = of_all_time(view)
    if view.period is not None:
        look.soft(_("走势总看全部时间：基准是以前的各周，不随上面所选的时间变。"))
        look.scope(scope_words(every, every, session.signed_in()))
    found = watches(every, items, *_settings())
    judged = {column: each for column, each in found.items() if each.alarm is not Alarm.TOO_SHORT}
    if not judged:
        look.empty(
            _("还看不出走势"),
            _("基准至少要有 {weeks} 周收到过答卷，其后再有一周；而且各周的回答不能全都一样。").format(weeks=8),
        )
        return
    _budget(every)
    questions, order = watched_questions(items), sorted(judged, key=lambda column: judged[column].week is None)
    _verdicts({column: judged[column] for column in order}, items)
    item = question_picker({column: items[column] for column in order}, "watched")
    _one(judged[item.column], questions[item.column])
    _search(every, items, selection)


def _settings() -> tuple[int | None, int]:
    """How many weeks are the baseline (0: as usual), and the false alarms that are borne."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        alarms = address.whole("alarms", lambda: st.number_input(
            _("每季度最多几次误报"), 1, 12, key="alarms", width=180
        ), 1, 1, 12)  # fmt: skip
        baseline = address.whole("baseline", lambda: st.number_input(
            _("前几周作基准"), 0, 520, key="baseline", width=140,
            help=_("0：本季度以前的各周都作基准，最多一年。概览上的提醒按 0 和一次误报判断。"),
        ), 0, 0, 520)  # fmt: skip
    return baseline or None, alarms


def _budget(view: ReleasedAnswers) -> None:
    questions, units = family()
    look.soft(
        _(
            "误报按全单位一共算：{questions} 道题、{units} 个部门，一半留给总体，一半留给各部门；"
            "每道题只有一个判断，图上的界限就是判断用的界限。"
        ).format(questions=questions, units=units)
    )
    if view.dependence is not None:
        look.soft(_("界限里算进了独立作答的单位之间的起伏。"))


def _verdicts(found: Mapping[str, Watch], items: Mapping[str, Item]) -> None:
    rows = [
        (items[column].label, said(ALARMS[each.alarm]), _level(each), each.baseline, each.recent_n)
        for column, each in found.items()
    ]
    headings = [_("题目"), _("判断"), _("此前 → 其后"), _("基准周数"), _("其后份数")]
    look.table(headings, rows)


def _level(watch: Watch) -> str:
    if watch.level is None or watch.recent is None:
        return "—"
    unit = "share" if watch.share else "score"
    return f"{figure(watch.level.centre, unit)} → {figure(watch.recent, unit)}"  # type: ignore[arg-type]


def _one(watch: Watch, question: WatchedQuestion) -> None:
    st.html(f'<div style="line-height:1.8"><p>{said(watch_message(watch, question.fall))}</p></div>')
    if watch.alarm in (Alarm.DOWN, Alarm.UP):
        _kind(watch)
    drawn = address.tabs("as", {"weekly": _("各周"), "smoothed": _("平滑后")})
    with drawn["weekly"]:
        chart(control_chart, watch.weekly, title="", unit="share" if watch.share else "score", language=language())
    with drawn["smoothed"]:
        chart(control_chart, watch.smoothed, title="", unit="score", language=language())
        st.caption(_("几周连起来看的偏离，以平常一周的起伏为 1；报警之后重新起算。"))
    with st.expander(_("给统计人员看：{method}").format(method=_("走势监控"))):
        st.code("\n".join(said(line) for line in behind(_METHOD)), language=None, wrap_lines=True)


def _kind(watch: Watch) -> None:
    """Which kind of change it is, where that can be told; without an alarm nothing of it is said."""
    reading = time_reading(watch.weekly["value"])
    if reading.kind in (SeriesChange.SHIFT, SeriesChange.DRIFT):
        st.html(f"<p>{said(told_reading(reading))}</p>")


def _search(view: ReleasedAnswers, items: Mapping[str, Item], selection: SelectionInView) -> None:
    if not selection.segments:
        return
    st.header(_("在各单位中找一找"), anchor=False)
    unit = segment_picker(view, selection, "search")
    found = searched_units(view, items, unit) if unit else []
    named = [each for each in found if each.named]
    if not found:
        look.empty(_("还没有单位能判断"), _("每个单位都要先有 {weeks} 周收到过答卷作基准。").format(weeks=8))
        return
    look.soft(
        _(
            "查看了 {count} 个单位与题目的组合，列出 {named} 个；列出的当中，只靠偶然的平均不超过 {part}。"
            "这是线索，不是报警；没有列出的，不等于没有变化。"
        ).format(count=len(found), named=len(named), part=f"{FALSELY_NAMED:.0%}")
    )
    if named:
        rows = [_row(each, items) for each in named[:_MOST_UNITS]]
        look.table([_("单位"), _("题目"), _("此前 → 其后"), _("其后份数"), _("q（误报占比）")], rows)


def _row(found: UnitFound, items: Mapping[str, Item]) -> tuple[object, ...]:
    q = "<0.001" if found.q < 0.001 else f"{found.q:.3f}"
    return found.unit, items[found.question].label, _level(found.watch), found.watch.recent_n, q
