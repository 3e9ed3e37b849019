"""The page on which one watches answers come in, takes them out, and brings in earlier ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

import streamlit as st

from surveys.accounts import Account
from surveys.console.collection import privacy_notice, uncounted
from surveys.console.collection.answer_export import draw_export
from surveys.console.collection.answer_import import draw_import
from surveys.console.collection.unopened import say_unopened
from surveys.console.design import trials
from surveys.console.design.builder import desk
from surveys.console.distribution import prizes
from surveys.console.kit import address, drill_down, look, session
from surveys.console.kit.answer_rows import answer_rows
from surveys.console.kit.choosers import own_touchpoints, published_surveys, say_scope, survey_picker, touchpoint_names
from surveys.console.kit.drill_down import Linked
from surveys.console.kit.words import _, said
from surveys.definition.survey import Audience
from surveys.fieldwork.tablets import MOST_PER_MINUTE
from surveys.intake.submission import Event
from surveys.localisation.language import marked
from surveys.localisation.ordering import natural
from surveys.permissions import Action
from surveys.storage.records.surveys import SurveyRecord

_EVENTS = {
    Event.OPENED: marked("打开"),
    Event.ACCEPTED: marked("收下"),
    Event.DUPLICATE: marked("重复"),
    Event.REJECTED: marked("退回补正"),
    Event.WITHDRAWN: marked("撤回"),
}
_NEWEST = 30


def draw() -> None:
    """Counts by touchpoint, the newest responses, export and import."""
    look.heading(_("收集"), _("表单打开多少次、收下多少份、为什么没收下；答卷的导出和导入。"))
    account = session.signed_in()
    records = published_surveys()
    if not records:
        look.empty(_("还没有发布过问卷"), _("发布之后，这里会看到每个触点的收集情况。"))
        return
    record = survey_picker(records)
    say_scope(account, said(record.survey.title))
    _counts(record, account)
    if account.sees_all_departments:
        _unplaced(record)
    st.header(_("最近的答卷"), anchor=False)
    _newest(record, account)
    if account.sees_all_departments:
        trials.tried(record)
    if account.may(Action.SET_ANSWERS_APART):
        uncounted.draw(record)
    if account.may(Action.EXPORT_ANSWERS):
        if record.survey.audience is Audience.CUSTOMERS:
            _protection(record)
        prizes.draw(record)
    if account.may(Action.DESIGN_SURVEYS):
        with st.expander(_("这份问卷的隐私说明")):
            look.soft(_("不填就用整个单位的那一份。实名的答卷记下当时的版本。"))
            privacy_notice.draw(record.code, list(record.survey.title.root), Action.DESIGN_SURVEYS)
    if account.sees_all_departments:
        draw_export(record)
        draw_import(record)


def _counts(record: SurveyRecord, account: Account) -> None:
    known = {each.code: each.name for each in own_touchpoints(account)}
    by_place: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for tally in session.store().responses.tallies(record.code):
        if account.sees_all_departments or tally["touchpoint"] in known:
            by_place[tally["touchpoint"]][tally["event"]] += tally["times"]
    if not by_place:
        say_unopened(record, account, _("到“发放”取链接或二维码；第一份答卷收下后，几秒内就会出现在这里。"))
        return
    names = touchpoint_names(session.store().organisation.touchpoints())
    rows = [
        (_led(record, known.get(place, place) or _("未注明触点"), names.get(place, "")), *_figures(by_place[place]))
        for place in sorted(by_place, key=natural)
    ]
    total = sum(by_place.values(), Counter())
    look.table([_("触点"), *(_(event) for event in _EVENTS.values())], [(_("合计"), *_figures(total)), *rows])
    look.soft(_("“重复”是同一份表单再次提交，只计一次；“退回补正”是漏答或填错后请对方补正的次数。"))


def _unplaced(record: SurveyRecord) -> None:
    """Links and codes that name a touchpoint there is not: their answers belong to nobody until they are mended."""
    found = session.store().responses.unplaced(record.code)
    if not found:
        return
    times = sum(each["times"] for each in found)
    words = _("有 {count} 次打开用的链接写着不存在的触点，这些答卷没有归到触点。请改正这些链接或二维码，或者补建触点。")
    st.warning(words.format(count=times))
    look.table(
        [_("链接里写的触点"), _("打开"), _("最近一次")], [(each["said"], each["times"], each["last"]) for each in found]
    )


def _led(record: SurveyRecord, words: str, place: str) -> Linked:
    """A touchpoint that leads to its answers; it leads nowhere where they are not shown one by one."""
    readable = place and not record.survey.anonymous
    query = {"survey": record.code, "period": "all", "touchpoint": place}
    return Linked(words, drill_down.address_of("answers", **query) if readable else "", _("看这些答卷"))


def _figures(counts: Counter[str]) -> list[int]:
    return [counts[event.value] for event in _EVENTS]


def _newest(record: SurveyRecord, account: Account) -> None:
    if record.survey.anonymous:
        look.empty(_("匿名问卷不逐份展示"), _("为了不让人从答卷认出填写者，匿名问卷只显示达到最少人数的汇总结果。"))
        return
    departments = account.scope
    suspicious = address.switch("suspicious", lambda: st.toggle(
        _("只看可疑的"), help=_("填得太快、同一台设备又填等，只是提醒，答卷照样计入。"), key="suspicious"
    ))  # fmt: skip
    responses = session.store().responses.newest(record.code, _NEWEST, departments, suspicious=suspicious)
    if not responses and suspicious:
        look.empty(_("没有可疑的答卷"), _("填得太快、同一台设备又填等情况会在这里注明原因。"))
        return
    if not responses:
        look.empty(_("还没有答卷"), _("收到的答卷会按时间列在这里。"))
        return
    answer_rows(record, responses)
    look.soft(_("最新 {count} 份，按收到的时间排列。").format(count=len(responses)))


def _protection(record: SurveyRecord) -> None:
    """What a designer may ask of those who answer an open link."""
    present = session.store().protections.get(record.code)
    st.checkbox(
        _("公开链接：挡住自动填写的程序"), **_switch(record.code, "puzzle", present.puzzle),
        help=_("手机在后台算一道题，填写的人察觉不到；不能运行脚本时请填写的人做一道加法。不用第三方服务。"),
    )  # fmt: skip
    if not record.survey.anonymous:  # of an anonymous survey no devices are told apart
        st.checkbox(
            _("公开链接：每台设备只收一份"), **_switch(record.code, "once_per_device", present.once_per_device),
            help=_("同一台手机再次提交会被告知已经评价过。窗口共用的平板请不要打开。"),
        )  # fmt: skip
    key = desk.control_key(f"collection.tablets {record.code}", present.kiosk_per_minute)
    st.number_input(
        _("窗口平板：每个触点每分钟最多收几份"), 1, MOST_PER_MINUTE, key=key, width=360,
        on_change=_protect, args=(record.code, "kiosk_per_minute", key),
        help=_("超过的留在平板里，稍后自动送出，不会丢失；同一台平板来得太快的标为可疑。"),
    )  # fmt: skip


def _switch(survey: str, name: str, on: bool) -> dict[str, Any]:
    """A switch shows what is kept, whoever set it, and sets nothing but itself."""
    key = desk.control_key(f"collection.{name.partition('_')[0]} {survey}", on)
    return {"key": key, "on_change": _protect, "args": (survey, name, key)}


def _protect(survey: str, name: str, key: str) -> None:
    account, protections = session.acting(Action.PROTECT_FORMS), session.store().protections
    present = protections.get(survey)
    protections.set(survey, replace(present, **{name: st.session_state[key]}), by=account.name, seen=present)
    look.say(_("已保存。"))
