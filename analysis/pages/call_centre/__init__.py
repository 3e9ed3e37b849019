"""Call centre: what came of calls by agent and list, what people said, and the quality of calls that were heard."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from analysis.differences.contact_centre import CallFigures, GroupScore, call_figures, group_scores
from analysis.facts import analysed_facts
from analysis.figures import overall_scale
from analysis.frames import item_column
from analysis.pages.call_centre import quality
from analysis.pages.figures import with_span
from analysis.pages.filters import chosen_view, segment_labels
from analysis.released.parts import Column
from analysis.released.released_answers import ReleasedAnswers
from surveys.accounts import Account
from surveys.console.kit import address, look, session
from surveys.console.kit.words import _
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Action
from surveys.storage.records.calls import QueueCount

_CHANNELS = ("phone", "ivr", "sms", "invitation", "api")
_FIRST = ("context.agent", "context.queue", "context.crew", "business_type")


def draw() -> None:
    """Answers first, then calls, both of the period in view; the quality of calls in a tab of its own."""
    look.heading(_("话务统计"), _("按话务员、名单和业务看拨打、接通、完成与评分；答卷少的评分向总体靠拢。"))
    account = session.signed_in()
    labels = {"figures": _("拨打与评分")} | ({"quality": _("质检")} if account.may(Action.CHECK_CALLS) else {})
    for code, tab in address.tabs("tab", labels).items():
        with tab:
            if st.session_state["tab"] != code:
                continue
            view = chosen_view()
            if code == "quality":
                quality.draw(account, view)
                continue
            if view is not None:
                _answers(view)
            _calls(account, view)


def _answers(view: ReleasedAnswers) -> None:
    overall = overall_scale(view.record.survey)
    if view.anonymous or overall is None:
        look.soft(_("匿名问卷，或没有总体满意度题的问卷，不按话务员统计评分。"))
        return
    labels = segment_labels(view)
    facts = analysed_facts(view.record.survey)
    others = [each for each in labels if not (each in facts and facts[each].personal)]  # an order is no group
    told = [each for each in others if each in view.circumstances]
    kinds = [each for each in dict.fromkeys((*_FIRST, *told)) if each in labels and view.values(each)]
    if not kinds:
        advice = _("电话访问自动带来话务员和名单；短信、按键和接口可以随答卷带来。")
        look.empty(_("答卷没有带来话务员、名单或业务"), advice)
        return

    def draw_kind() -> str | None:
        return st.segmented_control(_("按"), kinds, format_func=labels.__getitem__, required=True, key="centre")

    kind = address.choice("centre", kinds, draw_kind, kinds[0])
    found = view.ask(
        group_scores, Column(item_column(overall.code)), Column(kind), Column("channel"), low=overall.low,
        high=overall.high,
    )  # fmt: skip
    _scores(found, labels[kind], [view.name_of("channel", each) for each in _CHANNELS])


def _scores(found: list[GroupScore], label: str, channels: list[str]) -> None:
    st.header(_("评分"), anchor=False)
    used = [each for each in channels if any(each in group.by_channel for group in found)]
    look.table(
        [label, _("答卷"), *used, _("平均分（95% 区间）"), _("未经靠拢的平均分")],
        [
            (each.name, each.n, *(each.by_channel.get(channel, 0) for channel in used), with_span(each.estimate),
             "—" if each.raw is None else f"{each.raw:.2f}")
            for each in found
        ],
    )  # fmt: skip
    if any(each.pooled for each in found):
        look.soft(_("平均分按经验贝叶斯向总体靠拢：答卷越少，靠拢越多，几份答卷的好坏不当真。"))


def _calls(account: Account, view: ReleasedAnswers | None) -> None:
    st.header(_("拨打"), anchor=False)
    today = local_day(utc_now())
    period = view.period if view else None
    first, last = (period.first.date(), period.last.date()) if period else (today - timedelta(days=90), today)
    counts = _own(account, first, last)
    if not counts:
        look.empty(_("这段时间还没有拨打过电话"), _("拨打之后，这里按天、按话务员列出结果。"))
        return
    people = {each.name: each.display_name for each in session.store().accounts.all()}
    queues = {each.id: each.name for each in session.store().calls.queues()}
    by_agent = [(people.get(each.agent, each.agent), each.outcome.value, each.times) for each in counts]
    by_queue = [(queues.get(each.queue, each.queue), each.outcome.value, each.times) for each in counts]
    _figures(_("话务员"), call_figures(by_agent))
    _figures(_("名单"), call_figures(by_queue))


def _figures(title: str, found: list[CallFigures]) -> None:
    look.table(
        [title, _("拨打"), _("接通（95% 区间）"), _("完成（95% 区间）")],
        [(each.name, each.calls, with_span(each.reached), with_span(each.answered)) for each in found],
    )


def _own(account: Account, first: date, last: date) -> list[QueueCount]:
    """The counts of the agents that this account may know of: those of the departments it reaches."""
    reach = account.reach(Action.VIEW_RESULTS)
    counts = session.store().calls.by_queue(first, last)
    if reach is None:
        return counts
    agents = {each.name for each in session.store().accounts.all() if reach & set(each.departments)}
    return [each for each in counts if each.agent in agents]
