"""The page of opinion boxes: what people wrote in, and the boxes with their links for those who hang them up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from surveys.cases.opinion_boxes import CATEGORIES, Box, unfit
from surveys.console.cases import cases
from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.choosers import department_names, say_scope
from surveys.console.kit.qr_codes import qr_code
from surveys.console.kit.words import _
from surveys.fieldwork.distribution import box_link
from surveys.permissions import Action
from surveys.settings import Settings


def draw() -> None:
    """Messages of one's departments with the chosen one below; then the boxes they come from."""
    look.heading(_("意见箱"), _("客户随时可以写来的话；每一条都有查询码，写的人可以看到处理进展和答复。"))
    account = session.signed_in()
    present = [each for each in session.store().boxes.all() if account.sees(each.department)]
    say_scope(account)
    cases.draw(account)
    makes = account.may(Action.MANAGE_BOXES)
    if present or makes:
        st.header(_("意见箱的设置") if makes else _("本部门的意见箱"), anchor=False)
    for box in present:
        with st.expander(f"{look.as_written(box.name)} · {_('开放') if box.open else _('已关闭')}"):
            _given_out(box)
            if makes:
                _form(box, ())
    if makes:
        with st.expander(_("新建意见箱"), expanded=not present):
            _form(None, [each.code for each in present])


def _given_out(box: Box) -> None:
    link = box_link(Settings.from_environment().base_url, box.code)
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left:
        st.code(link, language=None)
        look.links((link, _("打开意见箱")), (f"/box/{box.code}/poster", _("打印海报")))
    with right:
        qr_code(link, f"box-{box.code}")


def _form(box: Box | None, taken: Sequence[str]) -> None:
    names = department_names()
    if not names:
        look.empty(_("还没有部门"), _("管理员在“组织”中新增部门后，可以在这里设意见箱。"))
        return
    button = f"save box {box.code if box else ''}"
    sheet = concurrent_edits.sheet(button, box, _told, box.code if box else "")
    box = sheet.first
    with st.form(f"box {box.code if box else ''}", border=False):
        left, right = st.columns(2)
        name = left.text_input(_("名称"), box.name if box else "", max_chars=40, placeholder=_("例如 城东营业厅意见箱"))
        code = box.code if box else right.text_input(_("代号（出现在链接里）"), max_chars=40, placeholder="east-hall")
        at = list(names).index(box.department) if box and box.department in names else 0
        department = left.selectbox(_("来信归哪个部门"), list(names), at, format_func=names.__getitem__)
        categories = st.text_area(_("类别（每行一个）"), "\n".join(box.categories if box else CATEGORIES), height=130)
        is_open = st.checkbox(_("开放"), box.open if box else True)
        if st.form_submit_button(_("保存") if box else _("新建"), key=button):
            account = session.acting(Action.MANAGE_BOXES)
            listed_once = dict.fromkeys(line.strip() for line in categories.splitlines() if line.strip())
            wanted = Box(code.strip(), name.strip(), department, tuple(listed_once), is_open)
            if problems := unfit(wanted, taken):
                st.error("\n\n".join(_(each) for each in problems))
                return
            save = partial(session.store().boxes.save, wanted, by=account.name, seen=sheet.seen)
            if concurrent_edits.keep_edit(button, save):
                look.done(_("已保存。"))


def _told(box: Box | None) -> dict[str, str]:
    if box is None:
        return {}
    state = _("开放") if box.open else _("已关闭")
    return {
        _("名称"): box.name, _("部门"): box.department, _("类别"): _("、").join(box.categories), _("状态"): state
    }  # fmt: skip
