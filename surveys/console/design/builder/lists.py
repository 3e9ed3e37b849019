"""The lists of a question: its options, rows and columns, one line each, with further settings folded away."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from surveys.console.design.builder import desk
from surveys.console.design.builder.conditions import condition
from surveys.console.design.builder.fields import SIMPLE, Drawn, Field, Holder
from surveys.console.kit.words import _
from surveys.definition.plain_data import Data, words
from surveys.editing import (
    Draft,
    SettingKind,
    add_part,
    change_part,
    delete_part,
    move_part,
    part_settings,
    reword_part,
)
from surveys.editing.draft import NOTHING
from surveys.localisation.language import marked
from surveys.localisation.wording import Series, saying

_FOLDED: dict[SettingKind, Drawn] = SIMPLE | {SettingKind.CONDITION: condition}


def parts(field: Field) -> None:
    """Every entry of a list, and ways to add one or many."""
    entries: list[Data] = list(field.value or ())
    st.markdown(f"**{field.name}**", help=field.help)
    for at, entry in enumerate(entries):
        _entry(field, entry, at, len(entries))
    with st.container(horizontal=True, key=f"{field.key} further"):
        _add(field)
        _many(field)


def _entry(field: Field, entry: Data, at: int, amount: int) -> None:
    question, setting, code = str(field.holder.data["code"]), field.setting.name, str(entry.get("code"))
    key = f"{field.key} {code}"
    own = str((entry.get("label") or {}).get(field.language, ""))

    def reworded() -> None:
        desk.take(reword_part, question, setting, code, st.session_state[f"{key} label"], field.language)

    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=f"{key} line"):
        st.text_input(
            f"{field.name} {at + 1}", key=desk.control_key(f"{key} label", own), on_change=reworded,
            label_visibility="collapsed", placeholder=words(entry.get("label")) or None,
        )  # fmt: skip
        folded = st.popover("", icon=":material/more_horiz:", key=f"{key} more", on_change="rerun", help=_("更多设置"))
    if folded.open:
        with folded:
            _further(field, entry, at, amount)


def _further(field: Field, entry: Data, at: int, amount: int) -> None:
    """Order, deletion, and the settings beside the wording."""
    question, setting, code = str(field.holder.data["code"]), field.setting.name, str(entry.get("code"))
    key = f"{field.key} {code}"
    with st.container(horizontal=True):
        for label, icon, by, fits in ((_("上移"), "upward", -1, at > 0), (_("下移"), "downward", 1, at + 1 < amount)):
            st.button(
                label, icon=f":material/arrow_{icon}:", key=f"{key} {by}", disabled=not fits, on_click=desk.take,
                args=(move_part, question, setting, code, by),
            )  # fmt: skip
        st.button(
            _("删除"), icon=":material/delete:", key=f"{key} delete", disabled=amount == 1, on_click=desk.take,
            args=(delete_part, question, setting, code),
        )  # fmt: skip
    holder = Holder(key, entry, partial(_change, question, setting, code))
    for each in part_settings(field.holder.kind, setting):
        if each.name != "label":
            _FOLDED[each.kind](Field(holder, each, field.draft, field.language))


def _change(question: str, setting: str, code: str, draft: Draft, name: str, value: Any) -> Draft:
    return change_part(draft, question, setting, code, name, value)


def _add(field: Field) -> None:
    st.button(
        _("添加一项"), icon=":material/add:", type="tertiary", key=f"{field.key} add", on_click=desk.take,
        args=(add_part, str(field.holder.data["code"]), field.setting.name),
    )  # fmt: skip


def _many(field: Field) -> None:
    pasted = st.popover(_("粘贴多项"), icon=":material/content_paste:", type="tertiary")
    with pasted, st.form(f"{field.key} many", border=False, clear_on_submit=True):
        written = st.text_area(_("每行一项"), height=140, key=f"{field.key} lines")
        instead = st.toggle(_("替换现有各项"), key=f"{field.key} instead")
        if st.form_submit_button(_("加入"), type="primary"):
            lines = [line.strip() for line in written.splitlines() if line.strip()]
            desk.take(with_entries, str(field.holder.data["code"]), field.setting.name, lines, instead)
            st.rerun()


def with_entries(draft: Draft, question: str, setting: str, lines: list[str], instead: bool) -> Draft:
    """With an entry for each line, after those there are or in their stead."""
    if not lines:
        return draft
    before = [str(each["code"]) for each in draft.question(question).get(setting) or ()]
    after = draft
    for line in lines:
        after = add_part(after, question, setting, line)
    notes = []
    for code in before if instead else ():
        after = delete_part(after, question, setting, code)
        notes += [after.note] if str(after.note) else []
    done = saying(marked("替换为 {count} 项") if instead else marked("添加 {count} 项"), count=len(lines))
    return draft.after(
        after.copied(), done, saying("{notes}", notes=Series(tuple(notes), marked("；"))) if notes else NOTHING
    )
