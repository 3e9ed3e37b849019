"""Files that look like one person's: found on request, made one after a look at both, and parted again."""

from __future__ import annotations

from functools import partial

import streamlit as st

from surveys.console.kit import look, session
from surveys.console.kit.words import _
from surveys.console.people.opened import day_of, level_until, opened
from surveys.localisation.clock import utc_now
from surveys.operations.contact_register import NotYours, Register
from surveys.people.contact import Contact
from surveys.people.merging import LikelyPair, UnfitMerge
from surveys.permissions import Action
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.records.merged_contacts import CantBeParted

_SOUGHT = "duplicates sought"  # session key: whether pairs are to be looked for
_MOST = 50


def draw(register: Register) -> None:
    """Pairs to decide on, and the merges that can be undone."""
    look.soft(_("同一个人有两份档案时，可以合并：邀请、任务、电话、答卷都转到留下的一份，较严的意愿和较高的密级有效。"))
    if st.button(_("查找像是同一个人的档案"), key="find duplicates"):
        st.session_state[_SOUGHT] = True
    if st.session_state.get(_SOUGHT):
        _pairs(register)
    _merges(register)


def _pairs(register: Register) -> None:
    pairs = register.likely_pairs()
    if not pairs:
        look.empty(_("没有像是同一个人的档案"), _("按电话、邮箱、姓名和地址比对，只在您能看的档案里找。"))
        return
    rows = [(_(each.why.label), _told(each.first), _told(each.second)) for each in pairs[:_MOST]]
    look.table([_("为什么像"), _("较早的档案"), _("较晚的档案")], rows, taken=False)
    if len(pairs) > _MOST:
        look.soft(_("共 {count} 对，先列最像的 {most} 对。").format(count=len(pairs), most=_MOST))
    by_key = {f"{each.first.id} {each.second.id}": each for each in pairs[:_MOST]}
    chosen = st.selectbox(
        _("要合并的一对"), list(by_key), format_func=lambda key: _pair(by_key[key]), key="pair chosen"
    )
    _decide(by_key[chosen], register)


def _decide(pair: LikelyPair, register: Register) -> None:
    """Both side by side, masked as in the list; which one stays is chosen."""
    rows = [
        (_("姓名或名称"), pair.first.name, pair.second.name),
        (_("客户编号"), pair.first.customer_number or "—", pair.second.customer_number or "—"),
        (_("电话"), pair.first.phone or "—", pair.second.phone or "—"),
        (_("邮箱"), pair.first.email or "—", pair.second.email or "—"),
        (_("密级"), level_until(pair.first, register.today), level_until(pair.second, register.today)),
        (_("更新于"), day_of(pair.first.updated_at), day_of(pair.second.updated_at)),
    ]
    look.table([_("项目"), _("较早的档案"), _("较晚的档案")], rows, taken=False)
    ends = {"first": (pair.first.id, pair.second.id), "second": (pair.second.id, pair.first.id)}
    names = {"first": _("较早的档案"), "second": _("较晚的档案")}
    stays = st.radio(_("留下哪一份"), list(ends), format_func=names.__getitem__, horizontal=True, key="pair stays")
    look.soft(_("留下的一份为准，空着的由另一份补上；不同的电话、邮箱和编号记在“联系人其他…”里。90 天内可以撤销。"))
    with st.popover(_("合并…")):
        if st.button(_("确认合并"), type="primary", key="merge pair"):
            session.acting(Action.MANAGE_CONTACTS)
            _do(partial(opened().merge, *ends[stays], utc_now()), _("已合并。"))


def _merges(register: Register) -> None:
    found = register.merges()
    if not found:
        return
    st.markdown(_("**合并过的档案**（90 天内可以撤销）"))
    for each in found[:_MOST]:
        with st.container(horizontal=True, vertical_alignment="center"):
            kept = session.store().contacts.get(each.kept)
            name = register.covered(kept).name if kept else "—"
            look.soft(f"{day_of(each.at)} · {each.by} · {name}")
            if st.button(_("撤销合并"), key=f"part {each.gone}"):
                session.acting(Action.MANAGE_CONTACTS)
                _do(partial(opened().part, each.gone), _("已撤销，两份档案又分开了。"))


def _do(act: partial[None], done: str) -> None:
    try:
        act()
    except NotYours:
        st.error(_("没有改动：其中有一份不归您管理，或已不存在。"))
    except UnfitMerge:
        st.error(_("没有合并：一份是客户一份是员工，或两份各有一个登录账号，不会是同一份档案。"))
    except ChangedMeanwhile:
        st.error(_("没有合并：别人刚刚改过其中一份，请看过最新内容再决定。"))
    except CantBeParted:
        st.error(_("没有撤销：时间太久，或留下的一份后来又被合并或删除了。"))
    else:
        look.done(done)


def _told(contact: Contact) -> str:
    return " · ".join(part for part in (contact.name, contact.customer_number, contact.phone, contact.email) if part)


def _pair(pair: LikelyPair) -> str:
    return f"{_told(pair.first)}  ⇄  {_told(pair.second)}"
