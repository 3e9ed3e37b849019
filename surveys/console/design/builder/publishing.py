"""Checks first, then what is different from the version in the field, then publishing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

import streamlit as st
from markupsafe import Markup

from analysis.improvement.lesson_words import words_of
from surveys.console.design.builder import checks, coarsening, desk
from surveys.console.design.builder.checks import Check
from surveys.console.design.builder.desk import Desk
from surveys.console.design.missing_subjects import missing_subjects, published_words
from surveys.console.kit import lessons_offered, look, session
from surveys.console.kit.choosers import department_names
from surveys.console.kit.words import _, said
from surveys.definition.survey import Survey
from surveys.definition.text_places import place_words
from surveys.definition.translations import outdated_translations
from surveys.definition.versions import comparable_items, differences, group_by_place
from surveys.localisation.language import own_name
from surveys.permissions import Action
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.records.surveys import SurveyStanding


def publishing(open_desk: Desk, check: Check, leave: Callable[[], None]) -> None:
    """What is to be mended, what changes, and the button."""
    checks.panel(open_desk.draft, check)
    coarsening.offer(open_desk.draft)
    before = newest_published(open_desk.code)
    if check.survey is not None and before is None:  # a new one: what others have learned of its subject
        about = [check.survey.title, *(each.label for each in check.survey.dimensions)]
        lessons_offered.draw(words_of(" ".join(map(said, about))))
    if check.survey is not None and before is not None:
        st.header(_("与正在使用的版本相比"), anchor=False)
        changes(before, check.survey)
        _outdated(before, check.survey)
    if check.survey is not None:
        coarsening.told(check.survey)
        _publish(open_desk, check.survey, before, leave)
    with st.popover(_("放弃草稿"), type="tertiary"):
        st.markdown(_("草稿中没有发布的修改将全部丢失。") if before else _("这份问卷还没有发布过，放弃后就没有了。"))
        st.button(_("确定放弃"), key="building.discard", on_click=_discard, args=(open_desk, leave))


def newest_published(code: str) -> Survey | None:
    """The version published last; None when there is none."""
    return next((each.survey for each in session.store().surveys.versions(code) if each.published_at), None)


def changes(before: Survey, after: Survey) -> None:
    """Every difference in words, place by place, and which items can't be compared any more."""
    found = group_by_place(differences(before, after))
    if not found:
        look.soft(_("没有差别。"))
        return
    rows = [(said(where), Markup("<br>").join(said(each.what) for each in these)) for where, these in found.items()]
    look.table([_("位置"), _("变化")], rows, taken=False)
    broken = [each for each in comparable_items(before, after) if not each.comparable and each.item in _codes(before)]
    if broken:
        titles = {each.code: said(each.title) for each in before.questions()}
        named = [
            _("{name}（{code}）").format(name=titles.get(_code(each.item), each.item), code=said(each.why))
            for each in broken
        ]
        st.warning(_("这些题的趋势会中断：{names}").format(names=_("；").join(named)))


def _outdated(before: Survey, after: Survey) -> None:
    for each in left_behind(before, after):
        st.warning(each)


def left_behind(before: Survey, after: Survey) -> list[str]:
    """Translations whose original was changed while they were not, in a sentence for each language."""
    stale: dict[str, list[str]] = {}
    for tag, each in outdated_translations(before, after):
        stale.setdefault(tag, []).append(said(place_words(after, each.place)))
    wording = _("{language} 有 {count} 处译文没有跟着原文改：{places}")
    return [
        wording.format(language=own_name(tag), count=len(places), places=_("；").join(places[:5]))
        for tag, places in stale.items()
    ]


def _codes(survey: Survey) -> set[str]:
    return {each.code for each in survey.questions()}


def _code(item: str) -> str:
    return item.partition(".")[0]


def _publish(open_desk: Desk, survey: Survey, before: Survey | None, leave: Callable[[], None]) -> None:
    names = {"": _("全组织")} | department_names()
    owners = list(names)
    owner = st.selectbox(
        _("归属部门"), owners, index=owners.index(open_desk.department) if open_desk.department in owners else 0,
        format_func=names.__getitem__, key="building.department", disabled=before is not None,
    )  # fmt: skip
    if before == survey:
        look.soft(_("草稿与已发布的版本相同，没有需要发布的内容。"))
        return
    if before is not None:
        look.soft(_("发布后成为新版本；以前的答卷保留当时的题目。"))
    if missing := missing_subjects(survey):
        st.error(missing)
        return
    if open_desk.standing.closed_at:
        look.soft(_("这份问卷现在是关闭的；发布后重新开始收集。"))
    pressed = st.button(_("发布为新版本") if before else _("确认发布"), type="primary", key="building.publish now")
    trial = before is None and st.button(
        _("先试填"), key="building.try out", help=_("表单照常可用，答卷单独存放、不计入；正式开始时清空或另存。")
    )
    if pressed or trial:
        seen = replace(open_desk.standing, draft=open_desk.revision)
        try:
            publish(survey, open_desk.department if before else owner or None, seen, trial=trial)
        except ChangedMeanwhile:
            _not_published(open_desk)
        leave()
        title = said(survey.title)
        tried = _("“{title}”可以试填了，填完在“问卷”里正式开始。").format(title=title)
        look.done(tried if trial else published_words(survey, title))


def publish(
    survey: Survey, department: str | None, seen: SurveyStanding, *, of_draft: bool = True, trial: bool = False
) -> int:  # fmt: skip
    """Put the survey in the field as a new version; returns it. A draft that it was made from is done with.

    Raises ChangedMeanwhile when the survey does not stand any more as it was *seen*.
    """
    account, surveys = session.acting(Action.DESIGN_SURVEYS), session.store().surveys
    return surveys.publish_draft(survey, department, by=account.name, seen=seen, done_with_draft=of_draft, trial=trial)


def _not_published(open_desk: Desk) -> NoReturn:
    """Show what others have done; nothing of theirs is lost, and publishing again is a decision made knowing it."""
    newest = desk.renew_desk()
    news = desk.meanwhile(open_desk, newest) if newest else ""
    desk.say(_("{news}没有发布。请核对最新内容；再按“发布”就会发布它，已关闭的问卷会重新开始收集。").format(news=news))
    st.rerun()


def _discard(open_desk: Desk, leave: Callable[[], None]) -> None:
    account = session.acting(Action.DESIGN_SURVEYS)
    try:
        session.store().drafts.discard(open_desk.code, by=account.name, revision=open_desk.revision)
    except ChangedMeanwhile:
        newest = desk.renew_desk()
        desk.say(_("{news}没有放弃草稿。").format(news=desk.meanwhile(open_desk, newest) if newest else ""))
    else:
        leave()
