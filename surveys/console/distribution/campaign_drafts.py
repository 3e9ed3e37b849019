"""A campaign before it starts: whom it would ask, what they would read, a test to oneself, changing and deleting it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from surveys.channels import CHANNELS, Readiness, SetUp, channels_set_up
from surveys.channels.message import OPT_OUT
from surveys.console.distribution import outbox
from surveys.console.distribution.campaign_planning import PlanForm, check_plan, fields
from surveys.console.kit import actions, concurrent_edits, look, session
from surveys.console.kit.concurrent_edits import EditedForm
from surveys.console.kit.words import _, reason, said
from surveys.fieldwork.campaigns.audience import AudienceSelection
from surveys.fieldwork.campaigns.campaign import LINK, NAME, Campaign, Plan
from surveys.fieldwork.campaigns.schedule import Schedule
from surveys.localisation.clock import utc_now, zone
from surveys.localisation.ordering import natural
from surveys.operations.launch import AudienceChanged, Unfit, copy_campaign, reach_audience, replan_campaign, start
from surveys.permissions import Action
from surveys.settings import Settings, secret_key
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.records.campaigns import CampaignNotNow
from surveys.storage.records.surveys import UnknownSurvey

_LONGEST_NAME = 80
_TRIED = "campaign.test"  # begins the key of the button


@dataclass(frozen=True)
class Begin:
    """What whoever starts a campaign is told: its plan, and how many it asks at once, None where events decide."""

    plan: Plan
    people: int | None


def channels() -> SetUp:
    """The channels as this installation sets them up now."""
    return channels_set_up(os.environ, secret_key(Settings.from_environment().secret_file))


def draw(campaign: Campaign, *, may_change: bool) -> None:
    """Numbers and message for everyone; what is done with a draft for those who make campaigns."""
    plan, now = campaign.plan, utc_now()
    found = reach_audience(session.store(), plan, campaign.department, plan.schedule.due(now))
    begin = Begin(plan, None if plan.schedule.one_by_one else len(found.people))
    key = f"start {campaign.id}"
    sheet = concurrent_edits.sheet(key, begin, told_of_start, campaign.id) if may_change else None
    _check(plan, found)
    if sheet is None:
        return
    _version_news(campaign)
    with st.container(horizontal=True):
        with st.popover(_("开始邀请…"), type="primary"):
            _start(campaign, found, sheet, key)
        copy_button(campaign)
        with st.popover(_("删除…")):
            look.soft(_("草稿还没有邀请任何人；删除后不能恢复。"))
            if st.button(_("确认删除"), key=f"delete {campaign.id}"):
                _delete(campaign, sheet.seen.plan)
    with st.expander(_("修改这份草稿")):
        _edit(campaign)
    with st.expander(_("给自己发一条测试消息")):
        _try_out(campaign)


def describe_plan(plan: Plan) -> dict[str, str]:
    """What a plan says, by label."""
    rule = plan.audience
    filters = _("；").join(f"{each.attribute} {each.compare.value} {'/'.join(each.values)}" for each in rule.filters)
    return {
        _("名称"): plan.name, _("渠道"): _(CHANNELS[plan.channel].label), _("何时邀请"): when_words(plan.schedule),
        _("请谁"): filters, _("人数"): str(rule.sample or sum(rule.of_each.values()) or "—"),
        _("标题（邮件）"): plan.message.subject, _("消息"): plan.message.body,
        _("提醒"): _("、").join(map(str, plan.reminders)), _("链接有效天数"): str(plan.link_days),
        _("结束"): moment(plan.ends_at), _("不受间隔限制的理由"): plan.exempt_because,
    }  # fmt: skip


def when_words(schedule: Schedule) -> str:
    """When people are asked."""
    amount = f"{schedule.after} {_(schedule.unit.label)}"
    if schedule.event is not None:
        return _("“{event}”之后 {amount}").format(event=schedule.event, amount=amount)
    if schedule.file_date is not None:
        words = _("档案里的“{name}”之后 {amount}，每年一次")
        if not schedule.yearly:
            words = _("档案里的“{name}”之后 {amount}，一次")
        return words.format(name=look.as_written(schedule.file_date.partition(".")[2]), amount=amount)
    return moment(schedule.at) if schedule.at is not None else _("开始后立即")


def told_of_start(begin: Begin) -> dict[str, str]:
    """What decides whether a campaign is to be started."""
    return describe_plan(begin.plan) | {_("将邀请"): "—" if begin.people is None else str(begin.people)}


def moment(at) -> str:  # type: ignore[no-untyped-def]
    """A moment as people here write it."""
    return at.astimezone(zone()).strftime("%Y-%m-%d %H:%M") if at is not None else "—"


def _check(plan: Plan, found: AudienceSelection) -> None:
    """Whom it would ask, and what they would read."""
    counts = [(_("符合条件"), found.fitting)]
    counts += [(_("不邀请：{reason}").format(reason=_(why.label)), times) for why, times in found.left_out.items()]
    counts += [(_("将邀请"), len(found.people))]
    if plan.exempt_because:
        counts += [(_("其中最近已被邀请过（本活动不受间隔限制）"), found.despite_rest)]
    look.table([_("检查"), _("人数")], counts)
    if plan.audience.by:
        segments = found.segments(plan.audience)
        names = sorted({*segments, *found.short}, key=natural)
        rows = [(name or "—", segments.get(name, 0), found.short.get(name, 0)) for name in names]
        look.table([_("分组"), _("将邀请"), _("还差")], rows)
    st.markdown(_("**消息预览**"))
    body = plan.message.body.replace(NAME, _("王女士"))
    st.code(f"{plan.message.subject}\n\n{body}", language=None, wrap_lines=True)


def _version_news(campaign: Campaign) -> None:
    """The survey has gone on since the draft was made."""
    try:
        record = session.store().surveys.get(campaign.survey)
    except UnknownSurvey:
        return
    if not record.live:
        st.warning(_("这份问卷现在没有在收集，活动不能开始；请先在“问卷”中重新开放。"))
    elif record.version != campaign.version:
        words = _("问卷已经发布第 {new} 版，这份草稿还按第 {old} 版邀请。")
        st.warning(words.format(new=record.version, old=campaign.version))
        if st.button(_("改用第 {new} 版").format(new=record.version), key=f"renew {campaign.id}"):
            account = session.acting(Action.RUN_CAMPAIGNS)
            renew = partial(replan_campaign, session.store(), campaign, campaign.plan, by=account.name)
            _change(renew, _("已改用第 {new} 版。").format(new=record.version))


def _change(change: Callable[[], object], done: str) -> None:
    """Make a change to a draft as it was shown; what stands in the way is said."""
    try:
        change()
    except Unfit as problem:
        st.error(reason(problem))
    except CampaignNotNow:
        st.error(_("没有改动：活动的状态刚刚变了，请刷新页面。"))
    except ChangedMeanwhile:
        st.error(_("没有改动：别人刚刚改过这个活动，请看过最新内容再决定。"))
    else:
        look.done(done)


def _delete(campaign: Campaign, seen: Plan) -> None:
    account = session.acting(Action.RUN_CAMPAIGNS)
    delete = partial(session.store().campaigns.delete, campaign.id, by=account.name, seen=seen)
    _change(delete, _("已删除草稿“{name}”。").format(name=campaign.plan.name))


def copy_button(campaign: Campaign) -> None:
    """A new draft with the same plan; nobody is invited by it yet."""
    if st.button(_("复制为新草稿"), key=f"copy {campaign.id}"):
        account, mark = session.acting(Action.RUN_CAMPAIGNS), _("（副本）")
        name = campaign.plan.name[: _LONGEST_NAME - len(mark)] + mark
        try:
            made = copy_campaign(session.store(), campaign, name, by=account.name, now=utc_now())
        except Unfit as problem:
            st.error(reason(problem))
            return
        st.query_params["campaign"] = made.id
        look.done(_("已复制为草稿“{name}”，还没有邀请任何人。").format(name=name))


# Starting


def _start(campaign: Campaign, found: AudienceSelection, sheet: EditedForm[Begin], key: str) -> None:
    """Asks once, with what is about to happen in numbers."""
    plan, made = campaign.plan, channels()
    ready = made.readiness(plan.channel)
    asked = _("现在有 {count} 人符合，事件发生或日期到了才邀请").format(count=len(found.people))
    if not plan.schedule.one_by_one:
        asked = _("{count} 人").format(count=len(found.people))
    label = _(CHANNELS[plan.channel].label)
    due = plan.schedule.due(utc_now())
    rows = [
        (_("将邀请"), asked),
        (_("不邀请"), _("{count} 人").format(count=sum(found.left_out.values()))),
        (_("渠道"), f"{label} · {outbox.ready_words(ready)}"),
        (_("最早发出"), "—" if plan.schedule.one_by_one else moment(due)),
        (_("提醒"), _("每人最多 {count} 次").format(count=len(plan.reminders))),
    ]
    look.table([_("开始之后"), ""], rows, taken=False)
    if ready is not Readiness.READY:
        st.warning(not_ready(made, plan.channel) + _("现在开始，名单上的人只会排队等待，一条消息也发不出去。"))
    if st.button(_("开始邀请"), type="primary", key=key):
        _begin(campaign, sheet.seen, ready)


def not_ready(made: SetUp, channel: str) -> str:
    """Why this channel can't send, and who mends it."""
    label = _(CHANNELS[channel].label)
    if made.readiness(channel) is Readiness.UNFIT:
        problem = look.as_written(made.problems[channel])
        words = _("{channel}渠道的设置有误（{problem}），请系统管理员改正后重启。")
        return words.format(channel=label, problem=problem)
    return _("{channel}渠道还没有设置，请系统管理员按说明设置后重启。").format(channel=label)


def _begin(campaign: Campaign, seen: Begin, ready: Readiness) -> None:
    account = session.acting(Action.RUN_CAMPAIGNS)
    secret = secret_key(Settings.from_environment().secret_file)
    shown = replace(campaign, plan=seen.plan)
    try:
        waiting = start(session.store(), shown, secret, by=account.name, now=utc_now(), expected=seen.people)
    except Unfit as problem:
        st.error(reason(problem))
    except CampaignNotNow:
        st.error(_("活动的状态刚刚变了，请刷新页面。"))
    except ChangedMeanwhile:
        st.error(_("没有开始：别人刚刚改过这个活动，改动见上方。看过之后再按一次，就按最新的内容开始。"))
    except AudienceChanged as change:
        words = _("没有开始：名单刚刚变了，现在是 {count} 人。看过之后再按一次，就按这个名单开始。")
        st.error(words.format(count=change.people))
    else:
        look.done(_begun(campaign, waiting, ready))


def _begun(campaign: Campaign, waiting: int, ready: Readiness) -> str:
    """What has really happened so far; at night also when the first message leaves, so that nobody waits for it."""
    schedule, now = campaign.plan.schedule, utc_now()
    if ready is not Readiness.READY:
        words = _("已开始，但没有发出任何消息：{channel}渠道没有设置好，{count} 人在等待。")
        return words.format(channel=_(CHANNELS[campaign.plan.channel].label), count=waiting)
    if schedule.event is not None:
        return _("已开始。事件发生后，会邀请与它有关的人。")
    if schedule.file_date is not None:
        return _("已开始。档案里的日期到了就邀请本人，从今天到期的开始；以前到期的不补。")
    due = schedule.due(now)
    if due > now:
        return _("已开始，{count} 人在等待。消息从 {time} 起发出。").format(count=waiting, time=moment(due))
    return _("已开始，{count} 人在等待。消息会在后台陆续发出，发出了多少看下面。").format(count=waiting)


# Changing


def _edit(campaign: Campaign) -> None:
    key = f"replan {campaign.id}"
    sheet = concurrent_edits.sheet(key, campaign.plan, describe_plan, campaign.id)
    # Other fields for another beginning: a form that begins anew must not go on showing what was typed before.
    mark = hashlib.blake2b(sheet.first.model_dump_json().encode(), digest_size=6).hexdigest()
    values, _about = fields(PlanForm(f"edit.{campaign.id}.{mark}", sheet.first))
    if st.button(_("保存修改"), type="primary", key=key):
        plan = check_plan(values)
        if plan is None:
            return
        account, shown = session.acting(Action.RUN_CAMPAIGNS), replace(campaign, plan=sheet.seen)
        try:
            if concurrent_edits.keep_edit(key, partial(replan_campaign, session.store(), shown, plan, by=account.name)):
                look.done(_("已保存。请检查人数和消息，再开始邀请。"))
        except Unfit as problem:
            st.error(reason(problem))
        except CampaignNotNow:
            st.error(_("没有保存：活动已经开始，计划不能再改。"))


# A test to oneself


def _try_out(campaign: Campaign) -> None:
    """The campaign's own message by its own channel, with a link that shows the form and takes no answer."""
    made, plan = channels(), campaign.plan
    if made.readiness(plan.channel) is not Readiness.READY:
        look.soft(not_ready(made, plan.channel))
        return
    with st.form(f"try {campaign.id}", border=False):
        address = st.text_input(_("发到"), max_chars=254, placeholder=outbox.whose_address())
        look.soft(_("链接打开的是预览，不会产生答卷；也不影响名单和进展。"))
        if actions.button(_("发送测试消息"), f"{_TRIED} {campaign.id}", st.form_submit_button):
            _send(campaign, address.strip())
    outbox.outcome(f"{_TRIED} {campaign.id}")


def _send(campaign: Campaign, address: str) -> None:
    """Only to an address that whoever tests it enters; nobody of the list is written to."""
    plan, account = campaign.plan, session.acting(Action.RUN_CAMPAIGNS)
    link = f"{Settings.from_environment().base_url}/preview/{campaign.survey}"
    name = (account.display_name or account.name).replace("{", "").replace("}", "")
    body = plan.message.body.replace(LINK, link).replace(OPT_OUT, link).replace(NAME, name)
    subject = _("[测试] {subject}").format(subject=plan.message.subject.replace(NAME, name))
    outbox.send_test(plan.channel, address, body, subject, f"{_TRIED} {campaign.id}")


def survey_title(campaign: Campaign) -> str:
    """What is given out, in words."""
    survey = session.store().surveys.version(campaign.survey, campaign.version)
    return _("{title} · 第 {version} 版").format(title=said(survey.title), version=campaign.version)
