"""The people of an appraisal side by side, from their released reports alone."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analysis.staff.appraisal.calibration import CalibrationInput, by_department, calibrated
from surveys.appraisal.appraisal import Appraisal, Appraised
from surveys.appraisal.report import ItemReliability
from surveys.console.appraisal.report_sheet import title_of
from surveys.console.kit import look, session
from surveys.console.kit.choosers import department_names
from surveys.console.kit.words import _


def draw(appraisal: Appraisal, people: Sequence[Appraised]) -> None:
    """Composites with intervals, departments, and how surely raters tell people apart."""
    store = session.store()
    corrected = {each.person: each.corrected for each in store.appraisals.appeals(appraisal.id)}
    lines = calibrated([
        CalibrationInput(each.person, each.department, each.report, corrected.get(each.person))
        for each in people if each.report is not None
    ])  # fmt: skip
    if not lines:
        look.empty(_("还没有可以并列的报告"), _("至少发布一份有综合得分的报告。"))
        return
    names, homes = store.subjects.names("person"), department_names()
    look.soft(_("按综合得分排列；区间包含中位数的人之间，不要按名次区分。"))
    heads = [
        _("姓名"), _("部门"), _("综合得分"), _("95% 区间"), _("人数"), _("更正后"), _("与中位数之差"), _("判断"),
    ]  # fmt: skip
    look.table(heads, [
        (
            names.get(each.person, each.person), homes.get(each.department or "", "—"), f"{each.composite:.1f}",
            f"{each.low:.1f}–{each.high:.1f}", each.raters, "—" if each.corrected is None else f"{each.corrected:.1f}",
            f"{each.away:+.1f}", _("明显不同") if each.clear else _("分不出高低"),
        )
        for each in lines
    ])  # fmt: skip
    st.subheader(_("各部门打分的松紧"), anchor=False)
    look.table([_("部门"), _("人数"), _("平均综合得分"), _("与全体平均之差")], [
        (homes.get(each.department or "", "—"), each.n, f"{each.mean:.1f}", f"{each.away:+.1f}")
        for each in by_department(lines)
    ])  # fmt: skip
    look.soft(_("评价是匿名的，不知道哪些评价出自同一人，所以手松手紧只能按部门看，不能按评价人校正。"))
    _reliability(appraisal, people)


def _reliability(appraisal: Appraisal, people: Sequence[Appraised]) -> None:
    if not appraisal.reliability:
        look.soft(_("全部报告发布后，这里给出评价人的信度。"))
        return
    titles = {item.code: title_of(item) for each in people if each.report for item in each.report.items}
    st.subheader(_("评价人能否分清被评价人"), anchor=False)
    heads = [_("项目"), _("单个评价的信度 ICC(1)"), _("95% 区间"), _("均值的信度 ICC(k)"), _("达到 .70 需要的评价人")]
    look.table(heads, [_line(each, titles) for each in appraisal.reliability])


def _line(each: ItemReliability, titles: dict[str, str]) -> list[str]:
    if each.single is None or each.low is None or each.high is None or each.mean is None:
        return [titles.get(each.code, each.code), "—", "—", "—", "—"]
    interval = f"{each.low:.2f}–{each.high:.2f}"
    needed = _("多少人都不够") if each.needed is None else str(each.needed)
    return [titles.get(each.code, each.code), f"{each.single:.2f}", interval, f"{each.mean:.2f}", needed]
