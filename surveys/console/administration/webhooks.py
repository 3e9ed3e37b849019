"""Webhooks: which systems are told of what, and the log of what was sent to each."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import partial

import streamlit as st

from surveys.channels.systems.addresses import ForbiddenAddress, assert_fit
from surveys.channels.systems.webhook import Delivery, DeliveryState, OutgoingWebhook, WebhookEvent, new_secret, seal
from surveys.console.kit import actions, look, session
from surveys.console.kit.words import _, join_names, said
from surveys.localisation.clock import utc_now, zone
from surveys.localisation.wording import Said
from surveys.permissions import Action
from surveys.settings import Settings, secret_key

_NEW = "new webhook"  # key of the button
_SECRET = "new webhook secret"  # noqa: S105  key of a button
_TONES = {DeliveryState.SENT: "good", DeliveryState.FAILED: "bad", DeliveryState.WAITING: "wait"}
_SHOWN = 50
_LONGEST_NAME, _LONGEST_ADDRESS = 60, 300


def draw() -> None:
    """All webhooks with their logs, and a form for a new one."""
    st.header(_("推送"), anchor=False)
    look.soft(_("答卷和工单一有变化，就发一条签名的消息给对方系统；匿名问卷的答卷不推送，消息里没有原话和联系方式。"))
    for hook in session.store().webhooks.all():
        _one(hook)
    _add()


def _one(hook: OutgoingWebhook) -> None:
    state = look.tag(_("已暂停"), "bad") if hook.paused else look.tag(_("在推送"), "good")
    with st.container(border=True):
        events = join_names([_(each.label) for each in WebhookEvent if each in hook.events])
        headings = [_("系统"), _("网址"), _("推送什么"), _("状态")]
        look.table(headings, [(hook.name, hook.url, events, state)], taken=False)
        if hook.paused:
            look.soft(_("对方拒收（{why}），消息都留着；对方改好后点“恢复推送”。").format(why=hook.paused))
        with st.container(horizontal=True):
            if st.button(_("恢复推送") if hook.paused else _("暂停推送"), key=f"turn {hook.id}"):
                _turn(hook)
            if st.button(_("更换密钥"), key=f"secret {hook.id}"):
                actions.perform(_SECRET, partial(_changed_secret, hook))
            if st.button(_("删除"), key=f"drop {hook.id}"):
                session.store().webhooks.remove(hook.id, by=session.acting(Action.MANAGE_API_KEYS).name)
                look.done(_("已删除推送和它的记录。"))
        if (made := actions.outcome(_SECRET)) and made.value[0] == hook.id:
            _shown_once(made.value[1])
        _log(hook)


def _log(hook: OutgoingWebhook) -> None:
    log = session.store().webhooks.log(hook.id, _SHOWN)
    with st.expander(_("推送记录（最近 {count} 条）").format(count=len(log)), key=f"log {hook.id}"):
        if not log:
            look.soft(_("还没有推送过。"))
            return
        look.table([_("时间"), _("事件"), _("状态"), _("次数"), _("结果"), _("编号")], map(_row, log))
        names = {each.id: f"{_moment(each.created_at)} · {each.id}" for each in log}
        chosen = st.selectbox(_("消息"), list(names), format_func=names.__getitem__, key=f"message {hook.id}")
        if st.button(_("重发这一条"), key=f"resend {hook.id}"):
            by = session.acting(Action.MANAGE_API_KEYS).name
            session.store().webhooks.resend(chosen, utc_now(), by=by)
            look.done(_("马上重发，编号不变。"))


def _moment(at: datetime) -> str:
    return at.astimezone(zone()).strftime("%Y-%m-%d %H:%M")


def _row(each: Delivery) -> tuple[object, ...]:
    state = look.tag(_(each.state.label), _TONES[each.state])
    return _moment(each.created_at), _(each.event.label), state, each.tries, each.detail or "—", each.id


def _turn(hook: OutgoingWebhook) -> None:
    by, table = session.acting(Action.MANAGE_API_KEYS).name, session.store().webhooks
    if hook.paused:
        table.let_on(hook.id, utc_now(), by=by)
        look.done(_("已恢复，积下的马上发。"))
    else:
        table.pause(hook.id, _("人工暂停"), by=by)
        look.done(_("已暂停。"))


def _changed_secret(hook: OutgoingWebhook) -> tuple[str, str]:
    text = new_secret()
    by = session.acting(Action.MANAGE_API_KEYS).name
    session.store().webhooks.change_secret(hook.id, seal(_key(), text), by=by)
    return hook.id, text


def _add() -> None:
    with st.form("add webhook", clear_on_submit=False):
        name = st.text_input(_("系统名称"), max_chars=_LONGEST_NAME, key="webhook name")
        url = st.text_input(_("网址"), max_chars=_LONGEST_ADDRESS, key="webhook url")
        labels = {each: _(each.label) for each in WebhookEvent}
        events = st.multiselect(
            _("推送什么"), list(WebhookEvent), format_func=labels.__getitem__, placeholder=_("只选它需要的"),
            key="webhook events",
        )  # fmt: skip
        pressed = actions.button(_("新建推送"), _NEW, st.form_submit_button, type="primary")
    if pressed:
        actions.perform(_NEW, partial(_made, name.strip(), url.strip(), frozenset(events)))
    if made := actions.outcome(_NEW):
        secret, problem = made.value
        if problem is not None:
            st.error(_("{reason}。").format(reason=said(problem)))
        else:
            _shown_once(secret)


def _made(name: str, url: str, events: frozenset[WebhookEvent]) -> tuple[str, Said | None]:
    """The secret of a new webhook, which nobody reads again; or what keeps it from being made."""
    if not name or not events:
        return "", _("请填写系统名称，并至少选一种事件")
    try:
        assert_fit(url)
    except ForbiddenAddress as error:
        return "", error.args[0]
    text = new_secret()
    hook = OutgoingWebhook(f"w{secrets.token_hex(4)}", name, url, events, seal(_key(), text))
    session.store().webhooks.add(hook, by=session.acting(Action.MANAGE_API_KEYS).name)
    return text, None


def _shown_once(secret: str) -> None:
    st.success(_("签名密钥只显示这一次，请立即保存到对方系统："))
    st.code(secret, language=None)


def _key() -> bytes:
    return secret_key(Settings.from_environment().secret_file)
