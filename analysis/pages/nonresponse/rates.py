"""Rates of response, contact, cooperation and refusal, of all whom links, calls and tasks have asked."""

from __future__ import annotations

import streamlit as st

from analysis.nonresponse.response_rates import ResponseRates, response_rates
from analysis.pages.figures import with_span
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import address, look, session
from surveys.console.kit.words import _, translate_all
from surveys.fieldwork.dispositions import Disposition
from surveys.localisation.language import marked

_NAMES = {
    Disposition.COMPLETE: (marked("完成"), "I"),
    Disposition.BREAK_OFF: (marked("开始填写，没有交卷"), "R/P"),
    Disposition.REFUSED: (marked("拒绝，或打开后离开"), "R"),
    Disposition.NO_CONTACT: (marked("有任务，没有填写"), "NC"),
    Disposition.OTHER: (marked("接通后改约，没有完成"), "O"),
    Disposition.NO_REPLY: (marked("没有任何回音"), "UH"),
    Disposition.UNDELIVERABLE: (marked("送不到、退回或空号"), "UO"),
    Disposition.NOT_ELIGIBLE: (marked("不属于调查对象或配额已满"), "NE"),
    Disposition.NOT_ASKED: (marked("还没有发出或拨打"), "—"),
}
_READ = {
    "RR1": marked("最低回收率：完成 ÷ 全部"), "RR2": marked("同上，计入部分完成"),
    "RR3": marked("完成 ÷ 估计合格的人"), "RR4": marked("同上，计入部分完成"),
    "RR5": marked("最高回收率：完成 ÷ 确知合格的人"), "RR6": marked("同上，计入部分完成"),
    "COOP1": marked("合作率：完成 ÷ 接触到的人"), "COOP2": marked("同上，计入部分完成"),
    "COOP3": marked("完成 ÷ 能够作答的人"), "COOP4": marked("同上，计入部分完成"),
    "REF1": marked("拒访率：拒绝 ÷ 全部"), "REF2": marked("拒绝 ÷ 估计合格的人"), "REF3": marked("拒绝 ÷ 确知合格的人"),
    "CON1": marked("接触率：接触到 ÷ 全部"), "CON2": marked("接触到 ÷ 估计合格的人"),
    "CON3": marked("接触到 ÷ 确知合格的人"),
}  # fmt: skip


def draw(view: ReleasedAnswers) -> ResponseRates | None:
    """Nothing but why where nobody was asked by name, or too few of an anonymous survey; what it found."""
    st.header(_("回收率"), anchor=False)
    account = session.signed_in()
    counts = session.store().dispositions.of(view.record.code, account.scope)
    partial = address.switch("partial", lambda: st.checkbox(
        _("开始填写而没有交卷的算部分完成（不勾选则算中断）"), key="partial"
    ))  # fmt: skip
    found = response_rates(counts, break_offs_count=partial)
    if found.asked < max(view.minimum, 1):
        look.empty(_("没有可以算回收率的名单"), _("用活动、电话名单或任务邀请的人才算得出；公开链接不知道问了谁。"))
        return None
    names, read = translate_all({each: words for each, (words, _code) in _NAMES.items()}), translate_all(_READ)
    look.table(
        [_("最后结果"), _("AAPOR 类别"), _("人数")],
        [(names[each], _NAMES[each][1], amount) for each, amount in found.dispositions.items() if amount],
    )
    look.table(
        [_("比率"), _("含义"), _("数值与 95% 区间"), _("分母")],
        [(name, read[name], with_span(each), each.n) for name, each in found.rates.items() if each.ok],
    )
    look.soft(
        _(
            "按 AAPOR 标准定义（2023 年第 10 版），含全部邀请、电话和任务，不随上面的时间筛选变化；"
            "不知道是否合格的人，按已知的人里合格的比例 e = {eligible} 估计。"
        ).format(eligible=f"{found.eligible:.1%}")
    )
    return found
