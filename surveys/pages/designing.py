"""The page on which designers work: their surveys and drafts, the gallery, and ways to begin."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from surveys.definition import Audience
from surveys.editing.draft import words
from surveys.pages import look, session
from surveys.pages.building import desk, workbench
from surveys.pages.choosing import department_names
from surveys.pages.correcting import correcting
from surveys.pages.gallery import gallery
from surveys.pages.starting import from_few_questions, from_file, open_builder, taken_codes
from surveys.pages.versions import versions_of
from surveys.storage.drafts import SavedDraft
from surveys.storage.surveys import SurveyRecord, UnknownSurvey

_TABS = ("我的问卷", "模板库", "新建", "导入文件")


def draw() -> None:
    """The builder, the corrections or the versions of the survey in the address; else all surveys and ways to begin."""
    if code := st.query_params.get("edit"):
        workbench.draw(code)
    elif record := _named("correct"):
        correcting(record.code, record.department)
    elif record := _named("versions"):
        versions_of(record)
    else:
        _overview()


def _named(parameter: str) -> SurveyRecord | None:
    """The survey that stands under this name in the address."""
    try:
        return session.store().surveys.get(st.query_params.get(parameter, ""))
    except UnknownSurvey:
        return None


def _overview() -> None:
    look.heading("问卷", "从模板、从几个问题或从文件开始；发布后题目不再变动，修改会成为新版本。")
    tabs = st.tabs(_TABS, on_change="rerun", key="designing.tab")
    drawn = (_surveys, lambda: gallery(taken_codes()), lambda: from_few_questions(taken_codes()),
             lambda: from_file(taken_codes()))  # fmt: skip
    for tab, draw_tab in zip(tabs, drawn, strict=True):
        if tab.open:
            with tab:
                draw_tab()


def _surveys() -> None:
    records = session.store().surveys.all()
    drafts = {each.survey: each for each in session.store().drafts.all()}
    departments = department_names()
    if not records and not drafts:
        look.empty("还没有问卷", "到“模板库”挑一份，选好归属部门，一分钟就能发布；或到“新建”从几个问题搭起。")
    known = {record.code for record in records}
    for draft in drafts.values():
        if draft.survey not in known:
            _draft(draft)
    for record in records:
        with st.container(border=True, key=f"survey-{record.code}"):
            _about(record, departments, changed=record.code in drafts)
            _actions(record, changed=record.code in drafts)


def _draft(draft: SavedDraft) -> None:
    """A survey that has never been published."""
    with st.container(border=True, key=f"survey-{draft.survey}"):
        title = words(draft.data.get("title")) or "（没有名称）"
        line = Markup('<b>{}</b> {}<div class="xs-soft">{}</div>')
        amount = sum(len(section.get("questions") or ()) for section in draft.data.get("sections") or ())
        facts = f"{amount} 题 · {draft.saved_by} 正在编辑 · 代号 {draft.survey}"
        st.html(line.format(title, look.tag("草稿", "wait"), facts))
        st.button("继续编辑", key=f"edit {draft.survey}", icon=":material/edit:", on_click=open_builder,
                  args=(draft.survey,))  # fmt: skip


def _about(record: SurveyRecord, departments: dict[str, str], *, changed: bool) -> None:
    state = (
        look.tag("收集中", "good") if record.live else look.tag("已关闭") if record.closed else look.tag("草稿", "wait")
    )
    editing = look.tag("有未发布的修改", "wait") if changed else Markup("")
    owner = departments.get(record.department or "", "全组织")
    amount = session.store().responses.amount(record.code)
    facts = f"{owner} · 第 {record.version} 版 · 已收 {amount} 份 · 代号 {record.code}"
    line = Markup('<b>{}</b> {} {}<div class="xs-soft">{}</div>')
    st.html(line.format(record.survey.title, state, editing, facts))


def _actions(record: SurveyRecord, *, changed: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("继续编辑" if changed else "编辑", key=f"edit {record.code}", icon=":material/edit:",
                  on_click=open_builder, args=(record.code,))  # fmt: skip
        if record.live:
            _in_the_field(record)
        elif st.button("重新开放" if record.closed else "发布草稿", key=f"publish {record.code}"):
            account = session.acting(*desk.MAY_BUILD)
            session.store().surveys.publish(record.code, by=account.name)
            look.done(f"“{record.survey.title}”已开始收集。")
        st.button("版本", key=f"versions {record.code}", type="tertiary", on_click=_go, args=("versions", record.code))


def _in_the_field(record: SurveyRecord) -> None:
    address = "/my" if record.survey.audience is Audience.STAFF else f"/s/{record.code}"
    look.links((address, "打开表单"))
    look.link_to("distribution", "发放", survey=record.code)
    look.link_to("collection", "收集", survey=record.code)
    st.button("更正错别字", key=f"correct {record.code}", type="tertiary", on_click=_go, args=("correct", record.code))
    if st.button("关闭", key=f"close {record.code}", type="tertiary", help="停止收集；已收到的答卷保留"):
        _close(record)


def _go(parameter: str, code: str) -> None:
    st.query_params.clear()
    st.query_params[parameter] = code


def _close(record: SurveyRecord) -> None:
    account = session.acting(*desk.MAY_BUILD)
    session.store().surveys.close(record.code, by=account.name)
    look.done(f"“{record.survey.title}”已关闭，已收到的答卷保留。")
