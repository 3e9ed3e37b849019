"""The builder's page: head with undo and redo, then the side of the draft that is being worked on."""

from __future__ import annotations

import streamlit as st

from surveys.console.design.builder import (
    checks,
    definition_export,
    desk,
    indicators,
    outline,
    preview,
    publishing,
    settings_form,
)
from surveys.console.design.builder.checks import Check
from surveys.console.design.builder.desk import Desk
from surveys.console.design.builder.translations import translating
from surveys.console.kit import look
from surveys.console.kit.words import _, said, translate_all
from surveys.console.kit.words import language as reader
from surveys.definition.plain_data import words
from surveys.editing import (
    Draft,
    delete_question,
    delete_section,
    duplicate_question,
    move_question,
    move_question_down,
    move_question_up,
    move_section,
)
from surveys.editing.draft import locate_question
from surveys.localisation.language import marked, own_name
from surveys.localisation.wording import DEFAULT_LANGUAGE

VIEWS = {
    "questions": marked("题目"),
    "indicators": marked("维度"),
    "survey": marked("问卷设置"),
    "languages": marked("翻译"),
    "publish": marked("检查与发布"),
    "files": marked("导出"),
}
_READABLE = 760  # pixels
_LANGUAGE = "building.language"
_SHEET = """
<style>
[data-testid="stMainBlockContainer"] {max-width: 100rem}
@media (min-width: 641px) {[data-testid="stMainBlockContainer"] {padding-top: 1.5rem}}
.st-key-building-desk > [data-testid="stHorizontalBlock"] {align-items: flex-start}
.st-key-building-outline {max-height: 62vh; overflow-y: auto; border: 1px solid var(--xs-edge); border-radius: 8px;
    padding: .35rem}
.st-key-building-outline button {justify-content: flex-start; min-height: 2rem; padding: .15rem .5rem; text-align: left}
.st-key-building-outline button > div {justify-content: flex-start; width: 100%; min-width: 0}
.st-key-building-outline button p {white-space: nowrap; overflow: hidden; text-overflow: ellipsis; font-size: .9rem}
.st-key-building-outline button[kind="secondary"] {background: var(--xs-chosen); border-color: var(--xs-primary)}
.st-key-building-adding button {min-height: 2rem; padding: .1rem .55rem}
.st-key-building-adding button p {font-size: .85rem}
.st-key-building-steps button p {max-width: 15rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap}
.st-key-building-preview-phone {container-type: inline-size}
@container (max-width: 359px) {.st-key-building-preview-phone iframe {zoom: .9; max-width: none}}
@media (min-width: 1000px) {
    [data-testid="stColumn"]:has(.st-key-building-outline), [data-testid="stColumn"]:has(.st-key-building-preview-phone)
        {position: sticky; top: 3.25rem; align-self: flex-start}
}
@media (max-width: 999px) {
    .st-key-building-desk [data-testid="stColumn"] {min-width: 17rem}
    .st-key-building-outline {max-height: 36vh}
}
.st-key-building-preview-phone iframe, .st-key-building-preview-screen iframe
    {border: 1px solid var(--xs-edge) !important; border-radius: 14px; background: white}
</style>
"""


def draw(code: str) -> None:
    """The builder on the draft of this survey."""
    open_desk = desk.open_draft(code)
    if open_desk is None:
        look.heading(_("编辑问卷"))
        look.empty(_("没有找到这份问卷"), _("它可能已被删除，或网址不完整。"))
        st.button(_("返回全部问卷"), on_click=leave)
        return
    st.html(_SHEET)
    check = checks.check_draft(open_desk.draft)
    _head(open_desk, check)
    st.session_state.setdefault(desk.VIEW, "questions")
    views = translate_all(VIEWS)
    with st.container(horizontal=True, key="building-switches"):
        view = st.segmented_control(
            _("内容"), list(views), format_func=views.__getitem__, key=desk.VIEW, required=True, default="questions",
            label_visibility="collapsed",
        )  # fmt: skip
        language = _language(open_desk.draft)
        width = preview.width_switch() if view == "questions" else preview.NONE
    if view == "questions":
        _questions(open_desk, check, language, width)
    else:
        _draw_view(view, open_desk, check, language)


def leave() -> None:
    """Back to the list of surveys."""
    desk.leave()
    st.query_params.clear()


def _draw_view(view: str, open_desk: Desk, check: Check, language: str) -> None:
    if view == "indicators":
        with st.container(width=_READABLE):
            indicators.tree(open_desk.draft, language)
    elif view == "survey":
        with st.container(width=_READABLE):
            settings_form.survey_form(open_desk.draft, language)
    elif view == "languages":
        translating(open_desk, check.survey)
    elif view == "publish":
        publishing.publishing(open_desk, check, leave)
    else:
        definition_export.downloads(open_desk, check.survey)


def _head(open_desk: Desk, check: Check) -> None:
    history = open_desk.history
    look.heading(words(open_desk.draft.data.get("title")) or _("（没有名称）"), _facts(open_desk, check))
    if news := desk.said():
        st.info(news, icon=":material/info:")
    with st.container(horizontal=True, vertical_alignment="center", key="building-steps"):
        st.button(_("全部问卷"), icon=":material/arrow_back:", type="tertiary", key="building.leave", on_click=leave)
        undo, redo = (said(each) if each else None for each in (history.to_undo, history.to_redo))
        st.button(undo or _("撤销"), icon=":material/undo:", key="building.undo", wrap=False,
                  disabled=undo is None, help=undo, on_click=desk.undo)  # fmt: skip
        st.button(redo or _("重做"), icon=":material/redo:", key="building.redo", wrap=False,
                  disabled=redo is None, help=redo, on_click=desk.redo)  # fmt: skip
        label = _("改正 {count} 处").format(count=len(check.problems)) if check.problems else _("发布…")
        st.button(label, icon=":material/send:", type="primary", key="building.publish", on_click=desk.show,
                  args=("publish",))  # fmt: skip


def _facts(open_desk: Desk, check: Check) -> str:
    amount = sum(1 for _ in open_desk.draft.questions())
    warned = sum(not fault.hint for fault in check.faults)
    saved = _("草稿已自动保存") if open_desk.revision else _("尚未修改")
    facts = [_("{count} 题").format(count=amount), check.minutes, saved]
    facts += [_("{count} 处必须改正").format(count=len(check.problems))] if check.problems else []
    facts += [_("{count} 处建议改进").format(count=warned)] if warned else []
    return " · ".join(facts)


def _questions(open_desk: Desk, check: Check, language: str, width: str) -> None:
    """Outline, settings of what is selected, and the form beside them."""
    draft = open_desk.draft
    with st.container(key="building-desk"):
        left, middle, *right = st.columns([5, 7, 7] if width == preview.PHONE else [5, 9])
    with left:
        outline.outline(draft, check.marked(draft))
        outline.adding(draft)
    with middle:
        _settings(draft, language)
        _near(draft, check)
    if right:
        with right[0]:
            preview.preview(open_desk, language, width)
    elif width == preview.SCREEN:
        preview.preview(open_desk, language, width)


def _language(draft: Draft) -> str:
    """The language being written, where there are several."""
    known = used_languages(draft)
    if len(known) == 1:
        return known[0]
    st.session_state.setdefault(_LANGUAGE, DEFAULT_LANGUAGE)
    if st.session_state[_LANGUAGE] not in known:
        st.session_state[_LANGUAGE] = DEFAULT_LANGUAGE
    chosen = st.segmented_control(_("语言"), known, format_func=own_name, key=_LANGUAGE, label_visibility="collapsed")
    return chosen or DEFAULT_LANGUAGE


def used_languages(draft: Draft) -> list[str]:
    """The languages the draft is written in, the default one first."""
    return list(dict.fromkeys([DEFAULT_LANGUAGE, *draft.languages()]))


def _settings(draft: Draft, language: str) -> None:
    chosen = desk.selection()
    with st.container(border=True, key="building-settings"):
        if chosen.question is not None:
            _question_steps(draft, chosen.question)
            settings_form.question_form(draft, draft.question(chosen.question), language)
        elif draft.sections():
            _section_steps(draft, chosen.section)
            settings_form.section_form(draft, chosen.section, language)
        else:
            look.empty(_("还没有内容"), _("在左侧添加一节或一道题。"))


def _question_steps(draft: Draft, code: str) -> None:
    with st.container(horizontal=True, gap="xsmall", key="building-question-steps"):
        for key, icon, help_, step in (
            ("up", "arrow_upward", _("上移"), move_question_up),
            ("down", "arrow_downward", _("下移"), move_question_down),
            ("copy", "content_copy", _("复制"), duplicate_question),
            ("delete", "delete", _("删除"), delete_question),
        ):
            st.button("", icon=f":material/{icon}:", help=help_, key=f"building.question {key}", type="tertiary",
                      on_click=desk.take, args=(step, code))  # fmt: skip
        if len(draft.sections()) > 1:
            _to_section(draft, code)


def _to_section(draft: Draft, code: str) -> None:
    home = locate_question(draft.data, code)[0]
    key = desk.control_key("building.question section", home)

    def moved() -> None:
        section = st.session_state[key]
        desk.take(move_question, code, section, len(draft.sections()[section].get("questions") or ()))

    def named(section: int) -> str:
        title = words(draft.sections()[section].get("title"))
        return outline.section_name(section, title)

    st.selectbox(
        _("所在的节"), range(len(draft.sections())), format_func=named, key=key, on_change=moved, width=170,
        label_visibility="collapsed",
    )  # fmt: skip


def _section_steps(draft: Draft, section: int) -> None:
    last = len(draft.sections()) - 1
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.markdown(f"**{look.as_written(outline.section_name(section, ''))}**")
        for key, icon, help_, by in (("up", "upward", _("上移"), -1), ("down", "downward", _("下移"), 1)):
            st.button("", icon=f":material/arrow_{icon}:", help=help_, key=f"building.section {key}", type="tertiary",
                      disabled=not 0 <= section + by <= last, on_click=_move_section, args=(section, by))  # fmt: skip
        st.button("", icon=":material/delete:", help=_("删除这一节和其中的题目"), key="building.section delete",
                  type="tertiary", disabled=last == 0, on_click=desk.take, args=(delete_section, section))  # fmt: skip


def _move_section(section: int, by: int) -> None:
    desk.take(move_section, section, by)
    desk.select(section=section + by)


def _near(draft: Draft, check: Check) -> None:
    """What is to be mended in the selected question, beside its settings."""
    code = desk.selection().question
    for problem in check.problems:
        if code and checks.question_at(draft, problem.place) == code:
            st.error(
                _("{place}：{message}").format(
                    place=said(problem.where).partition(" · ")[2] or _("这道题"),
                    message=problem.in_language(reader()),
                ),
                icon=":material/error:",
            )
    for fault in check.faults:
        if code and not fault.hint and checks.question_at(draft, fault.place) == code:
            st.warning(
                _("{what}。{mend}。").format(what=said(fault.what), mend=said(fault.mend)), icon=":material/lightbulb:"
            )
