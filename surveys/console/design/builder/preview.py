"""The preview: the real form of the saved draft, as wide as a phone or as the screen."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from surveys.console.design.builder import desk
from surveys.console.design.builder.desk import Desk
from surveys.console.kit.words import _, translate_all
from surveys.localisation.language import marked

KEY = "building.preview"
PHONE, SCREEN, NONE = "phone", "screen", "none"
_WIDTHS = {PHONE: marked("手机"), SCREEN: marked("电脑"), NONE: marked("不显示")}
_PHONE_WIDTH, _PHONE_HEIGHT, _SCREEN_HEIGHT = 360, 720, 720


def width_switch() -> str:
    """How the preview is shown."""
    st.session_state.setdefault(KEY, PHONE)
    names = translate_all(_WIDTHS)
    chosen = st.segmented_control(
        _("预览"), list(names), format_func=names.__getitem__, key=KEY, label_visibility="collapsed"
    )
    return chosen or NONE


def preview(open_desk: Desk, language: str, width: str) -> None:
    """The form, at the selected question."""
    phone = width == PHONE
    with st.container(key=f"building-preview-{'phone' if phone else 'screen'}"):
        st.iframe(
            address(open_desk, language), width=_PHONE_WIDTH if phone else "stretch", alt=_("表单预览"),
            height=_PHONE_HEIGHT if phone else _SCREEN_HEIGHT,
        )  # fmt: skip


def address(open_desk: Desk, language: str) -> str:
    """Where the form of this state of the draft is shown; another state has another address."""
    code = desk.selection().question
    state = f"lang={quote(language)}&state={open_desk.revision}"
    return f"/preview/{quote(open_desk.code)}?{state}" + (f"&at={quote(code)}" if code else "")
