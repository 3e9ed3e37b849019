"""The definition out, in every format there is, with what a format can't hold said line by line."""

from __future__ import annotations

import streamlit as st

from surveys.console.design.builder.desk import Desk
from surveys.console.kit import look
from surveys.console.kit.downloads import offer_file
from surveys.console.kit.words import _, said
from surveys.definition.survey import Survey
from surveys.exchange.definitions import DEFINITION_FORMATS, Loss


def downloads(open_desk: Desk, survey: Survey | None) -> None:
    """A button for each format, with its losses."""
    look.soft(_("下载整份定义，用于备份、交给别人，或带到别的系统。"))
    if survey is None:
        look.empty(_("还不能导出"), _("请先到“检查与发布”改正列出的问题。"))
        return
    for name, each in DEFINITION_FORMATS.items():
        if each.write is not None:
            data, losses = each.write(survey)
            with st.container(border=True, key=f"format {name}"):
                offer_file(
                    each.label, data, _file_name(open_desk.code, name, each.suffix), each.media_type,
                    key=f"building.file {name}",
                )  # fmt: skip
                lost(losses, _("内容完整，没有损失。"))


def _file_name(code: str, format_name: str, suffix: str) -> str:
    """Two files of one survey in one folder bear different names."""
    return code + suffix if suffix == f".{format_name}" else f"{code}.{format_name}{suffix}"


def lost(losses: list[Loss], none: str) -> None:
    """What a format could not carry over."""
    if not losses:
        look.soft(none)
        return
    with st.expander(_("有 {count} 处不能原样带走").format(count=len(losses))):
        rows = [(said(each.place), said(each.what), said(each.instead)) for each in losses]
        look.table([_("位置"), _("内容"), _("处理")], rows, taken=False)
