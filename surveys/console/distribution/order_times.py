"""Events of orders: bringing them in from a table or a folder, and how many were done within their limits."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from analysis.estimates import Estimate, figure
from analysis.level.time_limits import stage_times
from surveys.console.distribution import business_catalogue, events
from surveys.console.kit import address, look, session
from surveys.console.kit.words import _, said
from surveys.definition.context.business_types import CATALOGUE
from surveys.definition.survey import Survey
from surveys.localisation.clock import utc_now
from surveys.operations.order_times import orders_since, stages_of
from surveys.permissions import Action

_DAYS = {"30": 30, "90": 90, "365": 365}


def draw() -> None:
    """Times first; upload, folder and limits for whoever runs campaigns."""
    look.heading(_("业务事件"), _("从表格或文件夹带入办结、入住等事件，自动发出回访，并算出各环节用时。"))
    account = session.signed_in()
    _times()
    if account.may(Action.RUN_CAMPAIGNS):
        events.draw()
    business_catalogue.draw()


def _times() -> None:
    st.header(_("各环节用时"), anchor=False)

    def draw_span() -> str | None:
        return st.segmented_control(
            _("时间"), list(_DAYS), format_func=lambda each: _("近 {days} 天").format(days=each), required=True,
            key="span",
        )  # fmt: skip

    days = _DAYS[address.choice("span", list(_DAYS), draw_span, "90")]
    reach, stages = session.signed_in().reach(Action.VIEW_CAMPAIGNS), stages_of(session.store())
    orders = orders_since(session.store(), utc_now() - timedelta(days=days), None if reach is None else sorted(reach))
    found = stage_times(orders, stages)
    if not found:
        look.empty(
            _("还没有带工单编号的时点"),
            _("受理、派单、到场、办结的事件（order.accepted、order.dispatched、order.on_site、order.resolved）带上工单编号即可。"),
        )
        return
    names = {each.fact: said(each.label) for each in stages.root}
    businesses = _businesses()
    look.table(
        [_("环节"), _("业务"), _("工单"), _("用时中位数（小时）"), _("时限（小时）"), _("按时比例（95% 区间）")],
        [
            (names[each.fact], businesses.get(each.business, each.business) or _("未说明"), each.n,
             f"{each.median_hours:.1f}", "—" if each.limit is None else f"{each.limit:g}",
             _with_interval(each.in_time))
            for each in found
        ],
    )  # fmt: skip


def _with_interval(in_time: Estimate | None) -> str:
    """A share with its interval; a stroke where there is no limit, or too few orders."""
    if in_time is None or not in_time.ok:
        return "—"
    low, high = (figure(end, "share") for end in in_time.figures()[1:])
    return _("{value}（{span}）").format(value=in_time.shown(), span=_("{low} 至 {high}").format(low=low, high=high))


def _businesses() -> dict[str, str]:
    """What kinds of business are called: in the surveys that declare them, else in the catalogue."""
    surveys: list[Survey] = [each.survey for each in session.store().surveys.all()]
    return {each.code: said(each.name) for each in CATALOGUE} | {
        option.code: said(option.label)
        for survey in surveys for fact in survey.context if fact.code in ("biz", "business") for option in fact.options
    }  # fmt: skip
