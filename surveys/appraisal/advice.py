"""What may help with a weak item: a catalogue by the dimension that it is of. Add a line for another dimension."""

from __future__ import annotations

from collections.abc import Iterable

from surveys.appraisal.report import ReportItem
from surveys.localisation.language import marked

ADVICE: dict[str, tuple[str, ...]] = {
    "attitude": (
        marked("与上级约定三项看得见的承诺，每月对照一次。"),
        marked("重要工作亲自到现场跟一遍，让同事看到您在场。"),
    ),
    "skill": (
        marked("选一门与分管业务直接相关的课程，学完给本部门讲一次。"),
        marked("跟一线班组岗位实践两天，记下不清楚的环节并弄懂。"),
    ),
    "efficiency": (
        marked("每周初列出必须办结的三件事，周末核对；办不完的提前说明。"),
        marked("把审批和会议时限写明并公开，减少等待。"),
    ),
    "results": (
        marked("把年度目标拆成季度目标，写明衡量办法，与上级确认。"),
        marked("选一项落后的指标做改进计划，按月看进展。"),
    ),
    "team_spirit": (
        marked("每月与每位下属单独谈一次话，先听后说。"),
        marked("把团队的成绩公开归功于做事的人。"),
    ),
    "communication": (
        marked("布置任务后请对方复述一遍，确认理解一致。"),
        marked("参加沟通与反馈培训，练习先讲事实再讲要求。"),
    ),
    "cooperation": (
        marked("主动约往来最多的两个部门开一次衔接会，定下联系人和时限。"),
        marked("跨部门的请求当天答复，办不了的说明原因和去处。"),
    ),
    "impression": (
        marked("涉及职工利益的决定说明理由，并留出提意见的时间。"),
        marked("每季度一次开放接待，提出的问题逐条公开答复。"),
    ),
}


def advice_for(items: Iterable[ReportItem]) -> list[tuple[ReportItem, tuple[str, ...]]]:
    """What the catalogue has for each item; nothing for dimensions that it doesn't know."""
    known = [(each, ADVICE.get(each.dimension, ())) for each in items]
    return [(each, words) for each, words in known if words]
