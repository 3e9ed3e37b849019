"""The page on which designers work: their surveys and drafts, the gallery, and ways to begin."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from surveys.console.design import survey_lifecycle, trials
from surveys.console.design.builder import workbench
from surveys.console.design.new_survey import from_few_questions, from_file, open_builder, taken_codes
from surveys.console.design.rounds import rounds_page
from surveys.console.design.template_gallery import gallery
from surveys.console.design.typo_corrections import correcting
from surveys.console.design.version_history import versions_of
from surveys.console.kit import address, look, session
from surveys.console.kit.choosers import department_names
from surveys.console.kit.words import _, said, translate_all
from surveys.definition.plain_data import words
from surveys.definition.survey import Audience
from surveys.localisation.language import marked
from surveys.storage.records.surveys import SavedDraft, SurveyRecord, UnknownSurvey

_TABS = {
    "surveys": marked("我的问卷"),
    "gallery": marked("模板库"),
    "new": marked("新建"),
    "file": marked("导入文件"),
}


def draw() -> None:
    """What the address names of a survey: builder, corrections, versions, rounds; else all of them, and new ones."""
    address.asked("edit", "correct", "versions", "rounds")
    if code := st.query_params.get("edit"):
        workbench.draw(code)
    elif record := _named("correct"):
        correcting(record.code, record.department)
    elif record := _named("versions"):
        versions_of(record)
    elif record := _named("rounds"):
        rounds_page(record)
    else:
        _overview()


def _named(parameter: str) -> SurveyRecord | None:
    """The survey that stands under this name in the address."""
    named = st.query_params.get(parameter, "")
    try:
        return session.store().surveys.get(named)
    except UnknownSurvey:
        if named:
            address.doubt(parameter, named)
        return None


def _overview() -> None:
    look.heading(_("问卷"), _("从模板、从几个问题或从文件开始；发布后题目不再变动，修改会成为新版本。"))
    drawn = {
        "surveys": _surveys,
        "gallery": lambda: gallery(taken_codes()),
        "new": lambda: from_few_questions(taken_codes()),
        "file": lambda: from_file(taken_codes()),
    }
    for code, tab in address.tabs("tab", translate_all(_TABS)).items():
        if tab.open:
            with tab:
                drawn[code]()


def _surveys() -> None:
    everything = session.store().surveys.all(archived=True)
    records = [each for each in everything if not each.archived]
    drafts = {each.survey: each for each in session.store().drafts.all()}
    departments = department_names()
    if not records and not drafts:
        look.empty(_("还没有问卷"), _("到“模板库”挑一份，选好归属部门，一分钟就能发布；或到“新建”从几个问题搭起。"))
    known = {record.code for record in everything}
    for draft in drafts.values():
        if draft.survey not in known:
            _draft(draft)
    for record in records:
        with st.container(border=True, key=f"survey-{record.code}"):
            _about(record, departments, changed=record.code in drafts)
            _actions(record, changed=record.code in drafts)
    survey_lifecycle.draw_archived([each for each in everything if each.archived])


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
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(_("继续编辑"), key=f"edit {draft.survey}", icon=":material/edit:", on_click=open_builder,
                      args=(draft.survey,))  # fmt: skip
            survey_lifecycle.more_of_draft(draft)


def _about(record: SurveyRecord, departments: dict[str, str], *, changed: bool) -> None:
    editing = look.tag(_("有未发布的修改"), "wait") if changed else Markup("")
    owner = departments.get(record.department or "", _("全组织"))
    amount = session.store().responses.amount(record.code)
    facts = _("{name} · 第 {version} 版 · 已收 {count} 份 · 代号 {code}").format(
        name=owner, version=record.version, count=amount, code=record.code
    )
    line = Markup('<b>{}</b> {} {}<div class="xs-soft">{}</div>')
    tag = survey_lifecycle.state_tag(record)
    st.html(line.format(said(record.survey.title), tag, editing, facts + survey_lifecycle.times_in_words(record)))


def _actions(record: SurveyRecord, *, changed: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("继续编辑") if changed else _("编辑"), key=f"edit {record.code}", icon=":material/edit:",
                  on_click=open_builder, args=(record.code,))  # fmt: skip
        if record.live:
            _in_the_field(record)
        else:
            survey_lifecycle.publish(record)
        st.button(
            _("版本"), key=f"versions {record.code}", type="tertiary", on_click=_go, args=("versions", record.code)
        )
        if record.live or record.closed:
            st.button(
                _("轮次"), key=f"rounds {record.code}", type="tertiary", on_click=_go, args=("rounds", record.code)
            )
        survey_lifecycle.times(record)
        survey_lifecycle.more(record)


def _in_the_field(record: SurveyRecord) -> None:
    form = "/my" if record.survey.audience is Audience.STAFF else f"/s/{record.code}"
    look.links((form, _("打开表单")))
    look.link_to("distribution", _("发放"), survey=record.code)
    look.link_to("collection", _("收集"), survey=record.code)
    st.button(
        _("更正错别字"), key=f"correct {record.code}", type="tertiary", on_click=_go, args=("correct", record.code)
    )
    if record.trial:
        trials.start(record)
    survey_lifecycle.close(record)


def _go(parameter: str, code: str) -> None:
    st.query_params.clear()
    st.query_params[parameter] = code
