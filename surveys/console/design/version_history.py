"""The versions of a survey: when each was published, and in words what it changed."""

from __future__ import annotations

import streamlit as st

from surveys.console.design.builder.publishing import changes
from surveys.console.kit import look, session
from surveys.console.kit.words import _, said
from surveys.localisation.clock import zone
from surveys.storage.records.surveys import SurveyRecord, Version


def versions_of(record: SurveyRecord) -> None:
    """Every version, the newest first, with its differences from the one before."""
    look.heading(
        _("{title} · 版本").format(title=said(record.survey.title)),
        _("发布过的版本不再改变；答卷记着自己是按哪一版填写的。"),
    )
    st.button(_("全部问卷"), icon=":material/arrow_back:", type="tertiary", on_click=st.query_params.clear)
    found = session.store().surveys.versions(record.code)
    for version, before in zip(found, [*found[1:], None], strict=True):
        _version(version, before, current=version.number == record.version and record.live)


def _version(version: Version, before: Version | None, *, current: bool) -> None:
    when = version.published_at
    state = _("{when} 发布").format(when=f"{when.astimezone(zone()):%Y-%m-%d %H:%M}") if when else _("未发布")
    used = [_("正在使用")] if current else []
    with st.container(border=True, key=f"version {version.number}"):
        st.markdown(" · ".join([f"**{_('第 {number} 版').format(number=version.number)}**", state, *used]))
        if before is None:
            look.soft(_("最初的版本，{count} 题。").format(count=sum(1 for _ in version.survey.questions())))
        else:
            with st.expander(_("与第 {number} 版相比").format(number=before.number), expanded=current):
                changes(before.survey, version.survey)
