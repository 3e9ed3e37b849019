"""The page of phone interviews: the agents' way in, queues of people to be called, what came of it by agent and day."""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, time, timedelta

import streamlit as st

from surveys.accounts import Account
from surveys.console.kit import drill_down, look, session
from surveys.console.kit.choosers import department_names, published_surveys, survey_names
from surveys.console.kit.words import _, distinct
from surveys.fieldwork.calls import CallOutcome, CallQueue, CallRules
from surveys.fieldwork.tasks.doors import by_task_alone
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.language import marked
from surveys.people.contact_search import ContactSearch
from surveys.people.visibility import RULES, rules_from, sight_of
from surveys.permissions import Action

_STANDINGS = {"waiting": marked("待拨打"), "held": marked("正在拨打")}


def draw() -> None:
    """For agents the way to the next call and their own days; queues and everyone's days for who manages them."""
    look.heading(_("电话访问"), _("按名单逐个回访：取一通、按问卷提问、记下结果；同一位客户不会同时到两位话务员手上。"))
    account = session.signed_in()
    if account.may(Action.CALL):
        look.links(("/call", _("开始拨打")))
    manages = account.may(Action.MANAGE_CALL_QUEUES)
    if manages:
        _queues()
        with st.expander(_("新建回访名单"), expanded=not session.store().calls.queues()):
            _new_queue()
    _days(account, everyone=manages)


def _queues() -> None:
    calls = session.store().calls
    queues = calls.queues()
    if not queues:
        look.empty(_("还没有回访名单"), _("在下方选择问卷和客户，新建第一份名单。"))
        return
    rows = []
    for queue in queues:
        standing = calls.standing(queue.id)
        done = [standing.get(outcome.value, 0) for outcome in CallOutcome]
        state = look.tag(_("已关闭")) if queue.closed else _at_work(queue)
        address = drill_down.survey_answers(session.store().surveys.get(queue.survey))
        name = drill_down.Linked(queue.name, address, _("看这份问卷的答卷"))
        rows.append((name, state, *(standing.get(each, 0) for each in _STANDINGS), *done))
    heads = [_("名单"), _("状态"), *map(_, _STANDINGS.values()), *(_(outcome.label) for outcome in CallOutcome)]
    look.table(heads, rows)
    names = distinct({each.id: each.name for each in queues if not each.closed}, by_code=False)
    if names:
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        chosen = left.selectbox(_("要关闭的名单"), list(names), format_func=names.__getitem__, key="queue to close")
        if right.button(_("关闭名单"), width="stretch"):
            account = session.acting(Action.MANAGE_CALL_QUEUES)
            calls.close_queue(chosen, by=account.name, now=utc_now())
            look.done(_("已关闭“{name}”，不再拨打。").format(name=look.as_written(names[chosen])))


def _at_work(queue: CallQueue) -> object:
    """That a queue is open, or that there is nobody to work it."""
    waiting, beyond = _beyond_agents(queue.id)
    return look.tag(_("没有话务员能打"), "bad") if waiting and beyond == waiting else look.tag(_("进行中"), "good")


def _calls_only(account: Account) -> bool:
    return account.active and account.may(Action.CALL) and not account.may(Action.MANAGE_CALL_QUEUES)


def _beyond_agents(queue: str) -> tuple[int, int]:
    """How many of a queue are still to be called, and how many of these no agent at work may see."""
    store = session.store()
    waiting = set(store.calls.people(queue))
    rules, today, left = rules_from(store.organisation.setting(RULES)), local_day(utc_now()), set(waiting)
    for agent in filter(_calls_only, store.accounts.all()):
        if not left:
            break
        sight = sight_of(agent, rules)
        seen = ContactSearch(departments=sight.departments, levels=sight.levels, today=today, ids=left)
        left -= {each.id for each in store.contacts.all(seen)}
    return len(waiting), len(left)


def _new_queue() -> None:
    started = [each for each in published_surveys() if each.live and not each.trial]
    surveys = survey_names([each for each in started if not by_task_alone(each.survey)])
    if not surveys:
        look.empty(_("还没有发布过问卷"), _("先到“问卷”发布一份，再新建回访名单。"))
        return
    source = _source()
    with st.form("call queue"):
        left, right = st.columns(2)
        name = left.text_input(_("名单名称"), max_chars=60)
        survey = right.selectbox(_("问卷"), list(surveys), format_func=surveys.__getitem__, key="call survey")
        script = st.text_area(
            _("开场白（话务员看得到）"), _("您好，我是供电公司的客服，想请您对我们的服务做个评价。"), max_chars=1000
        )
        rules = _rules()
        if st.form_submit_button(_("新建名单"), type="primary"):
            if not name.strip():
                st.error(_("请填写名单名称。"))
            elif rules is None:
                st.error(_("开始时间要早于结束时间。"))
            else:
                _open(CallQueue(secrets.token_hex(8), name.strip(), survey, script.strip(), rules), source)


def _rules() -> CallRules | None:
    usual = CallRules()
    times, spacing, opens, closes, hold = st.columns(5)
    tries = times.number_input(_("最多拨打几次"), 1, 10, usual.times)
    hours = spacing.number_input(_("无人接听后隔几小时再打"), 1, 336, usual.spacing_minutes // 60)
    begin = opens.time_input(_("每天从"), usual.opens, key="calls open")
    end = closes.time_input(_("到"), usual.closes, key="calls close")
    minutes = hold.number_input(_("一通最长占用（分钟）"), 5, 240, usual.hold_minutes)
    weekends = st.checkbox(_("周末也拨打"), usual.weekends)
    first, last = begin or time(9), end or time(20)
    if first >= last:
        return None
    return CallRules(
        times=int(tries), spacing_minutes=int(hours) * 60, opens=first, closes=last, weekends=weekends,
        hold_minutes=int(minutes),
    )  # fmt: skip


def _source() -> Callable[[CallQueue, Account], tuple[int, int]]:
    """Who is to be called: people with something in common, or those a campaign has not heard from."""
    ways = {"people": _("按客户筛选"), "campaign": _("发放活动中还没有作答的人")}
    way = st.segmented_control(
        _("打给谁"), list(ways), default="people", format_func=ways.__getitem__, required=True, key="call source"
    )
    return _of_campaign() if way == "campaign" else _of_people()


def _of_people() -> Callable[[CallQueue, Account], tuple[int, int]]:
    contacts, names = session.store().contacts, department_names()
    tier, department, attribute, value = st.columns(4)
    of_tier = tier.selectbox(
        _("客户等级"), [None, *contacts.values("tier")], format_func=lambda each: each or _("全部"), key="call tier"
    )
    of_department = department.selectbox(
        _("部门"), [None, *names], format_func=lambda each: names[each] if each else _("全部"), key="call department"
    )
    attributes = [each for each in sorted(contacts.attributes()) if not each.startswith("worth.")]
    by = attribute.selectbox(
        _("属性"), [None, *attributes], format_func=lambda each: each.partition(".")[2] if each else _("不限"),
        key="call attribute",
    )  # fmt: skip
    values = list(contacts.values(by)) if by else []
    of_value = value.selectbox(_("值"), values, disabled=not by, key="call value", placeholder=_("选择值"))
    wanted = ContactSearch(departments=[of_department] if of_department else None, tier=of_tier)

    def opened(queue: CallQueue, account: Account) -> tuple[int, int]:
        fits = [each.id for each in contacts.all(wanted) if not by or each.fields().get(by) == [of_value]]
        return session.store().calls.open_queue(queue, fits, by=account.name, now=utc_now()), len(fits)

    return opened


def _of_campaign() -> Callable[[CallQueue, Account], tuple[int, int]]:
    campaigns = {each.id: each for each in session.store().campaigns.all()}
    names = distinct({each.id: each.plan.name for each in campaigns.values()}, by_code=False)
    chosen = st.selectbox(_("发放活动"), list(campaigns), format_func=names.__getitem__, key="call campaign")

    def opened(queue: CallQueue, account: Account) -> tuple[int, int]:
        if not chosen or campaigns[chosen].survey != queue.survey:
            return 0, 0
        added = session.store().calls.open_queue_of(queue, chosen, by=account.name, now=utc_now())
        return added, added

    return opened


def _open(queue: CallQueue, source: Callable[[CallQueue, Account], tuple[int, int]]) -> None:
    account = session.acting(Action.MANAGE_CALL_QUEUES)
    added, fitting = source(queue, account)
    if added:
        words = _("已新建“{name}”，共 {count} 通。").format(name=look.as_written(queue.name), count=f"{added:,}")
        if fitting > added:
            rest = _("另有 {count} 份档案没有列入：没有电话、不愿再被联系，或与名单中另一份档案电话相同。")
            words += rest.format(count=f"{fitting - added:,}")
        beyond = _beyond_agents(queue.id)[1]
        if beyond:
            rest = _(
                "注意：其中 {count} 通没有在用的话务员能接，请在“账号”页启用有权看到这些客户的话务员；"
                "管理员也可以自己拨打。"
            )
            words += rest.format(count=f"{beyond:,}")
        look.done(words)
    st.error(_("没有可以拨打的人：要有电话、没有要求不再联系；从活动来的，要是同一份问卷。"))


def _days(account: Account, *, everyone: bool) -> None:
    st.header(_("每日统计"), anchor=False)
    spans = {days: _("近 {days} 天").format(days=days) for days in (1, 7, 30)}
    span = st.segmented_control(
        _("时间"), list(spans), default=7, format_func=spans.__getitem__, required=True, key="call days"
    )
    today = local_day(utc_now())
    counts: defaultdict[tuple[date, str], Counter[CallOutcome]] = defaultdict(Counter)
    for each in session.store().calls.by_agent(today - timedelta(days=int(span or 7) - 1), today):
        if everyone or each.agent == account.name:
            counts[each.day, each.agent][each.outcome] += each.times
    if not counts:
        look.empty(_("这段时间还没有拨打过电话"), _("拨打之后，这里按天、按话务员列出结果。"))
        return
    names = {each.name: each.display_name for each in session.store().accounts.all()}
    look.table(
        [_("日期"), _("话务员"), _("拨打"), *(_(outcome.label) for outcome in CallOutcome)],
        [
            (day.isoformat(), names.get(agent, agent), of.total(), *(of[outcome] for outcome in CallOutcome))
            for (day, agent), of in counts.items()
        ],
    )
