"""What those who fill in may change of their own tasks, at `/my`: more time, or a colleague who does it."""

from __future__ import annotations

import streamlit as st

from surveys.console.kit import look, session
from surveys.console.kit.words import _
from surveys.fieldwork.tasks.handing_over import FillersMay
from surveys.permissions import Action
from surveys.storage.records.surveys import SurveyRecord

_LONGEST = 90


def draw(record: SurveyRecord) -> None:
    """Two settings and a button; of an anonymous survey why there are none."""
    if record.survey.anonymous:
        look.soft(_("匿名问卷的填写人不能自己延期或转交：那会透露谁还没有填写。"))
        return
    may = session.store().task_plans.of(record.code).fillers_may
    with st.expander(_("填写人自己延期、转交")):
        days = st.number_input(
            _("最多延期几天"), 0, _LONGEST, may.put_off_days, key=f"{record.code} put off days",
            help=_("每项任务一次，须写原因；0 表示不允许"),
        )  # fmt: skip
        hand = st.toggle(_("可以转交给同部门的同事"), may.hand_over, key=f"{record.code} hand over")
        look.soft(_("360 度评价、学员评价等只能由本人填写的任务，总是不能转交。"))
        wanted = FillersMay(int(days), hand)
        if st.button(_("保存"), key=f"{record.code} let fillers", disabled=wanted == may):
            by = session.acting(Action.RUN_CAMPAIGNS).name
            session.store().task_plans.let_fillers(record.code, wanted, by=by)
            look.done(_("已保存。"))
