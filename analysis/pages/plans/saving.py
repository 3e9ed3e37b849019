"""What a measure saves, by the organisation's own formula of numbers and indicators, with every step."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from surveys.console.kit import look, session
from surveys.console.kit.words import _, join_names, reason
from surveys.improvement.money import UnfitFormula, names_in, worked_out
from surveys.improvement.plans import PlanMeasure


def draw(measure: PlanMeasure) -> None:
    """The result first, then how the formula comes to it; nothing without a formula."""
    if not measure.saving:
        return
    try:
        working = worked_out(measure.saving, figures_by_name())
    except UnfitFormula as wrong:
        st.error(reason(wrong))
        return
    st.markdown(_("节约：**{amount} 元**").format(amount=working.steps[-1]))
    look.soft(" = ".join(working.steps))
    if named := names_in(measure.saving):
        look.soft(_("公式中的指标取最近登记的数：{names}。").format(names=join_names(named)))
    look.soft(_("按登记的公式计算；把一处的结果推广到其他地方，是假设，不是测量。"))


def figures_by_name() -> dict[str, Decimal]:
    """What names in formulas stand for: the last entered value of each indicator."""
    kept = session.store().indicators
    entered = {each.name: kept.entered(each.code) for each in kept.all()}
    return {name: Decimal(str(list(values.values())[-1])) for name, values in entered.items() if values}
