"""Tablets at counters: at which touchpoints a survey stands, and which tablets may ask it there."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

import streamlit as st

from surveys.accounts import token_hash
from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.choosers import touchpoint_names
from surveys.console.kit.qr_codes import qr_code
from surveys.console.kit.words import _, join_names
from surveys.fieldwork.tablets import Tablet
from surveys.intake.receipts import random_code
from surveys.localisation.clock import utc_now
from surveys.organisation.departments import Touchpoint
from surveys.permissions import Action
from surveys.storage.records.surveys import SurveyRecord

_LINK = "tablet link"  # the link made last, shown in this session alone: only its hash is kept


def draw(record: SurveyRecord, touchpoints: list[Touchpoint], base_url: str) -> None:
    """At which counters tablets show this survey; the tablets there, each enrolled and sent away by itself."""
    names = touchpoint_names(touchpoints)
    present = [code for code in session.store().kiosks.showing(record.code) if code in names]
    with st.expander(_("窗口平板 · {count} 处").format(count=len(present))):
        look.soft(
            _("每台平板登记一次：在平板的浏览器里打开登记链接，再固定在屏幕上；断网时答卷留在平板里，恢复后自动送出。")
        )
        _places(record, names, present)
        if present:
            _tablets(record, names, present, base_url)


def _places(record: SurveyRecord, names: dict[str, str], present: list[str]) -> None:
    sheet = concurrent_edits.sheet("kiosks save", tuple(present), partial(_told, names))
    chosen = st.multiselect(
        _("显示这份问卷的触点"),
        list(names),
        list(sheet.first),
        format_func=names.__getitem__,
        key=f"kiosks {record.code}",
        placeholder=_("选择触点"),
    )
    if st.button(_("保存"), key="kiosks save", type="primary", disabled=set(chosen) == set(sheet.first)):
        for code in set(chosen) ^ set(sheet.first):  # what a colleague has switched meanwhile stays as it is
            account = session.acting(Action.DISTRIBUTE, session.department_of(code))
            session.store().kiosks.set(code, record.code if code in chosen else None, by=account.name)
        concurrent_edits.mark_saved("kiosks save")
        st.session_state.pop(f"kiosks {record.code}", None)
        look.done(_("已保存。"))


def _told(names: dict[str, str], touchpoints: tuple[str, ...]) -> dict[str, str]:
    return {_("触点"): join_names([names[each] for each in touchpoints])}


def _tablets(record: SurveyRecord, names: dict[str, str], present: list[str], base_url: str) -> None:
    most = session.store().protections.get(record.code).kiosk_per_minute
    for tablet in session.store().kiosks.tablets(present, utc_now()):
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.markdown(look.as_written(_tablet(tablet, names)))
        if right.button(_("停用"), key=f"revoke tablet {tablet.id}"):
            _revoke(tablet)
    look.soft(_("每个触点每分钟最多收 {count} 份（可在“收集”页修改），来得太快的会标为可疑。").format(count=most))
    place = st.selectbox(_("为哪个触点登记平板"), present, format_func=names.__getitem__, key="tablet place")
    if st.button(_("取得登记链接"), key="tablet invite"):
        _invite(place, base_url)
    if link := st.session_state.get(_LINK):
        st.info(_("用平板打开这个链接或扫描二维码，24 小时内有效，只能用一次。不要转发给别人。"))
        st.code(link, language=None)
        qr_code(link, "tablet")


def _tablet(tablet: Tablet, names: dict[str, str]) -> str:
    waiting, enrolled = _("{place} · {day} 取得的登记链接，还没有使用"), _("{place} · {day} 登记，最近使用 {seen}")
    words, place = enrolled if tablet.enrolled else waiting, names[tablet.touchpoint]
    return words.format(place=place, day=tablet.on, seen=tablet.last_seen)


def _invite(place: str, base_url: str) -> None:
    account, code = session.acting(Action.DISTRIBUTE, session.department_of(place)), random_code()
    session.store().kiosks.invite_tablet(place, token_hash(code), by=account.name, now=utc_now())
    st.session_state[_LINK] = f"{base_url.rstrip('/')}/k/{quote(place, safe='')}/enrol?code={code}"
    st.rerun()


def _revoke(tablet: Tablet) -> None:
    account = session.acting(Action.DISTRIBUTE, session.department_of(tablet.touchpoint))
    session.store().kiosks.revoke_tablet(tablet.id, by=account.name)
    st.session_state.pop(_LINK, None)
    look.done(_("已停用。这台平板不能再送出答卷。"))
