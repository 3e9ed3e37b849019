"""This quarter's list of files that nobody has touched for long."""

from __future__ import annotations

import streamlit as st

from surveys.console.kit import look, session
from surveys.console.kit.choosers import department_names
from surveys.console.kit.words import _
from surveys.console.people.opened import day_of, opened
from surveys.operations.contact_register import NotYours, Register

_LISTED = 200


def draw(register: Register) -> None:
    """The files, the oldest knowledge of each, and a way to say that one is right."""
    quarter = (register.today.month - 1) // 3 + 1
    days = register.rules.stale_after_days
    look.soft(
        _(
            "{year} 年第 {quarter} 季度清单：到本季度第一天已有 {days} 天没有更新的档案。改动或核对过的会从清单上消失。"
        ).format(year=register.today.year, quarter=quarter, days=days)
    )
    wanted = register.stale()
    amount = register.amount(wanted)
    if not amount:
        look.empty(_("没有待更新的档案"), _("下一季度的第一天会有新的清单。"))
        return
    names = department_names()
    found = register.page(wanted, limit=_LISTED)
    st.markdown(_("共 {count} 份").format(count=f"{amount:,}"))
    look.table(
        [_("姓名或名称"), _("客户编号"), _("部门"), _("更新于")],
        [
            (each.name, each.customer_number or "—", names.get(each.department or "", "—"), day_of(each.updated_at))
            for each in found
        ],
        taken=False,
    )
    labels = {each.id: f"{each.name} {each.customer_number or each.phone}" for each in found}
    chosen = st.multiselect(
        _("已经核对、内容无误的档案"),
        list(labels),
        format_func=labels.__getitem__,
        key="confirmed",
        placeholder=_("选择档案"),
    )
    if st.button(_("核对无误"), disabled=not chosen):
        _confirm(chosen)


def _confirm(chosen: list[str]) -> None:
    register, refused = opened(), 0
    for each in chosen:
        try:
            register.confirm(each)
        except NotYours:
            refused += 1
    session.signed_in()
    look.done(_("已核对 {count} 份。").format(count=len(chosen) - refused))
