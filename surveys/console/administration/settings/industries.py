"""Which industries the organisation works in: by their topics comments are analysed."""

from __future__ import annotations

from functools import partial

import streamlit as st

from analysis.comments.organisation_analyser import INDUSTRIES_SETTING, chosen_industries, industries_as_setting
from analysis.text.topics.industries import industries, topics_of
from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.words import _, join_names
from surveys.permissions import Action

_BUTTON = "save industries"


def draw() -> None:
    """The topics that hold now, and a form to choose others."""
    look.soft(_("留言按所选行业的主题来分析。选几个行业，它们的主题就放在一起；同名的主题算一个。"))
    store, labels = session.store().organisation, industries()
    sheet = concurrent_edits.sheet(_BUTTON, store.setting(INDUSTRIES_SETTING), _told, INDUSTRIES_SETTING)
    present = chosen_industries(sheet.first)
    with st.form("industries", border=True):
        chosen = st.multiselect(
            _("行业"), list(labels), present, format_func=lambda name: _(labels[name]), placeholder=_("选择行业"),
            key=f"industries {sheet.first}",
        )  # fmt: skip
        if st.form_submit_button(_("保存"), type="primary", key=_BUTTON):
            _save(tuple(chosen), present, sheet.seen)
    look.table([_("行业"), _("主题")], [(_(labels[name]), _topics((name,))) for name in present])


def _save(chosen: tuple[str, ...], present: tuple[str, ...], seen: str | None) -> None:
    if not chosen:
        st.error(_("请至少选择一个行业。"))
    elif set(chosen) == set(present):
        st.error(_("没有改动。"))
    else:
        admin, store = session.acting(Action.CHANGE_SETTINGS), session.store()
        setting = industries_as_setting(chosen)
        if concurrent_edits.keep_edit(_BUTTON, partial(store.organisation.set, INDUSTRIES_SETTING, setting, seen=seen)):
            store.accounts.record(admin.name, "set industries", INDUSTRIES_SETTING, ", ".join(sorted(chosen)))
            look.done(_("已保存，留言正在按新的主题重新分析。"))


def _told(kept: str | None) -> dict[str, str]:
    labels = industries()
    return {_("行业"): join_names([_(labels[name]) for name in chosen_industries(kept)])}


def _topics(chosen: tuple[str, ...]) -> str:
    return join_names([_(topic.label) for topic in topics_of(chosen)])
