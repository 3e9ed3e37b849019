"""One person's report as whoever leads them reads it, and the record of the talk about it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from surveys.accounts import Account
from surveys.appraisal.advice import advice_for
from surveys.appraisal.appraisal import LONGEST_TEXT, Appeal, Appraisal, AppraisalTalk, Appraised, ResultUse
from surveys.appraisal.report import AppraisalReport, ReportItem
from surveys.console.kit import actions, address, look, session
from surveys.console.kit.choosers import person_name
from surveys.console.kit.words import _, distinct, join_names, language
from surveys.fieldwork.tasks.relations import RELATIONS
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.language import marked
from surveys.permissions import Action

_NULLS = {"uniform": marked("均匀"), "slight skew": marked("轻度偏态"), "triangular": marked("三角")}


def draw(appraisal: Appraisal, people: Sequence[Appraised], account: Account) -> None:
    """The report of the person chosen, among those that are out and that one may read."""
    out = [each for each in people if each.report is not None]
    if not out:
        look.empty(_("还没有可以看的报告"), _("报告发布后，本人在“我的任务”里看，其上级和组织评价的人在这里看。"))
        return
    found = session.store().subjects.names("person")
    names = distinct({each.person: found.get(each.person, each.person) for each in out})

    def draw_persons() -> str:
        return st.selectbox(_("姓名"), list(names), format_func=names.__getitem__, key="report")

    chosen = address.choice("report", names, draw_persons, out[0].person)
    one = next(each for each in out if each.person == chosen)
    appeal = session.store().appraisals.appeal(appraisal.id, one.person)
    if one.report is not None:
        _figures(one.report, appeal)
        _sides(one.report)
    _interview(appraisal, one, account)


def title_of(item: ReportItem) -> str:
    """What an item is called in the reader's language."""
    return item.title.get(language(), item.title["zh-Hans"])


def _figures(report: AppraisalReport, appeal: Appeal | None) -> None:
    if report.composite is None or report.low is None or report.high is None:
        st.info(_("评价人太少，没有可以公布的得分。"))
    else:
        interval = _("满分 100，95% 区间 {low}–{high}，{n} 位评价人")
        words = interval.format(low=f"{report.low:.1f}", high=f"{report.high:.1f}", n=report.raters)
        st.markdown(f"**{_('综合得分')} {report.composite:.1f}** · {words}")
    if appeal is not None and appeal.corrected is not None:
        words = _("更正为 {score}").format(score=f"{appeal.corrected:.1f}")
        st.warning(look.as_written(f"{words} · {appeal.answered_on} · {appeal.answer}"))
    look.table([_("评价人类别"), _("权重"), _("人数"), _("得分")], [
        (" + ".join(_(RELATIONS[each]) for each in unit.groups), f"{unit.weight:g}%", unit.n, f"{unit.score:.1f}")
        for unit in report.units
    ])  # fmt: skip
    if report.left_out:
        left = join_names([_(RELATIONS.get(each, each)) for each in report.left_out])
        look.soft(_("人数不足，不显示也不计入：{groups}").format(groups=left))
    if report.within:
        shares = " · ".join(f"{_(_NULLS[name])} {value:.2f}" for name, value in report.within.items())
        look.soft(_("评价人一致程度 r_wg（按三种无一致时的分布，各项平均）：{shares}").format(shares=shares))


def _sides(report: AppraisalReport) -> None:
    look.table([_("项目"), _("他评"), _("自评"), _("自评 − 他评")], [
        (title_of(each), _number(each.others), _number(each.own), _difference(each)) for each in report.items
    ])  # fmt: skip
    for label, items in (
        (_("长处"), report.strengths), (_("盲点：自评明显高于他评"), report.blind_spots),
        (_("自己没看到的长处：他评明显高于自评"), report.hidden_strengths),
    ):  # fmt: skip
        if items:
            st.markdown(f"**{label}** {join_names([title_of(each) for each in items])}")
    for item, words in advice_for(report.weakest):
        st.markdown(f"**{_('建议')}** {title_of(item)}")
        for each in words:
            st.markdown(f"- {_(each)}")
    for texts in report.comments.values():
        st.markdown(f"**{_('评价人的话')}**")
        for each in texts:
            look.written(each)


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def _difference(item: ReportItem) -> str:
    return "—" if item.own is None or item.others is None else f"{item.own - item.others:+.2f}"


def _interview(appraisal: Appraisal, one: Appraised, account: Account) -> None:
    """What was agreed, and what the result is used for; the person reads it too."""
    st.subheader(_("面谈记录"), anchor=False)
    talk, key = one.interview, f"interview {appraisal.id} {one.person}"
    if talk is not None:
        used = join_names([_(each.label) for each in talk.uses])
        look.written(talk.agreed)
        look.soft(_("{day}，{name}；结果用于：{uses}").format(day=talk.held_on, name=person_name(talk.by), uses=used))
    if account.id not in one.superiors and not account.may(Action.RUN_APPRAISALS):
        return
    if (came := actions.outcome(key)) is not None:
        if came.value:
            st.error(came.value)
        else:
            st.success(_("已保存，本人可以看到。"))
    day = st.date_input(_("面谈日期"), talk.held_on if talk else local_day(utc_now()), key=f"{key} day")
    before = talk.agreed if talk else ""
    agreed = st.text_area(_("谈了什么、约定了什么"), before, max_chars=LONGEST_TEXT, key=f"{key} words")
    uses = st.multiselect(
        _("结果用于"), list(ResultUse), list(talk.uses) if talk else [], format_func=lambda each: _(each.label),
        key=f"{key} uses", placeholder=_("可选多项"),
    )  # fmt: skip
    if actions.button(_("保存面谈记录"), key, type="primary"):
        kept = AppraisalTalk(day or local_day(utc_now()), agreed.strip(), tuple(uses))
        actions.perform(key, lambda: _keep(appraisal, one, kept))


def _keep(appraisal: Appraisal, one: Appraised, talk: AppraisalTalk) -> str:
    acting = session.acting(Action.VIEW_APPRAISALS)
    if not talk.agreed or not talk.uses:
        return _("请写明约定，并选择结果的用途。")
    session.store().appraisals.note_interview(appraisal.id, one.person, talk, by=acting.name)
    return ""
