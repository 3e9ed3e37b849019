"""What keeps a draft from being published: every problem with its place, in the words of the builder page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from surveys.definition.consistency import Place, inconsistencies
from surveys.definition.places import describe_place
from surveys.definition.plain_data import as_data
from surveys.definition.questions import QUESTION_TYPES
from surveys.definition.survey import Survey
from surveys.definition.templates import causes
from surveys.editing.draft import Draft
from surveys.localisation.wording import Series


@dataclass(frozen=True)
class DraftProblem:
    """One thing to mend before publishing: `place` leads there in the data, `where` says it in words."""

    place: Place
    where: Series
    message: str
    english: str = ""  # the same as the definition's check says it

    @property
    def question(self) -> tuple[int, int] | None:
        """Section and place of the question it stands in; None when it stands elsewhere."""
        if len(self.place) >= 4 and self.place[0] == "sections" and self.place[2] == "questions":
            return int(self.place[1]), int(self.place[3])
        return None

    def in_language(self, language: str) -> str:
        """What is wrong, for the reader of the console."""
        return self.english if language == "en" and self.english else self.message

    def __str__(self) -> str:
        return f"{self.where}：{self.message}"


class NotReady(ValueError):
    """A draft that can't be published yet; carries all its problems."""

    def __init__(self, problems: list[DraftProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def finish_draft(draft: Draft) -> Survey:
    """The survey that a draft has become; raises NotReady with every problem."""
    try:
        survey = Survey.model_validate(draft.data)
    except ValidationError as error:
        raise NotReady([_of_validation(each, draft.data) for each in causes(error.errors())]) from error
    found = [
        DraftProblem(place, describe_place(place, draft.data), in_chinese(what), what)
        for place, what in inconsistencies(survey)
    ]
    if found:
        raise NotReady(found)
    return survey


def problems_of_draft(draft: Draft) -> list[DraftProblem]:
    """Every problem of a draft; none when it is fit to publish."""
    try:
        finish_draft(draft)
    except NotReady as refusal:
        return refusal.problems
    return []


def draft_from(data: Mapping[str, Any]) -> Draft:
    """The draft of a definition as read from a file, fit or not."""
    try:
        return Draft(as_data(Survey.model_validate(data)))
    except ValidationError:
        return Draft(dict(data))


def _of_validation(error: ErrorDetails, data: Mapping[str, Any]) -> DraftProblem:
    place = tuple(_within_data(error["loc"]))
    message = _VALIDATION.get(error["type"])
    if message is not None:
        given = {"given": error.get("input"), "setting": place[-1] if place else "", **error.get("ctx", {})}
        return DraftProblem(place, describe_place(place, data), message.format(**given), error["msg"])
    what = error["msg"].removeprefix("Value error, ")
    return DraftProblem(place, describe_place(place, data), in_chinese(what), what)


def _within_data(location: tuple[str | int, ...]) -> Iterator[str | int]:
    """The location without the type's tag, which stands in it after a question's number but not in the data."""
    for n, step in enumerate(location):
        tag = step in QUESTION_TYPES and n >= 2 and isinstance(location[n - 1], int) and location[n - 2] == "questions"
        if not tag:
            yield step


_VALIDATION = {
    "missing": "还没有填写",
    "too_short": "至少要有一项",
    "too_long": "项数太多",
    "string_pattern_mismatch": "“{given}”不能用作代码；以小写字母开头，只用 a–z、0–9 和 _",
    "greater_than": "必须大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "必须小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "int_parsing": "请填写整数",
    "int_type": "请填写整数",
    "int_from_float": "请填写整数",
    "float_parsing": "请填写数字",
    "float_type": "请填写数字",
    "bool_parsing": "请选择“是”或“否”",
    "bool_type": "请选择“是”或“否”",
    "string_type": "请填写文字",
    "model_type": "请填写文字",
    "dict_type": "请填写文字",
    "enum": "请从列出的值中选择",
    "literal_error": "请从列出的值中选择",
    "extra_forbidden": "没有“{setting}”这项设置，请去掉",
    "union_tag_invalid": "没有“{tag}”这种题型",
    "union_tag_not_found": "请选择题型",
}

# What the definition says to programmers, as the builder page says it.
_SAID: tuple[tuple[str, str], ...] = (
    (r"the text is empty", "文字是空的，请填写"),
    (r"(?:option|row|choice) code (.+) appears more than once", "代码 {0} 用了不止一次，请各用各的"),
    (r"more than one option asks for text", "只能有一个选项可填写文字"),
    (r"every item is compared with the others", "每一项都要和其他项比较，不能带显示条件，请去掉"),
    (r"per_set is (\d+) for (\d+) items", "一共 {1} 项，每组却有 {0} 项，请减少每组的项数"),
    (r"(\d+) sets of (\d+) don't show each item twice", "{0} 组、每组 {1} 项，不够每项出现两次，请增加组数"),
    (r"at_least is (\d+) but at_most is (\d+)", "至少选 {0} 项，却最多选 {1} 项，请调整"),
    (r"at_least is (\d+) but there are (\d+) options", "至少选 {0} 项，却只有 {1} 个选项，请调整"),
    (r"(\d+) labels for (\d+) points", "有 {1} 个分值，却写了 {0} 个含义；请每个分值写一个，或都不写"),
    (r"the steps of (-?\d+) do not lead from (-?\d+) to (-?\d+)", "从 {1} 到 {2}，按步长 {0} 走不到头，请调整"),
    (r"minimum (\S+) is above maximum (\S+);", "最小值 {0} 大于最大值 {1}，请调整"),
    (r"earliest (\S+) is after latest (\S+);", "最早 {0} 晚于最晚 {1}，请调整"),
    (r"'(.*)' is no date", "“{0}”不是日期，请写成 2026-01-31 这样"),
    (r"'(.*)' is no time of day", "“{0}”不是时间，请写成 18:30 这样"),
    (r"Invalid isoformat string: '(.*)'|.*(?:is out of range|must be in).*", "没有这样的日期或时间，请改正"),
    (
        r"a condition names exactly one of",
        "一个条件只比较一道题或一个链接参数；多个条件请用“全部”或“任一”组合",
    ),
    (r'"(?:un)?answered" takes no value', "“已回答”“未回答”不需要比较的值"),
    (r'"(\w+)" needs a value to compare with', "请填写要比较的值"),
    (r'question code "(.+)" is used more than once', "题目代码“{0}”用了不止一次，请各用各的"),
    (r'dimension code "(.+)" is used more than once', "维度代码“{0}”用了不止一次，请各用各的"),
    (r'section code "(.+)" is used more than once', "节的代码“{0}”用了不止一次，请各用各的"),
    (r'quota code "(.+)" is used more than once', "配额代码“{0}”用了不止一次，请各用各的"),
    (r'thanks code "(.+)" is used more than once', "结束语代码“{0}”用了不止一次，请各用各的"),
    (r'context code "(.+)" is used more than once', "随答信息代码“{0}”用了不止一次，请各用各的"),
    (r'"(.+)" is known of every answer anyway', "“{0}”本来就随每份答卷记下，或另有含义，请去掉"),
    (r"an anonymous survey can't take it: it tells of a person", "匿名问卷不能带来说明某个人是谁的信息，请去掉"),
    (
        r"an anonymous survey can't take it: almost every answer",
        "匿名问卷不能原样记下：几乎每份都不同，会认出是谁；请只记月份、季度或所在的分段，或改成选项",
    ),
    (
        r"an anonymous survey can't take it: it comes with something that is known of one person \((.+)\)",
        "匿名问卷不能从知道是哪个人的入口带来，请去掉这些来源：{0}",
    ),
    (r"is for the type (\w+) alone", "这项设置只用于类型 {0}，请去掉，或改类型"),
    (r"a choice needs options", "选项类的随答信息要写出可取的值，请添加"),
    (r"a subject needs its kind", "请选择是哪类对象，例如部门或触点"),
    (r"an option code is used more than once", "有代码用了不止一次，请各用各的"),
    (r"the beginnings of bands go up", "分段的起点要从小到大，请排好"),
    (r"(\w+) is no way to keep the type (\w+)", "类型 {1} 不能这样粗略记下，请去掉"),
    (r"what is kept by band needs bands", "只记所在的分段，要先写上分段的起点"),
    (r'no dimension "(.+)" is listed', "没有“{0}”这个维度，请添加或改选"),
    (r"weights are for every dimension or for none", "权重要么每个维度都有、合计为 1，要么都没有"),
    (r'"(.+)" is not the code of a rating', "“{0}”不是本问卷的评分题，请改选"),
    (r'"(.+)" is not the code of a single choice', "“{0}”不是本问卷的单选题，请改选"),
    (r'"(.+)" must be required', "“{0}”必须设为必答，因为每份答卷评价一个部门"),
    (r'no question has the answer field "(.+)"', "没有“{0}”这道题，请改正"),
    (r'"(.+)" decides about itself', "“{0}”不能决定自己是否显示，请改用前面的题目"),
    (r'"(.+)" is asked only later', "“{0}”在后面才问到，请改用前面的题目，或把它移到前面"),
    (r'"(.+)" is no earlier choice question', "“{0}”不是前面的选择题，请改选"),
    (r"(.+) can't be chosen in (\S+);", "“{1}”中没有 {0} 这样的选项，请使用相同的选项代码"),
    (r'no section has the code "(.+)"', "没有代码为“{0}”的节，请改正"),
    (r'"(.+)" does not come later', "“{0}”不在后面，只能向后跳转"),
    (r"sections in random order can't have jumps", "各节随机排列时不能跳转，请二者取一"),
    (r"no one comes here", "没有人能走到这一节，请修改前面的跳转"),
    (r"this can never hold together", "这个条件与前面的条件、跳转合在一起永远不会成立，请改其中一处"),
    (r"none of its options or rows can ever be offered", "选项（行）一个也不可能出现，题目永远不会显示，请改条件"),
    (r"this can never hold", "这个条件永远不会成立，请改正比较的值"),
    (r"nobody can fill in what they don't see", "链接参数没有人能填写，请不要设为必答"),
    (r"no number with (\d+) decimals lies", "上下限之间没有 {} 位小数以内的数，请把上下限拉开"),
    (r"no \w+ is as short as (\d+) characters; allow (\d+)", "最多 {} 字放不下这种格式，请至少允许 {} 字"),
    (r"at_least is (\d+) but only (\d+) options go together", "至少选 {} 项，但能一起选的只有 {} 项，请调低"),
)


def in_chinese(message: str) -> str:
    """What the definition's check says, in Chinese; unchanged where there is no wording yet."""
    for pattern, wording in _SAID:
        if fits := re.match(pattern, message):
            return wording.format(*fits.groups())
    return message
