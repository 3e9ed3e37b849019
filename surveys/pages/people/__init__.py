"""The page of customers and staff: their files, bringing them in, tiers, what is stale, who may see what."""

from __future__ import annotations

import streamlit as st

from surveys.accounts import Role
from surveys.pages import look, session
from surveys.pages.people import coming_in, files, levels, stale, tiers
from surveys.pages.people.opened import opened
from surveys.pages.words import _


def draw() -> None:
    """A tab for each; what an account may not do it isn't offered."""
    look.heading(
        _("客户与员工"),
        _("客户和员工的档案：导入、分级、密级。列表一律遮蔽个人信息，每次查看档案都会记入审计。"),
    )
    account, register = session.signed_in(), opened()
    parts = {_("档案"): files.draw}
    if register.sight.plain:
        parts[_("导入")] = coming_in.draw
    if account.sees_all_departments:
        parts[_("客户等级")] = tiers.draw
    parts[_("待更新")] = stale.draw
    if account.role is Role.ADMIN:
        parts[_("密级与权限")] = levels.draw
    for tab, part in zip(st.tabs(list(parts)), parts.values(), strict=True):
        with tab:
            part(register)
