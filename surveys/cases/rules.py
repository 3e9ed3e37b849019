"""Rules that turn an answer into a case: a condition over answer and context, and where the case goes.

Of an anonymous survey no rule takes a condition: a case would mark an answer, and in a small group its author. There
the wish to be contacted alone makes one, which is kept apart from the answer before either is on disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, StringConstraints

from surveys.cases.case import LONGEST_TEXT, Case, CaseState, Source
from surveys.cases.categories import CALLBACK
from surveys.definition.conditions import LINK, Comparison, Condition, Entered
from surveys.definition.context.declared import declared
from surveys.definition.questions import Answer, Measure, Question
from surveys.definition.survey import Survey, Thanks
from surveys.localisation.clock import zone
from surveys.localisation.language import in_words, marked
from surveys.localisation.wording import Message

BY_CALLBACK = "callback"  # stands for a rule where somebody wishes to be contacted
OF_SURVEY, OF_KEY_ACCOUNT = "survey", "key_account"  # kinds of source
MOST_A_DAY = 100  # cases by one rule; what comes beyond is joined to the first of them
KNOWN_FACTS = ("tier", "department", "touchpoint", "channel", "business_type")  # besides what the survey declares
_MARKS = marked("匿名问卷不能按回答立单：工单会指出是哪一份答卷。可以在问卷里设“请求联系题”，由填写人自己留联系方式")
_ANONYMOUS = marked("填写人希望有人联系。问卷是匿名的，这里没有答卷内容，也找不到是哪一份答卷。")


class CaseRoute(StrEnum):
    """Where a case goes."""

    FIXED = "fixed"  # to the department of the rule
    OF_ANSWER = "of_answer"  # to the department whose service it was
    OWNER = "owner"  # to the department that owns the dimension of what was rated

    @property
    def label(self) -> str:
        return _ROUTES[self]


_ROUTES = {
    CaseRoute.OF_ANSWER: marked("答卷所属的部门"),
    CaseRoute.OWNER: marked("负责这个维度或主题的部门"),
    CaseRoute.FIXED: marked("固定的部门"),
}


class CaseRule(BaseModel):
    """Every counted answer for which the condition holds becomes one case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9\-]{0,39}$")]
    survey: str
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    when: Condition
    category: str
    route: CaseRoute = CaseRoute.OF_ANSWER
    topic: str = ""  # the dimension or topic whose owner it goes to
    department: str  # of a fixed route; else where it goes that would go nowhere
    owner: str = ""  # the account that answers it by name
    enabled: bool = True
    imports: bool = False  # answers that are brought in from a file make cases too


class KeptAnswer(Protocol):
    """What a rule needs to know of an answer that is kept."""

    @property
    def id(self) -> str: ...
    @property
    def survey(self) -> str: ...
    @property
    def answers(self) -> Mapping[str, Answer]: ...
    @property
    def received_on(self) -> date: ...
    @property
    def received_at(self) -> datetime | None: ...
    @property
    def touchpoint(self) -> str | None: ...
    @property
    def department(self) -> str | None: ...
    @property
    def business_type(self) -> str | None: ...
    @property
    def channel(self) -> str: ...
    @property
    def context(self) -> Mapping[str, str]: ...


@dataclass(frozen=True)
class AnswerGround:
    """What a rule is held against: an answer, its survey, and what is known beside it."""

    survey: Survey
    answer: KeptAnswer
    tier: str = ""
    imported: bool = False
    by_program: bool = False  # it fell into the trap that only programs see

    def entered(self) -> Entered:
        """Answers and facts as conditions read them."""
        facts = {
            "tier": self.tier, "department": self.answer.department, "touchpoint": self.answer.touchpoint,
            "channel": self.answer.channel, "business_type": self.answer.business_type, **self.answer.context,
        }  # fmt: skip
        said: dict[str, list[str]] = {f"{LINK}{name}": [value] for name, value in facts.items() if value}
        for question in self.survey.questions():
            if question.code in self.answer.answers:
                said |= question.entered_from(self.answer.answers[question.code])
        return said


def callback_rule(survey: Survey, department: str) -> CaseRule | None:
    """What stands for a rule where the survey asks who wishes to be contacted; None where it doesn't."""
    if survey.callback is None or survey.anonymous:
        return None
    return CaseRule(
        code=BY_CALLBACK, survey=survey.code, name=CALLBACK, category=CALLBACK, department=department,
        when=Condition.model_validate({"item": survey.callback, "is": Comparison.ANSWERED}),
    )  # fmt: skip


def makes_case(rule: CaseRule, ground: AnswerGround) -> bool:
    """Whether this answer becomes a case by this rule: never one that a program gave, or that nobody gave."""
    wanted = rule.enabled and (rule.imports or not ground.imported) and not ground.survey.anonymous
    return wanted and not ground.by_program and rule.when.holds(ground.entered())


def case_of(rule: CaseRule, ground: AnswerGround, owners: Mapping[str, str], departments: frozenset[str]) -> Case:
    """The case that an answer becomes; the same one however often it is made."""
    answer = ground.answer
    routes = {
        CaseRoute.FIXED: rule.department, CaseRoute.OF_ANSWER: answer.department,
        CaseRoute.OWNER: owners.get(rule.topic),
    }  # fmt: skip
    found = routes[rule.route]
    department = found if found in departments else rule.department
    key_account = any(field == f"{LINK}tier" for field in rule.when.fields())
    contact = answer.answers.get(ground.survey.callback or "")
    return Case(
        made_id(rule.code, answer.id), Source(OF_KEY_ACCOUNT if key_account else OF_SURVEY, answer.survey),
        department or rule.department, rule.category, _text(rule, ground), str(contact or ""),
        answer.received_at or day_begin(answer.received_on),
        CaseState.ASSIGNED if rule.owner else CaseState.RECEIVED, owner=rule.owner, response=answer.id,
    )  # fmt: skip


def case_of_offer(thanks: Thanks, ground: AnswerGround, contact: str, department: str, now: datetime) -> Case:
    """The case of somebody who took the offer to be contacted that stood on the page of thanks: one for an answer."""
    survey = ground.survey.code
    rule = CaseRule(
        code=BY_CALLBACK, survey=survey, name=CALLBACK, category=CALLBACK, department=department, when=thanks.when
    )
    found = case_of(rule, ground, {}, frozenset({department}))
    return replace(found, contact=contact, department=department, received_at=now)


def case_of_wish(survey: str, wish: str, day: date, department: str, contact: str) -> Case:
    """The case of somebody who wishes to be contacted after an anonymous answer: it knows the day and nothing more."""
    source = Source(OF_SURVEY, survey)
    return Case(made_id(BY_CALLBACK, wish), source, department, CALLBACK, _ANONYMOUS, contact, day_begin(day))


def made_id(rule: str, answer: str) -> str:
    """The id of the case that a rule makes of an answer."""
    return hashlib.blake2b(f"{rule}\0{answer}".encode(), digest_size=16).hexdigest()


def day_begin(day: date) -> datetime:
    """The moment that stands for a day of which nothing finer is known."""
    return datetime.combine(day, time(), zone())


def unfit_rule(rule: CaseRule, survey: Survey) -> Iterator[Message]:
    """What keeps a rule from being used with a survey, all of it."""
    if survey.anonymous:
        yield Message(_MARKS)
    facts = {f"{LINK}{each}" for each in (*KNOWN_FACTS, *declared(survey))}
    known = facts | {field for question in survey.questions() for field in _fields(question)}
    for unknown in sorted(set(rule.when.fields()) - known):
        yield Message(marked("问卷没有“{name}”这一题或这项随答信息"), {"name": unknown.removeprefix(LINK)})
    if rule.route is CaseRoute.OWNER and not rule.topic:
        yield Message(marked("请选择按哪个维度或主题找部门"))


def _fields(question: Question) -> Iterator[str]:
    yield question.code
    yield from (f"{question.code}.{part.code}" for part in question.parts())


def _text(rule: CaseRule, ground: AnswerGround) -> str:
    """What the answer says of it: the items of the condition, and every comment."""
    looked_at = {field.partition(".")[0] for field in rule.when.fields()}
    lines = [f"{rule.name} · {in_words(ground.survey.title, 'zh-Hans')}"]
    for question in ground.survey.questions():
        told = question.code in looked_at or question.measure is Measure.TEXT
        if told and question.code != ground.survey.callback:
            words = question.words(ground.answer.answers.get(question.code), "zh-Hans")
            lines += [f"{in_words(question.title, 'zh-Hans')}：{words}"] if words else []
    whole = "\n".join(lines)
    return whole if len(whole) <= LONGEST_TEXT else f"{whole[: LONGEST_TEXT - 1]}…"
