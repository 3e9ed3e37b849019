"""Marks of agents from a file, and the weights of what the composite is made of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import streamlit as st

from surveys.accounts import Account
from surveys.console.kit import actions, downloads, look, session
from surveys.console.kit.file_preview import TABLE_TYPES, digest, looked_into
from surveys.console.kit.words import _, reason, said
from surveys.organisation.subjects import Subject
from surveys.permissions import Action
from surveys.quality.agent_quality import WEIGHTS, QualityPart, weights_from, weights_problem
from surveys.quality.marks_file import MARKS_EXAMPLE, MARKS_GUIDE, ReadMarks, marks_from
from surveys.tables import UnfitFile, opened_bytes

_SHOWN = 50
_KEEP_WEIGHTS = "keep quality weights"


def draw(account: Account, agents: Sequence[Subject]) -> None:
    """The file for whoever checks calls; weights for who sets up the organisation's surveys."""
    with st.expander(_("导入测试、出勤和工作效率"), icon=":material/upload_file:"):
        look.soft(_("每人每月一行：话务员、期间、业务测试、出勤率、通话时长（分钟）、可用率（%）；缺的列可以不填。"))
        downloads.offer_file(
            _("下载示例"), MARKS_EXAMPLE.encode("utf-8-sig"), "agents.csv", "text/csv", type="tertiary",
            on_click="ignore", icon=":material/download:", key="marks example",
        )  # fmt: skip
        file = st.file_uploader(_("成绩文件"), type=TABLE_TYPES, key="marks file")
        if file is not None:
            _brought(file.getvalue(), agents)
    if account.may(Action.DESIGN_SURVEYS):
        _weights()


def _brought(content: bytes, agents: Sequence[Subject]) -> None:
    try:
        found = looked_into(content, MARKS_GUIDE, {}, "agent marks")
        with opened_bytes(content, found.reading, MARKS_GUIDE) as table:
            read = marks_from(table, agents)
    except UnfitFile as error:
        st.error(_("这个文件{reason}。").format(reason=reason(error)))
        return
    if read.bad:
        st.error(_("有 {count} 处要改正，没有保存任何内容：").format(count=len(read.bad)))
        look.table(
            [_("行号"), _("问题")], [(str(each.line), said(each.problem)) for each in read.bad[:_SHOWN]], taken=False
        )
        return
    key = f"keep marks {digest(content)}"
    if (came := actions.outcome(key)) is not None:
        st.success(_("已保存 {count} 位话务员·月的成绩。").format(count=came.value))
    elif read.marks and actions.button(_("保存这些成绩"), key, type="primary"):
        actions.perform(key, lambda: _keep(read))


def _keep(read: ReadMarks) -> int:
    session.store().agent_quality.keep_marks(read.marks, by=session.acting(Action.CHECK_CALLS).name)
    return len(read.marks)


def _weights() -> None:
    with st.expander(_("综合分的权重"), icon=":material/balance:"):
        before = weights_from(session.store().organisation.setting(WEIGHTS))
        places = st.columns(len(QualityPart))
        weights = {
            part: int(place.number_input(_(part.label), 0, 100, before[part], key=f"quality weight {part}"))
            for part, place in zip(QualityPart, places, strict=True)
        }
        problem = weights_problem(weights)
        if problem is not None:
            st.error(said(problem))
        elif weights != before and actions.button(_("保存权重"), _KEEP_WEIGHTS):
            actions.perform(_KEEP_WEIGHTS, lambda: _keep_weights(weights))
        if actions.outcome(_KEEP_WEIGHTS) is not None:
            st.success(_("权重已保存。"))


def _keep_weights(weights: Mapping[QualityPart, int]) -> None:
    account, kept = session.acting(Action.DESIGN_SURVEYS), json.dumps(weights)
    session.store().organisation.set(WEIGHTS, kept)
    session.store().accounts.record(account.name, "set quality weights", "", kept)
