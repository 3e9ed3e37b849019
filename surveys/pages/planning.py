"""The form in which a campaign is planned; as a draft it is checked and started on the page of campaigns."""

from __future__ import annotations

import os
from datetime import UTC, datetime, time, timedelta
from typing import Any

import streamlit as st
from pydantic import ValidationError

from surveys.accounts import Role
from surveys.campaigns.campaign import BODY, LINK, SUBJECT, Plan
from surveys.campaigns.giving_out import Unfit, new_seed, planned
from surveys.campaigns.schedule import Unit
from surveys.channels import CHANNELS, channels_set_up
from surveys.clock import ZONE, local_day, utc_now
from surveys.conditions import Comparison
from surveys.language import marked
from surveys.pages import look, session
from surveys.pages.choosing import department_names
from surveys.pages.words import _, reason, said
from surveys.people.contact import Kind
from surveys.settings import Settings, secret_key

_COMPARISONS = {
    Comparison.ONE_OF: marked("是其中之一"),
    Comparison.DIFFERS: marked("不是"),
    Comparison.AT_LEAST: marked("不小于"),
    Comparison.AT_MOST: marked("不大于"),
}
_DRAWS = {"all": marked("全部"), "sample": marked("随机抽取"), "of_each": marked("每组抽取")}
_TIMES = {"now": marked("开始后立即"), "at": marked("定时"), "event": marked("某件事之后")}
_MOST_FILTERS = 5


def draw_new(*, expanded: bool) -> None:
    """Everything a plan needs, from the audience to the message."""
    live = {each.code: each for each in session.store().surveys.all() if each.live and not each.survey.subject}
    with st.expander(_("新建邀请活动"), expanded=expanded):
        if not live:
            look.empty(_("没有正在收集的问卷"), _("先在“问卷”中发布一份。"))
            return
        left, right = st.columns(2)
        with left:
            name = st.text_input(_("活动名称"), max_chars=80, placeholder=_("例如 十一月抢修回访"), key="plan.name")
            survey = st.selectbox(
                _("问卷"), list(live), format_func=lambda code: said(live[code].survey.title), key="plan.survey"
            )
            department = _department()
        with right:
            channel = _channel()
            schedule = _schedule() | _hours()
        audience = _audience()
        rest = _limits()
        message = _message()
        if st.button(_("存为草稿并检查"), type="primary", key="plan.save"):
            _save(
                {
                    "name": name.strip(),
                    "channel": channel,
                    "audience": audience,
                    "schedule": schedule,
                    "message": message,
                }
                | rest,
                survey,
                department,
            )


def _department() -> str | None:
    names = department_names()
    chosen = st.selectbox(
        _("部门"), ["", *names], format_func=lambda code: names.get(code) or _("全部部门"), key="plan.department"
    )
    return chosen or None


def _hours() -> dict[str, int]:
    since, until = st.slider(_("发送时段（点）"), 0, 24, (8, 20), key="plan.hours")
    return {"since": min(since, 23), "until": max(until, min(since, 23) + 1)}


def _channel() -> str:
    chosen = st.selectbox(
        _("渠道"), list(CHANNELS), format_func=lambda name: _(CHANNELS[name].label), key="plan.channel"
    )
    if chosen not in channels_set_up(os.environ, secret_key(Settings.from_environment().secret_file)).channels:
        st.warning(_("这个渠道还没有设置，消息会排队等待，直到系统管理员设置好。"))
    return chosen


def _schedule() -> dict[str, Any]:
    way = st.radio(
        _("何时邀请"), list(_TIMES), format_func=lambda key: _(_TIMES[key]), horizontal=True, key="plan.when"
    )
    if way == "at":
        day = st.date_input(_("日期"), local_day(utc_now()) + timedelta(days=1), key="plan.day")
        hour = st.time_input(_("时间"), time(9), key="plan.hour")
        return {"at": datetime.combine(day, hour, ZONE).astimezone(UTC)}
    if way == "event":
        event = st.text_input(_("事件的代号"), "work_order.closed", max_chars=60, key="plan.event")
        after = st.number_input(_("之后多久"), 0, 1000, 2, key="plan.after")
        unit = st.selectbox(_("单位"), list(Unit), format_func=lambda each: _(each.label), key="plan.unit")
        return {"event": event.strip(), "after": int(after), "unit": unit}
    return {}


def _audience() -> dict[str, Any]:
    st.markdown(_("**请谁**"))
    store = session.store()
    attributes = {"tier": _("等级"), "department": _("部门")} | {
        name: name.partition(".")[2] for name in store.contacts.attributes()
    }
    kind = st.radio(_("对象"), list(Kind), format_func=lambda each: _(each.label), horizontal=True, key="plan.kind")
    count = st.number_input(_("条件的个数（同时满足）"), 0, _MOST_FILTERS, 0, key="plan.filters")
    filters = [_filter(number, attributes) for number in range(int(count))]
    draw = st.radio(_("抽取"), list(_DRAWS), format_func=lambda key: _(_DRAWS[key]), horizontal=True, key="plan.draw")
    by = st.selectbox(
        _("分组（进展按它分开显示）"), ["", *attributes], key="plan.by",
        format_func=lambda name: attributes.get(name) or _("不分组"),
    )  # fmt: skip
    rule: dict[str, Any] = {"kind": kind, "filters": [each for each in filters if each["values"]], "by": by or None}
    if draw == "all":
        return rule
    many = int(st.number_input(_("每组人数") if draw == "of_each" else _("人数"), 1, 1_000_000, 100, key="plan.many"))
    rule["seed"] = int(st.number_input(_("种子（同一种子抽到同样的人）"), 0, 999_999, _seed(), key="plan.seed"))
    if draw == "of_each" and by:
        return rule | {"of_each": dict.fromkeys(store.contacts.values(by), many)}
    return rule | {"sample": many}


def _seed() -> int:
    return int(st.session_state.setdefault("plan's first seed", new_seed()))


def _filter(number: int, attributes: dict[str, str]) -> dict[str, Any]:
    left, middle, right = st.columns([2, 1, 3])
    with left:
        chosen = st.selectbox(
            _("属性"), list(attributes), format_func=lambda name: attributes[name], key=f"plan.attribute.{number}"
        )
    with middle:
        compare = st.selectbox(
            _("比较"), list(_COMPARISONS), format_func=lambda each: _(_COMPARISONS[each]), key=f"plan.compare.{number}"
        )
    with right:
        known = list(session.store().contacts.values(chosen))
        values = st.multiselect(
            _("值"), known, accept_new_options=True, key=f"plan.values.{number}.{chosen}", placeholder=_("选择值")
        )
    one = compare is not Comparison.ONE_OF
    return {"attribute": chosen, "is": compare, "values": values[:1] if one else values}


def _limits() -> dict[str, Any]:
    first, second, third, fourth = st.columns(4)
    with first:
        reminders = st.multiselect(
            _("提醒（发出后第几天）"), [1, 2, 3, 5, 7, 10, 14, 21, 30], key="plan.reminders", placeholder=_("不提醒")
        )
    with second:
        days = st.number_input(_("链接有效天数"), 1, 400, 30, key="plan.days")
    with third:
        ends = st.date_input(_("结束日期（可不填）"), None, key="plan.ends")
    with fourth:
        most = st.number_input(_("最多收多少份（0 不限）"), 0, 10_000_000, 0, key="plan.most")
    total = {"code": "total", "label": _("总数"), "limit": int(most)}
    return {
        "reminders": sorted(reminders), "link_days": int(days), "quotas": [total] if most else [],
        "ends_at": datetime.combine(ends + timedelta(days=1), time(0), ZONE).astimezone(UTC) if ends else None,
    }  # fmt: skip


def _message() -> dict[str, str]:
    subject = st.text_input(_("标题（邮件）"), _(SUBJECT), max_chars=120, key="plan.subject")
    body = st.text_area(
        _("正文"), _(BODY), max_chars=2000, key="plan.body", help=_("{name} 处放姓名，{link} 处放个人链接，每人不同。")
    )  # fmt: skip
    return {"subject": subject, "body": body}


def _save(values: dict[str, Any], survey: str, department: str | None) -> None:
    if not values["name"]:
        st.error(_("请填写活动名称。"))
        return
    if values["message"]["body"].count(LINK) != 1:
        st.error(_("正文里要有且只有一个 {link}，发送时换成每个人自己的链接。"))
        return
    account = session.acting(Role.ADMIN, Role.DESIGNER)
    try:
        plan = Plan.model_validate(values)
        made = planned(session.store(), plan, survey, department=department, by=account.name, now=utc_now())
    except ValidationError as error:
        st.error(
            "\n\n".join(look.as_written(f"{'.'.join(map(str, each['loc']))}: {each['msg']}") for each in error.errors())
        )
    except Unfit as problem:
        st.error(reason(problem))
    else:
        st.query_params["campaign"] = made.id
        look.done(_("已存为草稿。请检查人数和消息，再开始邀请。"))
