"""The page on which the administrator reads who changed what."""

from __future__ import annotations

import re

import streamlit as st

from surveys.clock import ZONE
from surveys.language import marked
from surveys.pages import look, session
from surveys.pages.words import _

_SHOWN = 50
_ACTIONS = {
    "save draft": marked("保存草稿"),
    "publish": marked("发布问卷"),
    "close": marked("关闭问卷"),
    "save department": marked("保存部门"),
    "save touchpoint": marked("保存触点"),
    "add account": marked("新增账号"),
    "change account": marked("修改账号"),
    "reset password": marked("重设密码"),
    "sign in": marked("登录"),
    "sign out": marked("退出登录"),
    "create administrator": marked("建立管理员"),
    "change password": marked("修改密码"),
    "load sample organisation": marked("载入示例组织"),
    "import answers": marked("导入答卷"),
    "export answers": marked("导出答卷"),
    "save contact": marked("保存档案"),
    "import contacts": marked("导入名单"),
    "set tiers": marked("设定客户等级"),
    "opt out": marked("记为不再打扰"),
    "opt in": marked("恢复联系"),
    "confirm contact": marked("核对档案"),
    "delete contact": marked("删除档案"),
    "open contact": marked("查看档案"),
    "export contacts": marked("导出名单"),
    "export contact": marked("导出有密级的档案"),
    "change people rules": marked("修改密级与权限"),
    "retry messages": marked("再次发送消息"),
    "send test message": marked("发送测试消息"),
    "read bounces": marked("读取退信"),
    "open call queue": marked("新建回访名单"),
    "close call queue": marked("关闭回访名单"),
    "show number": marked("查看电话号码"),
    "backup": marked("备份"),
    "restore": marked("恢复"),
}
_NOT_PEOPLE = {"sample organisation": marked("（示例组织）"), "command line": marked("（命令行）")}


def draw() -> None:
    """The audit trail, newest first."""
    look.heading(_("审计"), _("每一次改动：谁、何时、做了什么。记录只增不改，不含客户填写的内容。"))
    amounts = {count: _("{count} 条").format(count=count) for count in (_SHOWN, 200, 1000)}
    amount = st.segmented_control(
        _("显示最近"),
        list(amounts),
        default=_SHOWN,
        format_func=amounts.__getitem__,
        required=True,
    )
    lines = session.store().accounts.audit(int(amount or _SHOWN))
    if not lines:
        look.empty(_("还没有记录"), _("发布问卷、修改账号等操作会记在这里。"))
        return
    look.table(
        [_("时间"), _("账号"), _("操作"), _("对象"), _("说明")],
        [
            (each.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S"), _(_NOT_PEOPLE.get(each.account, each.account)),
             _(_ACTIONS.get(each.action, each.action)), each.object, _told(each.detail))
            for each in lines
        ],
    )  # fmt: skip


_WORDS = (
    (r"^version (\d+)$", marked(r"第 \1 版")),
    (r"(\d+) responses as (\w+)", marked(r"\1 份，\2 格式")),
    (r"(\d+) responses", marked(r"\1 份答卷")),
    (r"^(\d+) calls$", marked(r"\1 通")),
    (r"^(\d+) files$", marked(r"\1 份档案")),
    (r"(\d+) kept, (\d+) already there, (\d+) rejected", marked(r"新增 \1，已有 \2，未收 \3")),
    (r"^(\d+) messages$", marked(r"\1 条消息")),
    (r"^(\d+) bounced$", marked(r"\1 封退信")),
    (r"\binactive\b", marked("已停用")),
    (r"\bactive\b", marked("可登录")),
)


def _told(detail: str) -> str:
    """The details that the product itself writes, as they are read here."""
    for pattern, words in _WORDS:
        detail = re.sub(pattern, _(words), detail)
    return detail or "—"
