"""The quality of agents: calls drawn, agents side by side with ranges of ranks, one agent with chart and advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import streamlit as st

from analysis.charts.time_charts import control_chart
from analysis.differences.contact_centre import GroupScore
from analysis.pages.call_centre import quality_draw, quality_marks, quality_objections
from analysis.pages.chart import chart
from analysis.pages.figures import with_span
from analysis.released.agent_quality import AgentsInView, agents_in_view, customers_scores, rounds_of_cards
from analysis.released.released_answers import ReleasedAnswers
from analysis.staff.agent_quality import AgentLine
from surveys.accounts import Account
from surveys.console.kit import actions, address, look, session
from surveys.console.kit.choosers import person_name
from surveys.console.kit.words import _, distinct, language, said
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.wording import Message
from surveys.operations.staff.agent_quality import agents_in_reach, note_coaching, score_card_surveys
from surveys.organisation.subjects import Subject
from surveys.permissions import Action
from surveys.quality.agent_quality import LONGEST_NOTE, NoteKind, QualityPart
from surveys.storage.records.surveys import SurveyRecord

_COACH = "note coaching"


def draw(account: Account, view: ReleasedAnswers | None) -> None:
    """Results first, then what is to be done; nothing without a score card."""
    surveys, agents = score_card_surveys(session.store()), agents_in_reach(session.store(), account)
    if not surveys or not agents:
        look.empty(
            _("还没有质检"),
            _("先在“问卷”里发布“通话质检评分卡”，在“组织 → 评价对象”里录入话务员和通话清单，再在这里抽取。"),
        )
        return
    names = {each.code: said(each.survey.title) for each in surveys}
    chosen = address.choice(
        "card", names,
        lambda: st.selectbox(_("评分卡"), list(names), format_func=names.__getitem__, key="card"), surveys[0].code,
    ) if len(surveys) > 1 else surveys[0].code  # fmt: skip
    record = next(each for each in surveys if each.code == chosen)
    _results(record, agents, view)
    quality_draw.draw(record, account)
    quality_marks.draw(account, agents)
    quality_objections.draw(account, agents)


def _results(record: SurveyRecord, agents: Sequence[Subject], view: ReleasedAnswers | None) -> None:
    rounds = rounds_of_cards(session.store(), record, agents)
    if not rounds:
        look.empty(_("还没有评分"), _("质检员在“我的任务”里听完抽到的通话并评分后，这里列出结果。"))
        return
    code = address.choice(
        "month", rounds, lambda: st.selectbox(_("期间"), rounds, key="month", width=200), rounds[0]
    )
    found = agents_in_view(session.store(), record, agents, code)
    names = {each.code: each.name for each in agents}
    _table(found, names, customers_scores(view), {each.code: each.one("account") for each in agents})
    _agreement(found)
    _one(record, found, names, agents)


def _table(
    found: AgentsInView, names: Mapping[str, str], customers: Mapping[str, GroupScore], accounts: Mapping[str, str]
) -> None:
    parts = [each for each in QualityPart if each is not QualityPart.CALLS]
    look.table(
        [_("话务员"), _("听取"), _("质检分（95% 区间）"), _("名次范围"), *(_(each.label) for each in parts), _("综合"),
         _("客户评分"), _("建议")],
        [_row(each, parts, names, customers, accounts) for each in found.compared.lines],
        taken=False,
    )  # fmt: skip
    if found.compared.refusal is not None:
        look.soft(_("暂不排名：{reason}。").format(reason=said(found.compared.refusal)))
    look.soft(_("听取少的向总体靠拢；名次只给 95% 范围，范围重叠的不分先后。缺少某一部分的不算综合分。"))


def _row(
    each: AgentLine, parts: Sequence[QualityPart], names: Mapping[str, str], customers: Mapping[str, GroupScore],
    accounts: Mapping[str, str],
) -> tuple[object, ...]:  # fmt: skip
    ranks = "—" if each.rank_low is None else f"{each.rank_low}–{each.rank_high}"
    level = with_span(each.level) if each.level else "—" if each.score is None else f"{each.score:.0f}"
    called = (each.agent, accounts[each.agent], names[each.agent])
    own = next((with_span(customers[name].estimate) for name in called if name in customers), "—")
    points = [f"{each.parts[part]:.0f}" if part in each.parts else "—" for part in parts]
    whole = "—" if each.composite is None else f"{each.composite:.1f}"
    return names[each.agent], each.cards, level, ranks, *points, whole, own, _(each.advice) if each.advice else "—"


def _agreement(found: AgentsInView) -> None:
    agreed = found.compared.agreement
    if agreed.apart is None:
        look.soft(_("本期没有两人都听过的通话，还看不出评分是否一致。"))
        return
    words = _("{calls} 通由两人各自评分，平均相差 {apart} 分；单人评分的可靠性 ICC {icc}。")
    look.soft(words.format(calls=agreed.calls, apart=f"{agreed.apart:.1f}", icc=with_span(agreed.single)))


def _one(record: SurveyRecord, found: AgentsInView, names: Mapping[str, str], agents: Sequence[Subject]) -> None:
    lines = {each.agent: each for each in found.compared.lines}
    shown = distinct({code: names[code] for code in lines})
    if not shown:
        return
    chosen = address.choice(
        "heard", shown,
        lambda: st.selectbox(_("话务员"), list(shown), format_func=shown.__getitem__, key="heard", width=240),
        next(iter(shown)),
    )  # fmt: skip
    labels = {each.code: said(each.label) for each in record.survey.dimensions}
    points = lines[chosen].dimensions
    if points:
        rows = [(labels[code], f"{value:.0f}") for code, value in points.items()]
        look.table([_("维度"), _("得分")], rows, taken=False)
    own = found.chart(chosen)
    if len(own) > 1:
        chart(control_chart, own.reset_index(drop=True), title=_("质检分"), unit="score", language=language())
        changed = [str(code) for code in own.index[own["signal"]]]
        words = _("{rounds} 超出本人以往的正常波动。").format(rounds="、".join(changed)) if changed else _(
            "没有超出本人以往的正常波动；听取越少，界限越宽。"
        )
        look.soft(words)
    _coaching(next(each for each in agents if each.code == chosen))


def _coaching(agent: Subject) -> None:
    if (came := actions.outcome(_COACH)) is not None:
        if came.value is None:
            st.success(_("已记录，本人可以看到。"))
        else:
            st.error(said(came.value))
    notes = [each for each in session.store().agent_quality.notes(agent.code) if each.kind is NoteKind.COACHING]
    for each in notes[:5]:
        look.written(each.words)
        look.soft(_("{name} {day} 辅导，{again} 复看").format(name=person_name(each.by), day=each.on, again=each.about))
    with st.expander(_("记录辅导"), icon=":material/edit_note:"):
        words = st.text_area(_("辅导内容与约定"), max_chars=LONGEST_NOTE, key=f"coach {agent.code}")
        today = local_day(utc_now())
        again = st.date_input(_("复看日期"), today + timedelta(days=30), min_value=today, key=f"again {agent.code}")
        if actions.button(_("保存"), _COACH, disabled=not words.strip()):
            actions.perform(_COACH, lambda: _note(agent, words, again))


def _note(agent: Subject, words: str, again: object) -> Message | None:
    account = session.acting(Action.CHECK_CALLS, agent.department)
    day = again if hasattr(again, "isoformat") else local_day(utc_now())
    return note_coaching(session.store(), account, agent, words, day, now=utc_now())  # type: ignore[arg-type]
