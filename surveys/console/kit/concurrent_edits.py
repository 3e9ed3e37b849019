"""Forms that two people may have open at once: the second is told what the first changed, and loses nothing typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from surveys.console.kit import look, session
from surveys.console.kit.words import _, join_names
from surveys.localisation.clock import zone
from surveys.storage.changes import ChangedMeanwhile

T = TypeVar("T")
Told = Callable[[T], Mapping[str, str]]
_KEPT = "together "


@dataclass(frozen=True)
class EditedForm(Generic[T]):
    """What a form began with, which its fields go on showing, and what its user was last shown of what is kept."""

    first: T
    seen: T


def sheet(key: str, present: T, told: Told[T], thing: str = "") -> EditedForm[T]:
    """The sheet of the form whose button has this *key*; a form that was left begins anew.

    *told* says what stands in it, by label; *thing* is what the audit trail calls it, to name who changed it.
    """
    kept: EditedForm[T] | None = st.session_state.get(_KEPT + key)
    if kept is None or key not in st.session_state:  # the button's state goes when it is not drawn any more
        kept = EditedForm(present, present)
    if kept.first != present:
        _news(key, told, kept.first, present, thing)
    st.session_state[_KEPT + key] = EditedForm(kept.first, present)
    return kept


def keep_edit(key: str, save: Callable[[], object]) -> bool:
    """Save, and let the form begin anew; False, with the reason on the page, when somebody else has changed it."""
    try:
        save()
    except ChangedMeanwhile:
        mark_refused()
        return False
    mark_saved(key)
    return True


def last_shown(key: str, present: T) -> T:
    """What the page said when the button with this *key* was drawn before; now, when it wasn't.

    For a button without fields of its own: whoever presses it has read that, not what is there by then.
    """
    before: T = st.session_state.get(_KEPT + key, present) if key in st.session_state else present
    st.session_state[_KEPT + key] = present
    return before


def done(act: Callable[[], object], thing: str = "") -> bool:
    """Do what a button says; False, with the reason on the page, when somebody has changed what it was about."""
    try:
        act()
    except ChangedMeanwhile:
        words = _("没有执行：{who}改过这里，页面上已是最新内容。请核对；仍要这样做，请再按一次。")
        st.error(look.as_written(words.format(who=_who(thing))))
        return False
    return True


def mark_saved(key: str) -> None:
    """What was typed is kept now: the form begins anew with it."""
    st.session_state.pop(_KEPT + key, None)


def mark_refused() -> None:
    """Say why nothing was saved, and what saving again would do."""
    st.error(_("没有保存：您打开之后别人改过，改动见上方。您填写的还在；再按一次，就以您填写的为准。"))


def changes(told: Told[T], before: T, after: T) -> list[str]:
    """What is different, in words: label, before and after."""
    old, new = told(before) if before is not None else {}, told(after) if after is not None else {}
    return [
        _("{name}：{before} → {after}").format(name=name, before=old.get(name) or "—", after=new.get(name) or "—")
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def _news(key: str, told: Told[T], before: T, after: T, thing: str) -> None:
    different = join_names(changes(told, before, after)) or _("其他内容")
    words = _("{who}改过这里：{changes}").format(who=_who(thing), changes=different)
    st.warning(look.as_written(words))
    st.button(_("放弃我填写的，换成最新内容"), key=f"newest {key}", on_click=mark_saved, args=(key,), type="tertiary")


def _who(thing: str) -> str:
    line = session.store().accounts.latest(thing) if thing else None
    if line is None:
        return _("您打开之后，别人")
    return _("{name}（{time}）").format(name=line.account, time=line.at.astimezone(zone()).strftime("%H:%M"))
