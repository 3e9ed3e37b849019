"""The page of campaigns: who was invited and how far they have come; start, pause and end; a new one is made below."""

from __future__ import annotations

import streamlit as st

from analysis.intervals.shares import share
from surveys.accounts import Account
from surveys.anonymity import minimums
from surveys.channels import CHANNELS, Readiness
from surveys.channels import SendingTrouble as Trouble
from surveys.console.distribution import campaign_drafts, contact_rules
from surveys.console.distribution.campaign_drafts import (
    channels,
    copy_button,
    moment,
    not_ready,
    survey_title,
    when_words,
)  # fmt: skip
from surveys.console.distribution.campaign_planning import draw_new
from surveys.console.kit import address, drill_down, look, session
from surveys.console.kit.choosers import say_scope
from surveys.console.kit.words import _, distinct, join_names, said
from surveys.fieldwork.campaigns.campaign import Campaign, CampaignState
from surveys.fieldwork.campaigns.progress import Reach, shown, total
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.file_dates import dates_due
from surveys.operations.scheduler import takes_answers
from surveys.permissions import Action
from surveys.storage.records.campaigns import CampaignNotNow

_TONES = {
    CampaignState.DRAFT: "plain",
    CampaignState.RUNNING: "good",
    CampaignState.PAUSED: "wait",
    CampaignState.ENDED: "plain",
}


def draw() -> None:
    """The list, the chosen campaign, and for those who make them a new one and the rule against asking too often."""
    look.heading(_("邀请"), _("按名单发出个人链接，看谁该请、请到了多少人；没有答的人到时提醒。"))
    account = session.signed_in()
    campaigns = [each for each in session.store().campaigns.all() if _concerns(each, account)]
    if campaigns:
        campaign = _picked(campaigns)
        say_scope(account, campaign.plan.name)
        _campaign(campaign, account)
    else:
        look.empty(_("还没有邀请活动"), _("设计员或管理员新建活动后，这里会看到发出、打开、完成了多少。"))
    if account.may(Action.RUN_CAMPAIGNS):
        draw_new(expanded=not campaigns)
        contact_rules.draw()


def _concerns(campaign: Campaign, account: Account) -> bool:
    return campaign.department is None or account.sees(campaign.department)


def _picked(campaigns: list[Campaign]) -> Campaign:
    by_id = {each.id: each for each in campaigns}
    told = {each.id: f"{each.plan.name} · {local_day(each.created_at).isoformat()}" for each in campaigns}
    names = distinct(told, by_code=False)

    def select() -> str:
        return st.selectbox(_("活动"), list(by_id), format_func=names.__getitem__, key="campaign", width=400)

    return by_id[address.choice("campaign", by_id, select, campaigns[0].id)]


def _campaign(campaign: Campaign, account: Account) -> None:
    plan = campaign.plan
    state = look.tag(_(campaign.state.label), _TONES[campaign.state])
    facts = [
        (_("状态"), state),
        (_("问卷"), survey_title(campaign)),
        (_("渠道"), _(CHANNELS[plan.channel].label)),
        (_("何时邀请"), when_words(plan.schedule)),
        (_("发送时段"), _hours(campaign)),
        (
            _("提醒"),
            _("发出后第 {days} 天").format(days=_("、").join(map(str, plan.reminders))) if plan.reminders else "—",
        ),
        (_("结束"), moment(plan.ends_at)),
        (_("间隔期"), _rest(campaign)),
        (_("抽样种子"), plan.audience.seed if plan.audience.sample or plan.audience.of_each else "—"),
    ]
    look.table([_("项目"), _("内容")], facts)
    if campaign.anonymous and plan.reminders:
        look.soft(
            _("匿名问卷：已答的人不足 {fewest} 个时提醒会等待，以免从谁没收到提醒推出谁答了什么。").format(
                fewest=minimums().group
            )
        )
    if plan.schedule.file_date is not None:
        _dates(campaign)
    if campaign.state is CampaignState.DRAFT:
        campaign_drafts.draw(campaign, may_change=account.may(Action.RUN_CAMPAIGNS))
        return
    _progress(campaign, account)
    _quotas(campaign)
    if account.may(Action.RUN_CAMPAIGNS):
        _actions(campaign)


def _dates(campaign: Campaign) -> None:
    """What has come of the dates in the files, and why somebody was not asked; of an anonymous survey no few people."""
    found, few = dates_due(session.store(), campaign, utc_now()), minimums().group if campaign.anonymous else 0
    rows = [(_("档案里有这个日期"), found.files), (_("其中读不出是哪一天的，请在档案里改正"), found.unreadable)]
    rows += [(_("今后 30 天内到期"), found.coming)]
    if campaign.state is not CampaignState.DRAFT:
        rows += [(_("最近 30 天内到期（活动开始以来）"), sum(found.came.values()))]
        rows += [(_(why.label), times) for why, times in sorted(found.came.items()) if times >= few]
    look.table([_("档案里的日期"), _("人数")], rows)


def _hours(campaign: Campaign) -> str:
    schedule = campaign.plan.schedule
    return _("每天 {since} 点到 {until} 点，其余时间等到下一个早上").format(since=schedule.since, until=schedule.until)


def _rest(campaign: Campaign) -> str:
    """Whether those asked lately are left out; of an exempt campaign why not, and how many it asked."""
    if not campaign.plan.exempt_because:
        return _("最近已被邀请过的人不再邀请")
    words = _("不受限制（{reason}），已邀请本应间隔的 {count} 人")
    count = session.store().invitations.despite_rest(campaign.id)
    return words.format(reason=look.as_written(campaign.plan.exempt_because), count=count)


def _channel_news(campaign: Campaign) -> None:
    """Why messages of this campaign don't go out, as far as it is known: the channel, or what it answered."""
    if campaign.state is CampaignState.ENDED:
        return
    if not takes_answers(session.store(), campaign.survey, utc_now()):
        st.warning(_("问卷现在不收答卷（没到开放时间，或已经关闭），等它开放再发消息。"))
    made = channels()
    if made.readiness(campaign.plan.channel) is not Readiness.READY:
        st.warning(not_ready(made, campaign.plan.channel) + _("在那之前，等待中的消息一条也发不出去。"))
        return
    troubles = sorted({each for _state, each in session.store().outbox.troubles(campaign.id)})
    if troubles:
        words = join_names(
            [_(Trouble(each).words if each in set(Trouble) else Trouble.UNKNOWN.words) for each in troubles]
        )
        st.warning(_("有消息没有发出：{reasons}详见“发送”。").format(reasons=words))


def _progress(campaign: Campaign, account: Account) -> None:
    _channel_news(campaign)
    departments = account.scope
    groups = session.store().invitations.reach(campaign.id, departments)
    seen = shown(groups, minimums().group) if campaign.anonymous else groups
    if not seen:
        hidden = bool(groups)
        look.empty(
            _("人数太少，不显示进展") if hidden else _("还没有人被邀请"),
            _("匿名问卷的分组不足 {minimum} 人时合并或不显示。").format(minimum=minimums().group)
            if hidden
            else _("邀请到期或事件发生后，这里会看到进展。"),
        )
        return
    rows = [_row(_("合计"), total(seen))]
    if len(seen) > 1 or campaign.plan.audience.by:
        rows += [_row(_("其余各组") if each.segment is None else each.segment or "—", each) for each in seen]
    headings = [
        _("分组"), _("名单"), _("等待"), _("发出"), _("失败"), _("退回"), _("不再发"), _("打开"), _("开始填写"),
        _("完成"), _("回收率（95% 区间）"),
    ]  # fmt: skip
    look.table(headings, rows)
    look.soft(
        _("名单 = 等待 + 发出 + 失败 + 不再发（没发就过期、结束或已答）。发出指对方服务器已接收，退回是其中被退的。")
    )
    look.soft(_("回收率 = 完成 ÷ 送达（发出且没有退回）的人数。打开不包括聊天软件的链接预览。"))
    _to_answers(campaign)


def _to_answers(campaign: Campaign) -> None:
    """The answers of the survey; which of them a campaign brought is kept with no answer."""
    look.soft(_("这里数的是人和消息。答卷上不记是哪次邀请带来的，所以“完成”不通向其中几份，只通向整份问卷的答卷。"))
    address = drill_down.survey_answers(session.store().surveys.get(campaign.survey))
    if address:
        st.html(drill_down.Linked(_("看这份问卷的答卷"), address).__html__())


def _quotas(campaign: Campaign) -> None:
    """How full the campaign's own cells are."""
    if campaign.plan.quotas:
        taken = session.store().quotas.taken(f"campaign:{campaign.id}")
        rows = [(said(each.label), taken.get(each.code, 0), each.limit) for each in campaign.plan.quotas]
        look.table([_("配额"), _("已收"), _("上限")], rows)


def _row(name: str, group: Reach) -> tuple[object, ...]:
    rate = share(group.finished, group.reached)
    said_rate = "—"
    if rate.low is not None and rate.high is not None:
        low, high = f"{rate.low:.1%}", f"{rate.high:.1%}"
        said_rate = _("{rate}（{low}–{high}）").format(rate=rate.shown(), low=low, high=high)
    went = (group.invited, group.waiting, group.sent, group.failed, group.bounced, group.dropped)
    return (name, *went, group.opened, group.begun, group.finished, said_rate)


def _actions(campaign: Campaign) -> None:
    with st.container(horizontal=True):
        if campaign.state is CampaignState.RUNNING and st.button(_("暂停"), key="pause"):
            _bring(campaign, CampaignState.PAUSED, _("已暂停，还没发出的消息已收回；发出的链接仍然有效。"))
        if campaign.state is CampaignState.PAUSED and st.button(_("继续"), type="primary", key="go on"):
            _bring(campaign, CampaignState.RUNNING, _("已继续。"))
        if campaign.state is not CampaignState.ENDED:
            with st.popover(_("结束")):
                look.soft(_("结束后不再发送，所有未用的链接失效，不能恢复。"))
                if st.button(_("确认结束"), key="end"):
                    _bring(campaign, CampaignState.ENDED, _("已结束。"))
        copy_button(campaign)
    if campaign.state in (CampaignState.RUNNING, CampaignState.PAUSED):
        _revoke(campaign)


def _bring(campaign: Campaign, state: CampaignState, message: str) -> None:
    account = session.acting(Action.RUN_CAMPAIGNS)
    try:
        session.store().campaigns.bring(campaign.id, state, by=account.name, now=utc_now())
    except CampaignNotNow:
        st.error(_("活动的状态刚刚变了，请刷新页面。"))
    else:
        look.done(message)


def _revoke(campaign: Campaign) -> None:
    """One person's link, by their customer number; it does not say whether they have answered."""
    with st.expander(_("收回某个人的链接")), st.form("revoke", border=False, clear_on_submit=True):
        number = st.text_input(_("客户编号"), max_chars=40)
        if st.form_submit_button(_("收回")):
            account, store = session.acting(Action.RUN_CAMPAIGNS), session.store()
            contact = store.contacts.numbered(number.strip())
            theirs = [
                each.id for each in store.invitations.of_campaign(campaign.id) if contact and each.contact == contact.id
            ]
            if not theirs:
                st.error(_("这个活动没有邀请过编号为“{number}”的客户。").format(number=look.as_written(number.strip())))
                return
            store.invitations.revoke(theirs)
            store.accounts.record(account.name, "revoke link", campaign.id, contact.id if contact else "")
            look.done(_("已收回；如果还没有提交，这个链接不能再用了。"))
