"""The page of campaigns: who was invited and how far they have come; start, pause and end; a new one is made below."""

from __future__ import annotations

import streamlit as st

from analysis.disclosure import MINIMUM_SCORES
from analysis.shares import share
from surveys.accounts import Account, Role
from surveys.campaigns.campaign import NAME, Campaign, State
from surveys.campaigns.giving_out import Unfit, reached, start
from surveys.campaigns.progress import Reach, shown, total
from surveys.campaigns.scheduler import FEWEST
from surveys.channels import CHANNELS
from surveys.clock import ZONE, local_day, utc_now
from surveys.pages import address, leaving_alone, look, session
from surveys.pages.planning import draw_new
from surveys.pages.words import _, reason, said
from surveys.settings import Settings, secret_key
from surveys.storage.campaigns import NotNow

_MAKERS = (Role.ADMIN, Role.DESIGNER)
_TONES = {State.DRAFT: "plain", State.RUNNING: "good", State.PAUSED: "wait", State.ENDED: "plain"}


def draw() -> None:
    """The list, the chosen campaign, and for those who make them a new one and the rule against asking too often."""
    look.heading(_("邀请"), _("按名单发出个人链接，看谁该请、请到了多少人；没有答的人到时提醒。"))
    account = session.signed_in()
    campaigns = [each for each in session.store().campaigns.all() if _concerns(each, account)]
    if campaigns:
        _campaign(_picked(campaigns), account)
    else:
        look.empty(_("还没有邀请活动"), _("设计员或管理员新建活动后，这里会看到发出、打开、完成了多少。"))
    if account.role in _MAKERS:
        draw_new(expanded=not campaigns)
        leaving_alone.draw()


def _concerns(campaign: Campaign, account: Account) -> bool:
    return campaign.department is None or account.sees(campaign.department)


def _picked(campaigns: list[Campaign]) -> Campaign:
    by_id = {each.id: each for each in campaigns}

    def label(campaign: str) -> str:
        each = by_id[campaign]
        return f"{each.plan.name} · {local_day(each.created_at).isoformat()}"

    def select() -> str:
        return st.selectbox(_("活动"), list(by_id), format_func=label, key="campaign", width=400)

    return by_id[address.choice("campaign", by_id, select, campaigns[0].id)]


def _campaign(campaign: Campaign, account: Account) -> None:
    plan, survey = campaign.plan, session.store().surveys.version(campaign.survey, campaign.version)
    state = look.tag(_(campaign.state.label), _TONES[campaign.state])
    facts = [
        (_("状态"), state),
        (_("问卷"), _("{title} · 第 {version} 版").format(title=said(survey.title), version=campaign.version)),
        (_("渠道"), _(CHANNELS[plan.channel].label)),
        (_("何时邀请"), _when(campaign)),
        (_("发送时段"), _hours(campaign)),
        (
            _("提醒"),
            _("发出后第 {days} 天").format(days=_("、").join(map(str, plan.reminders))) if plan.reminders else "—",
        ),
        (_("结束"), _time(plan.ends_at)),
        (_("抽样种子"), plan.audience.seed if plan.audience.sample or plan.audience.of_each else "—"),
    ]
    look.table([_("项目"), _("内容")], facts)
    if campaign.anonymous and plan.reminders:
        look.soft(
            _("匿名问卷：已答的人不足 {fewest} 个时提醒会等待，以免从谁没收到提醒推出谁答了什么。").format(
                fewest=FEWEST
            )
        )
    if campaign.state is State.DRAFT:
        _check(campaign)
    else:
        _progress(campaign, account)
        _quotas(campaign)
    if account.role in _MAKERS:
        _actions(campaign)


def _when(campaign: Campaign) -> str:
    schedule = campaign.plan.schedule
    if schedule.event is not None:
        amount = f"{schedule.after} {_(schedule.unit.label)}"
        return _("“{event}”之后 {amount}").format(event=schedule.event, amount=amount)
    return _time(schedule.at) if schedule.at is not None else _("开始后立即")


def _hours(campaign: Campaign) -> str:
    schedule = campaign.plan.schedule
    return _("每天 {since} 点到 {until} 点，其余时间等到下一个早上").format(since=schedule.since, until=schedule.until)


def _time(moment) -> str:  # type: ignore[no-untyped-def]
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if moment is not None else "—"


def _check(campaign: Campaign) -> None:
    """Whom it would ask, and what they would read."""
    plan, now = campaign.plan, utc_now()
    found = reached(session.store(), plan, campaign.department, plan.schedule.due(now))
    counts = [(_("符合条件"), found.fitting)]
    counts += [(_("不邀请：{reason}").format(reason=_(why.label)), times) for why, times in found.left_out.items()]
    counts += [(_("将邀请"), len(found.people))]
    look.table([_("检查"), _("人数")], counts)
    if plan.audience.by:
        segments = found.segments(plan.audience)
        rows = [
            (name or "—", segments.get(name, 0), found.short.get(name, 0)) for name in sorted({*segments, *found.short})
        ]
        look.table([_("分组"), _("将邀请"), _("还差")], rows)
    st.markdown(_("**消息预览**"))
    body = plan.message.body.replace(NAME, _("王女士"))
    st.code(f"{plan.message.subject}\n\n{body}", language=None, wrap_lines=True)


def _progress(campaign: Campaign, account: Account) -> None:
    departments = None if account.sees_all_departments else account.departments
    groups = session.store().invitations.reach(campaign.id, departments)
    seen = shown(groups, MINIMUM_SCORES) if campaign.anonymous else groups
    if not seen:
        hidden = bool(groups)
        look.empty(
            _("人数太少，不显示进展") if hidden else _("还没有人被邀请"),
            _("匿名问卷的分组不足 {minimum} 人时合并或不显示。").format(minimum=MINIMUM_SCORES)
            if hidden
            else _("邀请到期或事件发生后，这里会看到进展。"),
        )
        return
    rows = [_row(_("合计"), total(seen))]
    if len(seen) > 1 or campaign.plan.audience.by:
        rows += [_row(_("其余各组") if each.segment is None else each.segment or "—", each) for each in seen]
    headings = [
        _("分组"), _("邀请"), _("发出"), _("退回"), _("打开"), _("开始填写"), _("完成"), _("回收率（95% 区间）"),
    ]  # fmt: skip
    look.table(headings, rows)
    look.soft(_("回收率 = 完成 ÷ 送达（发出且没有退回）的人数。打开不包括聊天软件的链接预览。"))


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
    return (name, group.invited, group.sent, group.bounced, group.opened, group.begun, group.finished, said_rate)


def _actions(campaign: Campaign) -> None:
    with st.container(horizontal=True):
        if campaign.state is State.DRAFT and st.button(_("开始邀请"), type="primary", key="start"):
            _start(campaign)
        if campaign.state is State.RUNNING and st.button(_("暂停"), key="pause"):
            _bring(campaign, State.PAUSED, _("已暂停，还没发出的消息已收回；发出的链接仍然有效。"))
        if campaign.state is State.PAUSED and st.button(_("继续"), type="primary", key="go on"):
            _bring(campaign, State.RUNNING, _("已继续。"))
        if campaign.state is not State.ENDED:
            with st.popover(_("结束")):
                look.soft(_("结束后不再发送，所有未用的链接失效，不能恢复。"))
                if st.button(_("确认结束"), key="end"):
                    _bring(campaign, State.ENDED, _("已结束。"))
    if campaign.state in (State.RUNNING, State.PAUSED):
        _revoke(campaign)


def _start(campaign: Campaign) -> None:
    account = session.acting(*_MAKERS)
    secret = secret_key(Settings.from_environment().secret_file)
    try:
        invited = start(session.store(), campaign, secret, by=account.name, now=utc_now())
    except Unfit as problem:
        st.error(reason(problem))
    except NotNow:
        st.error(_("活动的状态刚刚变了，请刷新页面。"))
    else:
        look.done(_begun(campaign, invited))


def _begun(campaign: Campaign, invited: int) -> str:
    """At night it says when the first message leaves, so that nobody waits for it."""
    now = utc_now()
    due = campaign.plan.schedule.due(now)
    if campaign.plan.schedule.event is None and due > now:
        return _("已开始，邀请了 {count} 人。消息从 {time} 起发出。").format(count=invited, time=_time(due))
    return _("已开始，邀请了 {count} 人。消息会在后台陆续发出。").format(count=invited)


def _bring(campaign: Campaign, state: State, message: str) -> None:
    account = session.acting(*_MAKERS)
    try:
        session.store().campaigns.bring(campaign.id, state, by=account.name, now=utc_now())
    except NotNow:
        st.error(_("活动的状态刚刚变了，请刷新页面。"))
    else:
        look.done(message)


def _revoke(campaign: Campaign) -> None:
    """One person's link, by their customer number; it does not say whether they have answered."""
    with st.expander(_("收回某个人的链接")), st.form("revoke", border=False, clear_on_submit=True):
        number = st.text_input(_("客户编号"), max_chars=40)
        if st.form_submit_button(_("收回")):
            account, store = session.acting(*_MAKERS), session.store()
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
