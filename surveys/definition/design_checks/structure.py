"""Faults of the whole: too long, too many rows, too much to write, the overall question too late, data asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from surveys.definition.design_checks.fault import EVALUATING, Finding, placed_questions
from surveys.definition.design_checks.personal_questions import asks_for_person, under_consent
from surveys.definition.design_checks.time import longest_minutes, minutes
from surveys.definition.questions import Grid
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


def personal_without_consent(survey: Survey) -> Iterator[Finding]:
    """Personal data are asked for only with consent (Personal Information Protection Law, article 13)."""
    agreed = False
    for place, question in placed_questions(survey):
        agreed = agreed or question.type == "consent"
        if asks_for_person(question) and question.type != "signature" and not agreed and not survey.anonymous:
            yield place, "收集个人信息，但前面没有征得同意", "在它前面加一道“知情同意”题，说明用途和保存期限"


def all_or_nothing_consent(survey: Survey) -> Iterator[Finding]:
    """Consent to the use of contact data is free only where the rest is taken without it (articles 14 and 16).

    A survey that can't do without who one is, such as one of the customer's own details, may ask it of everyone.
    """
    asked, held = list(survey.questions()), under_consent(survey)
    personal = [each for each in asked if asks_for_person(each)]
    rest = [each for each in asked if each not in personal and each.type not in ("consent", "statement", "hidden")]
    needed = any(each.required and each.show_if is None for each in personal)
    if rest and not needed and any(each.code not in held for each in personal):
        for place, question in placed_questions(survey):
            if question.type == "consent" and question.required and question.show_if is None:
                what = "不同意留下个人信息的人，其他回答也交不了"
                yield (*place, "required"), what, "取消必填，让要个人信息的题只在勾选同意后显示"


_NAMING = re.compile(r"phone|mobile|name|account|customer|user|staff|email|openid|mail|card")


def identifying_in_anonymous(survey: Survey) -> Iterator[Finding]:
    """An anonymous survey that asks who one is, is not."""
    if not survey.anonymous:
        return
    for place, question in placed_questions(survey):
        carried = question.type == "hidden" and _NAMING.search(getattr(question, "link_parameter", ""))
        if asks_for_person(question) or carried:
            yield place, "问卷是匿名的，这道题却能认出填写人", "删去这道题，或取消匿名并如实说明"


def contact_in_anonymous(survey: Survey) -> Iterator[Finding]:
    """A case that only the unhappy can have would say who answered so: an anonymous survey never makes the offer."""
    for n, thanks in enumerate(survey.thanks_by_answer):
        if thanks.contact and survey.anonymous:
            what = marked("匿名问卷不按回答问要不要联系：留了联系方式，就等于说出自己是怎样回答的")
            yield ("thanks_by_answer", n, "contact"), what, marked("不问，或另设一道人人都能看到的请求联系题")
