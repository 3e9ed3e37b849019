"""What a form can be about: the kinds of subject, what is known of each, and what a subject is.

Departments, touchpoints and accounts are kept elsewhere and read as subjects too. Relations between subjects, such as
the step before and the one after, are attributes that hold codes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from surveys.localisation.language import marked

Attributes = Mapping[str, tuple[str, ...]]

EVER = date.min  # the last day of a subject that is out of use since nobody knows when


class AttributeType(StrEnum):
    """What stands in an attribute."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    SUBJECT = "subject"  # the code of another subject
    ACCOUNT = "account"  # the name with which somebody signs in


@dataclass(frozen=True)
class SubjectAttribute:
    """One thing that is known of the subjects of a kind."""

    name: str
    label: str
    type: AttributeType = AttributeType.TEXT
    of: tuple[str, ...] = ()  # kinds of which a subject may be named; the first one that has the code counts
    several: bool = False
    needed: bool = False
    headings: tuple[str, ...] = ()  # further ones under which a file may have it, in small letters


class SubjectSource(StrEnum):
    """Where subjects of a kind are kept, beside or in place of the list of subjects."""

    SUBJECTS = "subjects"
    DEPARTMENTS = "departments"
    TOUCHPOINTS = "touchpoints"
    ACCOUNTS = "accounts"  # those who can sign in are there by themselves; others are entered


@dataclass(frozen=True)
class SubjectKind:
    """What a form can be about."""

    code: str
    label: str
    letter: str  # what codes that are made begin with
    attributes: tuple[SubjectAttribute, ...] = ()
    source: SubjectSource = SubjectSource.SUBJECTS
    person: bool = False  # a form about one is never an open one
    needs_department: bool = False

    def attribute(self, name: str) -> SubjectAttribute:
        """The attribute of this name; raises KeyError."""
        return {each.name: each for each in self.attributes}[name]

    @property
    def listed(self) -> bool:
        """Whether its subjects are entered in the list of subjects; departments and touchpoints have their own."""
        return self.source in (SubjectSource.SUBJECTS, SubjectSource.ACCOUNTS)


def _subject(
    name: str, label: str, *of: str, several: bool = False, headings: tuple[str, ...] = ()
) -> SubjectAttribute:
    return SubjectAttribute(name, label, AttributeType.SUBJECT, of, several, headings=headings)


_ACCOUNT = SubjectAttribute(
    "account", marked("用户名"), AttributeType.ACCOUNT, headings=("user", "username", "账号", "登录名")
)
_TEAM = SubjectAttribute("team", marked("班组"), headings=("group",))

SUBJECT_KINDS: dict[str, SubjectKind] = {
    each.code: each
    for each in (
        SubjectKind(
            "department", marked("部门"), "d",
            (_subject("parent", marked("上级部门"), "department", headings=("parent",)),),
            source=SubjectSource.DEPARTMENTS,
        ),
        SubjectKind(
            "step", marked("流程环节"), "s",
            (
                SubjectAttribute("process", marked("流程")),
                _subject("predecessor", marked("上游环节"), "step", several=True, headings=("previous", "before")),
                _subject("successor", marked("下游环节"), "step", several=True, headings=("next", "after")),
                _subject("members", marked("环节人员"), "person", several=True),
            ),
        ),
        SubjectKind(
            "touchpoint", marked("触点"), "t",
            (
                SubjectAttribute("district", marked("区域")),
                SubjectAttribute("stage", marked("服务环节"), several=True),
                SubjectAttribute("business_type", marked("业务类型")),
            ),
            source=SubjectSource.TOUCHPOINTS, needs_department=True,
        ),
        SubjectKind(
            "site", marked("场所"), "p",
            (
                SubjectAttribute("category", marked("类别"), headings=("type",)),
                SubjectAttribute("address", marked("地址")),
                _subject("keeper", marked("负责人"), "person", headings=("manager", "person in charge")),
            ),
        ),
        SubjectKind(
            "person", marked("员工"), "e",
            (
                SubjectAttribute("title", marked("职务"), headings=("position",)),
                SubjectAttribute("job", marked("岗位职责"), headings=("job description", "职责")),
                SubjectAttribute("standard", marked("评价标准"), headings=("standards", "岗位标准")),
                _subject("superior", marked("直接上级"), "person", headings=("manager", "reports to")),
                _ACCOUNT,
            ),
            source=SubjectSource.ACCOUNTS, person=True,
        ),
        SubjectKind(
            "agent", marked("话务员"), "a", (_TEAM, _ACCOUNT), source=SubjectSource.ACCOUNTS, person=True
        ),
        SubjectKind(
            "call", marked("通话"), "v",
            (
                SubjectAttribute(
                    "agent", marked("话务员"), AttributeType.SUBJECT, ("agent",), needed=True, headings=("座席", "坐席")
                ),
                SubjectAttribute("date", marked("日期"), AttributeType.DATE, headings=("day", "通话日期")),
                SubjectAttribute("minutes", marked("通话时长（分钟）"), AttributeType.NUMBER, headings=("通话时长",)),
            ),
        ),
        SubjectKind(
            "course", marked("课程"), "c",
            (
                SubjectAttribute("category", marked("类别"), headings=("type",)),
                SubjectAttribute("hours", marked("学时"), AttributeType.NUMBER),
            ),
        ),
        SubjectKind(
            "session", marked("班次"), "k",
            (
                SubjectAttribute("course", marked("课程"), AttributeType.SUBJECT, ("course",), needed=True),
                SubjectAttribute("date", marked("日期"), AttributeType.DATE, headings=("day",)),
                _subject("trainer", marked("培训师"), "person", "outsider", several=True, headings=("teacher", "讲师")),
                _subject("participants", marked("参训人员"), "person", several=True, headings=("学员",)),
            ),
        ),
        SubjectKind(
            "account", marked("大客户"), "g",
            (
                SubjectAttribute("customer_number", marked("客户编号"), headings=("customer", "户号")),
                _subject("manager", marked("客户经理"), "person", headings=("account manager",)),
                SubjectAttribute("industry", marked("行业")),
            ),
        ),
        SubjectKind(
            "outsider", marked("外部人员"), "x",
            (
                SubjectAttribute("organisation", marked("单位"), headings=("company",)),
                SubjectAttribute("expertise", marked("专长"), headings=("field",)),
                SubjectAttribute("contact", marked("档案编号"), headings=("customer number", "客户编号")),
            ),
            person=True,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """One thing or person that answers can be about."""

    kind: str
    code: str
    name: str
    department: str | None = None
    attributes: Attributes = field(default_factory=dict)  # by name; several values where the kind allows
    active_from: date | None = None
    active_to: date | None = None  # the last day on which new forms are about it; its answers stay

    def active(self, day: date) -> bool:
        """Whether new forms can be about it on this day."""
        return (self.active_from is None or self.active_from <= day) and (
            self.active_to is None or day <= self.active_to
        )

    def all(self, name: str) -> tuple[str, ...]:
        """The values of an attribute, none where nothing is known."""
        return self.attributes.get(name, ())

    def one(self, name: str) -> str:
        """The value of an attribute, empty where nothing is known."""
        return next(iter(self.all(name)), "")


def before(step: Subject, steps: Iterable[Subject]) -> list[str]:
    """Codes of the steps that hand over to this one, whichever of the two says so."""
    told = [each.code for each in steps if step.code in each.all("successor")]
    return list(dict.fromkeys((*step.all("predecessor"), *told)))


def after(step: Subject, steps: Iterable[Subject]) -> list[str]:
    """Codes of the steps to which this one hands over, whichever of the two says so."""
    told = [each.code for each in steps if step.code in each.all("predecessor")]
    return list(dict.fromkeys((*step.all("successor"), *told)))


def is_own(subject: Subject, account: str, departments: Collection[str], persons: Collection[str] = ()) -> bool:
    """Whether a subject is a person's own, so that they don't judge it: themselves, their department, their step.

    *departments* are those they are in, without what is below; *persons* the codes under which they are subjects.
    """
    kind = SUBJECT_KINDS[subject.kind]
    if kind.person:
        return account == (subject.one("account") or subject.code)
    if subject.kind == "department":
        return subject.code in departments
    if subject.kind == "step":
        members = subject.all("members")
        return bool({account, *persons} & set(members)) if members else subject.department in departments
    return False
