"""What people are told of the use of their personal information: its newest version, a form to begin another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.words import _
from surveys.fieldwork.privacy_notices import LONGEST_NOTICE, PrivacyNotice
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.language import own_name
from surveys.localisation.wording import DEFAULT_LANGUAGE, Text
from surveys.permissions import Action


def draw(survey: str, languages: Sequence[str], action: Action) -> None:
    """The notice of a survey, or of the organisation where *survey* is empty."""
    versions = session.store().privacy_notices.versions(survey)
    newest = versions[0] if versions else None
    button = f"save notice {survey}"
    sheet = concurrent_edits.sheet(button, newest, partial(_told, languages), survey)
    with st.form(f"notice {survey}", border=True):
        typed = {tag: _typed(survey, tag, sheet.first) for tag in languages}
        if st.form_submit_button(_("发布这一版"), type="primary", key=button):
            _save(survey, typed, action, button, sheet.seen)
    if versions:
        rows = [(each.number, local_day(each.since).isoformat(), each.by, _state(each)) for each in versions]
        look.table([_("版本"), _("自"), _("发布人"), _("内容")], rows)


def _typed(survey: str, tag: str, first: PrivacyNotice | None) -> str:
    return st.text_area(
        _("隐私说明（{language}）").format(language=own_name(tag)), _words(first, tag), height=160,
        max_chars=LONGEST_NOTICE, key=f"notice {survey} {tag} {first.number if first else 0}",
        placeholder=_("谁收集、为什么、保存多久、谁能看到、怎样撤回或删除、找谁"),
    )  # fmt: skip


def _save(survey: str, typed: dict[str, str], action: Action, button: str, seen: PrivacyNotice | None) -> None:
    said = {tag: text.strip() for tag, text in typed.items() if text.strip()}
    if said and DEFAULT_LANGUAGE not in said:
        st.error(_("请填写{language}的文字，没有译文的语言都显示它。").format(language=own_name(DEFAULT_LANGUAGE)))
        return
    account, notices = session.acting(action), session.store().privacy_notices
    text = Text(said) if said else None
    save = partial(notices.set, survey, text, by=account.name, now=utc_now(), seen=seen)
    if concurrent_edits.keep_edit(button, save):
        look.done(_("已发布，从现在起打开的表单用这一版。") if text else _("已停用，从现在起打开的表单不再显示它。"))


def _words(notice: PrivacyNotice | None, tag: str) -> str:
    return notice.text.root.get(tag, "") if notice is not None and notice.text is not None else ""


def _told(languages: Sequence[str], notice: PrivacyNotice | None) -> dict[str, str]:
    return {own_name(tag): _words(notice, tag) for tag in languages}


def _state(notice: PrivacyNotice) -> str:
    return str(notice.text)[:40] if notice.text else _("不再显示")
