"""The kinds of report. Another one is an entry here: its name, what it is for, and the parts that it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from analysis.reports.document import Report, ReportSection
from analysis.reports.material import ReportMaterial
from analysis.reports.sections.areas import areas, first_areas
from analysis.reports.sections.customer import customer
from analysis.reports.sections.level import dimensions, headline, rounds
from analysis.reports.sections.method import method
from analysis.reports.sections.questions import questions
from analysis.reports.sections.units import units
from analysis.reports.sections.voices import voices
from analysis.reports.sections.work import achieved, cases, indicators, lessons, planned, progress
from surveys.localisation.wording import Message, saying

Part = Callable[[ReportMaterial], Iterator[ReportSection]]


class About(StrEnum):
    """What somebody has to choose for a report, beside the survey and when."""

    ANYTHING = "anything"  # a unit, or all
    UNIT = "unit"
    CUSTOMER = "customer"
    YEAR = "year"


@dataclass(frozen=True)
class ReportKind:
    """What a report is called and for whom, what it is about, and its parts in order. *short*: one page of paper."""

    code: str
    name: Message
    purpose: Message
    parts: tuple[Part, ...]
    about: About = About.ANYTHING
    short: bool = False


REPORT_KINDS: Mapping[str, ReportKind] = {
    each.code: each
    for each in (
        ReportKind(
            "summary", saying("管理摘要"), saying("一页纸：怎么样、变了什么、先做什么、正在做什么"),
            (headline, first_areas, progress), short=True,
        ),
        ReportKind(
            "full", saying("完整报告"), saying("全部指标、各维度、各单位、改进项、意见、措施和方法附录"),
            (headline, dimensions, first_areas, rounds, units, questions, areas, voices, progress, indicators, cases,
             method),
        ),
        ReportKind(
            "branch", saying("单位报告"), saying("一个单位的结果，与全部单位并列，附它的改进项和意见"),
            (headline, dimensions, first_areas, rounds, voices, progress, cases), About.UNIT,
        ),
        ReportKind(
            "key-account", saying("大客户报告"), saying("一位客户的档案、历次回答和工单"),
            (customer,), About.CUSTOMER,
        ),
        ReportKind(
            "yearly-plan", saying("年度计划"), saying("要改进什么、采取哪些措施、谁负责、什么时候完成、花多少钱"),
            (first_areas, planned, indicators), About.YEAR,
        ),
        ReportKind(
            "yearly-summary", saying("年度总结"), saying("做了什么、效果如何、节约多少、指标和工单怎样、学到什么"),
            (headline, achieved, indicators, cases, lessons, method), About.YEAR,
        ),
    )
}  # fmt: skip


def report_of(kind: ReportKind, material: ReportMaterial, organisation: str) -> Report:
    """The report of this kind that the material makes; parts that have nothing to say are not in it."""
    found = [section for part in kind.parts for section in part(material)]
    sections = tuple(each for each in found if not each.empty)
    view = material.view
    about = material.customer.name if material.customer else material.unit
    title = " · ".join(filter(None, (
        material.say(kind.name), material.say(view.record.survey.title), about)))  # fmt: skip
    few = view.anonymous and view.n < view.minimum
    facts = [(material.words("时间"), material.span)]
    facts += [] if few or kind.about is About.CUSTOMER else [(material.words("答卷"), str(view.n))]
    facts += [(material.words("生成日期"), material.today.isoformat())]
    return Report(
        title, material.words("范围：{parts}", parts=_scope(material)), material.language, organisation, tuple(facts),
        sections, kind.short,
    )  # fmt: skip


def _scope(material: ReportMaterial) -> str:
    """Whose answers these are: two readers of one kind of report may see different ones."""
    if material.unit:
        return material.unit
    own = material.view.looked_at
    if own is None:
        return material.words("全部部门")
    return "、".join(material.view.name_of("department", code) for code in own) or material.words("没有部门")
