"""The page on which the administrator reads who changed what."""

from __future__ import annotations

import streamlit as st

from surveys.console.administration import audit_archive
from surveys.console.administration.audit_wordings import action_in_words, detail_in_words, thing_in_words, who_in_words
from surveys.console.kit import address, look, session
from surveys.console.kit.words import _
from surveys.localisation.clock import zone

_SHOWN = 50


def draw() -> None:
    """The audit trail, newest first."""
    told = _("每一次改动：谁、何时、做了什么。记录只增不改，不含客户填写的内容。")
    look.heading(_("审计"), told + _("登录只记到天，免得凭时间猜出匿名答卷是谁的。"))
    _lines()
    audit_archive.draw()


def _lines() -> None:
    amounts = {str(count): _("{count} 条").format(count=count) for count in (_SHOWN, 200, 1000)}

    def draw_amounts() -> str | None:
        return st.segmented_control(
            _("显示最近"), list(amounts), format_func=amounts.__getitem__, required=True, key="amount"
        )

    lines = session.store().accounts.audit(int(address.choice("amount", amounts, draw_amounts, str(_SHOWN))))
    if not lines:
        look.empty(_("还没有记录"), _("发布问卷、修改账号等操作会记在这里。"))
        return
    look.table(
        [_("时间"), _("账号"), _("操作"), _("对象"), _("说明")],
        [
            (each.at.astimezone(zone()).strftime("%Y-%m-%d" if each.by_day else "%Y-%m-%d %H:%M:%S"),
             who_in_words(each.account),
             action_in_words(each.action), thing_in_words(each.object), detail_in_words(each.detail))
            for each in lines
        ],
    )  # fmt: skip
