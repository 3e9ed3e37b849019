"""The page on which one watches answers come in, takes them out, and brings in earlier ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import streamlit as st

from surveys.accounts import Account, Role
from surveys.clock import ZONE
from surveys.definition import Audience
from surveys.intake import Event, StoredResponse
from surveys.language import marked
from surveys.pages import look, prizes, session
from surveys.pages.choosing import own_touchpoints, published_surveys, survey_picker
from surveys.pages.exporting import draw_export
from surveys.pages.importing import draw_import
from surveys.pages.words import _, language, listed, said
from surveys.storage.surveys import SurveyRecord
from surveys.suspicion import Flag

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
    _counts(record, account)
    st.header(_("最近的答卷"), anchor=False)
    _newest(record, account)
    if account.role in (Role.ADMIN, Role.DESIGNER):
        if record.survey.audience is Audience.CUSTOMERS:
            _protection(record)
        prizes.draw(record)
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
        look.empty(_("还没有人打开这份问卷"), _("到“发放”取链接或二维码；第一份答卷收下后，几秒内就会出现在这里。"))
        return
    rows = [
        (known.get(place, place) or _("未注明触点"), *_figures(counts)) for place, counts in sorted(by_place.items())
    ]
    total = sum(by_place.values(), Counter())
    look.table([_("触点"), *(_(event) for event in _EVENTS.values())], [(_("合计"), *_figures(total)), *rows])
    look.soft(_("“重复”是同一份表单再次提交，只计一次；“退回补正”是漏答或填错后请对方补正的次数。"))


def _figures(counts: Counter[str]) -> list[int]:
    return [counts[event.value] for event in _EVENTS]


def _newest(record: SurveyRecord, account: Account) -> None:
    if record.survey.anonymous:
        look.empty(_("匿名问卷不逐份展示"), _("为了不让人从答卷认出填写者，匿名问卷只显示达到最少人数的汇总结果。"))
        return
    departments = None if account.sees_all_departments else account.departments
    suspicious = st.toggle(
        _("只看可疑的"), help=_("填得太快、同一台设备又填等，只是提醒，答卷照样计入。"), key="collection.suspicious"
    )
    responses = session.store().responses.newest(record.code, _NEWEST, departments, suspicious=suspicious)
    if not responses and suspicious:
        look.empty(_("没有可疑的答卷"), _("填得太快、同一台设备又填等情况会在这里注明原因。"))
        return
    if not responses:
        look.empty(_("还没有答卷"), _("收到的答卷会按时间列在这里。"))
        return
    questions = list(record.survey.questions())
    places = {each.code: each.name for each in session.store().organisation.touchpoints()} | {"": "—"}
    labels = {each.code: said(each.label) for each in record.survey.dimensions}
    told = [_("时间"), _("触点"), _("可疑之处")]
    headings = [*told, *(labels.get(each.dimension or "", said(each.title)) for each in questions)]
    rows = [
        [
            _when(each),
            places.get(each.touchpoint or "", each.touchpoint),
            listed([_(Flag(flag).label) for flag in each.flags]) or "—",
            *(question.words(each.answers.get(question.code), language()) for question in questions),
        ]
        for each in responses
    ]
    st.dataframe([dict(zip(headings, row, strict=True)) for row in rows], hide_index=True)
    look.soft(_("最新 {count} 份，按收到的时间排列。").format(count=len(responses)))


def _protection(record: SurveyRecord) -> None:
    """What a designer may ask of those who answer an open link."""
    present = session.store().protections.get(record.code)
    puzzle = st.checkbox(
        _("公开链接：挡住自动填写的程序"), present.puzzle, key=f"collection.puzzle {record.code}",
        help=_("手机在后台算一道题，填写的人察觉不到；不能运行脚本时请填写的人做一道加法。不用第三方服务。"),
    )  # fmt: skip
    once = not record.survey.anonymous and st.checkbox(  # of an anonymous survey no devices are told apart
        _("公开链接：每台设备只收一份"), present.once_per_device, key=f"collection.once {record.code}",
        help=_("同一台手机再次提交会被告知已经评价过。窗口共用的平板请不要打开。"),
    )  # fmt: skip
    wanted = replace(present, puzzle=puzzle, once_per_device=once)
    if wanted != present:
        account = session.acting(Role.ADMIN, Role.DESIGNER)
        session.store().protections.set(record.code, wanted, by=account.name)
        look.done(_("已保存。"))


def _when(response: StoredResponse) -> str:
    if response.received_at is None:
        return response.received_on.isoformat()
    return response.received_at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
