"""The organisation's name, colour and logo, and the language and time zone of its pages."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from zlib import crc32

import streamlit as st
from markupsafe import Markup

from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.words import _, reason
from surveys.localisation.clock import utc_now
from surveys.localisation.language import catalogues, own_name
from surveys.localisation.palette import USUAL_COLOUR, palette
from surveys.localisation.profile import LONGEST_NAME, PRODUCT, Profile, tidy_name, time_zones, zone_named
from surveys.organisation.logo import UnfitLogo, logo_from
from surveys.permissions import Action

_BUTTON = "save appearance"


def draw() -> None:
    """How it looks now, and a form to change it."""
    present = session.store().organisation.profile()
    if not present.name:
        look.empty(_("还没有填写单位名称"), _("填写以后，问卷、感谢页、海报、邮件和短信都以单位的名义发出。"))
    _shown(present)
    sheet = concurrent_edits.sheet(_BUTTON, present, _told, "organisation")
    first = sheet.first
    with st.form("appearance", border=True):
        name = st.text_input(
            _("单位名称"), first.name, max_chars=LONGEST_NAME, placeholder=_("例如 云湾供电公司"),
            help=_("短信以【单位名称】开头，请与运营商登记的签名一致。"),
        )  # fmt: skip
        left, right = st.columns([1, 3])
        colour = left.color_picker(_("主题颜色"), first.colour, help=_("太浅的颜色会自动加深，直到白字看得清。"))
        usual = left.checkbox(_("用默认颜色"), first.colour == USUAL_COLOUR)
        file = right.file_uploader(
            _("徽标（PNG、JPEG 或 WebP，最大 5 MB）"), type=["png", "jpg", "jpeg", "webp"],
            key=f"logo {crc32(first.logo.encode())}",
        )  # fmt: skip
        without = right.checkbox(_("去掉徽标"), disabled=not first.logo, key=f"without {crc32(first.logo.encode())}")
        left, right = st.columns(2)
        tongues = catalogues()
        language = left.selectbox(
            _("默认语言"), tongues, index=_place(tongues, first.language), format_func=own_name,
            help=_("登录页、提示页和没有选过语言的人先看到的语言；每个人仍可自己切换。"),
        )  # fmt: skip
        zones = _zones(first.zone)
        zone = right.selectbox(
            _("时区"), zones, index=_place(zones, first.zone), format_func=_zone_in_words,
            help=_("日期按它显示和划分。改变以后，已收答卷记下的日期不变。"),
        )  # fmt: skip
        if st.form_submit_button(_("保存"), type="primary", key=_BUTTON):
            entered = replace(
                first,
                name=tidy_name(name),
                colour=USUAL_COLOUR if usual else colour.upper(),
                language=language,
                zone=zone,
            )
            _save(entered, file.getvalue() if file else None, without, sheet.seen)


def _save(entered: Profile, file: bytes | None, without: bool, seen: Profile) -> None:
    if not entered.name:
        st.error(_("请填写单位名称。"))
        return
    try:
        drawn = logo_from(file) if file is not None and not without else None
    except UnfitLogo as error:
        st.error(_("{reason}。").format(reason=reason(error)))
        return
    if without:
        entered = replace(entered, logo="", printed_logo="")
    elif drawn is not None:
        entered = replace(entered, logo=drawn.small, printed_logo=drawn.printed)
    admin = session.acting(Action.CHANGE_SETTINGS)
    if concurrent_edits.keep_edit(
        _BUTTON, partial(session.store().organisation.present, entered, seen=seen, by=admin.name)
    ):
        look.done(_("已保存。问卷、海报、邮件和短信从现在起这样显示。"))


def _shown(profile: Profile) -> None:
    """The letterhead as forms bear it, and what became of a colour that nobody could have read."""
    shades = palette(profile.colour)
    logo = Markup('<img src="{}" alt="" style="height:26px;max-width:104px;object-fit:contain">').format(profile.logo)
    sample = Markup(
        '<div style="background:#FBFCFB;padding:14px 20px;border-bottom:3px solid {};color:{};font-weight:600;'
        'display:flex;gap:10px;align-items:center;overflow-wrap:anywhere">{}<span>{}</span></div>'
        '<div style="background:#fff;padding:14px 20px"><span style="background:{};color:#fff;padding:8px 24px;'
        'border-radius:12px;display:inline-block">{}</span></div>'
    )
    name = profile.name or PRODUCT
    st.html(sample.format(shades.main, shades.deep, logo if profile.logo else "", name, shades.main, _("提交")))
    if shades.main != profile.colour.upper():
        words = _("所选颜色 {chosen} 太浅，白字看不清；显示时已加深为 {shown}。")
        st.info(look.as_written(words.format(chosen=profile.colour, shown=shades.main)))


def _told(profile: Profile) -> dict[str, str]:
    return {
        _("单位名称"): profile.name, _("主题颜色"): profile.colour, _("徽标"): _("有") if profile.logo else "",
        _("默认语言"): own_name(profile.language), _("时区"): profile.zone,
    }  # fmt: skip


def _zones(present: str) -> list[str]:
    return list(time_zones()) if present in time_zones() else [present, *time_zones()]


def _zone_in_words(zone: str) -> str:
    offset = utc_now().astimezone(zone_named(zone)).strftime("%z")
    return f"{zone} (UTC{offset[:3]}:{offset[3:5]})"


def _place(options: list[str], option: str) -> int:
    return options.index(option) if option in options else 0
