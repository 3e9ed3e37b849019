"""An opinion box of the sample organisation, and what people wrote into it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from surveys.cases.case import Case, CaseState, Source
from surveys.cases.opinion_boxes import Box, from_box

BOX = Box("counter", "营业厅意见箱", "service")

HANDED_ON = "repair"  # what is about a power cut is not the counter's business
AGAIN = "刚才又跳了一次闸，前后不到十分钟。"  # the author of the newest letter has more to say

_LETTERS = (
    (1, "投诉", "昨晚停电，短信说九点恢复，到十一点才来电，没有人解释。", CaseState.WORKED_ON, ""),
    (2, "建议", "希望营业厅中午也留一个窗口，上班的人只有午休能来。", CaseState.RECEIVED, ""),
    (5, "咨询", "新装充电桩要不要单独装一块表？需要带什么材料？", CaseState.WORKED_ON, ""),
    (
        9, "表扬", "三号窗口的姑娘帮我母亲把一年的账单一项一项讲清楚，很有耐心。", CaseState.ANSWERED,
        "谢谢您写来，我们已经转告本人和她的同事。",
    ),
    (
        16, "投诉", "上周五排队一个半小时，叫号机坏了也没有人说一声。", CaseState.CLOSED,
        "叫号机已在周六更换；故障时会有人在门口发号。给您添了麻烦，抱歉。",
    ),
)  # fmt: skip


_CALLS = (  # what was taken down on the phone: days ago, department, owner, category, text, how far it has come
    (1, "repair", "manager", "投诉", "楼道表箱漏雨，雨天有焦味，请尽快来看。", CaseState.ASSIGNED, ""),
    (
        12, "repair", "manager", "投诉", "路边电线垂下来，小孩够得着。", CaseState.CONFIRMED,
        "当天已派人收紧线路，第二天又巡查了一遍整条街。",
    ),
    (20, "service", "manager-service", "咨询", "想改用电人的名字，家里人说已经办好了。", CaseState.WITHDRAWN, ""),
)  # fmt: skip
DISSATISFIED = "路边电线垂下来，小孩够得着。修了以后又垂下来了。"  # answered, and its author was asked again


def sample_calls(today: date) -> Iterator[Case]:
    """Cases that staff typed in, so that every state is there."""
    for days, department, owner, category, text, state, reply in (
        *_CALLS, (7, "repair", "manager", "投诉", DISSATISFIED, CaseState.ANSWERED, "已经重新固定。")
    ):  # fmt: skip
        day = today - timedelta(days=days)
        yield Case(
            hashlib.blake2b(text.encode(), digest_size=16).hexdigest(), Source("phone"), department, category, text, "",
            datetime.combine(day, time(2, 30), UTC), state, reply, day + timedelta(days=1) if reply else None,
            owner=owner,
        )  # fmt: skip


def sample_letters(today: date) -> Iterator[Case]:
    """The newest first. Nobody has their look-up codes."""
    for number, (days, category, text, state, reply) in enumerate(_LETTERS):
        day = today - timedelta(days=days)
        yield Case(
            hashlib.blake2b(text.encode(), digest_size=16).hexdigest(), from_box(BOX.code),
            BOX.department if number else HANDED_ON, category, text, "",
            datetime.combine(day, time(6, 30), UTC), state, reply, day + timedelta(days=1) if reply else None,
        )  # fmt: skip
