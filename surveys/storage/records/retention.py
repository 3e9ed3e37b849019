"""How long what is kept for: a period in months for each purpose, for all surveys or for one, and what is held back."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from surveys.localisation.language import marked

LONGEST = 600  # months


class RetentionPurpose(StrEnum):
    """Of what a period is."""

    ANSWERS = "answers"
    WORDS = "words"
    FILES = "files"
    INVITATIONS = "invitations"
    CALLS = "calls"
    DRAFTS = "drafts"
    MESSAGES = "messages"
    CONTACTS = "contacts"
    CASES = "cases"
    PRIZES = "prizes"
    PARTICIPATIONS = "participations"
    EVENTS = "events"
    AUDIT = "audit"


@dataclass(frozen=True)
class PurposeDescription:
    """What goes when a period is over, in Chinese; whether surveys can have periods of their own; the shortest one."""

    label: str
    goes: str
    by_survey: bool
    least: int  # months


PURPOSES: dict[RetentionPurpose, PurposeDescription] = {
    RetentionPurpose.ANSWERS: PurposeDescription(marked("答卷"), marked("整份答卷，连同文字和文件"), True, 1),
    RetentionPurpose.WORDS: PurposeDescription(marked("文字"), marked("答卷里写下的文字；得分和选项留下"), True, 1),
    RetentionPurpose.FILES: PurposeDescription(marked("照片、文件和签名"), marked("随答卷上传的文件和签名"), True, 1),
    RetentionPurpose.INVITATIONS: PurposeDescription(
        marked("邀请记录"), marked("活动结束后，谁收到过邀请；份数留下"), True, 12
    ),
    RetentionPurpose.CALLS: PurposeDescription(marked("电话访问名单"), marked("名单关闭后，给谁打过电话"), True, 6),
    RetentionPurpose.DRAFTS: PurposeDescription(marked("没填完的表单"), marked("专属链接后面存下的半份答卷"), True, 1),
    RetentionPurpose.MESSAGES: PurposeDescription(
        marked("发出的消息"), marked("已发出、失败或取消的邮件和短信"), False, 1
    ),
    RetentionPurpose.CONTACTS: PurposeDescription(
        marked("客户档案"), marked("这么久没有更新、没有邀请也没有通话的客户档案"), False, 12
    ),
    RetentionPurpose.CASES: PurposeDescription(
        marked("工单和意见"), marked("办结后这么久没有动静的工单，连同补充、备注、步骤和照片"), False, 6
    ),
    RetentionPurpose.PRIZES: PurposeDescription(
        marked("抽奖和券"), marked("活动截止后，参加和中奖的人、谁领了哪张券"), True, 1
    ),
    RetentionPurpose.PARTICIPATIONS: PurposeDescription(
        marked("参与记录和任务"), marked("一轮结束后，谁参与过、谁有过什么任务；这一轮的参与率不再显示"), True, 6
    ),
    RetentionPurpose.EVENTS: PurposeDescription(
        marked("业务事件编号"), marked("已报事件的编号，和文件夹里导入完的表格；更早的事件再报一次会当作新的"), False, 3
    ),
    RetentionPurpose.AUDIT: PurposeDescription(marked("审计记录"), marked("移到带签名的归档文件里，不删除"), False, 7),
}  # fmt: skip


@dataclass(frozen=True)
class RetentionRule:
    """So many months something is kept; *survey* is empty where it is for all of them."""

    purpose: RetentionPurpose
    survey: str
    months: int


@dataclass(frozen=True)
class LegalHold:
    """What nothing is removed of by itself: a survey, or everything where it is empty."""

    survey: str
    reason: str
    by: str
    since: date


@dataclass(frozen=True)
class DueRemoval:
    """What would go now: of a purpose, of a survey (empty for what is of none), all from before a day."""

    purpose: RetentionPurpose
    survey: str
    before: date
    count: int


class UnfitPeriod(ValueError):
    """Shorter than the purpose allows, or longer than anybody means."""


def kept_from(today: date, months: int, *, whole_months: bool = False) -> date:
    """What is from before this day has been kept for so many months, to the day.

    Where a month has no such day the last one counts, so nothing goes early: of 29 February it is over on 1 March. In
    *whole_months*, what is from the same calendar month goes together, when all of it is due.
    """
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, 1 if whole_months else min(today.day, last))
