"""How few answers to anonymous surveys may be shown: the organisation can ask for more than is built in."""

from __future__ import annotations

from functools import partial

import streamlit as st

from surveys.anonymity import LARGEST_MINIMUM, MINIMUM_COMMENTS, MINIMUM_GROUP, Minimums, NotHigher
from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.words import _
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Action

_BUTTON = "save minimums"


def draw() -> None:
    """What holds now, since when, and a form to ask for more."""
    present = session.store().organisation.minimums()
    words = _(
        "匿名问卷少于这么多份时，得分和留言都不显示，提醒也会等待。内置下限是得分 {group} 份、留言 {comments} 份。"
    )
    look.soft(words.format(group=MINIMUM_GROUP, comments=MINIMUM_COMMENTS))
    rows = [(each.since.isoformat(), each.group, each.comments) for each in present.raises]
    look.table(
        [_("自"), _("得分至少（份）"), _("留言至少（份）")], [(_("内置"), MINIMUM_GROUP, MINIMUM_COMMENTS), *rows]
    )
    sheet = concurrent_edits.sheet(_BUTTON, present, _told, "organisation")
    first = sheet.first
    with st.form("minimums", border=True):
        left, right = st.columns(2)
        group = left.number_input(_("得分至少（份）"), first.group, LARGEST_MINIMUM, first.group, step=1)
        comments = right.number_input(_("留言至少（份）"), first.comments, LARGEST_MINIMUM, first.comments, step=1)
        st.markdown(_("**只能调高，保存后不能再调低。** 两种下限下看到的数相减，可能认出个人；已经显示过的不会收回。"))
        sure = st.checkbox(_("我明白不能再调低"), key=f"sure {first.group} {first.comments}")
        if st.form_submit_button(_("保存"), type="primary", key=_BUTTON):
            _save(int(group), int(comments), sure, first, sheet.seen)


def _save(group: int, comments: int, sure: bool, first: Minimums, seen: Minimums) -> None:
    if (group, comments) == (first.group, first.comments):
        st.error(_("没有改动：请填一个更大的数。"))
    elif not sure:
        st.error(_("请先勾选“我明白不能再调低”。"))
    else:
        admin, store = session.acting(Action.CHANGE_SETTINGS), session.store().organisation
        today = local_day(utc_now())
        save = partial(store.raise_minimums, group, comments, seen=seen, since=today, by=admin.name)
        try:
            if concurrent_edits.keep_edit(_BUTTON, save):
                look.done(
                    _("已调高：得分至少 {group} 份，留言至少 {comments} 份。").format(group=group, comments=comments)
                )
        except NotHigher:
            st.error(_("只能调高；留言的下限不能小于得分的下限，最大 {most}。").format(most=LARGEST_MINIMUM))


def _told(minimums: Minimums) -> dict[str, str]:
    return {_("得分至少（份）"): str(minimums.group), _("留言至少（份）"): str(minimums.comments)}
