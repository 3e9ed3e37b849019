"""Saved views beside the pages: the open page with its choices kept under a name, for oneself or shared.

A view is an address and nothing else, so that whoever opens it sees what their own account may.
"""

from __future__ import annotations

from functools import partial

import streamlit as st
from markupsafe import Markup

from surveys.accounts import Account
from surveys.accounts.saved_views import LONGEST_NAME, SavedView, UnfitView
from surveys.console.kit import actions, drill_down, session
from surveys.console.kit.choosers import departments_for, person_name
from surveys.console.kit.drill_down import Linked
from surveys.console.kit.words import _, reason
from surveys.permissions import Action
from surveys.web.staff.console_page import ConsolePage

_KEEP = "keep view"
_OWN, _ALL = "own", "all"
_OF_RESULTS = (Action.VIEW_RESULTS, Action.PLAN_IMPROVEMENT)
_NOT_KEPT = ("lang", "q")  # the reader's language, and what was typed to look for something: it may be a person's name


def draw(account: Account, page: ConsolePage) -> None:
    """Below the pages: the views of this account by name, and on a page of results the way to keep what is open."""
    if not account.may(Action.VIEW_RESULTS):
        return
    seen = [each for each in session.store().saved_views.all() if each.seen_by(account)]
    with st.sidebar:
        if rows := [row for each in seen if (row := _row(each, account))]:
            title = Markup('<div class="xs-soft">{}</div><ul class="xs-views">{}</ul>')
            st.html(title.format(_("保存的视图"), Markup("").join(rows)))
        if page.action in _OF_RESULTS:
            with st.popover(_("保存视图"), icon=":material/bookmark_add:", width="stretch"):
                _form(account, page, [each for each in seen if each.owner == account.name])


def _row(view: SavedView, account: Account) -> Markup:
    """Nothing where this account may not open the page."""
    address = drill_down.address_of(view.page, **view.query)
    if not address:
        return Markup("")
    by = "" if view.owner == account.name else f" · {person_name(view.owner)}"
    return Markup('<li>{}<span class="xs-soft">{}</span></li>').format(Linked(view.name, address), by)


def _form(account: Account, page: ConsolePage, own: list[SavedView]) -> None:
    st.caption(_("保存的是页面和筛选，不是数字：别人打开时只看到自己权限内的结果。"))
    name = st.text_input(_("视图名称"), key="view name", max_chars=LONGEST_NAME)
    offered = {_OWN: _("只有我")} | {code or _ALL: label for code, label in _shareable(account).items()}
    to = st.selectbox(_("给谁看"), list(offered), format_func=offered.__getitem__, key="view shared with")
    if actions.button(_("保存"), _KEEP, type="primary"):
        query = {key: value for key, value in st.query_params.to_dict().items() if key not in _NOT_KEPT}
        shared = {_OWN: None, _ALL: ""}.get(to, to)
        actions.perform(_KEEP, partial(_keep, SavedView(name, page.path, query, account.name, shared)))
    if (came := actions.outcome(_KEEP)) is not None:
        st.error(came.value) if came.value else st.success(_("已保存。"))
    for view in own:
        key = f"remove view {view.id}"
        if actions.button(_("删除“{name}”").format(name=view.name), key, type="tertiary"):
            actions.perform(key, partial(_remove, view.id))


def _shareable(account: Account) -> dict[str, str]:
    """With whom an account may share: its own departments, all of them where it sees all."""
    return departments_for(account, Action.VIEW_RESULTS)


def _keep(view: SavedView) -> str:
    """What is wrong with it, in words; empty where it is kept."""
    account = session.acting(Action.VIEW_RESULTS)
    if view.shared_with is not None and not account.may(Action.VIEW_RESULTS, view.shared_with or None):
        return _("只能共享给您负责的部门。")
    try:
        session.store().saved_views.keep(view, by=account.name)
    except UnfitView as wrong:
        return reason(wrong)
    return ""


def _remove(number: int) -> None:
    session.store().saved_views.remove(number, by=session.acting(Action.VIEW_RESULTS).name)
