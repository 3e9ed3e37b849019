"""What a measure saves, by the organisation's own formula, with every step."""

from __future__ import annotations

import streamlit as st

from surveys.console.kit import look
from surveys.console.kit.words import _, reason
from surveys.improvement.money import UnfitFormula, worked_out
from surveys.improvement.plans import PlanMeasure


def draw(measure: PlanMeasure) -> None:
    """The result first, then how the formula comes to it; nothing without a formula."""
    if not measure.saving:
        return
    try:
        working = worked_out(measure.saving)
    except UnfitFormula as wrong:
        st.error(reason(wrong))
        return
    st.markdown(_("节约：**{amount} 元**").format(amount=working.steps[-1]))
    look.soft(" = ".join(working.steps))
    look.soft(_("按登记的公式计算；把一处的结果推广到其他地方，是假设，不是测量。"))
