"""Typing errors in a survey that is in the field: only wording can be touched, and only so that answers still fit."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from surveys.console.design.builder.publishing import newest_published, publish
from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.words import _, said
from surveys.definition.survey import Survey
from surveys.definition.text_places import place_words
from surveys.definition.translations import UnfitTranslation, by_place, languages, with_translations
from surveys.definition.versions import is_correction
from surveys.localisation.language import own_name
from surveys.localisation.wording import DEFAULT_LANGUAGE
from surveys.storage.records.surveys import SurveyStanding

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
    else:
        _publishing(code, corrected, department)


def _publishing(code: str, corrected: Survey, department: str | None) -> None:
    """The button; a draft in the making stays, and is said not to have the correction."""
    standing = session.store().surveys.standing(code)
    sheet = concurrent_edits.sheet("correcting.publish", replace(standing, draft=0), _told, code)
    if standing.draft:
        look.soft(_("有人正在编辑这份问卷的草稿；草稿会保留，但不含这次更正。"))
    if st.button(_("发布更正"), type="primary", key="correcting.publish"):
        seen = replace(sheet.seen, draft=standing.draft)
        act = partial(publish, corrected, department, seen, of_draft=False)
        if not concurrent_edits.keep_edit("correcting.publish", act):
            return
        st.query_params.clear()
        look.done(_("“{title}”的更正已发布，正在填写的人不受影响。").format(title=said(corrected.title)))


def _told(standing: SurveyStanding) -> dict[str, str]:
    return {_("版本"): str(standing.live_version), _("状态"): _("已关闭") if standing.closed_at else _("收集中")}


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
