"""The page on which the administrator gives other systems their keys."""

from __future__ import annotations

from functools import partial

import streamlit as st

from surveys.api_keys import ApiKey, ApiScope, new_key
from surveys.console.administration import webhooks
from surveys.console.kit import actions, look, session
from surveys.console.kit.words import _, join_names
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Action

_LONGEST_NAME = 60
_NEW = "new key"  # key of the button


def draw() -> None:
    """All keys, a form for a new one, and a way to revoke one."""
    look.heading(_("接口"), _("让工单、短信网关、语音平台等系统直接上报事件、交回答卷、读取结果。每个系统一把密钥。"))
    look.links(("/api/v1/openapi.json", _("接口说明（OpenAPI）")))
    keys = session.store().api_keys.all()
    if keys:
        look.table([_("系统"), _("编号"), _("可以做什么"), _("建立"), _("最近使用"), _("状态")], map(_row, keys))
    else:
        look.empty(_("还没有密钥"), _("有别的系统要连接时，在下面为它新建一把。"))
    _add()
    _revoke([key for key in keys if not key.revoked])
    webhooks.draw()


def _row(key: ApiKey) -> tuple[object, ...]:
    state = look.tag(_("已作废"), "bad") if key.revoked else look.tag(_("在用"), "good")
    scopes = join_names([_(scope.label) for scope in ApiScope if scope in key.scopes])
    return key.system, key.id, scopes, key.created_on, key.last_used_on or _("从未"), state


def _add() -> None:
    with st.form("add key", clear_on_submit=False):
        system = st.text_input(_("系统名称"), max_chars=_LONGEST_NAME, placeholder=_("例如：95598 工单系统"))
        names = {scope: _(scope.label) for scope in ApiScope}
        scopes = st.multiselect(
            _("可以做什么"), list(ApiScope), format_func=names.__getitem__, placeholder=_("只选它需要的")
        )
        pressed = actions.button(_("新建密钥"), _NEW, st.form_submit_button, type="primary")
    if pressed:
        actions.perform(_NEW, partial(_make, system.strip(), frozenset(scopes)))
    if made := actions.outcome(_NEW):
        _made(made.value)


def _make(system: str, scopes: frozenset[ApiScope]) -> str | None:
    """The words of a new key, which are kept nowhere; None when something is missing."""
    if not system or not scopes:
        return None
    admin = session.acting(Action.MANAGE_API_KEYS)
    key, text = new_key(system, scopes, local_day(utc_now()))
    session.store().api_keys.add(key, by=admin.name)
    return text


def _made(text: str | None) -> None:
    if text is None:
        st.error(_("请填写系统名称，并至少选一项它可以做的事。"))
        return
    st.success(_("已新建。密钥只显示这一次，请立即保存到对方系统："))
    st.code(text, language=None)


def _revoke(keys: list[ApiKey]) -> None:
    if not keys:
        return
    with st.expander(_("作废密钥")):
        names = {key.id: f"{key.system} · {key.id}" for key in keys}
        chosen = st.selectbox(_("密钥"), list(names), format_func=names.__getitem__)
        st.caption(_("作废后，用这把密钥的系统立即不能再访问；无法恢复。"))
        if st.button(_("作废")):
            admin = session.acting(Action.MANAGE_API_KEYS)
            session.store().api_keys.revoke(chosen, local_day(utc_now()), by=admin.name)
            look.done(_("已作废。"))
