"""The page on which designers work: their surveys and drafts, the gallery, and ways to begin."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from surveys.definition import Audience
from surveys.editing.draft import words
from surveys.language import marked
from surveys.pages import look, session
from surveys.pages.building import desk, workbench
from surveys.pages.choosing import department_names
from surveys.pages.correcting import correcting
from surveys.pages.gallery import gallery
from surveys.pages.starting import from_few_questions, from_file, open_builder, taken_codes
from surveys.pages.versions import versions_of
from surveys.pages.words import _, said
from surveys.storage.drafts import SavedDraft
from surveys.storage.surveys import SurveyRecord, UnknownSurvey

_TABS = (marked("我的问卷"), marked("模板库"), marked("新建"), marked("导入文件"))


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
    look.heading(_("问卷"), _("从模板、从几个问题或从文件开始；发布后题目不再变动，修改会成为新版本。"))
    tabs = st.tabs([_(each) for each in _TABS], on_change="rerun", key="designing.tab")
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
        look.empty(_("还没有问卷"), _("到“模板库”挑一份，选好归属部门，一分钟就能发布；或到“新建”从几个问题搭起。"))
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
        title = words(draft.data.get("title")) or _("（没有名称）")
        line = Markup('<b>{}</b> {}<div class="xs-soft">{}</div>')
        amount = sum(len(section.get("questions") or ()) for section in draft.data.get("sections") or ())
        facts = _("{count} 题 · {name} 正在编辑 · 代号 {code}").format(
            count=amount, name=draft.saved_by, code=draft.survey
        )
        st.html(line.format(title, look.tag(_("草稿"), "wait"), facts))
        st.button(_("继续编辑"), key=f"edit {draft.survey}", icon=":material/edit:", on_click=open_builder,
                  args=(draft.survey,))  # fmt: skip


def _about(record: SurveyRecord, departments: dict[str, str], *, changed: bool) -> None:
    state = (
        look.tag(_("收集中"), "good")
        if record.live
        else look.tag(_("已关闭"))
        if record.closed
        else look.tag(_("草稿"), "wait")
    )
    editing = look.tag(_("有未发布的修改"), "wait") if changed else Markup("")
    owner = departments.get(record.department or "", _("全组织"))
    amount = session.store().responses.amount(record.code)
    facts = _("{name} · 第 {version} 版 · 已收 {count} 份 · 代号 {code}").format(
        name=owner, version=record.version, count=amount, code=record.code
    )
    line = Markup('<b>{}</b> {} {}<div class="xs-soft">{}</div>')
    st.html(line.format(said(record.survey.title), state, editing, facts))


def _actions(record: SurveyRecord, *, changed: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("继续编辑") if changed else _("编辑"), key=f"edit {record.code}", icon=":material/edit:",
                  on_click=open_builder, args=(record.code,))  # fmt: skip
        if record.live:
            _in_the_field(record)
        elif st.button(_("重新开放") if record.closed else _("发布草稿"), key=f"publish {record.code}"):
            account = session.acting(*desk.MAY_BUILD)
            session.store().surveys.publish(record.code, by=account.name)
            look.done(_("“{title}”已开始收集。").format(title=said(record.survey.title)))
        st.button(
            _("版本"), key=f"versions {record.code}", type="tertiary", on_click=_go, args=("versions", record.code)
        )


def _in_the_field(record: SurveyRecord) -> None:
    address = "/my" if record.survey.audience is Audience.STAFF else f"/s/{record.code}"
    look.links((address, _("打开表单")))
    look.link_to("distribution", _("发放"), survey=record.code)
    look.link_to("collection", _("收集"), survey=record.code)
    st.button(
        _("更正错别字"), key=f"correct {record.code}", type="tertiary", on_click=_go, args=("correct", record.code)
    )
    if st.button(_("关闭"), key=f"close {record.code}", type="tertiary", help=_("停止收集；已收到的答卷保留")):
        _close(record)


def _go(parameter: str, code: str) -> None:
    st.query_params.clear()
    st.query_params[parameter] = code


def _close(record: SurveyRecord) -> None:
    account = session.acting(*desk.MAY_BUILD)
    session.store().surveys.close(record.code, by=account.name)
    look.done(_("“{title}”已关闭，已收到的答卷保留。").format(title=said(record.survey.title)))
