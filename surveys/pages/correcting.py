"""Typing errors in a survey that is in the field: only wording can be touched, and only so that answers still fit."""

from __future__ import annotations

import streamlit as st

from surveys.definition import Survey
from surveys.editing.spoken import place_words
from surveys.language import own_name
from surveys.pages import look
from surveys.pages.building.publishing import newest_published, publish
from surveys.pages.words import _, said
from surveys.translations import UnfitTranslation, by_place, languages, with_translations
from surveys.versions import is_correction
from surveys.wording import DEFAULT_LANGUAGE

_PLACE, _WORDING = "place", "wording"


def correcting(code: str, department: str | None) -> None:
    """Every wording to look through and mend; anything more is a new version."""
    survey = newest_published(code)
    look.heading(_("更正错别字"), _("只能改错别字，不能改变意思；结构、选项和题型保持不变，已收到的答卷不受影响。"))
    st.button(_("全部问卷"), icon=":material/arrow_back:", type="tertiary", on_click=st.query_params.clear)
    if survey is None:
        look.empty(_("没有发布过的版本"), _("草稿可以直接编辑。"))
        return
    tags = languages(survey)
    language = tags[0]
    if len(tags) > 1:
        language = st.segmented_control(_("语言"), tags, format_func=own_name, default=tags[0], required=True)
    corrected = _edited(survey, language)
    if corrected is None or corrected == survey:
        look.soft(_("在表格中点一处文字即可修改。"))
        return
    verdict = is_correction(survey, corrected)
    for reason in verdict.reasons:
        st.error(said(reason))
    if not verdict:
        look.soft(_("这样改会影响以前答卷的含义，请改用“编辑”发布为新版本。"))
    elif st.button(_("发布更正"), type="primary", key="correcting.publish"):
        publish(code, corrected, department)
        st.query_params.clear()
        look.done(_("“{title}”的更正已发布，正在填写的人不受影响。").format(title=said(corrected.title)))


def _edited(survey: Survey, language: str) -> Survey | None:
    """The survey with what was changed in the table; None when a change does not fit."""
    present = {place: text.root.get(language, "") for place, text in by_place(survey).items() if language in text.root}
    rows = [{_PLACE: said(place_words(survey, place)), _WORDING: words} for place, words in present.items()]
    wording = st.column_config.TextColumn(_("文字"), width="large", required=True)
    edited = st.data_editor(
        rows, key=f"correcting.{survey.code}.{language}", hide_index=True, disabled=[_PLACE], width="stretch",
        height=480, column_config={_PLACE: _("位置"), _WORDING: wording},
    )  # fmt: skip
    written = {place: row[_WORDING] or "" for place, row in zip(present, edited, strict=True)}
    changed = {place: wording for place, wording in written.items() if wording != present[place]}
    try:
        return with_translations(survey, language or DEFAULT_LANGUAGE, changed)
    except UnfitTranslation as problem:
        for place, why in problem.reasons.items():
            st.error(_("{place}：{message}").format(place=place, message=said(why)))
        return None
