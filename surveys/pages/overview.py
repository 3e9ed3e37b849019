"""The start page: what needs attention now, what is in the field, and the first steps on a new installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pandas as pd
import streamlit as st
from markupsafe import Markup

from analysis.pages.improvement import areas_of
from analysis.pages.reading import Material, material
from analysis.pages.view import usual_view
from surveys.accounts import Account, Role
from surveys.clock import local_day, utc_now
from surveys.definition import Audience
from surveys.pages import look, session
from surveys.pages.choosing import department_names, published_surveys
from surveys.pages.words import _, listed, said
from surveys.sample_organisation import load_sample_organisation
from surveys.storage.surveys import SurveyRecord

_QUIET = timedelta(days=7)


@dataclass(frozen=True)
class Notice:
    """Something that wants a look, and the page where to act on it."""

    tone: str
    label: str
    words: str
    page: str
    link: str
    survey: str = ""


def draw() -> None:
    """A greeting, then what this role needs first."""
    account = session.signed_in()
    look.heading(_("{name}，您好").format(name=account.display_name or account.name), _role_words(account))
    records = session.store().surveys.all()
    if account.role in (Role.STAFF, Role.AGENT):
        _for_those_who_fill(account, records)
        return
    live = [record for record in published_surveys() if record.live]
    if not live:
        _first_steps(account, records)
        return
    found = [material(record, account) for record in live]
    _attention([*_areas(found), *_quiet(found), *_drafts(account, records)])
    _in_the_field(found)


def _role_words(account: Account) -> str:
    if account.role is not Role.MANAGER:
        return _(account.role.label)
    names = department_names()
    departments = listed([names.get(code, code) for code in account.departments])
    return f"{_(account.role.label)} · {departments or _('还没有分配部门，请联系系统管理员')}"


def _for_those_who_fill(account: Account, records: list[SurveyRecord]) -> None:
    look.links(("/my", _("查看要我填写的问卷")), new_tab=False)
    open_forms = [each for each in records if each.live and each.survey.audience is Audience.CUSTOMERS]
    if account.role is Role.AGENT and open_forms:
        st.header(_("替客户填写"), anchor=False)
        look.links(*[(f"/s/{each.code}", said(each.survey.title)) for each in open_forms])


# A new installation


def _first_steps(account: Account, records: list[SurveyRecord]) -> None:
    departments = session.store().organisation.departments()
    if account.role is Role.ADMIN:
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
    elif account.role is Role.DESIGNER:
        look.empty(_("还没有正在收集的问卷"), _("到“问卷”的模板库挑一份发布，一分钟就能开始收集。"))
        look.link_to("surveys", _("去“问卷”"))
    else:
        look.empty(_("还没有正在收集的问卷"), _("设计员发布问卷并收到答卷后，这里会显示您部门的情况。"))


def _step(number: int, title: str, words: str, done: bool, page: str, link: str) -> None:
    with st.container(border=True):
        state = look.tag(_("已完成"), "good") if done else look.tag(_("第 {number} 步").format(number=number))
        st.html(Markup('{} <b>{}</b><div class="xs-soft">{}</div>').format(state, title, words))
        look.link_to(page, link)


def _offer_sample() -> None:
    with st.container(border=True):
        st.markdown(_("**想先看看效果？** 载入示例组织：3 个部门、12 个触点、90 天约 3000 份虚构答卷。"))
        if st.button(_("载入示例组织")):
            account = session.acting(Role.ADMIN)
            with st.spinner(_("正在载入示例组织…")):
                added = load_sample_organisation(session.store(), local_day(utc_now()))
            session.store().accounts.record(
                account.name, "load sample organisation", "organisation", f"{added} responses"
            )
            look.done(_("已载入示例组织，共 {count} 份答卷；留言会在后台分析，一两分钟内完成。").format(count=added))


# What needs attention


def _attention(notices: list[Notice]) -> None:
    st.header(_("需要关注"), anchor=False)
    if not notices:
        look.empty(_("目前没有需要特别关注的事"), _("出现明显下降、热点或长时间没有答卷时，会列在这里。"))
    for number, notice in enumerate(notices):
        with st.container(border=True, key=f"notice {number}"):
            st.html(Markup("{} {}").format(look.tag(notice.label, notice.tone), notice.words))
            look.link_to(notice.page, notice.link, **({"survey": notice.survey} if notice.survey else {}))


def _areas(found: list[Material]) -> list[Notice]:
    """Of each survey the area that ranks first, if it is a hot spot or clearly fell."""
    notices = []
    for each in found:
        if each.record.survey.anonymous or each.responses.empty:
            continue
        first = next(iter(areas_of(usual_view(each))), None)
        fell = first is not None and first.change is not None and first.change.clearly_down
        if first is not None and (first.hot_spot is not None or fell):
            words = _("{title}：{area}最该先改进。{reason}").format(
                title=said(each.record.survey.title), area=first.label, reason=first.reasons[0]
            )
            notices.append(Notice("bad", _("改进"), words, "improvement", _("看原因和客户原话"), each.record.code))
    return notices


def _quiet(found: list[Material]) -> list[Notice]:
    since = pd.Timestamp(local_day(utc_now()) - _QUIET)
    return [
        Notice("wait", _("收集"), _("{title}：最近 7 天没有收到答卷。").format(title=said(each.record.survey.title)),
               "distribution", _("检查发放"), each.record.code)
        for each in found
        if not (each.responses["day"] >= since).any()
    ]  # fmt: skip


def _drafts(account: Account, records: list[SurveyRecord]) -> list[Notice]:
    if account.role is Role.MANAGER:
        return []
    drafts = [each for each in records if not each.live and not each.closed]
    return [
        Notice("", _("草稿"), _("{title}：还没有发布。").format(title=said(each.survey.title)), "surveys", _("去发布"))
        for each in drafts
    ]


# In the field


def _in_the_field(found: list[Material]) -> None:
    st.header(_("正在收集"), anchor=False)
    today = pd.Timestamp(local_day(utc_now()))
    rows = []
    for each in found:
        days = each.responses["day"]
        recent, newest = int((days > today - pd.Timedelta(days=7)).sum()), days.max()
        last = f"{newest:%Y-%m-%d}" if pd.notna(newest) else "—"
        rows.append((said(each.record.survey.title), len(days), recent, int((days == today).sum()), last))
    look.table([_("问卷"), _("已收"), _("近 7 天"), _("今天"), _("最近一份")], rows)
    with st.container(horizontal=True):
        look.link_to("results", _("看满意度"))
        look.link_to("comments", _("看意见"))
        look.link_to("distribution", _("取链接和二维码"))
