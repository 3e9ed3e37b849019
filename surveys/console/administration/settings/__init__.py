"""The page on which the administrator says who the organisation is and how its installation behaves."""

from __future__ import annotations

from surveys.console.administration.settings import (
    appearance,
    backups,
    holidays,
    industries,
    language_model,
    messages,
    minimum_groups,
    notices,
    retention,
    sample,
)
from surveys.console.kit import address, look
from surveys.console.kit.words import _


def draw() -> None:
    """One tab for each part of the settings."""
    look.heading(_("设置"), _("单位的名称和外观，以及这套系统怎样运行。只有系统管理员能看到和修改。"))
    names = {
        "appearance": _("名称与外观"), "groups": _("匿名最小分组"), "industries": _("行业与主题"),
        "model": _("大语言模型"),
        "messages": _("邮件与短信"), "holidays": _("工作日历"), "retention": _("保存期限"), "notice": _("隐私说明"),
        "safekeeping": _("备份与恢复"), "sample": _("示例数据"),
    }  # fmt: skip
    tabs = address.tabs("tab", names)
    with tabs["appearance"]:
        appearance.draw()
    with tabs["groups"]:
        minimum_groups.draw()
    with tabs["industries"]:
        industries.draw()
    with tabs["model"]:
        language_model.draw()
    with tabs["messages"]:
        messages.draw()
    with tabs["holidays"]:
        holidays.draw()
    with tabs["retention"]:
        retention.draw()
    with tabs["notice"]:
        notices.draw()
    with tabs["safekeeping"]:
        backups.draw()
    with tabs["sample"]:
        sample.draw()
