"""Faults of the whole: too long, too many rows, too much to write, the overall question too late, data asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from surveys.definition.design_checks.fault import EVALUATING, Finding, chinese, one_of, placed_questions
from surveys.definition.design_checks.time import longest_minutes, minutes
from surveys.definition.questions import Grid, Question
from surveys.definition.survey import Survey
from surveys.localisation.language import marked
from surveys.localisation.wording import saying

MOST_ROWS = 7
MOST_REQUIRED_OPEN = 1
MOST_MINUTES = 5


def long_matrix(survey: Survey) -> Iterator[Finding]:
    """In a long grid people tick down one column."""
    for place, question in placed_questions(survey):
        if isinstance(question, Grid) and len(question.rows) > MOST_ROWS:
            what = saying(marked("矩阵有 {count} 行，容易一列勾到底"), count=len(question.rows))
            mend = saying(marked("拆成几个不超过 {most} 行的矩阵，或只问最重要的几行"), most=MOST_ROWS)
            yield (*place, "rows"), what, mend


def required_open_questions(survey: Survey) -> Iterator[Finding]:
    """Who must write gives up, or writes anything."""
    required = [
        place for place, question in placed_questions(survey) if question.type == "long_text" and question.required
    ]
    if len(required) > MOST_REQUIRED_OPEN:
        yield (
            (*required[1], "required"),
            saying(marked("必答的开放题有 {count} 道，容易使人中途放弃"), count=len(required)),
            "改为选填，或只留一道必答",
        )


def overall_after_details(survey: Survey) -> Iterator[Finding]:
    """What was asked last colours the overall answer (order effect)."""
    details = False
    for place, question in placed_questions(survey):
        if question.code == survey.overall and details:
            yield place, "总体满意度放在分项之后，会受刚答过的分项影响", "把它移到分项之前"
        details = details or (question.dimension is not None and question.measure in EVALUATING)


def too_long(survey: Survey) -> Iterator[Finding]:
    """After five minutes people leave."""
    longest, typical = longest_minutes(survey), minutes(survey)
    if longest > MOST_MINUTES:
        wording = marked("最长约需 {longest:.1f} 分钟（一般 {typical:.1f} 分钟），超过 {most} 分钟，答完的人会明显减少")
        what = saying(wording, longest=longest, typical=typical, most=MOST_MINUTES)
        yield (), what, "删去不会用来改进的题，或按条件只问相关的人"


_PERSONAL = one_of("""
    姓名 名字 电话 手机 联系方式 身份证 住址 家庭地址 详细地址 邮箱 微信号 户号 银行卡 车牌 工号 出生日期 生日
""")
_ABOUT = one_of("""
    满意 打分 评价 接通 热线 服务 提醒 通知 查询 缴费 办理 渠道 畅通 方便 容易 多久 多长 速度 是否 有没有 几次
""")
_IDENTIFYING = {"short_text", "long_text", "number", "date"}


def personal(question: Question) -> bool:
    """Whether a question asks for what identifies a person."""
    if getattr(question, "pattern", None) is not None or question.type == "signature":
        return True
    title = chinese(question.title)
    return question.type in _IDENTIFYING and bool(_PERSONAL.search(title)) and not _ABOUT.search(title)


def personal_without_consent(survey: Survey) -> Iterator[Finding]:
    """Personal data are asked for only with consent (Personal Information Protection Law, article 13)."""
    agreed = False
    for place, question in placed_questions(survey):
        agreed = agreed or question.type == "consent"
        if personal(question) and question.type != "signature" and not agreed and not survey.anonymous:
            yield place, "收集个人信息，但前面没有征得同意", "在它前面加一道“知情同意”题，说明用途和保存期限"


_NAMING = re.compile(r"phone|mobile|name|account|customer|user|staff|email|openid|mail|card")


def identifying_in_anonymous(survey: Survey) -> Iterator[Finding]:
    """An anonymous survey that asks who one is, is not."""
    if not survey.anonymous:
        return
    for place, question in placed_questions(survey):
        carried = question.type == "hidden" and _NAMING.search(getattr(question, "link_parameter", ""))
        if personal(question) or carried:
            yield place, "问卷是匿名的，这道题却能认出填写人", "删去这道题，或取消匿名并如实说明"
