"""Customer files analysed: figures over the files that the account may see, and of no other one."""

from __future__ import annotations

from analysis.pages.customers import associations, concentration, key_accounts, profile, trend
from analysis.pages.customers.selected_files import selected_files
from surveys.console.kit import address, look, session
from surveys.console.kit.choosers import say_scope
from surveys.console.kit.words import _
from surveys.permissions import Action


def draw() -> None:
    """A tab for each analysis; tier, department and region above them hold for all."""
    look.heading(_("客户分析"), _("客户档案的画像、统计、趋势和关联。密级高于您权限的档案不计入任何数字。"))
    say_scope(session.acting(Action.MANAGE_CONTACTS))
    files = selected_files()
    if files is None:
        return
    parts = {
        "profile": (_("画像"), profile.draw), "statistics": (_("统计"), concentration.draw),
        "trend": (_("趋势"), trend.draw), "association": (_("关联"), associations.draw),
        "key": (_("重点客户"), key_accounts.draw),
    }  # fmt: skip
    for code, tab in address.tabs("tab", {code: name for code, (name, _part) in parts.items()}).items():
        if tab.open:
            with tab:
                parts[code][1](files)
