"""Alerts about the installation: for those who keep it going."""

from __future__ import annotations

from datetime import timedelta

from analysis.pages.overview.notices import InView, Notice
from surveys.console.kit import session
from surveys.console.kit.words import _, said
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.profile import PRODUCT
from surveys.operations.backup_standing import backup_standing
from surveys.operations.clock_watch import clock_trouble
from surveys.organisation.working_days import HOLIDAYS, calendar_from
from surveys.permissions import Action


def unnamed(view: InView) -> list[Notice]:
    """That forms bear the product's name instead of the organisation's."""
    if not view.account.may(Action.CHANGE_SETTINGS) or session.store().organisation.name():
        return []
    words = _("还没有填写单位名称，问卷、海报和邮件上显示的是“{name}”。").format(name=PRODUCT)
    return [Notice("wait", _("设置"), words, "settings", _("去“设置”"))]


GUESSES_A_DAY = 50  # failed sign-ins; people who mistype make fewer


def guessing(view: InView) -> list[Notice]:
    """That somebody tries out passwords or codes."""
    if not view.account.may(Action.READ_AUDIT):
        return []
    seen = session.store().accounts.guessing(utc_now() - timedelta(days=1))
    told = []
    if seen.failures >= GUESSES_A_DAY:
        words = _("昨天以来有 {count} 次登录失败，来自 {networks} 个网络，可能有人在猜密码。密码对的人不受影响。")
        told.append(words.format(count=seen.failures, networks=seen.networks))
    if seen.of_codes:
        words = _("最近 24 小时有 {networks} 个网络大量试错查询码、链接、设置码或密钥（许多网络合起来的算一个）。")
        told.append(words.format(networks=seen.of_codes))
    return [
        Notice("bad", _("安全"), words, "audit", _("去“审计”"), about=str(number)) for number, words in enumerate(told)
    ]


def safekeeping(view: InView) -> list[Notice]:
    """That backups are missing, late, untried, or failed when they were tried."""
    if not view.account.may(Action.CHANGE_SETTINGS) or not view.records:
        return []
    wrong = backup_standing(session.store()).wrong(utc_now())
    told = enumerate(map(said, wrong))
    return [Notice("wait", _("备份"), each, "settings", _("去“设置”"), about=str(number)) for number, each in told]


def clock(view: InView) -> list[Notice]:
    """That the server's clock has jumped."""
    trouble = clock_trouble(session.store(), utc_now()) if view.account.may(Action.CHANGE_SETTINGS) else None
    return [Notice("bad", _("时钟"), said(trouble), "settings", _("去“设置”"))] if trouble else []


def holidays(view: InView) -> list[Notice]:
    """That the holidays of a year are not known, by which due dates are counted."""
    if not view.account.may(Action.CHANGE_SETTINGS):
        return []
    calendar = calendar_from(session.store().organisation.setting(HOLIDAYS))
    year = calendar.unknown_soon(local_day(utc_now()))
    words = _("{year} 年的节假日还没有录入，工单的期限按周一到周五计算。放假通知公布后请导入或录入。")
    return [Notice("wait", _("日历"), words.format(year=year), "settings", _("去“设置”"))] if year else []
