"""What a new installation needs first, by role."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from surveys.accounts import Account
from surveys.console.kit import look, session
from surveys.console.kit.words import _
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Action
from surveys.sample_organisation import load_sample_organisation
from surveys.storage.records.surveys import SurveyRecord


def first_steps(account: Account, records: list[SurveyRecord]) -> None:
    """Three steps for who sets up, and for the others who will take them."""
    departments = session.store().organisation.departments()
    if account.may(Action.CHANGE_SETTINGS):
        if not session.store().organisation.name():
            _name_first()
        st.header(_("三步开始"), anchor=False)
        _step(
            1,
            _("建立组织"),
            _("录入部门和触点，结果才能分到部门和地点。"),
            bool(departments),
            "organisation",
            _("去“组织”"),
        )
        _step(2, _("发布问卷"), _("从模板库挑一份，选好归属部门。"), False, "surveys", _("去“问卷”"))
        _step(
            3,
            _("发放和查看"),
            _("取链接、二维码或海报；答卷收下后在“满意度”查看。"),
            False,
            "distribution",
            _("去“发放”"),
        )
        if not departments and not records:
            _offer_sample()
    elif account.may(Action.DESIGN_SURVEYS):
        look.empty(_("还没有正在收集的问卷"), _("到“问卷”的模板库挑一份发布，一分钟就能开始收集。"))
        look.link_to("surveys", _("去“问卷”"))
    else:
        look.empty(_("还没有正在收集的问卷"), _("设计员发布问卷并收到答卷后，这里会显示您部门的情况。"))


def _name_first() -> None:
    with st.container(border=True):
        words = _("问卷、海报、邮件和短信都以单位的名义发出，还可以加上徽标和颜色。")
        title = look.tag(_("第一件事"), "wait"), _("填写单位名称")
        st.html(Markup('{} <b>{}</b><div class="xs-soft">{}</div>').format(*title, words))
        look.link_to("settings", _("去“设置”"))


def _step(number: int, title: str, words: str, done: bool, page: str, link: str) -> None:
    with st.container(border=True):
        state = look.tag(_("已完成"), "good") if done else look.tag(_("第 {number} 步").format(number=number))
        st.html(Markup('{} <b>{}</b><div class="xs-soft">{}</div>').format(state, title, words))
        look.link_to(page, link)


def _offer_sample() -> None:
    with st.container(border=True):
        st.markdown(_("**想先看看效果？** 载入示例组织：3 个部门、12 个触点、90 天约 3000 份虚构答卷。"))
        if st.button(_("载入示例组织")):
            account = session.acting(Action.CHANGE_SETTINGS)
            with st.spinner(_("正在载入示例组织…")):
                added = load_sample_organisation(session.store(), local_day(utc_now()))
            session.store().accounts.record(
                account.name, "load sample organisation", "organisation", f"{added} responses"
            )
            look.done(_("已载入示例组织，共 {count} 份答卷；留言会在后台分析，一两分钟内完成。").format(count=added))
