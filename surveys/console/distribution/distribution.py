"""The page on which a published survey is given out: link, QR codes, posters."""

from __future__ import annotations

from itertools import groupby

import streamlit as st
from markupsafe import Markup

from surveys.console.distribution import kiosks
from surveys.console.kit import look, session
from surveys.console.kit.choosers import (
    department_names,
    own_touchpoints,
    published_surveys,
    say_scope,
    survey_picker,
)
from surveys.console.kit.qr_codes import qr_code
from surveys.console.kit.words import _, said
from surveys.definition.survey import Audience
from surveys.fieldwork.distribution import embed_snippet, form_link
from surveys.fieldwork.tasks.doors import by_task_alone
from surveys.organisation.departments import Touchpoint
from surveys.permissions import Action
from surveys.settings import Settings
from surveys.storage.records.surveys import SurveyRecord


def draw() -> None:
    """Link and QR of the chosen survey, then one QR for each touchpoint by department."""
    look.heading(_("发放"), _("把问卷交到客户手里：链接、二维码、可以打印张贴的海报。"))
    account = session.signed_in()
    live = [each for each in published_surveys() if each.live]
    if not live:
        look.empty(_("没有正在收集的问卷"), _("先在“问卷”中发布一份，这里就会出现它的链接和二维码。"))
        return
    record = survey_picker(live)
    if by_task_alone(record.survey):
        _by_task(record)
        return
    if record.survey.audience is Audience.STAFF:
        _for_staff()
        return
    base_url = Settings.from_environment().base_url
    _open_link(record, base_url)
    _embedding(record, base_url)
    touchpoints = own_touchpoints(account)
    say_scope(account, said(record.survey.title))
    st.header(_("按触点发放"), anchor=False)
    if not touchpoints:
        look.empty(_("还没有触点"), _("管理员在“组织”中新增触点后，每个触点会有自己的二维码，结果可以按触点比较。"))
        return
    kiosks.draw(record, touchpoints, base_url)
    _by_department(record, touchpoints, base_url)


def _by_task(record: SurveyRecord) -> None:
    look.empty(_("这份问卷按任务填写"), _("公开链接和二维码不能代替任务。请在“任务”里下发，再把下面的地址发给员工。"))
    look.link_to("tasks", _("去下发任务"), survey=record.code)
    st.code(f"{Settings.from_environment().base_url}/my", language=None)


def _for_staff() -> None:
    link = f"{Settings.from_environment().base_url}/my"
    look.empty(_("这份问卷由员工填写"), _("请把下面的地址发给员工，登录后即可看到自己要填的问卷；不需要二维码。"))
    st.code(link, language=None)


def _open_link(record: SurveyRecord, base_url: str) -> None:
    link = form_link(base_url, record.code)
    with st.container(border=True):
        left, right = st.columns([3, 1], vertical_alignment="center")
        with left:
            st.markdown(_("**公开链接**"))
            st.code(link, language=None)
            look.soft(_("适合短信、公众号和网页。不带触点，结果里记为“未注明触点”。"))
            printed = [
                (f"/poster/{record.code}", _("打印海报")), (f"/cards/{record.code}", _("打印台卡")),
                (f"/paper/{record.code}", _("打印纸质问卷")),
            ]  # fmt: skip
            own = session.signed_in().may_for(Action.DISTRIBUTE, record.department)
            look.links(
                (f"/s/{record.code}", _("打开表单")), *(printed if own else []),
                (f"/typing/{record.code}", _("录入纸质问卷")),
            )  # fmt: skip
        with right:
            qr_code(link, record.code)


def _embedding(record: SurveyRecord, base_url: str) -> None:
    with st.expander(_("**嵌入网页**")):
        origins = Settings.from_environment().embed_origins
        if not origins:
            look.soft(_("还没有允许任何网站嵌入，请系统管理员设置 XINSHENG_EMBED_ORIGINS 后重启。"))
            return
        st.code(embed_snippet(base_url, record.survey), language="html")
        look.soft(_("把这段代码放进网页；只有系统管理员在 XINSHENG_EMBED_ORIGINS 中列出的网站可以显示它。"))
        look.soft(f"{_('允许嵌入的网站')}: {' '.join(origins)}")


def _by_department(record: SurveyRecord, touchpoints: list[Touchpoint], base_url: str) -> None:
    names = department_names()
    for department, group in groupby(touchpoints, key=lambda each: each.department):
        members = list(group)
        name = names.get(department, department)
        with st.expander(
            _("{name} · {count} 个触点").format(name=name, count=len(members)), expanded=len(touchpoints) <= 4
        ):
            look.links(
                (f"/poster/{record.code}?dept={department}", _("打印{name}的全部海报").format(name=name)),
                (f"/cards/{record.code}?dept={department}", _("打印{name}的全部台卡").format(name=name)),
            )
            columns = st.columns(3)
            for place, touchpoint in enumerate(members):
                with columns[place % 3]:
                    _touchpoint(record, touchpoint, base_url)


def _touchpoint(record: SurveyRecord, touchpoint: Touchpoint, base_url: str) -> None:
    link = form_link(base_url, record.code, touchpoint.code)
    with st.container(border=True):
        st.html(Markup("<b>{}</b>").format(touchpoint.name))
        look.soft(touchpoint.district or _("未注明区域"))
        qr_code(link, f"{record.code}-{touchpoint.code}")
        look.links(
            (link, _("打开表单")),
            (f"/poster/{record.code}?tp={touchpoint.code}", _("打印海报")),
            (f"/cards/{record.code}?tp={touchpoint.code}", _("打印台卡")),
        )
