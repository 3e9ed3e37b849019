"""The page on which the administrator reads who changed what."""

from __future__ import annotations

import re

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
    "create administrator": "建立管理员",
    "change password": "修改密码",
    "load sample organisation": "载入示例组织",
    "import answers": "导入答卷",
    "export answers": "导出答卷",
    "backup": "备份",
    "restore": "恢复",
}
_NOT_PEOPLE = {"sample organisation": "（示例组织）", "command line": "（命令行）"}


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
            (each.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S"), _NOT_PEOPLE.get(each.account, each.account),
             _ACTIONS.get(each.action, each.action), each.object, _in_chinese(each.detail))
            for each in lines
        ],
    )  # fmt: skip


_WORDS = (
    (r"^version (\d+)$", r"第 \1 版"),
    (r"(\d+) responses as (\w+)", r"\1 份，\2 格式"),
    (r"(\d+) responses", r"\1 份答卷"),
    (r"(\d+) kept, (\d+) already there, (\d+) rejected", r"新增 \1，已有 \2，未收 \3"),
    (r"\binactive\b", "已停用"),
    (r"\bactive\b", "可登录"),
)


def _in_chinese(detail: str) -> str:
    """The details that the product itself writes, as they are read here."""
    for pattern, words in _WORDS:
        detail = re.sub(pattern, words, detail)
    return detail or "—"
