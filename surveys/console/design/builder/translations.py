"""A survey in other languages: what is missing, translations out and in as a sheet, the traditional script proposed."""

from __future__ import annotations

import streamlit as st

from surveys.console.design.builder import desk
from surveys.console.design.builder.desk import Desk
from surveys.console.kit import downloads, look
from surveys.console.kit.words import _, reason, said
from surveys.definition.plain_data import as_data
from surveys.definition.survey import Survey
from surveys.definition.text_places import place_words
from surveys.definition.translations import (
    Imported,
    Missing,
    NoConverter,
    UnfitTranslation,
    UnreadableSheet,
    as_sheet,
    by_place,
    canonical,
    languages,
    missing,
    proposals,
    read_sheet,
    with_translations,
)
from surveys.editing import Draft
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, saying

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TRADITIONAL = "zh-Hant"
_MOST_SHOWN = 200


def translating(open_desk: Desk, survey: Survey | None) -> None:
    """Every language with what it lacks, and the ways to fill it."""
    if survey is None:
        look.empty(_("还不能翻译"), _("请先到“检查与发布”改正列出的问题。"))
        return
    look.soft(_("在“题目”里切换语言可以逐题填写；也可以导出翻译表，请人填好后再导入。"))
    tags = [tag for tag in languages(survey) if tag != DEFAULT_LANGUAGE]
    if not tags:
        look.empty(_("目前只有简体中文"), _("在下方添加一种语言，例如 en 或 zh-Hant。"))
    for tag in tags:
        _language(survey, tag)
    _new_language(survey)
    _sheet(open_desk, survey, tags)


def _language(survey: Survey, tag: str) -> None:
    lacking, total = missing(survey, tag), len(by_place(survey))
    with st.container(border=True, key=f"language {tag}"):
        state = (
            look.tag(_("已完整"), "good")
            if not lacking
            else look.tag(_("缺 {count} 处").format(count=len(lacking)), "wait")
        )
        amount = _("共 {count} 处文字").format(count=total)
        st.html(f"<b>{tag}</b> {state} <span class='xs-soft'>{amount}</span>")
        if tag.startswith(_TRADITIONAL) and lacking:
            st.button(_("由简体生成繁体"), key=f"building.convert {tag}", icon=":material/translate:",
                      on_click=_convert, args=(survey, tag))  # fmt: skip
        if lacking:
            with st.expander(_("缺少的翻译")):
                look.table([_("位置"), _("原文")], _named(survey, lacking[:_MOST_SHOWN]), taken=False)


def _named(survey: Survey, lacking: list[Missing]) -> list[tuple[str, str]]:
    return [(said(place_words(survey, each.place)), each.original) for each in lacking]


def _new_language(survey: Survey) -> None:
    with st.form("building.new language", border=False, clear_on_submit=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            tag = st.text_input(_("添加语言（语言标签）"), placeholder=_("en、zh-Hant、fr…"), width=200)
            title = st.text_input(_("用这种语言写的问卷名称"), placeholder=_("繁体可以不填，会自动转换"), width=320)
            submitted = st.form_submit_button(_("添加语言"))
        if submitted and tag.strip():
            _begin(survey, tag.strip(), title.strip())


def _begin(survey: Survey, tag: str, title: str) -> None:
    """A new language begins with the title: in the traditional script, with everything."""
    try:
        known = canonical(tag)
        proposed = proposals(survey, known) if known.startswith(_TRADITIONAL) else {}
        if not title and "title" not in proposed:
            st.error(_("请用这种语言写下问卷名称，其余文字可以以后再翻译。"))
            return
        wording = proposed | ({"title": title} if title else {})
        _take(with_translations(survey, known, wording), saying(marked("添加语言 {language}"), language=known))
    except UnfitTranslation as problem:
        st.error(_("；").join(map(said, problem.reasons.values())))
        return
    except NoConverter as problem:
        st.error(reason(problem))
        return
    st.rerun()


def _convert(survey: Survey, tag: str) -> None:
    try:
        proposed = proposals(survey, tag)
    except NoConverter as problem:
        desk.say(reason(problem))
        return
    _take(
        with_translations(survey, tag, proposed),
        saying(marked("由简体生成 {language}（{count} 处）"), language=tag, count=len(proposed)),
    )
    desk.say(_("已由简体生成繁体，请通读一遍：用词习惯不同的地方需要人来改。"))


def _sheet(open_desk: Desk, survey: Survey, tags: list[str]) -> None:
    st.header(_("翻译表"), anchor=False)
    downloads.offer_file(
        _("导出翻译表（XLSX）"), as_sheet(survey, tags), f"{open_desk.code}-translations.xlsx", _XLSX,
        key="building.sheet",
    )  # fmt: skip
    file = st.file_uploader(_("导入填好的翻译表"), type=["xlsx"], key="building.sheet in", max_upload_size=5)
    if file is None:
        return
    try:
        imported = read_sheet(survey, file.getvalue())
    except UnreadableSheet as problem:
        st.error(reason(problem))
        return
    _imported(imported)


def _imported(imported: Imported) -> None:
    st.markdown(
        _("可以导入 **{count}** 处翻译。").format(count=imported.taken) if imported.taken else _("没有新的翻译。")
    )
    if imported.refused:
        st.warning(_("{count} 处没有采用：").format(count=len(imported.refused)))
        rows = [(e.row, e.place, e.language, said(e.why)) for e in imported.refused]
        look.table([_("行"), _("位置"), _("语言"), _("原因")], rows, taken=False)
    if imported.taken and st.button(_("采用这些翻译"), type="primary", key="building.sheet take"):
        _take(imported.survey, saying(marked("导入 {count} 处翻译"), count=imported.taken))
        st.rerun()


def _take(survey: Survey, done: Message) -> None:
    desk.take(_become, survey, done)


def _become(draft: Draft, survey: Survey, done: Message) -> Draft:
    return draft.after(as_data(survey), done)
