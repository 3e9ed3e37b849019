"""Which questions ask for personal information, and which are asked with a consent alone."""

from __future__ import annotations

from surveys.definition.conditions import Condition
from surveys.definition.design_checks.fault import chinese, one_of
from surveys.definition.questions import Question
from surveys.definition.survey import Survey

_PERSONAL = one_of("""
    姓名 名字 电话 手机 联系方式 身份证 住址 家庭地址 详细地址 邮箱 微信号 户号 银行卡 车牌 工号 出生日期 生日
""")
_ABOUT = one_of("""
    满意 打分 评价 接通 热线 服务 提醒 通知 查询 缴费 办理 渠道 畅通 方便 容易 多久 多长 速度 是否 有没有 几次
""")
_IDENTIFYING = {"short_text", "long_text", "number", "date"}


def asks_for_person(question: Question) -> bool:
    """Whether a question asks for what identifies a person."""
    if getattr(question, "pattern", None) is not None or question.type == "signature":
        return True
    title = chinese(question.title)
    return question.type in _IDENTIFYING and bool(_PERSONAL.search(title)) and not _ABOUT.search(title)


def under_consent(survey: Survey) -> frozenset[str]:
    """Codes of the consents, and of the questions that are shown only where one of them is given."""
    consents = {each.code for each in survey.questions() if each.type == "consent"}
    held = set(consents)
    for section in survey.sections:
        whole = _names(section.show_if, consents)
        held |= {each.code for each in section.questions if whole or _names(each.show_if, consents)}
    return frozenset(held)


def _names(condition: Condition | None, consents: set[str]) -> bool:
    return condition is not None and not consents.isdisjoint(condition.fields())
