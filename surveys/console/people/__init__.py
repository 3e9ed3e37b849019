"""The page of customers and staff: their files, bringing them in, tiers, what is stale, who may see what."""

from __future__ import annotations

from surveys.console.kit import address, look, session
from surveys.console.kit.choosers import say_scope
from surveys.console.kit.words import _
from surveys.console.people import contact_import, duplicates, files, requests, stale, tiers, visibility
from surveys.console.people.opened import opened
from surveys.permissions import Action


def draw() -> None:
    """A tab for each; what an account may not do it isn't offered."""
    look.heading(
        _("客户与员工"),
        _("客户和员工的档案：导入、分级、密级。列表一律遮蔽个人信息，每次查看档案都会记入审计。"),
    )
    account, register = session.signed_in(), opened()
    say_scope(account)
    parts = {"files": (_("档案"), files.draw)}
    if register.sight.plain:
        parts["import"] = _("导入"), contact_import.draw
    if account.sees_all_departments:
        parts["tiers"] = _("客户等级"), tiers.draw
    if register.sight.plain:
        parts["duplicates"] = _("重复档案"), duplicates.draw
    parts["stale"] = _("待更新"), stale.draw
    if account.may(Action.SET_SECRECY):
        parts["levels"] = _("密级与权限"), visibility.draw
        parts["requests"] = _("个人信息请求"), requests.draw
    for code, tab in address.tabs("tab", {code: name for code, (name, _part) in parts.items()}).items():
        with tab:
            parts[code][1](register)
