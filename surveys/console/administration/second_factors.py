"""Whether roles that work in the console have to use a second factor, and who has set one up."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from surveys.accounts import Account
from surveys.console.kit import look, session
from surveys.console.kit.words import _
from surveys.permissions import Action


def draw(accounts: Sequence[Account]) -> None:
    """What is asked now, how far people are, and a button to ask it or not."""
    factors = session.store().second_factors
    required, having = factors.required(), factors.names()
    concerned = [each for each in accounts if each.active and each.role.works_in_console]
    there = sum(each.name in having for each in concerned)
    look.soft(_("除了密码，再要求手机验证器应用里的六位数字。员工账号只填问卷，不受影响，也可以自己开启。"))
    told = _("必须使用：没有开启的人登录后先被带到开启页面，在此之前什么都打不开。") if required else _("自愿使用。")
    words = _("在控制台工作的账号 {count} 个，已开启 {there} 个。").format(count=len(concerned), there=there)
    st.markdown(f"**{told}** {words}")
    label = _("改为自愿使用") if required else _("要求在控制台工作的角色都使用")
    if st.button(label, key="require second factor", type="secondary" if required else "primary"):
        admin = session.acting(Action.ADMINISTER_ACCOUNTS)
        factors.require(not required, by=admin.name)
        look.done(_("已改为自愿使用。") if required else _("已要求使用。您自己还没有开启时，下一步就会请您开启。"))
