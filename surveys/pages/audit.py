"""The page on which the administrator reads who changed what."""

from __future__ import annotations

import streamlit as st

from surveys.clock import ZONE
from surveys.pages import look, session

_SHOWN = 50
_ACTIONS = {
    "save draft": "保存草稿",
    "publish": "发布问卷",
    "close": "关闭问卷",
    "save department": "保存部门",
    "save touchpoint": "保存触点",
    "add account": "新增账号",
    "change account": "修改账号",
    "reset password": "重设密码",
    "sign in": "登录",
    "sign out": "退出登录",
    "set up": "初始设置",
    "load sample": "载入示例组织",
    "import responses": "导入答卷",
    "export responses": "导出答卷",
}


def draw() -> None:
    """The audit trail, newest first."""
    look.heading("审计", "每一次改动：谁、何时、做了什么。记录只增不改，不含客户填写的内容。")
    amount = st.segmented_control(
        "显示最近", [_SHOWN, 200, 1000], default=_SHOWN, format_func=lambda n: f"{n} 条", required=True
    )
    lines = session.store().accounts.audit(int(amount or _SHOWN))
    if not lines:
        look.empty("还没有记录", "发布问卷、修改账号等操作会记在这里。")
        return
    look.table(
        ["时间", "账号", "操作", "对象", "说明"],
        [
            (each.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S"), each.account,
             _ACTIONS.get(each.action, each.action), each.object, each.detail or "—")
            for each in lines
        ],
    )  # fmt: skip
