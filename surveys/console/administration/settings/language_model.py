"""Whether pages may ask a language model of the organisation's own: where it stands, what it costs, the switch."""

from __future__ import annotations

from functools import partial
from time import monotonic

import streamlit as st

from analysis.text.language_model.connection import LanguageModel, LanguageModelUnusable
from analysis.text.language_model.switch import ALLOWED, MODEL_SETTING, is_allowed
from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.words import _, reason
from surveys.permissions import Action
from surveys.settings import LanguageModelSettings, UnfitLanguageModel

_BUTTON = "switch language model"
_TRIAL = "Answer with one word.", "Are you there?"


def draw() -> None:
    """What is set on the server, what is allowed here, and a trial without any comment."""
    look.soft(
        _(
            "可以让本单位自有的大语言模型归纳留言、提出主题。默认关闭；关闭时不会连接任何地址。"
            "开启后也只在有人按下按钮时发送，个人信息先遮住；发往哪里、多少条、多少钱，按之前都会写明。"
        )
    )
    try:
        settings = LanguageModelSettings.from_environment()
    except (UnfitLanguageModel, OSError) as problem:
        st.error(look.as_written(reason(problem)))
        return
    allowed = is_allowed(session.store().organisation)
    look.table([_("项目"), _("现在")], _state(settings, allowed=allowed))
    if settings is None:
        look.soft(_("地址、模型名、密钥文件、时限和价格由服务器的环境变量设定，见 README 的 XINSHENG_LLM_*。"))
    if settings is not None or allowed:
        _switch(allowed=allowed)
    if settings is not None and allowed and st.button(_("试一下（不发留言）"), key="try language model"):
        session.acting(Action.CHANGE_SETTINGS)
        _try(settings)


def _state(settings: LanguageModelSettings | None, *, allowed: bool) -> list[tuple[str, str]]:
    state = _("已开启") if allowed and settings else _("未开启")
    if settings is None:
        return [(_("状态"), state), (_("地址"), _("没有设定"))]
    price = _("发送 {sent:g} 元，回答 {written:g} 元").format(sent=settings.price.sent, written=settings.price.written)
    return [
        (_("状态"), state), (_("地址"), settings.url), (_("模型"), settings.model),
        (_("密钥"), _("有") if settings.key else _("无")),
        (_("时限"), _("{seconds:g} 秒").format(seconds=settings.timeout)), (_("每百万 token"), price),
    ]  # fmt: skip


def _switch(*, allowed: bool) -> None:
    kept = session.store().organisation.setting(MODEL_SETTING)
    shown = concurrent_edits.last_shown(_BUTTON, kept)
    if st.button(_("关闭大语言模型") if allowed else _("开启大语言模型"), type="primary", key=_BUTTON):
        admin, store = session.acting(Action.CHANGE_SETTINGS), session.store()
        new = "" if allowed else ALLOWED
        if concurrent_edits.done(partial(store.organisation.set, MODEL_SETTING, new, seen=shown)):
            store.accounts.record(admin.name, "switch language model", MODEL_SETTING, new or "off")
            look.done(_("已保存。"))


def _try(settings: LanguageModelSettings) -> None:
    began = monotonic()
    try:
        with LanguageModel(settings) as model, st.spinner(_("正在等它回答…")):
            model.answer(*_TRIAL)
    except LanguageModelUnusable as problem:
        st.error(look.as_written(reason(problem)))
    else:
        words = _("{seconds:.1f} 秒内回答了，用了 {tokens} 个 token。")
        st.success(words.format(seconds=monotonic() - began, tokens=model.use.tokens))
