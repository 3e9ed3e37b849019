"""The page on which one sees messages go out: how many by channel, what failed and why, and a test to oneself."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from itertools import groupby
from uuid import uuid4

import streamlit as st
from markupsafe import Markup

from surveys.channels import (
    CHANNELS,
    MessageState,
    OutboxMessage,
    Readiness,
    SendingTrouble,
    SetUp,
    channels_set_up,
    message_id,
)
from surveys.console.kit import actions, look, session
from surveys.console.kit.words import _
from surveys.localisation.clock import utc_now, zone
from surveys.localisation.language import marked
from surveys.people.addresses import plain_address
from surveys.people.masking import masked_email, masked_number, masked_phone
from surveys.permissions import Action
from surveys.settings import Settings, secret_key
from surveys.storage.records.outbox import OutboxEntry

_STATES = {
    MessageState.WAITING: marked("等待"),
    MessageState.SENT: marked("已发送"),
    MessageState.FAILED: marked("失败"),
    MessageState.BOUNCED: marked("退回"),
    MessageState.CANCELLED: marked("已取消"),
}
_READY = {
    Readiness.READY: (marked("可用"), "good"),
    Readiness.UNFIT: (marked("设置有误"), "bad"),
    Readiness.MISSING: (marked("未设置"), "plain"),
}
_MASKS = {"email": masked_email, "phone": masked_phone, "chat": masked_number}
_SHOWN = 100
_TESTED = "sending.test"  # key of the button


def draw() -> None:
    """Counts by channel, failures by reason, a test message."""
    look.heading(_("发送"), _("邮件、短信和群消息在后台发送，重启后接着发；这里看进度、失败的原因，也可以再试。"))
    made = _set_up()
    session.fragment(Action.RUN_OUTBOX, 5)(_progress)(made)
    _troubles()
    _test(made)


def draw_channels() -> None:
    """How the channels stand, and a test message: for the page of settings."""
    made = _set_up()
    _progress(made)
    _test(made)


def _set_up() -> SetUp:
    """The channels of this installation; what is wrong with one is said on the page, by the variable's name alone."""
    settings = Settings.from_environment()
    made = channels_set_up(os.environ, secret_key(settings.secret_file))
    for name, problem in made.problems.items():
        st.error(
            _("{channel}的设置有误，没有启用：{problem}").format(
                channel=_(CHANNELS[name].label), problem=look.as_written(problem)
            )
        )
    return made


def _progress(made: SetUp) -> None:
    counts = session.store().outbox.counts()
    rows = [
        (_(kind.label), ready_tag(made.readiness(name)), *(counts.get((name, state), 0) for state in _STATES))
        for name, kind in CHANNELS.items()
    ]
    look.table([_("渠道"), _("设置"), *(_(words) for words in _STATES.values())], rows)
    look.soft(_("“已发送”指对方服务器已经接收。没有设置的渠道，消息会一直等待，设置好并重启后再发出。"))


def ready_words(ready: Readiness) -> str:
    """Whether a channel can send."""
    return _(_READY[ready][0])


def ready_tag(ready: Readiness) -> Markup:
    """The same as a label."""
    return look.tag(ready_words(ready), _READY[ready][1])


def _troubles() -> None:
    st.header(_("没有送到的"), anchor=False)
    entries = session.store().outbox.troubled()
    if not entries:
        look.empty(_("没有失败或退回的消息"), _("有消息发不出去或被退回时，原因和办法会列在这里。"))
        return
    by_kind = sorted(entries, key=lambda each: (each.message.channel, each.state, each.reason))
    for kind, group in groupby(by_kind, key=lambda each: (each.message.channel, each.state, each.reason)):
        _group(*kind, list(group))
    with st.expander(_("逐条查看（最新 {count} 条）").format(count=min(_SHOWN, len(entries)))):
        headings = [_("时间"), _("渠道"), _("收件人"), _("状态"), _("次数"), _("代码")]
        look.table(headings, map(_row, entries[:_SHOWN]), taken=False)


def _group(channel: str, state: MessageState, reason: str, entries: Sequence[OutboxEntry]) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        what = _("**{channel} · {state} {count} 条**").format(
            channel=_channel(channel), state=_(_STATES[state]), count=len(entries)
        )
        st.markdown(f"{what}  \n{_in_words(reason)}")
        if state is MessageState.FAILED and st.button(_("再试一次"), key=f"retry {channel} {reason}", width="content"):
            _retry(entries)


def _retry(entries: Sequence[OutboxEntry]) -> None:
    account = session.acting(Action.RUN_OUTBOX)
    ids = [each.message.id for each in entries]
    count = session.store().outbox.retry(ids, by=account.name, now=utc_now())
    look.done(_("{count} 条消息将再次发送。").format(count=count))


def _row(entry: OutboxEntry) -> tuple[object, ...]:
    at = entry.created_at.astimezone(zone()).strftime("%Y-%m-%d %H:%M")
    return (
        at,
        _channel(entry.message.channel),
        _masked(entry),
        _(_STATES[entry.state]),
        entry.tries,
        entry.detail or "—",
    )


def _masked(entry: OutboxEntry) -> str:
    kind = CHANNELS.get(entry.message.channel)
    return (_MASKS[kind.contact_field] if kind else masked_number)(entry.message.address)


def _channel(name: str) -> str:
    return _(CHANNELS[name].label) if name in CHANNELS else name


def _in_words(reason: str) -> str:
    return _(SendingTrouble(reason).words) if reason in set(SendingTrouble) else _(SendingTrouble.UNKNOWN.words)


def _test(made: SetUp) -> None:
    st.header(_("给自己发一条测试消息"), anchor=False)
    if not made.channels:
        look.empty(_("还没有设置任何渠道"), _("请系统管理员按 README 的“Settings”设置环境变量，然后重启。"))
        return
    names = {name: _(CHANNELS[name].label) for name in made.channels}
    with st.form("test message", border=True):
        left, right = st.columns([1, 2])
        channel = left.selectbox(_("渠道"), list(names), format_func=names.__getitem__)
        address = right.text_input(_("发到"), max_chars=254, placeholder=whose_address())
        if actions.button(_("发送测试消息"), _TESTED, st.form_submit_button):
            body = _("这是一条测试消息。您能看到它，说明这个渠道可以使用。")
            send_test(channel, address.strip(), body, _test_subject(), _TESTED)
    outcome(_TESTED)


def _test_subject() -> str:
    return _("{name}测试消息").format(name=session.store().organisation.profile().shown_name)


def whose_address() -> str:
    """What to enter as the address of a test message."""
    return _("自己的邮箱、手机号，或群里的成员账号（@all 是所有人）")


def send_test(channel: str, address: str, body: str, subject: str, key: str) -> None:
    """Let a test message wait to be sent, as the button of this *key* asks; `outcome` tells what comes of it."""
    address = plain_address(CHANNELS[channel].contact_field, address)
    if not CHANNELS[channel].fits(address):
        actions.perform(key, lambda: None)
    message = OutboxMessage(message_id("test", uuid4().hex), channel, address, body, subject=subject)
    actions.perform(key, partial(_put, message))


def _put(message: OutboxMessage) -> str:
    account, store = session.acting(Action.RUN_OUTBOX), session.store()
    store.outbox.put([message])
    store.accounts.record(account.name, "send test message", message.channel)
    return message.id


@session.fragment(Action.USE_CONSOLE, 2)  # of one's own message, on whichever page it was sent
def outcome(key: str) -> None:
    """What became of the test message that was sent last by the button of this *key*."""
    came = actions.outcome(key)
    if came is None:
        return
    entry = session.store().outbox.get(came.value) if came.value else None
    if entry is None:
        st.error(_("这不是这个渠道的收件地址，请检查后再发。"))
        return
    if entry.state is MessageState.SENT:
        st.success(_("测试消息已发出，请到收件处查看。"))
    elif entry.state is MessageState.WAITING and not entry.reason:
        st.info(_("测试消息正在等待发送。"))
    else:
        answer = _("（对方的答复：{code}）").format(code=entry.detail) if entry.detail else ""
        words = _("测试消息没有发出：{reason}").format(reason=_in_words(entry.reason))
        st.warning(f"{words}{look.as_written(answer)}")
