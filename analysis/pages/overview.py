"""The start page: what needs attention now, what is in the field, and the first steps on a new installation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pandas as pd
import streamlit as st
from markupsafe import Markup

from analysis.improvement.priorities import ImprovementArea
from analysis.interpretation.watching import ALARMS as ALARM_WORDS
from analysis.interpretation.watching import watch_message
from analysis.items import items_of
from analysis.monitoring.arrival_rhythm import silent_for, usual_gap
from analysis.monitoring.joint_watch import Alarm
from analysis.monitoring.watched_questions import newest_alarms
from analysis.pages.figures import being_read, headlines
from analysis.pages.filters import usual_view
from analysis.pages.improvement import areas_of, own_topics
from analysis.pages.plans.due import due
from analysis.pages.rounds import round_news
from analysis.pages.survey_answers import released_answers
from analysis.pages.watched import watches
from analysis.released.released_answers import ReleasedAnswers
from surveys.accounts import Account
from surveys.console.kit import drill_down, look, session
from surveys.console.kit.choosers import own_departments_in_words, published_surveys, say_scope
from surveys.console.kit.drill_down import Linked
from surveys.console.kit.words import _, join_names, language, said
from surveys.definition.survey import Audience
from surveys.fieldwork.availability import Availability
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.profile import PRODUCT
from surveys.operations.backup_standing import backup_standing
from surveys.operations.clock_watch import clock_trouble
from surveys.organisation.working_days import HOLIDAYS, calendar_from
from surveys.permissions import Action
from surveys.sample_organisation import load_sample_organisation
from surveys.storage.records.surveys import SurveyRecord


@dataclass(frozen=True)
class Notice:
    """Something that wants a look, and the page where to act on it."""

    tone: str
    label: str
    words: str
    page: str
    link: str
    survey: str = ""
    part: str = ""  # of the page
    question: str = ""

    @property
    def query(self) -> dict[str, str]:
        """Where on the page it leads."""
        named = {"survey": self.survey, "part": self.part, "watched": self.question}
        return {name: each for name, each in named.items() if each}


@dataclass(frozen=True)
class InView:
    """What alerts are made of: who reads, all surveys, and the answers of those in the field."""

    account: Account
    records: list[SurveyRecord]
    found: list[ReleasedAnswers]


def draw() -> None:
    """A greeting, then what this role needs first."""
    account = session.signed_in()
    greeting = _("{name}，您好").format(name=account.display_name or account.name)
    look.heading(greeting, _role_words(account), files=_("概览"))
    records = session.store().surveys.all()
    if not account.may(Action.VIEW_RESULTS):
        _for_those_who_fill(account, records)
        return
    live = [record for record in published_surveys() if record.live]
    if not live:
        if alarm := _guessing(InView(account, records, [])):
            _attention(alarm)
        _first_steps(account, records)
        return
    say_scope(account)
    every = [released_answers(record, account) for record in live]
    found = [each for each in every if each.stands]
    view = InView(account, records, found)
    _attention([notice for alert in ALERTS for notice in alert(view)])
    if len(found) < len(every):
        being_read([each for each in every if each not in found])
    headlines(found)
    if found:
        _in_the_field(found)


def _role_words(account: Account) -> str:
    if account.sees_all_departments or not account.may(Action.VIEW_RESULTS):
        return _(account.role.label)
    departments = own_departments_in_words(account)
    return f"{_(account.role.label)} · {departments or _('还没有分配部门，请联系系统管理员')}"


def _for_those_who_fill(account: Account, records: list[SurveyRecord]) -> None:
    look.links(("/my", _("查看要我填写的问卷")), new_tab=False)
    open_forms = [each for each in records if _open(each) and each.survey.audience is Audience.CUSTOMERS]
    if account.may(Action.CALL) and open_forms:
        st.header(_("替客户填写"), anchor=False)
        look.links(*[(f"/s/{each.code}", said(each.survey.title)) for each in open_forms])


# A new installation


def _first_steps(account: Account, records: list[SurveyRecord]) -> None:
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


# What needs attention


def _attention(notices: list[Notice]) -> None:
    st.header(_("需要关注"), anchor=False)
    if not notices:
        look.empty(_("目前没有需要特别关注的事"), _("出现明显下降、热点或长时间没有答卷时，会列在这里。"))
    for number, notice in enumerate(notices):
        with st.container(border=True, key=f"notice {number}"):
            st.html(Markup("{} {}").format(look.tag(notice.label, notice.tone), notice.words))
            look.link_to(notice.page, notice.link, **notice.query)


def _unnamed(view: InView) -> list[Notice]:
    """That forms bear the product's name instead of the organisation's."""
    if not view.account.may(Action.CHANGE_SETTINGS) or session.store().organisation.name():
        return []
    words = _("还没有填写单位名称，问卷、海报和邮件上显示的是“{name}”。").format(name=PRODUCT)
    return [Notice("wait", _("设置"), words, "settings", _("去“设置”"))]


def _areas(view: InView) -> list[Notice]:
    """Of each survey the area that ranks first, if it is a hot spot or clearly fell.

    Before it, and in its stead where there is one, the first of those that the reader's departments own.
    """
    own, others, mine = list[Notice](), list[Notice](), own_topics()
    for each in view.found:
        if each.anonymous or not each.n:
            continue
        areas = areas_of(usual_view(each))
        theirs = next((area for area in areas if area.code in mine and _wants_a_look(area)), None)
        if theirs is not None:
            own.append(_area(each, theirs, _("{title}：归您部门负责的{area}最该先改进。{reason}")))
        elif areas and _wants_a_look(areas[0]):
            others.append(_area(each, areas[0], _("{title}：{area}最该先改进。{reason}")))
    return own + others


def _wants_a_look(area: ImprovementArea) -> bool:
    return area.hot_spot is not None or (area.change is not None and area.change.clearly_down)


def _area(found: ReleasedAnswers, area: ImprovementArea, wording: str) -> Notice:
    title = said(found.record.survey.title)
    words = wording.format(title=title, area=area.label, reason=said(area.reasons[0]))
    return Notice("bad", _("改进"), words, "improvement", _("看原因和客户原话"), found.record.code)


FRESH = pd.Timedelta(weeks=4)  # so long an alarm is news
MOST_ALARMS = 3  # of one survey


def _alarms(view: InView) -> list[Notice]:
    """Questions that fell or rose beyond their usual ups and downs, by the very verdict of the page that shows them."""
    since = pd.Timestamp(local_day(utc_now())) - FRESH
    return [
        notice
        for each in view.found
        if not each.anonymous and each.n
        for notice in _alarms_of(each, since)[:MOST_ALARMS]
    ]


def _alarms_of(found: ReleasedAnswers, since: pd.Timestamp) -> list[Notice]:
    items, title = items_of(found.record.survey, language()), said(found.record.survey.title)
    return [
        Notice("bad" if watch.alarm is Alarm.DOWN else "good", said(ALARM_WORDS[watch.alarm]),
               _("{title}：{question}：{message}").format(
                   title=title, question=items[column].label, message=said(watch_message(watch))),
               "analysis", _("看走势"), found.record.code, "watch", column)
        for column, watch in newest_alarms(watches(found, items), since).items()
    ]  # fmt: skip


def _quiet(view: InView) -> list[Notice]:
    """Surveys, and departments in them, that are silent for longer than is usual for them."""
    today = pd.Timestamp(local_day(utc_now()))
    told = ((each, _silence(each, today)) for each in view.found if _open(each.record) and not _is_young(each.record))
    return [
        Notice("wait", _("收集"), _("{title}：{silence}").format(title=said(each.record.survey.title), silence=words),
               "distribution", _("检查发放"), each.record.code)
        for each, words in told
        if words
    ]  # fmt: skip


YOUNG = timedelta(days=2)  # so long nobody wonders that there are no answers


def _is_young(record: SurveyRecord) -> bool:
    """Whether the survey, or its round, opened so lately that silence says nothing yet."""
    now, kept = utc_now(), record.opening.rounds.open_at(utc_now())
    begun = [record.published_at, record.opening.times.opens_at, kept.opens_at if kept else None]
    return any(each is not None and now - YOUNG < each <= now for each in begun)


def _rounds(view: InView) -> list[Notice]:
    """Rounds that are open, close soon, or should have been opened by now."""
    told = [(each, round_news(each)) for each in view.records if each.live and view.account.may(Action.DESIGN_SURVEYS)]
    return [
        Notice(tone, _("轮次"), _("{title}：{words}").format(title=said(each.survey.title), words=words), "surveys",
               _("去“问卷”"))
        for each, found in told if found for tone, words in [found]
    ]  # fmt: skip


def _silence(found: ReleasedAnswers, today: pd.Timestamp) -> str:
    """What is to be said of missing answers; empty where all is as usual."""
    arrived = found.arrivals()
    days = arrived["day"]
    if days.empty:
        return _("还没有收到答卷。")
    if silence := silent_for(days, today):
        words, usual = _("最近 {days} 天没有收到答卷（上一份 {day}）。"), usual_gap(days)
        if usual is not None:
            words = _("最近 {days} 天没有收到答卷（上一份 {day}），以往一般不超过 {usual} 天。")
        return words.format(days=silence, day=f"{days.max():%Y-%m-%d}", usual=usual)
    if found.anonymous:  # who is silent in it is nobody's business
        return ""
    silences = {str(name): silent_for(own, today) for name, own in days.groupby(arrived["department"])}
    quiet = [_("{name}（{days} 天）").format(name=name, days=each) for name, each in silences.items() if each]
    return _("{departments}没有收到答卷，比各自以往的间隔长。").format(departments=join_names(quiet)) if quiet else ""


def _open(record: SurveyRecord) -> bool:
    """Whether it takes answers now; one whose time has not come yet is in the field too."""
    return record.opening.state(utc_now()) is Availability.OPEN


def _drafts(view: InView) -> list[Notice]:
    """Surveys that were begun and never published."""
    if not view.account.sees_all_departments:
        return []
    drafts = [each for each in view.records if not each.live and not each.closed]
    return [
        Notice("", _("草稿"), _("{title}：还没有发布。").format(title=said(each.survey.title)), "surveys", _("去发布"))
        for each in drafts
    ]


GUESSES_A_DAY = 50  # failed sign-ins; people who mistype make fewer


def _guessing(view: InView) -> list[Notice]:
    """That somebody tries out passwords or codes."""
    if not view.account.may(Action.READ_AUDIT):
        return []
    seen = session.store().accounts.guessing(utc_now() - timedelta(days=1))
    told = []
    if seen.failures >= GUESSES_A_DAY:
        words = _("昨天以来有 {count} 次登录失败，来自 {networks} 个网络，可能有人在猜密码。密码对的人不受影响。")
        told.append(words.format(count=seen.failures, networks=seen.networks))
    if seen.of_codes:
        words = _("最近 24 小时有 {networks} 个网络大量试错查询码、回执码或专属链接。")
        told.append(words.format(networks=seen.of_codes))
    return [Notice("bad", _("安全"), words, "audit", _("去“审计”")) for words in told]


def _safekeeping(view: InView) -> list[Notice]:
    """That backups are missing, late, untried, or failed when they were tried."""
    if not view.account.may(Action.CHANGE_SETTINGS) or not view.records:
        return []
    wrong = backup_standing(session.store()).wrong(utc_now())
    return [Notice("wait", _("备份"), said(each), "settings", _("去“设置”")) for each in wrong]


def _clock(view: InView) -> list[Notice]:
    """That the server's clock has jumped."""
    trouble = clock_trouble(session.store(), utc_now()) if view.account.may(Action.CHANGE_SETTINGS) else None
    return [Notice("bad", _("时钟"), said(trouble), "settings", _("去“设置”"))] if trouble else []


def _holidays(view: InView) -> list[Notice]:
    """That the holidays of a year are not known, by which due dates are counted."""
    if not view.account.may(Action.CHANGE_SETTINGS):
        return []
    calendar = calendar_from(session.store().organisation.setting(HOLIDAYS))
    year = calendar.unknown_soon(local_day(utc_now()))
    words = _("{year} 年的节假日还没有录入，工单的期限按周一到周五计算。放假通知公布后请导入或录入。")
    return [Notice("wait", _("日历"), words.format(year=year), "settings", _("去“设置”"))] if year else []


def _late_tasks(view: InView) -> list[Notice]:
    """Tasks that are late; of anonymous surveys how many, never whose."""
    if not view.account.sees_all_departments:
        return []
    titles = {each.code: said(each.survey.title) for each in view.records}
    late = Counter[str]()
    for each in session.store().tasks.counts(local_day(utc_now())):
        late[each.survey] += each.late
    words = _("{title}：{count} 项任务已超期。")
    return [
        Notice("wait", _("任务"), words.format(title=titles[code], count=times), "tasks", _("去“任务”"), code)
        for code, times in late.items()
        if times and code in titles
    ]


def _plans(view: InView) -> list[Notice]:
    """Improvement plans and measures that are late, and measures whose effect can be judged."""
    told = due(view.account, local_day(utc_now()))
    return [Notice(tone, _("改进计划"), words, "plans", _("去“改进计划”")) for tone, words in told]


ALERTS: tuple[Callable[[InView], list[Notice]], ...] = (
    _guessing, _clock, _safekeeping, _unnamed, _alarms, _areas, _plans, _rounds, _quiet, _drafts, _late_tasks,
    _holidays)  # fmt: skip


# In the field


def _in_the_field(found: list[ReleasedAnswers]) -> None:
    st.header(_("正在收集"), anchor=False)
    today = pd.Timestamp(local_day(utc_now()))
    rows = []
    for each in found:
        arrived = each.arrivals()
        days, n = arrived["day"], arrived["n"]
        recent, newest = int(n[days > today - pd.Timedelta(days=7)].sum()), days.max()
        last = f"{newest:%Y-%m-%d}" if pd.notna(newest) else "—"
        spans = {"period": "all"}, {"period": "7"}, {"period": "custom", "from": f"{today:%F}", "to": f"{today:%F}"}
        amounts = int(n.sum()), recent, int(n[days == today].sum())
        counts: list[Linked | str] = [_led(each.record, n, span) for n, span in zip(amounts, spans, strict=True)]
        if each.anonymous:  # a day may stand for one person
            counts, last = [counts[0], "—", "—"], "—"
        rows.append((said(each.record.survey.title), *counts, last))
    look.table([_("问卷"), _("已收"), _("近 7 天"), _("今天"), _("最近一份")], rows)
    with st.container(horizontal=True):
        look.link_to("results", _("看满意度"))
        look.link_to("comments", _("看意见"))
        look.link_to("distribution", _("取链接和二维码"))


def _led(record: SurveyRecord, n: int, span: dict[str, str]) -> Linked:
    """A number of answers that leads to them, where there are any and they are shown one by one."""
    readable = n and not record.survey.anonymous
    address = drill_down.address_of("answers", survey=record.code, **span) if readable else ""
    return Linked(n, address, _("看这些答卷"))
