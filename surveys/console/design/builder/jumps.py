"""Where to go on after a section: to a later one or to the end, always or on a condition."""

from __future__ import annotations

from typing import Any

import streamlit as st

from surveys.console.design.builder import desk
from surveys.console.design.builder.conditions import before_jump, compared_at_first, editor, nearest_of
from surveys.console.design.builder.fields import Field
from surveys.console.design.builder.outline import section_name
from surveys.console.kit import look
from surveys.console.kit.words import _, translate_all
from surveys.definition.plain_data import Data, words
from surveys.localisation.language import marked

_ENDS = {"end": marked("直接结束"), "screen_out": marked("结束（不是要问的人）")}


def jumps(field: Field) -> None:
    """Each jump with its target and condition, in the order in which they are tried."""
    present: list[Data] = list(field.value or ())
    targets = _targets(field)
    head = _("{label}：{count} 条") if present else _("{label}：无")
    with st.expander(head.format(label=field.label, count=len(present)), key=f"{field.key} open"):
        if field.help:
            look.soft(field.help)
        for at, jump in enumerate(present):
            _jump(field, present, at, jump, targets)
        st.button(
            _("添加跳转"), icon=":material/add:", type="tertiary", key=f"{field.key} add", on_click=field.take,
            args=([*present, _further(field)],),
        )  # fmt: skip


def _further(field: Field) -> Data:
    """A new jump, on a condition: one that is always made would leave all that follows unreachable."""
    nearest = nearest_of(before_jump(field.draft, desk.selection().section))
    return {"to": "end", "if": compared_at_first(nearest)} if nearest else {"to": "end"}


def _targets(field: Field) -> dict[str, str]:
    """Later sections that have a code, and the ends."""
    sections = list(enumerate(field.draft.sections()))[desk.selection().section + 1 :]
    named = {str(each["code"]): section_name(at, words(each.get("title"))) for at, each in sections if each.get("code")}
    return {code: _("跳到“{title}”").format(title=title) for code, title in named.items()} | translate_all(_ENDS)


def _jump(field: Field, present: list[Data], at: int, jump: Data, targets: dict[str, str]) -> None:
    key, section = f"{field.key} {at}", desk.selection().section

    def become(changed: Data | None) -> None:
        field.take([*present[:at], *([changed] if changed else []), *present[at + 1 :]])

    def retargeted() -> None:
        become(jump | {"to": st.session_state[f"{key} to"]})

    def conditioned(condition: dict[str, Any] | None) -> None:
        rest = {name: value for name, value in jump.items() if name != "if"}
        become(rest | {"if": condition} if condition else rest)

    with st.container(border=True, gap="xsmall"):
        options = list(dict.fromkeys([*targets, str(jump.get("to"))]))
        st.selectbox(
            _("跳到"), options, key=desk.control_key(f"{key} to", str(jump.get("to"))), on_change=retargeted,
            format_func=lambda each: targets.get(each, each),
        )  # fmt: skip
        look.soft(_("条件（不设条件时总是跳转）"))
        editor(f"{key} if", jump.get("if"), before_jump(field.draft, section), conditioned)
        st.button(_("去掉这条跳转"), key=f"{key} drop", type="tertiary", on_click=become, args=(None,))
