"""The catalogue of figures: what a survey is summed up in. Pages, the API and whatever reports read from it alone.

One entry says all there is to say of a figure, so that adding one is adding an entry. A figure is asked of the released
answers by `analysis.released.survey_figures`; here stand only the names of columns, functions of them, and words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.differences.comparison import mean_change, net_promoter_change, top_two_box_change
from analysis.estimates import Change, Estimate, Unit
from analysis.frames import item_column, rated_dimensions
from analysis.level.marks import MarkedItem, mean_marks, share_right
from analysis.level.satisfaction import (
    completion_rate,
    customer_effort,
    dimension_score,
    mean_score,
    net_promoter_score,
    response_rate,
    top_two_box,
)
from surveys.definition.questions import Measure, Scale
from surveys.definition.questions.choices import Choice
from surveys.definition.survey import Survey
from surveys.localisation.wording import Message, saying

RATING = frozenset({"rating", "effort", "importance", "expectation"})
EFFORT, NPS = frozenset({"effort"}), frozenset({"nps"})


@dataclass(frozen=True)
class FigureItem:
    """What a figure is worked out of: a question or dimension by its code, its columns, and the ends of its scale.

    `together`: the function takes all columns as one frame, not a column.
    """

    code: str
    columns: tuple[str, ...]
    ends: Mapping[str, float] = field(default_factory=dict)
    together: bool = False
    key: Mapping[str, object] = field(default_factory=dict)  # what else the function is told


Items = Callable[[Survey], tuple[FigureItem, ...]]


@dataclass(frozen=True)
class SurveyFigure:
    """One figure, and everything that is said of it.

    `items`: which items of a survey it is of; none for one that is counted in fieldwork. `accepts`: the measures of
    other items that it can be asked of. `estimate` takes an item's answers and its ends, `change` those before and
    after; both stand at the head of a module. `method` and `change_method` are what they usually name as theirs, by
    which `analysis.explanations` has formula, source and call. `counted`: the answers of an item that it counts.
    """

    code: str
    name: Message
    title: str  # over the figure itself; may have the ends of the scale in it
    purpose: Message
    explanation: Message
    unit: Unit
    items: Items
    estimate: Callable[..., Estimate]
    method: str
    change: Callable[..., Change] | None = None
    change_method: str = ""
    headline: bool = False
    accepts: frozenset[str] = frozenset()
    counted: Callable[[FigureItem], tuple[float, ...]] | None = None
    measure: str = ""  # what its estimates say they are, where that is not its code

    def titled(self, item: FigureItem | None = None) -> Message:
        """What stands over the figure of *item*."""
        shown: dict[str, Any] = {name: f"{end:g}" for name, end in item.ends.items()} if item else {}
        return saying(self.title, **shown)


def overall_scale(survey: Survey) -> Scale | None:
    """The question of overall satisfaction, where the survey has one."""
    question = survey.question(survey.overall) if survey.overall else None
    return question if isinstance(question, Scale) else None


def _of_scale(question: Scale) -> FigureItem:
    return FigureItem(question.code, (item_column(question.code),), {"low": question.low, "high": question.high})


def _overall(survey: Survey) -> tuple[FigureItem, ...]:
    scale = overall_scale(survey)
    return (_of_scale(scale),) if scale else ()


def _recommendation(survey: Survey) -> tuple[FigureItem, ...]:
    return tuple(FigureItem(each.code, (item_column(each.code),)) for each in survey.with_measure(Measure.NPS))


def _effort(survey: Survey) -> tuple[FigureItem, ...]:
    return tuple(_of_scale(each) for each in survey.with_measure(Measure.EFFORT) if isinstance(each, Scale))


def _dimensions(survey: Survey) -> tuple[FigureItem, ...]:
    return tuple(
        FigureItem(code, tuple(each.items), {"low": each.low, "high": each.high}, together=True)
        for code, each in rated_dimensions(survey).items()
    )


def _test(survey: Survey) -> tuple[FigureItem, ...]:
    """All test questions together; none where there are none."""
    items = marked_items(survey)
    if not items:
        return ()
    ends = {"low": 0.0, "high": sum(each.marks for each in items.values())}
    columns = tuple(name for each in items.values() for name, _ in each.columns)
    return (FigureItem("", columns, ends, together=True, key={"items": tuple(items.values())}),)


def _test_questions(survey: Survey) -> tuple[FigureItem, ...]:
    return tuple(
        FigureItem(code, tuple(name for name, _ in each.columns), together=True, key={"item": each})
        for code, each in marked_items(survey).items()
    )


def marked_items(survey: Survey) -> dict[str, MarkedItem]:
    """The test questions of a survey by their codes: choices of which some option is right."""
    found = {}
    for each in survey.questions():
        if isinstance(each, Choice) and each.right_codes:
            several = each.measure is Measure.MULTIPLE
            columns = ((item_column(f"{each.code}.{one.code}"), one.code) for one in each.options)
            filled = tuple(columns) if several else ((item_column(each.code), each.code),)
            found[each.code] = MarkedItem(filled, each.right_codes, each.full_marks, several)
    return found


def _in_fieldwork(survey: Survey) -> tuple[FigureItem, ...]:
    return ()


def _two_best(item: FigureItem) -> tuple[float, ...]:
    return item.ends["high"] - 1, item.ends["high"]


_WILSON = "Wilson score interval (Wilson 1927)"
_MEAN = "mean with t interval"
_ALL: tuple[SurveyFigure, ...] = (
    SurveyFigure(
        "top_two_box", saying("满意率（最高两档）"), "满意率（最高两档）",
        saying("看有多少人满意，便于定目标和对外说明"), saying("选择最高两档（满意、很满意）的人数占作答人数的比例"),
        "share", _overall, top_two_box, _WILSON,
        top_two_box_change, "Newcombe hybrid score interval (Newcombe 1998), N−1 chi-square (Campbell 2007)",
        headline=True, accepts=RATING, counted=_two_best,
    ),
    SurveyFigure(
        "mean_score", saying("平均分"), "总体平均分（{low}–{high} 分）",
        saying("看满意到什么程度，比满意率更容易看出小的差别"), saying("所有评分的平均值"),
        "score", _overall, mean_score, _MEAN, mean_change, "Welch t test (Welch 1947)",
        headline=True, accepts=RATING,
    ),
    SurveyFigure(
        "net_promoter_score", saying("净推荐值"), "净推荐值 NPS",
        saying("看客户愿不愿意推荐"), saying("推荐者（9–10 分）占比减去贬损者（0–6 分）占比，从 −100 到 100"),
        "points", _recommendation, net_promoter_score, "adjusted Wald interval (Rocks 2016)",
        net_promoter_change, "adjusted Wald z (Rocks 2016)",
        headline=True, accepts=NPS,
    ),
    SurveyFigure(
        "customer_effort", saying("省力度"), "省力度",
        saying("看办成一件事费不费力"), saying("对“办得省力”的同意程度取平均，越高越省力"),
        "score", _effort, customer_effort, _MEAN, accepts=EFFORT,
    ),
    SurveyFigure(
        "dimension_score", saying("维度得分"), "维度得分",
        saying("看哪一方面好，哪一方面差"), saying("每份答卷先取这一维度各题的平均，再对作答过的答卷取平均"),
        "score", _dimensions, dimension_score, _MEAN, measure="mean_score",
    ),
    SurveyFigure(
        "mean_marks", saying("测试得分"), "测试平均得分（满分 {high} 分）",
        saying("看学到了多少"),
        saying("每份答卷把答对的题的分值相加，再取平均；漏答的题算 0 分，多选题选全、不多选才算对"),
        "score", _test, mean_marks, _MEAN, headline=True,
    ),
    SurveyFigure(
        "share_right", saying("答对率"), "答对率",
        saying("看哪一道题还没有掌握"), saying("答对的人数占作答这道题的人数的比例"),
        "share", _test_questions, share_right, _WILSON,
    ),
    SurveyFigure(
        "response_rate", saying("回收率"), "回收率（受邀者）",
        saying("看受邀的人有多少作了答"),
        saying("完成的人数占邀请送达（发出且没有退回）人数的比例；按所选时间内发出的邀请算"),
        "share", _in_fieldwork, response_rate, _WILSON, headline=True,
    ),
    SurveyFigure(
        "staff_response_rate", saying("应答率"), "应答率（应填者）",
        saying("看该填的人有多少填了"),
        saying("按任务填写的，是完成的任务占全部任务（不含撤销的）的比例；其他员工问卷，是填过的员工占全体员工账号的比例"),
        "share", _in_fieldwork, response_rate, _WILSON, headline=True, measure="response_rate",
    ),
    SurveyFigure(
        "completion_rate", saying("打开后完成率"), "打开后完成率",
        saying("看表单好不好填"),
        saying("收下的答卷占表单打开次数的比例；反复打开会使它偏低。它不是回收率：没打开的人不在其中"),
        "share", _in_fieldwork, completion_rate, _WILSON, headline=True,
    ),
)  # fmt: skip
FIGURES: dict[str, SurveyFigure] = {each.code: each for each in _ALL}
