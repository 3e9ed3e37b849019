"""The versions of a survey: when each was published, and in words what it changed."""

from __future__ import annotations

import streamlit as st

from surveys.clock import ZONE
from surveys.pages import look, session
from surveys.pages.building.publishing import changes
from surveys.storage.surveys import SurveyRecord, Version


def versions_of(record: SurveyRecord) -> None:
    """Every version, the newest first, with its differences from the one before."""
    look.heading(f"{record.survey.title} · 版本", "发布过的版本不再改变；答卷记着自己是按哪一版填写的。")
    st.button("全部问卷", icon=":material/arrow_back:", type="tertiary", on_click=st.query_params.clear)
    found = session.store().surveys.versions(record.code)
    for version, before in zip(found, [*found[1:], None], strict=True):
        _version(version, before, current=version.number == record.version and record.live)


def _version(version: Version, before: Version | None, *, current: bool) -> None:
    when = version.published_at
    state = f"{when.astimezone(ZONE):%Y-%m-%d %H:%M} 发布" if when else "未发布"
    with st.container(border=True, key=f"version {version.number}"):
        st.markdown(f"**第 {version.number} 版** · {state}{' · 正在使用' if current else ''}")
        if before is None:
            look.soft(f"最初的版本，{sum(1 for _ in version.survey.questions())} 题。")
        else:
            with st.expander(f"与第 {before.number} 版相比", expanded=current):
                changes(before.survey, version.survey)
