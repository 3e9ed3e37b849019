"""Answers out of the count: test answers and proven fakes are taken out with a reason, and put back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from surveys.console.kit import look, session
from surveys.console.kit.choosers import touchpoint_names
from surveys.console.kit.words import _, distinct, join_names
from surveys.intake.submission import StoredResponse
from surveys.intake.suspicion import Flag
from surveys.localisation.clock import utc_now, zone
from surveys.permissions import Action
from surveys.storage.records.set_apart import NotSingly, SetApartAnswer, SetApartWhy
from surveys.storage.records.surveys import SurveyRecord

_NEWEST = 200


def draw(record: SurveyRecord) -> None:
    """What is not counted and why; for a survey that is not anonymous, the newest answers to choose from."""
    apart = session.store().set_apart.of(record.code, SetApartWhy.UNCOUNTED)
    with st.expander(_("不计入的答卷（{count} 份）").format(count=len(apart))):
        look.soft(_("试填和查实的假答卷可以不计入：所有数字、配额、应答率、导出和接口都不再算它，随时可以恢复。"))
        if record.survey.anonymous:
            look.empty(
                _("匿名问卷不能挑出答卷不计入"),
                _("前后两次数字一减就会知道这几份答的是什么。整批导入可以在“导入”里收回；开始之前请用“试填”。"),
            )
            return
        counted = session.store().responses.amount(record.code)
        words = _("计入 {counted} 份，不计入 {apart} 份，合计 {total} 份。")
        st.markdown(words.format(counted=counted, apart=len(apart), total=counted + len(apart)))
        _take_out(record)
        if apart:
            _listed(apart)
            _put_back(record, apart)


def _take_out(record: SurveyRecord) -> None:
    newest = {each.id: each for each in session.store().responses.newest(record.code, _NEWEST)}
    names = _named(newest)
    with st.form(f"uncount {record.code}", border=False):
        chosen = st.multiselect(
            _("哪几份不计入（最新 {count} 份里选）").format(count=len(newest)), list(newest),
            format_func=names.__getitem__, placeholder=_("选择答卷"),
        )  # fmt: skip
        reason = st.text_input(_("理由"), max_chars=200, placeholder=_("例如 上线前的测试、同一人刷票"))
        if st.form_submit_button(_("不计入")):
            _checked(record, chosen, reason.strip())


def _checked(record: SurveyRecord, chosen: Sequence[str], reason: str) -> None:
    account = session.acting(Action.SET_ANSWERS_APART)
    if not chosen or not reason:
        st.error(_("请选择答卷并写明理由，理由会记入审计。"))
        return
    try:
        count = session.store().set_apart.take_out(record.code, chosen, reason, by=account.name, now=utc_now())
    except NotSingly:
        st.error(_("没有改动：其中有匿名填写的答卷，不能挑出来不计入。"))
    else:
        look.done(_("已有 {count} 份不计入，所有数字随之改变。").format(count=count))


def _listed(apart: Sequence[SetApartAnswer]) -> None:
    rows = [(_moment(each.response), each.response.id[:8], each.reason, each.by, _day(each)) for each in apart]
    look.table([_("收到"), _("编号"), _("理由"), _("谁"), _("何时")], rows, taken=False)


def _put_back(record: SurveyRecord, apart: Sequence[SetApartAnswer]) -> None:
    known = _named({each.response.id: each.response for each in apart})
    with st.form(f"count again {record.code}", border=False):
        chosen = st.multiselect(
            _("哪几份重新计入"), list(known), format_func=known.__getitem__,
            placeholder=_("选择答卷"),
        )  # fmt: skip
        if st.form_submit_button(_("重新计入")):
            account = session.acting(Action.SET_ANSWERS_APART)
            count = session.store().set_apart.put_back(record.code, chosen, by=account.name, now=utc_now())
            look.done(_("已有 {count} 份重新计入。").format(count=count))


def _named(responses: Mapping[str, StoredResponse]) -> dict[str, str]:
    names = touchpoint_names(session.store().organisation.touchpoints())
    return distinct({key: _told(each, names) for key, each in responses.items()}, by_code=False)


def _told(response: StoredResponse, names: dict[str, str]) -> str:
    place = names.get(response.touchpoint or "", response.touchpoint or "")
    flags = join_names([_(Flag(flag).label) for flag in response.flags])
    return " · ".join(part for part in (_moment(response), place, flags, response.id[:8]) if part)


def _moment(response: StoredResponse) -> str:
    if response.received_at is None:
        return response.received_on.isoformat()
    return response.received_at.astimezone(zone()).strftime("%Y-%m-%d %H:%M")


def _day(apart: SetApartAnswer) -> str:
    return apart.at.astimezone(zone()).date().isoformat()
