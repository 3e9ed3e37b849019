"""An appraisal: the people who are rated, by whom, with which weight of each group, and how far each of them is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from surveys.appraisal.report import AppraisalReport, ItemReliability
from surveys.definition.survey import Survey
from surveys.fieldwork.tasks.relations import EXTERNAL, PEER, SELF, SUBORDINATE, SUPERIOR
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, saying

GROUPS = (SUPERIOR, PEER, SUBORDINATE, EXTERNAL)
"""Whose ratings make up the composite; one's own never do."""
USUAL_WEIGHTS: Mapping[str, int] = {SUPERIOR: 30, PEER: 30, SUBORDINATE: 30, EXTERNAL: 10}
LONGEST_NAME, LONGEST_TEXT = 80, 2000
RELATION = "relation"  # the declared fact that says of an answer from which group it is


def is_appraisal(survey: Survey) -> bool:
    """Whether it is anonymous, about people, and told apart by group of raters: none of it shows anywhere else."""
    return survey.anonymous and survey.about == "person" and any(each.code == RELATION for each in survey.context)


class SmallGroups(StrEnum):
    """What becomes of groups with fewer raters than the minimum."""

    MERGE = "merge"
    HIDE = "hide"

    @property
    def label(self) -> str:
        return _SMALL_GROUPS[self]


_SMALL_GROUPS = {
    SmallGroups.MERGE: marked("与其他类别合并"),
    SmallGroups.HIDE: marked("不显示，也不计入综合得分"),
}


@dataclass(frozen=True)
class AppraisalRules:
    """What holds for everybody in an appraisal: weights in per cent, the fewest raters of a group, and time limits.

    `appeal_days`: so long after the report somebody may object; `answer_days`: working days until that is answered.
    """

    weights: Mapping[str, int] = field(default_factory=lambda: dict(USUAL_WEIGHTS))
    minimum: int = 5
    small_groups: SmallGroups = SmallGroups.MERGE
    appeal_days: int = 10
    answer_days: int = 5

    def problems(self, least: int) -> list[Message]:
        """Everything that is wrong; *least*: the smallest group that the organisation shows anything of."""
        found = []
        if sum(self.weights.values()) != 100:
            found.append(saying("各类别权重合计应为 100%，现在是 {total}%。", total=sum(self.weights.values())))
        if set(self.weights) - set(GROUPS) or any(each < 0 for each in self.weights.values()):
            found.append(saying("权重只能给上级、同级、下级和外部专家，且不能为负。"))
        if self.minimum < least:
            found.append(saying("每类最少人数不能低于本单位的匿名最小分组 {least}。", least=least))
        if not (1 <= self.appeal_days <= 90 and 1 <= self.answer_days <= 60):
            found.append(saying("申诉期限为 1–90 天，答复期限为 1–60 个工作日。"))
        return found


class UnfitRules(ValueError):
    """Rules that can't hold; `problems` are for who sets them."""

    def __init__(self, problems: Sequence[Message]) -> None:
        super().__init__("; ".join(each.wording for each in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Appraisal:
    """One time that people are appraised: one survey in one round."""

    id: str
    survey: str
    round: str
    name: str
    rules: AppraisalRules = AppraisalRules()
    made_by: str = ""
    made_on: date | None = None
    reliability: tuple[ItemReliability, ...] = ()  # worked out once, with the last report


@dataclass(frozen=True)
class Rater:
    """Who is to rate somebody: an account by its number, or an outsider by the number of their file."""

    relation: str
    account: int | None = None
    contact: str = ""


class AppraisedState(StrEnum):
    """How far somebody's appraisal is."""

    PROPOSED = "proposed"
    RUNNING = "running"
    CLOSED = "closed"
    RELEASED = "released"

    @property
    def label(self) -> str:
        return _STATES[self]


_STATES = {
    AppraisedState.PROPOSED: marked("待确认评价人"),
    AppraisedState.RUNNING: marked("评价中"),
    AppraisedState.CLOSED: marked("已结束，待出报告"),
    AppraisedState.RELEASED: marked("报告已出"),
}


class ResultUse(StrEnum):
    """What the result of an appraisal is used for."""

    PAY = "pay"
    TRAINING = "training"
    POST = "post"
    NOTHING = "development"

    @property
    def label(self) -> str:
        return _USES[self]


_USES = {
    ResultUse.PAY: marked("薪酬"),
    ResultUse.TRAINING: marked("培训"),
    ResultUse.POST: marked("岗位"),
    ResultUse.NOTHING: marked("只用于个人发展"),
}


@dataclass(frozen=True)
class AppraisalTalk:
    """The talk about a report: when, what was agreed, and what the result is used for."""

    held_on: date
    agreed: str
    uses: tuple[ResultUse, ...]
    by: str = ""


@dataclass(frozen=True)
class Appraised:
    """One person in an appraisal. `superiors`: numbers of the accounts that lead them, as it was when it began."""

    appraisal: str
    person: str
    department: str | None = None
    superiors: tuple[int, ...] = ()
    raters: tuple[Rater, ...] = ()
    state: AppraisedState = AppraisedState.PROPOSED
    closed_on: date | None = None
    released_on: date | None = None
    report: AppraisalReport | None = None
    interview: AppraisalTalk | None = None


class AppealOutcome(StrEnum):
    """What an examination came to."""

    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"

    @property
    def label(self) -> str:
        return _OUTCOMES[self]


_OUTCOMES = {
    AppealOutcome.UPHELD: marked("成立"),
    AppealOutcome.PARTLY: marked("部分成立"),
    AppealOutcome.REJECTED: marked("不成立"),
}


@dataclass(frozen=True)
class Appeal:
    """An objection to a report, and its answer. A corrected composite stands beside the first one."""

    appraisal: str
    person: str
    filed_on: date
    due_on: date
    words: str
    answered_by: str = ""
    answered_on: date | None = None
    outcome: AppealOutcome | None = None
    answer: str = ""
    corrected: float | None = None

    def late(self, today: date) -> bool:
        """Whether its answer is overdue."""
        return self.answered_on is None and today > self.due_on


def startable(one: Appraised, everybody: Iterable[Appraised], persons: Mapping[int, str]) -> bool:
    """Whether somebody's turn has come: superiors in the same appraisal are rated before their staff.

    *persons*: the codes of persons by the numbers of their accounts.
    """
    leading = {persons.get(each) for each in one.superiors} - {one.person}
    over = (AppraisedState.CLOSED, AppraisedState.RELEASED)
    return all(each.state in over for each in everybody if each.person in leading)


def unfit_examiner(account: int, own_person: str | None, one: Appraised, raters: Collection[int]) -> Message | None:
    """Why an account may not examine somebody's objection; None where it may. *raters*: accounts that rated them."""
    if own_person == one.person:
        return saying("不能审理自己的申诉。")
    if account in one.superiors:
        return saying("申诉由被评价人的上级以外的人审理。")
    if account in raters:
        return saying("评价过这位同事的人不能审理其申诉。")
    return None


def fit_relation(relation: str) -> bool:
    """Whether somebody can be a rater by it."""
    return relation in (*GROUPS, SELF)
