"""The form in which a campaign is planned, or the plan of a draft changed; it is started on the page of campaigns."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import streamlit as st
from pydantic import ValidationError

from surveys.channels import CHANNELS, Readiness, channels_set_up
from surveys.console.distribution.campaign_times import schedule_fields
from surveys.console.kit import address, look, session
from surveys.console.kit.choosers import department_names, survey_names
from surveys.console.kit.words import _, reason
from surveys.definition.conditions import Comparison
from surveys.fieldwork.campaigns.audience import AudienceRule, Filter
from surveys.fieldwork.campaigns.campaign import BODY, LINK, SUBJECT, Plan
from surveys.fieldwork.campaigns.schedule import Schedule
from surveys.fieldwork.tasks.doors import by_task_alone
from surveys.localisation.clock import local_day, utc_now, zone
from surveys.localisation.language import marked
from surveys.operations.launch import Unfit, new_seed, plan_campaign
from surveys.people.contact import ContactKind
from surveys.permissions import Action
from surveys.settings import Settings, secret_key

_COMPARISONS = {
    Comparison.ONE_OF: marked("是其中之一"),
    Comparison.DIFFERS: marked("不是"),
    Comparison.AT_LEAST: marked("不小于"),
    Comparison.AT_MOST: marked("不大于"),
}
_DRAWS = {"all": marked("全部"), "sample": marked("随机抽取"), "of_each": marked("每组抽取")}
_REMINDERS = (1, 2, 3, 5, 7, 10, 14, 21, 30)
_MOST_FILTERS = 5
_TOTAL = "total"  # the quota that this form sets; others came from a file


@dataclass(frozen=True)
class PlanForm:
    """The fields of one plan: how their keys begin, and the plan they begin with, None for a new one."""

    prefix: str
    plan: Plan | None = None

    def key(self, name: str) -> str:
        return f"{self.prefix}.{name}"

    @property
    def audience(self) -> AudienceRule:
        return self.plan.audience if self.plan else AudienceRule()

    @property
    def schedule(self) -> Schedule:
        return self.plan.schedule if self.plan else Schedule()

    def filter(self, number: int) -> Filter | None:
        """The filter that stands in this line at first."""
        return self.audience.filters[number] if number < len(self.audience.filters) else None


_NEW = PlanForm("plan")


def draw_new(*, expanded: bool) -> None:
    """Everything a plan needs, from the audience to the message."""
    live = {
        each.code: each
        for each in session.store().surveys.all()
        if each.live and not each.trial and not (each.survey.subject or by_task_alone(each.survey))
    }
    address.asked("for", "when")  # what a link from the rounds of a survey begins with
    wanted = st.query_params.get("for", "")
    with st.expander(_("新建邀请活动"), expanded=expanded or wanted in live):
        if not live:
            look.empty(_("没有正在收集的问卷"), _("先在“问卷”中发布一份。"))
            return

        def about() -> tuple[str, str | None]:
            names = survey_names(list(live.values()))
            first = list(live).index(wanted) if wanted in live else 0
            survey = st.selectbox(_("问卷"), list(live), first, format_func=names.__getitem__, key="plan.survey")
            return survey, _department()

        values, (survey, department) = fields(_NEW, about)
        if st.button(_("存为草稿并检查"), type="primary", key="plan.save"):
            plan = check_plan(values)
            if plan is not None:
                _add(plan, survey, department)


def fields(form: PlanForm, about: Callable[[], Any] = lambda: None) -> tuple[dict[str, Any], Any]:
    """What is entered, still unchecked; and what *about* draws below the name says."""
    left, right = st.columns(2)
    with left:
        name = st.text_input(
            _("活动名称"), form.plan.name if form.plan else "", max_chars=80,
            placeholder=_("例如 十一月抢修回访"), key=form.key("name"),
        )  # fmt: skip
        more = about()
    with right:
        channel = _channel(form)
        asked = st.query_params.get("when", "") if form.plan is None else ""
        schedule = schedule_fields(form.schedule, form.key, asked)
    audience = _audience(form)
    rest = _limits(form)
    message = _message(form)
    kept = {"reminder": form.plan.reminder} if form.plan else {}
    values = {"name": name.strip(), "channel": channel, "audience": audience, "schedule": schedule, "message": message}
    return values | rest | kept, more


def check_plan(values: Mapping[str, Any]) -> Plan | None:
    """The plan in these values; None, with the reasons on the page, when it is unfit."""
    if not values["name"]:
        st.error(_("请填写活动名称。"))
        return None
    if values["message"]["body"].count(LINK) != 1:
        st.error(_("正文里要有且只有一个 {link}，发送时换成每个人自己的链接。"))
        return None
    if values["schedule"].get("file_date") == "":
        st.error(_("请选择档案里的日期；还没有的，先在“档案”里导入有日期一列的文件。"))
        return None
    try:
        return Plan.model_validate(values)
    except ValidationError as error:
        st.error(
            "\n\n".join(look.as_written(f"{'.'.join(map(str, each['loc']))}: {each['msg']}") for each in error.errors())
        )
        return None


def _department() -> str | None:
    names = department_names()
    chosen = st.selectbox(
        _("部门"), ["", *names], format_func=lambda code: names.get(code) or _("全部部门"), key="plan.department"
    )
    return chosen or None


def _channel(form: PlanForm) -> str:
    names = list(CHANNELS)
    chosen = st.selectbox(
        _("渠道"), names, names.index(form.plan.channel) if form.plan and form.plan.channel in names else 0,
        format_func=lambda name: _(CHANNELS[name].label), key=form.key("channel"),
    )  # fmt: skip
    made = channels_set_up(os.environ, secret_key(Settings.from_environment().secret_file))
    if made.readiness(chosen) is not Readiness.READY:
        st.warning(_("这个渠道还没有设置，消息会排队等待，直到系统管理员设置好。"))
    return chosen


def shown_by_form(rule: AudienceRule) -> bool:
    """Whether the form can show the whole rule; one from a file may say more, and is then left as it is."""
    plain = all(each.compare in _COMPARISONS for each in rule.filters) and len(rule.filters) <= _MOST_FILTERS
    return plain and len(set(rule.of_each.values())) <= 1


def _audience(form: PlanForm) -> AudienceRule | dict[str, Any]:
    st.markdown(_("**请谁**"))
    begin, store = form.audience, session.store()
    if not shown_by_form(begin):
        look.soft(_("名单的规则是从文件来的，这里显示不全，保持不变。"))
        return begin
    attributes = {"tier": _("等级"), "department": _("部门")} | {
        name: name.partition(".")[2] for name in store.contacts.attributes()
    }
    named = [*(each.attribute for each in begin.filters), *([begin.by] if begin.by else [])]
    attributes = {name: name.partition(".")[2] for name in named} | attributes
    kind = st.radio(
        _("对象"), list(ContactKind), list(ContactKind).index(begin.kind), format_func=lambda each: _(each.label),
        horizontal=True,
        key=form.key("kind"),
    )  # fmt: skip
    count = st.number_input(_("条件的个数（同时满足）"), 0, _MOST_FILTERS, len(begin.filters), key=form.key("filters"))
    filters = [_filter(form, number, attributes) for number in range(int(count))]
    way = "of_each" if begin.of_each else "sample" if begin.sample else "all"
    draw = st.radio(
        _("抽取"), list(_DRAWS), list(_DRAWS).index(way), format_func=lambda key: _(_DRAWS[key]), horizontal=True,
        key=form.key("draw"),
    )  # fmt: skip
    groups = ["", *attributes]
    by = st.selectbox(
        _("分组（进展按它分开显示）"), groups, groups.index(begin.by or ""), key=form.key("by"),
        format_func=lambda name: attributes.get(name) or _("不分组"),
    )  # fmt: skip
    rule: dict[str, Any] = {"kind": kind, "filters": [each for each in filters if each["values"]], "by": by or None}
    if draw == "all":
        return rule
    first = next(iter(begin.of_each.values()), None) or begin.sample or 100
    label = _("每组人数") if draw == "of_each" else _("人数")
    many = int(st.number_input(label, 1, 1_000_000, first, key=form.key("many")))
    seed = begin.seed if form.plan else _seed()
    rule["seed"] = int(st.number_input(_("种子（同一种子抽到同样的人）"), 0, 999_999, seed, key=form.key("seed")))
    if draw == "of_each" and by:
        groups_there = store.contacts.values(by)
        kept = begin.of_each if by == begin.by else {}
        return rule | {"of_each": dict.fromkeys([*kept, *groups_there], many)}
    return rule | {"sample": many}


def _seed() -> int:
    return int(st.session_state.setdefault("plan's first seed", new_seed()))


def _filter(form: PlanForm, number: int, attributes: dict[str, str]) -> dict[str, Any]:
    begin, names, ways = form.filter(number), list(attributes), list(_COMPARISONS)
    left, middle, right = st.columns([2, 1, 3])
    with left:
        chosen = st.selectbox(
            _("属性"), names, names.index(begin.attribute) if begin else 0, format_func=lambda name: attributes[name],
            key=form.key(f"attribute.{number}"),
        )  # fmt: skip
    with middle:
        compare = st.selectbox(
            _("比较"), ways, ways.index(begin.compare) if begin else 0, format_func=lambda each: _(_COMPARISONS[each]),
            key=form.key(f"compare.{number}"),
        )  # fmt: skip
    with right:
        first = list(begin.values) if begin and begin.attribute == chosen else []
        known = list(dict.fromkeys([*first, *session.store().contacts.values(chosen)]))
        values = st.multiselect(
            _("值"), known, first, accept_new_options=True, key=form.key(f"values.{number}.{chosen}"),
            placeholder=_("选择值"),
        )  # fmt: skip
    one = compare is not Comparison.ONE_OF
    return {"attribute": chosen, "is": compare, "values": values[:1] if one else values}


def _limits(form: PlanForm) -> dict[str, Any]:
    plan = form.plan
    first, second, third, fourth = st.columns(4)
    with first:
        chosen = list(plan.reminders) if plan else []
        reminders = st.multiselect(
            _("提醒（发出后第几天）"), sorted({*_REMINDERS, *chosen}), chosen, key=form.key("reminders"),
            placeholder=_("不提醒"),
        )  # fmt: skip
    with second:
        days = st.number_input(_("链接有效天数"), 1, 400, plan.link_days if plan else 30, key=form.key("days"))
    with third:
        ends = _end(form)
    with fourth:
        limit = next((each.limit for each in plan.quotas if each.code == _TOTAL), 0) if plan else 0
        most = st.number_input(_("最多收多少份（0 不限）"), 0, 10_000_000, limit, key=form.key("most"))
    others = [each for each in plan.quotas if each.code != _TOTAL] if plan else []
    total = [{"code": _TOTAL, "label": _("总数"), "limit": int(most)}] if most else []
    exempt_because = st.text_input(
        _("不受间隔限制的理由（不填则最近已被邀请过的人不再邀请）"), plan.exempt_because if plan else "", max_chars=200,
        placeholder=_("例如 每张工单都要回访"), key=form.key("exempt"),
        help=_("理由和人数记入审计。不愿被打扰、只愿用另一渠道的人仍不邀请。"),
    )  # fmt: skip
    return {
        "reminders": sorted(reminders), "link_days": int(days), "quotas": [*others, *total], "ends_at": ends,
        "exempt_because": exempt_because.strip(),
    }  # fmt: skip


def _end(form: PlanForm) -> datetime | None:
    """The end of the chosen day; an hour that a file has set stays while its day does."""
    at = form.plan.ends_at if form.plan else None
    first = local_day(at - timedelta(seconds=1)) if at else None
    ends = st.date_input(_("结束日期（可不填）"), first, key=form.key("ends"))
    if ends is None or ends == first:
        return at if ends else None
    return datetime.combine(ends + timedelta(days=1), time(0), zone()).astimezone(UTC)


def _message(form: PlanForm) -> dict[str, str]:
    begin = form.plan.message if form.plan else None
    subject = st.text_input(
        _("标题（邮件）"), begin.subject if begin else _(SUBJECT), max_chars=120, key=form.key("subject")
    )
    body = st.text_area(
        _("正文"), begin.body if begin else _(BODY), max_chars=2000, key=form.key("body"),
        help=_("{name} 处放姓名，{link} 处放个人链接，每人不同。"),
    )  # fmt: skip
    return {"subject": subject, "body": body}


def _add(plan: Plan, survey: str, department: str | None) -> None:
    account = session.acting(Action.RUN_CAMPAIGNS)
    try:
        made = plan_campaign(session.store(), plan, survey, department=department, by=account.name, now=utc_now())
    except Unfit as problem:
        st.error(reason(problem))
    else:
        st.query_params["campaign"] = made.id
        look.done(_("已存为草稿。请检查人数和消息，再开始邀请。"))
