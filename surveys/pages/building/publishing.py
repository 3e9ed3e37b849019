"""Checks first, then what is different from the version in the field, then publishing."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from markupsafe import Markup

from surveys.definition import Survey
from surveys.pages import look, session
from surveys.pages.building import checks, desk
from surveys.pages.building.checks import Check
from surveys.pages.building.desk import Desk
from surveys.pages.choosing import department_names
from surveys.pages.words import _, said
from surveys.versions import comparable_items, differences, grouped


def publishing(open_desk: Desk, check: Check, leave: Callable[[], None]) -> None:
    """What is to be mended, what changes, and the button."""
    checks.panel(open_desk.draft, check)
    before = newest_published(open_desk.code)
    if check.survey is not None and before is not None:
        st.header(_("与正在使用的版本相比"), anchor=False)
        changes(before, check.survey)
    if check.survey is not None:
        _publish(open_desk, check.survey, before, leave)
    with st.popover(_("放弃草稿"), type="tertiary"):
        st.markdown(_("草稿中没有发布的修改将全部丢失。") if before else _("这份问卷还没有发布过，放弃后就没有了。"))
        st.button(_("确定放弃"), key="building.discard", on_click=_discard, args=(open_desk.code, leave))


def newest_published(code: str) -> Survey | None:
    """The version published last; None when there is none."""
    return next((each.survey for each in session.store().surveys.versions(code) if each.published_at), None)


def changes(before: Survey, after: Survey) -> None:
    """Every difference in words, place by place, and which items can't be compared any more."""
    found = grouped(differences(before, after))
    if not found:
        look.soft(_("没有差别。"))
        return
    rows = [(said(where), Markup("<br>").join(said(each.what) for each in these)) for where, these in found.items()]
    look.table([_("位置"), _("变化")], rows)
    broken = [each for each in comparable_items(before, after) if not each.comparable and each.item in _codes(before)]
    if broken:
        titles = {each.code: said(each.title) for each in before.questions()}
        named = [
            _("{name}（{code}）").format(name=titles.get(_code(each.item), each.item), code=said(each.why))
            for each in broken
        ]
        st.warning(_("这些题的趋势会中断：{names}").format(names=_("；").join(named)))


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
    if st.button(_("发布为新版本") if before else _("确认发布"), type="primary", key="building.publish now"):
        publish(open_desk.code, survey, open_desk.department if before else owner or None)
        leave()
        look.done(_("“{title}”已发布，可以到“发放”取链接和二维码。").format(title=said(survey.title)))


def publish(code: str, survey: Survey, department: str | None) -> int:
    """Put the survey in the field as a new version; its draft is done with. Returns the version."""
    account, store = session.acting(*desk.MAY_BUILD), session.store()
    store.surveys.save_draft(survey, department, by=account.name)
    number = store.surveys.publish(code, by=account.name)
    if store.drafts.get(code) is not None:
        store.drafts.discard(code, by=account.name)
    return number


def _discard(code: str, leave: Callable[[], None]) -> None:
    account = session.acting(*desk.MAY_BUILD)
    session.store().drafts.discard(code, by=account.name)
    leave()
